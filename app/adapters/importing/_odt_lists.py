"""Numbering of OpenDocument texts: what stands before a paragraph of a list when the document is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from app.adapters.importing import _office_numbers as numbers
from app.adapters.importing._odt_names import FO, OFFICE, STYLE, TEXT, XML_ID, is_true, length, whole

OUTLINE = "Outline"
DEEPEST_LEVEL = 10
LONGEST_TEXT = 60
PLACE = re.compile(r"%(\d{1,2})%")
FORMATS: dict[str, Callable[[int], str]] = {
    "": lambda _value: "",
    "a": numbers.lettered,
    "A": lambda value: numbers.lettered(value).upper(),
    "a synced": numbers.repeated_letter,
    "A synced": lambda value: numbers.repeated_letter(value).upper(),
    "i": numbers.roman,
    "I": lambda value: numbers.roman(value).upper(),
    "01, 02, 03, ...": numbers.padded(2),
    "1st": numbers.ordinal,
    "一, 二, 三, ...": numbers.chinese,
    "①, ②, ③, ...": numbers.circled,
    "أ, ب, ت, ...": lambda value: numbers.repeated_letter(value, numbers.ARABIC),
    "أ, ب, ج, ...": lambda value: numbers.repeated_letter(value, numbers.ABJAD),
    "א, ב, ג, ...": lambda value: numbers.repeated_letter(value, numbers.HEBREW),
    "а, б, .., аа, бб, ... (ru)": lambda value: numbers.repeated_letter(value, numbers.CYRILLIC),
    "А, Б, .., Аа, Бб, ... (ru)": lambda value: numbers.repeated_letter(value, numbers.CYRILLIC).upper(),
}


@dataclass(frozen=True)
class Level:
    """How one level of a list is numbered; `form` is None for bullets."""

    form: str | None = ""
    before: str = ""
    after: str = ""
    shows: int = 1
    start: int = 1
    pattern: str = ""
    indent: int | None = None

    def written(self, value: int) -> str:
        """A number as this level writes it."""
        return FORMATS.get(self.form or "", str)(value)


@dataclass(frozen=True)
class Numbered:
    """What a document shows before a paragraph of a list, and where in its list the paragraph stands."""

    shown: str
    is_bullet: bool
    list_name: str
    level: int
    indent: int | None


@dataclass
class _Count:
    """How far a list has been counted on each level, and the numbers that it was told to go on with."""

    values: dict[int, int] = field(default_factory=dict)
    told: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document, counted on with every paragraph that is asked for."""

    def __init__(self, roots: Iterable[Element | None]) -> None:
        self._styles: dict[str, dict[int, Level]] = {}
        for root in roots:
            for element in () if root is None else root.iterfind(f"{OFFICE}*/*"):
                if element.tag == f"{TEXT}list-style":
                    self._styles[element.get(f"{STYLE}name", "")] = _levels(element)
                elif element.tag == f"{TEXT}outline-style":
                    self._styles[OUTLINE] = _levels(element)
        self._counts: dict[str, _Count] = {}

    def start_with(self, list_id: str, level: int, value: int) -> None:
        """The next paragraph of that level has that number."""
        self._counts.setdefault(list_id, _Count()).told[level] = value

    def go_on(self, list_id: str, level: int) -> None:
        """The next paragraph of that level counts on from the last one, whatever came between."""
        count = self._counts.setdefault(list_id, _Count())
        if level in count.last:
            count.told[level] = count.last[level] + 1

    def pass_by(self, list_id: str, level: int) -> None:
        """A paragraph of that level stands without a number: what lies deeper begins anew after it."""
        values = self._counts.setdefault(list_id, _Count()).values
        for deeper in [deeper for deeper in values if deeper > level]:
            del values[deeper]

    def look(self, style: str, level: int) -> Level:
        """How a level of a list style is numbered."""
        return self._styles.get(style, {}).get(level, Level())

    def next(self, list_id: str, style: str, level: int) -> Numbered:
        """What stands before the next paragraph of that list and level (1 is the outermost)."""
        look = self.look(style, level)
        count = self._counts.setdefault(list_id, _Count())
        values = count.values
        if level in count.told:
            values[level] = count.told.pop(level)
        else:
            values[level] = values[level] + 1 if level in values else look.start
        count.last[level] = values[level]
        for higher in range(1, level):
            values.setdefault(higher, self.look(style, higher).start)
        self.pass_by(list_id, level)
        shown = "" if look.form is None else self._shown(look, style, level, values)
        return Numbered(" ".join(shown.split()), look.form is None, list_id, level, look.indent)

    def _shown(self, look: Level, style: str, level: int, values: dict[int, int]) -> str:
        def written(place: int) -> str:
            return self.look(style, place).written(values[place]) if place in values else ""

        if look.pattern:
            return PLACE.sub(lambda found: written(int(found[1])), look.pattern)
        if not look.form:
            return ""
        first = max(1, level - look.shows + 1)
        parts = [part for place in range(first, level + 1) if (part := written(place))]
        return f"{look.before}{'.'.join(parts)}{look.after}"


@dataclass(frozen=True)
class Place:
    """Where in a list the reading stands: whose count it shares, its style, and its level (from 1)."""

    list_id: str
    style: str
    level: int


class Counts:
    """Which lists of a document count on from others."""

    def __init__(self) -> None:
        self._shared: dict[str, str] = {}  # whose count a list shares, by the list's name in the file
        self._last = ("", "")  # the style of the last list, and whose count it shares

    def of(self, element: Element, style: str) -> str:
        """The count that a list shares: another list's that it continues, or one of its own."""
        name = element.get(XML_ID) or f"list {len(self._shared)}"
        continued = self._shared.get(element.get(f"{TEXT}continue-list", ""))
        if continued is None and is_true(element, "continue-numbering"):
            last_style, last = self._last
            continued = last if last_style == style else None
        if style == OUTLINE:
            continued = OUTLINE
        self._shared[name] = continued or f"{name} {len(self._shared)}"
        self._last = (style, self._shared[name])
        return self._shared[name]


def _levels(style: Element) -> dict[int, Level]:
    return {number: _level(element) for element in style if (number := whole(element.get(f"{TEXT}level")))}


def _level(element: Element) -> Level:
    start = whole(element.get(f"{TEXT}start-value"))
    form = element.get(f"{STYLE}num-format", "")
    if element.tag in (f"{TEXT}list-level-style-bullet", f"{TEXT}list-level-style-image"):
        return Level(form=None, indent=_indent(element))
    if form in ("a", "A") and element.get(f"{STYLE}num-letter-sync") == "true":
        form += " synced"
    patterns = (value for name, value in element.attrib.items() if str(name).endswith("}num-list-format"))
    return Level(
        form=form[:LONGEST_TEXT],
        before=element.get(f"{STYLE}num-prefix", "")[:LONGEST_TEXT],
        after=element.get(f"{STYLE}num-suffix", "")[:LONGEST_TEXT],
        shows=whole(element.get(f"{TEXT}display-levels")) or 1,
        start=1 if start is None else start,
        pattern=str(next(patterns, ""))[:LONGEST_TEXT],
        indent=_indent(element),
    )


def _indent(element: Element) -> int | None:
    properties = element.find(f"{STYLE}list-level-properties")
    if properties is None:
        return None
    aligned = properties.find(f"{STYLE}list-level-label-alignment")
    if aligned is not None:
        return length(aligned.get(f"{FO}margin-left"))
    before, width = (length(properties.get(f"{TEXT}{name}")) for name in ("space-before", "min-label-width"))
    return None if before is None and width is None else (before or 0) + (width or 0)
