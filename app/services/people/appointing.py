"""Giving persons their roles, by an operator's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from babel import Locale
from babel.core import get_global
from sqlalchemy import select

from app.i18n import SOURCE_LANGUAGE, page_languages
from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.people import Membership, Person
from app.models.roles import Role
from app.services.activity import record
from app.services.errors import InvalidError
from app.services.people.accounts import (
    end_all_sign_ins,
    locked_person,
    person_with_email,
    require_good_password,
    subject_of,
    tidy_email,
)
from app.services.people.passwords import hash_password
from app.services.people.registering import tidy_language
from app.services.text import one_line


def appoint(
    email: str,
    role: Role,
    at: datetime,
    *,
    name: str = "",
    language: str = SOURCE_LANGUAGE,
    password: str | None = None,
    consultation: str | None = None,
    country: str | None = None,
) -> Person:
    """The person with this address, added if unknown, has the role there; the address counts as confirmed.

    A password given replaces the present one and ends all sign-ins. What was registered for an address that
    nobody confirmed, the password above all, does not count. Raises InvalidError, writing nothing.
    """
    address = tidy_email(email)
    if address is None:
        raise InvalidError({"email": "invalid"})
    if password is not None:
        require_good_password(password, name, address)
    hashed = None if password is None else hash_password(password)
    with transaction():
        known = person_with_email(address)
        person = locked_person(known.id) if known else _new_person(address, at)
        if person.confirmed_at is None:
            person.confirmed_at, person.password_hash = at, None
            person.name = one_line(name) or address.partition("@")[0]
            person.language = tidy_language(language)
        if hashed:
            person.password_hash = hashed
            end_all_sign_ins(person)
            record("password changed", subject_of(person), person_id=None, at=at)
        place = {"consultation_id": _consultation_id(consultation), "country": _with_contact_point(country)}
        _give(person, Membership(role=role, **place), at)
    return person


def everybody() -> Sequence[Person]:
    """Everybody with an account, by address."""
    return db.session.scalars(select(Person).order_by(Person.email)).all()


def _new_person(email: str, at: datetime) -> Person:
    person = Person(email=email, name="", language=SOURCE_LANGUAGE, registered_at=at)
    db.session.add(person)
    db.session.flush()
    record("person added", subject_of(person), person_id=None, at=at)
    return person


def _give(person: Person, new: Membership, at: datetime) -> None:
    if any(_place_of(new) == _place_of(old) for old in person.memberships):
        return
    person.memberships.append(new)
    db.session.flush()
    record(f"role given: {new.role}", subject_of(person), person_id=None, at=at)


def _place_of(membership: Membership) -> tuple[Role, int | None, str | None]:
    return membership.as_role, membership.consultation_id, membership.country


def _consultation_id(slug: str | None) -> int | None:
    if slug is None:
        return None
    found = db.session.scalar(select(Consultation.id).where(Consultation.slug == slug))
    if found is None:
        raise InvalidError({"consultation": "unknown"})
    return found


def _with_contact_point(country: str | None) -> str | None:
    if country is None:
        return None
    code = country.strip().upper()
    zones = get_global("territory_zones").get(code)
    if len(code) != 2 or code == "ZZ" or not zones:
        raise InvalidError({"country": "unknown"})
    if db.session.get(ContactPoint, code) is None:
        db.session.add(ContactPoint(country=code, names=_names_of(code), zone=zones[0]))
        db.session.flush()
    return code


def _names_of(country: str) -> dict[str, str]:
    return {
        language: Locale.parse(language).territories.get(country, country) for language in page_languages()
    }
