"""The lines of a PDF's pages, without what stands on every page; a PDF knows only signs and places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from statistics import median
from typing import Any

from pypdf import PageObject

BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
SLANTED = re.compile(r"italic|oblique|slanted", re.IGNORECASE)
NOTE_NUMBER = re.compile(r"\s*(\d{1,3})\s*")
PAGE_NUMBER = re.compile(r"\W*(?:[^\W\d]{1,12}\.?\s)?\d{1,4}(?:\s?(?:/|[^\W\d]{1,6})\s?\d{1,4})?\W*")
MARKER_ALONE = re.compile(r"\(?(?:\w{1,5}|\d{1,3}(?:\.\d{1,3})+)[.)]|[^\w\s(“\"'«]")
EDGE = 0.12  # of a page's height: where running heads, running feet and page numbers stand
SAME_LINE = 0.55
RAISED = 0.8


@dataclass(frozen=True)
class Fragment:
    """Signs that were set together, with their place and look."""

    text: str
    x: float
    y: float
    size: float
    is_bold: bool = False
    is_slanted: bool = False


@dataclass
class Line:
    """A line as set; `y` grows upwards."""

    page: int
    fragments: list[Fragment] = field(default_factory=list)
    is_at_edge: bool = False

    @property
    def first(self) -> Fragment:
        return self.fragments[0]

    @property
    def text(self) -> str:
        return " ".join("".join(fragment.text for fragment in self.fragments).split())

    @property
    def size(self) -> float:
        return max(fragment.size for fragment in self.fragments)

    @property
    def x(self) -> float:
        return self.first.x

    @property
    def y(self) -> float:
        return next(fragment.y for fragment in self.fragments if fragment.size == self.size)

    @property
    def is_bold(self) -> bool:
        return all(fragment.is_bold for fragment in self.fragments if fragment.text.strip())

    def is_raised(self, fragment: Fragment) -> bool:
        """Whether the fragment is a small number, as references to notes are."""
        return fragment.size < RAISED * self.size and bool(NOTE_NUMBER.fullmatch(fragment.text))


def lines_of(number: int, page: PageObject) -> list[Line]:
    """The lines of one page, in the order in which they were set."""
    reading = _PageReading(number)
    page.extract_text(visitor_text=reading.take, visitor_operand_before=reading.follow)
    height, bottom = float(page.mediabox.height), float(page.mediabox.bottom)
    for line in reading.lines:
        place = (line.y - bottom) / height if height else 0.5
        line.is_at_edge = place < EDGE or place > 1 - EDGE
    return [line for line in reading.lines if line.text]


def without_running_lines(lines: Sequence[Line], pages: int) -> list[Line]:
    """The lines without running heads and feet and page numbers."""
    by_page = (list(group) for _, group in groupby(lines, lambda line: line.page))
    outermost = {id(line) for page in by_page for line in _outermost(page)}
    usual = median(line.size for line in lines) if lines else 0.0
    seen = Counter(_without_number(line, usual) for line in lines if id(line) in outermost)
    often = max(2, pages // 2)
    return [
        line
        for line in lines
        if not (
            id(line) in outermost
            and (_is_page_number(line, usual) or seen[_without_number(line, usual)] >= often)
        )
    ]


def _outermost(lines: list[Line]) -> Iterable[Line]:
    """The lines at the edges of one page that have no text further out than themselves."""
    edge = sorted((line for line in lines if line.is_at_edge), key=lambda line: line.y)
    middle = [line.y for line in lines if not line.is_at_edge]
    if not middle:
        return [*edge[:1], *edge[-1:]]
    low = [line for line in edge if line.y < min(middle)]
    high = [line for line in edge if line.y > max(middle)]
    return [*low[:2], *high[-2:]]


def _is_page_number(line: Line, usual: float) -> bool:
    return bool(PAGE_NUMBER.fullmatch(line.text)) and (line.text.isdigit() or not _stands_out(line, usual))


def _without_number(line: Line, usual: float) -> tuple[str, int]:
    words = line.text if _stands_out(line, usual) else re.sub(r"\d+", "#", line.text)
    return words, round(line.y / 4)


def _stands_out(line: Line, usual: float) -> bool:
    # "Article 3" and "Article 12" at the heads of two pages are headings and not a running head.
    return line.size > usual or line.is_bold


class _PageReading:
    """What the library tells while it reads a page."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.lines: list[Line] = []
        self._marked: list[bool] = []

    def follow(self, operator: bytes, operands: Any, _cm: Any, _tm: Any) -> None:
        """Remembers whether what comes is an artifact: decoration, or repeated on every page."""
        if operator in {b"BDC", b"BMC"}:
            self._marked.append(bool(operands) and operands[0] == "/Artifact")
        elif operator == b"EMC" and self._marked:
            self._marked.pop()

    def take(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        """The fragment stands in a line, the last one or a new one."""
        if not text.strip("\n") or font is None or any(self._marked):
            return
        fragment = _fragment(text.replace("\n", " "), cm, tm, font, size)
        if self._goes_on(fragment):
            fragments = self.lines[-1].fragments
            if (
                len(fragments) == 1
                and MARKER_ALONE.fullmatch(fragments[0].text)
                and fragment.size >= fragments[0].size
            ):
                # A tab stands between a marker and its item, and a PDF has no tabs.
                fragments.append(replace(fragment, text=" "))
            fragments.append(fragment)
        elif fragment.text.strip():
            self.lines.append(Line(self.number, [fragment]))

    def _goes_on(self, fragment: Fragment) -> bool:
        if not self.lines:
            return False
        line = self.lines[-1]
        return abs(line.y - fragment.y) < SAME_LINE * max(line.size, fragment.size) and fragment.x >= line.x


def _fragment(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> Fragment:
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    height = abs(size) * max(abs(tm[3]), abs(tm[1])) * max(abs(cm[3]), abs(cm[1]))
    name = str(font.get("/BaseFont", ""))
    return Fragment(text, x, y, round(height, 1), bool(BOLD.search(name)), bool(SLANTED.search(name)))
