"""What stands in a draft that an importer found."""

from __future__ import annotations

from app.services.files.importing import FoundDraft


def sources(found: FoundDraft) -> list[str]:
    """The words of every paragraph that was found."""
    return [block.source for block in found.blocks]


def found_items(found: FoundDraft) -> list[tuple[int, str, str]]:
    """Level, marker and words of every paragraph that was found."""
    return [(block.level, block.marker, block.source) for block in found.blocks]
