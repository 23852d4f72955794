"""Spreadsheets as other programs write them, and workbooks in which parts were exchanged."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable

import xlsxwriter

ROWS = [
    ["received_at", "comment"],
    ["2030-02-05", "=1+1 is two"],
    [],
    ["x", "Ķēniņš, “one”; two\nlines\ttab"],
]
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def as_csv(rows: list[list[str]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator).writerows(rows)
    return written.getvalue().encode(encoding)


def as_xlsx(rows: list[list[str]], name: str = "comments") -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            for column, words in enumerate(row):
                sheet.write_string(place, column, words)

    return workbook(fill)


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        fill(book)
    return file.getvalue()


def repacked(change: dict[str, bytes], content: bytes | None = None) -> bytes:
    """A workbook in which these parts are others."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or as_xlsx(ROWS))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            if member.filename not in change:
                new.writestr(member, old.read(member))
        for name, part in change.items():
            new.writestr(name, part)
    return file.getvalue()
