"""Attending: who is registered, as the organiser sees it, changes it and writes to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.models.activity import Activity, Job
from app.models.base import db, transaction
from app.models.people import Person
from app.models.roles import Role
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.errors import ChangedMeanwhileError, NotFoundError
from app.services.workshops.addressing import Message, letters_sent, write_to_some
from app.services.workshops.attending import cancel_for
from app.services.workshops.seats import NoPlaceError
from tests.builders import a_person
from tests.conftest import NOON
from tests.gatherings import a_registration, a_workshop

HOUR = timedelta(hours=1)
STATES = RegistrationState


def state_of(registration_id: int) -> str:
    return db.session.get_one(Registration, registration_id, populate_existing=True).state


def letters() -> list[tuple[str, int]]:
    """The letters on their way, as (letter, registration)."""
    jobs = db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id))
    return [(job.payload["letter"], job.payload["registration_id"]) for job in jobs]


def test_who_is_cancelled_by_the_organiser_is_told_and_the_next_in_line_is_offered_the_place(
    editor: Person,
) -> None:
    workshop = a_workshop(places=1)
    here = a_registration(workshop)
    waits = a_registration(workshop, state=STATES.WAITING, place_in_line=1)
    cancel_for(workshop, here.number, by=editor, at=NOON)
    assert (state_of(here.id), state_of(waits.id)) == (STATES.CANCELLED, STATES.OFFERED)
    assert letters() == [("registration_cancelled", here.id), ("registration_offered", waits.id)]
    line = db.session.scalars(select(Activity).where(Activity.verb == "registration cancelled")).one()
    assert (line.subject, line.person_id) == (f"registration:{here.id}", editor.id)


def test_cancelled_again_nobody_is_told_twice(editor: Person) -> None:
    workshop = a_workshop()
    here = a_registration(workshop)
    for _again in range(2):
        cancel_for(workshop, here.number, by=editor, at=NOON)
    assert letters() == [("registration_cancelled", here.id)]


def test_only_a_registration_of_a_workshop_that_one_runs_is_cancelled(editor: Person) -> None:
    workshop, other = a_workshop(), a_workshop()
    here, elsewhere = a_registration(workshop), a_registration(other)
    with pytest.raises(NotFoundError):
        cancel_for(workshop, elsewhere.number, by=editor, at=NOON)
    with pytest.raises(NotFoundError):
        cancel_for(workshop, here.number, by=a_person(Role.CONTACT_POINT, country="NO"), at=NOON)
    assert [state_of(one.id) for one in (here, elsewhere)] == [STATES.CONFIRMED, STATES.CONFIRMED]


def test_nobody_is_cancelled_once_it_has_begun_or_does_not_take_place(editor: Person) -> None:
    begun, off = a_workshop(), a_workshop(cancelled_at=NOON)
    first, second = a_registration(begun), a_registration(off)
    with pytest.raises(NoPlaceError):
        cancel_for(begun, first.number, by=editor, at=begun.starts_at)
    with pytest.raises(ChangedMeanwhileError):
        cancel_for(off, second.number, by=editor, at=NOON)
    assert letters() == []


def test_what_was_written_is_listed_with_how_many_got_it(editor: Person) -> None:
    workshop, other = a_workshop(), a_workshop()
    for one in (workshop, workshop, other):
        a_registration(one)
    chosen = a_registration(workshop).id
    write(workshop, "The room", editor, states=[STATES.CONFIRMED])
    write(workshop, "The key", editor, registration_ids=[chosen], hours=1)
    write(other, "Elsewhere", editor, states=[STATES.CONFIRMED])
    assert [(one.subjects, one.number, one.sent_at) for one in letters_sent(workshop)] == [
        ({"en": "The key"}, 1, NOON + HOUR),
        ({"en": "The room"}, 3, NOON),
    ]


def test_a_letter_whose_jobs_are_purged_is_listed_without_its_subject(editor: Person) -> None:
    workshop = a_workshop()
    a_registration(workshop)
    write(workshop, "The room", editor, states=[STATES.CONFIRMED])
    with transaction():
        db.session.execute(delete(Job))
    assert [(one.subjects, one.number) for one in letters_sent(workshop)] == [({}, 1)]
    assert write(workshop, "The room", editor, states=[STATES.CONFIRMED]) == 0


def write(
    workshop: Workshop,
    subject: str,
    by: Person,
    *,
    states: list[str] | None = None,
    registration_ids: list[int] | None = None,
    hours: int = 0,
) -> int:
    """A letter is sent, its form being told apart by its subject."""
    message = Message({"en": subject}, {"en": "Words."}, states or [], registration_ids or [])
    return write_to_some(workshop, message, form=subject, by=by, at=NOON + hours * HOUR)
