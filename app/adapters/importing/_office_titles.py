"""Which words of an office document are its title, and which are headings though nobody called them so."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from app.adapters.importing._office_found import Found, Role, heading_block
from app.services.files.importing import Doubt, Unreadable, UnreadableError
from app.services.files.labelling import number_of_heading

LONGEST_HEADING = 300
LONGEST_GUESSED_HEADING = 100
LONGEST_GUESSED_TITLE = 200
ENDS_SENTENCE = (".", ",", ";", ":", "!", "?")


def with_guessed_headings(found: list[Found]) -> list[Found]:
    """The same, with long headings as paragraphs; where there are none, short strong lines are headings."""
    found = [_not_too_long(one) for one in found]
    if any(one.role == Role.HEADING for one in found):
        return found
    guessed = []
    for one, following in pairwise([*found, None]):
        if one is None:
            break
        is_heading = following is not None and _looks_like_heading(one)
        guessed.append(_as_guessed_heading(one) if is_heading else one)
    return guessed


def _not_too_long(one: Found) -> Found:
    if one.role != Role.HEADING or len(one.plain) <= LONGEST_HEADING:
        return one
    role = Role.ITEM if one.shown else Role.BODY
    return replace(one, role=role, level=1 if one.shown else 0, doubts=one.doubts | {Doubt.GUESSED_HEADING})


def _looks_like_heading(one: Found) -> bool:
    is_line = (
        one.role in (Role.BODY, Role.ITEM) and one.level <= 1 and not one.is_bullet and len(one.lines) == 1
    )
    is_short = len(one.plain) <= LONGEST_GUESSED_HEADING and not one.plain.endswith(ENDS_SENTENCE)
    return is_line and is_short and one.is_strong


def _as_guessed_heading(one: Found) -> Found:
    number, _words = number_of_heading(f"{one.shown} {one.plain}".strip())
    source = one.source.removeprefix("**").removesuffix("**")
    return replace(
        one,
        role=Role.HEADING,
        level=number.count(".") + 1,
        lines=[source],
        doubts=one.doubts | {Doubt.GUESSED_HEADING},
    )


def take_title(found: list[Found], property_title: str, doubts: set[Doubt]) -> tuple[str, list[Found]]:
    """The title and the rest: a styled title, a heading above all others, a property, or a first line."""
    styled = _styled_title(found)
    if styled:
        title = " ".join(found[place].plain for place in styled)
        return title, _without(found, styled, title)
    if _is_heading_above_all(found):
        return _titled(found)
    if property_title:
        return property_title, _without(found, range(0), property_title)
    first = found[0]
    is_line = first.role == Role.BODY and not first.plain.endswith(ENDS_SENTENCE)
    if is_line and len(first.plain) <= LONGEST_GUESSED_TITLE:
        doubts.add(Doubt.GUESSED_HEADING)
        return _titled(found)
    place = next((place for place, one in enumerate(found) if one.role == Role.HEADING), None)
    if place is None:
        raise UnreadableError(Unreadable.NO_TITLE)
    title = heading_block(found[place]).source
    return found[place].plain or title, _without(found, range(place, place + 1), "")


def _titled(found: list[Found]) -> tuple[str, list[Found]]:
    title = found[0].plain or found[0].shown
    return title, _without(found, range(1), title)


def _styled_title(found: list[Found]) -> range | None:
    first = next((place for place, one in enumerate(found) if one.role in (Role.TITLE, Role.HEADING)), None)
    if first is None or found[first].role != Role.TITLE:
        return None
    last = first
    while last < len(found) and found[last].role == Role.TITLE:
        last += 1
    return range(first, last)


def _is_heading_above_all(found: list[Found]) -> bool:
    first, *others = found
    return first.role == Role.HEADING and not any(
        one.role == Role.HEADING and one.level <= first.level for one in others
    )


def _without(found: list[Found], taken: range, title: str) -> list[Found]:
    """The paragraphs but the title, even if it is there twice; its notes go with the next one."""
    rest = [one for place, one in enumerate(found) if place not in taken]
    if (
        rest
        and not rest[0].shown
        and rest[0].plain.casefold() == title.casefold()
        and rest[0].role != Role.ROW
    ):
        found, rest = [*found, rest[0]], rest[1:]
        taken_ones = [*(found[place] for place in taken), found[-1]]
    else:
        taken_ones = [found[place] for place in taken]
    notes = tuple(note for one in taken_ones for note in one.notes)
    doubts = frozenset(doubt for one in taken_ones for doubt in one.doubts) - {Doubt.GUESSED_HEADING}
    if rest and (notes or doubts):
        stray = {Doubt.STRAY_NOTE} if notes else set()
        rest[0] = replace(rest[0], notes=notes + rest[0].notes, doubts=rest[0].doubts | doubts | stray)
    return rest
