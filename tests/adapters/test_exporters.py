"""What every export format promises, and what only one does."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook

from app.adapters import adapter, adapter_names
from app.adapters.exporting import xlsx
from app.services.exports.exporting import Exporter

HEADER = ("number", "comment")
ROWS: list[tuple[str, ...]] = [
    ("1", "Who pays?"),
    ("2", 'She said: “yes”, he said "no".\n\nBoth, in two lines; with a\ttab.'),
    ("3", "Kā tā? Æøå, œuvre, 👩‍🔬"),
    ("4", ""),
]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://example.org")', "＝1"]


@pytest.fixture(params=adapter_names("exporting"))
def exporter(request: pytest.FixtureRequest) -> Exporter:
    made: Exporter = adapter("exporting", request.param).create()
    return made


def written(exporter: Exporter, rows: list[tuple[str, ...]]) -> bytes:
    return b"".join(exporter.write(HEADER, iter(rows)))


# ---------------------------------------------------------------- every format


def test_a_format_says_what_it_is(exporter: Exporter) -> None:
    assert "/" in exporter.content_type
    assert exporter.suffix.startswith(".")


def test_the_same_rows_give_the_same_bytes_on_any_day(exporter: Exporter) -> None:
    with time_machine.travel("2030-02-10 12:00Z"):
        then = written(exporter, ROWS)
    assert written(exporter, ROWS) == then


def test_other_rows_give_other_bytes(exporter: Exporter) -> None:
    assert written(exporter, ROWS) != written(exporter, ROWS[:-1])


def test_no_rows_still_give_a_file(exporter: Exporter) -> None:
    assert written(exporter, [])


def test_a_file_is_sent_while_rows_are_still_being_read(exporter: Exporter) -> None:
    read = 0

    def rows() -> Iterator[tuple[str, ...]]:
        nonlocal read
        for read in range(1, 10_001):
            yield (str(read), "x")

    pieces = exporter.write(HEADER, rows())
    assert all(next(pieces) for _ in range(2))
    assert read < 5_000
    assert b"".join(pieces)
    assert read == 10_000


# ---------------------------------------------------------------- CSV


def csv_rows(rows: list[tuple[str, ...]]) -> list[list[str]]:
    content = written(adapter("exporting", "csv").create(), rows)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_gives_back_what_was_put_in() -> None:
    assert csv_rows(ROWS) == [list(HEADER), *(list(row) for row in ROWS)]


def test_csv_is_utf_8_with_a_mark_and_lines_end_as_the_standard_wants() -> None:
    content = written(adapter("exporting", "csv").create(), [("1", "Kā?"), ("2", 'a "b"')])
    assert content == '\ufeffnumber,comment\r\n1,Kā?\r\n2,"a ""b"""\r\n'.encode()


@pytest.mark.parametrize("formula", FORMULAS)
def test_csv_disarms_what_a_spreadsheet_would_run(formula: str) -> None:
    assert csv_rows([("1", formula)])[1] == ["1", f"'{formula}"]


@pytest.mark.parametrize(
    ("cell", "disarmed"),
    [
        ("hello;=1+1", "hello;'=1+1"),
        ('a;"=1+1', "a;\"'=1+1"),
        ("a; =1", "a; '=1"),
        ("a\n\n+1", "a\n\n'+1"),
        ("a\t@SUM(A1)", "a\t'@SUM(A1)"),
        ("a|-1", "a|'-1"),
        ("\t=1", "'\t'=1"),
    ],
)
def test_csv_disarms_what_runs_where_another_sign_parts_cells(cell: str, disarmed: str) -> None:
    assert csv_rows([("1", cell)])[1] == ["1", disarmed]


def test_csv_leaves_lists_as_they_are() -> None:
    cell = "Two things:\n\n- one; or\n- two = 2\n\na | b; c"
    assert csv_rows([("1", cell)])[1] == ["1", cell]


def test_csv_takes_no_longer_for_a_cell_of_nothing_but_separators() -> None:
    cell = ";\n" * 50_000 + "x"
    assert csv_rows([("1", cell)])[1] == ["1", cell]


def test_csv_leaves_harmless_cells_as_they_are() -> None:
    harmless: list[tuple[str, ...]] = [("1", "a=b"), ("2", "'quoted'"), ("3", " -1"), ("4", "2026-11-22")]
    assert csv_rows(harmless)[1:] == [list(row) for row in harmless]


# ---------------------------------------------------------------- XLSX


def xlsx_sheet(rows: list[tuple[str, ...]]) -> Any:
    book = load_workbook(io.BytesIO(written(adapter("exporting", "xlsx").create(), rows)))
    assert book.sheetnames == ["comments"]
    return book["comments"]


def xlsx_cells(*cells: str) -> list[Any]:
    sheet = xlsx_sheet([(cell, "x") for cell in cells])
    return [sheet.cell(row, 1) for row in range(2, len(cells) + 2)]


def test_xlsx_gives_back_what_was_put_in_under_a_header_that_stays_in_view() -> None:
    sheet = xlsx_sheet(ROWS)
    assert [tuple(cell or "" for cell in row) for row in sheet.values] == [HEADER, *ROWS]
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("cell", ["1.10", "0123", "2026-11-22", "1E5", " a\n", "<r><t>x</t></r>", *FORMULAS])
def test_xlsx_cells_are_text_whatever_they_look_like(cell: str) -> None:
    [found] = xlsx_cells(cell)
    assert (found.value, found.data_type, found.number_format) == (
        cell.replace("\r", "_x000D_"),
        "s",
        "@",
    )


def test_xlsx_writes_what_xml_forbids_as_the_format_escapes_it() -> None:
    told = [cell.value for cell in xlsx_cells("a\x07b\rc", "\uffff", "_x0041_", "_x00")]
    assert told == ["a_x0007_b_x000D_c", "_xFFFF_", "_x005F_x0041_", "_x00"]


def test_xlsx_says_in_the_cell_when_words_are_longer_than_a_spreadsheet_takes() -> None:
    whole, long = xlsx_cells("a" * 32_767, "😀" * 20_000)
    assert whole.value == "a" * 32_767
    assert long.value.endswith("😀 [cut here: the CSV has all 20,000 characters]")
    assert 32_765 <= len(long.value.encode("utf-16-le")) / 2 <= 32_767


def test_xlsx_names_columns_beyond_the_alphabet() -> None:
    header = tuple(f"column {number}" for number in range(60))
    pieces = adapter("exporting", "xlsx").create().write(header, [header])
    sheet = load_workbook(io.BytesIO(b"".join(pieces)))["comments"]
    assert (sheet["AA1"].value, sheet["BH2"].value) == ("column 26", "column 59")


def test_xlsx_ends_with_an_error_rather_than_without_the_rows_that_a_sheet_cannot_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    assert len(list(xlsx_sheet(ROWS[:2]).values)) == 3
    with pytest.raises(OSError, match="a sheet cannot hold so many rows, take csv"):
        xlsx_sheet(ROWS[:3])
