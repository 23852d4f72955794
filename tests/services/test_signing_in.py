"""Signing in and out: who gets in, who does not, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from app.models.base import db
from app.models.people import SignIn
from app.services.people.accounts import (
    SIGN_IN_LASTS,
    WrongPasswordError,
    begin_sign_in,
    end_all_sign_ins,
    end_sign_in,
    person_signed_in,
    sign_in_with_password,
)
from tests.builders import a_person
from tests.effort import growth
from tests.services.account_holders import MOMENT, OTHER_PASSWORD, PASSWORD, confirmed

pytestmark = pytest.mark.usefixtures("app")


def test_a_browser_with_the_token_is_signed_in(at: datetime) -> None:
    person = a_person()
    token = begin_sign_in(person, at)
    assert person_signed_in(token, at) == person
    assert person_signed_in(token + "x", at) is None


def test_only_a_digest_of_the_token_is_kept(at: datetime) -> None:
    token = begin_sign_in(a_person(), at)
    kept = db.session.scalars(select(SignIn)).one().token_digest
    assert token not in kept
    assert len(kept) == 64


def test_a_sign_in_ends_by_itself_after_fourteen_days(at: datetime) -> None:
    token = begin_sign_in(a_person(), at)
    assert person_signed_in(token, at + SIGN_IN_LASTS - MOMENT) is not None
    assert person_signed_in(token, at + SIGN_IN_LASTS) is None
    assert timedelta(days=14) == SIGN_IN_LASTS


def test_signing_out_ends_one_browser_only(at: datetime) -> None:
    person = a_person()
    here, there = begin_sign_in(person, at), begin_sign_in(person, at)
    end_sign_in(here, at)
    end_sign_in(here, at)
    assert person_signed_in(here, at) is None
    assert person_signed_in(there, at) == person


def test_all_sign_ins_of_a_person_can_be_ended_and_nobody_elses(at: datetime) -> None:
    person, other = a_person(), a_person()
    tokens = [begin_sign_in(person, at), begin_sign_in(person, at)]
    others_token = begin_sign_in(other, at)
    end_all_sign_ins(person)
    assert [person_signed_in(token, at) for token in tokens] == [None, None]
    assert person_signed_in(others_token, at) == other


def test_sign_ins_that_expired_are_cleared_away_at_the_next_one(at: datetime) -> None:
    person = a_person()
    begin_sign_in(person, at)
    begin_sign_in(person, at + SIGN_IN_LASTS)
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_the_right_password_signs_in_however_the_address_is_typed(at: datetime) -> None:
    person = confirmed(at)
    token = sign_in_with_password("  ANA@Example.ORG ", PASSWORD, at)
    assert person_signed_in(token, at) == person


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ana@example.org", OTHER_PASSWORD),
        ("ana@example.org", PASSWORD.upper()),
        ("ana@example.org", ""),
        ("ana@example.org", "x" * 100_000),
        ("nobody@example.org", PASSWORD),
        ("not an address", PASSWORD),
    ],
)
def test_wrong_passwords_and_unknown_addresses_are_refused_alike(
    at: datetime, email: str, password: str
) -> None:
    confirmed(at)
    with pytest.raises(WrongPasswordError):
        sign_in_with_password(email, password, at)


def test_refusing_an_unknown_address_takes_as_much_work_as_a_wrong_password(at: datetime) -> None:
    confirmed(at)

    def refused(email: str) -> None:
        with pytest.raises(WrongPasswordError):
            sign_in_with_password(email, OTHER_PASSWORD, at)

    assert 0.4 < growth(refused, "ana@example.org", "nobody@example.org") < 2.5


def test_a_person_without_a_password_gets_in_with_none(at: datetime) -> None:
    person = a_person()
    for password in ("", "None", "nobody has this password"):
        with pytest.raises(WrongPasswordError):
            sign_in_with_password(person.email, password, at)


def test_a_password_typed_on_another_keyboard_is_the_same_password(at: datetime) -> None:
    confirmed(at, password="tr\u00e5d og n\u00e5l i skuffen")
    assert sign_in_with_password("ana@example.org", "tra\u030ad og na\u030al i skuffen", at)


def test_an_outdated_hash_is_renewed_when_its_password_is_used(at: datetime) -> None:
    person = confirmed(at)
    person.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    db.session.commit()
    for _ in range(2):
        sign_in_with_password("ana@example.org", PASSWORD, at)
        assert person.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
