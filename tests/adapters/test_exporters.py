"""What every export format promises, and what only one does."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from app.adapters import adapter, adapter_names
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


def test_the_same_rows_give_the_same_bytes(exporter: Exporter) -> None:
    assert written(exporter, ROWS) == written(exporter, ROWS)


def test_other_rows_give_other_bytes(exporter: Exporter) -> None:
    assert written(exporter, ROWS) != written(exporter, ROWS[:-1])


def test_no_rows_still_give_a_file(exporter: Exporter) -> None:
    assert written(exporter, [])


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


def test_csv_is_sent_while_rows_are_still_being_read() -> None:
    read = 0

    def rows() -> Iterator[tuple[str, ...]]:
        nonlocal read
        for read in range(1, 10_001):
            yield (str(read), "x")

    pieces = adapter("exporting", "csv").create().write(HEADER, rows())
    next(pieces)
    next(pieces)
    assert read < 1_000
    assert b"10000,x\r\n" in b"".join(pieces)
