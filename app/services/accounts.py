"""Persons with an account: who they are, and where they are signed in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.models.base import db, transaction
from app.models.people import Person, SignIn
from app.services.activity import record
from app.services.text import digest_of

SIGN_IN_LASTS = timedelta(days=14)


def person_signed_in(token: str, at: datetime) -> Person | None:
    """Whose browser holds this token, or None when it was ended or has expired."""
    found = db.session.scalar(
        select(SignIn).where(SignIn.token_digest == digest_of(token), SignIn.ends_at > at)
    )
    return found.person if found else None


def begin_sign_in(person: Person, at: datetime) -> str:
    """A fresh token by which one browser is signed in; the database keeps only its digest."""
    token = secrets.token_urlsafe(32)
    with transaction():
        person.last_sign_in_at = at
        db.session.add(
            SignIn(person=person, token_digest=digest_of(token), began_at=at, ends_at=at + SIGN_IN_LASTS)
        )
        record("signed_in", subject_of(person), person_id=person.id, at=at)
    return token


def end_sign_in(token: str, at: datetime) -> None:
    """The browser with this token is signed out; a token that is known no more changes nothing."""
    with transaction():
        found = db.session.scalar(select(SignIn).where(SignIn.token_digest == digest_of(token)))
        if found is None:
            return
        db.session.delete(found)
        record("signed_out", subject_of(found.person), person_id=found.person_id, at=at)


def end_all_sign_ins(person: Person) -> None:
    """The person is signed in nowhere any more."""
    with transaction():
        db.session.execute(delete(SignIn).where(SignIn.person_id == person.id))


def subject_of(person: Person) -> str:
    """How a line of activity names the person."""
    return f"person:{person.id}"
