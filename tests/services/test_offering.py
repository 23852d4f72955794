"""A place given back, or a further one, is offered to the next in line, who has a time to accept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.workshop import Needs, Registration, RegistrationState, Workshop
from app.services.activity import verify_chain
from app.services.errors import NotFoundError
from app.services.workshops.offering import (
    accept_offer,
    cancel_registration,
    decline_offer,
    expire_offers,
    places_changed,
)
from app.services.workshops.seats import NoPlaceError, Refusal, rank_in_line
from tests.builders import a_person
from tests.gatherings import a_registration, a_workshop
from tests.services.seating import ILZE, letters, opened, register

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


def in_line(workshop: Workshop, number: int, at: datetime) -> list[Registration]:
    """So many registrations, one after the other."""
    return [opened(register(workshop, who, at)) for who in range(number)]


def states(workshop_id: int) -> list[str]:
    """How the registrations stand, in the order in which they were made."""
    db.session.rollback()
    asked = select(Registration.state).where(Registration.workshop_id == workshop_id)
    return list(db.session.scalars(asked.order_by(Registration.id)))


def with_places(workshop: Workshop, places: int, at: datetime) -> int:
    """The workshop has so many places from now on; answers how many were offered at once."""
    with transaction():
        workshop.places = places
        return places_changed(workshop.id, at=at)


def test_a_place_given_back_is_offered_to_the_next_in_line_at_once(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1, offer_hours=48)
    first, second, third = in_line(workshop, 3, at)
    cancel_registration(first.id, at=at + HOUR)
    assert states(workshop.id) == ["cancelled", "offered", "waiting"]
    assert second.offer_ends_at == at + 49 * HOUR
    assert rank_in_line(third) == 1
    assert letters()[-2:] == [("registration_cancelled", first.id), ("registration_offered", second.id)]
    told = db.session.execute(select(Activity.verb, Activity.subject).order_by(Activity.id.desc()).limit(2))
    assert [tuple(line) for line in told] == [
        ("place offered", f"registration:{second.id}"),
        ("registration cancelled", f"registration:{first.id}"),
    ]
    assert verify_chain() is None


def test_the_calendar_hears_of_a_place_that_is_given_back(app: Flask, at: datetime) -> None:
    first, second = in_line(a_workshop(places=1), 2, at)
    assert cancel_registration(first.id, at=at).sequence == 1
    # Who only was offered a place has nothing in the calendar yet.
    assert cancel_registration(second.id, at=at).sequence == 0


def test_who_accepts_has_the_place(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    first, second = in_line(workshop, 2, at)
    cancel_registration(first.id, at=at)
    accepted = accept_offer(second.id, at=at + 48 * HOUR - MOMENT)
    assert (accepted.state, accepted.offer_ends_at) == ("confirmed", None)
    assert letters()[-1] == ("registration_confirmed", second.id)
    count = len(letters())
    accept_offer(second.id, at=at + 48 * HOUR)
    assert len(letters()) == count


def test_who_declines_is_out_and_the_next_is_offered_the_place(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    first, second, _third = in_line(workshop, 3, at)
    cancel_registration(first.id, at=at)
    for _time in range(2):
        decline_offer(second.id, at=at)
    assert states(workshop.id) == ["cancelled", "cancelled", "offered"]
    assert [name for name, whose in letters() if whose == second.id][-1] == "registration_cancelled"


def test_only_what_is_offered_can_be_accepted_or_declined(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    first, second = in_line(workshop, 2, at)
    for act, registration in ((accept_offer, second), (decline_offer, second), (decline_offer, first)):
        with pytest.raises(NoPlaceError) as error:
            act(registration.id, at=at)
        assert error.value.reason == Refusal.OFFER_OVER
    for anything in (accept_offer, decline_offer, cancel_registration):
        with pytest.raises(NotFoundError):
            anything(second.id + 1, at=at)
    assert states(workshop.id) == ["confirmed", "waiting"]


def test_an_offer_that_nobody_takes_goes_to_the_next_in_line(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1, offer_hours=24)
    first, second, third = in_line(workshop, 3, at)
    cancel_registration(first.id, at=at)
    over = at + 24 * HOUR
    assert expire_offers(over - MOMENT) == 0
    with pytest.raises(NoPlaceError):
        accept_offer(second.id, at=over)
    assert expire_offers(over) == 1
    assert states(workshop.id) == ["cancelled", "cancelled", "offered"]
    assert third.offer_ends_at == over + 24 * HOUR
    assert letters()[-2:] == [("registration_expired", second.id), ("registration_offered", third.id)]
    assert expire_offers(over) == 0


def test_offers_of_several_workshops_expire_each_by_itself(app: Flask, at: datetime) -> None:
    for _workshop in range(2):
        a_registration(a_workshop(), state=RegistrationState.OFFERED, offer_ends_at=at)
    a_registration(a_workshop(), state=RegistrationState.OFFERED, offer_ends_at=at + MOMENT)
    assert expire_offers(at) == 2
    assert expire_offers(at) == 0


def test_an_offer_lasts_no_longer_than_until_the_workshop_begins(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1, offer_hours=48)
    first, second, _third = in_line(workshop, 3, at)
    cancel_registration(first.id, at=workshop.starts_at - HOUR)
    assert second.offer_ends_at == workshop.starts_at
    assert expire_offers(workshop.starts_at) == 1
    # Nobody is offered a place in what has begun.
    assert states(workshop.id) == ["cancelled", "cancelled", "waiting"]


def test_an_offer_ends_with_a_workshop_that_begins_earlier_than_it_was_to(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1, offer_hours=48)
    first, second = in_line(workshop, 2, at)
    cancel_registration(first.id, at=at)
    with transaction():
        workshop.register_by, workshop.starts_at = at + HOUR, at + 2 * HOUR
    with pytest.raises(NoPlaceError):
        accept_offer(second.id, at=at + 2 * HOUR)
    assert expire_offers(at + 2 * HOUR) == 1


def test_who_waits_is_offered_a_place_after_the_time_to_register_too(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    first, _second = in_line(workshop, 2, at)
    cancel_registration(first.id, at=workshop.register_by)
    assert states(workshop.id) == ["cancelled", "offered"]


def test_nothing_is_given_back_once_the_workshop_has_begun(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    [first] = in_line(workshop, 1, at)
    with pytest.raises(NoPlaceError) as error:
        cancel_registration(first.id, at=workshop.starts_at)
    assert error.value.reason == Refusal.STARTED
    assert states(workshop.id) == ["confirmed"]


def test_who_waits_and_gives_up_frees_no_place(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    _first, second, third = in_line(workshop, 3, at)
    cancel_registration(second.id, at=at)
    assert states(workshop.id) == ["confirmed", "cancelled", "waiting"]
    assert rank_in_line(third) == 1


def test_what_is_cancelled_twice_is_told_once(app: Flask, at: datetime) -> None:
    [first] = in_line(a_workshop(), 1, at)
    for _time in range(2):
        cancel_registration(first.id, at=at)
    assert [name for name, _whose in letters()].count("registration_cancelled") == 1


def test_who_is_cancelled_needs_nothing_any_more(app: Flask, at: datetime) -> None:
    first = a_registration(a_workshop(), needs=Needs(diet="No nuts"))
    cancelled = cancel_registration(first.id, at=at)
    assert cancelled.needs is None
    assert db.session.scalars(select(Needs)).all() == []


def test_an_organiser_who_cancels_a_registration_stands_in_the_activity(app: Flask, at: datetime) -> None:
    organiser = a_person()
    first = a_registration(a_workshop())
    cancel_registration(first.id, at=at, by=organiser)
    line = db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert line is not None
    assert line.person_id == organiser.id


def test_further_places_are_offered_at_once_in_the_order_of_the_line(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    in_line(workshop, 4, at)
    assert with_places(workshop, 3, at) == 2
    assert states(workshop.id) == ["confirmed", "offered", "offered", "waiting"]


def test_lowering_the_places_expels_nobody_and_nothing_is_offered_until_there_is_room(
    app: Flask, at: datetime
) -> None:
    workshop = a_workshop(places=3)
    first, second, third, _fourth = in_line(workshop, 4, at)
    assert with_places(workshop, 1, at) == 0
    assert states(workshop.id) == ["confirmed"] * 3 + ["waiting"]
    for registration in (first, second):
        cancel_registration(registration.id, at=at)
        assert states(workshop.id)[-1] == "waiting"
    cancel_registration(third.id, at=at)
    assert states(workshop.id) == ["cancelled"] * 3 + ["offered"]


def test_who_waits_keeps_the_place_in_line_when_the_waiting_list_is_closed(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    first, _second = in_line(workshop, 2, at)
    with transaction():
        workshop.has_waiting_list = False
    cancel_registration(first.id, at=at)
    assert states(workshop.id) == ["cancelled", "offered"]


def test_a_newcomer_never_passes_who_waits(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    in_line(workshop, 2, at)
    with transaction():
        workshop.places = 3
    assert register(workshop, ILZE, at).state == RegistrationState.WAITING


def test_nothing_is_offered_of_a_cancelled_workshop_and_no_letter_tells_that_an_offer_expired(
    app: Flask, at: datetime
) -> None:
    workshop = a_workshop(places=2)
    first, second, third, _fourth = in_line(workshop, 4, at)
    cancel_registration(first.id, at=at)
    with transaction():
        workshop.cancelled_at = at
    cancel_registration(second.id, at=at)
    assert states(workshop.id) == ["cancelled", "cancelled", "offered", "waiting"]
    with pytest.raises(NoPlaceError) as error:
        accept_offer(third.id, at=at)
    assert error.value.reason == Refusal.CANCELLED
    assert expire_offers(at + 48 * HOUR) == 1
    assert "registration_expired" not in dict(letters())


def test_the_worker_looks_after_offers_by_itself(app: Flask, at: datetime) -> None:
    # The worker's clock is the real one: long before the tests' own.
    long_ago = datetime.fromisoformat("2020-01-01T12:00:00+00:00")
    offered = a_registration(a_workshop(at=long_ago), state=RegistrationState.OFFERED, offer_ends_at=long_ago)
    with transaction():
        offered.workshop.cancelled_at = long_ago
    workshop_id = offered.workshop_id
    assert app.test_cli_runner().invoke(args=["work", "--once"]).exit_code == 0
    assert states(workshop_id) == ["cancelled"]
