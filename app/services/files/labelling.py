"""Giving every paragraph the label by which people cite it: "3.b", "2 ¶3", "¶1"."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from app.models.kinds import ParagraphKind
from app.services.files.importing import FoundBlock
from app.services.files.numbering import BULLET, roman_value

NUMBERED_HEADING = re.compile(
    r"(?:§\s*)?(?P<number>\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,7}|[A-Z])(?P<end>[.):]|\s+[–—-])?\s+(?P<rest>\S.*)"
)
HEADING_WITH_NUMBER = re.compile(
    r"(?P<word>[^\d.:–—]{1,30})\s(?P<number>\d{1,3}(?:\.\d{1,3})*[a-z]?|[IVXLC]{1,7})(?P<end>\.?|\s*[.:–—]\s.*)"
)
BARE_NUMBER = re.compile(r"(?:§\s*)?(?P<number>\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,7})[.)]?")
LONGEST_LABEL = 60


@dataclass(frozen=True)
class LabelledBlock:
    """A block with its label; a heading's number is taken off its text when the label says it."""

    block: FoundBlock
    label: str


@dataclass
class _Section:
    level: int
    label: str


@dataclass
class _Labels:
    """Where the labelling stands: the headings above, the items above, and what was counted."""

    sections: list[_Section] = field(default_factory=list)
    items: list[_Section] = field(default_factory=list)
    unmarked: Counter[str] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)

    @property
    def section(self) -> str:
        return next((section.label for section in reversed(self.sections) if section.label), "")


def label_blocks(blocks: list[FoundBlock]) -> list[LabelledBlock]:
    """The blocks with their labels; those that no file gives are unique among paragraphs and items."""
    labels = _Labels()
    return [
        _label_heading(labels, block) if block.kind == ParagraphKind.HEADING else _label_body(labels, block)
        for block in blocks
    ]


def number_of_heading(source: str) -> tuple[str, str]:
    """The number that a heading shows ("" if none), and the heading as it is to be read beside it."""
    found = NUMBERED_HEADING.fullmatch(source)
    if found and _is_number(found["number"], found["end"], found["rest"]):
        # "1. pants" is Latvian for "Article 1": there the number belongs to the words.
        return found["number"], source if found["rest"][0].islower() else found["rest"]
    found = HEADING_WITH_NUMBER.fullmatch(source) or BARE_NUMBER.fullmatch(source)
    return (found["number"], source) if found else ("", source)


def _is_number(number: str, end: str | None, rest: str) -> bool:
    if number[0].isdigit():
        return end is not None or not rest[0].islower()
    return end is not None and (len(number) == 1 or roman_value(number) is not None)


def _label_heading(labels: _Labels, block: FoundBlock) -> LabelledBlock:
    given = (block.label, block.source) if block.label is not None else None
    number, words = given or number_of_heading(block.source)
    labels.sections = [section for section in labels.sections if section.level < block.level]
    labels.sections.append(_Section(block.level, number))
    labels.items.clear()
    return LabelledBlock(replace(block, source=words), number[:LONGEST_LABEL])


def _label_body(labels: _Labels, block: FoundBlock) -> LabelledBlock:
    is_item = block.kind == ParagraphKind.ITEM
    depth = block.level if is_item else block.level + 1
    labels.items = [item for item in labels.items if item.level < depth]
    above = labels.items[-1].label if labels.items else labels.section
    if block.label is not None:
        label = block.label[:LONGEST_LABEL]
        labels.used.add(label)
    elif is_item and block.marker and block.marker != BULLET:
        label = _unique(labels, _below(above, block.marker))
    else:
        label = _unique(labels, _unmarked(labels, above, is_item))
    if is_item:
        labels.items.append(_Section(block.level, label))
    return LabelledBlock(block, label)


def _below(above: str, marker: str) -> str:
    # "2.3" under section 2 says itself where it stands.
    return marker if not above or "." in marker else f"{above}.{marker}"


def _unmarked(labels: _Labels, above: str, is_item: bool) -> str:
    if above and not is_item and not labels.unmarked[above] and above not in labels.used:
        labels.unmarked[above] = 1
        return above
    if above and above in labels.used and not labels.unmarked[above]:
        labels.unmarked[above] = 1  # the item itself is its first
    labels.unmarked[above] += 1
    return f"{above} ¶{labels.unmarked[above]}".strip()


def _unique(labels: _Labels, wanted: str) -> str:
    label, number = wanted[: LONGEST_LABEL - 6], 1
    while label in labels.used:
        number += 1
        label = f"{wanted[: LONGEST_LABEL - 6]} ¶{number}"
    labels.used.add(label)
    return label
