"""A spreadsheet of comments turned into papers: which column says what, and what is wrong in which row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import NamedTuple, Protocol

from app.models.comment import Capacity, Kind, Meeting, OrganisationKind
from app.services.checking import Words
from app.services.desks import Desk
from app.services.importing import Unreadable, UnreadableError, refuse_size
from app.services.intake import (
    CHANNELS,
    CheckedPaper,
    Consent,
    Paper,
    PaperComment,
    Problem,
    UnfitPaperError,
    check_paper,
)
from app.services.locating import labels_of_number

MOST_SHEET_BYTES = 10 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 200
REMARK_SIGN = "#"
COLUMNS = (
    "receipt_group", "received_at", "channel", "capacity", "name", "email", "country", "organisation",
    "organisation_kind", "register_number", "group_size", "meeting", "paragraph", "version", "language",
    "kind", "importance", "comment", "suggestion", "consent",
)  # fmt: skip
NEEDED_COLUMNS = ("received_at", "channel", "comment", "consent")
OF_THE_PAPER = (*COLUMNS[1:12], "consent")
NUMBERS = ("group_size", "version", "importance")
VALUES: dict[str, tuple[str, ...]] = {
    "channel": tuple(CHANNELS),
    "capacity": tuple(Capacity),
    "organisation_kind": tuple(OrganisationKind),
    "meeting": tuple(Meeting),
    "kind": tuple(Kind),
    "importance": ("1", "2", "3", "4", "5"),
    "consent": tuple(Consent),
}
COLUMN_OF = {"body": "comment", "place": "paragraph", "comments": "receipt_group"}
FIELD_OF = {column: field for field, column in COLUMN_OF.items()}
SHORTENED = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
MOST_DIGITS = 9
SHOWN = 60


class Cell(NamedTuple):
    """What stands in a cell: its text, and what the spreadsheet takes it for."""

    text: str
    kind: str = "text"  # number, date, error, or formula (without the value that it gave)


EMPTY = Cell("")


class ColumnGuide(NamedTuple):
    """What a template says of a column."""

    name: str
    words: str
    values: tuple[str, ...]
    is_needed: bool


@dataclass(frozen=True)
class Template:
    """What a template explains, in the language of whoever fills it in; `paragraphs` are (label, words)."""

    intro: list[str]
    headings: tuple[str, str, str]
    columns: list[ColumnGuide]
    paragraphs_title: str
    paragraphs: list[tuple[str, str]]


class SheetFormat(Protocol):
    """Reads and writes spreadsheets of one format."""

    suffix: str
    content_type: str

    def read(self, content: bytes, encoding: str = "") -> list[list[Cell]]:
        """The rows of the sheet, empty ones included; raises UnreadableError."""

    def write(self, template: Template) -> bytes:
        """An empty sheet to fill in, explained."""


class RowProblem(NamedTuple):
    """What is wrong in a row: the column, what stands there, and a code for why it cannot be taken."""

    row: int
    column: str
    value: str
    code: str

    @property
    def field(self) -> str:
        """The field of a paper that the column fills in."""
        return FIELD_OF.get(self.column, self.column)

    @property
    def values(self) -> tuple[str, ...]:
        """What may stand there, where it is something else or nothing."""
        return VALUES.get(self.column, ()) if self.code in {"unknown", "required"} else ()


@dataclass(frozen=True)
class Sheet:
    """What a spreadsheet holds: papers that can be entered, and all that is wrong with the others."""

    digest: str
    papers: list[CheckedPaper]
    problems: list[RowProblem]
    rows: int

    @property
    def comments(self) -> int:
        """How many comments the good papers hold."""
        return sum(len(paper.remarks) for paper in self.papers)

    @property
    def bad_rows(self) -> int:
        """How many rows have something wrong with them."""
        return len({problem.row for problem in self.problems})


class _Row(NamedTuple):
    number: int
    cells: dict[str, Cell]

    def said(self, column: str) -> str:
        return self.cells.get(column, EMPTY).text.strip()


def read_sheet(
    formats: Mapping[str, SheetFormat],
    name: str,
    content: bytes,
    desk: Desk,
    at: datetime,
    encoding: str = "",
    on_checked: Callable[[int], None] = lambda number: None,
) -> Sheet:
    """What the spreadsheet holds, every row checked; raises UnreadableError or NotYetOpenError."""
    form = next((one for one in formats.values() if one.suffix == PurePath(name).suffix.lower()), None)
    if form is None:
        raise UnreadableError(Unreadable.UNKNOWN_FORMAT)
    refuse_size(content, MOST_SHEET_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    rows, problems = _named_rows(form.read(content, encoding))
    if problems:
        return Sheet(digest, [], problems, len(rows))
    papers: list[CheckedPaper] = []
    for number, group in enumerate(_groups(rows), start=1):
        found = _paper_problems(desk, group, at, papers)
        problems += found
        on_checked(number)
    return Sheet(digest, papers, sorted(problems), len(rows))


def _named_rows(table: list[list[Cell]]) -> tuple[list[_Row], list[RowProblem]]:
    """The rows under the names of their columns, or what is wrong with the names."""
    filled = [(number, row) for number, row in enumerate(table, start=1) if _is_filled(row)]
    if not filled:
        raise UnreadableError(Unreadable.EMPTY)
    (number, header), *rest = filled
    names = [cell.text.strip().casefold().replace(" ", "_") for cell in header]
    while names and not names[-1]:
        names.pop()
    problems = _problems_of_header(number, names)
    if problems:
        return [], problems
    if len(rest) > MOST_ROWS:
        raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
    if not rest:
        raise UnreadableError(Unreadable.NO_PARAGRAPHS)
    rows = [_Row(place, dict(zip(names, row, strict=False))) for place, row in rest]
    beyond = [
        RowProblem(place, "", _short(cell.text), "beyond_columns")
        for place, row in rest
        for cell in row[len(names) :][:1]
        if any(one.text.strip() for one in row[len(names) :])
    ]
    return rows, beyond


def _is_filled(row: Sequence[Cell]) -> bool:
    said = next((cell for cell in row if cell.text.strip() or cell.kind == "formula"), None)
    return said is not None and not (row[0].text.lstrip().startswith(REMARK_SIGN))


def _problems_of_header(number: int, names: list[str]) -> list[RowProblem]:
    if len(names) > MOST_COLUMNS:
        raise UnreadableError(Unreadable.TOO_COMPLEX)
    unknown = [name for name in names if name not in COLUMNS]
    twice = {name for name in names if names.count(name) > 1 and name in COLUMNS}
    missing = [name for name in NEEDED_COLUMNS if name not in names]
    return [
        *(RowProblem(number, _short(name), _short(name), "unknown_column") for name in unknown),
        *(RowProblem(number, name, name, "column_twice") for name in sorted(twice)),
        *(RowProblem(number, name, "", "missing_column") for name in missing),
    ]


def _groups(rows: list[_Row]) -> list[list[_Row]]:
    """The rows of each submission: those with one receipt_group; without one a row is a submission."""
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.said("receipt_group") or f"\0{row.number}", []).append(row)
    return list(groups.values())


def _paper_problems(
    desk: Desk, group: list[_Row], at: datetime, papers: list[CheckedPaper]
) -> list[RowProblem]:
    """What is wrong with the rows of one submission; when nothing is, the papers have one more."""
    found = [problem for row in group for problem in _problems_of_cells(row)]
    found += _differences(group)
    try:
        checked = check_paper(desk, _paper(desk, group), at)
    except UnfitPaperError as error:
        known = {(problem.row, problem.column) for problem in found}
        told = [_in_row(group, problem) for problem in error.found]
        return found + [one for one in told if (one.row, one.column) not in known]
    if not found:
        papers.append(checked)
    return found


def _problems_of_cells(row: _Row) -> list[RowProblem]:
    codes = {column: _why_not(column, cell) for column, cell in row.cells.items()}
    return [
        RowProblem(row.number, column, _short(row.said(column)), code)
        for column, code in codes.items()
        if code
    ]


def _why_not(column: str, cell: Cell) -> str:
    text = cell.text.strip()
    if cell.kind in {"formula", "error"}:
        return cell.kind
    if column in NUMBERS and text and not (text.isdecimal() and len(text) <= MOST_DIGITS):
        return "not_a_number"
    if column == "paragraph" and cell.kind == "date":
        return "became_a_date"
    if column == "register_number" and SHORTENED.fullmatch(text):
        return "shortened"
    return ""


def _differences(group: list[_Row]) -> list[RowProblem]:
    """Where a later row of a submission says something else of its respondent than the first."""
    return [
        RowProblem(row.number, column, _short(row.said(column)), "differs")
        for row in group[1:]
        for column in OF_THE_PAPER
        if row.said(column) not in {"", group[0].said(column)}
    ]


def _paper(desk: Desk, group: list[_Row]) -> Paper:
    first = group[0]
    return Paper(
        channel=_code(first, "channel"),
        received=first.said("received_at"),
        consent=_code(first, "consent"),
        comments=tuple(_comment(desk, first, row) for row in group),
    )


def _comment(desk: Desk, first: _Row, row: _Row) -> PaperComment:
    words = Words(
        body=row.said("comment"),
        language=row.said("language") or first.said("language") or _language(desk),
        name=first.said("name"),
        email=first.said("email"),
        country=first.said("country").upper() or desk.country,
        capacity=_code(first, "capacity") or "individual",
        organisation=first.said("organisation"),
        group_size=_number(first, "group_size"),
        kind=_code(row, "kind"),
        importance=_number(row, "importance"),
        consent=bool(first.said("consent")),
        suggestion=row.said("suggestion"),
        organisation_kind=_code(first, "organisation_kind"),
        register_number=first.said("register_number"),
        meeting=_code(first, "meeting"),
    )
    return PaperComment(words, _place(desk, row), _number(row, "version"))


def _place(desk: Desk, row: _Row) -> str:
    """The label; where the spreadsheet took it for a number, the one label that this can have been."""
    cell = row.cells.get("paragraph", EMPTY)
    text = cell.text.strip()
    if cell.kind != "number" or not desk.versions:
        return text
    number = _number(row, "version")
    version = next((one for one in desk.versions if one.number == number), desk.versions[0])
    labels = labels_of_number(version, text)
    # "1.10" and "1.1" are one number: which of them was meant, nobody can know.
    return labels[0] if len(labels) == 1 else text if not labels else f"{text} / {labels[-1]}"


def _language(desk: Desk) -> str:
    return desk.versions[0].language if desk.versions else "en"


def _in_row(group: list[_Row], problem: Problem) -> RowProblem:
    row = group[problem.comment or 0]
    column = COLUMN_OF.get(problem.field, problem.field)
    return RowProblem(row.number, column, _short(row.said(column)), problem.code)


def _code(row: _Row, column: str) -> str:
    return row.said(column).casefold().replace(" ", "_")


def _number(row: _Row, column: str) -> int | None:
    text = row.said(column)
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
