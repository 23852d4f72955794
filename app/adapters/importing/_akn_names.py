"""The names of Akoma Ntoso that matter to a reader of the text."""

from __future__ import annotations

from lxml.etree import _Element as Element

OURS = "{urn:x-innspill:draft}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NAMESPACE = "/akn/"  # every version's address has it, and those before 2017 have the next one
OLD_NAMESPACE = "akomantoso"

# What divides a text: with only a number it is a heading all the same ("Article 1").
DIVISIONS = frozenset(
    {
        "article", "book", "chapter", "division", "part", "proviso", "section", "subchapter", "subdivision",
        "subpart", "subtitle", "title", "tome",
    }
)  # fmt: skip
PIECES = frozenset(
    {
        "alinea", "clause", "crossHeading", "hcontainer", "indent", "level", "list", "paragraph", "point",
        "recital", "citation", "rule", "subclause", "sublist", "subparagraph", "subrule", "subsection",
        "transitional", "item",
    }
)  # fmt: skip
SENTENCES = frozenset({"p", "block", "listIntroduction", "listWrapUp", "docTitle", "caption", "tocItem"})
LEFT_OUT = frozenset(
    {"meta", "coverPage", "remark", "toc", "foreign", "components", "componentRef", "documentRef", "del"}
)
TITLES = ("longTitle", "docTitle", "shortTitle")


def name_of(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    """The first child of that name."""
    return next((one for one in element if name_of(one) == name), None)


def below(element: Element, name: str) -> Element | None:
    """The first element of that name below."""
    return next((one for one in element.iter() if name_of(one) == name), None)
