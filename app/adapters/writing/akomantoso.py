"""Akoma Ntoso 3.0 (OASIS LegalDocML): the XML in which parliaments keep and exchange texts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby

from lxml import etree
from lxml.etree import _Element as Element

from app.models.kinds import ParagraphKind
from app.services.files.language_codes import three_letters
from app.services.files.spans import Span, cells_of
from app.services.files.writing import WrittenDraft, WrittenParagraph

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OURS = "urn:x-innspill:draft"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
NAMES: dict[str | None, str] = {None: AKN, "innspill": OURS}
US = "#innspill"
# The naming convention wants a country; a platform's consultations may come from anywhere.
NOWHERE = "xx"
TAGS = {ParagraphKind.HEADING: "section", ParagraphKind.PARAGRAPH: "paragraph", ParagraphKind.ITEM: "point"}
SHORT = {"section": "sec", "paragraph": "para"}
NOT_IN_EID = re.compile(r"[^a-z0-9.-]")
SENTENCES = frozenset({"p", "num", "heading", "docTitle"})


def create() -> AkomaNtosoWriter:
    """The writer of Akoma Ntoso."""
    return AkomaNtosoWriter()


@dataclass
class _Node:
    """A paragraph with what stands under it, or the rows of one table."""

    paragraphs: list[WrittenParagraph]
    depth: int
    inner: list[_Node] = field(default_factory=list)

    @property
    def tag(self) -> str:
        return TAGS.get(ParagraphKind(self.paragraphs[0].kind), "hcontainer")


@dataclass(frozen=True)
class _Place:
    """Where the writing stands: the eId and label above, and how many sections and items are open."""

    prefix: str = ""
    label: str = ""
    sections: int = 0
    items: int = 0


class AkomaNtosoWriter:
    """A statement whose `wId`s are our keys, which stay the same over versions and languages."""

    suffix = ".akn"
    media_type = "application/akn+xml"

    def write(self, draft: WrittenDraft) -> bytes:
        """The whole file."""
        root = etree.Element(_akn("akomaNtoso"), nsmap=NAMES)  # type: ignore[arg-type]  # None is the name of what has no prefix
        statement = _add(root, "statement", name="draft", contains="singleVersion")
        _write_meta(_add(statement, "meta"), draft)
        title = _add(_add(_add(statement, "preface"), "longTitle", eId="longTitle"), "p")
        _add(title, "docTitle", eId="longTitle__docTitle_1").text = draft.title
        body = _add(statement, "mainBody", eId="body")
        body.set(LANGUAGE, draft.language)
        _Body().write(body, _tree(draft.paragraphs), _Place())
        _indent(root, 0)
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _write_meta(meta: Element, draft: WrittenDraft) -> None:
    work = f"/akn/{NOWHERE}/statement/{draft.begun_on}/{draft.slug}"
    sealed_on = str(draft.sealed_at.date() if draft.sealed_at else draft.begun_on)
    expression = f"{work}/{three_letters(draft.language)}@{sealed_on}"
    identification = _add(meta, "identification", source=US)
    part = _frbr(identification, "FRBRWork", f"{work}/!main", work, str(draft.begun_on), "begun")
    _add(part, "FRBRcountry", value=NOWHERE)
    _add(part, "FRBRnumber", value=draft.slug)
    _add(part, "FRBRname", value=draft.consultation or draft.slug)
    this = f"{expression}/!main"
    part = _frbr(identification, "FRBRExpression", this, expression, sealed_on, "sealed")
    _add(part, "FRBRversionNumber", value=str(draft.number))
    _add(part, "FRBRauthoritative", value=str(draft.is_original).lower())
    _add(part, "FRBRlanguage", language=three_letters(draft.language))
    part = _frbr(
        identification, "FRBRManifestation", f"{this}.akn", f"{expression}.akn", sealed_on, "written"
    )
    _add(part, "FRBRformat", value=AkomaNtosoWriter.media_type)
    references = _add(meta, "references", source=US)
    _add_organization(references, "author", draft.body)
    _add_organization(references, "innspill", "Innspill")
    _write_ours(_add(meta, "proprietary", source=US), draft)


def _frbr(parent: Element, tag: str, this: str, uri: str, day: str, name: str) -> Element:
    part = _add(parent, tag)
    _add(part, "FRBRthis", value=this)
    _add(part, "FRBRuri", value=uri)
    _add(part, "FRBRdate", date=day, name=name)
    _add(part, "FRBRauthor", href="#author")
    return part


def _add_organization(references: Element, name: str, shown: str) -> None:
    address = f"/akn/ontology/organization/{name}"
    _add(references, "TLCOrganization", eId=name, href=address, showAs=shown or "–")


def _write_ours(ours: Element, draft: WrittenDraft) -> None:
    about = etree.SubElement(ours, _our("draft"), language=draft.language, digest=draft.digest)
    if draft.sealed_at:
        about.set("sealed", f"{draft.sealed_at:%Y-%m-%dT%H:%M:%SZ}")
    for text in draft.unseen:
        etree.SubElement(about, _our("unseen")).text = text
    for paragraph in draft.paragraphs:
        if not paragraph.is_plain:
            spelled = etree.SubElement(about, _our("source"), key=paragraph.key)
            spelled.set("shown", paragraph.html)
            spelled.text = paragraph.source


def _tree(paragraphs: tuple[WrittenParagraph, ...]) -> list[_Node]:
    """The paragraphs under their headings and items; the rows of a table together."""
    top: list[_Node] = []
    sections: list[_Node] = []
    items: list[_Node] = []
    for is_row, group in groupby(paragraphs, key=lambda one: (one.kind == ParagraphKind.ROW, one.level)):
        for found in [list(group)] if is_row[0] else [[one] for one in group]:
            node = _Node(found, _depth(found[0]))
            if found[0].is_heading:
                items.clear()
                _place(sections, node, top)
            else:
                _place(items, node, sections[-1].inner if sections else top)
    return top


def _place(open_nodes: list[_Node], node: _Node, outside: list[_Node]) -> None:
    while open_nodes and open_nodes[-1].depth >= node.depth:
        open_nodes.pop()
    (open_nodes[-1].inner if open_nodes else outside).append(node)
    if node.tag in {"section", "point"}:
        open_nodes.append(node)


def _depth(paragraph: WrittenParagraph) -> int:
    within = paragraph.kind in {ParagraphKind.PARAGRAPH, ParagraphKind.ROW}
    return paragraph.level + 1 if within else paragraph.level


class _Body:
    """Writes the tree of paragraphs, each under an eId of its own."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._counted: Counter[str] = Counter()

    def write(self, parent: Element, nodes: list[_Node], place: _Place) -> None:
        """The nodes stand in the parent element."""
        for node in nodes:
            if node.tag == "hcontainer":
                self._write_table(parent, node, place)
            else:
                self._write_node(parent, node, place)

    def _write_node(self, parent: Element, node: _Node, place: _Place) -> None:
        paragraph = node.paragraphs[0]
        element = _add(parent, node.tag)
        eid = self._name(element, place, _last_part(paragraph.label, place.label))
        _identify(element, paragraph, place)
        if paragraph.shown_label or (paragraph.is_heading and paragraph.shown_label == ""):
            _add(element, "num", eId=f"{eid}__num_1").text = paragraph.label or None
        if paragraph.is_heading:
            _write_words(_add(element, "heading", eId=f"{eid}__heading_1"), paragraph.spans, paragraph, eid)
            self.write(element, node.inner, _Place(f"{eid}__", paragraph.label, place.sections + 1, 0))
            return
        tag = "intro" if node.inner else "content"
        holder = _add(element, tag, eId=f"{eid}__{tag}_1")
        words = _add(holder, "p", eId=f"{eid}__{tag}_1__p_1")
        _write_words(words, paragraph.spans, paragraph, f"{eid}__{tag}_1__p_1")
        self.write(element, node.inner, _Place(f"{eid}__", paragraph.label, place.sections, place.items + 1))

    def _write_table(self, parent: Element, node: _Node, place: _Place) -> None:
        container = _add(parent, "hcontainer", name="table")
        eid = self._name(container, place, "")
        content = _add(container, "content", eId=f"{eid}__content_1")
        table = _add(content, "table", eId=f"{eid}__content_1__table_1")
        for number, row in enumerate(node.paragraphs, start=1):
            element = _add(table, "tr", eId=f"{eid}__content_1__table_1__tr_{number}")
            _identify(element, row, place)
            _write_cells(element, row)

    def _name(self, element: Element, place: _Place, number: str) -> str:
        """An eId by the naming convention: the number that is shown, or else the place among its like."""
        tag = etree.QName(element).localname
        stem = f"{place.prefix}{SHORT.get(tag, tag)}_"
        while not number or stem + number in self._given:
            self._counted[stem] += 1
            number = str(self._counted[stem])
        self._given.add(stem + number)
        element.set("eId", stem + number)
        return stem + number


