"""What a paragraph can be; apart from the tables, because what reads files knows no database."""

from __future__ import annotations

from enum import StrEnum


class ParagraphKind(StrEnum):
    """What a paragraph is in the structure of its draft."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
