"""Turning a file into a title and blocks.

Importers run in a process apart that is started for every file: they import this module, `numbering`,
`characters` and their format's library, and nothing that would bring the database or the pages with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePath
from typing import Protocol

from app.models.kinds import ParagraphKind as ParagraphKind
from app.services.files.numbering import Marked, MarkerReader

MEGABYTE = 1024 * 1024
MOST_BYTES = 2 * MEGABYTE  # of plain text and Markdown
MOST_FILE_BYTES = 20 * MEGABYTE  # of what is packed or carries its looks with it
MOST_UNPACKED_BYTES = 100 * MEGABYTE  # of all that an archive holds
MOST_MEMBERS = 5_000  # of an archive
MOST_BLOCKS = 5_000
MOST_NOTES = 500  # of one paragraph
MOST_CHARACTERS = 5_000_000
LONGEST_BLOCK = 20_000
LONGEST_MARKER = 60
LONGEST_TITLE = 500
DEEPEST = 60


class Unreadable(StrEnum):
    """Why a file cannot be read."""

    TOO_LARGE = "too_large"
    EMPTY = "empty"
    UNKNOWN_FORMAT = "unknown_format"
    WRONG_FORMAT = "wrong_format"  # it is not what its name says
    DAMAGED = "damaged"  # begins as it should, and then makes no sense
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    ENTITIES = "entities"  # XML that declares entities or asks for other files
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    SCANNED = "scanned"
    NOT_TEXT = "not_text"
    WHICH_ENCODING = "which_encoding"
    NOT_UTF8 = "not_utf8"
    NO_TITLE = "no_title"
    NO_PARAGRAPHS = "no_paragraphs"
    TOO_MANY_BLOCKS = "too_many_blocks"
    BLOCK_TOO_LONG = "block_too_long"
    TOO_DEEP = "too_deep"
    TOO_SLOW = "too_slow"
    TOO_COMPLEX = "too_complex"  # it takes too much memory


class Doubt(StrEnum):
    """What an import asks the editor to look at, at one paragraph or in the whole draft."""

    TRACKED_CHANGES = "tracked_changes"
    LEFT_OUT = "left_out"
    GUESSED_HEADING = "guessed_heading"
    GUESSED_ENCODING = "guessed_encoding"
    GUESSED_BREAK = "guessed_break"
    STRAY_NOTE = "stray_note"
    CLOSE_LOOK = "close_look"
    RESTARTED = "restarted"  # a list that would have gone on counting
    ODD_NUMBER = "odd_number"
    STRUCK = "struck"
    JOINED = "joined"
    HOLDS_NEXT = "holds_next"
    GUESSED_PLACE = "guessed_place"
    LEFT_OVER = "left_over"


@dataclass(frozen=True)
class Reading:
    """One way to understand the bytes of a plain file: the encoding, and words that tell it from others."""

    encoding: str
    sample: str


class UnreadableError(Exception):
    """The file cannot be read as what it claims to be; `reason` says why.

    `readings` are the encodings to choose from when the reason is that nobody can know which it is.
    """

    def __init__(self, reason: Unreadable, readings: tuple[Reading, ...] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.readings = readings


@dataclass(frozen=True)
class FoundBlock:
    """A heading, paragraph or item as found.

    `marker` is what the document shows before an item ("1", "a", "–"). `level` is the depth of a heading
    under the title (1 is the highest), and how far a paragraph or item is set in (0 is not at all).
    `source` has its emphasis and links in Markdown; the cells of a table's row stand between " | ". `key` and
    `label` are given only by files that Innspill wrote.
    """

    kind: str
    level: int
    marker: str
    source: str
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    key: str = ""
    label: str | None = None


@dataclass(frozen=True)
class FoundDraft:
    """A title and blocks in order; the language where the file names it, and what it has that is doubtful."""

    title: str
    blocks: list[FoundBlock]
    language: str = ""
    doubts: tuple[str, ...] = ()


class Importer(Protocol):
    """Reads one format."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings of its files' names, in small letters."""

    def read(self, content: bytes, encoding: str = "") -> FoundDraft:
        """What the file holds; `encoding` is what somebody said of a plain file. Raises UnreadableError."""


