"""Reads OpenDocument texts, as LibreOffice writes them.

The format is read directly, without a library for it: docs/decisions/0012-office-files-are-read-directly.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lxml.etree import _Element as Element

from app.adapters.importing._odt_lists import OUTLINE, Counts, Numbered, Numbering, Place
from app.adapters.importing._odt_names import DRAW, TABLE, TEXT, is_true, text_name, whole, words_in
from app.adapters.importing._odt_package import Document, open_document
from app.adapters.importing._odt_styles import Style, Styles
from app.adapters.importing._odt_words import WordReader, Words, boxes_of, insertions_in
from app.adapters.importing._office_draft import Gathering
from app.adapters.importing._office_found import Role
from app.adapters.importing._office_inline import source_lines
from app.adapters.importing._office_lists import OpenLists
from app.services.files.importing import DEEPEST, Doubt, FoundDraft, Unreadable, UnreadableError

ROWS = frozenset({f"{TABLE}table-header-rows", f"{TABLE}table-rows", f"{TABLE}table-row-group"})
DEFAULT_INDENT = 360


def create() -> OdtImporter:
    """An importer of OpenDocument texts."""
    return OdtImporter()


class OdtImporter:
    """All that a reader of the document sees of its text, with the numbers that it shows."""

    suffixes = (".odt",)

    def read(self, content: bytes, encoding: str = "") -> FoundDraft:
        """What the file holds; raises UnreadableError."""
        return _Walk(open_document(content)).draft()


class _Cell:
    """What is gathered of one row while its cells are read."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.notes: list[str] = []
        self.doubts: set[Doubt] = set()


