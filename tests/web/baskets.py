"""The basket of what is not sent yet, as a browser without script fills, previews and sends it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models.base import db
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.sitting import UnsentComment
from tests.builders import a_consultation, a_draft
from tests.words_on_pages import words_in

CONSULTATION = "/en/consultations/innovation"
FIRST, SECOND, WHOLE = (
    f"{CONSULTATION}/paragraphs/p2",
    f"{CONSULTATION}/paragraphs/p3",
    f"{CONSULTATION}/comments/new",
)
BASKET = f"{CONSULTATION}/submission"
PARTICULARS = {"name": "Ilze K.", "email": "", "country": "LV", "capacity": "individual"}
COOKIE = "innspill_sitting"
MAKERS = {"capacity": "organisation", "organisation": "Makers"}


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(slug="innovation"))


@pytest.fixture
def consultation(version: Version) -> Consultation:
    return version.draft.consultation


@pytest.fixture
def marta(app: Flask, client: FlaskClient, version: Version) -> FlaskClient:
    """A colleague who joined the submission of Makers, in which there is one comment of its owner."""
    add(client, "Mine.")
    together = f"{BASKET}/together"
    client.post(together, data={**hidden_in(client.get(together)), **MAKERS, "act": "share"})
    found = re.search(r"/en/consultations/innovation/together/[a-z2-7]{32}", client.get(together).text)
    assert found is not None
    marta = app.test_client()
    marta.post(found[0], data={**hidden_in(marta.get(found[0])), "contributor": "Marta"})
    return marta


def hidden_in(answer: TestResponse) -> dict[str, str]:
    """The fields of the page's form that nobody sees."""
    form = (
        answer.text[answer.text.rindex('<form method="post"') :]
        if '<form method="post"' in answer.text
        else ""
    )
    tags = re.findall(r"<input[^>]*>", form)
    return {
        found[1]: unescape(value[1]) if (value := re.search(r'value="([^"]*)"', tag)) else ""
        for tag in tags
        if 'type="hidden"' in tag and (found := re.search(r'name="([^"]+)"', tag))
    }


def typed_in(answer: TestResponse) -> str:
    found = re.search(r'<textarea[^>]*name="body"[^>]*>\r?\n?(.*?)</textarea>', answer.text, flags=re.S)
    assert found is not None
    return unescape(found[1])


def form_on(answer: TestResponse) -> str:
    return answer.text.partition('id="comment-form"')[2].partition("</section>\n  </div>")[0]


def add(client: FlaskClient, body: str, address: str = FIRST, **more: Any) -> TestResponse:
    page = client.get(address)
    return client.post(
        address.partition("?")[0], data={**hidden_in(page), "body": body, "act": "add", **more}
    )


def act(client: FlaskClient, **pressed: Any) -> TestResponse:
    return client.post(BASKET, data={**hidden_in(client.get(BASKET)), **pressed})


def save(client: FlaskClient, body: str, address: str = SECOND, **more: str) -> dict[str, str]:
    """What the script sends while somebody writes, and what it is answered."""
    hidden = hidden_in(client.get(address))
    answer = client.post(
        f"{BASKET}/save", data={**hidden, "body": body, **more}, headers={"Accept": "application/json"}
    )
    told: dict[str, str] = answer.get_json()
    return told


def preview(client: FlaskClient, **more: Any) -> TestResponse:
    hidden = hidden_in(client.get(BASKET))
    return client.post(BASKET, data={**hidden, **PARTICULARS, "act": "preview", **more})


def send(client: FlaskClient, clock: time_machine.Traveller, **more: Any) -> TestResponse:
    hidden = hidden_in(client.get(BASKET))
    clock.shift(5)
    return client.post(BASKET, data={**hidden, **PARTICULARS, "consent": "y", "act": "send", **more})


def unsent() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(UnsentComment.body).order_by(UnsentComment.id)))


def sent() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment.source).order_by(Comment.id)))


def number_of(body: str) -> int:
    db.session.rollback()
    return db.session.scalars(select(UnsentComment.id).where(UnsentComment.body == body)).one()


def unsent_by(client: FlaskClient, body: str) -> str:
    """What the basket says of the comment."""
    page, number = client.get(BASKET), number_of(body)
    article = page.text.partition(f'id="unsent-{number}"')[2].partition("</article>")[0]
    return words_in(article)