class DraftReader(Protocol):
    """Reads files that strangers made, where they can do no harm."""

    def read(self, file_name: str, content: bytes, encoding: str = "") -> FoundDraft:
        """What the file holds, read by the importer of its suffix; raises UnreadableError."""


def read_draft(
    importers: Mapping[str, Importer], file_name: str, content: bytes, encoding: str = ""
) -> FoundDraft:
    """What a file holds, read by the importer of its suffix; raises UnreadableError."""
    importer = importer_for(importers, file_name)
    refuse_size(content, MOST_FILE_BYTES)
    return within_limits(importer.read(content, encoding))


def importer_for(importers: Mapping[str, Importer], file_name: str) -> Importer:
    """The importer of the suffix; raises UnreadableError."""
    suffix = PurePath(file_name).suffix.lower()
    for importer in importers.values():
        if suffix in importer.suffixes:
            return importer
    raise UnreadableError(Unreadable.UNKNOWN_FORMAT)


def refuse_size(content: bytes, most: int) -> None:
    """Raises UnreadableError for what is empty or has more bytes."""
    if not content:
        raise UnreadableError(Unreadable.EMPTY)
    if len(content) > most:
        raise UnreadableError(Unreadable.TOO_LARGE)


def readable_suffixes(importers: Mapping[str, Importer]) -> list[str]:
    """The endings of file names that can be read, in alphabetical order."""
    return sorted(suffix for importer in importers.values() for suffix in importer.suffixes)


def within_limits(found: FoundDraft) -> FoundDraft:
    """The same draft with its headings' levels counted from 1 without gaps; raises UnreadableError."""
    if not found.title.strip() or len(found.title) > LONGEST_TITLE:
        raise UnreadableError(Unreadable.NO_TITLE)
    if all(block.kind == ParagraphKind.HEADING for block in found.blocks):
        raise UnreadableError(Unreadable.NO_PARAGRAPHS)
    if len(found.blocks) > MOST_BLOCKS:
        raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
    if any(_is_too_long(block) for block in found.blocks):
        raise UnreadableError(Unreadable.BLOCK_TOO_LONG)
    if sum(len(words) for block in found.blocks for words in (block.source, *block.notes)) > MOST_CHARACTERS:
        raise UnreadableError(Unreadable.TOO_LARGE)
    return replace(found, blocks=_with_dense_levels(found.blocks))


def escape_markdown(text: str) -> str:
    """Plain text as Markdown source that shows the same characters."""
    marked = re.sub(r"([\\*])", r"\\\1", text)
    marked = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", marked)
    return marked.replace("](", "\\](")


def body_blocks(lines: list[str], markers: MarkerReader) -> list[FoundBlock]:
    """The blocks of one paragraph as written: items where lines begin with markers, else the lines joined."""
    first = markers.read(lines[0])
    if first is None:
        markers.begin_section()
        return [FoundBlock(ParagraphKind.PARAGRAPH, 0, "", " ".join(lines))]
    blocks = [_item(first)]
    for line in lines[1:]:
        marked = markers.read(line)
        if marked:
            blocks.append(_item(marked))
        else:
            blocks[-1] = replace(blocks[-1], source=f"{blocks[-1].source} {line}")
    return blocks


def _is_too_long(block: FoundBlock) -> bool:
    if len(block.notes) > MOST_NOTES or len(block.marker) > LONGEST_MARKER:
        return True
    return any(len(words) > LONGEST_BLOCK for words in (block.source, *block.notes))


def _item(marked: Marked) -> FoundBlock:
    return FoundBlock(ParagraphKind.ITEM, marked.level, marked.marker, marked.rest)


def _with_dense_levels(blocks: list[FoundBlock]) -> list[FoundBlock]:
    if any(block.key for block in blocks):
        return blocks  # what Innspill wrote has the levels that its editors want
    used = sorted({block.level for block in blocks if block.kind == ParagraphKind.HEADING})
    rank = {level: number for number, level in enumerate(used, start=1)}
    return [
        replace(block, level=rank[block.level]) if block.kind == ParagraphKind.HEADING else block
        for block in blocks
    ]
