"""Telling: who is registered hears of what becomes of a workshop, and how many they are is known before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.models.base import db
from app.models.workshop import Registration, Workshop
from app.services.activity import enqueue
from app.services.errors import InvalidError
from app.services.workshops.seats import LIVE


@dataclass(frozen=True)
class Change:
    """What follows from a change: the facts that so many letters tell of, and how many places are offered."""

    told: list[str]
    letters: int = 0
    offered: int = 0


class LettersAheadError(InvalidError):
    """Letters would go out that nobody has seen ahead: what would follow, had it been saved."""

    def __init__(self, change: Change) -> None:
        super().__init__({"letters": "unseen"})
        self.change = change


def number_to_tell(workshop: Workshop) -> int:
    """How many people hear of a change: who has a place, is offered one, or waits."""
    counted = select(func.count()).select_from(Registration).where(*_live(workshop))
    return db.session.scalar(counted) or 0


def write_to_registered(workshop: Workshop, letter: str, at: datetime, **facts: Any) -> int:
    """Everybody who has a place, is offered one or waits is to get the letter; inside a transaction."""
    ids = db.session.scalars(select(Registration.id).where(*_live(workshop)).order_by(Registration.id)).all()
    for number in ids:
        enqueue("letter", {"letter": letter, "registration_id": number, **facts}, at=at)
    return len(ids)


def _live(workshop: Workshop) -> tuple[Any, ...]:
    return Registration.workshop_id == workshop.id, Registration.state.in_(LIVE), Registration.email != ""
