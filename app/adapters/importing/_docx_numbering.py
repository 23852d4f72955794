"""Numbering of Word documents: what stands before a paragraph of a list when the document is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lxml.etree import _Element as Element

from app.adapters.importing import _office_numbers as numbers
from app.adapters.importing._docx_names import VAL, W, indent_of, is_on, number_of, value_of, whole
from app.adapters.importing._docx_styles import Styles

PLACE = re.compile(r"%([1-9])")
DEEPEST_LEVEL = 8
MOST_LINKS = 10
LONGEST_TEXT = 100
FORMATS: dict[str, Callable[[int], str]] = {
    "lowerLetter": numbers.repeated_letter,
    "upperLetter": lambda value: numbers.repeated_letter(value).upper(),
    "lowerRoman": numbers.roman,
    "upperRoman": lambda value: numbers.roman(value).upper(),
    "decimalZero": numbers.padded(2),
    "ordinal": numbers.ordinal,
    "decimalEnclosedCircle": numbers.circled,
    "russianLower": lambda value: numbers.repeated_letter(value, numbers.CYRILLIC),
    "russianUpper": lambda value: numbers.repeated_letter(value, numbers.CYRILLIC).upper(),
    "arabicAlpha": lambda value: numbers.repeated_letter(value, numbers.ARABIC),
    "arabicAbjad": lambda value: numbers.repeated_letter(value, numbers.ABJAD),
    "hebrew2": lambda value: numbers.repeated_letter(value, numbers.HEBREW),
    "chineseCounting": numbers.chinese,
    "chineseCountingThousand": numbers.chinese,
    "japaneseCounting": numbers.chinese,
    "taiwaneseCountingThousand": numbers.chinese,
    "ideographDigital": numbers.chinese,
    "none": lambda _value: "",
}


@dataclass(frozen=True)
class Level:
    """How one level of a list is numbered."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    pattern: str = ""  # of the form "custom"
    restart: int | None = None
    is_legal: bool = False
    indent: int | None = None
    style: str = ""

    def written(self, value: int) -> str:
        """A number as this level writes it."""
        if self.form == "custom":
            return str(value).zfill(len(self.pattern.split(",")[0].strip()))
        return FORMATS.get(self.form, str)(value)


@dataclass(frozen=True)
class Numbered:
    """What a document shows before a paragraph of a list, and where in its list the paragraph stands."""

    shown: str
    is_bullet: bool
    list_name: str
    level: int
    indent: int | None


@dataclass
class _List:
    """One list: the abstract list whose counting it shares, its levels, and where it begins anew."""

    abstract: str
    levels: dict[int, Level]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document, counted on with every paragraph that is asked for."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        found = [] if root is None else root.findall(f"{W}abstractNum")
        self._abstracts = {element.get(f"{W}abstractNumId", ""): element for element in found}
        found = [] if root is None else root.findall(f"{W}num")
        self._elements = {element.get(f"{W}numId", ""): element for element in found}
        self._lists: dict[str, _List | None] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._restarted: set[tuple[str, int]] = set()

    def level_of_style(self, list_id: str, style: str) -> int | None:
        """The level of a list that is numbered by putting a style on a paragraph."""
        found = self._list(list_id)
        levels = found.levels.items() if found else ()
        return next((number for number, level in levels if level.style == style), None)

    def is_simple(self, list_id: str) -> bool:
        """Whether a list has one level and does not say where it begins anew."""
        found = self._list(list_id)
        return bool(found and not found.restarts and set(found.levels) <= {0})

    def restart(self, list_id: str) -> bool:
        """The next paragraph of the list begins it anew; False where it would have begun there anyway."""
        found = self._list(list_id)
        return bool(found and self._counts.pop(found.abstract, None))

    def next(self, list_id: str, level: int) -> Numbered | None:
        """What stands before the next paragraph of that list and level; None when there is no such list."""
        found = self._list(list_id)
        if found is None:
            return None
        level = max(0, min(level, DEEPEST_LEVEL))
        counts = self._count(list_id, found, level)
        look = found.levels.get(level, Level())
        is_bullet = look.form == "bullet"
        shown = look.text if is_bullet else _shown(look, found.levels, counts)
        return Numbered(" ".join(shown.split()), is_bullet, found.abstract, level, look.indent)

    def _count(self, list_id: str, found: _List, level: int) -> dict[int, int]:
        counts = self._counts.setdefault(found.abstract, {})
        first = found.levels.get(level, Level()).start
        if level in found.restarts and (list_id, level) not in self._restarted:
            self._restarted.add((list_id, level))
            counts[level] = first
        else:
            counts[level] = counts[level] + 1 if level in counts else first
        for higher in range(level):
            counts.setdefault(higher, found.levels.get(higher, Level()).start)
        for deeper in [deeper for deeper in counts if deeper > level]:
            restart = found.levels.get(deeper, Level()).restart
            if level < (deeper if restart is None else restart):
                del counts[deeper]
        return counts

    def _list(self, list_id: str) -> _List | None:
        if list_id not in self._lists:
            self._lists[list_id] = self._read(list_id, MOST_LINKS)
        return self._lists[list_id]

    def _read(self, list_id: str, links: int) -> _List | None:
        element = self._elements.get(list_id)
        abstract_id = value_of(element, "abstractNumId") or ""
        abstract = self._abstracts.get(abstract_id)
        if element is None or abstract is None or not links:
            return None
        style = value_of(abstract, "numStyleLink")
        linked = self._styles.list_of(style) if style else None
        through = self._read(linked, links - 1) if linked and linked != list_id else None
        found = (
            _List(through.abstract, dict(through.levels))
            if through
            else _List(abstract_id, _levels(abstract))
        )
        for override in element.findall(f"{W}lvlOverride"):
            _override(found, override)
        return found


def _override(found: _List, override: Element) -> None:
    number = whole(override.get(f"{W}ilvl"))
    if number is None:
        return
    own = override.find(f"{W}lvl")
    if own is not None:
        found.levels[number] = _level(own)
    start = number_of(override, "startOverride")
    if start is not None:
        found.restarts[number] = start
        found.levels[number] = replace(found.levels.get(number, Level()), start=start)


def _levels(abstract: Element) -> dict[int, Level]:
    levels = {whole(level.get(f"{W}ilvl")): _level(level) for level in abstract.findall(f"{W}lvl")}
    return {number: level for number, level in levels.items() if number is not None}


def _level(element: Element) -> Level:
    start = number_of(element, "start")
    form = next(element.iter(f"{W}numFmt"), None)
    text = value_of(element, "lvlText") or ""
    return Level(
        start=0 if start is None else start,
        form="decimal" if form is None else form.get(VAL, "decimal"),
        text=text[:LONGEST_TEXT],
        pattern="" if form is None else form.get(f"{W}format", "")[:LONGEST_TEXT],
        restart=number_of(element, "lvlRestart"),
        is_legal=bool(is_on(element, "isLgl")),
        indent=indent_of(element.find(f"{W}pPr")),
        style=value_of(element, "pStyle") or "",
    )


def _shown(look: Level, levels: dict[int, Level], counts: dict[int, int]) -> str:
    def written(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        level = levels.get(place, Level())
        is_plain = look.is_legal and level.form != "none"
        count = counts.get(place, level.start)
        return str(count) if is_plain else level.written(count)

    return PLACE.sub(written, look.text)
