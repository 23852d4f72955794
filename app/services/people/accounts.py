"""Persons with an account: who they are, where they are signed in, and what they have sent."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from app.models.base import db, transaction
from app.models.comment import Submission
from app.models.consultation import Consultation
from app.models.people import Membership, Person, SignIn
from app.services.activity import record
from app.services.errors import DomainError, InvalidError
from app.services.people.passwords import hash_password, is_outdated, is_password, problem_with
from app.services.text import digest_of

SIGN_IN_LASTS = timedelta(days=14)
LONGEST_EMAIL = 254


class WrongPasswordError(DomainError):
    """The address and the password do not belong together, or nobody has this address."""


class UnconfirmedError(DomainError):
    """The password is right, but the address was never confirmed."""


def person_signed_in(token: str, at: datetime) -> Person | None:
    """Whose browser holds this token, or None when it was ended or has expired."""
    found = db.session.scalar(
        select(SignIn).where(SignIn.token_digest == digest_of(token), SignIn.ends_at > at)
    )
    return found.person if found else None


def sign_in_with_password(email: str, password: str, at: datetime) -> str:
    """A token as of begin_sign_in; raises WrongPasswordError or UnconfirmedError.

    Takes as long for an address that nobody has: a password is compared either way.
    """
    person = person_with_email(email)
    kept = person.password_hash if person else None
    if not is_password(password, kept) or person is None:
        raise WrongPasswordError
    if person.confirmed_at is None:
        raise UnconfirmedError
    renewed = hash_password(password) if is_outdated(kept or "") else kept
    with transaction():
        person = locked_person(person.id)
        if person.password_hash != kept:  # changed while we compared
            raise WrongPasswordError
        person.password_hash = renewed
        return begin_sign_in(person, at)


def begin_sign_in(person: Person, at: datetime) -> str:
    """A fresh token by which one browser is signed in; the database keeps only its digest."""
    token = secrets.token_urlsafe(32)
    with transaction():
        person.last_sign_in_at = at
        db.session.execute(delete(SignIn).where(SignIn.person_id == person.id, SignIn.ends_at <= at))
        db.session.add(
            SignIn(person=person, token_digest=digest_of(token), began_at=at, ends_at=at + SIGN_IN_LASTS)
        )
        record("signed in", subject_of(person), person_id=person.id, at=at)
    return token


def end_sign_in(token: str, at: datetime) -> None:
    """The browser with this token is signed out; a token that is known no more changes nothing."""
    with transaction():
        found = db.session.scalar(select(SignIn).where(SignIn.token_digest == digest_of(token)))
        if found is None:
            return
        db.session.delete(found)
        record("signed out", subject_of(found.person), person_id=found.person_id, at=at)


def end_all_sign_ins(person: Person) -> None:
    """The person is signed in nowhere any more."""
    with transaction():
        db.session.execute(delete(SignIn).where(SignIn.person_id == person.id))


def change_password(person: Person, old: str, new: str, at: datetime) -> str:
    """The new password counts and all sign-ins are ended; answers the token of a fresh one.

    Raises WrongPasswordError for a wrong old password and InvalidError for a new one that is not good enough.
    """
    kept = person.password_hash
    if kept is not None and not is_password(old, kept):
        raise WrongPasswordError
    require_good_password(new, person.name, person.email)
    hashed = hash_password(new)
    with transaction():
        person = locked_person(person.id)
        if person.password_hash != kept:
            raise WrongPasswordError
        return set_password(person, hashed, at)


def set_password(person: Person, hashed: str, at: datetime) -> str:
    """The password is changed, everybody who was signed in is signed out; answers a fresh token."""
    with transaction():
        person.password_hash = hashed
        end_all_sign_ins(person)
        record("password changed", subject_of(person), person_id=person.id, at=at)
        return begin_sign_in(person, at)


def require_good_password(password: str, name: str, email: str) -> None:
    """Raises InvalidError when the password is too short, too long, too common, or the person's own name."""
    weakness = weakness_of(password, name, email)
    if weakness:
        raise InvalidError({"password": weakness})


def weakness_of(password: str, name: str, email: str) -> str | None:
    """What is wrong with the password for this person, as of problem_with, or None."""
    return problem_with(password, name, email, email.partition("@")[0])


def person_with_email(email: str) -> Person | None:
    """Who has this address, however it was typed."""
    return db.session.scalar(select(Person).where(Person.email == (tidy_email(email) or "")))


def locked_person(person_id: int) -> Person:
    """The person as the database knows them now, for this transaction alone to change."""
    return db.session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def tidy_email(email: str) -> str | None:
    """The address in lower case with its domain as DNS knows it, or None when it is no address."""
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    tidy = f"{found.local_part.lower()}@{found.ascii_domain.lower()}"
    return tidy if "." in found.ascii_domain and len(tidy) <= LONGEST_EMAIL else None


def submissions_of(person: Person) -> Sequence[Submission]:
    """What the person has sent while signed in, newest first, with consultations and comments."""
    return db.session.scalars(
        select(Submission)
        .where(Submission.person_id == person.id)
        .options(joinedload(Submission.consultation), selectinload(Submission.comments))
        .order_by(Submission.received_at.desc(), Submission.id.desc())
    ).all()


def roles_of(person: Person) -> list[tuple[Membership, Consultation | None]]:
    """The person's memberships, each with its consultation when it holds in one only."""
    found = db.session.execute(
        select(Membership, Consultation)
        .outerjoin(Consultation, Consultation.id == Membership.consultation_id)
        .where(Membership.person_id == person.id)
        .order_by(Membership.id)
    )
    return [(membership, consultation) for membership, consultation in found]


def subject_of(person: Person) -> str:
    """How a line of activity names the person."""
    return f"person:{person.id}"
