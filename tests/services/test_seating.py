"""Registering for a workshop: who gets a place, who waits for one, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models.activity import Activity, Job
from app.models.base import db
from app.models.consultation import Consultation
from app.models.workshop import Needs, Registration, RegistrationState, Workshop
from app.services.activity import verify_chain
from app.services.errors import InvalidError, NotFoundError
from app.services.workshops.applying import Applicant
from app.services.workshops.offering import cancel_registration
from app.services.workshops.seating import (
    MOST_WITH_ONE_ADDRESS,
    Registered,
    change_registration,
    register_for,
    registration_behind,
)
from app.services.workshops.seats import (
    NoPlaceError,
    Refusal,
    places_left,
    rank_in_line,
    refusal_of,
    seats_of,
)
from tests.conftest import SECRET
from tests.gatherings import a_registration, a_workshop
from tests.services.seating import ILZE, letters, opened, register

MOMENT = timedelta(microseconds=1)
QUESTIONS = [
    {"key": "why", "labels": {"en": "Why do you come?"}, "is_required": True},
    {"key": "bring", "labels": {"en": "What do you bring?"}, "is_required": False},
]


def registrations() -> int:
    return db.session.scalar(select(func.count(Registration.id))) or 0


def test_who_comes_first_has_a_place_and_who_comes_later_waits_in_line(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    each = [register(workshop, who, at) for who in range(3)]
    assert [(one.state, one.rank) for one in each] == [("confirmed", None), ("waiting", 1), ("waiting", 2)]
    assert [rank_in_line(opened(one)) for one in each] == [None, 1, 2]
    assert places_left(workshop) == 0
    names = [name for name, _whose in letters()]
    assert names == ["registration_confirmed", "registration_waiting", "registration_waiting"]
    assert verify_chain() is None


def test_everything_that_was_filled_in_is_kept_and_needs_apart(app: Flask, at: datetime) -> None:
    workshop = a_workshop(questions=QUESTIONS)
    applicant = replace(
        ILZE,
        name="  Ilze \r\n Kalniņa ",
        email=" Ilze@EXAMPLE.org ",
        organisation="Makers\nof things",
        accessibility="A hearing loop",
        diet="No nuts",
        answers={"why": "To learn.\r\nAnd to meet.", "bring": "", "unasked": "What nobody asked"},
    )
    kept = opened(register(workshop, applicant, at))
    assert (kept.name, kept.email, kept.organisation) == (
        "Ilze Kalniņa",
        "Ilze@example.org",
        "Makers of things",
    )
    assert kept.answers == {"why": "To learn.\nAnd to meet.", "bring": ""}
    assert kept.needs is not None
    assert (kept.needs.accessibility, kept.needs.diet) == ("A hearing loop", "No nuts")
    assert (kept.language, kept.consented_at, kept.privacy_notice_version) == ("lv", at, 1)


def test_nothing_is_kept_of_needs_where_none_were_told(app: Flask, at: datetime) -> None:
    register(a_workshop(), ILZE, at)
    assert db.session.scalars(select(Needs)).all() == []


def test_what_cannot_be_accepted_is_told_field_by_field_and_nothing_is_written(
    app: Flask, at: datetime
) -> None:
    workshop = a_workshop(questions=QUESTIONS)
    empty = Applicant("  ", "", "en", answers={"bring": "x" * 2_001})
    with pytest.raises(InvalidError) as refused:
        register(workshop, empty, at)
    assert refused.value.problems == {
        "name": "required",
        "email": "required",
        "consent": "required",
        "q_why": "required",
        "q_bring": "too_long",
    }
    long = replace(ILZE, name="i" * 201, email="ilze@", organisation="o" * 201, diet="d" * 2_001)
    with pytest.raises(InvalidError) as refused:
        register(workshop, replace(long, accessibility="a" * 2_001, answers={"why": "Because"}), at)
    assert refused.value.problems == {
        "name": "too_long",
        "email": "invalid",
        "organisation": "too_long",
        "accessibility": "too_long",
        "diet": "too_long",
    }
    assert (registrations(), letters()) == (0, [])


def test_the_same_form_sent_twice_is_one_registration_and_one_letter(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    first = register(workshop, ILZE, at, form="one copy")
    assert register(workshop, ILZE, at, form="one copy") == first
    assert (registrations(), len(letters())) == (1, 1)


def test_the_same_form_sent_twice_is_answered_after_the_time_to_register_too(
    app: Flask, at: datetime
) -> None:
    workshop = a_workshop()
    first = register(workshop, ILZE, workshop.register_by - MOMENT, form="one copy")
    assert register(workshop, ILZE, workshop.register_by, form="one copy") == first


def test_who_is_registered_gets_the_letter_again_and_no_second_place(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=2)
    first = register(workshop, ILZE, at)
    again = register(
        workshop, replace(ILZE, name="ILZE KALNIŅA", email="ILZE@example.org"), at, form="another copy"
    )
    assert again.is_known
    assert again.number == first.number
    assert registrations() == 1
    assert letters() == [("registration_confirmed", opened(first).id)] * 2


def said_again() -> list[bool]:
    """Of each letter to be written, whether it says that what was written this time was not kept."""
    jobs: Sequence[dict[str, Any]] = db.session.scalars(
        select(Job.payload).where(Job.name == "letter").order_by(Job.id)
    ).all()
    return [job.get("is_again", False) for job in jobs]


@pytest.mark.parametrize("state", ["confirmed", "waiting", "offered"])
def test_the_letter_to_who_registers_again_says_that_nothing_new_was_kept(
    app: Flask, at: datetime, state: str
) -> None:
    workshop = a_workshop()
    before = a_registration(workshop, state=state, name=ILZE.name, email=ILZE.email, organisation="Makers")
    register(workshop, replace(ILZE, organisation="Others", diet="No nuts"), at)
    register(workshop, 2, at)
    db.session.expire_all()
    assert letters()[0] == (f"registration_{state}", before.id)
    assert said_again() == [True, False]
    assert (before.organisation, before.needs) == ("Makers", None)


def by_one_address(workshop: Workshop, number: int, at: datetime) -> Registered:
    """Somebody registers with an address that is always the same but for large and small letters."""
    email = "Ilze@example.org" if number % 2 else "ilze@Example.ORG"
    return register(workshop, replace(ILZE, name=f"P {number}", email=email), at, form=f"copy {number}")


def test_no_more_than_three_people_register_with_one_address(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    first, *_others = [by_one_address(workshop, number, at) for number in range(MOST_WITH_ONE_ADDRESS)]
    before = letters()
    with pytest.raises(InvalidError) as refused:
        by_one_address(workshop, 3, at)
    assert refused.value.problems == {"email": "too_many"}
    assert (MOST_WITH_ONE_ADDRESS, registrations(), letters()) == (3, 3, before)
    by_one_address(a_workshop(), 3, at)
    cancel_registration(opened(first).id, at=at)
    assert by_one_address(workshop, 3, at).state == RegistrationState.CONFIRMED


def test_with_all_places_of_an_address_taken_nobody_learns_who_has_them(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    first, *_others = [by_one_address(workshop, number, at) for number in range(3)]
    with pytest.raises(InvalidError) as refused:
        register(workshop, replace(ILZE, name="p 0"), at, form="another copy")
    assert refused.value.problems == {"email": "too_many"}
    assert letters()[3:] == [("registration_confirmed", opened(first).id)]
    assert said_again()[3:] == [True]
    assert by_one_address(workshop, 0, at).number == first.number


def test_a_full_workshop_says_so_whatever_address_asks(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=3, has_waiting_list=False)
    for number in range(3):
        by_one_address(workshop, number, at)
    with pytest.raises(NoPlaceError):
        by_one_address(workshop, 3, at)


@pytest.mark.parametrize("words", ["Win at https://spam.example", "WWW.spam.example"])
def test_a_name_with_the_address_of_a_page_is_refused(app: Flask, at: datetime, words: str) -> None:
    workshop, smuggled = a_workshop(), replace(ILZE, name=words, organisation=words)
    with pytest.raises(InvalidError) as refused:
        register(workshop, smuggled, at)
    assert refused.value.problems == {"name": "address", "organisation": "address"}
    assert letters() == []
    registered = opened(register(workshop, ILZE, at))
    with pytest.raises(InvalidError) as refused:
        change_registration(registered.id, smuggled, at=at)
    assert refused.value.problems == {"name": "address", "organisation": "address"}


def test_a_page_can_say_the_same_to_who_is_registered_as_to_a_newcomer(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    register(workshop, ILZE, at)
    known = register(workshop, ILZE, at, form="another copy")
    newcomer = register(workshop, 2, at)
    assert (known.state, known.rank) == (newcomer.state, newcomer.rank) == ("waiting", 1)


def test_who_is_registered_is_told_full_as_everybody_is_and_gets_the_letter_again(
    app: Flask, at: datetime
) -> None:
    workshop = a_workshop(places=1, has_waiting_list=False)
    register(workshop, ILZE, at)
    with pytest.raises(NoPlaceError):
        register(workshop, ILZE, at, form="another copy")
    assert len(letters()) == 2


def test_two_people_who_share_an_address_or_a_name_have_a_place_each(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    register(workshop, ILZE, at)
    register(workshop, replace(ILZE, name="Jānis Kalniņš"), at)
    register(workshop, replace(ILZE, email="another@example.org"), at)
    assert registrations() == 3


def test_who_gave_a_place_back_may_register_anew(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    first = register(workshop, ILZE, at)
    cancel_registration(opened(first).id, at=at)
    second = register(workshop, ILZE, at, form="another copy")
    assert second.number != first.number
    assert opened(second).state == RegistrationState.CONFIRMED


def refused(workshop: Workshop, at: datetime) -> Refusal:
    with pytest.raises(NoPlaceError) as error:
        register(workshop, ILZE, at)
    assert (registrations(), refusal_of(workshop, at)) == (0, error.value.reason)
    return error.value.reason


def test_nobody_registers_from_the_last_instant_on(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    assert refused(workshop, workshop.register_by) == Refusal.TOO_LATE
    assert refusal_of(workshop, workshop.register_by - MOMENT) is None
    register(workshop, ILZE, workshop.register_by - MOMENT)


def test_nobody_registers_once_it_has_begun_whatever_the_last_instant_is(app: Flask, at: datetime) -> None:
    workshop = a_workshop(register_by=at + timedelta(days=20))
    assert refused(workshop, workshop.starts_at) == Refusal.TOO_LATE


def test_nobody_registers_for_a_cancelled_workshop(app: Flask, at: datetime) -> None:
    assert refused(a_workshop(cancelled_at=at), at) == Refusal.CANCELLED


def test_what_is_not_published_is_not_found(app: Flask, at: datetime) -> None:
    workshop = a_workshop(published_at=None)
    with pytest.raises(NotFoundError):
        register(workshop, ILZE, at)
    with pytest.raises(NotFoundError):
        register_for(workshop.id + 1, ILZE, form="x", at=at, secret_key=SECRET)


def test_a_full_workshop_without_a_waiting_list_says_so(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1, has_waiting_list=False)
    register(workshop, 1, at)
    with pytest.raises(NoPlaceError) as error:
        register(workshop, 2, at)
    assert error.value.reason == refusal_of(workshop, at) == Refusal.FULL
    assert registrations() == 1


@pytest.mark.parametrize("state", ["offered", "attended", "absent"])
def test_a_place_that_is_offered_or_was_used_is_taken(app: Flask, at: datetime, state: str) -> None:
    workshop = a_workshop(places=1)
    a_registration(workshop, state=state, offer_ends_at=at + timedelta(days=1))
    assert register(workshop, ILZE, at).state == RegistrationState.WAITING


def test_seats_are_counted_by_state(app: Flask, at: datetime) -> None:
    workshop, other = a_workshop(places=5), a_workshop()
    for state in RegistrationState:
        a_registration(workshop, state=state)
    a_registration(other)
    seats = seats_of(workshop)
    assert (seats.taken, seats.offered, seats.waiting, seats.left) == (4, 1, 1, 1)


def test_no_fewer_than_none_are_left_where_places_were_lowered(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    for _person in range(3):
        a_registration(workshop)
    assert places_left(workshop) == 0


def test_the_public_pages_are_new_when_a_place_is_taken(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    stamp = select(Consultation.public_stamp).where(Consultation.id == workshop.consultation_id)
    before = db.session.scalar(stamp)
    register(workshop, ILZE, at)
    assert db.session.scalar(stamp) != before


def test_a_registration_is_opened_by_number_and_secret_only(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    first, second = register(workshop, 1, at), register(workshop, 2, at)
    assert registration_behind(first.number.lower().replace("-", " "), first.secret.upper()).name == "P 1"
    for number, secret in ((first.number, second.secret), (first.number, ""), ("0", first.secret)):
        with pytest.raises(NotFoundError):
            registration_behind(number, secret)


def test_a_registered_person_changes_everything_but_address_and_place(app: Flask, at: datetime) -> None:
    workshop = a_workshop(questions=QUESTIONS)
    before = opened(register(workshop, replace(ILZE, answers={"why": "To learn"}, diet="No nuts"), at))
    wanted = Applicant(
        "Ilze K.", "other@example.org", "fr", "Makers", "A ramp", "", {"why": "To speak", "bring": "Cake"}
    )
    changed = change_registration(before.id, wanted, at=at + MOMENT)
    db.session.expire_all()
    assert (changed.name, changed.organisation, changed.email) == ("Ilze K.", "Makers", "ilze@example.org")
    assert changed.answers == {"why": "To speak", "bring": "Cake"}
    assert changed.needs is not None
    assert (changed.needs.accessibility, changed.needs.diet) == ("A ramp", "")
    assert (changed.state, changed.changed_at, changed.sequence) == ("confirmed", at + MOMENT, 1)
    assert letters()[-1] == ("registration_changed", changed.id)


def test_needs_taken_back_are_gone(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    before = opened(register(workshop, replace(ILZE, diet="No nuts"), at))
    change_registration(before.id, ILZE, at=at)
    assert db.session.scalars(select(Needs)).all() == []


def test_a_change_of_nothing_writes_nothing(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    before = opened(register(workshop, replace(ILZE, diet="No nuts"), at))
    lines = db.session.scalar(select(func.count(Activity.id)))
    change_registration(before.id, replace(ILZE, diet=" No nuts"), at=at + MOMENT)
    assert (len(letters()), before.changed_at) == (1, at)
    assert db.session.scalar(select(func.count(Activity.id))) == lines


def test_a_change_that_cannot_be_accepted_is_given_back(app: Flask, at: datetime) -> None:
    workshop = a_workshop(questions=QUESTIONS)
    before = opened(register(workshop, replace(ILZE, answers={"why": "To learn"}), at))
    with pytest.raises(InvalidError) as error:
        change_registration(before.id, replace(ILZE, name=""), at=at)
    assert error.value.problems == {"name": "required", "q_why": "required"}
    db.session.expire_all()
    assert (before.name, before.answers["why"]) == ("Ilze Kalniņa", "To learn")


def test_nothing_is_changed_once_it_is_cancelled_or_the_workshop_has_begun(app: Flask, at: datetime) -> None:
    workshop = a_workshop()
    registration = opened(register(workshop, ILZE, at))
    with pytest.raises(NoPlaceError) as error:
        change_registration(registration.id, replace(ILZE, name="I"), at=workshop.starts_at)
    assert error.value.reason == Refusal.STARTED
    cancel_registration(registration.id, at=at)
    with pytest.raises(NoPlaceError):
        change_registration(registration.id, replace(ILZE, name="I"), at=at)
    with pytest.raises(NotFoundError):
        change_registration(registration.id + 1, ILZE, at=at)
