"""Telling: who is registered hears of what becomes of a workshop, and how many they are is known before."""

from __future__ import annotations

from collections.abc import Mapping
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


def languages_to_tell(workshop: Workshop) -> list[str]:
    """The languages of those who hear of a change."""
    return list(db.session.scalars(select(Registration.language).where(*_live(workshop)).distinct()))


def write_to_registered(workshop: Workshop, letter: str, at: datetime) -> int:
    """Everybody who has a place, is offered one or waits is to get the letter; inside a transaction."""
    registered = _registered(workshop)
    for number in registered:
        enqueue("letter", {"letter": letter, "registration_id": number}, at=at)
    return len(registered)


def write_of_changes(workshop: Workshop, read: Mapping[str, list[str]], at: datetime) -> int:
    """Each of them is to get a letter of what is new in their language, if anything; answers how many do."""
    told = [(number, read[language]) for number, language in _registered(workshop).items() if read[language]]
    for number, changed in told:
        enqueue(
            "letter", {"letter": "workshop_changed", "registration_id": number, "changed": changed}, at=at
        )
    return len(told)


def _registered(workshop: Workshop) -> dict[int, str]:
    """The languages of those who hear of a change, by the number of their registration, in order."""
    found = select(Registration.id, Registration.language).where(*_live(workshop)).order_by(Registration.id)
    return {row.id: row.language for row in db.session.execute(found)}


def _live(workshop: Workshop) -> tuple[Any, ...]:
    return Registration.workshop_id == workshop.id, Registration.state.in_(LIVE), Registration.email != ""