class _Walk:
    """Goes through the text once, in its order: numbers and changes depend on what came before."""

    def __init__(self, document: Document) -> None:
        self._document = document
        roots = (document.styles, document.content)
        self._styles = Styles(roots)
        self._numbering = Numbering(roots)
        self._gathering = Gathering()
        self._lists = OpenLists()
        has_changes, insertions = insertions_in(document.body)
        self._gathering.doubts |= {Doubt.TRACKED_CHANGES} if has_changes else set()
        self._reader = WordReader(self._styles, insertions, self._gathering.languages)
        self._counts = Counts()
        self._cell: _Cell | None = None

    def draft(self) -> FoundDraft:
        self._take_blocks(self._document.body, 0)
        language = self._document.language or self._styles.language
        return self._gathering.draft(self._document.title, language)

    def _take_blocks(self, parent: Iterable[Element], depth: int) -> None:
        if depth > DEEPEST:
            raise UnreadableError(Unreadable.TOO_DEEP)
        for element in parent:
            self._take_block(element, depth + 1)

    def _take_block(self, element: Element, depth: int) -> None:
        match text_name(element):
            case "p" | "h":
                self._take_paragraph(element, None, depth)
            case "list":
                self._take_list(element, None, depth)
            case "section" if not is_true(element, "is-hidden") and element.get(f"{TEXT}display") != "none":
                self._take_blocks(element, depth)
            case "bibliography" | "index-body":
                self._take_blocks(element, depth)
            case "numbered-paragraph":
                self._take_numbered(element, depth)
            case "change-start" | "change-end" | "change":
                self._reader.take_change(element)
            case "":
                self._take_foreign(element, depth)

    def _take_foreign(self, element: Element, depth: int) -> None:
        if element.tag == f"{TABLE}table":
            self._take_table(element, depth)
        elif element.tag.startswith(DRAW):
            boxes = boxes_of(element)
            for box in boxes:
                self._take_blocks(box, depth)
            if not boxes:
                self._gathering.doubt(Doubt.LEFT_OUT)

    def _take_list(self, element: Element, outer: Place | None, depth: int) -> None:
        if depth > DEEPEST:
            raise UnreadableError(Unreadable.TOO_DEEP)
        style = element.get(f"{TEXT}style-name", "") or (outer.style if outer else "")
        if outer:
            place = Place(outer.list_id, style, outer.level + 1)
            if is_true(element, "continue-numbering"):
                self._numbering.go_on(place.list_id, place.level)
        else:
            style = style or self._style_by_paragraph(element)
            place = Place(self._counts.of(element, style), style, 1)
        for item in element:
            self._take_item(item, place, depth + 1)

    def _style_by_paragraph(self, element: Element) -> str:
        first = next(element.iter(f"{TEXT}p", f"{TEXT}h"), None)
        return (self._style_of(first).list_name if first is not None else "") or ""

    def _take_item(self, item: Element, place: Place, depth: int) -> None:
        name = text_name(item)
        if name not in ("list-item", "list-header"):
            return
        place = replace(place, style=item.get(f"{TEXT}style-override", "") or place.style)
        start = whole(item.get(f"{TEXT}start-value"))
        if start is not None:
            self._numbering.start_with(place.list_id, place.level, start)
        number = item.find(f"{TEXT}number")
        written = None if number is None else words_in(number)
        is_numbered = name == "list-item"
        for child in item:
            kind = text_name(child)
            if kind in ("p", "h"):
                self._take_paragraph(child, place, depth, is_numbered=is_numbered, written=written)
                is_numbered = False
            elif kind == "list":
                self._take_list(child, place, depth)
            else:
                self._take_block(child, depth)

    def _take_numbered(self, element: Element, depth: int) -> None:
        style = element.get(f"{TEXT}style-name", "")
        level = whole(element.get(f"{TEXT}level")) or 1
        list_id = f"numbered {element.get(f'{TEXT}list-id', style)}"
        start = whole(element.get(f"{TEXT}start-value"))
        if start is not None:
            self._numbering.start_with(list_id, level, start)
        for child in element:
            if text_name(child) in ("p", "h"):
                self._take_paragraph(child, Place(list_id, style, level), depth, is_numbered=True)

    def _take_paragraph(
        self,
        paragraph: Element,
        place: Place | None,
        depth: int,
        *,
        is_numbered: bool = False,
        written: str | None = None,
    ) -> None:
        words = self._reader.read(paragraph)
        style = self._style_of(paragraph)
        if words.is_hidden or style.hidden:
            return
        heading = self._heading_level(paragraph, style)
        number = None
        if place is None:
            number = self._outline_number(paragraph, style, heading) if heading else None
        elif is_numbered:
            number = self._numbering.next(place.list_id, place.style, place.level)
        else:
            self._numbering.pass_by(place.list_id, place.level)
        written = words.number or written
        if number and written and not number.is_bullet:
            number = replace(number, shown=written)
        self._add(words, style, heading, place, number)
        for box in words.boxes:
            self._take_blocks(box, depth + 1)

    def _heading_level(self, paragraph: Element, style: Style) -> int:
        if style.is_title:
            return 0
        if text_name(paragraph) == "h":
            return whole(paragraph.get(f"{TEXT}outline-level")) or 1
        return style.heading_level or 0

    def _outline_number(self, heading: Element, style: Style, level: int) -> Numbered | None:
        if is_true(heading, "is-list-header") or style.list_name == "" or text_name(heading) != "h":
            return None
        if is_true(heading, "restart-numbering"):
            start = whole(heading.get(f"{TEXT}start-value"))
            self._numbering.start_with(OUTLINE, level, 1 if start is None else start)
        return self._numbering.next(OUTLINE, OUTLINE, level)

    def _style_of(self, paragraph: Element) -> Style:
        return self._styles.style("paragraph", paragraph.get(f"{TEXT}style-name", ""))

    def _add(
        self, words: Words, style: Style, heading: int, place: Place | None, number: Numbered | None
    ) -> None:
        is_bullet = bool(number and number.is_bullet)
        shown = number.shown if number and not is_bullet else ""
        if self._cell is not None:
            text = " ".join([shown, *source_lines(words.runs)]).strip()
            self._cell.texts += [text] if text else []
            self._cell.notes += words.notes
            self._cell.doubts |= words.doubts
            return
        role, level = self._role(style, heading, place, number)
        self._gathering.add(
            role,
            level,
            words.runs,
            shown=shown if role in (Role.ITEM, Role.HEADING) else "",
            is_bullet=is_bullet and role == Role.ITEM,
            notes=words.notes,
            doubts=words.doubts,
        )

    def _role(
        self, style: Style, heading: int, place: Place | None, number: Numbered | None
    ) -> tuple[Role, int]:
        if style.is_title:
            return Role.TITLE, 0
        if heading:
            self._lists.begin_section()
            return Role.HEADING, heading
        if place is None:
            return Role.BODY, self._lists.go_on(style.indent or 0)
        look = self._numbering.look(place.style, place.level)
        indents = (style.own_indent, look.indent, DEFAULT_INDENT * place.level)
        indent = next(one for one in indents if one is not None)
        if number is None or not (number.shown or number.is_bullet):
            return Role.BODY, self._lists.go_on(indent)
        return Role.ITEM, self._lists.enter(place.list_id, place.level, indent)

    def _take_table(self, table: Element, depth: int) -> None:
        rows = [
            [cell for cell in row if cell.tag == f"{TABLE}table-cell"]
            for row in _rows_of(table, depth)
            if row.get(f"{TABLE}visibility", "visible") == "visible"
        ]
        if self._cell is not None or (len(rows) == 1 and len(rows[0]) == 1):
            for cell in (cell for row in rows for cell in row):
                self._take_blocks(cell, depth + 1)
            return
        self._lists.begin_section()
        for row in rows:
            self._take_row(row, depth)

    def _take_row(self, row: list[Element], depth: int) -> None:
        texts: list[str] = []
        gathered = self._cell = _Cell()
        for cell in row:
            gathered.texts = []
            self._take_blocks(cell, depth + 1)
            texts.append(" ".join(gathered.texts))
        self._cell = None
        self._gathering.add_row(texts, gathered.notes, gathered.doubts)


def _rows_of(table: Element, depth: int) -> list[Element]:
    if depth > DEEPEST:
        raise UnreadableError(Unreadable.TOO_DEEP)
    rows: list[Element] = []
    for element in table:
        if element.tag == f"{TABLE}table-row":
            rows.append(element)
        elif element.tag in ROWS:
            rows += _rows_of(element, depth + 1)
    return rows
