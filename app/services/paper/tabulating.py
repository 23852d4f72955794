"""A spreadsheet of comments: which column says what, how a sheet is read, and what is wrong in which row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from app.models.comment import Capacity, Kind, Meeting, OrganisationKind
from app.services.files.importing import Unreadable, UnreadableError
from app.services.paper.papers import CHANNELS, Consent

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


class Row(NamedTuple):
    """A row under the names of its columns."""

    number: int
    cells: dict[str, Cell]

    def said(self, column: str) -> str:
        """What stands in the column, if anything."""
        return self.cells.get(column, EMPTY).text.strip()


def named_rows(table: list[list[Cell]]) -> tuple[list[Row], list[RowProblem]]:
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
    rows = [Row(place, dict(zip(names, row, strict=False))) for place, row in rest]
    beyond = [
        RowProblem(place, "", short(cell.text), "beyond_columns")
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
        *(RowProblem(number, short(name), short(name), "unknown_column") for name in unknown),
        *(RowProblem(number, name, name, "column_twice") for name in sorted(twice)),
        *(RowProblem(number, name, "", "missing_column") for name in missing),
    ]


def short(text: str) -> str:
    """The beginning of what stands in a cell, to be shown."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
