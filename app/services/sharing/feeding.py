"""What feeds announce: all that happened in public, with an identity that stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.models.base import db
from app.models.comment import Comment, State
from app.models.consultation import Consultation, Extension, Outcome
from app.models.draft import Draft, Translation, Version
from app.models.witness import TreeRoot
from app.models.workshop import Workshop
from app.services.errors import NotFoundError
from app.services.proof.witnessing import roots_of

MOST_ENTRIES = 50


class NewsKind(StrEnum):
    """What can happen to a consultation."""

    OPENED = "opened"
    SEALED = "sealed"
    EXTENDED = "extended"
    ROOT = "root"
    CLOSED = "closed"
    OUTCOME = "outcome"


@dataclass(frozen=True)
class News:
    """Something that happened at an instant; `key` is its name within the consultation, for ever."""

    kind: NewsKind
    key: str
    at: datetime
    subject: Version | Extension | TreeRoot | None = None


def news_of(consultation: Consultation, at: datetime) -> list[News]:
    """All that had happened at that instant, the newest first."""
    news = [*_openings(consultation), *_versions(consultation), *_extensions(consultation)]
    news += [
        News(NewsKind.ROOT, f"roots/{root.id}", root.published_at, root) for root in roots_of(consultation.id)
    ]
    news += _outcome(consultation)
    happened = [one for one in news if one.at <= at]
    return sorted(happened, key=lambda one: (one.at, one.key), reverse=True)


def news_of_all(at: datetime) -> list[tuple[Consultation, News]]:
    """The newest of all that had happened to listed consultations at that instant, but for their roots."""
    listed = db.session.scalars(select(Consultation).where(Consultation.is_listed)).all()
    happened = [(each, news) for each in listed for news in news_of(each, at) if news.kind != NewsKind.ROOT]
    happened.sort(key=lambda one: (one[1].at, one[0].slug, one[1].key), reverse=True)
    return happened[:MOST_ENTRIES]


def next_change(at: datetime) -> datetime | None:
    """When the next of the listed consultations opens or closes; None if nothing is ahead."""
    listed = db.session.scalars(select(Consultation).where(Consultation.is_listed)).all()
    instants = [instant for each in listed for instant in (each.opens_at, each.closes_at)]
    return min((instant for instant in instants if at < instant), default=None)


def newest_comments(consultation: Consultation) -> list[Comment]:
    """The comments that were published last, with what the public may know of who wrote them."""
    return list(
        db.session.scalars(
            select(Comment)
            .where(
                Comment.consultation_id == consultation.id,
                Comment.state == State.PUBLISHED,
                Comment.has_words,
                Comment.published_at.is_not(None),
            )
            .options(joinedload(Comment.submission), joinedload(Comment.paragraph))
            .order_by(Comment.published_at.desc(), Comment.id.desc())
            .limit(MOST_ENTRIES)
        )
    )


def workshops_announced(country: str | None = None) -> list[Workshop]:
    """The published workshops of listed consultations (of one country), the last changed first."""
    chosen = (
        select(Workshop)
        .join(Workshop.consultation)
        .where(Workshop.published_at.is_not(None), Consultation.is_listed)
        .options(joinedload(Workshop.consultation))
        .order_by(Workshop.changed_at.desc(), Workshop.id.desc())
    )
    if country is not None:
        chosen = chosen.where(Workshop.country == country)
    return list(db.session.scalars(chosen))


def workshop_announced(slug: str) -> Workshop:
    """The published workshop of that name, cancelled ones too; raises NotFoundError."""
    found = db.session.scalar(
        select(Workshop)
        .join(Workshop.consultation)
        .where(Workshop.slug == slug, Workshop.published_at.is_not(None), Consultation.is_listed)
    )
    if found is None:
        raise NotFoundError(f"workshop {slug}")
    return found


def original_language_of(consultation: Consultation) -> str | None:
    """The language of the newest sealed version's original; None before there is one."""
    return db.session.scalar(
        select(Translation.language)
        .join(Translation.version)
        .join(Version.draft)
        .where(
            Draft.consultation_id == consultation.id,
            Version.sealed_at.is_not(None),
            Translation.is_original.is_(True),
        )
        .order_by(Version.number.desc())
        .limit(1)
    )


def _openings(consultation: Consultation) -> list[News]:
    return [
        News(NewsKind.OPENED, "opened", consultation.opens_at),
        News(NewsKind.CLOSED, "closed", consultation.closes_at),
    ]


def _versions(consultation: Consultation) -> list[News]:
    versions = db.session.scalars(
        select(Version).join(Version.draft).where(Draft.consultation_id == consultation.id)
    )
    return [
        News(NewsKind.SEALED, f"versions/{version.number}", version.sealed_at, version)
        for version in versions
        if version.sealed_at is not None
    ]


def _extensions(consultation: Consultation) -> list[News]:
    extensions = db.session.scalars(select(Extension).where(Extension.consultation_id == consultation.id))
    return [News(NewsKind.EXTENDED, f"extensions/{one.id}", one.extended_at, one) for one in extensions]


def _outcome(consultation: Consultation) -> list[News]:
    instants = db.session.scalars(
        select(Outcome.published_at).where(Outcome.consultation_id == consultation.id)
    ).all()
    return [News(NewsKind.OUTCOME, "outcome", min(instants))] if instants else []
