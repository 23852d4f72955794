"""Goes through a page from top to bottom and gathers headings, paragraphs, items and rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from app.adapters.importing._html_kinds import (
    BLOCKS,
    HEADINGS,
    PICTURES,
    TITLE,
    Look,
    changed_look,
    has_headings_of_text,
    heading_level,
    is_edge,
    is_layout,
    is_of_own_file,
)
from app.adapters.importing._html_lists import ListAsked, OfficeItem, list_of, office_item
from app.adapters.importing._html_notes import Notes
from app.adapters.importing._html_tree import Element, Looks, name_of, words_in
from app.adapters.importing._inline import Run, plain_of, source_of, source_of_row, words_of
from app.services.files.importing import (
    DEEPEST,
    LONGEST_BLOCK,
    MOST_BLOCKS,
    Doubt,
    FoundBlock,
    ParagraphKind,
    Unreadable,
    UnreadableError,
    body_blocks,
)
from app.services.files.numbering import BULLET, MARKER, MarkerReader

BREAK = Run("\n")
MOST_RUNS = 2 * LONGEST_BLOCK  # of one paragraph
LONGEST_AT_EDGE = 80  # what is longer above or below a page is text
DELETED, INSERTED = "del", "ins"
# A note's place in a sentence until the paragraph is whole; these signs have no meaning in any document.
NOTE_MARK = re.compile("\U000f0000(\\d+)\U000f0001")


@dataclass
class Flow:
    """What was found so far, and the paragraph that is being gathered."""

    looks: Looks
    notes: Notes
    found: list[FoundBlock] = field(default_factory=list)
    doubts: dict[str, None] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    lists: list[ListAsked] = field(default_factory=list)
    markers: MarkerReader = field(default_factory=MarkerReader)
    note_texts: list[str] = field(default_factory=list)
    has_picture: bool = False
    in_line: bool = False  # a cell or a heading, whose blocks are words on one line
    in_edge: bool = False  # what may stand above or below the text, of which all is found

    def take_page(self, root: Element) -> None:
        """Everything that the page shows is found from now on."""
        self._take_children(root, Look())
        self._close_paragraph()

    def _take_children(self, element: Element, look: Look) -> None:
        self._add_words(element.text, look)
        for child in element:
            self._take(child, look)
            self._add_words(child.tail, look)

    def _take(self, element: Element, look: Look) -> None:
        name = name_of(element)
        if self._takes_note(element) or self._leaves_out(element, name):
            return
        if name == "br":
            self.runs.append(BREAK)
        elif self.in_line and (name in BLOCKS or name in HEADINGS):
            self.runs.append(Run(" "))
            self._take_children(element, changed_look(look, element, self.looks))
            self.runs.append(Run(" "))
        elif name in BLOCKS or name in HEADINGS or is_edge(element, name):
            self._close_paragraph()
            self._take_block(element, name, changed_look(look, element, self.looks))
            self._close_paragraph()
        else:
            self._take_children(element, changed_look(look, element, self.looks))

    def _take_block(self, element: Element, name: str, look: Look) -> None:
        level = heading_level(element, name, self.looks)
        item = office_item(element, self.looks) if name == "p" else None
        if is_edge(element, name) and not self.in_edge:
            self._take_edge(element, name, look)
        elif level is not None:
            self._take_heading(element, level)
        elif item is not None:
            self._take_office_item(element, item, look)
        elif name in {"ul", "ol", "menu", "dir"}:
            self._take_list(element, look)
        elif name == "li":
            self._take_list_item(element, look)
        elif name == "table" and not is_layout(element):
            self._take_table(element, look)
        else:
            self._take_children(element, look)

    def _take_heading(self, element: Element, level: int) -> None:
        runs, item = self._line(element), office_item(element, self.looks)
        if all(run.strong for run in runs if run.text.strip()):
            runs = [replace(run, strong=False) for run in runs]
        if item is not None and item.shown:
            runs = [Run(f"{item.shown} "), *runs]
        source, notes = self._without_marks(source_of(runs))
        if source:
            self.markers.begin_section()
            self._add(FoundBlock(ParagraphKind.HEADING, level, "", source, notes))

    def _take_office_item(self, element: Element, item: OfficeItem, look: Look) -> None:
        self._take_children(element, look)
        source, notes = self._without_marks(source_of(self._taken_runs()))
        if source:
            self.markers.enter_list(item.level, f"office {item.marker == BULLET}")
            self._add(FoundBlock(ParagraphKind.ITEM, item.level, item.marker, source, notes))

    def _take_list(self, element: Element, look: Look) -> None:
        asked = list_of(element, self.looks, self.lists)
        if asked.level > DEEPEST:
            raise UnreadableError(Unreadable.TOO_DEEP)
        self.lists.append(asked)
        self._take_children(element, look)
        self._close_paragraph()
        self.lists.pop()

    def _take_list_item(self, element: Element, look: Look) -> None:
        if self.lists:
            self.lists[-1].begin_item(element.get("value"))
        self._take_children(element, look)

    def _take_table(self, table: Element, look: Look) -> None:
        for row in table.iter("tr", "caption"):
            if self._leaves_out(row, name_of(row)):
                continue
            if name_of(row) == "caption":
                self._add_paragraph(self._line(row))
                continue
            cells = [cell for cell in row.iter("td", "th") if not self._leaves_out(cell, name_of(cell))]
            texts = [source_of(self._line(cell)) for cell in cells]
            source, notes = self._without_marks(source_of_row(texts))
            if any(texts):
                self._add(FoundBlock(ParagraphKind.ROW, len(self.lists), "", source, notes))

    def _take_edge(self, element: Element, name: str, look: Look) -> None:
        """Of what stands above or below the text only headings are taken, unless it is text itself."""
        inside = Flow(self.looks, self.notes, in_edge=True)
        inside._take_children(element, look)
        inside._close_paragraph()
        is_own = is_of_own_file(element)
        if not is_own and self._is_text(element, inside.found):
            self._take_children(element, look)
            return
        keeps = has_headings_of_text(element, name)
        if not is_own and any(not keeps or block.kind != ParagraphKind.HEADING for block in inside.found):
            self.doubts[Doubt.LEFT_OUT] = None
        for heading in element.iter(*HEADINGS) if keeps else ():
            if self._is_shown(heading):
                self._take_heading(heading, heading_level(heading, name_of(heading), self.looks) or TITLE)

    def _is_text(self, element: Element, found: list[FoundBlock]) -> bool:
        """Whether an edge has running words: long ones, or several paragraphs that are above the text."""
        below = [block for block in found if block.kind != ParagraphKind.HEADING]
        if any(len(words_of(block.source)) > LONGEST_AT_EDGE for block in below):
            return True
        paragraphs = (one for one in element.iter("p") if words_in(one) and self._is_shown(one))
        is_above = name_of(element) == "header" or element.get("role") == "banner"
        return is_above and sum(1 for _one in paragraphs) > 1

    def _is_shown(self, element: Element) -> bool:
        return not any(self.looks.hides(one) for one in (element, *element.iterancestors()))

    def _takes_note(self, element: Element) -> bool:
        if element in self.notes.bodies:
            return True
        body = self.notes.references.get(element)
        if body is not None:
            self.runs.append(Run(f"\U000f0000{len(self.note_texts)}\U000f0001"))
            self.note_texts.append(self._words_of_note(body))
        return body is not None

    def _words_of_note(self, body: Element) -> str:
        inside = Flow(self.looks, self.notes, in_line=True)
        inside._take_children(body, Look())
        return NOTE_MARK.sub("", plain_of(inside.runs))

    def _leaves_out(self, element: Element, name: str) -> bool:
        if name in PICTURES:
            self.has_picture = True
        if name in {DELETED, INSERTED}:
            self.doubts[Doubt.TRACKED_CHANGES] = None
        is_list_of_notes = name in HEADINGS and any(
            self.notes.is_list_of_notes(one) for one in element.iterancestors("section", "aside", "div")
        )
        return (
            name == DELETED
            or element in self.notes.back_links
            or is_list_of_notes
            or self.looks.hides(element)
            or self._is_list_mark(element, name)
        )

    def _is_list_mark(self, element: Element, name: str) -> bool:
        # Word writes the number of an item as words, and says of them that they are none.
        return name == "span" and "mso-list" in (element.get("style") or "").lower()

    def _add_words(self, words: str | None, look: Look) -> None:
        if len(self.runs) > MOST_RUNS:
            raise UnreadableError(Unreadable.BLOCK_TOO_LONG)
        if words:
            self.runs.append(Run(" ".join(words.split("\n")), look.strong, look.emphasis, look.address))

    def _line(self, element: Element) -> list[Run]:
        """The words of a cell or a heading, on one line."""
        before, self.runs = self.runs, []
        self.in_line = True
        self._take_children(element, Look())
        self.in_line = False
        line, self.runs = self.runs, before
        return line

    def _taken_runs(self) -> list[Run]:
        runs, self.runs = self.runs, []
        return runs

    def _close_paragraph(self) -> None:
        if not self.runs:
            return
        paragraph: list[Run] = []
        breaks = 0
        for run in [*self._taken_runs(), BREAK, BREAK]:
            breaks = breaks + 1 if run is BREAK else breaks if not run.text.strip() else 0
            paragraph.append(run)
            if breaks == 2:
                self._add_paragraph(paragraph)
                paragraph, breaks = [], 0

    def _add_paragraph(self, runs: list[Run]) -> None:
        lines: list[list[Run]] = [[]]
        for run in runs:
            if run is BREAK:
                lines.append([])
            else:
                lines[-1].append(run)
        sources = [source for source in map(source_of, lines) if source]
        if not sources:
            return
        if self.lists:
            self._add_in_list(" ".join(sources))
            return
        for block in body_blocks(sources, self.markers):
            source, notes = self._without_marks(block.source)
            if source:
                self._add(replace(block, source=source, notes=notes))

    def _add_in_list(self, text: str) -> None:
        asked = self.lists[-1]
        source, notes = self._without_marks(text)
        marker, is_odd = asked.take_marker()
        written = MARKER.fullmatch(source) if asked.is_bare else None
        if written:
            marker = next(written[form] for form in ("both", "right", "dotted", "nested") if written[form])
            source = written["rest"]
        if marker:
            self.markers.enter_list(asked.level, "bullets" if marker == BULLET else "dotted ")
        kind = ParagraphKind.ITEM if marker else ParagraphKind.PARAGRAPH
        if source:
            doubts = (Doubt.ODD_NUMBER,) if is_odd else ()
            self._add(FoundBlock(kind, asked.level, marker, source, notes, doubts))

    def _without_marks(self, source: str) -> tuple[str, tuple[str, ...]]:
        if "\U000f0000" not in source:
            return source, ()
        numbers = [int(mark) for mark in NOTE_MARK.findall(source)]
        words = " ".join(NOTE_MARK.sub("", source).split())
        return words, tuple(self.note_texts[number] for number in numbers if number < len(self.note_texts))

    def _add(self, block: FoundBlock) -> None:
        if len(self.found) > MOST_BLOCKS:
            raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
        if len(block.source) > LONGEST_BLOCK:
            raise UnreadableError(Unreadable.BLOCK_TOO_LONG)
        if self.has_picture:
            block = replace(block, doubts=(*block.doubts, Doubt.LEFT_OUT))
            self.has_picture = False
        self.found.append(block)
