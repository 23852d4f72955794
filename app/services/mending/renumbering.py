"""Numbering a text again after it was divided otherwise: the labels that it would have if it came so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.models.draft import ParagraphKind, ParagraphText
from app.services.files.importing import FoundBlock
from app.services.files.labelling import LabelledBlock, label_blocks
from app.services.files.numbering import BULLET, WIDEST_GAP, roman_number, roman_value

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
CONTINUED = re.compile(r"(?P<base>.*?)\s?¶(?P<number>\d+)")


def labels_again(texts: Sequence[ParagraphText]) -> list[LabelledBlock]:
    """The texts in order, with headings' numbers as they are and everything below them counted anew."""
    markers = _markers_again(texts)
    blocks = []
    for place, text in enumerate(texts):
        given = text.label if text.kind == ParagraphKind.HEADING and text.label else None
        blocks.append(FoundBlock(text.kind, text.level, markers.get(place, ""), text.source, label=given))
    return label_blocks(blocks)


def number_after(label: str, used: set[str]) -> str:
    """The label of what continues the paragraph with that label: “3.b ¶2”, or the next that is free."""
    continued = CONTINUED.fullmatch(label)
    base, number = (continued["base"], int(continued["number"])) if continued else (label, 1)
    while True:
        number += 1
        wanted = f"{base} ¶{number}".strip()
        if wanted not in used:
            return wanted


@dataclass
class _List:
    """Items in a row at one level: where each stands, and the marker it shows ("" where it shows none)."""

    level: int
    places: list[int] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


def _markers_again(texts: Sequence[ParagraphText]) -> dict[int, str]:
    """The markers of the items, each list counted on from its first one or from the list before it."""
    markers: dict[int, str] = {}
    ends: dict[int, tuple[int, int]] = {}  # by level: what the last item showed, and what it shows now
    for one in _lists(texts):
        prefix, style = _style(one.shown)
        if style == BULLET:
            markers.update(dict.fromkeys(one.places, BULLET))
            continue
        values = [_value(shown.removeprefix(prefix), style) for shown in one.shown]
        first = _first_number(values, ends.get(one.level))
        for number, place in enumerate(one.places, start=first):
            markers[place] = prefix + _written(number, style)
        ends[one.level] = (max(values), first + len(values) - 1)
    return markers


def _lists(texts: Sequence[ParagraphText]) -> Iterator[_List]:
    """The lists of the text in the order in which they end; a list in an item is one of its own."""
    open_lists: list[_List] = []
    for place, (text, above) in enumerate(zip(texts, _labels_above(texts), strict=True)):
        is_item = text.kind == ParagraphKind.ITEM
        depth = 0 if text.kind == ParagraphKind.HEADING else text.level if is_item else text.level + 1
        while open_lists and open_lists[-1].level >= depth + is_item:
            yield open_lists.pop()
        if not is_item:
            continue
        here = open_lists[-1] if open_lists and open_lists[-1].level == depth else None
        shown = _shown_marker(text.label, above)
        if here and "¶" in text.label and shown == next(filter(None, reversed(here.shown)), ""):
            shown = ""  # it continues the item before it
        if here and _begins_anew(here, shown):
            yield open_lists.pop()
            here = None
        if here is None:
            here = _List(depth)
            open_lists.append(here)
        here.places.append(place)
        here.shown.append(shown)
    yield from reversed(open_lists)


def _begins_anew(one: _List, shown: str) -> bool:
    """Whether the next item has the first number again, and those before it were in order."""
    prefix, style = _style([*one.shown, shown])
    if style == BULLET:
        return False
    values = [_value(each.removeprefix(prefix), style) for each in one.shown]
    return _value(shown.removeprefix(prefix), style) == 1 and values == list(range(1, len(values) + 1))


def _labels_above(texts: Sequence[ParagraphText]) -> Iterator[str]:
    """For each text the label that its own is built on, as the labels are now."""
    sections: list[tuple[int, str]] = []
    items: list[tuple[int, str]] = []
    for text in texts:
        if text.kind == ParagraphKind.HEADING:
            sections = [section for section in sections if section[0] < text.level]
            sections.append((text.level, text.label))
            items = []
            yield ""
            continue
        is_item = text.kind == ParagraphKind.ITEM
        items = [item for item in items if item[0] < (text.level if is_item else text.level + 1)]
        section = next((label for _level, label in reversed(sections) if label), "")
        yield items[-1][1] if items else section
        if is_item:
            items.append((text.level, text.label))


def _shown_marker(label: str, above: str) -> str:
    """What the document shows before an item with that label, "" for a bullet."""
    continued = CONTINUED.fullmatch(label)
    base = continued["base"] if continued else label
    return base.removeprefix(f"{above}.") if above and base != above else base if base != above else ""


def _style(shown: list[str]) -> tuple[str, str]:
    """What stands before every number ("2."), and how it is written: "1", "a", "A", "i", "I" or a bullet."""
    known = [each for each in shown if each]
    if not known:
        return "", BULLET
    prefix, dot, first = known[0].rpartition(".")
    if first.isdigit():
        return prefix + dot, "1"
    parts = [each.rpartition(".")[2] for each in known]
    in_order = [roman_value(part) for part in parts]
    is_roman = all(in_order) and (1 in in_order or len(first) > 1)
    style = "i" if is_roman else "a"
    return prefix + dot, style.upper() if first.isupper() else style


def _value(marker: str, style: str) -> int:
    """The number that the marker stands for, or 0 when it is written in another way."""
    if style == "1":
        return int(marker) if marker.isdecimal() and marker.isascii() else 0
    if style in {"i", "I"}:
        return roman_value(marker) or 0
    return ALPHABET.find(marker.lower()) + 1 if len(marker) == 1 else 0


def _first_number(values: list[int], before: tuple[int, int] | None) -> int:
    shown = [value for value in values if value]
    first = min(shown, default=1)
    if before and 0 < first - before[0] <= WIDEST_GAP:
        return before[1] + 1
    return first if first > WIDEST_GAP else 1


def _written(number: int, style: str) -> str:
    if style == "1":
        return str(number)
    if style in {"i", "I"}:
        written = roman_number(number)
    else:
        written = ALPHABET[(number - 1) % len(ALPHABET)] * ((number - 1) // len(ALPHABET) + 1)
    return written if style.islower() else written.upper()
