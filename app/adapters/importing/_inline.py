"""Emphasis and links written as Markdown, one way for all formats: the same words give the same digests."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.services.characters import normalise
from app.services.files.importing import escape_markdown
from app.services.files.spans import cells_of, spans_of
from app.services.text import render_paragraph

SCHEMES = ("http://", "https://", "mailto:")
UNSEEN = re.compile("[\u00ad\ufeff]")  # where a word may be divided, and marks of byte order
JOINER = "\u2060"
STRONG, EMPHASIS = "**", "*"
MARKS = re.compile(r"\\(.)|\*+|\[((?:[^\[\]\\]|\\.)*)\]\(\S*?\)")
SIGNS = re.compile(r"[\\*_\]]")  # what may need an escape
WHITE = re.compile(r"\s+")
UNSAFE_IN_ADDRESS = re.compile(r"[\s()<>\\\[\]\"`{|}^]")


@dataclass(frozen=True)
class Run:
    """Words of one look."""

    text: str
    strong: bool = False
    emphasis: bool = False
    address: str = ""


def source_of(runs: Iterable[Run]) -> str:
    """The words as one line of Markdown; links lead to the web or to a mailbox, others are only words."""
    collapsed = _collapsed(runs)
    if not any(run.strong or run.emphasis or run.address for run in collapsed):
        return normalise(escape_markdown(plain_of(collapsed)))
    return normalise(_Writing(collapsed).source())


def source_of_row(cells: Iterable[str]) -> str:
    """A table's row as one line of Markdown, from the lines of its cells: they are read as the same cells."""
    return " | ".join(map(_unbroken, cells)).strip()


def plain_of(runs: Iterable[Run]) -> str:
    """The words alone, with every run of white space as one space."""
    return " ".join("".join(UNSEEN.sub("", run.text) for run in runs).split())


def web_address(address: str) -> str:
    """The address as it may stand in a link, or "" for one that leads elsewhere."""
    stripped = address.strip()
    if not stripped.lower().startswith(SCHEMES):
        return ""
    return UNSAFE_IN_ADDRESS.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), stripped)


def _unbroken(cell: str) -> str:
    """The cell, with a joiner that nobody sees where its words would be taken for a border of cells."""
    if "|" not in cell or len(cells_of(spans_of(render_paragraph(cell).html))) == 1:
        return cell
    return cell.replace("|", f"{JOINER}|")


def _collapsed(runs: Iterable[Run]) -> list[Run]:
    collapsed: list[Run] = []
    after_space = True
    for run in runs:
        text = WHITE.sub(" ", UNSEEN.sub("", run.text))
        if after_space:
            text = text.removeprefix(" ")
        if text:
            after_space = text.endswith(" ")
            collapsed.append(Run(text, run.strong, run.emphasis, web_address(run.address)))
    if after_space and collapsed:
        last = collapsed.pop()
        collapsed.append(Run(last.text.removesuffix(" "), last.strong, last.emphasis, last.address))
    return collapsed


def _marks(run: Run) -> tuple[str, ...]:
    return (STRONG,) * run.strong + (EMPHASIS,) * run.emphasis + ((run.address,) if run.address else ())


@dataclass
class _Span:
    start: int
    end: int


