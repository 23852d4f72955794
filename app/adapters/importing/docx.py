"""Reads Word documents (Office Open XML).

The format is read directly, without a library for it: docs/decisions/0012-office-files-are-read-directly.md.
"""

from __future__ import annotations

from dataclasses import replace

from lxml.etree import _Element as Element

from app.adapters.importing._docx_blocks import (
    blocks_in,
    is_covered,
    is_gone,
    is_initial,
    of_kind,
    paragraphs_in,
)
from app.adapters.importing._docx_fields import Fields
from app.adapters.importing._docx_names import (
    W,
    indent_of,
    is_on,
    name_of,
    number_of,
    numbering_of,
    value_of,
)
from app.adapters.importing._docx_numbering import Numbered, Numbering
from app.adapters.importing._docx_package import Document, open_document
from app.adapters.importing._docx_styles import BODY_LEVEL, Style, Styles
from app.adapters.importing._docx_words import WordReader, Words, note_text
from app.adapters.importing._office_draft import Gathering
from app.adapters.importing._office_found import Role
from app.adapters.importing._office_inline import source_lines
from app.adapters.importing._office_lists import OpenLists
from app.adapters.importing._own_docx import mark_own
from app.services.files.importing import Doubt, FoundDraft

DELETED = frozenset({"del", "moveFrom"})
DEFAULT_INDENT = 720


def create() -> DocxImporter:
    """An importer of Word documents."""
    return DocxImporter()


class DocxImporter:
    """All that a reader of the document sees of its text, with the numbers that it shows."""

    suffixes = (".docx",)

    def read(self, content: bytes, encoding: str = "") -> FoundDraft:
        """What the file holds; raises UnreadableError."""
        document = open_document(content)
        marks = mark_own(document.body, document.styles, document.sources)
        draft = _Walk(document).draft()
        return marks.settle(replace(draft, language=document.language)) if marks else draft


