"""Passwords: which are refused, and what changing one ends."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.services.people.accounts import (
    WrongPasswordError,
    begin_sign_in,
    change_password,
    person_signed_in,
    sign_in_with_password,
)
from app.services.people.passwords import is_password, problem_with
from tests.builders import a_person
from tests.services.account_holders import OTHER_PASSWORD, PASSWORD, confirmed

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("eleven char", "too_short"),
        ("é" * 11, "too_short"),
        ("x" * 201, "too_long"),
        ("aaaaaaaaaaaaaaa", "too_common"),
        ("abababababab", "too_common"),
        ("Password1234", "too_common"),
        ("monkeymonkey", "too_common"),
        ("123456789012", "too_common"),
        ("qwertyuiopqw", "too_common"),
        ("mnbvcxzmnbvc", "too_common"),
        ("Ana.Berzina.1", "like_details"),
        ("anaberzina2030", "like_details"),
        (PASSWORD, None),
        ("7391-0482-6615", None),
        ("ļoti sena upe", None),
    ],
)
def test_what_is_wrong_with_a_password(password: str, problem: str | None) -> None:
    assert problem_with(password, "Ana Berzina", "ana.berzina@example.org", "ana.berzina") == problem


def test_changing_the_password_ends_all_other_sign_ins(at: datetime) -> None:
    person = confirmed(at)
    before = begin_sign_in(person, at)
    after = change_password(person, PASSWORD, OTHER_PASSWORD, at)
    assert person_signed_in(before, at) is None
    assert person_signed_in(after, at) == person
    assert sign_in_with_password("ana@example.org", OTHER_PASSWORD, at)
    with pytest.raises(WrongPasswordError):
        sign_in_with_password("ana@example.org", PASSWORD, at)


def test_a_wrong_present_password_changes_nothing(at: datetime) -> None:
    person = confirmed(at)
    token = begin_sign_in(person, at)
    with pytest.raises(WrongPasswordError):
        change_password(person, OTHER_PASSWORD, OTHER_PASSWORD, at)
    assert person_signed_in(token, at) == person
    assert is_password(PASSWORD, person.password_hash)


def test_a_person_who_came_by_link_chooses_a_first_password(at: datetime) -> None:
    person = a_person()
    change_password(person, "", PASSWORD, at)
    assert sign_in_with_password(person.email, PASSWORD, at)
