"""Figures, each with what stands beside it and what is wanted of it, and how they are printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

HEADER = ("", "Innspill", "beside it", "", "ratio", "wanted", "")
MILLISECONDS = "ms"
THOUSAND = 1000


@dataclass(frozen=True)
class Figure:
    """One measured thing; `ratio` is to what stands beside it, and holds when within `least` and `most`."""

    topic: str
    what: str
    value: float
    unit: str
    beside: str = ""
    beside_value: float | None = None
    ratio: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def judged(self) -> float | None:
        """The number that a limit is set for: the ratio, or the value where there is none."""
        return self.value if self.ratio is None else self.ratio

    @property
    def holds(self) -> bool | None:
        """Whether it is as wanted; None when nothing is wanted of it."""
        if self.judged is None or (self.least is None and self.most is None):
            return None
        return (self.least or 0) <= self.judged <= (math.inf if self.most is None else self.most)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        if self.least is not None:
            return f"at least {_short(self.least)}"
        return "" if self.most is None else f"at most {_short(self.most)}"


@dataclass(frozen=True)
class Report:
    """What a measurement found: figures, and sentences about them and about what could not be measured."""

    figures: Sequence[Figure] = ()
    remarks: Sequence[str] = ()
    failures: Sequence[str] = ()


def cells(figure: Figure) -> tuple[str, ...]:
    """The figure as a row under HEADER."""
    return (
        figure.what,
        amount(figure.value, figure.unit),
        "" if figure.beside_value is None else amount(figure.beside_value, figure.unit),
        figure.beside,
        "" if figure.ratio is None else _short(figure.ratio),
        figure.wanted,
        {True: "holds", False: "MISSED", None: ""}[figure.holds],
    )


def plain_table(figures: Sequence[Figure]) -> str:
    """The figures as lines of text, topic by topic."""
    rows = [cells(figure) for figure in figures]
    widths = [max(len(row[column]) for row in (HEADER, *rows)) for column in range(len(HEADER))]
    lines = [_line(HEADER, widths)]
    for topic in dict.fromkeys(figure.topic for figure in figures):
        lines += ["", topic]
        lines += [_line(cells(figure), widths) for figure in figures if figure.topic == topic]
    return "\n".join(lines)


def markdown_table(figures: Sequence[Figure]) -> str:
    """The same as Markdown."""
    lines = ["| " + " | ".join(HEADER) + " |", "|---|--:|--:|---|--:|---|---|"]
    for topic in dict.fromkeys(figure.topic for figure in figures):
        lines.append(f"| **{topic}** |" + " |" * (len(HEADER) - 1))
        lines += ["| " + " | ".join(cells(one)) + " |" for one in figures if one.topic == topic]
    return "\n".join(lines)


def amount(value: float, unit: str) -> str:
    """A number with its unit, with as many digits as mean something."""
    return f"{_short(value)} {unit}"


def _short(number: float) -> str:
    if number >= THOUSAND / 10 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.3g}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    to_the_right = {1, 2, 4}
    padded = [
        cell.rjust(width) if column in to_the_right else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()
