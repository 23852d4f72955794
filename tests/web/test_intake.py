"""Intake with a browser without script: a letter, its scan, and a spreadsheet that has to be mended."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.models.base import db, transaction
from app.models.comment import Comment, IntakeFile, Submission
from app.models.draft import Version
from app.models.roles import Role
from tests.builders import a_comment, a_consultation, a_draft, a_person, seal
from tests.conftest import NOON
from tests.paper_sheets import GOOD, a_file, received
from tests.signing import sign_in
from tests.stopped_clock import clock
from tests.words_on_pages import words_of

__all__ = ["clock"]

DESK = "/en/manage/consultations/charter/intake"
NEW, SHEET = f"{DESK}/new", f"{DESK}/spreadsheet"
LETTER = {
    "channel": "letter", "received_date": "2030-02-05", "language": "en", "capacity": "individual",
    "name": "Ilze K.", "country": "LV", "consent": "written", "comments-0-paragraph": "1",
    "comments-0-body": "Say who pays.",
}  # fmt: skip


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(slug="charter", titles={"en": "Charter"}))


@pytest.fixture
def editor(client: FlaskClient, version: Version) -> FlaskClient:
    sign_in(client, a_person(Role.EDITOR))
    return client


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def sent(browser: FlaskClient, address: str, **fields: Any) -> TestResponse:
    token = hidden(browser.get(address).text, "csrf_token")
    return posted(browser, address, csrf_token=token, **fields)


def posted(browser: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """The form is sent as browsers send it; a file is (content, name)."""
    form = {
        name: FileStorage(*value) if isinstance(value, tuple) else value for name, value in fields.items()
    }
    boundary, body = encode_multipart(form)
    return browser.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def a_scan(content: bytes = b"%PDF-1.7 a letter", name: str = "letter.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_a_letter_with_its_scan_is_entered_and_its_receipt_can_be_handed_over(editor: FlaskClient) -> None:
    answer = sent(editor, NEW, **LETTER, file=a_scan(), with_letter="y")
    assert answer.status_code == 303
    page = editor.get(answer.location)
    number = answer.location.rpartition("/")[2]
    assert f"Receipt {number}" in words_of(page)
    assert "Received 5 February 2030 How it came By letter" in words_of(page)
    assert "Comment 1, on paragraph 1 Version 1 · Other Say who pays." in words_of(page)
    link = re.search(r'intake-address">http://localhost([^<]+)<', page.text)
    assert link
    receipt = editor.get(unescape(link[1]))
    assert receipt.status_code == 200
    assert "Say who pays." in words_of(receipt)
    assert f"{number} Ilze K. By letter 5 February 2030" in words_of(editor.get(DESK))


def test_a_scan_is_taken_away_as_a_file_by_those_who_may(app: Flask, editor: FlaskClient) -> None:
    page = editor.get(sent(editor, NEW, **LETTER, file=a_scan(name="<b>.html")).location)
    found = re.search(rf'href="({DESK}/[^"]+/files/\d+)"', page.text)
    assert found
    scan = editor.get(found[1])
    assert (scan.data, scan.content_type) == (b"%PDF-1.7 a letter", "application/pdf")
    assert scan.headers["Content-Disposition"] == "attachment; filename=-b-.pdf"
    assert scan.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert scan.headers["X-Content-Type-Options"] == "nosniff"
    assert scan.headers["Cache-Control"] == "private, no-store"
    assert app.test_client().get(found[1]).status_code == 303
    others = {Role.MODERATOR: 403, Role.ADMINISTRATOR: 403, Role.ANALYST: 403, Role.AUDITOR: 403}
    for role, status in others.items():
        browser = app.test_client()
        sign_in(browser, a_person(role))
        assert browser.get(found[1]).status_code == status, role
    for country, status in {"LV": 200, "NO": 404}.items():
        browser = app.test_client()
        sign_in(browser, a_person(Role.CONTACT_POINT, country=country))
        assert browser.get(found[1]).status_code == status, country


def test_only_whoever_entered_it_sees_the_secret_link_again(app: Flask, editor: FlaskClient) -> None:
    address = sent(editor, NEW, **LETTER).location
    assert "secret=" in editor.get(address).text
    other = app.test_client()
    sign_in(other, a_person(Role.EDITOR))
    assert "secret=" not in other.get(address).text


def test_another_comment_is_added_without_script_and_every_word_stays(editor: FlaskClient) -> None:
    page = sent(editor, NEW, **LETTER, file=a_scan(), more="1")
    assert page.status_code == 200
    assert received() == 0
    assert "Comment 2" in words_of(page)
    assert "Chosen: letter.pdf" in words_of(page)
    kept = {name: hidden(page.text, name) for name in ("csrf_token", "kept", "kept_name")}
    second = {"comments-1-paragraph": "", "comments-1-body": "On all of it."}
    answer = posted(editor, NEW, **LETTER, **second, **kept)
    assert answer.status_code == 303
    assert "On all of it." in words_of(editor.get(answer.location))
    assert db.session.scalars(select(IntakeFile.name)).all() == ["letter.pdf"]


def test_a_refused_letter_comes_back_with_every_word_and_says_what_to_mend(editor: FlaskClient) -> None:
    wrong = {"received_date": "2030-01-02", "comments-0-paragraph": "9", "consent": "", "name": ""}
    page = sent(editor, NEW, **{**LETTER, **wrong}, file=a_scan())
    assert page.status_code == 422
    for words in ("This was before the opening.", "No paragraph of that version has this label.",
                  "Say how the respondent agreed to publication.", "The name is missing."):  # fmt: skip
        assert words in words_of(page)
    assert "Say who pays." in page.text
    assert "Chosen: letter.pdf" in words_of(page)
    summary = re.findall(r'<li><a class="ds-link" href="#([\w-]+)"', page.text)
    assert all(f'id="{place}"' in page.text for place in summary)
    assert len(summary) == 4
    assert received() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<html>", "This is no PDF, JPEG, PNG"), (b"%PDF-" + b"x" * (10 * 1024 * 1024), "larger than 10 MB")],
)
def test_a_scan_that_cannot_be_kept_is_said_at_its_field(
    editor: FlaskClient, content: bytes, words: str
) -> None:
    page = sent(editor, NEW, **LETTER, file=a_scan(content))
    assert page.status_code == 422
    assert words in words_of(page)
    assert "Say who pays." in page.text
    assert received() == 0


def test_a_scan_can_be_added_afterwards(editor: FlaskClient) -> None:
    address = sent(editor, NEW, **LETTER).location
    assert sent(editor, address, file=a_scan()).status_code == 303
    assert "letter.pdf" in words_of(editor.get(address))
    assert sent(editor, address, file=a_scan(b"<html>")).status_code == 422
    assert sent(editor, address).status_code == 422


def test_a_contact_point_finds_its_desk_and_chooses_no_country(
    app: Flask, client: FlaskClient, version: Version
) -> None:
    sign_in(client, a_person(Role.CONTACT_POINT, country="NO"))
    assert "Charter" in words_of(client.get("/en/manage/intake"))
    page = client.get(NEW)
    assert 'name="country"' not in page.text
    assert "Country: Norway." in words_of(page)
    assert client.post(NEW, data={**LETTER, "csrf_token": hidden(page.text, "csrf_token")}).status_code == 303
    assert db.session.scalars(select(Submission.country)).all() == ["NO"]


def test_before_the_opening_it_is_said_that_nothing_can_be_entered(client: FlaskClient) -> None:
    a_draft(a_consultation(slug="charter", opens_at=NOON + timedelta(days=1)))
    sign_in(client, a_person(Role.EDITOR))
    assert "The consultation has not opened yet." in words_of(client.get(NEW))
    assert sent(client, NEW, **LETTER).status_code == 422
    assert sent(client, SHEET, file=(io.BytesIO(a_file(GOOD)), "a.csv")).status_code == 422
    assert received() == 0


def test_late_intake_is_marked_wherever_it_is_read(app: Flask, client: FlaskClient) -> None:
    a_draft(a_consultation(slug="charter", closes_at=NOON - timedelta(days=1)))
    sign_in(client, a_person(Role.EDITOR))
    assert "it is marked as late intake" in words_of(client.get(NEW))
    assert sent(client, NEW, **{**LETTER, "received_date": "2030-02-10"}).status_code == 422
    refused = sent(client, NEW, **LETTER)
    assert (refused.status_code, 'href="#file"' in refused.text) == (422, True)
    assert "add a scan or file that shows that it came before" in words_of(refused)
    page = client.get(sent(client, NEW, **LETTER, file=a_scan()).location)
    assert "late intake" in words_of(page)
    assert "late intake" in words_of(client.get(DESK))
    link = re.search(r'intake-address">http://localhost([^<]+)<', page.text)
    assert link
    assert "Late intake" in words_of(client.get(unescape(link[1])))
    moderator = app.test_client()
    sign_in(moderator, a_person(Role.MODERATOR))
    queue = words_of(moderator.get("/en/moderation/charter"))
    assert "By letter, entered on 10 February 2030 · late intake" in queue
    analyst = app.test_client()
    sign_in(analyst, a_person(Role.ANALYST))
    written = analyst.get("/en/manage/exports/charter.csv").data.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(written))
    assert (row["channel"], row["entered_late"]) == ("letter", "yes")


def test_two_bad_rows_are_named_mended_and_all_is_entered(editor: FlaskClient) -> None:
    bad = a_file(GOOD, {**GOOD, "paragraph": "9.z"}, {**GOOD, "received_at": "=soon"})
    page = sent(editor, SHEET, file=(io.BytesIO(bad), "letters.csv"))
    assert page.status_code == 422
    assert "2 rows have to be mended" in words_of(page)
    assert "3 paragraph 9.z No paragraph of that version has this label." in words_of(page)
    assert "4 received_at =soon This is no date." in words_of(page)
    kept = {name: hidden(page.text, name) for name in ("csrf_token", "kept", "kept_name")}
    listed = posted(editor, SHEET, **kept, act="problems")
    assert listed.content_type == "text/csv; charset=utf-8"
    assert listed.headers["Content-Disposition"] == "attachment; filename=charter-problems.csv"
    assert "4,received_at,'=soon,\"This is no date." in listed.data.decode("utf-8-sig")
    assert editor.post(SHEET, data={**kept, "act": "enter"}).status_code == 422
    assert received() == 0

    page = sent(editor, SHEET, file=(io.BytesIO(a_file(GOOD, {**GOOD, "paragraph": "2"})), "letters.csv"))
    assert page.status_code == 200
    assert "letters.csv holds 2 submissions with 2 comments. Nothing has been entered yet." in words_of(page)
    assert received() == 0
    kept = {name: hidden(page.text, name) for name in ("csrf_token", "kept", "kept_name")}
    answer = editor.post(SHEET, data={**kept, "act": "enter"})
    assert (answer.status_code, answer.location) == (303, DESK)
    assert "Entered: 2 submissions with 2 comments." in words_of(editor.get(DESK))
    again = editor.post(SHEET, data={**kept, "act": "enter"})
    assert again.status_code == 422
    assert "This file was entered on 10 February 2030 by Person" in words_of(again)
    assert received() == 2


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ods", b"PK", "Save it as .xlsx or .csv."),
        ("a.xlsx", b"comment", "It is not what the ending of its name says."),
        ("a.csv", b"", "There is nothing in it."),
        ("a.csv", b"a \0 b", "This is not a text file."),
        ("a.csv", b'"open', "a quotation mark is never closed"),
        ("a.csv", b"x" * (10 * 1024 * 1024 + 1), "It is larger than 10 MB."),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_one_sentence(
    editor: FlaskClient, name: str, content: bytes, words: str
) -> None:
    page = sent(editor, SHEET, file=(io.BytesIO(content), name))
    assert page.status_code == 422
    assert words in words_of(page)


def test_letters_that_can_be_read_in_several_ways_are_asked_about_and_the_file_is_kept(
    editor: FlaskClient,
) -> None:
    content = a_file({**GOOD, "comment": "Pils un \xe2\xe7\xee"}).decode().encode("latin-1")
    page = sent(editor, SHEET, file=(io.BytesIO(content), "a.csv"))
    assert page.status_code == 422
    assert "Its letters can be read in several ways." in words_of(page)
    kept = {name: hidden(page.text, name) for name in ("csrf_token", "kept", "kept_name")}
    page = editor.post(SHEET, data={**kept, "encoding": "windows-1257", "act": "check"})
    assert "a.csv holds 1 submission with 1 comment." in words_of(page)
    kept = {name: hidden(page.text, name) for name in ("csrf_token", "kept", "kept_name", "encoding")}
    assert editor.post(SHEET, data={**kept, "act": "enter"}).status_code == 303
    assert db.session.scalars(select(Comment.source)).all() == [
        "Pils un " + b"\xe2\xe7\xee".decode("windows-1257")
    ]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_template_can_be_filled_in_and_checked(editor: FlaskClient, suffix: str) -> None:
    template = editor.get(f"{SHEET}/template.{suffix}")
    assert template.headers["Content-Disposition"] == f"attachment; filename=charter-intake.{suffix}"
    page = sent(editor, SHEET, file=(io.BytesIO(template.data), f"charter-intake.{suffix}"))
    assert "It has no rows under the names of the columns." in words_of(page)
    assert editor.get(f"{SHEET}/template.ods").status_code == 404


def test_a_template_is_explained_in_the_language_of_the_page(editor: FlaskClient) -> None:
    written = editor.get(f"{SHEET}/template.csv").data.decode("utf-8-sig")
    assert "# channel *: How it came. (letter, email, workshop, other)" in written
    assert "# 1: Everybody may try new ways." in written
    assert written.startswith("receipt_group,received_at,channel,")


def test_a_template_names_the_paragraphs_in_the_language_of_the_page_where_they_are_translated(
    editor: FlaskClient,
) -> None:
    version = a_draft(a_consultation(slug="both"), languages=("en", "nb"), sealed=False)
    with transaction():
        version.translations[1].texts[1].plain = "Alle kan prøve nytt."
        seal(version, NOON)
    for lang, words in (("nb", "Alle kan prøve nytt."), ("fr", "Everybody may try new ways.")):
        page = f"/{lang}/manage/consultations/both/intake"
        written = editor.get(f"{page}/spreadsheet/template.csv").data.decode("utf-8-sig")
        assert f"# 1: {words}" in written
        assert words in words_of(editor.get(f"{page}/new"))


def test_nothing_of_a_scan_is_in_an_export(app: Flask, editor: FlaskClient) -> None:
    sent(editor, NEW, **LETTER, file=a_scan(name="very-private-scan.pdf"))
    browser = app.test_client()
    sign_in(browser, a_person(Role.ADMINISTRATOR))
    written = browser.get("/en/manage/exports/charter.csv").data.decode("utf-8-sig")
    assert "Say who pays." in written
    assert "very-private-scan" not in written


def test_what_came_on_the_site_cannot_be_opened_at_the_desk(editor: FlaskClient, version: Version) -> None:
    number = a_comment(version).submission.number
    assert editor.get(f"{DESK}/{number}").status_code == 404
