"""Office Open XML workbooks: the sheet “comments”, or else the first one that is shown."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any

import xlsxwriter
from openpyxl import load_workbook

from app.adapters.intake._workbook import refuse_dangerous
from app.services.files.importing import Unreadable, UnreadableError
from app.services.paper.tabulating import EMPTY, MOST_COLUMNS, MOST_ROWS, Cell, Template

SHEET = "comments"
MOST_LINES = MOST_ROWS + 5_000
WIDTH, WIDE = 18, 60
LONGEST_LIST = 255  # of a list of choices that is written in the sheet itself
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
WHOLE = 1e15  # numbers up to here have all their digits


def create() -> XlsxSheets:
    """The format of XLSX files."""
    return XlsxSheets()


class XlsxSheets:
    """Formulas are taken as the value that they last gave; numbers and dates as what they mean."""

    suffix = ".xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def read(self, content: bytes, encoding: str = "") -> list[list[Cell]]:
        """The rows of the sheet, empty ones included; raises UnreadableError."""
        has_formulas = refuse_dangerous(content)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of looks and charts that are not read
                rows = _rows(content, as_values=True)
                return _without_lost(rows, _rows(content, as_values=False)) if has_formulas else rows
        except UnreadableError:
            raise
        except Exception as error:  # a broken workbook fails in as many ways as the library has lines
            raise UnreadableError(Unreadable.DAMAGED) from error

    def write(self, template: Template) -> bytes:
        """A sheet to fill in, its cells text and its choices in lists, and a sheet that explains it."""
        file = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - the same file every time
            _write_form(book, template)
            _write_explanation(book, template)
        return file.getvalue()


def _rows(content: bytes, *, as_values: bool) -> list[list[Cell]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=as_values, keep_links=False)
    try:
        sheet = _sheet(book)
        sheet.reset_dimensions()  # a file may say that it is smaller than it is
        return list(_lines_of(sheet))
    finally:
        book.close()


def _lines_of(sheet: Any) -> Iterator[list[Cell]]:
    nothing: list[Cell] = []
    row, filled = None, 0
    for following in sheet.iter_rows(max_col=MOST_COLUMNS + 1):
        if following is row:  # a gap of a million rows is one row, said a million times
            yield nothing
            continue
        row = following
        cells = [_cell(cell) for cell in row]
        while cells and cells[-1] == EMPTY:
            cells.pop()
        filled += bool(cells)
        if filled > MOST_LINES:
            raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
        yield cells


def _sheet(book: Any) -> Any:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise UnreadableError(Unreadable.EMPTY)
    return next((sheet for sheet in sheets if sheet.title.casefold() == SHEET), sheets[0])


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or value == "":
        return EMPTY
    if cell.data_type in {"e", "f"}:
        return Cell(str(value), "error" if cell.data_type == "e" else "formula")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, int | float):
        return Cell(_number(value), "number")
    if isinstance(value, date | time | timedelta):
        return Cell(_date(value), "date")
    return Cell(ESCAPED.sub(_character, str(value)))


def _without_lost(values: list[list[Cell]], formulas: list[list[Cell]]) -> list[list[Cell]]:
    """The rows, but that a formula which has never been worked out is not taken for an empty cell."""
    nothing: list[Cell] = []
    return [
        [_unless_lost(value, formula) for value, formula in zip_longest(row, said, fillvalue=EMPTY)]
        for row, said in zip_longest(values, formulas, fillvalue=nothing)
    ]


def _unless_lost(value: Cell, formula: Cell) -> Cell:
    return Cell("", "formula") if value == EMPTY and formula.kind == "formula" else value


def _number(value: float) -> str:
    is_whole = math.isfinite(value) and value == int(value) and abs(value) < WHOLE
    return str(int(value)) if is_whole else str(value)


def _date(value: date | time | timedelta) -> str:
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)


def _character(escaped: re.Match[str]) -> str:
    """The character that an escape stands for; line feeds and letters, never half a pair."""
    character = chr(int(escaped[1], 16))
    return character if character == "\n" or character.isprintable() else ""


def _write_form(book: Any, template: Template) -> None:
    sheet = book.add_worksheet(SHEET)
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "num_format": "@", "bottom": 1})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(template.columns):
        sheet.set_column(place, place, WIDE if column.name in {"comment", "suggestion"} else WIDTH, text)
        sheet.write_string(0, place, column.name, bold)
        if column.values and len(",".join(column.values)) < LONGEST_LIST:
            choices = {"validate": "list", "source": list(column.values), "error_type": "warning"}
            sheet.data_validation(1, place, MOST_ROWS, place, choices)


def _write_explanation(book: Any, template: Template) -> None:
    title, name, words = template.headings
    sheet = book.add_worksheet(title[:31])
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    bold = book.add_format({"bold": True, "num_format": "@", "valign": "top"})
    sheet.set_column(0, 0, WIDTH, wrapped)
    sheet.set_column(1, 1, WIDE * 2, wrapped)
    for place, (left, right, style) in enumerate(_lines(template, name, words)):
        sheet.write_string(place, 0, left, bold)
        sheet.write_string(place, 1, right, bold if style else wrapped)


def _lines(template: Template, name: str, words: str) -> Iterator[tuple[str, str, bool]]:
    for line in template.intro:
        yield "", line, False
    yield name, words, True
    for column in template.columns:
        values = f" ({', '.join(column.values)})" if column.values else ""
        yield f"{column.name}{' *' if column.is_needed else ''}", f"{column.words}{values}", False
    yield "", "", False
    yield "", template.paragraphs_title, True
    for label, said in template.paragraphs:
        yield label, said, False