class _Writing:
    """Places the marks between the characters so that Markdown reads them as they were meant."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.text = "".join(run.text for run in runs)
        self.runs = runs
        self.opening: defaultdict[int, str] = defaultdict(str)
        self.closing: defaultdict[int, str] = defaultdict(str)
        self.escaped: set[int] = set()
        self.is_mixed = len({mark for run in runs for mark in _marks(run)}) > 1

    def source(self) -> str:
        self._mark(0, len(self.runs), 0, ())
        return "".join(self._pieces())

    def _mark(self, first: int, last: int, start: int, done: tuple[str, ...]) -> None:
        """Marks the runs from first to last; of marks that begin together the furthest is outermost."""
        while first < last:
            marks = [mark for mark in _marks(self.runs[first]) if mark not in done]
            ends = {mark: self._end_of(mark, first, last) for mark in marks}
            mark = max(marks, key=lambda mark: ends[mark]) if marks else ""
            beyond = ends.get(mark, first + 1)
            end = start + sum(len(run.text) for run in self.runs[first:beyond])
            if mark:
                place = _Span(start, end)
                self._emphasise(place, mark) if mark in (STRONG, EMPHASIS) else self._link(place, mark)
                self._mark(first, beyond, start, (*done, mark))
            first, start = beyond, end

    def _end_of(self, mark: str, first: int, last: int) -> int:
        while first < last and mark in _marks(self.runs[first]):
            first += 1
        return first

    def _link(self, span: _Span, address: str) -> None:
        self._leave_spaces(span)
        if span.start == span.end:
            return
        self.opening[span.start] += "["
        self.closing[span.end] = f"]({address})" + self.closing[span.end]
        words = self.text[span.start : span.end]
        self.escaped.update(span.start + place for place, sign in enumerate(words) if sign in "[]")

    def _emphasise(self, span: _Span, mark: str) -> None:
        self._leave_spaces(span)
        # Beside a letter a mark only counts when it touches a letter on its other side too.
        while not self.is_mixed and self._is_lost(span.start, span.start - 1, span):
            span.start += 1
        while not self.is_mixed and self._is_lost(span.end - 1, span.end, span):
            span.end -= 1
        self._leave_spaces(span)
        words = self.text[span.start : span.end]
        # Where one mark ends and another begins at once, nobody can tell which is which.
        if mark and any(sign.isalnum() for sign in words) and not self._is_unclear(span):
            self.opening[span.start] += mark
            self.closing[span.end] = mark + self.closing[span.end]

    def _is_lost(self, inside: int, outside: int, span: _Span) -> bool:
        return span.start < span.end and self._is_sign(inside) and self._is_letter(outside)

    def _is_unclear(self, span: _Span) -> bool:
        if self.is_mixed and not self._holds_whole_words(span):
            return True
        return self.closing[span.start].startswith("*") or self.opening[span.end].endswith("*")

    def _holds_whole_words(self, span: _Span) -> bool:
        before, after = self.text[span.start - 1 : span.start], self.text[span.end : span.end + 1]
        ends_with_letter = self._is_letter(span.end - 1) and not self._is_letter(span.end)
        return before in {"", " "} and (after in {"", " "} or ends_with_letter)

    def _leave_spaces(self, span: _Span) -> None:
        while span.start < span.end and self.text[span.start] == " ":
            span.start += 1
        while span.start < span.end and self.text[span.end - 1] == " ":
            span.end -= 1

    def _is_sign(self, place: int) -> bool:
        return unicodedata.category(self.text[place])[0] in "PS"

    def _is_letter(self, place: int) -> bool:
        inside = 0 <= place < len(self.text)
        return inside and self.text[place] != " " and not self._is_sign(place)

    def _pieces(self) -> Iterator[str]:
        text, last = self.text, 0
        signs = (found.start() for found in SIGNS.finditer(text))
        for place in sorted({*self.closing, *self.opening, *self.escaped, *signs}):
            yield text[last:place]
            yield self.closing.get(place, "")
            yield self.opening.get(place, "")
            sign = text[place : place + 1]
            yield f"\\{sign}" if sign and self._needs_escape(place, sign) else sign
            last = place + 1
        yield text[last:]

    def _needs_escape(self, place: int, sign: str) -> bool:
        # The same signs as `escape_markdown`, which sees the words of one run only.
        if sign in "\\*" or place in self.escaped:
            return True
        before, after = self.text[place - 1 : place], self.text[place + 1 : place + 2]
        if sign == "_":
            is_marked = any(self.opening.get(here) or self.closing.get(here) for here in (place, place + 1))
            return is_marked or not (before.isalnum() and after.isalnum())
        return sign == "]" and after == "("


def words_of(source: str) -> str:
    """The words of a line that `source_of` wrote, without its marks."""
    return MARKS.sub(lambda found: found[1] or words_of(found[2] or ""), source)
