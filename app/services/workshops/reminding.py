"""Reminding: who has a place at a workshop hears of it once more before it begins."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.activity import enqueue, record
from app.services.workshops.seats import lock_workshop

LETTER = "workshop_reminder"


def remind(at: datetime) -> int:
    """Who has a place at a workshop that begins soon gets a letter, once; answers how many do."""
    coming = db.session.scalars(
        select(Workshop)
        .where(
            Workshop.reminder_hours > 0,
            Workshop.published_at.is_not(None),
            Workshop.cancelled_at.is_(None),
            Workshop.starts_at > at,
        )
        .order_by(Workshop.id)
    ).all()
    return sum(_remind_of(workshop.id, at) for workshop in coming if _is_due(workshop, at))


def _remind_of(workshop_id: int, at: datetime) -> int:
    with transaction():
        workshop = lock_workshop(workshop_id)
        if workshop.is_cancelled or not _is_due(workshop, at):
            return 0
        workshop.reminded_at = at
        people = db.session.scalars(
            select(Registration.id)
            .where(Registration.workshop_id == workshop_id, Registration.state == RegistrationState.CONFIRMED)
            .order_by(Registration.id)
        ).all()
        for registration_id in people:
            enqueue("letter", {"letter": LETTER, "registration_id": registration_id}, at=at)
        record("workshop reminders sent", f"workshop:{workshop_id}", person_id=None, at=at)
    return len(people)


def _is_due(workshop: Workshop, at: datetime) -> bool:
    """Whether it begins soon and nobody was reminded of that; of an earlier date they may have been."""
    from_then_on = workshop.starts_at - timedelta(hours=workshop.reminder_hours)
    is_reminded = workshop.reminded_at is not None and workshop.reminded_at >= from_then_on
    return from_then_on <= at < workshop.starts_at and not is_reminded
