"""A spreadsheet of comments turned into papers, every row checked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from app.services.comments.checking import Words
from app.services.files.importing import Unreadable, UnreadableError, refuse_size
from app.services.paper.desks import Desk
from app.services.paper.locating import labels_of_number
from app.services.paper.papers import CheckedPaper, Paper, PaperComment, Problem, UnfitPaperError
from app.services.paper.tabulating import (
    COLUMN_OF,
    COLUMNS,
    EMPTY,
    MOST_SHEET_BYTES,
    Cell,
    Row,
    RowProblem,
    SheetFormat,
    named_rows,
    short,
)
from app.services.paper.vetting import check_paper

OF_THE_PAPER = (*COLUMNS[1:12], "consent")
NUMBERS = ("group_size", "version", "importance")
SHORTENED = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
MOST_DIGITS = 9


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
    rows, problems = named_rows(form.read(content, encoding))
    if problems:
        return Sheet(digest, [], problems, len(rows))
    papers: list[CheckedPaper] = []
    for number, group in enumerate(_groups(rows), start=1):
        found = _paper_problems(desk, group, at, papers)
        problems += found
        on_checked(number)
    return Sheet(digest, papers, sorted(problems), len(rows))


def _groups(rows: list[Row]) -> list[list[Row]]:
    """The rows of each submission: those with one receipt_group; without one a row is a submission."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.said("receipt_group") or f"\0{row.number}", []).append(row)
    return list(groups.values())


def _paper_problems(
    desk: Desk, group: list[Row], at: datetime, papers: list[CheckedPaper]
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


def _problems_of_cells(row: Row) -> list[RowProblem]:
    codes = {column: _why_not(column, cell) for column, cell in row.cells.items()}
    return [
        RowProblem(row.number, column, short(row.said(column)), code)
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


def _differences(group: list[Row]) -> list[RowProblem]:
    """Where a later row of a submission says something else of its respondent than the first."""
    return [
        RowProblem(row.number, column, short(row.said(column)), "differs")
        for row in group[1:]
        for column in OF_THE_PAPER
        if row.said(column) not in {"", group[0].said(column)}
    ]


def _paper(desk: Desk, group: list[Row]) -> Paper:
    first = group[0]
    return Paper(
        channel=_code(first, "channel"),
        received=first.said("received_at"),
        consent=_code(first, "consent"),
        comments=tuple(_comment(desk, first, row) for row in group),
    )


def _comment(desk: Desk, first: Row, row: Row) -> PaperComment:
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


def _place(desk: Desk, row: Row) -> str:
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


def _in_row(group: list[Row], problem: Problem) -> RowProblem:
    row = group[problem.comment or 0]
    column = COLUMN_OF.get(problem.field, problem.field)
    return RowProblem(row.number, column, short(row.said(column)), problem.code)


def _code(row: Row, column: str) -> str:
    return row.said(column).casefold().replace(" ", "_")


def _number(row: Row, column: str) -> int | None:
    text = row.said(column)
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
