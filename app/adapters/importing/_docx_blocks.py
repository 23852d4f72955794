"""Paragraphs, tables, rows and cells of a Word document, whatever they are wrapped in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml.etree import _Element as Element

from app.adapters.importing._docx_names import MC, W, is_on, name_of, value_of
from app.adapters.importing._docx_words import chosen
from app.services.files.importing import DEEPEST, Unreadable, UnreadableError

DESCENDED = frozenset({"customXml", "sdtContent", "smartTag", "ins", "moveTo"})


def blocks_in(parent: Iterable[Element], depth: int) -> Iterator[Element]:
    """Paragraphs and tables, also those within other elements; not those of a table of contents."""
    if depth > DEEPEST:
        raise UnreadableError(Unreadable.TOO_DEEP)
    for element in parent:
        name = name_of(element)
        if name in DESCENDED:
            yield from blocks_in(element, depth + 1)
        elif name == "sdt":
            if not _is_left_out(element):
                yield from blocks_in(element, depth + 1)
        elif element.tag == f"{MC}AlternateContent":
            yield from blocks_in(chosen(element), depth + 1)
        elif name in ("p", "tbl", "altChunk"):
            yield element


def paragraphs_in(parent: Iterable[Element], depth: int) -> Iterator[Element]:
    """Paragraphs, also those of tables."""
    for element in blocks_in(parent, depth):
        if name_of(element) == "p":
            yield element
        for row in of_kind(element, "tr", depth) if name_of(element) == "tbl" else ():
            for cell in of_kind(row, "tc", depth):
                yield from paragraphs_in(cell, depth + 1)


def of_kind(parent: Iterable[Element], kind: str, depth: int) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those within other elements."""
    if depth > DEEPEST:
        raise UnreadableError(Unreadable.TOO_DEEP)
    for element in parent:
        name = name_of(element)
        if name == kind:
            yield element
        elif name in DESCENDED or name == "sdt":
            yield from of_kind(element, kind, depth + 1)


def _is_left_out(control: Element) -> bool:
    """Whether a content control holds a table of contents, or only the words that ask to fill it in."""
    properties = control.find(f"{W}sdtPr")
    gallery = (
        "" if properties is None else value_of(properties.find(f"{W}docPartObj"), "docPartGallery") or ""
    )
    is_unfilled = properties is not None and properties.find(f"{W}showingPlcHdr") is not None
    return gallery.lower() == "table of contents" or is_unfilled


def is_initial(paragraph: Element) -> bool:
    """Whether a paragraph is only the large first letter of the next one."""
    frame = paragraph.find(f"{W}pPr/{W}framePr")
    return frame is not None and frame.get(f"{W}dropCap") in ("drop", "margin")


def is_gone(row: Element) -> bool:
    """Whether a row was deleted or is hidden."""
    properties = row.find(f"{W}trPr")
    return properties is not None and (
        properties.find(f"{W}del") is not None or bool(is_on(properties, "hidden"))
    )


def is_covered(cell: Element) -> bool:
    """Whether a cell was deleted, or is only the lower or right part of a larger one."""
    properties = cell.find(f"{W}tcPr")
    merged = [value_of(properties, name) for name in ("vMerge", "hMerge")]
    is_deleted = properties is not None and properties.find(f"{W}cellDel") is not None
    return is_deleted or any(value is not None and value != "restart" for value in merged)
