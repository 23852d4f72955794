"""Somebody registers for the workshop in Riga, in a browser without script, at a time that a test sets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models.base import db
from app.models.consultation import Consultation
from app.models.workshop import Registration, Workshop
from app.services.comments.receipts import secret_of
from tests.builders import a_consultation
from tests.conftest import SECRET
from tests.gatherings import a_workshop
from tests.words_on_pages import token_in

SOON = timedelta(seconds=10)
LINK = "https://meet.example.org/room/4711"
PAGE = "/en/workshops/riga"
ILZE = {"name": "Ilze Kalniņa", "email": "ilze@example.org", "consent": "y"}
QUESTIONS = [
    {"key": "1", "labels": {"en": "Which paragraph?", "lv": "Kurš punkts?"}, "is_required": True},
    {"key": "2", "labels": {"en": "Been before?"}, "is_required": False},
]


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return a_consultation(slug="charter", titles={"en": "Charter"})


def riga(consultation: Consultation, **changes: Any) -> Workshop:
    return a_workshop(
        consultation, **{"slug": "riga", "titles": {"en": "Meeting in Riga", "lv": "Rīgā"}, **changes}
    )


def register(
    client: FlaskClient, clock: time_machine.Traveller, path: str = PAGE, **fields: Any
) -> TestResponse:
    """Somebody opens the page, fills in the form and sends it."""
    token = token_in(client.get(path))
    clock.shift(SOON)
    return client.post(path, data={**ILZE, "csrf_token": token, **fields})


def registrations() -> list[Registration]:
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def stored(registration: Registration) -> Registration:
    return db.session.get_one(Registration, registration.id, populate_existing=True)


def address(registration: Registration, page: str = "", **further: str) -> str:
    asked = "".join(f"&{name}={value}" for name, value in further.items())
    number = registration.number
    return f"/en/registrations/{number}{page}?secret={secret_of(number, SECRET)}{asked}"


def act(client: FlaskClient, registration: Registration, what: str, **fields: Any) -> TestResponse:
    token = token_in(client.get(address(registration, ask=what)))
    return client.post(address(registration), data={"csrf_token": token, "act": what, **fields})
