"""Names of WordprocessingML, and small questions about its elements."""

from __future__ import annotations

from lxml.etree import _Element as Element

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MATHS = "http://schemas.openxmlformats.org/officeDocument/2006/math"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
W = f"{{{MAIN}}}"
R = f"{{{RELATIONS}}}"
MC = f"{{{COMPATIBILITY}}}"
VAL = f"{W}val"
FALSE = frozenset({"0", "false", "off"})
# The strict form of the format has other addresses for the same names.
STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", MAIN.encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", RELATIONS.encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", MATHS.encode()),
)


def name_of(element: Element) -> str:
    """The local name of an element of Word's own vocabulary, or "" for any other."""
    tag = element.tag
    return tag[len(W) :] if tag.startswith(W) else ""


def value_of(parent: Element | None, name: str) -> str | None:
    """The value of a child's `val`, or None where there is no such child."""
    child = None if parent is None else parent.find(f"{W}{name}")
    return None if child is None else child.get(VAL, "")


def number_of(parent: Element | None, name: str) -> int | None:
    """The whole number in a child's `val`, or None."""
    return whole(value_of(parent, name))


def whole(written: str | None) -> int | None:
    """A whole number of reasonable size as it is written in an attribute, or None."""
    try:
        number = int(float(written or ""))
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 2**31 else None


def is_on(parent: Element | None, name: str) -> bool | None:
    """Whether a property is switched on, switched off, or not named (None)."""
    value = value_of(parent, name)
    return None if value is None else value.lower() not in FALSE


def indent_of(properties: Element | None) -> int | None:
    """How far a paragraph is set in, in twentieths of a point, where its properties say it."""
    indent = None if properties is None else properties.find(f"{W}ind")
    if indent is None:
        return None
    return next(
        (whole(indent.get(f"{W}{side}")) for side in ("left", "start") if indent.get(f"{W}{side}")), None
    )


def numbering_of(properties: Element | None) -> tuple[str | None, int | None]:
    """The list and the level in it that a paragraph's properties name, each of them or None."""
    numbering = None if properties is None else properties.find(f"{W}numPr")
    return (value_of(numbering, "numId"), number_of(numbering, "ilvl"))
