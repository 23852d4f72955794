"""Giving persons their roles, by an operator's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from babel import Locale
from babel.core import get_global
from sqlalchemy import select

from app.i18n import page_languages
from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.people import Membership, Person
from app.models.roles import Role
from app.services.accounts import (
    end_all_sign_ins,
    person_with_email,
    require_good_password,
    subject_of,
    tidy_email,
)
from app.services.activity import record
from app.services.errors import InvalidError
from app.services.passwords import hash_password
from app.services.registering import tidy_language


def add_person(email: str, name: str, language: str, at: datetime, *, password: str | None = None) -> Person:
    """The person with this address, added with a confirmed address if there was none; raises InvalidError.

    A password given replaces the present one and ends all sign-ins.
    """
    address = tidy_email(email)
    if address is None:
        raise InvalidError({"email": "invalid"})
    if password is not None:
        require_good_password(password, name, address)
    hashed = None if password is None else hash_password(password)
    with transaction():
        person = person_with_email(address) or _new_person(address, name, language, at)
        person.confirmed_at = person.confirmed_at or at
        if hashed:
            person.password_hash = hashed
            end_all_sign_ins(person)
            record("password changed", subject_of(person), person_id=None, at=at)
    return person


def appoint(
    person: Person, role: Role, at: datetime, *, consultation: str | None, country: str | None
) -> bool:
    """The person has the role there; answers whether that is new. Raises InvalidError."""
    with transaction():
        membership = Membership(
            person_id=person.id,
            role=role,
            consultation_id=_consultation_id(consultation),
            country=_country_with_contact_point(country),
        )
        if any(_is_same(membership, other) for other in person.memberships):
            return False
        person.memberships.append(membership)
        record(f"role given: {role}", subject_of(person), person_id=None, at=at)
    return True


def people() -> Sequence[Person]:
    """Everybody with an account, by address."""
    return db.session.scalars(select(Person).order_by(Person.email)).all()


def _new_person(email: str, name: str, language: str, at: datetime) -> Person:
    person = Person(
        email=email,
        name=name.strip() or email.partition("@")[0],
        language=tidy_language(language),
        registered_at=at,
    )
    db.session.add(person)
    db.session.flush()
    record("person added", subject_of(person), person_id=None, at=at)
    return person


def _consultation_id(slug: str | None) -> int | None:
    if slug is None:
        return None
    found = db.session.scalar(select(Consultation.id).where(Consultation.slug == slug))
    if found is None:
        raise InvalidError({"consultation": "unknown"})
    return found


def _country_with_contact_point(country: str | None) -> str | None:
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


def _is_same(one: Membership, other: Membership) -> bool:
    return (one.role, one.consultation_id, one.country) == (other.role, other.consultation_id, other.country)
