"""Names of OpenDocument, and small questions about its elements."""

from __future__ import annotations

import re

from lxml.etree import _Element as Element

PREFIX = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{PREFIX}office:1.0}}"
TEXT = f"{{{PREFIX}text:1.0}}"
TABLE = f"{{{PREFIX}table:1.0}}"
STYLE = f"{{{PREFIX}style:1.0}}"
DRAW = f"{{{PREFIX}drawing:1.0}}"
FO = f"{{{PREFIX}xsl-fo-compatible:1.0}}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
MOST = 1_000_000
LENGTH = re.compile(r"(-?[\d.]{1,12})(in|cm|mm|pt|pc|px)")
TWENTIETHS = {"in": 1440.0, "cm": 567.0, "mm": 56.7, "pt": 20.0, "pc": 240.0, "px": 15.0}


def text_name(element: Element) -> str:
    """The local name of an element of the text vocabulary, or "" for any other."""
    tag = element.tag
    return tag[len(TEXT) :] if tag.startswith(TEXT) else ""


def words_in(element: Element) -> str:
    """All words of an element on one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def whole(written: str | None) -> int | None:
    """A whole number of reasonable size as it is written in an attribute, or None."""
    if written is None or not written.isdecimal() or len(written) > len(str(MOST)):
        return None
    return int(written)


def length(written: str | None) -> int | None:
    """A length in twentieths of a point, or None where none is written."""
    found = LENGTH.fullmatch(written or "")
    try:
        return round(float(found[1]) * TWENTIETHS[found[2]]) if found else None
    except ValueError:
        return None


def is_true(element: Element, name: str) -> bool:
    """Whether an attribute of the text vocabulary says "true"."""
    return element.get(f"{TEXT}{name}") == "true"
