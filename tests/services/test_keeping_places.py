"""Whatever happens in whatever order: places, offers and the line are as a few plain rules say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models.activity import Job
from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.workshop import Needs, Registration, Workshop
from app.services.activity import verify_chain
from app.services.workshops.applying import Applicant
from app.services.workshops.offering import (
    accept_offer,
    cancel_registration,
    decline_offer,
    expire_offers,
    places_changed,
)
from app.services.workshops.seating import change_registration, register_for
from app.services.workshops.seats import NoPlaceError, places_left, rank_in_line
from tests.conftest import NOON, SECRET
from tests.gatherings import a_workshop

OFFER = timedelta(hours=24)
HOLDS = ("confirmed", "offered")
ACTS = (
    "register",
    "register",
    "register",
    "register",
    "register again",
    "change",
    "give back",
    "give back",
    "accept",
    "accept",
    "decline",
    "time goes by",
    "much time goes by",
    "worker",
    "more places",
    "fewer places",
    "close the waiting list",
    "begin earlier",
    "call it off",
)
histories = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 9)), max_size=30)


@dataclass
class Person:
    """Somebody who registered: how that stands, and which letter was the last to say so."""

    applicant: Applicant
    state: str
    letter: str
    offer_ends_at: datetime | None = None


@dataclass
class World:
    """What is done, and what should be so because of it; people in the order in which they came."""

    workshop: Workshop
    at: datetime = NOON
    people: dict[int, Person] = field(default_factory=dict)
    newcomers: int = 0

    def having(self, *states: str) -> list[int]:
        return [number for number, person in self.people.items() if person.state in states]

    def somebody(self, which: int) -> int | None:
        return list(self.people)[which % len(self.people)] if self.people else None

    @property
    def has_begun(self) -> bool:
        return self.at >= self.workshop.starts_at

    @property
    def is_called_off(self) -> bool:
        return self.workshop.cancelled_at is not None

    @property
    def is_open_to_newcomers(self) -> bool:
        return not self.is_called_off and not self.has_begun and self.at < self.workshop.register_by

    def free(self) -> int:
        return 0 if self.is_called_off else max(0, self.workshop.places - len(self.having(*HOLDS)))

    def pass_places_on(self) -> None:
        """What is free is offered to whoever has waited longest."""
        if self.has_begun or self.is_called_off:
            return
        for number in self.having("waiting")[: self.free()]:
            self.settle(number, "offered", "registration_offered")
            self.people[number].offer_ends_at = min(self.at + OFFER, self.workshop.starts_at)

    def settle(self, number: int, state: str, letter: str = "") -> None:
        person = self.people[number]
        person.state, person.letter = state, letter or person.letter

    def is_open(self, number: int) -> bool:
        ends_at = self.people[number].offer_ends_at
        return ends_at is not None and self.at < min(ends_at, self.workshop.starts_at)


def register(world: World, _which: int) -> None:
    world.newcomers += 1
    name = f"Person {world.newcomers}"
    applicant = Applicant(name, f"{world.newcomers}@example.org", "en", consent=True, diet="No nuts")
    expected = None
    if world.is_open_to_newcomers:
        if world.free() and not world.having("waiting"):
            expected = "confirmed"
        elif world.workshop.has_waiting_list:
            expected = "waiting"
    try:
        made = register_for(world.workshop.id, applicant, form=name, at=world.at, secret_key=SECRET)
    except NoPlaceError:
        assert expected is None
        return
    assert made.state == expected
    assert made.rank == (len(world.having("waiting")) + 1 if expected == "waiting" else None)
    number = db.session.scalars(select(Registration.id).where(Registration.number == made.number)).one()
    world.people[number] = Person(applicant, made.state, f"registration_{made.state}")


def register_again(world: World, which: int) -> None:
    number = world.somebody(which)
    if number is None or world.people[number].state not in {*HOLDS, "waiting"}:
        return
    person = world.people[number]
    try:
        again = register_for(
            world.workshop.id, person.applicant, form=f"again {which}", at=world.at, secret_key=SECRET
        )
    except NoPlaceError:
        # A full workshop tells everybody so, and writes to who is registered all the same.
        person.letter = f"registration_{person.state}" if world.is_open_to_newcomers else person.letter
        return
    assert again.is_known
    person.letter = f"registration_{person.state}"


def change(world: World, which: int) -> None:
    number = world.somebody(which)
    if number is None:
        return
    person = world.people[number]
    can_change = person.state in {*HOLDS, "waiting"} and not world.has_begun and not world.is_called_off
    wanted = replace(person.applicant, organisation=person.applicant.organisation + "x", diet="")
    try:
        change_registration(number, wanted, at=world.at)
    except NoPlaceError:
        assert not can_change
        return
    assert can_change
    person.applicant, person.letter = wanted, "registration_changed"


def give_back(world: World, which: int) -> None:
    number = world.somebody(which)
    if number is None or world.people[number].state == "cancelled":
        return
    try:
        cancel_registration(number, at=world.at)
    except NoPlaceError:
        assert world.has_begun
        return
    assert not world.has_begun
    world.settle(number, "cancelled", "registration_cancelled")
    world.pass_places_on()


def accept(world: World, which: int) -> None:
    number = world.somebody(which)
    if number is None or world.people[number].state == "confirmed":
        return
    can_accept = world.people[number].state == "offered" and world.is_open(number) and not world.is_called_off
    try:
        accept_offer(number, at=world.at)
    except NoPlaceError:
        assert not can_accept
        return
    assert can_accept
    world.settle(number, "confirmed", "registration_confirmed")


def decline(world: World, which: int) -> None:
    offered = world.having("offered")
    if not offered:
        return
    number = offered[which % len(offered)]
    try:
        decline_offer(number, at=world.at)
    except NoPlaceError:
        assert world.has_begun
        return
    world.settle(number, "cancelled", "registration_cancelled")
    world.pass_places_on()


def time_goes_by(world: World, which: int) -> None:
    world.at += timedelta(hours=which)


def much_time_goes_by(world: World, which: int) -> None:
    world.at += timedelta(days=which / 2)


def worker(world: World, _which: int) -> None:
    over = [number for number in world.having("offered") if not world.is_open(number)]
    assert expire_offers(world.at) == len(over)
    for number in over:
        world.settle(number, "cancelled", "" if world.is_called_off else "registration_expired")
    world.pass_places_on()


def more_places(world: World, which: int) -> None:
    _set_places(world, world.workshop.places + which)


def fewer_places(world: World, which: int) -> None:
    _set_places(world, max(1, world.workshop.places - which))


def _set_places(world: World, places: int) -> None:
    with transaction():
        world.workshop.places = places
        offered = places_changed(world.workshop.id, at=world.at)
    before = len(world.having("offered"))
    world.pass_places_on()
    assert offered == len(world.having("offered")) - before


def close_the_waiting_list(world: World, which: int) -> None:
    with transaction():
        world.workshop.has_waiting_list = which > 4


def begin_earlier(world: World, which: int) -> None:
    if not world.has_begun:
        with transaction():
            world.workshop.starts_at = max(
                world.at + timedelta(hours=1), world.workshop.starts_at - timedelta(days=which)
            )


def call_it_off(world: World, which: int) -> None:
    if which == 0:
        with transaction():
            world.workshop.cancelled_at = world.at


DOING: dict[str, Callable[[World, int], None]] = {
    "register": register, "register again": register_again, "change": change, "give back": give_back,
    "accept": accept, "decline": decline, "time goes by": time_goes_by,
    "much time goes by": much_time_goes_by, "worker": worker, "more places": more_places,
    "fewer places": fewer_places, "close the waiting list": close_the_waiting_list,
    "begin earlier": begin_earlier, "call it off": call_it_off,
}  # fmt: skip


@settings(max_examples=40)
@given(history=histories)
@example(history=[("register", 0)] * 5 + [("give back", 0), ("time goes by", 9)] * 4 + [("worker", 0)])
@example(
    history=[("register", 0)] * 3
    + [("give back", 0), ("begin earlier", 9), ("begin earlier", 9), ("time goes by", 2), ("accept", 2)]
)
@example(history=[("register", 0)] * 5 + [("fewer places", 9), ("give back", 0), ("more places", 2)])
def test_places_offers_and_the_line_are_as_the_rules_say(app: Flask, history: list[tuple[str, int]]) -> None:
    world = World(a_workshop(places=2, offer_hours=24))
    for act, which in history:
        held = len(world.having(*HOLDS))
        stamp = _public_stamp(world)
        DOING[act](world, which)
        everything_is_as_it_should_be(world)
        taken = len(world.having(*HOLDS))
        assert taken <= max(held, world.workshop.places)
        # A page that shows how many places are left is new when that changed.
        assert taken == held or _public_stamp(world) != stamp
    world.at = world.workshop.starts_at
    worker(world, 0)
    everything_is_as_it_should_be(world)
    assert world.having("offered") == []
    assert verify_chain() is None


def everything_is_as_it_should_be(world: World) -> None:
    db.session.rollback()
    db.session.expire_all()
    kept = db.session.scalars(
        select(Registration).where(Registration.workshop_id == world.workshop.id).order_by(Registration.id)
    ).all()
    assert {each.id: each.state for each in kept} == {
        number: person.state for number, person in world.people.items()
    }
    for each in kept:
        person = world.people[each.id]
        assert (each.name, each.organisation) == (person.applicant.name, person.applicant.organisation)
        assert each.offer_ends_at == (person.offer_ends_at if person.state == "offered" else None)
        has_needs = bool(person.applicant.diet) and person.state != "cancelled"
        assert (db.session.get(Needs, each.id) is not None) == has_needs
    waiting = [each for each in kept if each.state == "waiting"]
    assert [rank_in_line(each) for each in waiting] == list(range(1, len(waiting) + 1))
    assert places_left(world.workshop) == world.free()
    # No place stays free while somebody waits for it, unless there is nothing to wait for.
    assert world.has_begun or world.is_called_off or not (waiting and world.free())
    assert _last_letters(set(world.people)) == {
        number: person.letter for number, person in world.people.items()
    }


def _last_letters(registration_ids: set[int]) -> dict[int, str]:
    jobs = db.session.scalars(select(Job.payload).where(Job.name == "letter").order_by(Job.id))
    told = {job["registration_id"]: job["letter"] for job in jobs}
    return {number: letter for number, letter in told.items() if number in registration_ids}


def _public_stamp(world: World) -> int:
    return db.session.scalars(
        select(Consultation.public_stamp).where(Consultation.id == world.workshop.consultation_id)
    ).one()
