"""Announcing: which workshops the public sees, what they are about, and what they found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from app.models.base import db
from app.models.comment import Comment, Submission
from app.models.consultation import Consultation
from app.models.people import Person
from app.models.workshop import Workshop
from app.services.errors import NotFoundError
from app.services.public.hearing import in_view
from app.services.public.reading import Text, has_text, read_draft
from app.services.workshops.hosting import workshop_to_run


@dataclass(frozen=True)
class WorkshopLists:
    """The workshops of the site at one instant: those to come, the next first, and those that ended."""

    coming: list[Workshop]
    past: list[Workshop]


def workshops_at(at: datetime) -> WorkshopLists:
    """The workshops that the public sees, cancelled ones too."""
    found = list(db.session.scalars(_announced().order_by(Workshop.starts_at, Workshop.id)))
    past = [workshop for workshop in found if workshop.ends_at <= at]
    return WorkshopLists([workshop for workshop in found if at < workshop.ends_at], past[::-1])


def workshops_of(consultation: Consultation, at: datetime) -> list[Workshop]:
    """The consultation's workshops that have not ended, the next first; none that was cancelled."""
    chosen = _announced().where(
        Workshop.consultation_id == consultation.id, Workshop.ends_at > at, Workshop.cancelled_at.is_(None)
    )
    return list(db.session.scalars(chosen.order_by(Workshop.starts_at, Workshop.id)))


def workshop_to_show(slug: str, *, to: Person | None) -> Workshop:
    """The workshop as it stands: one that was announced, or any for whoever runs it.

    Raises NotFoundError.
    """
    found = db.session.scalar(
        _announced().where(Workshop.slug == slug).execution_options(populate_existing=True)
    )
    if found is not None:
        return found
    if to is None:
        raise NotFoundError(f"workshop {slug}")
    return workshop_to_run(slug, by=to)


def passages_about(workshop: Workshop, language: str) -> list[Text]:
    """The paragraphs of the newest version that the workshop is about, as the draft has them in order."""
    if not workshop.paragraph_keys or not has_text(workshop.consultation):
        return []
    texts = read_draft(workshop.consultation, language).texts
    return [text for text in texts if text.key in workshop.paragraph_keys]


def findings_of(workshop: Workshop) -> list[Comment]:
    """What was entered as the workshop's results and is in view, in the order of receipt."""
    chosen = (
        select(Comment)
        .join(Comment.submission)
        .where(Submission.workshop_id == workshop.id, in_view())
        .options(contains_eager(Comment.submission), joinedload(Comment.paragraph))
        .order_by(Comment.id)
    )
    return list(db.session.scalars(chosen))


def _announced() -> Select[Workshop]:
    return (
        select(Workshop)
        .join(Workshop.consultation)
        .where(Workshop.published_at.is_not(None), Consultation.is_listed)
        .options(contains_eager(Workshop.consultation))
    )
