"""Signing a test's browser in, as the sign-in page would."""

from __future__ import annotations

from datetime import UTC, datetime

from flask.testing import FlaskClient

from app.models.people import Person
from app.services.people.accounts import begin_sign_in
from app.web.forms import SESSION_TOKEN


def sign_in(browser: FlaskClient, person: Person) -> None:
    """The browser is signed in as the person."""
    token = begin_sign_in(person, datetime.now(UTC))
    with browser.session_transaction() as session:
        session[SESSION_TOKEN] = token
