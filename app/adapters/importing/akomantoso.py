"""Reads Akoma Ntoso (OASIS LegalDocML): acts, bills, statements and other documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml.etree import _Element as Element

from app.adapters.importing._akn_names import (
    DIVISIONS,
    LEFT_OUT,
    NAMESPACE,
    OLD_NAMESPACE,
    OURS,
    PIECES,
    SENTENCES,
    TITLES,
    below,
    child,
    name_of,
)
from app.adapters.importing._akn_words import WordReader, Words
from app.adapters.importing._inline import source_of_row
from app.adapters.importing._keys import Given, Marks, is_key
from app.adapters.importing._office_package import parse
from app.services.files.importing import (
    DEEPEST,
    MOST_BLOCKS,
    MOST_FILE_BYTES,
    Doubt,
    FoundBlock,
    FoundDraft,
    ParagraphKind,
    Unreadable,
    UnreadableError,
    refuse_size,
)
from app.services.files.language_codes import language_tag
from app.services.files.numbering import BULLET, BULLETS

BARE_NUMBER = re.compile(r"\d[\d.]*|[IVXLC]+|[A-Za-z]")
AROUND_NUMBER = re.compile(r"^[\s(\[]+|[\s)\].:,;–—-]+$")
OUR_KINDS = {
    "section": ParagraphKind.HEADING,
    "paragraph": ParagraphKind.PARAGRAPH,
    "point": ParagraphKind.ITEM,
    "tr": ParagraphKind.ROW,
}


def create() -> AkomaNtosoImporter:
    """An importer of Akoma Ntoso."""
    return AkomaNtosoImporter()


class AkomaNtosoImporter:
    """Divisions as headings, numbered pieces as items, sentences as paragraphs, in the order of the text."""

    suffixes = (".akn", ".xml")

    def read(self, content: bytes, encoding: str = "") -> FoundDraft:
        """What the file holds; raises UnreadableError."""
        refuse_size(content, MOST_FILE_BYTES)
        root = parse(content)
        namespace = etree.QName(root).namespace or ""
        if name_of(root) != "akomaNtoso" or not (NAMESPACE in namespace or OLD_NAMESPACE in namespace):
            raise UnreadableError(Unreadable.WRONG_FORMAT)
        return _Walk(root).draft()


@dataclass(frozen=True)
class _Place:
    """How many divisions and items are open, and the number that the next sentence begins with."""

    headings: int = 0
    items: int = 0
    nesting: int = 0


@dataclass
class _Walk:
    """Goes through the text from top to bottom."""

    root: Element
    found: list[FoundBlock] = field(default_factory=list)
    doubts: dict[Doubt, None] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)
    pending: tuple[str, Given | None] | None = None  # an item whose words are still to come

    def __post_init__(self) -> None:
        self.about = next(self.root.iter(f"{OURS}draft"), None)
        self.words = WordReader(_notes_apart(self.root))
        for spelled in self.about if self.about is not None else ():
            if name_of(spelled) == "unseen":
                self.marks.spell_unseen(spelled.text or "")
            self.marks.spell(spelled.get("key", ""), spelled.get("shown", ""), spelled.text or "")

    def draft(self) -> FoundDraft:
        """The title and all blocks; raises UnreadableError."""
        title = self._title()
        document = next(iter(self.root), self.root)
        self._take_all((one for one in document if name_of(one) != "preface"), _Place())
        draft = FoundDraft(title, self.found, self._language(), tuple(self.doubts))
        return self.marks.settle(draft)

    def _title(self) -> str:
        places = [one for one in self.root.iter() if name_of(one) == "preface"]
        named = (below(place, name) for place in places for name in TITLES)
        for element in [*(one for one in named if one is not None), *places]:
            inner = below(element, "docTitle")
            said = self.words.read(element if inner is None else inner).plain
            if said:
                return said
        for name in ("FRBRname", "FRBRalias"):
            value = below(self.root, name)
            if value is not None and value.get("value"):
                return str(value.get("value"))
        raise UnreadableError(Unreadable.NO_TITLE)

    def _language(self) -> str:
        if self.about is not None:
            return self.about.get("language") or ""
        named = below(self.root, "FRBRlanguage")
        return language_tag(named.get("language") or "") if named is not None else ""

    def _take_all(self, elements: Iterable[Element], place: _Place) -> None:
        if place.nesting > DEEPEST:
            raise UnreadableError(Unreadable.TOO_DEEP)
        for element in elements:
            self._take(element, place)

    def _take(self, element: Element, place: _Place) -> None:
        name = name_of(element)
        if name in LEFT_OUT:
            self._note_loss(name)
        elif name in SENTENCES or name == "subheading":
            self._add_words(self.words.read(element), place)
        elif name == "table":
            self._take_table(element, place)
        elif name in {"ul", "ol"}:
            self._take_list(element, name, place)
        elif name == "crossHeading":
            self._add(ParagraphKind.HEADING, place.headings + 1, self.words.read(element))
        elif name in DIVISIONS or name in PIECES:
            self._take_piece(element, name, place)
        elif name not in {"heading", "num"}:
            self._take_all(element, replace(place, nesting=place.nesting + 1))

    def _take_piece(self, element: Element, name: str, place: _Place) -> None:
        number, heading = child(element, "num"), child(element, "heading")
        shown = self.words.read(number).plain if number is not None else ""
        inner = replace(place, nesting=place.nesting + 1)
        given = self._given(element, shown if number is not None or name != "section" else None, place)
        if given and given.kind != ParagraphKind.HEADING:
            self.pending = ("", given)
            is_item = given.kind == ParagraphKind.ITEM
            self._take_all(element, replace(inner, items=place.items + is_item))
        elif heading is not None or (shown and name in DIVISIONS):
            self._add_heading(heading, shown, given, place)
            self._take_all(element, replace(inner, headings=place.headings + 1, items=0))
        elif shown:
            self.pending = (_marker(shown), None)
            self._take_all(element, replace(inner, items=place.items + 1))
        else:
            self._take_all(element, inner)
        self.pending = None

    def _given(self, element: Element, shown: str | None, place: _Place) -> Given | None:
        """What an element of a file that Innspill wrote says of its paragraph."""
        key = element.get("wId") or ""
        kind = OUR_KINDS.get(name_of(element))
        if self.about is None or kind is None or not is_key(key):
            return None
        nested = {ParagraphKind.HEADING: place.headings + 1, ParagraphKind.ITEM: place.items + 1}
        said = element.get(f"{OURS}level") or ""
        level = int(said) if re.fullmatch(r"\d{1,3}", said) else nested.get(kind, place.items)
        return Given(key, shown, kind, level)

    def _add_heading(self, heading: Element | None, shown: str, given: Given | None, place: _Place) -> None:
        words = self.words.read(heading) if heading is not None else Words()
        if given is None and shown:
            said = words.source
            source = f"{shown}{_after_number(shown)} {said}" if said else shown
            self._add(ParagraphKind.HEADING, place.headings + 1, words, source=source)
        else:
            self._add(ParagraphKind.HEADING, place.headings + 1, words, given=given)

    def _add_words(self, words: Words, place: _Place) -> None:
        if not words.source:
            return
        pending, self.pending = self.pending, None
        if pending is None:
            self._add(ParagraphKind.PARAGRAPH, place.items, words)
        elif pending[1] is not None:
            self._add(pending[1].kind, pending[1].level or 0, words, given=pending[1])
        else:
            self._add(ParagraphKind.ITEM, place.items, words, marker=pending[0])

    def _take_list(self, element: Element, name: str, place: _Place) -> None:
        inner = replace(place, items=place.items + 1, nesting=place.nesting + 1)
        for number, item in enumerate((one for one in element if name_of(one) == "li"), start=1):
            lists = frozenset(one for one in item if name_of(one) in {"ul", "ol"})
            shown = item.get("value") or str(number)
            self.pending = (BULLET if name == "ul" else shown, None)
            self._add_words(self.words.read(item, lists), inner)
            self.pending = None
            self._take_all(lists and [one for one in item if one in lists], inner)

    def _take_table(self, table: Element, place: _Place) -> None:
        self.pending = None
        for row in (one for one in table.iter() if name_of(one) in {"tr", "caption"}):
            if name_of(row) == "caption":
                self._add_words(self.words.read(row), place)
                continue
            label = _label_of_row(row)
            given = self._given(row, "" if label is None else str(label.text or ""), place)
            hidden = frozenset([label]) if label is not None and given else frozenset()
            cells = [self.words.read(cell, hidden) for cell in row if name_of(cell) in {"td", "th"}]
            if any(cell.source for cell in cells):
                said = Words(notes=[note for cell in cells for note in cell.notes])
                for cell in cells:
                    said.doubts.update(cell.doubts)
                source = source_of_row(cell.source for cell in cells)
                self._add(ParagraphKind.ROW, place.items, said, source=source, given=given)

    def _add(
        self,
        kind: str,
        level: int,
        words: Words,
        *,
        marker: str = "",
        source: str | None = None,
        given: Given | None = None,
    ) -> None:
        said = " ".join((words.source if source is None else source).split())
        block = FoundBlock(kind, level, marker, said, tuple(words.notes), tuple(words.doubts))
        self.doubts.update(dict.fromkeys(doubt for doubt in words.doubts if doubt == Doubt.TRACKED_CHANGES))
        if given:
            block = self.marks.settle_block(block, given)
        if len(self.found) > MOST_BLOCKS:
            raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
        if block.source:
            self.found.append(block)

    def _note_loss(self, name: str) -> None:
        if name == "del":
            self.doubts[Doubt.TRACKED_CHANGES] = None
        elif name in {"components", "foreign", "componentRef", "documentRef"}:
            self.doubts[Doubt.LEFT_OUT] = None


def _notes_apart(root: Element) -> dict[str, str]:
    reader = WordReader({})
    notes = (one for one in root.iter() if name_of(one) == "note")
    return {one.get("eId") or one.get("id") or "": reader.read(one).plain for one in notes}


def _label_of_row(row: Element) -> Element | None:
    first = next((one for one in row.iter() if name_of(one) == "p"), None)
    inner = first[0] if first is not None and len(first) and not first.text else None
    is_label = inner is not None and name_of(inner) == "inline" and inner.get("name") == "label"
    return inner if is_label else None


def _marker(shown: str) -> str:
    if shown in BULLETS:
        return BULLET
    return AROUND_NUMBER.sub("", shown) or shown


def _after_number(shown: str) -> str:
    if not shown[-1].isalnum():
        return ""
    return "." if BARE_NUMBER.fullmatch(shown) else ":"
