"""People with accounts, registered and confirmed as they do it themselves, and the letters they get."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.i18n import page_languages
from app.models.activity import Job
from app.models.base import db
from app.models.people import Person
from app.services.people.accounts import person_with_email
from app.services.people.links import Purpose, link_token
from app.services.people.registering import register, use_password_link
from tests.conftest import SECRET

PASSWORD = "four little seals dive"
OTHER_PASSWORD = "slow trains to Bergen"
LANGUAGE = page_languages()[-1]
MOMENT = timedelta(seconds=1)


def letters() -> list[dict[str, Any]]:
    """What is said of every letter that was asked for, the oldest first."""
    return [
        job.payload for job in db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id))
    ]


def registered(at: datetime, email: str = "ana@example.org", password: str = PASSWORD) -> Person:
    """Who has registered and not confirmed the address yet."""
    register("Ana Bērziņa", email, password, LANGUAGE, at)
    person = person_with_email(email)
    assert person is not None
    return person


def confirmed(at: datetime, email: str = "ana@example.org", password: str = PASSWORD) -> Person:
    """Who has registered and confirmed the address."""
    person = registered(at, email, password)
    use_password_link(link_token(person, Purpose.CONFIRM, SECRET, at), password, SECRET, at)
    return person
