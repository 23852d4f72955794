"""From the paragraphs of an office document to a draft: title, headings, items, and what is doubtful."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from app.adapters.importing._inline import Run, plain_of
from app.adapters.importing._office_inline import is_strong_throughout, source_lines
from app.models.kinds import ParagraphKind
from app.services.importing import (
    LONGEST_TITLE,
    MOST_BLOCKS,
    MOST_CHARACTERS,
    Doubt,
    FoundBlock,
    FoundDraft,
    Unreadable,
    UnreadableError,
    body_blocks,
)
from app.services.labelling import number_of_heading
from app.services.numbering import BULLET, MarkerReader

AROUND_MARKERS = " ()[]{}<>.:;,-–—"
TYPED_BULLET = re.compile(r"[•◦▪·●○■□‣⁃]\s*|[-–—]\s+")
LONGEST_HEADING = 300
LONGEST_GUESSED_HEADING = 100
LONGEST_GUESSED_TITLE = 200
ENDS_SENTENCE = (".", ",", ";", ":", "!", "?")
LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_].*)?")
NORWEGIAN = "no"


class Role(StrEnum):
    """What a paragraph is to the document."""

    TITLE = "title"
    HEADING = "heading"
    ITEM = "item"
    BODY = "body"
    ROW = "row"


@dataclass(frozen=True)
class Found:
    """A paragraph or row as it was found; `shown` is the number that the document shows before it."""

    role: Role
    level: int
    lines: list[str]
    plain: str
    shown: str = ""
    is_bullet: bool = False
    is_strong: bool = False
    notes: tuple[str, ...] = ()
    doubts: frozenset[Doubt] = frozenset()

    @property
    def source(self) -> str:
        """All of it on one line."""
        return " ".join(self.lines)

    @property
    def marker(self) -> str:
        """What labels the item: the number without the signs around it."""
        return BULLET if self.is_bullet else self.shown.strip(AROUND_MARKERS)


@dataclass
class Gathering:
    """The paragraphs of a document in order; what could not be brought along is doubted at the next one."""

    found: list[Found] = field(default_factory=list)
    doubts: set[Doubt] = field(default_factory=set)
    languages: Counter[str] = field(default_factory=Counter)
    _waiting: set[Doubt] = field(default_factory=set)
    _characters: int = 0

    def add(
        self,
        role: Role,
        level: int,
        runs: Sequence[Run],
        *,
        shown: str = "",
        is_bullet: bool = False,
        notes: Iterable[str] = (),
        doubts: Iterable[Doubt] = (),
    ) -> None:
        """The paragraph is part of the draft unless it is empty; raises UnreadableError if too long."""
        if role == Role.HEADING:
            runs = [replace(run, strong=False) for run in runs]
        lines = source_lines(runs)
        self.doubt(*doubts)
        stands_alone = role == Role.HEADING and any(sign.isalpha() for sign in shown)
        if not lines and not stands_alone and not (notes := tuple(notes)):
            return
        self._append(
            Found(
                role,
                level,
                lines,
                plain_of(runs),
                shown,
                is_bullet,
                is_strong_throughout(runs),
                tuple(notes),
            )
        )

    def add_row(self, cells: Sequence[str], notes: Iterable[str], doubts: Iterable[Doubt]) -> None:
        """The row of a table is part of the draft unless all its cells are empty."""
        self.doubt(*doubts)
        if any(cells):
            source = " | ".join(cells).strip()
            self._append(Found(Role.ROW, 0, [source], source, notes=tuple(notes)))

    def doubt(self, *doubts: Doubt) -> None:
        """The next paragraph is one to look at."""
        self._waiting.update(doubts)

    def _append(self, found: Found) -> None:
        self._characters += len(found.plain) + sum(map(len, found.notes))
        if self._characters > MOST_CHARACTERS:
            raise UnreadableError(Unreadable.TOO_LARGE)
        if len(self.found) > MOST_BLOCKS:
            raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
        self.found.append(replace(found, doubts=frozenset(self._waiting)))
        self._waiting.clear()

    def draft(self, property_title: str, property_language: str) -> FoundDraft:
        """The draft; raises UnreadableError when it has no words."""
        if not self.found:
            raise UnreadableError(Unreadable.EMPTY)
        self.doubts |= self._waiting
        title, rest = _take_title(_with_guessed_headings(self.found), property_title, self.doubts)
        return FoundDraft(
            title[: LONGEST_TITLE + 1],
            _blocks(rest),
            _language(self.languages, property_language),
            tuple(sorted(self.doubts)),
        )


def _with_guessed_headings(found: list[Found]) -> list[Found]:
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


def _take_title(found: list[Found], property_title: str, doubts: set[Doubt]) -> tuple[str, list[Found]]:
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
    title = _heading(found[place]).source
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


def _blocks(found: list[Found]) -> list[FoundBlock]:
    markers = MarkerReader()
    return [block for one in found for block in _blocks_of(one, markers)]


def _blocks_of(one: Found, markers: MarkerReader) -> list[FoundBlock]:
    match one.role:
        case Role.TITLE | Role.HEADING:
            markers.begin_section()
            blocks = [_heading(one)]
        case Role.ITEM if one.marker:
            markers.enter_list(one.level, f"list {one.is_bullet}")
            blocks = [FoundBlock(ParagraphKind.ITEM, one.level, one.marker, one.source)]
        case Role.ROW:
            blocks = [FoundBlock(ParagraphKind.ROW, 0, "", one.source)]
        case _ if one.level or not one.lines:
            blocks = [FoundBlock(ParagraphKind.PARAGRAPH, one.level, "", one.source)]
        case _:
            blocks = _body(one, markers)
    doubts = tuple(sorted(one.doubts))
    blocks = [replace(block, doubts=doubts) for block in blocks]
    return [*blocks[:-1], replace(blocks[-1], notes=one.notes)]


def _heading(one: Found) -> FoundBlock:
    """The heading with the number that it shows, which is its label where its words do not tell it apart."""
    source = f"{one.shown} {one.source}".strip()
    level = max(one.level, 1)
    if not one.shown or one.is_bullet:
        return FoundBlock(ParagraphKind.HEADING, level, "", one.source)
    if number_of_heading(source)[0] or not one.source:
        return FoundBlock(ParagraphKind.HEADING, level, "", source)
    number = one.marker
    named = number_of_heading(number)[0]
    if named != number:  # "Article 1" is read with its words, "1.1" beside them
        return FoundBlock(ParagraphKind.HEADING, level, "", source, label=named)
    return FoundBlock(ParagraphKind.HEADING, level, "", one.source, label=number)


def _body(one: Found, markers: MarkerReader) -> list[FoundBlock]:
    bulleted = [TYPED_BULLET.match(line) for line in one.lines]
    if not bulleted[0]:
        return body_blocks(one.lines, markers)
    level = markers.depth + 1
    blocks: list[FoundBlock] = []
    for line, bullet in zip(one.lines, bulleted, strict=True):
        words = line[bullet.end() :] if bullet else line
        if bullet and words:
            blocks.append(FoundBlock(ParagraphKind.ITEM, level, BULLET, words))
        elif blocks:
            blocks[-1] = replace(blocks[-1], source=f"{blocks[-1].source} {words}".strip())
    return blocks or body_blocks(one.lines, markers)


def _language(languages: Counter[str], property_language: str) -> str:
    common = languages.most_common(1)
    found = LANGUAGE.fullmatch((common and common[0][0]) or property_language)
    language = found[1].lower() if found else ""
    return "nb" if language == NORWEGIAN else language
