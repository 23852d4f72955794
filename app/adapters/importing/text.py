"""Reads plain text: paragraphs between empty lines, headings by how they look."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from app.adapters.importing._own_text import read_own
from app.services.files.decoding import decode
from app.services.files.importing import (
    MOST_BLOCKS,
    FoundBlock,
    FoundDraft,
    ParagraphKind,
    Unreadable,
    UnreadableError,
    body_blocks,
    escape_markdown,
)
from app.services.files.labelling import number_of_heading
from app.services.files.numbering import BULLET, BULLETS, MARKER, MarkerReader

LONGEST_HEADING = 100
MOST_EMPTY_LINES = 10 * MOST_BLOCKS
LONGEST_TITLE_LINES = 3
UNDERLINE = re.compile(r"(=|-|~|\*|_)\1{2,}")
BULLETED = re.compile(rf"[{re.escape(BULLETS)}]\s+(\S.*)")
ENDS_SENTENCE = (".", ",", ";", ":", "!", "?")


def create() -> TextImporter:
    """An importer of plain text."""
    return TextImporter()


@dataclass(frozen=True)
class _Chunk:
    """The lines between two empty lines, and the rule under them, if any."""

    lines: list[str]
    underline: str = ""

    @property
    def is_one_short_line(self) -> bool:
        return len(self.lines) == 1 and len(self.lines[0]) <= LONGEST_HEADING


class TextImporter:
    """The first line is the title; lines that were wrapped are joined; markers make items."""

    suffixes = (".txt", ".text")

    def read(self, content: bytes, encoding: str = "") -> FoundDraft:
        """What the file holds; raises UnreadableError."""
        decoded = decode(content, encoding)
        own = read_own(decoded.text)
        if own:
            return own
        chunks = _chunks(decoded.text)
        title, rest = _take_title(chunks)
        markers = MarkerReader()
        blocks: list[FoundBlock] = []
        for chunk, following in pairwise([*rest, None]):
            if chunk is None:
                continue
            level = _heading_level(chunk, following)
            if level:
                markers.begin_section()
                blocks.append(FoundBlock(ParagraphKind.HEADING, level, "", escape_markdown(chunk.lines[0])))
            else:
                blocks += _body(chunk, markers)
        return FoundDraft(title, blocks, doubts=decoded.doubts)


def _chunks(text: str) -> list[_Chunk]:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    if all(lines):
        # No empty line anywhere: the writer's programme put every paragraph on a line of its own.
        lines = [piece for line in lines for piece in ((line,) if UNDERLINE.fullmatch(line) else ("", line))]
    if sum(not line for line in lines) > MOST_EMPTY_LINES:
        raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
    chunks: list[_Chunk] = []
    gathered: list[str] = []
    for line in [*lines, ""]:
        if line and not UNDERLINE.fullmatch(line):
            gathered.append(line)
        elif gathered:
            chunks += _closed(gathered, line[:1])
            gathered = []
    return chunks


def _closed(lines: list[str], underline: str) -> list[_Chunk]:
    if underline and len(lines) > 1:
        return [_Chunk(lines[:-1]), _Chunk(lines[-1:], underline)]
    return [_Chunk(lines, underline)]


def _take_title(chunks: list[_Chunk]) -> tuple[str, list[_Chunk]]:
    first = chunks[0]
    is_whole = len(first.lines) <= LONGEST_TITLE_LINES and not first.lines[-1].endswith(ENDS_SENTENCE)
    if is_whole or len(first.lines) == 1:
        return " ".join(first.lines), chunks[1:]
    return first.lines[0], [_Chunk(first.lines[1:]), *chunks[1:]]


def _heading_level(chunk: _Chunk, following: _Chunk | None) -> int:
    """How deep the heading stands, or 0 for what is no heading."""
    line = chunk.lines[0]
    if not chunk.is_one_short_line or _bulleted(line):
        return 0
    if chunk.underline:
        return 1 if chunk.underline == "=" else 2
    if line.endswith(ENDS_SENTENCE) or not (line[0].isupper() or line[0].isdigit() or line[0] == "§"):
        return 0
    number, _words = number_of_heading(line)
    if number:
        return 0 if _is_in_list(line, following) else number.count(".") + 1
    is_capitals = line.isupper() and sum(letter.isalpha() for letter in line) > 1
    return 1 if is_capitals or line.isalpha() else 0


def _is_in_list(line: str, following: _Chunk | None) -> bool:
    # A short numbered line followed by another one is an item of a list, not a heading without a text.
    found = MARKER.fullmatch(line)
    return bool(found and following and following.is_one_short_line and MARKER.fullmatch(following.lines[0]))


def _body(chunk: _Chunk, markers: MarkerReader) -> list[FoundBlock]:
    if not _bulleted(chunk.lines[0]):
        return body_blocks([escape_markdown(line) for line in chunk.lines], markers)
    items: list[list[str]] = []
    for line in chunk.lines:
        bulleted = _bulleted(line)
        if bulleted:
            items.append([bulleted])
        else:
            items[-1].append(line)
    level = markers.depth + 1
    return [
        FoundBlock(ParagraphKind.ITEM, level, BULLET, escape_markdown(" ".join(lines))) for lines in items
    ]


def _bulleted(line: str) -> str:
    found = BULLETED.fullmatch(line)
    return found[1] if found else ""
