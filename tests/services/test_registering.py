"""Registering: addresses as they are kept, and who may use one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models.base import db
from app.models.people import Person
from app.services.errors import InvalidError
from app.services.people.accounts import (
    UnconfirmedError,
    WrongPasswordError,
    person_signed_in,
    sign_in_with_password,
    tidy_email,
)
from app.services.people.links import Purpose, VoidLinkError, link_token
from app.services.people.passwords import is_password
from app.services.people.registering import register, use_password_link
from tests.conftest import SECRET
from tests.services.account_holders import (
    LANGUAGE,
    MOMENT,
    OTHER_PASSWORD,
    PASSWORD,
    confirmed,
    letters,
    registered,
)

pytestmark = pytest.mark.usefixtures("app")


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ana@Example.ORG ", "ana@example.org"),
        ("kari@blåbær.no", "kari@xn--blbr-roah.no"),
        ("Ļena@example.org", "ļena@example.org"),
        ("somebody@office.test", "somebody@office.test"),
        ("ana", None),
        ("ana@test", None),
        ("ana@example..org", None),
        ("a b@example.org", None),
        ("ana@example.org\nBcc: all@example.org", None),
        (f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 10}.org", None),
    ],
)
def test_an_address_is_kept_as_it_is_sent_to(typed: str, kept: str | None) -> None:
    assert tidy_email(typed) == kept


# ---------------------------------------------------------------- registering


def test_whoever_registers_gets_a_letter_to_confirm_the_address(at: datetime) -> None:
    person = registered(at)
    assert (person.name, person.language, person.confirmed_at) == ("Ana Bērziņa", LANGUAGE, None)
    assert letters() == [{"letter": "confirm_email", "person_id": person.id}]


def test_nobody_signs_in_before_the_address_is_confirmed(at: datetime) -> None:
    person = registered(at)
    with pytest.raises(UnconfirmedError):
        sign_in_with_password("ana@example.org", PASSWORD, at)
    use_password_link(link_token(person, Purpose.CONFIRM, SECRET, at), PASSWORD, SECRET, at)
    assert sign_in_with_password("ana@example.org", PASSWORD, at)


def test_registering_a_known_address_changes_nothing_and_tells_its_owner(at: datetime) -> None:
    person = confirmed(at)
    register("Somebody Else", "ANA@example.org", OTHER_PASSWORD, "en", at)
    assert person.name == "Ana Bērziņa"
    assert is_password(PASSWORD, person.password_hash)
    assert letters()[-1] == {"letter": "already_registered", "person_id": person.id}


def test_an_address_that_nobody_confirmed_can_be_registered_again(at: datetime) -> None:
    first = registered(at, password=OTHER_PASSWORD)
    old_link = link_token(first, Purpose.CONFIRM, SECRET, at)
    confirmed(at + MOMENT, password=PASSWORD)
    assert sign_in_with_password("ana@example.org", PASSWORD, at)
    with pytest.raises(VoidLinkError):
        use_password_link(old_link, PASSWORD, SECRET, at)


def test_whoever_registers_somebody_elses_address_after_them_never_gets_in(at: datetime) -> None:
    registered(at, password=PASSWORD)
    person = registered(at + MOMENT, password=OTHER_PASSWORD)
    token = use_password_link(link_token(person, Purpose.CONFIRM, SECRET, at), PASSWORD, SECRET, at)
    assert person_signed_in(token, at) == person
    assert sign_in_with_password("ana@example.org", PASSWORD, at)
    with pytest.raises(WrongPasswordError):
        sign_in_with_password("ana@example.org", OTHER_PASSWORD, at)


def test_a_name_is_one_line(at: datetime) -> None:
    register(" Ana\n\n\tBērziņa ", "ana@example.org", PASSWORD, LANGUAGE, at)
    assert db.session.scalars(select(Person)).one().name == "Ana Bērziņa"


@pytest.mark.parametrize("name", ["Win at https://evil.example", "WWW.evil.example"])
def test_a_name_with_the_address_of_a_page_is_refused(at: datetime, name: str) -> None:
    with pytest.raises(InvalidError) as refused:
        register(name, "ana@example.org", PASSWORD, LANGUAGE, at)
    assert refused.value.problems == {"name": "address"}


def test_what_is_wrong_with_a_registration_is_told_all_at_once(at: datetime) -> None:
    with pytest.raises(InvalidError) as refused:
        register(" ", "nowhere", "short", "en", at)
    assert refused.value.problems == {"email": "invalid", "name": "required", "password": "too_short"}
    assert letters() == []


def test_a_language_without_pages_becomes_english(at: datetime) -> None:
    register("Ana", "ana@example.org", PASSWORD, "tlh", at)
    assert db.session.scalars(select(Person)).one().language == "en"


def test_one_address_registered_twice_at_the_same_moment_is_one_person(app: Flask, at: datetime) -> None:
    def again(number: int) -> None:
        with app.app_context():
            register(f"Ana {number}", "ana@example.org", PASSWORD, "en", at)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(again, range(4)))
    assert len(letters()) == 4
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1
