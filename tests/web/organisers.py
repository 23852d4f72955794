"""An organiser of workshops at work in a browser without script, and the workshops to work on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.models.activity import Job
from app.models.base import db
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.people import Person
from app.models.roles import Role
from app.models.workshop import RegistrationState, Workshop
from app.services.consultations.consulting import add_contact_point
from tests.builders import a_consultation, a_draft, a_person
from tests.gatherings import a_workshop
from tests.signing import sign_in
from tests.words_on_pages import words_of

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STATES = RegistrationState
HOME = "/en/manage/workshops"
YEAR = NOW.year + 3
FILLED: dict[str, Any] = {
    "slug": "riga-february",
    "title_lv": "Darbnīca par deklarāciju",
    "title_en": "Workshop on the declaration",
    "purpose_en": "To find out what is unclear.",
    "audience_en": "Public servants",
    "programme_en": "* 13.00 Welcome",
    "facilitators_en": "Ilze Bērziņa",
    "address_en": "Brīvības iela 1, 3rd floor, Riga",
    "access_en": "A lift from the yard; hearing loop in the room.",
    "zone": "Europe/Riga",
    "starts_at": f"{YEAR}-02-23T13:00",
    "ends_at": f"{YEAR}-02-23T16:00",
    "register_by": f"{YEAR}-02-17T23:59",
    "working_language": "en",
    "interpretation": ["lv"],
    "places": "30",
    "offer_hours": "48",
    "reminder_hours": "24",
    "retention_days": "90",
    "has_waiting_list": "y",
    "paragraph_keys": ["p2"],
    "contact_name": "Ilze Bērziņa",
    "contact_email": "ilze@example.org",
}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    consultation = a_consultation(
        at=NOW, slug="charter", titles={"en": "Charter", "lv": "Harta"}, moderation="after"
    )
    a_draft(consultation, at=NOW)
    return consultation


@pytest.fixture
def latvia(client: FlaskClient, consultation: Consultation) -> Person:
    """The Latvian contact point's person, signed in."""
    add_contact_point(ContactPoint(country="LV", names={"en": "Latvia"}, zone="Europe/Riga"), at=NOW)
    person = a_person(Role.CONTACT_POINT, country="LV", at=NOW)
    sign_in(client, person)
    return person


@pytest.fixture
def workshop(latvia: Person, consultation: Consultation) -> Workshop:
    """A published workshop of Latvia's, in ten days."""
    return a_workshop(consultation, at=NOW, slug="riga", country="LV", paragraph_keys=["p2", "p3"])


@pytest.fixture
def over(latvia: Person, consultation: Consultation) -> Workshop:
    """A workshop of Latvia's that ended an hour ago."""
    return a_workshop(
        consultation,
        at=NOW,
        slug="over",
        country="LV",
        starts_at=NOW - 4 * HOUR,
        ends_at=NOW - HOUR,
        register_by=NOW - DAY,
        paragraph_keys=["p2", "p3"],
    )


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Opens the page and sends its form."""
    return send_from(client.get(path), client, path, **fields)


def send_from(page: TestResponse, client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Sends the form of a page that was opened before, with what it keeps out of sight."""
    kept = {
        name: found[1]
        for name in ("csrf_token", "seen")
        if (found := re.search(rf'name="{name}"[^>]*value="([^"]+)"', page.text))
    }
    assert "csrf_token" in kept, words_of(page)
    return client.post(path, data={**kept, **fields})


def press(page: TestResponse, client: FlaskClient, path: str, button: str) -> TestResponse:
    """Presses a button of a page whose form keeps all its words out of sight."""
    form = page.text.partition("<main")[2].partition("<form")[2].partition("</form>")[0]
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    pressed = re.search(rf'name="{button}" value="([^"]+)"', form)
    assert pressed, words_of(page)
    data: MultiDict[str, str] = MultiDict((name, unescape(value)) for name, value in found)
    data.add(button, pressed[1])
    return client.post(path, data=data)


def only_workshop() -> Workshop:
    return db.session.scalars(select(Workshop).execution_options(populate_existing=True)).one()


def jobs() -> list[dict[str, Any]]:
    return [job.payload for job in db.session.scalars(select(Job).where(Job.name == "letter"))]
