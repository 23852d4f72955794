"""Files and pasted words that become a draft, as an editor’s browser sends them."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.models.base import db
from app.models.draft import Draft, Paragraph, ParagraphText, Translation
from app.models.people import Person
from app.models.roles import Role
from app.web.management import draft_form
from tests.builders import a_consultation, a_person
from tests.signing import sign_in
from tests.words_on_pages import words_of

DRAFT = "/en/manage/consultations/charter/draft"
UNCLEAR = "Pils\n\nun âçî ûû".encode("windows-1252")
WORD = (
    "<html><body><p class=MsoTitle>Charter</p><h1>Listen</h1>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
    "<span style='mso-list:Ignore'>a)<span>&nbsp;</span></span>Ask.</p></body></html>"
)


@pytest.fixture(autouse=True)
def editor(client: FlaskClient) -> Person:
    """An editor of the consultation “charter”, signed in."""
    a_consultation(slug="charter")
    person = a_person(Role.EDITOR)
    sign_in(client, person)
    return person


def send(client: FlaskClient, page: str = "", **fields: Any) -> TestResponse:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page or client.get(DRAFT).text)
    assert token
    form = {"csrf_token": token[1], "language": "en", "role": "original", **fields}
    # Of a large body the test client would make a file that it never closes.
    boundary, body = encode_multipart(form)
    return client.post(DRAFT, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def file(content: bytes, name: str) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def hidden(response: TestResponse, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', response.text)
    return unescape(found[1]) if found else ""


def texts() -> list[tuple[str, str, str]]:
    found = db.session.scalars(select(ParagraphText).order_by(ParagraphText.position))
    return [(text.kind, text.label, text.plain) for text in found]


def test_a_page_of_the_web_is_imported(client: FlaskClient) -> None:
    page = b"<html><body><h1>Charter</h1><h2>1. Listen</h2><p>Listen first.</p></body></html>"
    assert send(client, file=file(page, "charter.html")).status_code == 303
    assert texts() == [("heading", "1", "Listen"), ("paragraph", "1", "Listen first.")]


@pytest.mark.parametrize(
    "pasted",
    [
        "# Charter\n\n## Listen\n\na) Ask.",
        "<h1>Charter</h1><h2>Listen</h2><ol type=a><li>Ask.</li></ol>",
        "Charter\n\nListen\n\na) Ask.",
    ],
    ids=["Markdown", "HTML", "plain text"],
)
def test_what_is_pasted_may_be_markdown_html_or_plain_text(client: FlaskClient, pasted: str) -> None:
    assert send(client, pasted=pasted).status_code == 303
    assert texts() == [("heading", "", "Listen"), ("item", "a", "Ask.")]


def test_what_a_word_processor_gives_with_the_letters_goes_before_them(client: FlaskClient) -> None:
    assert send(client, pasted="Charter Listen a) Ask.", pasted_html=WORD).status_code == 303
    assert texts() == [("heading", "", "Listen"), ("item", "a", "Ask.")]


def test_the_page_asks_how_letters_are_to_be_read_and_keeps_the_file(client: FlaskClient) -> None:
    asked = send(client, file=file(UNCLEAR, "charter.txt"))
    assert asked.status_code == 422
    said = words_of(asked)
    assert "Its letters can be read in several ways. Choose the one that reads right." in said
    assert "Western European: âçî, ûû" in said
    assert "Baltic: āēī, ūū" in said
    assert "Choose the file again" not in said
    kept = {name: hidden(asked, name) for name in ("kept", "kept_name")}
    assert send(client, asked.text, encoding="windows-1257", **kept).status_code == 303
    assert texts() == [("paragraph", "¶1", "un āēī ūū")]


def test_the_answer_is_kept_while_something_else_is_mended(client: FlaskClient) -> None:
    asked = send(client, file=file(UNCLEAR, "charter.txt"))
    kept = {name: hidden(asked, name) for name in ("kept", "kept_name")}
    refused = send(client, asked.text, encoding="windows-1257", role="translation", **kept)
    assert "There is no original yet." in words_of(refused)
    kept_still = {name: hidden(refused, name) for name in ("kept", "kept_name", "encoding")}
    assert kept_still == {**kept, "encoding": "windows-1257"}
    assert send(client, refused.text, **kept_still).status_code == 303


def test_a_new_file_goes_before_the_one_that_was_kept(client: FlaskClient) -> None:
    asked = send(client, file=file(UNCLEAR, "charter.txt"))
    kept = {name: hidden(asked, name) for name in ("kept", "kept_name")}
    other = file("Title\n\nWords ā.".encode(), "other.txt")
    assert send(client, asked.text, encoding="windows-1252", file=other, **kept).status_code == 303
    assert texts() == [("paragraph", "¶1", "Words ā.")]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"words " * 4_000_000, "large.txt", "It is too large."),
        (b"words " * 500_000, "large.txt", "It is too large."),
        (b"%PDF-1.7 nonsense", "broken.pdf", "It is damaged or incomplete."),
        (b"MZ\x90\x00", "virus.html", "It is not what the ending of its name says."),
        (b"", "empty.docx", "Choose a file that is not empty, or paste the text."),
        (b"words", "words.exe", "This kind of file cannot be read."),
    ],
)
def test_a_refused_file_is_told_in_one_sentence_and_nothing_is_left(
    client: FlaskClient, content: bytes, name: str, said: str
) -> None:
    answer = send(client, file=file(content, name), pasted="My words stay.")
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert "My words stay." in answer.text
    for table in (Draft, Translation, Paragraph, ParagraphText):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_a_request_beyond_all_measure_still_gets_the_form(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get(DRAFT).text
    monkeypatch.setattr(draft_form, "LARGEST_REQUEST", 100_000)
    answer = send(client, page, file=file(b"words " * 20_000, "large.txt"))
    assert answer.status_code == 422
    assert "It is too large." in words_of(answer)
    assert 'name="pasted"' in answer.text