def _identify(element: Element, paragraph: WrittenParagraph, place: _Place) -> None:
    element.set("wId", paragraph.key)
    said = {ParagraphKind.HEADING: place.sections + 1, ParagraphKind.ITEM: place.items + 1}
    if paragraph.level != said.get(ParagraphKind(paragraph.kind), place.items):
        element.set(_our("level"), str(paragraph.level))


def _write_cells(row: Element, paragraph: WrittenParagraph) -> None:
    cells = cells_of(paragraph.spans)
    for number, cell in enumerate(cells, start=1):
        words = _add(_add(row, "td"), "p")
        if number == 1 and paragraph.label:
            label = _add(words, "inline", name="label")
            label.text, label.tail = paragraph.label, " "
        is_last = number == len(cells)
        _write_words(words, cell, paragraph if is_last else None, str(row.get("eId")))


def _write_words(element: Element, spans: list[Span], noted: WrittenParagraph | None, eid: str) -> None:
    """The words, and at their end the notes of the paragraph given."""
    for span in spans:
        _write_span(element, span)
    for number, note in enumerate(noted.notes if noted else (), start=1):
        name = f"{eid}__authorialNote_{number}"
        written = _add(element, "authorialNote", eId=name, marker=str(number), placement="bottom")
        _add(written, "p", eId=f"{name}__p_1").text = note


