"""What a consultation's feed announces: all that happened to it in public, with an identity that stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from app.models.base import db
from app.models.consultation import Consultation, Extension, Outcome
from app.models.draft import Draft, Translation, Version
from app.models.witness import TreeRoot
from app.services.witnessing import roots_of


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
