"""Reads Markdown (CommonMark with tables and footnotes)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.adapters.importing._inline import Run, plain_of, source_of, source_of_row, words_of
from app.adapters.importing._own_markdown import hide_marks
from app.services.files.decoding import decode
from app.services.files.importing import (
    LONGEST_BLOCK,
    MOST_BLOCKS,
    FoundBlock,
    FoundDraft,
    ParagraphKind,
    Unreadable,
    UnreadableError,
    body_blocks,
    escape_markdown,
)
from app.services.files.numbering import BULLET, MarkerReader

DEEPEST = 60
MOST_REFERENCES = 2_000
MOST_RUNS = 4 * MOST_BLOCKS  # some are rules, notes, or a part of one block of code
MOST_BRACKETS = 1_000
BLANK_LINES = re.compile(r"\n[ \t]*\n")
FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
FOOTNOTE = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]+(.+(?:\n(?:[ \t]+\S.*|[ \t]*(?=\n[ \t]+\S)))*)", re.MULTILINE)
FOOTNOTE_MARK = re.compile(r"\[\^([^\]\s\\]+)\\?\]")

_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST + 10}).enable("table")


def create() -> MarkdownImporter:
    """An importer of Markdown."""
    return MarkdownImporter()


class MarkdownImporter:
    """Headings, paragraphs and items as they stand; of tables, quotations and code, the text."""

    suffixes = (".md", ".markdown")

    def read(self, content: bytes, encoding: str = "") -> FoundDraft:
        """What the file holds; raises UnreadableError."""
        decoded = decode(content, encoding)
        own = hide_marks(decoded.text)
        if own is None:
            return _draft(decoded.text, decoded.doubts)
        return own.marks.settle(replace(_draft(own.text, decoded.doubts), language=own.language))


def _draft(content: str, doubts: tuple[str, ...]) -> FoundDraft:
    text = FRONT_MATTER.sub("", content)
    _refuse_endless_work(text)
    notes = {found[1]: _words_of_note(found[2]) for found in FOOTNOTE.finditer(text)}
    tokens = _PARSER.parse(FOOTNOTE.sub("", text))
    if any(token.level > DEEPEST for token in tokens):
        raise UnreadableError(Unreadable.TOO_DEEP)
    blocks = _with_notes(_Walk().blocks_of(tokens), notes)
    if not blocks or blocks[0].kind != ParagraphKind.HEADING:
        raise UnreadableError(Unreadable.NO_TITLE)
    return FoundDraft(words_of(blocks[0].source), blocks[1:], doubts=doubts)


def _refuse_endless_work(text: str) -> None:
    """Raises UnreadableError for what the parser would take the square of its length to read."""
    if text.count("]:") > MOST_REFERENCES:
        raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
    runs = BLANK_LINES.split(text)
    if len(runs) > MOST_RUNS:
        raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
    for run in runs:
        if len(run) > LONGEST_BLOCK:
            raise UnreadableError(Unreadable.BLOCK_TOO_LONG)
        if run.count("[") > MOST_BRACKETS:
            raise UnreadableError(Unreadable.TOO_DEEP)


@dataclass
class _List:
    """A list being read: the number of its next item (None for bullets), and a marker still to be given."""

    next_number: int | None
    pending: str = ""

    def begin_item(self) -> None:
        self.pending = BULLET if self.next_number is None else str(self.next_number)
        if self.next_number is not None:
            self.next_number += 1

    def take_marker(self) -> str:
        marker, self.pending = self.pending, ""
        return marker


@dataclass
class _Walk:
    """Goes through the parser's tokens and remembers in which lists it is."""

    lists: list[_List] = field(default_factory=list)
    markers: MarkerReader = field(default_factory=MarkerReader)
    found: list[FoundBlock] = field(default_factory=list)
    row: list[str] | None = None
    heading: int = 0

    def blocks_of(self, tokens: list[Token]) -> list[FoundBlock]:
        for token in tokens:
            self._take(token)
        return self.found

    def _take(self, token: Token) -> None:
        self._follow_lists(token)
        match token.type:
            case "heading_open":
                self.heading = int(token.tag[1])
            case "tr_open":
                self.row = []
            case "tr_close":
                self._add_row(source_of_row(self.row or []))
                self.row = None
            case "inline":
                self._take_inline(token.children or [])
            case "fence" | "code_block":
                self._add_text(escape_markdown(" ".join(token.content.split())))

    def _follow_lists(self, token: Token) -> None:
        match token.type:
            case "ordered_list_open":
                self.lists.append(_List(int(token.attrs.get("start", 1))))
            case "bullet_list_open":
                self.lists.append(_List(None))
            case "ordered_list_close" | "bullet_list_close":
                self.lists.pop()
            case "list_item_open":
                self.lists[-1].begin_item()

    def _take_inline(self, children: list[Token]) -> None:
        lines = _source_lines(children)
        if self.row is not None:
            self.row.append(" ".join(lines))
        elif self.heading:
            self.markers.begin_section()
            self.found.append(FoundBlock(ParagraphKind.HEADING, self.heading, "", " ".join(lines)))
            self.heading = 0
        elif self.lists:
            self._add_text(" ".join(lines))
        else:
            self.found += body_blocks(lines, self.markers)

    def _add_row(self, source: str) -> None:
        if source.strip("| "):
            self.found.append(FoundBlock(ParagraphKind.ROW, len(self.lists), "", " ".join(source.split())))

    def _add_text(self, source: str) -> None:
        if not source.strip():
            return
        depth = len(self.lists)
        marker = self.lists[-1].take_marker() if self.lists else ""
        if marker:
            self.markers.enter_list(depth, "bullets" if marker == BULLET else "dotted ")
            self.found.append(FoundBlock(ParagraphKind.ITEM, depth, marker, source))
        else:
            self.found.append(FoundBlock(ParagraphKind.PARAGRAPH, depth, "", source))


def _source_lines(children: list[Token]) -> list[str]:
    """The lines of a paragraph with its emphasis and links written the same way wherever they come from."""
    lines: list[list[Run]] = [[]]
    strong, emphasis, address = 0, 0, ""
    for token in children:
        match token.type:
            case "softbreak" | "hardbreak":
                lines.append([])
            case "strong_open" | "strong_close":
                strong += token.nesting
            case "em_open" | "em_close":
                emphasis += token.nesting
            case "link_open" | "link_close":
                address = str(token.attrGet("href") or "")
            case _:
                lines[-1].append(Run(token.content, strong > 0, emphasis > 0, address))
    return [source for source in map(source_of, lines) if source]


def _words_of_note(written: str) -> str:
    (inline,) = _PARSER.parseInline(" ".join(written.split()))
    return plain_of(Run(token.content) for token in inline.children or [])


def _with_notes(blocks: list[FoundBlock], notes: dict[str, str]) -> list[FoundBlock]:
    """Footnotes leave the sentence and stand with their paragraph; those that nothing points to come last."""
    placed: set[str] = set()
    with_notes = []
    for block in blocks:
        marks = [mark for mark in FOOTNOTE_MARK.findall(block.source) if mark in notes]
        placed.update(marks)
        source = FOOTNOTE_MARK.sub(lambda mark: "" if mark[1] in notes else mark[0], block.source)
        with_notes.append(
            FoundBlock(block.kind, block.level, block.marker, source, tuple(notes[mark] for mark in marks))
        )
    left = [note for mark, note in notes.items() if mark not in placed]
    return with_notes + [FoundBlock(ParagraphKind.PARAGRAPH, 0, "", note) for note in left]
