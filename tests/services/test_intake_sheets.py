"""Spreadsheets of what came on paper: every bad row is named, and all are entered or none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select, update

from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.comment import Comment, Submission
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from app.services.comments.receipts import secret_of, submission_behind
from app.services.errors import ChangedMeanwhileError, ForbiddenError, NotYetOpenError
from app.services.files.importing import Unreadable, UnreadableError
from app.services.paper.desks import open_desk
from app.services.paper.intake import enter_papers
from app.services.paper.papers import EnteredBeforeError
from app.services.paper.tabulating import COLUMNS, RowProblem
from app.services.paper.transcribing import Sheet, read_sheet
from app.wording import intake_words
from tests.adapters.written_sheets import SHEET, repacked
from tests.builders import a_consultation, a_draft, a_person, paragraphs_of, seal
from tests.conftest import NOON, SECRET
from tests.paper_sheets import GOOD, a_file, received

DAY = timedelta(days=1)


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(slug="charter", zone="Europe/Riga"))


@pytest.fixture
def consultation(version: Version) -> Consultation:
    return version.draft.consultation


def read(content: bytes, by: Person, name: str = "letters.csv") -> Sheet:
    formats = current_app.extensions["ports"].sheets
    return read_sheet(formats, name, content, open_desk("charter", by=by), NOON)


def enter(sheet: Sheet, by: Person) -> None:
    desk = open_desk("charter", by=by)
    enter_papers(desk, sheet.papers, sheet.digest, by=by, at=NOON, secret_key=SECRET)


def problems(content: bytes, by: Person, name: str = "letters.csv") -> list[tuple[int, str, str]]:
    found = read(content, by, name).problems
    assert all(intake_words(one.field, one.code) for one in found)
    return [(one.row, one.column, one.code) for one in found]


def test_rows_of_one_group_are_one_submission_and_the_others_one_each(
    version: Version, editor: Person
) -> None:
    content = a_file(
        {**GOOD, "receipt_group": "A", "email": "ilze@example.org"},
        {**GOOD, "name": "Jan", "country": "no", "channel": "Workshop", "paragraph": ""},
        {"receipt_group": "A", "paragraph": "p3", "comment": "=2+2 is four", "importance": "5"},
    )
    sheet = read(content, editor)
    assert (sheet.problems, sheet.rows, sheet.comments, len(sheet.papers)) == ([], 3, 3, 2)
    enter(sheet, editor)
    first, second = db.session.scalars(select(Submission).order_by(Submission.id)).all()
    assert [comment.source for comment in first.comments] == ["Say who pays.", "=2+2 is four"]
    assert [comment.paragraph_id for comment in first.comments] == [one.id for one in paragraphs_of(version)]
    assert (second.name, second.country, second.channel) == ("Jan", "NO", "workshop")
    assert submission_behind(first.number, secret_of(first.number, SECRET)).entered_by_id == editor.id


def test_every_bad_row_is_named_with_its_column(version: Version, editor: Person) -> None:
    content = a_file(
        GOOD,
        {**GOOD, "received_at": "soon", "channel": "pigeon", "group_size": "1e3", "capacity": "group"},
        {**GOOD, "comment": "", "paragraph": "9.z", "consent": "", "register_number": "4,0003E+10"},
        GOOD,
        {**GOOD, "country": "Norway", "importance": "seven", "name": ""},
    )
    assert problems(content, editor) == [
        (3, "channel", "unknown"),
        (3, "group_size", "not_a_number"),
        (3, "organisation", "required"),
        (3, "received_at", "unreadable"),
        (4, "comment", "required"),
        (4, "consent", "required"),
        (4, "paragraph", "unknown"),
        (4, "register_number", "shortened"),
        (6, "country", "unknown"),
        (6, "importance", "not_a_number"),
    ]
    sheet = read(content, editor)
    assert (len(sheet.papers), sheet.bad_rows) == (2, 3)


def test_rows_of_a_group_that_contradict_each_other_are_named(version: Version, editor: Person) -> None:
    content = a_file({**GOOD, "receipt_group": "A"}, {**GOOD, "receipt_group": "A", "name": "Jan"})
    assert problems(content, editor) == [(3, "name", "differs")]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ((*COLUMNS, "coment"), [(1, "coment", "unknown_column")]),
        ((*COLUMNS, "name"), [(1, "name", "column_twice")]),
        (("comment", "channel"), [(1, "consent", "missing_column"), (1, "received_at", "missing_column")]),
    ],
)
def test_names_of_columns_are_checked_first(
    version: Version, editor: Person, columns: tuple[str, ...], found: list[tuple[int, str, str]]
) -> None:
    assert sorted(problems(a_file(GOOD, columns=columns), editor)) == found


def test_explanations_and_empty_rows_are_passed_over_and_rows_keep_their_numbers(
    version: Version, editor: Person
) -> None:
    header, good = a_file({**GOOD, "comment": ""}).decode().splitlines()
    content = "\n".join(["# how to", header, "", "# more", good]).encode()
    assert problems(content, editor) == [(5, "comment", "required")]


def test_what_stands_beyond_the_columns_is_not_lost_silently(version: Version, editor: Person) -> None:
    content = b"received_at,channel,country,name,comment,consent\n2030-02-05,letter,LV,I,one, two,written\n"
    assert (2, "", "beyond_columns") in problems(content, editor)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("letters.ods", b"PK", Unreadable.UNKNOWN_FORMAT),
        ("letters.csv", b"", Unreadable.EMPTY),
        ("letters.csv", b"# only\n# words\n", Unreadable.EMPTY),
        ("letters.csv", ",".join(COLUMNS).encode(), Unreadable.NO_PARAGRAPHS),
        ("letters.csv", b"comment\n" * 5_002, Unreadable.TOO_MANY_BLOCKS),
        ("letters.csv", b"x," * 400, Unreadable.TOO_COMPLEX),
        ("letters.xlsx", b"comment\n", Unreadable.WRONG_FORMAT),
    ],
)
def test_a_file_that_is_no_such_spreadsheet_is_refused(
    version: Version, editor: Person, name: str, content: bytes, reason: Unreadable
) -> None:
    if reason == Unreadable.TOO_MANY_BLOCKS:
        content = a_file(*[GOOD] * 5_001)
    with pytest.raises(UnreadableError) as refusal:
        read(content, editor, name)
    assert refusal.value.reason == reason


def test_the_same_file_is_entered_once(version: Version, editor: Person) -> None:
    content = a_file(GOOD, {**GOOD, "name": "Jan"})
    enter(read(content, editor), editor)
    with pytest.raises(EnteredBeforeError) as refusal:
        enter(read(content, editor), a_person(Role.EDITOR))
    assert (refusal.value.entered_at, refusal.value.name) == (NOON, editor.name)
    assert received() == 2


def test_the_same_file_can_be_entered_in_another_consultation(version: Version, editor: Person) -> None:
    content = a_file(GOOD)
    enter(read(content, editor), editor)
    a_draft(a_consultation(slug="other", zone="Europe/Riga"))
    desk = open_desk("other", by=editor)
    sheet = read_sheet(current_app.extensions["ports"].sheets, "a.csv", content, desk, NOON)
    enter_papers(desk, sheet.papers, sheet.digest, by=editor, at=NOON, secret_key=SECRET)
    assert received() == 2


def test_all_are_entered_or_none(version: Version, editor: Person) -> None:
    sheet = read(a_file(*[GOOD] * 5), editor)
    desk = open_desk("charter", by=editor)

    def fail(number: int) -> None:
        if number == 4:
            raise RuntimeError("the power failed")

    with pytest.raises(RuntimeError, match="power"):
        enter_papers(desk, sheet.papers, sheet.digest, by=editor, at=NOON, secret_key=SECRET, on_entered=fail)
    assert received() == 0
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0
    enter(sheet, editor)
    assert sorted(db.session.scalars(select(Comment.leaf))) == [0, 1, 2, 3, 4]


def test_a_contact_point_need_not_write_its_country_and_may_write_no_other(
    version: Version,
) -> None:
    norway = a_person(Role.CONTACT_POINT, country="NO")
    sheet = read(a_file({**GOOD, "country": ""}), norway)
    enter(sheet, norway)
    assert db.session.scalars(select(Submission.country)).all() == ["NO"]
    assert problems(a_file(GOOD), norway) == [(2, "country", "not_yours")]
    latvian = read(a_file(GOOD), a_person(Role.EDITOR))
    with pytest.raises(ForbiddenError):
        enter(latvian, norway)


def test_nothing_is_read_before_the_opening_nor_entered_when_the_times_moved(
    version: Version, consultation: Consultation, editor: Person
) -> None:
    content, formats = a_file(GOOD), current_app.extensions["ports"].sheets
    desk = open_desk("charter", by=editor)
    with pytest.raises(NotYetOpenError):
        read_sheet(formats, "a.csv", content, desk, consultation.opens_at - DAY)
    sheet = read(content, editor)
    stale = open_desk("charter", by=editor)
    with db.engine.begin() as other:
        other.execute(update(Consultation).values(closes_at=consultation.closes_at + DAY))
    with pytest.raises(ChangedMeanwhileError):
        enter_papers(stale, sheet.papers, sheet.digest, by=editor, at=NOON, secret_key=SECRET)
    assert received() == 0


def test_after_the_closing_only_what_came_before_is_taken_as_late(
    version: Version, consultation: Consultation, editor: Person
) -> None:
    content = a_file(GOOD, {**GOOD, "received_at": "2030-02-23"})
    formats = current_app.extensions["ports"].sheets
    after = consultation.closes_at + 3 * DAY
    sheet = read_sheet(formats, "a.csv", content, open_desk("charter", by=editor), after)
    assert sheet.problems == [RowProblem(3, "received_at", "2030-02-23", "after_closing")]
    assert [paper.documented.is_late for paper in sheet.papers] == [True]


def test_a_spreadsheet_is_its_own_document_and_its_digest_stays(version: Version, editor: Person) -> None:
    sheet = read(a_file(GOOD), editor)
    enter(sheet, editor)
    line = db.session.scalars(select(Activity).where(Activity.verb == "spreadsheet entered")).one()
    assert (line.subject, line.person_id) == (f"spreadsheet:{sheet.digest}", editor.id)


def test_a_label_that_a_workbook_took_for_a_number_is_found_where_only_one_can_be_meant(
    app: Flask, editor: Person
) -> None:
    version = a_draft(a_consultation(slug="charter"), texts=("One.", "Two.", "Three."), sealed=False)
    with transaction():
        for text, label in zip(version.translations[0].texts[1:], ("1.1", "1.10", "2.0"), strict=True):
            text.label = label
        seal(version, NOON - 15 * DAY)
    names = ("received_at", "channel", "name", "country", "comment", "consent", "paragraph")
    row = b"".join(b'<c t="inlineStr"><is><t>%s</t></is></c>' % GOOD[name].encode() for name in names[:-1])
    header = b"".join(b'<c t="inlineStr"><is><t>%s</t></is></c>' % name.encode() for name in names)
    rows = b"<row>%s</row>" % header + b"".join(
        b"<row>%s<c><v>%s</v></c></row>" % (row, number) for number in (b"2", b"1.1")
    )
    content = repacked({"xl/worksheets/sheet1.xml": SHEET % rows})
    assert problems(content, editor, "letters.xlsx") == [(3, "paragraph", "unknown")]
    [paper] = read(content, editor, "letters.xlsx").papers
    assert paper.remarks[0].paragraph == "p4"
