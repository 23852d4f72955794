"""What a paragraph of an office document is before it is part of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.models.kinds import ParagraphKind
from app.services.files.importing import Doubt, FoundBlock
from app.services.files.labelling import number_of_heading
from app.services.files.numbering import BULLET

AROUND_MARKERS = " ()[]{}<>.:;,-–—"


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


def heading_block(one: Found) -> FoundBlock:
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
