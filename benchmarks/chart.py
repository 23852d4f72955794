"""Figures as a chart: a bar for each ratio, and a line where it must at least reach."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from benchmarks.figures import Figure, amount

WIDTH = 760
LABELS = 300
NUMBERS = 170
ROW = 44
BAR = 16
TOP = 46
UNITS = frozenset({"requests/s", "comments/s", "registrations/s", "rows/s"})
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1e2b3c }
.small { font-size: 11px; fill: #55606e }
.ours { fill: #0f5ea8 } .beside { fill: #a9b4c0 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6ebf1 } .small { fill: #aab4c0 } .ours { fill: #6cb2f2 } .beside { fill: #5b6673 }
}
"""


def chart(figures: Sequence[Figure]) -> str:
    """An SVG of what Innspill does in a second, above what stands beside it, on a logarithmic scale."""
    shown = [one for one in figures if one.unit in UNITS and one.beside_value]
    most = max((value for one in shown for value in (one.value, one.beside_value or 0)), default=1)
    height = TOP + ROW * len(shown) + 10
    rows = "".join(_row(figure, TOP + ROW * place, most) for place, figure in enumerate(shown))
    told = "; ".join(f"{one.what}: {_number(one.value, one)}" for one in shown)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>What Innspill does in a second</title><desc>{escape(told)}</desc><style>{STYLE}</style>"
        f'<text x="0" y="16">In a second (logarithmic scale)</text>{_legend()}{rows}</svg>\n'
    )


def _row(figure: Figure, top: int, most: float) -> str:
    beside = figure.beside_value or 0
    return (
        f'<text x="0" y="{top + 13}">{escape(figure.what)}</text>'
        f'<text x="0" y="{top + 30}" class="small">{escape(figure.beside)}</text>'
        + _bar("ours", figure.value, figure, top, most)
        + _bar("beside", beside, figure, top + BAR + 1, most)
    )


def _bar(name: str, value: float, figure: Figure, top: int, most: float) -> str:
    length = max(2.0, (WIDTH - LABELS - NUMBERS) * math.log10(1 + value) / math.log10(1 + most))
    return (
        f'<rect class="{name}" x="{LABELS}" y="{top}" width="{length:.0f}" height="{BAR - 1}"/>'
        f'<text class="small" x="{LABELS + length + 6:.0f}" y="{top + 12}">{_number(value, figure)}</text>'
    )


def _legend() -> str:
    return (
        f'<rect class="ours" x="{LABELS}" y="6" width="12" height="12"/>'
        f'<text class="small" x="{LABELS + 18}" y="16">Innspill</text>'
        f'<rect class="beside" x="{LABELS + 90}" y="6" width="12" height="12"/>'
        f'<text class="small" x="{LABELS + 108}" y="16">what stands beside it</text>'
    )


def _number(value: float, figure: Figure) -> str:
    return escape(amount(value, figure.unit))
