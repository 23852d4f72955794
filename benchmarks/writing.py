"""The last figures measured, put into docs/benchmarks.md as a chart and a table."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.chart import chart
from benchmarks.figures import Report, markdown_table

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "benchmarks.md"
CHART = DOCS / "benchmarks.svg"
BEGIN = "<!-- figures: written by python -m benchmarks --write -->"
END = "<!-- end of figures -->"


def write_page(report: Report, machine: str) -> None:
    """The page shows these figures; what else it says stays."""
    CHART.write_text(chart(report.figures), "utf-8")
    told = [BEGIN, f"Measured {machine}.", "", markdown_table(report.figures), "", *report.remarks, END]
    page = PAGE.read_text("utf-8")
    PAGE.write_text(_between_marks(page, "\n".join(told)), "utf-8")


def _between_marks(page: str, told: str) -> str:
    marks = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    return marks.sub(lambda _found: told, page)
