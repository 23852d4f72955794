"""Becoming a person with an account, and getting in again by a link that only the address's owner has."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.i18n import SOURCE_LANGUAGE, page_languages
from app.models.base import db, transaction
from app.models.people import Person
from app.services.activity import enqueue, record
from app.services.email_addresses import names_a_page
from app.services.errors import InvalidError
from app.services.people.accounts import (
    begin_sign_in,
    locked_person,
    person_with_email,
    require_good_password,
    set_password,
    subject_of,
    tidy_email,
    weakness_of,
)
from app.services.people.links import Link, Purpose, VoidLinkError, read_link, stamp_of
from app.services.people.passwords import hash_password
from app.services.text import count_characters, one_line

LONGEST_NAME = 200
NOBODY = 0
LETTERS = {
    Purpose.SIGN_IN: "sign_in",
    Purpose.CONFIRM: "confirm_email",
    Purpose.RESET: "reset_password",
}


def register(name: str, email: str, password: str, language: str, at: datetime) -> None:
    """The person is known and gets a letter: to confirm the address, or that there is an account already.

    The answer and the work are the same for known and unknown addresses. Raises InvalidError.
    """
    name, address = one_line(name), tidy_email(email)
    problems = {} if address else {"email": "invalid"}
    if not 0 < count_characters(name) <= LONGEST_NAME:
        problems["name"] = "too_long" if name else "required"
    elif names_a_page(name):
        problems["name"] = "address"
    weakness = weakness_of(password, name, email)
    if weakness:
        problems["password"] = weakness
    if address is None or problems:
        raise InvalidError(problems)
    hashed = hash_password(password)
    try:
        _write(name, address, hashed, tidy_language(language), at)
    except IntegrityError:
        # The same address was registered at the same moment; it is committed by now.
        _write(name, address, hashed, tidy_language(language), at)


def ask_for_link(email: str, purpose: Purpose, at: datetime) -> None:
    """Whoever has the address gets a letter with a link; for an unknown address the job finds nobody."""
    person = person_with_email(email)
    if person and person.confirmed_at is None and purpose == Purpose.SIGN_IN:
        purpose = Purpose.CONFIRM
    with transaction():
        enqueue("letter", {"letter": LETTERS[purpose], "person_id": person.id if person else NOBODY}, at=at)


def person_behind(token: str, secret_key: str, at: datetime) -> tuple[Person, Purpose]:
    """Whom a link is for, and what for; raises VoidLinkError when it can be used no more."""
    link = read_link(token, secret_key, at)
    person = db.session.get(Person, link.person_id)
    return _require_fresh(link, person), link.purpose


def use_sign_in_link(token: str, secret_key: str, at: datetime) -> str:
    """A token as of begin_sign_in; raises VoidLinkError."""
    with transaction():
        person = _person_using(token, Purpose.SIGN_IN, secret_key, at)
        return begin_sign_in(person, at)


def use_password_link(token: str, password: str, secret_key: str, at: datetime) -> str:
    """The address is confirmed and the password counts, alone; answers a token as of begin_sign_in.

    Confirming takes a password as well: the one that was registered may be somebody else's.
    Raises VoidLinkError, and InvalidError for a password that is not good enough.
    """
    person, purpose = person_behind(token, secret_key, at)
    if purpose == Purpose.SIGN_IN:
        raise VoidLinkError("for something else")
    require_good_password(password, person.name, person.email)
    hashed = hash_password(password)
    with transaction():
        person = _person_using(token, purpose, secret_key, at)
        if person.confirmed_at is None:
            _confirm(person, at)
        return set_password(person, hashed, at)


def tidy_language(language: str) -> str:
    """The language when there are pages in it, otherwise English."""
    return language if language in page_languages() else SOURCE_LANGUAGE


def _write(name: str, email: str, hashed: str, language: str, at: datetime) -> None:
    with transaction():
        person = person_with_email(email)
        if person:
            # Somebody may be confirming this address at this moment.
            person = locked_person(person.id)
        if person and person.confirmed_at:
            enqueue("letter", {"letter": "already_registered", "person_id": person.id}, at=at)
            return
        if person is None:
            person = Person(email=email, registered_at=at)
            db.session.add(person)
        # Whoever registered this address before did not show that it is theirs.
        person.name, person.language, person.password_hash = name, language, hashed
        db.session.flush()
        enqueue("letter", {"letter": LETTERS[Purpose.CONFIRM], "person_id": person.id}, at=at)
        record("person registered", subject_of(person), person_id=person.id, at=at)


def _person_using(token: str, purpose: Purpose, secret_key: str, at: datetime) -> Person:
    link = read_link(token, secret_key, at)
    if link.purpose != purpose or db.session.get(Person, link.person_id) is None:
        raise VoidLinkError("for something else")
    return _require_fresh(link, locked_person(link.person_id))


def _require_fresh(link: Link, person: Person | None) -> Person:
    if person is None or not hmac.compare_digest(link.stamp, stamp_of(person)):
        raise VoidLinkError("used")
    return person


def _confirm(person: Person, at: datetime) -> None:
    person.confirmed_at = at
    record("address confirmed", subject_of(person), person_id=person.id, at=at)
