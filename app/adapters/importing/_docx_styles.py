"""Styles of a Word document: what a paragraph or run is and how it looks when it does not say so itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from app.adapters.importing._docx_names import W, indent_of, is_on, number_of, numbering_of, value_of
from app.adapters.importing._office_names import HEADING_NAME, TITLE_NAMES

LONGEST_CHAIN = 40
BODY_LEVEL = 9
NO_TITLES = ("subtitle", "subtittel", "sous-titre", "apakšvirsraksts")
CONTENTS = re.compile(r"toc (?:\d+|heading)|table of figures|index \d+|index heading", re.IGNORECASE)


@dataclass
class Style:
    """What a style and those that it is based on say together; None where none of them says anything."""

    names: list[str] = field(default_factory=list)
    outline: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    list_style: str = ""  # the style of the chain that names the list
    indent: int | None = None
    strong: bool | None = None
    emphasis: bool | None = None
    hidden: bool | None = None
    language: Element | None = None

    @property
    def heading_level(self) -> int | None:
        """The level of a heading (1 is the highest), or None for what is no heading."""
        if self.outline is not None:
            return self.outline + 1 if self.outline < BODY_LEVEL else None
        found = next((named for named in map(HEADING_NAME.fullmatch, self.names) if named), None)
        return int(found[1]) if found else None

    @property
    def is_title(self) -> bool:
        """Whether it is the style of titles or based on it."""
        named = next((name for name in self.names if name in TITLE_NAMES or name in NO_TITLES), "")
        return named in TITLE_NAMES

    @property
    def is_contents(self) -> bool:
        """Whether it is for tables of contents and indexes."""
        return any(CONTENTS.fullmatch(name) for name in self.names[:1])


class Styles:
    """The styles of a document by their identifiers."""

    def __init__(self, root: Element | None) -> None:
        found = [] if root is None else root.findall(f"{W}style")
        self._elements = {style.get(f"{W}styleId", ""): style for style in found}
        self._looks: dict[str, Style] = {}
        self.default_paragraph = next(
            (
                style.get(f"{W}styleId", "")
                for style in found
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on")
            ),
            "",
        )
        defaults = None if root is None else root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self.is_hidden = bool(is_on(defaults, "vanish"))
        self.language = None if defaults is None else defaults.find(f"{W}lang")

    def style(self, identifier: str) -> Style:
        """What a style says, with all that it is based on; an empty one for an unknown identifier."""
        if identifier not in self._looks:
            self._looks[identifier] = self._gathered(identifier)
        return self._looks[identifier]

    def list_of(self, identifier: str) -> str | None:
        """The list that a style of lists stands for."""
        element = self._elements.get(identifier)
        return None if element is None else numbering_of(element.find(f"{W}pPr"))[0]

    def _gathered(self, identifier: str) -> Style:
        style = Style()
        seen: set[str] = set()
        while identifier in self._elements and identifier not in seen and len(seen) < LONGEST_CHAIN:
            seen.add(identifier)
            element = self._elements[identifier]
            style.names.append(" ".join((value_of(element, "name") or identifier).lower().split()))
            _inherit(style, identifier, element.find(f"{W}pPr"), element.find(f"{W}rPr"))
            identifier = value_of(element, "basedOn") or ""
        return style


def _inherit(style: Style, identifier: str, paragraph: Element | None, run: Element | None) -> None:
    """What the nearer style left open the further one decides."""
    list_id, list_level = numbering_of(paragraph)
    if style.list_id is None and list_id is not None:
        style.list_id, style.list_style = list_id, identifier
    if style.list_level is None and style.list_style in ("", identifier):
        style.list_level = list_level  # a level belongs to the list that it is named with
    style.outline = number_of(paragraph, "outlineLvl") if style.outline is None else style.outline
    style.indent = indent_of(paragraph) if style.indent is None else style.indent
    style.strong = is_on(run, "b") if style.strong is None else style.strong
    style.emphasis = is_on(run, "i") if style.emphasis is None else style.emphasis
    style.hidden = is_on(run, "vanish") if style.hidden is None else style.hidden
    if style.language is None and run is not None:
        style.language = run.find(f"{W}lang")
