"""The places of a workshop: how many are taken, who is next in line, and what a newcomer gets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from app.models.base import db
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.errors import ClosedError, NotFoundError

HOLDING = (
    RegistrationState.CONFIRMED,
    RegistrationState.OFFERED,
    RegistrationState.ATTENDED,
    RegistrationState.ABSENT,
)
LIVE = (RegistrationState.CONFIRMED, RegistrationState.OFFERED, RegistrationState.WAITING)


class Refusal(StrEnum):
    """Why nobody can register any more, or why an offer cannot be taken."""

    FULL = "workshop_full"
    TOO_LATE = "workshop_closed"
    CANCELLED = "workshop_cancelled"
    STARTED = "workshop_started"
    OFFER_OVER = "offer_over"


class NoPlaceError(ClosedError):
    """There is no place to be had, for a reason that the page tells."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Seats:
    """How the places of a workshop stand; an offered place is taken, too."""

    places: int
    taken: int
    offered: int
    waiting: int

    @property
    def left(self) -> int:
        """How many places nobody has or is offered; never below none, also where places were lowered."""
        return max(0, self.places - self.taken)


NO_SEATS = Seats(places=0, taken=0, offered=0, waiting=0)


def seats_of(workshop: Workshop) -> Seats:
    """How the places stand now."""
    return seats_of_all([workshop])[workshop.id]


def seats_of_all(workshops: Collection[Workshop]) -> dict[int, Seats]:
    """How the places of each workshop stand now, by the workshop's number; one that is cancelled has none."""
    counted = db.session.execute(
        select(Registration.workshop_id, Registration.state, func.count())
        .where(Registration.workshop_id.in_([workshop.id for workshop in workshops]))
        .group_by(Registration.workshop_id, Registration.state)
    )
    numbers: dict[int, dict[str, int]] = {workshop.id: {} for workshop in workshops}
    for workshop_id, state, number in counted:
        numbers[workshop_id][state] = number
    return {
        one.id: NO_SEATS if one.is_cancelled else count_seats(one.places, numbers[one.id])
        for one in workshops
    }


def count_seats(places: int, numbers: Mapping[str, int]) -> Seats:
    """How so many places stand with so many registrations in each state."""
    return Seats(
        places=places,
        taken=sum(numbers.get(state, 0) for state in HOLDING),
        offered=numbers.get(RegistrationState.OFFERED, 0),
        waiting=numbers.get(RegistrationState.WAITING, 0),
    )


def ended_by_cancelling(workshop: Workshop, state: str) -> bool:
    """Whether a registration in that state stands for nothing any more, as its workshop was cancelled."""
    return workshop.is_cancelled and state in LIVE


def places_left(workshop: Workshop) -> int:
    """How many places nobody has or is offered."""
    return seats_of(workshop).left


def rank_in_line(registration: Registration) -> int | None:
    """Which of those who wait it is, from 1; None when it does not wait."""
    if registration.state != RegistrationState.WAITING:
        return None
    return db.session.scalar(
        select(func.count()).where(
            Registration.workshop_id == registration.workshop_id,
            Registration.state == RegistrationState.WAITING,
            Registration.place_in_line <= registration.place_in_line,
        )
    )


def refusal_of(workshop: Workshop, at: datetime) -> Refusal | None:
    """Why nobody can register at that instant; None when one gets a place or waits in line."""
    if workshop.is_cancelled:
        return Refusal.CANCELLED
    if not workshop.takes_registrations(at) or at >= workshop.starts_at:
        return Refusal.TOO_LATE
    is_full = newcomer(seats_of(workshop), has_waiting_list=workshop.has_waiting_list) is None
    return Refusal.FULL if is_full else None


def newcomer(seats: Seats, *, has_waiting_list: bool) -> RegistrationState | None:
    """What somebody who registers now gets: a place, or the last one in line; None for neither."""
    if seats.left and not seats.waiting:
        return RegistrationState.CONFIRMED
    return RegistrationState.WAITING if has_waiting_list else None


def lock_workshop(workshop_id: int) -> Workshop:
    """The workshop as it stands, its places being given to nobody else until the transaction ends.

    Every writer of registrations begins with it. Raises NotFoundError.
    """
    # Without the key: what refers to the workshop may be written meanwhile, as results are.
    workshop = db.session.scalar(
        select(Workshop)
        .where(Workshop.id == workshop_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if workshop is None:
        raise NotFoundError("workshop")
    return workshop


def lock_registration(registration_id: int) -> tuple[Workshop, Registration]:
    """The registration as it stands, under its workshop's lock."""
    workshop_id = db.session.scalar(
        select(Registration.workshop_id).where(Registration.id == registration_id)
    )
    if workshop_id is None:
        raise NotFoundError("registration")
    workshop = lock_workshop(workshop_id)
    registration = db.session.get_one(Registration, registration_id, populate_existing=True)
    if registration.purged_at is not None:
        raise NotFoundError("registration")
    return workshop, registration


def require_live(workshop: Workshop, registration: Registration, at: datetime) -> None:
    """Raises NoPlaceError unless the registration can still be changed or accepted at that instant."""
    if workshop.is_cancelled:
        raise NoPlaceError(Refusal.CANCELLED)
    if registration.state not in LIVE:
        raise NoPlaceError(Refusal.OFFER_OVER)
    if at >= workshop.starts_at:
        raise NoPlaceError(Refusal.STARTED)


def is_offer_open(registration: Registration, workshop: Workshop, at: datetime) -> bool:
    """Whether the registration can be accepted at that instant."""
    return (
        registration.state == RegistrationState.OFFERED
        and registration.offer_ends_at is not None
        and at < min(registration.offer_ends_at, workshop.starts_at)
    )