class _Walk:
    """Goes through the body once, in the order of the text: numbers and fields depend on what came before."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._styles = Styles(document.styles)
        self._numbering = Numbering(document.numbering, self._styles)
        self._gathering = Gathering()
        self._lists = OpenLists()
        self._reader = self._reader_of(document.body, "", self._notes())
        self._carried = Words()  # of a paragraph whose end was deleted
        self._begun: set[str] = set()  # lists that have begun under the heading

    def draft(self) -> FoundDraft:
        self._take_blocks(self._document.body, 0)
        if self._reader.has_changes:
            self._gathering.doubts.add(Doubt.TRACKED_CHANGES)
        default = self._styles.language
        usual = "" if default is None else default.get(f"{W}val", "")
        return self._gathering.draft(self._document.title, self._document.language or usual)

    def _reader_of(self, story: Element, part: str, notes: dict[tuple[str, str], str]) -> WordReader:
        links = self._document.links[part]
        return WordReader(self._styles, links, notes, self._gathering.languages, Fields(story))

    def _notes(self) -> dict[tuple[str, str], str]:
        """What each footnote and endnote says."""
        found = {}
        for kind, root in self._document.notes.items():
            reader = self._reader_of(root, kind, {})
            for note in root.findall(f"{W}{kind}"):
                words = [reader.read(one, self._style_of(one)) for one in paragraphs_in(note, 0)]
                found[(kind, note.get(f"{W}id", ""))] = note_text(words)
        return found

    def _take_blocks(self, parent: Element, depth: int) -> None:
        for element in blocks_in(parent, depth):
            match name_of(element):
                case "p":
                    self._take_paragraph(element, depth)
                case "tbl":
                    self._take_table(element, depth)
                case "altChunk":
                    self._gathering.doubt(Doubt.LEFT_OUT)

    def _take_paragraph(self, paragraph: Element, depth: int) -> None:
        words = self._words_of(paragraph)
        if words is None:
            return
        style = self._style_of(paragraph)
        properties = paragraph.find(f"{W}pPr")
        role = self._role(properties, style)
        if role == Role.HEADING:
            self._lists.begin_section()
            self._begun.clear()
        number = self._number(properties, style, words)
        self._add(role, properties, style, words, number)
        for box in words.boxes:
            self._take_blocks(box, depth + 1)

    def _add(
        self, role: Role, properties: Element | None, style: Style, words: Words, number: Numbered | None
    ) -> None:
        level, shown, is_bullet = 0, "", False
        if role == Role.HEADING:
            level = self._heading_level(properties, style) or 1
            shown = number.shown if number and not number.is_bullet else ""
        elif role == Role.BODY:
            role, level = self._place(properties, style, number)
            shown, is_bullet = (
                (number.shown, number.is_bullet) if number and role == Role.ITEM else ("", False)
            )
        self._gathering.add(
            role,
            level,
            words.runs,
            shown=shown,
            is_bullet=is_bullet,
            notes=words.notes,
            doubts=words.doubts,
        )

    def _place(self, properties: Element | None, style: Style, number: Numbered | None) -> tuple[Role, int]:
        """Whether a paragraph is an item, and how deep it stands."""
        indent = indent_of(properties)
        if number is None:
            return Role.BODY, self._lists.go_on(style.indent or 0 if indent is None else indent)
        indents = (indent, number.indent, style.indent, DEFAULT_INDENT * (number.level + 1))
        indent = next(one for one in indents if one is not None)
        if not number.shown:
            return Role.BODY, self._lists.go_on(indent)
        return Role.ITEM, self._lists.enter(number.list_name, number.level, indent)

    def _words_of(self, paragraph: Element) -> Words | None:
        """The words of a paragraph, or None when it goes on in the next one or is not part of the text."""
        style = self._style_of(paragraph)
        words = self._reader.read(paragraph, style)
        if style.is_contents:
            return None
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        is_marked = mark is not None and any(
            mark.find(f"{W}{name}") is not None for name in ("ins", "moveTo")
        )
        goes_on = mark is not None and any(mark.find(f"{W}{name}") is not None for name in DELETED)
        if is_marked or goes_on:
            words.doubts.add(Doubt.TRACKED_CHANGES)
            self._reader.has_changes = True
        carried, self._carried = self._carried, Words()
        carried.add(words)
        if goes_on or is_initial(paragraph):
            self._carried = carried
            return None
        is_hidden = bool(is_on(mark, "vanish")) or bool(style.hidden and is_on(mark, "vanish") is None)
        is_empty = not any(run.text.strip() for run in carried.runs)
        if is_hidden and is_empty and not carried.boxes:
            return None
        return carried

    def _style_of(self, paragraph: Element) -> Style:
        return self._styles.style(
            value_of(paragraph.find(f"{W}pPr"), "pStyle") or self._styles.default_paragraph
        )

    def _role(self, properties: Element | None, style: Style) -> Role:
        if style.is_title:
            return Role.TITLE
        return Role.HEADING if self._heading_level(properties, style) else Role.BODY

    def _heading_level(self, properties: Element | None, style: Style) -> int | None:
        own = number_of(properties, "outlineLvl")
        if own is None:
            return style.heading_level
        return own + 1 if own < BODY_LEVEL else None

    def _number(self, properties: Element | None, style: Style, words: Words) -> Numbered | None:
        """What the document shows before the paragraph."""
        own_list, own_level = numbering_of(properties)
        list_id = style.list_id if own_list is None else own_list
        if not list_id:
            return None
        levels = (own_level, style.list_level, self._numbering.level_of_style(list_id, style.list_style), 0)
        level = next(level for level in levels if level is not None)
        if own_list is None and level == 0:
            self._restart_unseen(list_id, words)
        return self._numbering.next(list_id, level)

    def _restart_unseen(self, list_id: str, words: Words) -> None:
        """A list whose numbers nobody has seen does not go on over a heading; the editor is told."""
        if not self._document.has_unseen_numbers or not self._numbering.is_simple(list_id):
            return
        if list_id not in self._begun:
            self._begun.add(list_id)
            if self._numbering.restart(list_id):
                words.doubts.add(Doubt.RESTARTED)

    def _take_table(self, table: Element, depth: int) -> None:
        rows = [row for row in of_kind(table, "tr", depth) if not is_gone(row)]
        cells = [[cell for cell in of_kind(row, "tc", depth) if not is_covered(cell)] for row in rows]
        if len(cells) == 1 and len(cells[0]) == 1:  # a frame around the text
            self._take_blocks(cells[0][0], depth + 1)
            return
        self._lists.begin_section()
        for row in cells:
            words = Words()
            texts = [self._cell_text(cell, words, depth + 1) for cell in row]
            self._gathering.add_row(texts, words.notes, words.doubts)
            for box in words.boxes:
                self._take_blocks(box, depth + 1)

    def _cell_text(self, cell: Element, gathered: Words, depth: int) -> str:
        """All that a cell says on one line, with the numbers that it shows; notes and doubts are gathered."""
        texts: list[str] = []
        for element in blocks_in(cell, depth):
            if name_of(element) == "tbl":
                inner = (one for row in of_kind(element, "tr", depth) for one in of_kind(row, "tc", depth))
                texts += [self._cell_text(one, gathered, depth + 1) for one in inner if not is_covered(one)]
            elif name_of(element) == "p":
                texts.append(self._paragraph_text(element, gathered))
        return " ".join(text for text in texts if text)

    def _paragraph_text(self, paragraph: Element, gathered: Words) -> str:
        words = self._words_of(paragraph)
        if words is None:
            return ""
        style = self._style_of(paragraph)
        if style.is_title and not self._gathering.found:  # a cover that is laid out as a table
            self._add(Role.TITLE, None, style, words, None)
            return ""
        number = self._number(paragraph.find(f"{W}pPr"), style, words)
        gathered.notes += words.notes
        gathered.boxes += words.boxes
        gathered.doubts |= words.doubts
        shown = number.shown if number and not number.is_bullet else ""
        return " ".join([shown, *source_lines(words.runs)]).strip()
