"""Spreadsheets of comments: what every format promises, and what each does with files that mean harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import pytest
import xlsxwriter
from openpyxl import load_workbook

from app.adapters import adapter, adapter_names
from app.services.files.importing import Unreadable, UnreadableError
from app.services.paper.tabulating import COLUMNS, Cell, ColumnGuide, SheetFormat, Template
from tests.adapters.written_sheets import ROWS, SHEET, as_csv, as_xlsx, repacked, workbook
from tests.effort import steps_of

FORMATS = {name: adapter("intake", name).create() for name in adapter_names("intake")}
CSV, XLSX = FORMATS["csv"], FORMATS["xlsx"]
TEMPLATE = Template(
    intro=["One comment a row."],
    headings=("Explanation", "Column", "What to write"),
    columns=[
        ColumnGuide(name, "=what", ("letter", "email") if name == "channel" else (), False)
        for name in COLUMNS
    ],
    paragraphs_title="Paragraphs of version 1",
    paragraphs=[("=1.10", "=cmd|' /C calc'!A0 everybody")],
)
WRITERS: dict[str, Callable[[list[list[str]]], bytes]] = {"csv": as_csv, "xlsx": as_xlsx}


def words(rows: list[list[Cell]]) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows]


def reason(form: SheetFormat, content: bytes) -> Unreadable:
    with pytest.raises(UnreadableError) as refusal:
        form.read(content)
    return refusal.value.reason


def test_there_is_a_writer_for_every_format() -> None:
    assert set(WRITERS) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_rows_are_read_as_they_were_written_empty_ones_included(name: str) -> None:
    assert words(FORMATS[name].read(WRITERS[name](ROWS))) == ROWS


@pytest.mark.parametrize("name", FORMATS)
def test_text_that_begins_like_a_formula_stays_text(name: str) -> None:
    said = ["=SUM(A1:A9)", "+1", "-1", "@x", "'quoted"]
    [row] = FORMATS[name].read(WRITERS[name]([said]))
    assert row == [Cell(each) for each in said]


@pytest.mark.parametrize("name", FORMATS)
def test_a_template_names_the_columns_and_is_read_back(name: str) -> None:
    rows = words(FORMATS[name].read(FORMATS[name].write(TEMPLATE)))
    assert rows[0] == list(COLUMNS)
    assert all(row[0].startswith("#") for row in rows[1:] if row)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_template_is_the_same_to_the_byte(name: str) -> None:
    assert FORMATS[name].write(TEMPLATE) == FORMATS[name].write(TEMPLATE)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "content", [b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"\x89PNG\r\n\x1a\n"]
)
def test_a_file_of_another_kind_is_refused(name: str, content: bytes) -> None:
    assert reason(FORMATS[name], content) == Unreadable.WRONG_FORMAT


@pytest.mark.parametrize("name", FORMATS)
def test_far_too_many_columns_are_seen(name: str) -> None:
    content = WRITERS[name]([["comment"] * 300])
    assert len(FORMATS[name].read(content)[0]) == 201


@pytest.mark.parametrize("name", FORMATS)
def test_far_too_many_rows_are_refused(name: str) -> None:
    assert reason(FORMATS[name], WRITERS[name]([["x"]] * 10_001)) == Unreadable.TOO_MANY_BLOCKS


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_may_have_any_usual_separator_and_encoding(separator: str, encoding: str) -> None:
    assert words(CSV.read(as_csv(ROWS, separator, encoding))) == ROWS


def test_csv_may_say_its_separator() -> None:
    rows = words(CSV.read(b"sep=;\r\nreceived_at;comment\r\n2030-02-05;one, two, three\r\n"))
    assert rows == [[], ["received_at", "comment"], ["2030-02-05", "one, two, three"]]


def test_western_letters_of_csv_are_guessed_where_there_is_no_doubt() -> None:
    said = "Préciser qui paye : l’État, à défaut la région, où l’élève est déjà inscrit."
    assert words(CSV.read(as_csv([["comment"], [said]], encoding="windows-1252")))[1] == [said]


def test_other_letters_of_csv_are_asked_about() -> None:
    with pytest.raises(UnreadableError) as refusal:
        CSV.read("comment\nPils un \xe2\xe7\xee\n".encode("latin-1"))
    assert refusal.value.reason == Unreadable.WHICH_ENCODING
    assert "windows-1257" in {one.encoding for one in refusal.value.readings}
    assert words(CSV.read(b"comment\n\xe7\n", "windows-1257"))[1] == [b"\xe7".decode("windows-1257")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Unreadable.EMPTY),
        (b" \n\n ", Unreadable.EMPTY),
        (b"comment\nan \0 in it\n", Unreadable.NOT_TEXT),
        (b'comment\n"never closed\n', Unreadable.DAMAGED),
        (b"comment\n" + b"," * 10_000_000, Unreadable.TOO_COMPLEX),
        (b"comment\n" + b"x" * (10 * 1024 * 1024), Unreadable.TOO_LARGE),
        (b"comment\n\xed\xa0\x80 half a pair", Unreadable.WHICH_ENCODING),
    ],
)
def test_a_csv_file_that_means_harm_is_refused(content: bytes, expected: Unreadable) -> None:
    assert reason(CSV, content) == expected


def test_numbers_dates_and_truths_of_a_workbook_are_what_they_mean() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for column, value in enumerate([12, 1.1, 4.0003e10, 1e22]):
            sheet.write_number(0, column, value)
        sheet.write_boolean(0, 4, True)
        sheet.write_datetime(0, 5, datetime(2030, 2, 5), day)  # noqa: DTZ001 - cells have no zone
        sheet.write_datetime(0, 6, datetime(2030, 2, 5, 14, 30), day)  # noqa: DTZ001
        sheet.write_number(0, 7, -5, day)

    [row] = XLSX.read(workbook(fill))
    assert [cell.text for cell in row[:7]] == [
        "12", "1.1", "40003000000", "1e+22", "yes", "2030-02-05", "2030-02-05T14:30:00",
    ]  # fmt: skip
    assert [cell.kind for cell in row] == ["number"] * 4 + ["text"] + ["date"] * 2 + [row[7].kind]
    assert row[7].kind in {"error", "date"}


def test_dates_count_from_1904_where_a_workbook_says_so() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"date_1904": True, "in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_datetime(0, 0, date(2030, 2, 5), book.add_format({"num_format": "d.m.yyyy"}))
    assert XLSX.read(file.getvalue()) == [[Cell("2030-02-05", "date")]]


def test_a_formula_is_what_it_last_gave_and_never_nothing() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=A2", value="worked out")
        sheet.write_formula(0, 1, "=A2", value="")
        sheet.write_formula(0, 2, "=1/0", value="#DIV/0!")
        sheet.write_string(0, 3, "=A2")

    [row] = XLSX.read(workbook(fill))
    assert row == [Cell("worked out"), Cell("", "formula"), Cell("#DIV/0!", "error"), Cell("=A2")]


def test_the_sheet_called_comments_is_read_and_hidden_ones_are_not() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("Notes", "Comments", "Secret"):
            book.add_worksheet(name).write_string(0, 0, name)
        book.get_worksheet_by_name("Secret").hide()

    assert words(XLSX.read(workbook(fill))) == [["Comments"]]
    assert words(XLSX.read(as_xlsx([["first"]], "Anything"))) == [["first"]]


def test_a_workbook_that_says_it_is_smaller_is_read_whole() -> None:
    content = as_xlsx(ROWS)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    lied = repacked({"xl/worksheets/sheet1.xml": sheet.replace(b'ref="A1:B4"', b'ref="A1"')}, content)
    assert words(XLSX.read(lied)) == ROWS


def test_escapes_of_a_workbook_become_characters_and_never_half_a_pair() -> None:
    assert words(XLSX.read(as_xlsx([["one_x000A_two _xD800_ _x0000_ _x0041_"]]))) == [["one\ntwo   A"]]


HOSTILE = {
    "no archive": (b"PK\x03\x04 and nothing", Unreadable.DAMAGED),
    "another archive": (
        repacked({}, None).replace(b"xl/workbook.xml", b"xl/worksomb.xml"),
        Unreadable.WRONG_FORMAT,
    ),
    "macros": (repacked({"xl/vbaProject.bin": b"x"}), Unreadable.MACROS),
    "entities": (
        repacked({"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
        Unreadable.ENTITIES,
    ),
    "entities in UTF-16": (
        repacked({"xl/sharedStrings.xml": '<?xml version="1.0"?><!DOCTYPE x []><x/>'.encode("utf-16")}),
        Unreadable.ENTITIES,
    ),
    "a bomb": (repacked({"xl/media/image1.xml": b" " * 50_000_000}), Unreadable.UNPACKS_TOO_LARGE),
    "many small bombs": (
        repacked({f"xl/media/{n}.bin": b"\0" * 30_000_000 for n in range(3)}),
        Unreadable.UNPACKS_TOO_LARGE,
    ),
    "many members": (repacked({f"x/{n}": b"" for n in range(501)}), Unreadable.UNPACKS_TOO_LARGE),
    "many cells": (
        repacked({"xl/worksheets/sheet1.xml": SHEET % (b"<row>" + b"<c/>" * 400_001 + b"</row>")}),
        Unreadable.TOO_COMPLEX,
    ),
    "no XML": (repacked({"xl/worksheets/sheet1.xml": b"<worksheet><row>"}), Unreadable.DAMAGED),
    "a string that is not there": (
        repacked({"xl/worksheets/sheet1.xml": SHEET % b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>'}),
        Unreadable.DAMAGED,
    ),
    "a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        Unreadable.ENCRYPTED,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_that_means_harm_is_refused(name: str) -> None:
    content, expected = HOSTILE[name]
    assert reason(XLSX, content) == expected


def test_a_row_far_down_is_not_lost_and_those_above_it_hold_nothing() -> None:
    rows = XLSX.read(with_a_row_at(1_048_576))
    assert rows[-1] == [Cell("down here")]
    assert not any(rows[1:-1])
    near, far = (steps_of(partial(XLSX.read, with_a_row_at(number))) for number in (10_000, 80_000))
    assert far < 10 * near


def with_a_row_at(number: int) -> bytes:
    row = f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>down here</t></is></c></row>'
    return repacked({"xl/worksheets/sheet1.xml": SHEET % row.encode()})


def test_the_template_of_a_workbook_offers_choices_and_runs_nothing() -> None:
    book = load_workbook(io.BytesIO(XLSX.write(TEMPLATE)))
    form, explanation = book.worksheets
    assert (form.title, explanation.title) == ("comments", "Explanation")
    [choices] = form.data_validations.dataValidation
    assert (choices.formula1, choices.errorStyle) == ('"letter,email"', "warning")
    assert form.column_dimensions["M"].width > 0
    assert not [cell for row in explanation.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_template_of_csv_runs_nothing() -> None:
    lines = CSV.write(TEMPLATE).decode("utf-8-sig").splitlines()
    assert all(line.lstrip('"').startswith(("#", "receipt_group,")) for line in lines)
