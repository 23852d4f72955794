"""Comma-separated values, parted by commas, semicolons or tabs, in any usual encoding."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from app.services.files.decoding import decode
from app.services.files.importing import Unreadable, UnreadableError
from app.services.paper.tabulating import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEET_BYTES,
    REMARK_SIGN,
    Cell,
    Template,
)

SEPARATORS = ",;\t"
SAYS_SEPARATOR = "sep="
MOST_SEPARATORS = 20_000  # on one line; what no text has
MOST_LINES = MOST_ROWS + 5_000  # so many rows of explanation and empty ones may stand between


def create() -> CsvSheets:
    """The format of CSV files."""
    return CsvSheets()


class CsvSheets:
    """Read with any of three separators; written as UTF-8 with a mark, for spreadsheet programmes."""

    suffix = ".csv"
    content_type = "text/csv; charset=utf-8"

    def read(self, content: bytes, encoding: str = "") -> list[list[Cell]]:
        """The rows of the file, empty ones included; raises UnreadableError."""
        text = decode(content, encoding, MOST_SHEET_BYTES).text
        return [[Cell(cell) for cell in row] for row in _rows(text)]

    def write(self, template: Template) -> bytes:
        """The names of the columns, after lines that explain them; nothing in them runs as a formula."""
        written = io.StringIO(newline="")
        lines = csv.writer(written, lineterminator="\r\n")
        lines.writerow([column.name for column in template.columns])
        for words in _explanation(template):
            lines.writerow([f"{REMARK_SIGN} {words}"])
        return codecs.BOM_UTF8 + written.getvalue().encode()


def _rows(text: str) -> list[list[str]]:
    separator, text = _separator(text)
    if any(line.count(separator) > MOST_SEPARATORS for line in text.split("\n")):
        raise UnreadableError(Unreadable.TOO_COMPLEX)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if len(rows) >= MOST_LINES:
                raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
            rows.append(row[: MOST_COLUMNS + 1])
    except csv.Error as error:
        raise UnreadableError(Unreadable.DAMAGED) from error
    return rows


def _separator(text: str) -> tuple[str, str]:
    """What parts the cells, as the file says or its first line shows, and the text without that saying."""
    first, _newline, rest = text.partition("\n")
    said = first.casefold().removeprefix(SAYS_SEPARATOR)
    if first.casefold().startswith(SAYS_SEPARATOR) and said in {*SEPARATORS, ""}:
        return said or "\t", f"\n{rest}"  # an empty line keeps the rows' numbers
    lines = (line for line in text.split("\n") if line.strip() and not line.startswith(REMARK_SIGN))
    header = next(lines, "")
    return max(SEPARATORS, key=header.count), text


def _explanation(template: Template) -> Iterator[str]:
    yield from template.intro
    for column in template.columns:
        values = f" ({', '.join(column.values)})" if column.values else ""
        yield f"{column.name}{' *' if column.is_needed else ''}: {column.words}{values}"
    yield template.paragraphs_title
    for label, words in template.paragraphs:
        yield f"{label}: {words}"
