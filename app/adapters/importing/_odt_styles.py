"""Styles of an OpenDocument text: what a paragraph or span is and how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from app.adapters.importing._odt_names import FO, OFFICE, STYLE, TEXT, length, whole
from app.adapters.importing._office_names import HEADING_NAME, TITLE_NAMES

LONGEST_CHAIN = 40
BOLD = frozenset({"bold", "600", "700", "800", "900"})
SLANTED = frozenset({"italic", "oblique"})


@dataclass
class Style:
    """What a style and those above it say together; None where none of them says anything."""

    names: list[str] = field(default_factory=list)
    outline: int | None = None
    list_name: str | None = None  # "" says that there is no list
    indent: int | None = None
    own_indent: int | None = None  # what somebody did to this paragraph alone
    strong: bool | None = None
    emphasis: bool | None = None
    struck: bool | None = None
    hidden: bool | None = None
    language: str | None = None

    @property
    def is_title(self) -> bool:
        """Whether it is the style of titles or made from it."""
        return any(name in TITLE_NAMES for name in self.names) and "subtitle" not in self.names

    @property
    def heading_level(self) -> int | None:
        """The level of headings by the name of the style, for texts that do not call their headings so."""
        found = next((named for named in map(HEADING_NAME.fullmatch, self.names) if named), None)
        return int(found[1]) if found else None


class Styles:
    """The styles of a document by family and name; those of the text itself come before the shared ones."""

    def __init__(self, roots: Iterable[Element | None]) -> None:
        self._elements: dict[tuple[str, str], Element] = {}
        self._automatic: set[tuple[str, str]] = set()
        self._looks: dict[tuple[str, str], Style] = {}
        self.language = ""
        for element, is_automatic in _style_elements(roots):
            key = (element.get(f"{STYLE}family", ""), element.get(f"{STYLE}name", ""))
            if element.tag == f"{STYLE}default-style":
                self.language = _language(element) if key[0] == "paragraph" else self.language
            else:
                self._elements[key] = element
                self._automatic |= {key} if is_automatic else set()

    def style(self, family: str, name: str) -> Style:
        """What a style says, with all that stand above it; an empty one for an unknown name."""
        key = (family, name)
        if key not in self._looks:
            self._looks[key] = self._gathered(key)
        return self._looks[key]

    def _gathered(self, key: tuple[str, str]) -> Style:
        style = Style()
        seen: set[tuple[str, str]] = set()
        while key in self._elements and key not in seen and len(seen) < LONGEST_CHAIN:
            seen.add(key)
            element = self._elements[key]
            shown = element.get(f"{STYLE}display-name") or key[1].replace("_20_", " ")
            style.names.append(shown.lower())
            # What somebody did to one paragraph is meant; the look of a whole style is only its look.
            _inherit(style, element, key[0] == "text" or key in self._automatic)
            key = (key[0], element.get(f"{STYLE}parent-style-name", ""))
        return style


def _style_elements(roots: Iterable[Element | None]) -> Iterator[tuple[Element, bool]]:
    for root in roots:
        for folder in ("styles", "automatic-styles"):
            found = None if root is None else root.find(f"{OFFICE}{folder}")
            for element in () if found is None else found:
                yield element, folder == "automatic-styles"


def _inherit(style: Style, element: Element, takes_look: bool) -> None:
    """What the nearer style left open the further one decides."""
    if style.outline is None:
        style.outline = whole(element.get(f"{STYLE}default-outline-level"))
    if style.list_name is None:
        style.list_name = element.get(f"{STYLE}list-style-name")
    paragraph = element.find(f"{STYLE}paragraph-properties")
    if paragraph is not None and style.indent is None:
        style.indent = length(paragraph.get(f"{FO}margin-left"))
        style.own_indent = style.indent if takes_look else None
    words = element.find(f"{STYLE}text-properties")
    if words is None:
        return
    if style.hidden is None and (shown := words.get(f"{TEXT}display")):
        style.hidden = shown in ("none", "condition")
    style.language = style.language or _language(element) or None
    if takes_look:
        _inherit_look(style, words)


def _inherit_look(style: Style, words: Element) -> None:
    weight, slant = words.get(f"{FO}font-weight"), words.get(f"{FO}font-style")
    line = words.get(f"{STYLE}text-line-through-style")
    if style.strong is None and weight:
        style.strong = weight in BOLD
    if style.emphasis is None and slant:
        style.emphasis = slant in SLANTED
    if style.struck is None and line:
        style.struck = line != "none"


def _language(element: Element) -> str:
    words = element.find(f"{STYLE}text-properties")
    if words is None:
        return ""
    names = (f"{FO}language", f"{STYLE}language-asian", f"{STYLE}language-complex")
    found = [words.get(name, "") for name in names]
    return found[0] if found[0] not in ("", "none", "zxx") else ""
