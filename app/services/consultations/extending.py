"""Extending: a closing is moved later, with a reason, for everybody to know.

A consultation that has closed is not opened again: who came too late was told so, and who kept to the time
would be treated worse than who did not. What arrived in time on paper is taken in as late intake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.models.base import db, transaction
from app.models.comment import Submission
from app.models.consultation import Consultation, Extension
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import enqueue, record, touch_public_pages
from app.services.consultations.planning import filled
from app.services.errors import InvalidError
from app.services.permissions import require
from app.services.subscriptions.alerting import Event, alert
from app.services.subscriptions.notifying import write_to_all

LONGEST_REASON = 2_000


@dataclass(frozen=True)
class Announcement:
    """A closing that is to be moved: from when to when, and why, by language."""

    old_closes_at: datetime
    new_closes_at: datetime
    reasons: Mapping[str, str]


def extend(
    consultation: Consultation,
    new_closes_at: datetime,
    reasons: Mapping[str, str],
    *,
    original: str,
    by: Person | None,
    at: datetime,
) -> Extension:
    """The closing is moved later, announced for ever, and everybody who gave an address is to be told.

    The reason is needed in the original's language. What the same person asks for twice is announced once.
    Raises InvalidError, for a consultation that has closed as well.
    """
    with transaction():
        db.session.refresh(consultation, with_for_update=True)
        made = _made_just_so(consultation, new_closes_at, reasons, by)
        if made:
            return made
        announced = announcement(consultation, new_closes_at, reasons, original=original, by=by, at=at)
        extension = Extension(
            consultation_id=consultation.id,
            old_closes_at=announced.old_closes_at,
            new_closes_at=announced.new_closes_at,
            reasons=dict(announced.reasons),
            person_id=by.id if by else None,
            extended_at=at,
        )
        consultation.closes_at = new_closes_at
        db.session.add(extension)
        db.session.flush()
        _tell(extension, at)
        alert(Event.EXTENDED, consultation, at=at, extension_id=extension.id)
    return extension


def announcement(
    consultation: Consultation,
    new_closes_at: datetime,
    reasons: Mapping[str, str],
    *,
    original: str,
    by: Person | None,
    at: datetime,
) -> Announcement:
    """What `extend` would announce, nothing being changed; raises what it would raise."""
    if by is not None:
        require(by, Permission.MANAGE_CONSULTATIONS, consultation_id=consultation.id)
    kept = filled(reasons)
    problems = _problems(consultation, new_closes_at, kept, original, at)
    if problems:
        raise InvalidError(problems)
    return Announcement(consultation.closes_at, new_closes_at, kept)


def extensions_of(consultation: Consultation) -> list[Extension]:
    """Every extension there was, the last one first."""
    chosen = select(Extension).where(Extension.consultation_id == consultation.id)
    return list(db.session.scalars(chosen.order_by(Extension.id.desc())))


def number_to_tell(consultation: Consultation) -> int:
    """How many respondents would get the letter that tells of an extension."""
    return (
        db.session.scalar(
            select(func.count(func.distinct(func.lower(Submission.email)))).where(
                Submission.consultation_id == consultation.id, Submission.email != ""
            )
        )
        or 0
    )


def _made_just_so(
    consultation: Consultation, new: datetime, reasons: Mapping[str, str], by: Person | None
) -> Extension | None:
    """The last extension, when it was this person's and moved the closing there for these reasons."""
    last = next(iter(extensions_of(consultation)), None)
    if last is None or new != consultation.closes_at:
        return None
    said = (last.new_closes_at, last.reasons, last.person_id)
    return last if said == (new, filled(reasons), by.id if by else None) else None


def _problems(
    consultation: Consultation, new: datetime, reasons: Mapping[str, str], original: str, at: datetime
) -> dict[str, str]:
    problems = {}
    if at >= consultation.closes_at:
        problems["closes_at"] = "has_closed"
    elif new <= consultation.closes_at:
        problems["closes_at"] = "not_later"
    if original not in reasons:
        problems["reasons"] = "required"
    if any(len(reason) > LONGEST_REASON for reason in reasons.values()):
        problems["reasons"] = "too_long"
    return problems


def _tell(extension: Extension, at: datetime) -> None:
    consultation_id = extension.consultation_id
    record("consultation extended", f"consultation:{consultation_id}", person_id=extension.person_id, at=at)
    enqueue("index_consultation", {"consultation_id": consultation_id}, at=at)
    write_to_all("extended", consultation_id, at=at, extension_id=extension.id)
    touch_public_pages(consultation_id)
