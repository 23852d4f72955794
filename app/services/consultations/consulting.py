"""Setting up a consultation: its words, its times, its rules, and whether the public list shows it."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import enqueue, record, touch_public_pages
from app.services.consultations.planning import Plan as Plan
from app.services.consultations.planning import filled, problems_of, promises_broken
from app.services.consultations.planning import instant_in as instant_in
from app.services.consultations.planning import zones as zones
from app.services.errors import InvalidError, NotFoundError
from app.services.permissions import memberships_with, require

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 80
TAKEN_SLUGS = frozenset({"new"})


def create_consultation(plan: Plan, *, by: Person | None, at: datetime) -> Consultation:
    """The consultation exists and is not listed yet; `by` is None for an operator. Raises InvalidError."""
    if by is not None:
        require(by, Permission.MANAGE_CONSULTATIONS)
    _refuse(problems_of(plan) | slug_problems(plan.slug))
    try:
        with transaction():
            consultation = Consultation(slug=plan.slug, created_at=at)
            _write(consultation, plan)
            db.session.add(consultation)
            db.session.flush()
            record("consultation created", subject_of(consultation), person_id=by.id if by else None, at=at)
    except IntegrityError as error:
        raise InvalidError({"slug": "taken"}) from error
    return consultation


def change_consultation(consultation: Consultation, plan: Plan, *, by: Person | None, at: datetime) -> None:
    """The consultation is as planned, its address excepted; raises InvalidError.

    Once it has opened, its times stand, and its grace is not shortened: see `extend` for a later closing.
    """
    with transaction():
        db.session.refresh(consultation, with_for_update=True)
        _require_editor(consultation, by)
        _refuse(problems_of(plan) | promises_broken(consultation, plan, at))
        if filled(plan.privacy_notices) != consultation.privacy_notices:
            consultation.privacy_notice_version += 1
        _write(consultation, plan)
        _tell("consultation changed", consultation, by, at)


def list_consultation(consultation: Consultation, *, by: Person | None, at: datetime) -> None:
    """The public list shows the consultation."""
    _show(consultation, True, by, at)


def unlist_consultation(consultation: Consultation, *, by: Person | None, at: datetime) -> None:
    """The public does not see the consultation."""
    _show(consultation, False, by, at)


def add_contact_point(point: ContactPoint, *, at: datetime) -> None:
    """The office speaks for its country; one that was there before stays as it is."""
    with transaction():
        if db.session.get(ContactPoint, point.country) is None:
            db.session.add(point)
            record("contact point added", f"contact_point:{point.country}", person_id=None, at=at)


def consultations_managed_by(person: Person) -> list[Consultation]:
    """The consultations that the person may change, the newest opening first."""
    memberships = memberships_with(person, Permission.MANAGE_CONSULTATIONS)
    chosen = select(Consultation).order_by(Consultation.opens_at.desc(), Consultation.id.desc())
    if all(membership.consultation_id for membership in memberships):
        ids = [membership.consultation_id for membership in memberships]
        chosen = chosen.where(Consultation.id.in_(ids))
    return list(db.session.scalars(chosen))


def consultation_to_manage(slug: str, *, by: Person) -> Consultation:
    """The consultation at that address; raises NotFoundError or ForbiddenError."""
    consultation = db.session.scalar(select(Consultation).where(Consultation.slug == slug))
    if consultation is None:
        raise NotFoundError(f"consultation {slug}")
    _require_editor(consultation, by)
    return consultation


def slug_problems(slug: str) -> dict[str, str]:
    """Why no new consultation can have this address; empty when one can."""
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        return {"slug": "invalid"}
    is_taken = db.session.scalar(select(Consultation.id).where(Consultation.slug == slug)) is not None
    return {"slug": "taken"} if is_taken or slug in TAKEN_SLUGS else {}


def subject_of(consultation: Consultation) -> str:
    """How a line of activity names the consultation."""
    return f"consultation:{consultation.id}"


def _show(consultation: Consultation, is_listed: bool, by: Person | None, at: datetime) -> None:
    with transaction():
        db.session.refresh(consultation, with_for_update=True)
        _require_editor(consultation, by)
        if consultation.is_listed != is_listed:
            consultation.is_listed = is_listed
            verb = "consultation listed" if is_listed else "consultation unlisted"
            _tell(verb, consultation, by, at)


def _require_editor(consultation: Consultation, by: Person | None) -> None:
    if by is not None:
        require(by, Permission.MANAGE_CONSULTATIONS, consultation_id=consultation.id)


def _tell(verb: str, consultation: Consultation, by: Person | None, at: datetime) -> None:
    record(verb, subject_of(consultation), person_id=by.id if by else None, at=at)
    enqueue("index_consultation", {"consultation_id": consultation.id}, at=at)
    touch_public_pages(consultation.id)


def _write(consultation: Consultation, plan: Plan) -> None:
    consultation.titles = filled(plan.titles)
    # Equal titles in another order are a change: the first is in the language of the original.
    flag_modified(consultation, "titles")
    consultation.summaries = filled(plan.summaries)
    consultation.bodies = filled(plan.bodies)
    consultation.privacy_notices = filled(plan.privacy_notices)
    consultation.zone = plan.zone
    consultation.opens_at = plan.opens_at
    consultation.closes_at = plan.closes_at
    consultation.who_may_comment = plan.who_may_comment
    consultation.moderation = plan.moderation
    consultation.asking = dict(plan.asking)
    consultation.contact_name = plan.contact_name.strip()
    consultation.contact_email = plan.contact_email.strip()
    consultation.grace_minutes = plan.grace_minutes
    consultation.late_notices = filled(plan.late_notices)
    consultation.takes_replies = plan.takes_replies
    consultation.asks_register_number = plan.asks_register_number
    consultation.asks_proof_of_work = plan.asks_proof_of_work


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise InvalidError(problems)
