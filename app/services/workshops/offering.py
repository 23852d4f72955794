"""Offering: a place given back, or a further one, is offered to the next in line for a time.

Whatever frees a place runs under the workshop's lock, so none stays free while somebody waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, or_, select

from app.models.base import db, transaction
from app.models.people import Person
from app.models.workshop import Needs, Registration, RegistrationState, Workshop
from app.services.activity import enqueue, record, touch_public_pages
from app.services.workshops.seats import (
    LIVE,
    NoPlaceError,
    Refusal,
    is_offer_open,
    lock_registration,
    lock_workshop,
    require_live,
    seats_of,
)


class RegistrationLetter(StrEnum):
    """The letters on one registration; each is a job `letter` with {"letter": …, "registration_id": …}.

    With `is_again` it tells somebody who registered again that what was written then was not kept.
    """

    CONFIRMED = "registration_confirmed"
    WAITING = "registration_waiting"
    OFFERED = "registration_offered"
    CHANGED = "registration_changed"
    CANCELLED = "registration_cancelled"
    EXPIRED = "registration_expired"


def cancel_registration(registration_id: int, *, at: datetime, by: Person | None = None) -> Registration:
    """The registration is cancelled, its needs are forgotten, and its place is offered to the next in line.

    The person is told by letter. Cancelled again, nothing changes. `by` is the organiser who cancels it.
    Raises NoPlaceError when the workshop has begun.
    """
    with transaction():
        workshop, registration = lock_registration(registration_id)
        if registration.state == RegistrationState.CANCELLED:
            return registration
        if at >= workshop.starts_at or registration.state not in LIVE:
            raise NoPlaceError(Refusal.STARTED)
        _end(registration, RegistrationLetter.CANCELLED, at)
        offered = _offer_free_places(workshop, at)
        tell(workshop.consultation_id, "registration cancelled", [registration.id], offered, by=by, at=at)
    return registration


def accept_offer(registration_id: int, *, at: datetime) -> Registration:
    """The place that was offered is the person's, and a letter says so; accepted again, nothing changes.

    Raises NoPlaceError when the offer is over, or the workshop cancelled.
    """
    with transaction():
        workshop, registration = lock_registration(registration_id)
        if registration.state == RegistrationState.CONFIRMED and not workshop.is_cancelled:
            return registration
        require_live(workshop, registration, at)
        if not is_offer_open(registration, workshop, at):
            raise NoPlaceError(Refusal.OFFER_OVER)
        registration.state = RegistrationState.CONFIRMED
        registration.offer_ends_at = None
        registration.changed_at = at
        write_about(registration.id, RegistrationLetter.CONFIRMED, at)
        tell(workshop.consultation_id, "offer accepted", [registration.id], at=at)
    return registration


def decline_offer(registration_id: int, *, at: datetime) -> Registration:
    """The place that was offered goes to the next in line, and the registration is cancelled.

    Raises NoPlaceError when nothing is offered, or the workshop has begun.
    """
    with transaction():
        _workshop, registration = lock_registration(registration_id)
        if registration.state not in {RegistrationState.OFFERED, RegistrationState.CANCELLED}:
            raise NoPlaceError(Refusal.OFFER_OVER)
        return cancel_registration(registration_id, at=at)


def expire_offers(at: datetime) -> int:
    """Offers whose time is over, or whose workshop has begun, are cancelled; answers how many.

    Who had them is told, unless the workshop was cancelled; their places are offered to the next in line.
    """
    workshop_ids = db.session.scalars(
        select(Registration.workshop_id)
        .join(Registration.workshop)
        .where(
            Registration.state == RegistrationState.OFFERED,
            or_(Registration.offer_ends_at <= at, Workshop.starts_at <= at),
        )
        .distinct()
        .order_by(Registration.workshop_id)
    ).all()
    return sum(_expire_offers_of(workshop_id, at) for workshop_id in workshop_ids)


def places_changed(workshop_id: int, *, at: datetime) -> int:
    """Places that are free are offered to those who wait; answers how many.

    To be called in the transaction that changes a workshop's places, times or publishing, after the change.
    Lowering the places takes nobody's away.
    """
    with transaction():
        db.session.flush()
        workshop = lock_workshop(workshop_id)
        offered = _offer_free_places(workshop, at)
        if offered:
            tell(workshop.consultation_id, "", [], offered, at=at)
    return len(offered)


def tell(
    consultation_id: int,
    verb: str,
    registration_ids: Sequence[int],
    offered: Sequence[int] = (),
    *,
    by: Person | None = None,
    at: datetime,
) -> None:
    """The public pages show how many places are left; what happened stands in the activity."""
    db.session.flush()
    touch_public_pages(consultation_id)
    for registration_id in registration_ids:
        record(verb, f"registration:{registration_id}", person_id=by.id if by else None, at=at)
    for registration_id in offered:
        record("place offered", f"registration:{registration_id}", person_id=None, at=at)


def write_about(registration_id: int, letter: RegistrationLetter, at: datetime, **facts: Any) -> None:
    """Whose registration it is gets the letter, with these facts, after the transaction."""
    enqueue("letter", {"letter": letter.value, "registration_id": registration_id, **facts}, at=at)


def _offer_free_places(workshop: Workshop, at: datetime) -> list[int]:
    """The free places are offered to the first in line, under the workshop's lock; answers to whom.

    Each is told by letter. Nothing is offered of a workshop that has begun or does not take place.
    """
    if not workshop.is_published or workshop.is_cancelled or at >= workshop.starts_at:
        return []
    left = seats_of(workshop).left
    first = _first_in_line(workshop.id, left) if left else ()
    for registration in first:
        registration.state = RegistrationState.OFFERED
        registration.offer_ends_at = min(at + timedelta(hours=workshop.offer_hours), workshop.starts_at)
        registration.changed_at = at
        write_about(registration.id, RegistrationLetter.OFFERED, at)
    db.session.flush()
    return [registration.id for registration in first]


def _first_in_line(workshop_id: int, number: int) -> Sequence[Registration]:
    return db.session.scalars(
        select(Registration)
        .where(Registration.workshop_id == workshop_id, Registration.state == RegistrationState.WAITING)
        .order_by(Registration.place_in_line)
        .limit(number)
        .execution_options(populate_existing=True)
    ).all()


def _expire_offers_of(workshop_id: int, at: datetime) -> int:
    with transaction():
        workshop = lock_workshop(workshop_id)
        offers = db.session.scalars(
            select(Registration)
            .where(Registration.workshop_id == workshop_id, Registration.state == RegistrationState.OFFERED)
            .order_by(Registration.id)
            .execution_options(populate_existing=True)
        ).all()
        over = [offer for offer in offers if not is_offer_open(offer, workshop, at)]
        for offer in over:
            _end(offer, None if workshop.is_cancelled else RegistrationLetter.EXPIRED, at)
        offered = _offer_free_places(workshop, at)
        if over:
            tell(workshop.consultation_id, "offer expired", [offer.id for offer in over], offered, at=at)
    return len(over)


def _end(registration: Registration, letter: RegistrationLetter | None, at: datetime) -> None:
    """It is cancelled: it holds no place, waits for none, and needs nothing."""
    if registration.state == RegistrationState.CONFIRMED:
        registration.sequence += 1
    registration.state = RegistrationState.CANCELLED
    registration.offer_ends_at = None
    registration.changed_at = at
    db.session.execute(delete(Needs).where(Needs.registration_id == registration.id))
    db.session.expire(registration, ["needs"])
    db.session.flush()
    if letter is not None:
        write_about(registration.id, letter, at)
