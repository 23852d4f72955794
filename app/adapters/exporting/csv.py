"""Comma-separated values (RFC 4180) that spreadsheets open as they are."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice

ROWS_A_PIECE = 500
# A spreadsheet takes a cell that begins so for a formula; OWASP advises an apostrophe before it.
FORMULA_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
# Where the comma does not part cells, a spreadsheet parts them at one of these instead.
OTHER_SEPARATORS = frozenset(";|\t\r\n")
BEFORE_FORMULA = re.compile(r'(?<![;|"\s])[;|"\s]++(?=[=+@＝＋＠]|[-－](?! ))')


def create() -> CsvExporter:
    """The exporter of CSV files."""
    return CsvExporter()


class CsvExporter:
    """UTF-8 with a byte order mark, lines ended by CRLF, and no cell that runs as a formula."""

    content_type = "text/csv; charset=utf-8"
    suffix = ".csv"

    def write(self, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
        """The file piece by piece; the same rows give the same bytes."""
        yield codecs.BOM_UTF8 + _lines([header])
        left = iter(rows)
        while some := list(islice(left, ROWS_A_PIECE)):
            yield _lines(some)


def _lines(rows: Iterable[tuple[str, ...]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows([_disarmed(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


def _disarmed(cell: str) -> str:
    inner = BEFORE_FORMULA.sub(_with_apostrophe, cell)
    return f"'{inner}" if cell[:1] in FORMULA_SIGNS else inner


def _with_apostrophe(run: re.Match[str]) -> str:
    return run[0] if OTHER_SEPARATORS.isdisjoint(run[0]) else f"{run[0]}'"
