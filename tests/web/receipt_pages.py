"""Receipts of a charter's comments, opened and used as their holders do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.moderation import Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.comments.receipts import secret_of
from app.services.moderation.moderating import decide
from tests.builders import a_comment, a_consultation, a_person
from tests.conftest import NOON, SECRET
from tests.rows import stored

SOON = timedelta(minutes=5)


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """An open consultation."""
    return a_consultation(slug="charter", titles={"en": "Charter"}, zone="UTC")


@pytest.fixture
def moderator(app: Flask) -> Person:
    """Who moderates everywhere."""
    return a_person(Role.MODERATOR)


def address(comment: Comment, page: str = "", /, **query: object) -> str:
    """The address of the comment's receipt, or of a page of it."""
    number = comment.submission.number
    further = "".join(f"&{name}={quote(str(value))}" for name, value in query.items())
    return f"/en/receipts/{number}{page}?secret={secret_of(number, SECRET)}{further}"


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Sends the page's own form back with these fields changed."""
    return client.post(path, data={**hidden_in(client.get(path)), **fields})


def hidden_in(page: TestResponse) -> dict[str, str]:
    """What the page's form sends without being seen."""
    main = page.text.partition("<main")[2].replace('id="confirming-token"', "")
    return dict(re.findall(r'<input[^>]*name="(csrf_token|changes)"[^>]*value="([^"]*)"', main))


def rejected(version: Version, moderator: Person) -> Comment:
    """A comment that the moderator has rejected."""
    comment = a_comment(version)
    decide(comment.id, State.REJECTED, expected_changes=0, reason=Reason.INSULT, by=moderator, at=NOON)
    return stored(comment)
