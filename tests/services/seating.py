"""People who register for a workshop, what their links show, and the letters to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models.activity import Job
from app.models.base import db
from app.models.workshop import Registration, Workshop
from app.services.workshops.applying import Applicant
from app.services.workshops.seating import Registered, register_for, registration_behind
from tests.conftest import SECRET

ILZE = Applicant("Ilze Kalniņa", "ilze@example.org", "lv", consent=True)


def register(workshop: Workshop, who: int | Applicant, at: datetime, form: str = "") -> Registered:
    """Somebody registers, each number being another person."""
    applicant = replace(ILZE, name=f"P {who}", email=f"{who}@example.org") if isinstance(who, int) else who
    return register_for(workshop.id, applicant, form=form or f"copy {who}", at=at, secret_key=SECRET)


def opened(registered: Registered) -> Registration:
    """What the link in the letter shows."""
    return registration_behind(registered.number, registered.secret)


def letters() -> list[tuple[str, int]]:
    """The letters to be written, in order: which, on which registration."""
    jobs: Sequence[dict[str, Any]] = db.session.scalars(
        select(Job.payload).where(Job.name == "letter").order_by(Job.id)
    ).all()
    return [(job["letter"], job["registration_id"]) for job in jobs]
