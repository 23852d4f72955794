"""Letters to people with an account: links that sign in, confirm an address or choose a password."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from flask_babel import force_locale

from app.letters.writing import page_language, written_letter
from app.models.activity import Job
from app.models.people import Person
from app.services.people.links import Purpose, link_token
from app.services.subscriptions.notifying import Letter, person_to_write_to
from config import Config

PURPOSE_OF_LETTER = {
    "sign_in": Purpose.SIGN_IN,
    "confirm_email": Purpose.CONFIRM,
    "reset_password": Purpose.RESET,
}


def letter_to_person(job: Job, config: Config, at: datetime) -> Letter | None:
    """The letter, or None when the account is gone."""
    person = person_to_write_to(int(job.payload["person_id"]))
    if person is None:
        return None
    name = str(job.payload["letter"])
    purpose = PURPOSE_OF_LETTER.get(name)
    link = link_address(person, purpose, config, at) if purpose else ""
    with force_locale(page_language(person.language)):
        return written_letter(name, person.email, {"person": person, "link": link}, job, at)


def link_address(person: Person, purpose: Purpose, config: Config, at: datetime) -> str:
    """The whole address of a one-time link, in the person's language; needs a request context."""
    token = link_token(person, purpose, config.secret_key, at)
    return url_for("accounts.link", lang=page_language(person.language), token=token, _external=True)
