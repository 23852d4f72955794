"""What the elements of a page are in the structure of its text, and how they make words look."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.adapters.importing._html_tree import Element, Looks, classes_of, name_of

TITLE = 0  # the level of a heading that is the title and says so
BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
        "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup",
        "hr", "html", "legend", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
EDGES, EDGE_ROLES = frozenset({"header", "footer"}), frozenset({"banner", "contentinfo"})
PICTURES = frozenset({"audio", "canvas", "embed", "iframe", "img", "object", "svg", "video", "math"})
TITLE_CLASSES = frozenset({"MsoTitle", "title"})


@dataclass(frozen=True)
class Look:
    """How words look, and where they lead."""

    strong: bool = False
    emphasis: bool = False
    address: str = ""


def heading_level(element: Element, name: str, looks: Looks) -> int | None:
    """How deep a heading stands, TITLE for one that is the document's title, None for what is no heading."""
    if name in HEADINGS or name == "p":
        if TITLE_CLASSES.intersection(classes_of(element)):
            return TITLE
        if name in HEADINGS:
            return HEADINGS[name]
    if element.get("role") == "heading":
        level = element.get("aria-level") or ""
        return int(level) if re.fullmatch("[1-9]", level) else 2
    if name == "p" and "mso-outline-level" in (element.get("style") or ""):
        level = looks.of(element).get("mso-outline-level", "")
        return int(level) if re.fullmatch("[1-9]", level) else None
    return None


def is_edge(element: Element, name: str) -> bool:
    """Whether it stands above or below a page or an article, where mostly no text is."""
    return name in EDGES or element.get("role") in EDGE_ROLES


def is_of_own_file(element: Element) -> bool:
    """Whether it stands in a file that this site wrote: its edges tell of the draft, and are no text."""
    return any("data-innspill" in one.attrib for one in element.iterancestors())


def has_headings_of_text(element: Element, name: str) -> bool:
    """Whether the headings of what stands at an edge are those of the text."""
    return name == "header" and element.get("role") not in EDGE_ROLES


def is_layout(table: Element) -> bool:
    """Whether the table only arranges the page, so that its cells are read one after the other."""
    if table.get("role") in {"presentation", "none"}:
        return True
    if (
        next(table.iter("h1", "h2", "h3", "h4", "h5", "h6"), None) is not None
        or len(list(table.iter("table"))) > 1
    ):
        return True
    return all(sum(1 for _ in row.iter("td", "th")) <= 1 for row in table.iter("tr"))


def changed_look(look: Look, element: Element, looks: Looks) -> Look:
    """How words look inside the element."""
    name = name_of(element)
    if name in {"b", "strong"}:
        look = replace(look, strong=True)
    elif name in {"i", "em"}:
        look = replace(look, emphasis=True)
    elif name == "a" and element.get("href"):
        look = replace(look, address=element.get("href") or "")
    if element.get("style") or element.get("class"):
        look = _as_declared(look, looks.of(element))
    return look


def _as_declared(look: Look, looks: dict[str, str]) -> Look:
    weight, style = looks.get("font-weight", ""), looks.get("font-style", "")
    if weight:
        look = replace(look, strong=weight.startswith("bold") or (weight.isdigit() and int(weight) >= 600))
    if style:
        look = replace(look, emphasis=style in {"italic", "oblique"})
    return look