def _write_span(element: Element, span: Span) -> None:
    look = (("a", span.address), ("b", span.strong), ("i", span.emphasis))
    inner = element
    for tag, wanted in look:
        if wanted:
            inner = _add(inner, tag)
    if span.address:
        element[-1].set("href", span.address)
    if inner is not element:
        inner.text = span.text
    elif len(element):
        element[-1].tail = (element[-1].tail or "") + span.text
    else:
        element.text = (element.text or "") + span.text


def _last_part(label: str, above: str) -> str:
    """Of "3.b" below "3" the "b", in the letters that an eId may have; "" when it has none."""
    part = label.removeprefix(above) if above else label
    return NOT_IN_EID.sub("", part.lower()).strip(".-")


def _indent(element: Element, depth: int) -> None:
    """Elements stand on lines of their own, those of a sentence on one."""
    if etree.QName(element).localname in SENTENCES or not len(element):
        return
    element.text = "\n" + "  " * (depth + 1)
    for child in element:
        _indent(child, depth + 1)
        child.tail = element.text
    element[-1].tail = "\n" + "  " * depth


def _add(parent: Element, tag: str, **attributes: str) -> Element:
    return etree.SubElement(parent, _akn(tag), attributes)


def _akn(tag: str) -> str:
    return f"{{{AKN}}}{tag}"


def _our(name: str) -> str:
    return f"{{{OURS}}}{name}"
