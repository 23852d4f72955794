"""The numbers and letters that the lists of a page show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.adapters.importing._html_tree import Element, Looks, classes_of, name_of, words_in
from app.services.files.numbering import BULLET, roman_number

FORMS = {"a": "a", "A": "A", "i": "i", "I": "I", "1": "1"}
NAMED_FORMS = {
    "lower-alpha": "a", "lower-latin": "a", "alpha-lower": "a", "upper-alpha": "A", "upper-latin": "A",
    "alpha-upper": "A", "lower-roman": "i", "roman-lower": "i", "upper-roman": "I", "roman-upper": "I",
    "decimal": "1", "none": "", "disc": BULLET, "circle": BULLET, "square": BULLET,
}  # fmt: skip
COUNTER = re.compile(r"counter\([^,()]+,\s*([a-z-]+)\)")
GOOGLE_LIST = re.compile(r"lst-kix_[\w]+-(\d)")
OFFICE_LIST = re.compile(r"mso-list:\s*\w+\s+level(\d)", re.IGNORECASE)
SIGN_FONTS = ("symbol", "wingdings", "courier")
LONGEST_MARKER = 20
NUMBER = re.compile(r"[ \t\n\f\r]*([+-]?[0-9]+)")  # as browsers read it: what follows does not count
MOST_DIGITS = 9
FIRST_LONG_ROMAN, LAST_ROMAN = 400, 3999  # pages show them as Roman numbers, we do not


@dataclass
class ListAsked:
    """A list being read: the form and number of its next item, and a marker still to be given.

    `is_odd` when the page shows another marker there than the one to be given.
    """

    form: str
    level: int
    number: int = 1
    step: int = 1
    pending: str = ""
    is_odd: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether it shows no markers of its own, so that its items may begin with written ones."""
        return not self.form

    def begin_item(self, value: str | None) -> None:
        """The next text gets the marker of the next item, or of the number that the item asks for."""
        number = whole_number(value)
        if number is not None:
            self.number = number
        is_roman = bool(self.form) and self.form in "iI"
        is_long = is_roman and FIRST_LONG_ROMAN <= self.number <= LAST_ROMAN
        is_counted = self.form not in {"", BULLET}
        self.is_odd = self.is_odd or is_long or (is_counted and is_too_long(value))
        self.pending = marker_of(self.form, self.number)
        self.number += self.step

    def take_marker(self) -> tuple[str, bool]:
        """The marker that is to be given, once, and whether it is odd."""
        taken = self.pending, self.is_odd
        self.pending, self.is_odd = "", False
        return taken


@dataclass(frozen=True)
class OfficeItem:
    """A paragraph that a word processor marked as an item: its depth, and its marker as shown and bare."""

    level: int
    shown: str

    @property
    def marker(self) -> str:
        """The number or letter without its brackets and dots; a bullet for any other sign."""
        bare = self.shown.strip("().[] ")
        is_number = len(bare) <= LONGEST_MARKER and bare.replace(".", "").isalnum()
        return bare if is_number else BULLET


def list_of(element: Element, looks: Looks, around: Sequence[ListAsked]) -> ListAsked:
    """How the list counts its items."""
    level, named = len(around) + 1, _google_list(element)
    if named:
        level = int(named[1]) + 1
    form = _form(element, looks)
    start = whole_number(element.get("start"))
    is_reversed = element.get("reversed") is not None
    first = start if start is not None else len(element.findall("li")) if is_reversed else 1
    is_odd = form not in {"", BULLET} and is_too_long(element.get("start"))
    return ListAsked(form, level, first, -1 if is_reversed else 1, is_odd=is_odd)


def office_item(element: Element, looks: Looks) -> OfficeItem | None:
    """The item that Word says a paragraph is, or None."""
    found = OFFICE_LIST.search(element.get("style") or "")
    if found is None:
        return None
    for mark in element.iter("span"):
        style = (mark.get("style") or "").lower()
        if "mso-list" in style and "ignore" in style:
            shown = words_in(mark)
            fonts = " ".join(
                (span.get("style") or "").lower() for span in (*mark.iterancestors("span"), mark)
            )
            is_sign = any(font in fonts for font in SIGN_FONTS) or shown == "o"
            return OfficeItem(int(found[1]), "" if is_sign else shown)
    return OfficeItem(int(found[1]), "")


def marker_of(form: str, number: int) -> str:
    """What the item of that number shows in a list of that form."""
    if form in {"", BULLET}:
        return form
    if form in "aA" and number > 0:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord(form) + rest) + letters
        return letters
    if form in "iI" and 0 < number < 400:
        roman = roman_number(number)
        return roman if form == "i" else roman.upper()
    return str(number)


def whole_number(written: str | None) -> int | None:
    """The number written in an attribute, or None."""
    found = NUMBER.match(written or "")
    return int(found[1]) if found and not is_too_long(written) else None


def is_too_long(written: str | None) -> bool:
    """Whether it is a number with more digits than any list has items."""
    found = NUMBER.match(written or "")
    return found is not None and len(found[1].lstrip("+-")) > MOST_DIGITS


def _form(element: Element, looks: Looks) -> str:
    if name_of(element) != "ol":
        looked = looks.of(element).get("list-style-type") or looks.of(element).get("list-style", "")
        return "" if looked.startswith("none") else BULLET
    for name in classes_of(element):
        counters = COUNTER.findall(looks.counters.get(name, ""))
        if counters:
            return NAMED_FORMS.get(counters[-1], "1")
    declared = looks.of(element).get("list-style-type", "")
    return NAMED_FORMS.get(declared, FORMS.get(element.get("type") or "", "1"))


def _google_list(element: Element) -> re.Match[str] | None:
    return next((found for name in classes_of(element) if (found := GOOGLE_LIST.fullmatch(name))), None)
