"""Appointing people: what an operator gives them, and where it counts."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select

from app.models.base import db
from app.models.contact_point import ContactPoint
from app.models.people import Person
from app.models.roles import Permission, Role
from app.services.errors import InvalidError
from app.services.people.accounts import (
    WrongPasswordError,
    begin_sign_in,
    person_signed_in,
    roles_of,
    sign_in_with_password,
)
from app.services.people.appointing import appoint
from app.services.permissions import allows
from tests.builders import a_consultation
from tests.services.account_holders import LANGUAGE, OTHER_PASSWORD, PASSWORD, confirmed, registered

pytestmark = pytest.mark.usefixtures("app")


def test_an_operator_appoints_a_new_person(at: datetime) -> None:
    person = appoint(
        "Kari@Example.org", Role.MODERATOR, at, name="Kari", language=LANGUAGE, password=PASSWORD
    )
    assert (person.email, person.name, person.language) == ("kari@example.org", "Kari", LANGUAGE)
    assert allows(person, Permission.MODERATE)
    assert sign_in_with_password("kari@example.org", PASSWORD, at)


def test_a_contact_point_speaks_for_its_own_country_only(at: datetime) -> None:
    person = appoint("kari@example.org", Role.CONTACT_POINT, at, country="no")
    assert allows(person, Permission.EXPORT_COMMENTS, country="NO")
    assert not allows(person, Permission.EXPORT_COMMENTS, country="LV")
    point = db.session.get(ContactPoint, "NO")
    assert point is not None
    assert (point.names["en"], point.zone) == ("Norway", "Europe/Oslo")


def test_a_role_in_one_consultation_says_so(at: datetime) -> None:
    consultation = a_consultation()
    person = appoint("kari@example.org", Role.MODERATOR, at, consultation=consultation.slug)
    assert [(given.as_role, where) for given, where in roles_of(person)] == [(Role.MODERATOR, consultation)]
    assert not allows(person, Permission.MODERATE, consultation_id=consultation.id + 1)


def test_appointing_twice_is_appointing_once(at: datetime) -> None:
    for _ in range(2):
        person = appoint("kari@example.org", Role.CONTACT_POINT, at, country="NO")
    appoint("kari@example.org", Role.CONTACT_POINT, at, country="LV")
    assert [given.country for given, _where in roles_of(person)] == ["NO", "LV"]
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_what_somebody_registered_for_an_unconfirmed_address_does_not_count_when_it_is_appointed(
    at: datetime,
) -> None:
    registered(at, "kari@example.org", OTHER_PASSWORD)
    person = appoint("kari@example.org", Role.MODERATOR, at, name="Kari\nNordmann")
    assert (person.name, person.language, person.confirmed_at) == ("Kari Nordmann", "en", at)
    with pytest.raises(WrongPasswordError):
        sign_in_with_password("kari@example.org", OTHER_PASSWORD, at)


def test_a_further_role_leaves_password_name_and_sign_ins_alone(at: datetime) -> None:
    person = confirmed(at)
    token = begin_sign_in(person, at)
    appoint("ana@example.org", Role.EDITOR, at, name="Another Name")
    assert person.name == "Ana Bērziņa"
    assert person_signed_in(token, at) == person


@pytest.mark.parametrize(
    ("email", "place", "problems"),
    [
        ("kari", {}, {"email": "invalid"}),
        ("kari@example.org", {"country": "XX"}, {"country": "unknown"}),
        ("kari@example.org", {"country": "Norway"}, {"country": "unknown"}),
        ("kari@example.org", {"consultation": "nowhere"}, {"consultation": "unknown"}),
        ("kari@example.org", {"password": "short"}, {"password": "too_short"}),
    ],
)
def test_a_refused_appointment_leaves_nothing_behind(
    at: datetime, email: str, place: dict[str, str], problems: dict[str, str]
) -> None:
    with pytest.raises(InvalidError) as refused:
        appoint(email, Role.CONTACT_POINT, at, **place)
    assert refused.value.problems == problems
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0
