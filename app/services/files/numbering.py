"""Reading the numbers and letters that documents show before their items and headings."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARKER = re.compile(
    r"""(?: \( (?P<both>\d{1,3}|[A-Za-z]|[ivxlc]{2,6}|[IVXLC]{2,6}) \)
          | (?P<right>\d{1,3}|[A-Za-z]|[ivxlc]{2,6}|[IVXLC]{2,6}) \)
          | (?P<dotted>\d{1,3}) \.
          | (?P<nested>\d{1,3}(?:\.\d{1,3})+) \.?
        ) \s+ (?P<rest>\S.*)""",
    re.VERBOSE | re.DOTALL,
)
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
WIDEST_GAP = 3
FORMS = ("both", "right", "dotted", "nested")
BULLET = "–"
BULLETS = "-*•–—◦▪·"


@dataclass(frozen=True)
class Marked:
    """A text with the marker taken off, and how deep its list stands (1 is the outermost)."""

    marker: str
    level: int
    rest: str


@dataclass(frozen=True)
class _Reading:
    """One way to understand a marker: "i" is a number in one list and a letter in another."""

    style: str
    value: int


class MarkerReader:
    """Tells markers from words that only look like them: a list starts at 1, a or i and counts on.

    Without that rule "5. novembrī" and "(c) 2030" would be items.
    """

    def __init__(self) -> None:
        self._lists: list[str] = []
        self._last: dict[str, int] = {}

    def read(self, text: str) -> Marked | None:
        """The marker that a text begins with, or None."""
        found = MARKER.fullmatch(text)
        if found is None:
            return None
        form, written = next((form, found[form]) for form in FORMS if found[form])
        if form == "nested" and found["rest"][0].islower():
            return None
        readings = _readings(form, written)
        chosen = next((reading for reading in readings if self._counts_on(reading)), None)
        chosen = chosen or next((reading for reading in readings if reading.value == 1), None)
        if chosen is None:
            return None
        self._last[chosen.style] = chosen.value
        return Marked(written, self._enter(chosen.style), found["rest"])

    @property
    def depth(self) -> int:
        """How many lists are open, one in the other."""
        return len(self._lists)

    def begin_section(self) -> None:
        """Lists do not go on under a heading or after a paragraph without a marker; their counting may."""
        self._lists.clear()

    def enter_list(self, depth: int, style: str) -> None:
        """A list that the format itself marks stands at that depth, so that lists of markers go below it."""
        self._lists = [*self._lists[: depth - 1], style]

    def _counts_on(self, reading: _Reading) -> bool:
        last = self._last.get(reading.style)
        return last is not None and last < reading.value <= last + WIDEST_GAP

    def _enter(self, style: str) -> int:
        if style in self._lists:
            del self._lists[self._lists.index(style) + 1 :]
        else:
            self._lists.append(style)
        return len(self._lists)


def roman_value(written: str) -> int | None:
    """What a Roman number says, or None when it is not written as one is."""
    values = [ROMAN_VALUES.get(letter, 0) for letter in written.lower()]
    if not all(values):
        return None
    total = sum(
        -value if any(later > value for later in values[place + 1 : place + 2]) else value
        for place, value in enumerate(values)
    )
    return total if roman_number(total) == written.lower() else None


def roman_number(value: int) -> str:
    """A number from 1 to 399 as Romans wrote it, in small letters."""
    parts = (
        (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    )  # fmt: skip
    written = ""
    for worth, letters in parts:
        count, value = divmod(value, worth)
        written += letters * count
    return written


def _readings(form: str, written: str) -> list[_Reading]:
    if written[0].isdigit():
        parts = written.split(".")
        # "2.3" counts on from "2.2" only, hence the first parts belong to the style.
        return [_Reading(f"{form} {'.'.join(parts[:-1])}", int(parts[-1]))]
    case = "upper" if written.isupper() else "lower"
    readings = []
    if len(written) == 1:
        readings.append(_Reading(f"{form} {case} letter", ord(written.lower()) - ord("a") + 1))
    roman = roman_value(written)
    if roman:
        readings.append(_Reading(f"{form} {case} roman", roman))
    return readings
