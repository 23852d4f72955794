"""Links that work once: what each is for, how long it lasts, and what its owner can do with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.models.base import db
from app.services.errors import InvalidError
from app.services.people.accounts import begin_sign_in, person_signed_in, sign_in_with_password
from app.services.people.links import LASTS, Purpose, VoidLinkError, link_token, read_link
from app.services.people.registering import ask_for_link, person_behind, use_password_link, use_sign_in_link
from tests.builders import a_person
from tests.conftest import SECRET
from tests.services.account_holders import MOMENT, OTHER_PASSWORD, PASSWORD, confirmed, letters, registered

pytestmark = pytest.mark.usefixtures("app")


def test_a_sign_in_link_works_once(at: datetime) -> None:
    person = a_person()
    token = link_token(person, Purpose.SIGN_IN, SECRET, at)
    assert person_signed_in(use_sign_in_link(token, SECRET, at), at) == person
    with pytest.raises(VoidLinkError):
        use_sign_in_link(token, SECRET, at)


def test_looking_at_a_link_does_not_use_it_up(at: datetime) -> None:
    person = a_person()
    token = link_token(person, Purpose.SIGN_IN, SECRET, at)
    assert [person_behind(token, SECRET, at) for _ in range(3)] == [(person, Purpose.SIGN_IN)] * 3
    assert use_sign_in_link(token, SECRET, at)


def test_using_one_link_voids_all_earlier_ones(at: datetime) -> None:
    person = confirmed(at)
    earlier = [link_token(person, purpose, SECRET, at) for purpose in Purpose]
    use_sign_in_link(link_token(person, Purpose.SIGN_IN, SECRET, at + MOMENT), SECRET, at + MOMENT)
    for token in earlier:
        with pytest.raises(VoidLinkError):
            person_behind(token, SECRET, at + MOMENT)


@pytest.mark.parametrize(
    ("purpose", "lasts"),
    [
        (Purpose.SIGN_IN, timedelta(hours=24)),
        (Purpose.CONFIRM, timedelta(days=7)),
        (Purpose.RESET, timedelta(hours=1)),
    ],
)
def test_how_long_a_link_lasts(at: datetime, purpose: Purpose, lasts: timedelta) -> None:
    token = link_token(a_person(), purpose, SECRET, at)
    assert LASTS[purpose] == lasts
    assert read_link(token, SECRET, at + lasts - MOMENT).purpose == purpose
    with pytest.raises(VoidLinkError):
        read_link(token, SECRET, at + lasts)


def test_a_link_does_only_what_it_is_for(at: datetime) -> None:
    person = registered(at)
    for purpose in (Purpose.CONFIRM, Purpose.RESET):
        with pytest.raises(VoidLinkError):
            use_sign_in_link(link_token(person, purpose, SECRET, at), SECRET, at)
    with pytest.raises(VoidLinkError):
        use_password_link(link_token(person, Purpose.SIGN_IN, SECRET, at), OTHER_PASSWORD, SECRET, at)


@pytest.mark.parametrize("change", ["", "x", "WzEsInNpZ25faW4iLDAsIngiXQ.x"])
def test_a_forged_link_is_refused(at: datetime, change: str) -> None:
    token = link_token(a_person(), Purpose.SIGN_IN, SECRET, at)
    for forged in (change, change + token[1:], token[:-2]):
        with pytest.raises(VoidLinkError):
            person_behind(forged, SECRET, at)
    with pytest.raises(VoidLinkError):
        person_behind(token, SECRET[::-1], at)


def test_a_link_of_a_person_who_is_gone_is_void(at: datetime) -> None:
    person = a_person()
    token = link_token(person, Purpose.SIGN_IN, SECRET, at)
    db.session.delete(person)
    db.session.commit()
    for use in (person_behind, use_sign_in_link):
        with pytest.raises(VoidLinkError):
            use(token, SECRET, at)


def test_a_reset_link_changes_the_password_and_ends_all_sign_ins(at: datetime) -> None:
    person = confirmed(at)
    before = begin_sign_in(person, at)
    token = link_token(person, Purpose.RESET, SECRET, at)
    after = use_password_link(token, OTHER_PASSWORD, SECRET, at)
    assert person_signed_in(before, at) is None
    assert person_signed_in(after, at) == person
    assert sign_in_with_password("ana@example.org", OTHER_PASSWORD, at)
    with pytest.raises(VoidLinkError):
        use_password_link(token, PASSWORD, SECRET, at)


def test_a_link_used_twice_at_the_same_moment_works_once(app: Flask, at: datetime) -> None:
    token = link_token(a_person(), Purpose.SIGN_IN, SECRET, at)

    def use(_try: int) -> bool:
        with app.app_context():
            try:
                return bool(use_sign_in_link(token, SECRET, at))
            except VoidLinkError:
                return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_a_refused_password_does_not_use_up_the_reset_link(at: datetime) -> None:
    person = confirmed(at)
    token = link_token(person, Purpose.RESET, SECRET, at)
    with pytest.raises(InvalidError):
        use_password_link(token, "short", SECRET, at)
    assert use_password_link(token, OTHER_PASSWORD, SECRET, at)


def test_a_reset_link_shows_that_the_address_is_right(at: datetime) -> None:
    person = registered(at)
    use_password_link(link_token(person, Purpose.RESET, SECRET, at), OTHER_PASSWORD, SECRET, at)
    assert person.confirmed_at == at


def test_asking_for_a_link_leaves_one_job_for_known_and_unknown_addresses(at: datetime) -> None:
    person = confirmed(at)
    known = len(letters())
    ask_for_link("ana@example.org", Purpose.RESET, at)
    ask_for_link("nobody@example.org", Purpose.RESET, at)
    ask_for_link("not an address", Purpose.SIGN_IN, at)
    assert [letter["person_id"] for letter in letters()[known:]] == [person.id, 0, 0]


def test_whoever_has_not_confirmed_gets_the_letter_for_that_instead_of_a_sign_in_link(at: datetime) -> None:
    registered(at)
    ask_for_link("ana@example.org", Purpose.SIGN_IN, at)
    assert [letter["letter"] for letter in letters()] == ["confirm_email", "confirm_email"]
