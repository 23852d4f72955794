"""Convening: a workshop is set up, published, changed and cancelled, and who comes hears of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.people import Person
from app.models.roles import Permission
from app.models.workshop import Registration, Workshop
from app.services.activity import record, touch_public_pages
from app.services.consultations.planning import filled
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.paper.locating import sealed_versions
from app.services.permissions import require
from app.services.subscriptions.alerting import Event, alert
from app.services.text import one_line
from app.services.workshops.arranging import (
    Question,
    WorkshopPlan,
    changes_read,
    changes_told,
    lines,
    problems_of,
    problems_of_slug,
    promises_broken,
    unready,
)
from app.services.workshops.hosting import lock_to_run
from app.services.workshops.offering import places_changed
from app.services.workshops.overtaking import refuse_if_overtaken, state_of_plan
from app.services.workshops.telling import (
    Change,
    LettersAheadError,
    languages_to_tell,
    number_to_tell,
    write_of_changes,
    write_to_registered,
)

LONGEST_REASON = 2_000
TEXTS = ("purposes", "audiences", "programmes", "facilitators", "addresses", "accesses")


def create_workshop(consultation: Consultation, plan: WorkshopPlan, *, by: Person, at: datetime) -> Workshop:
    """The workshop exists as a draft that only organisers see; raises InvalidError or ForbiddenError."""
    require(by, Permission.RUN_WORKSHOPS, consultation_id=consultation.id, country=plan.country)
    problems = problems_of(plan, keys_of(consultation)) | _problems_of_country(plan.country)
    _refuse(problems | problems_of_slug(plan.slug, is_taken=_is_taken(plan.slug)))
    try:
        with transaction():
            workshop = Workshop(
                slug=plan.slug, consultation_id=consultation.id, country=plan.country, created_at=at
            )
            _write(workshop, plan, at)
            db.session.add(workshop)
            db.session.flush()
            record("workshop created", subject_of(workshop), person_id=by.id, at=at)
    except IntegrityError as error:
        raise InvalidError({"slug": "taken"}) from error
    return workshop


def change_workshop(
    workshop: Workshop,
    plan: WorkshopPlan,
    *,
    seen: str | None = None,
    may_write: bool = True,
    by: Person,
    at: datetime,
) -> Change:
    """The workshop is as planned, its address and country excepted; answers what followed.

    Who is registered gets a letter of what is new in their language (`changes_read`). Places that were added
    are offered. Raises InvalidError, or ChangedMeanwhileError once it is cancelled, and when it is not in the
    state `seen`; and LettersAheadError, with nothing changed, where letters would go out and it may not write
    any.
    """
    with transaction():
        _lock(workshop, by)
        refuse_if_overtaken(seen, state_of_plan(workshop))
        has_registrations = number_to_tell(workshop) > 0
        problems = problems_of(plan, [*keys_of(workshop.consultation), *workshop.paragraph_keys])
        _refuse(problems | promises_broken(workshop, plan, at, has_registrations=has_registrations))
        told = changes_told(workshop, plan) if workshop.is_published else []
        read = {one: changes_read(workshop, plan, told, one) for one in languages_to_tell(workshop)}
        _write(workshop, plan, at)
        workshop.sequence += bool(told)
        db.session.flush()
        change = _follow(workshop, told, read, at)
        if (change.letters or change.offered) and not may_write:
            raise LettersAheadError(change)
        _tell("workshop changed", workshop, by, at)
    return change


def publish_workshop(workshop: Workshop, *, by: Person, at: datetime) -> None:
    """The public sees the workshop and can register; raises InvalidError when it is not ready."""
    with transaction():
        _lock(workshop, by)
        if not workshop.is_published:
            _refuse(unready(workshop, at))
            workshop.published_at = workshop.changed_at = at
            _tell("workshop published", workshop, by, at)
            alert(Event.WORKSHOP, workshop.consultation, at=at, workshop_id=workshop.id)


def cancel_workshop(workshop: Workshop, reasons: Mapping[str, str], *, by: Person, at: datetime) -> int:
    """The workshop does not take place, and everybody who is registered is told why; answers how many.

    Raises InvalidError: a reason is needed, and what has ended cannot be cancelled.
    """
    kept = filled(reasons)
    with transaction():
        _lock(workshop, by)
        _refuse(_why_not_cancelled(workshop, kept, at))
        workshop.cancel_reasons = kept
        workshop.cancelled_at = workshop.changed_at = at
        workshop.sequence += 1
        told = write_to_registered(workshop, "workshop_cancelled", at)
        _tell("workshop cancelled", workshop, by, at)
    return told


def delete_draft(workshop: Workshop, *, by: Person, at: datetime) -> None:
    """The workshop is gone; raises ChangedMeanwhileError when the public has seen it."""
    with transaction():
        lock_to_run(workshop, by)
        if workshop.is_published:
            raise ChangedMeanwhileError("published")
        subject = subject_of(workshop)
        db.session.delete(workshop)
        record("workshop draft deleted", subject, person_id=by.id, at=at)


def keys_of(consultation: Consultation) -> list[str]:
    """The keys of all paragraphs that sealed versions of the draft have, the newest version’s first."""
    found = [one.key for version in sealed_versions(consultation) for one in version.paragraphs]
    return list(dict.fromkeys(found))


def subject_of(workshop: Workshop) -> str:
    """How a line of activity names the workshop."""
    return f"workshop:{workshop.id}"


def _follow(workshop: Workshop, told: list[str], read: Mapping[str, list[str]], at: datetime) -> Change:
    offered = places_changed(workshop.id, at=at) if workshop.is_published else 0
    return Change(told, write_of_changes(workshop, read, at), offered)


def _lock(workshop: Workshop, by: Person) -> None:
    lock_to_run(workshop, by)
    if workshop.is_cancelled:
        raise ChangedMeanwhileError("cancelled")


def _is_taken(slug: str) -> bool:
    return db.session.scalar(select(Workshop.id).where(Workshop.slug == slug)) is not None


def _problems_of_country(country: str | None) -> dict[str, str]:
    is_known = country is None or db.session.get(ContactPoint, country) is not None
    return {} if is_known else {"country": "unknown"}


def _why_not_cancelled(workshop: Workshop, reasons: Mapping[str, str], at: datetime) -> dict[str, str]:
    if not workshop.is_published or at >= workshop.ends_at:
        return {"reasons": "not_now"}
    if not reasons:
        return {"reasons": "required"}
    return {"reasons": "too_long"} if any(len(one) > LONGEST_REASON for one in reasons.values()) else {}


def _tell(verb: str, workshop: Workshop, by: Person, at: datetime) -> None:
    touch_public_pages(workshop.consultation_id)
    record(verb, subject_of(workshop), person_id=by.id, at=at)


def _write(workshop: Workshop, plan: WorkshopPlan, at: datetime) -> None:
    workshop.titles = lines(plan.titles)
    # Equal titles in another order are a change: the first is in the language it was written in.
    flag_modified(workshop, "titles")
    for name in TEXTS:
        setattr(workshop, name, filled(getattr(plan, name)))
    workshop.online_link = plan.online_link.strip()
    workshop.zone = plan.zone
    workshop.starts_at, workshop.ends_at = plan.starts_at, plan.ends_at
    workshop.register_by = plan.register_by
    workshop.working_language = plan.working_language
    workshop.interpretation = [one for one in plan.interpretation if one != plan.working_language]
    workshop.places, workshop.has_waiting_list = plan.places, plan.has_waiting_list
    workshop.questions = _asked(workshop, plan.questions)
    workshop.paragraph_keys = list(plan.paragraph_keys)
    workshop.contact_name, workshop.contact_email = one_line(plan.contact_name), plan.contact_email.strip()
    workshop.offer_hours = plan.offer_hours
    workshop.reminder_hours = plan.reminder_hours
    workshop.retention_days = plan.retention_days
    workshop.changed_at = at


def _asked(workshop: Workshop, questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The questions as they are kept; a new one gets a number that no answer was given to."""
    known = {str(one["key"]) for one in workshop.questions or ()}
    answered = select(Registration.answers).where(Registration.workshop_id == workshop.id)
    used = (
        known | {key for answers in db.session.scalars(answered) for key in answers} if workshop.id else set()
    )
    last = max((int(key) for key in used if key.isdecimal()), default=0)
    kept: list[dict[str, Any]] = []
    for question in questions:
        labels = lines(question.labels)
        if not labels:
            continue
        key = question.key
        if key not in known or any(one["key"] == key for one in kept):
            last += 1
            key = str(last)
        kept.append({"key": key, "labels": labels, "is_required": question.is_required})
    return kept


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise InvalidError(problems)
