"""The split screen of a charter in two languages, read and used as its forms are."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models.base import db, transaction
from app.models.draft import ParagraphText
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.drafting import draft_of, seal_version
from app.services.public.reading import consultation_called
from tests.builders import a_consultation, a_person
from tests.signing import sign_in
from tests.words_on_pages import token_in, words_in

PATH = "/en/manage/consultations/charter/draft"
SPLIT = f"{PATH}/split"
ENGLISH = "# Declaration\n\n## 1. Listen\n\nListen *first*. Then speak.\n\na) Ask.\n\nb) Answer."
NORWEGIAN = "# Erklæring\n\n## 1. Lytt\n\nLytt *først*. Så tal.\n\na) Spør.\n\nb) Svar."
HEADING, LISTEN, ASK, ANSWER = "p1", "p2", "p3", "p4"


@pytest.fixture
def editor(client: FlaskClient) -> Person:
    """An editor who has imported an original and a translation."""
    person = a_person(Role.EDITOR)
    sign_in(client, person)
    a_consultation(slug="charter", titles={"en": "Charter"})
    for text, language, role in ((ENGLISH, "en", "original"), (NORWEGIAN, "nb", "translation")):
        token = token_in(client.get(PATH))
        sent = {"pasted": text, "language": language, "role": role, "csrf_token": token}
        assert client.post(PATH, data=sent).status_code == 303
    return person


def words_of(response: TestResponse) -> str:
    """What the page says in its main part, without mark-up."""
    return words_in(response.text.partition("<main")[2].partition("<template")[0])


def texts(language: str = "en") -> dict[str, ParagraphText]:
    """The paragraphs as they stand now, by their keys."""
    db.session.expire_all()
    rows = db.session.scalars(select(ParagraphText).order_by(ParagraphText.position))
    return {row.paragraph.key: row for row in rows if row.translation.language == language}


def said(language: str = "en") -> list[tuple[str, str]]:
    """Label and words of every paragraph."""
    return [(row.label, row.source) for row in texts(language).values()]


def act(client: FlaskClient, key: str, act: str, *, fragment: bool = False, **fields: str) -> TestResponse:
    """The act is sent as its form sends it, with what the page shows now."""
    rows = texts()
    keys = list(rows)
    following = keys[keys.index(key) + 1 :] if key in rows else []
    usual = {
        "csrf_token": token_in(client.get(SPLIT)),
        "act": act,
        "seen": rows[key].digest if key in rows else "",
        "next_seen": rows[following[0]].digest if following else "",
    }
    headers = {"X-Fragment": "rows"} if fragment else {}
    return client.post(f"{SPLIT}/{key}", data={**usual, **fields}, headers=headers)


def whole(client: FlaskClient, *, fragment: bool = False, **fields: str) -> TestResponse:
    """An act on the whole draft is sent as its form sends it."""
    headers = {"X-Fragment": "rows"} if fragment else {}
    return client.post(SPLIT, data={"csrf_token": token_in(client.get(SPLIT)), **fields}, headers=headers)


def begin_next(client: FlaskClient, editor: Person) -> None:
    """Version 1 is sealed, and version 2 begun with its texts."""
    draft = draft_of(consultation_called("charter"))
    assert draft
    seal_version(draft, by=editor, at=datetime.now(UTC))
    client.post(f"{PATH}/begin", data={"csrf_token": token_in(client.get(PATH))})


def doubt(key: str, *codes: str) -> None:
    """The paragraph has these warnings."""
    with transaction():
        texts()[key].doubts = list(codes)


def row_of(page: str, key: str) -> str:
    """The row of that paragraph on the page."""
    found = re.search(rf'<section class="piece[^>]* id="{key}".*?</section>', page, re.DOTALL)
    assert found, key
    return found[0]
