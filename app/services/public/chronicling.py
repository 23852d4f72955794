"""The sealed versions of a draft, one after the other: when, what changed, how much was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, case, func, select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.draft import Draft, Fate, ParagraphKind, ParagraphLink, ParagraphText, Translation, Version
from app.services.errors import NotFoundError
from app.services.public.hearing import numbers_of_comments

Ts = TypeVarTuple("Ts")
TOLD = (Fate.REWORDED, Fate.MOVED, Fate.SPLIT, Fate.MERGED, Fate.REMOVED, Fate.NEW, Fate.SAME)


@dataclass(frozen=True)
class Chapter:
    """A sealed version; `fates` say how often paragraphs and headings were reworded, moved and so on in it.

    `comments` are the published ones that were written on it.
    """

    number: int
    sealed_at: datetime
    digest: str
    change_log: dict[str, str]
    languages: list[tuple[str, bool, bool]]  # with whether it is the original, and whether it is official
    paragraphs: int
    headings: int
    fates: dict[str, int]
    comments: int


def chapters_of(consultation: Consultation) -> list[Chapter]:
    """All sealed versions, the newest first; raises NotFoundError when there is none."""
    versions = db.session.scalars(
        _of(consultation, select(Version).join(Version.draft)).order_by(Version.number.desc())
    ).all()
    if not versions:
        raise NotFoundError("version")
    kinds = _numbers_by_kind(consultation)
    fates = _fates(consultation)
    comments = numbers_of_comments(consultation)
    return [
        Chapter(
            number=version.number,
            sealed_at=version.sealed_at,
            digest=version.digest or "",
            change_log=version.change_log,
            languages=_languages(version),
            paragraphs=kinds.get((version.id, False), 0),
            headings=kinds.get((version.id, True), 0),
            fates=fates.get(version.id, {}),
            comments=comments.get(version.number, 0),
        )
        for version in versions
        if version.sealed_at is not None
    ]


def _languages(version: Version) -> list[tuple[str, bool, bool]]:
    """The original's language first, the others in the order of their codes."""
    in_order = sorted(version.translations, key=lambda each: (not each.is_original, each.language))
    return [(each.language, each.is_original, each.is_official) for each in in_order]


def _of(consultation: Consultation, rows: Select[*Ts]) -> Select[*Ts]:
    return rows.where(Draft.consultation_id == consultation.id, Version.sealed_at.is_not(None))


def _numbers_by_kind(consultation: Consultation) -> dict[tuple[int, bool], int]:
    """How many paragraphs, and how many headings (True), each version’s original has."""
    is_heading = ParagraphText.kind == ParagraphKind.HEADING
    rows = db.session.execute(
        _of(
            consultation,
            select(Translation.version_id, is_heading, func.count())
            .select_from(ParagraphText)
            .join(ParagraphText.translation)
            .join(Translation.version)
            .join(Version.draft)
            .where(Translation.is_original)
            .group_by(Translation.version_id, is_heading),
        )
    )
    return {(version_id, bool(is_one)): number for version_id, is_one, number in rows}


def _fates(consultation: Consultation) -> dict[int, dict[str, int]]:
    """By version, how often each fate was met, in the order in which fates are told.

    One paragraph that was split, or several that became one, met it once.
    """
    places = case(
        (ParagraphLink.fate == Fate.MERGED, func.count(ParagraphLink.after_id.distinct())),
        (ParagraphLink.fate == Fate.SPLIT, func.count(ParagraphLink.before_id.distinct())),
        else_=func.count(),
    )
    rows = db.session.execute(
        _of(
            consultation,
            select(ParagraphLink.version_id, ParagraphLink.fate, places)
            .join(ParagraphLink.version)
            .join(Version.draft)
            .group_by(ParagraphLink.version_id, ParagraphLink.fate),
        )
    )
    met = {(version_id, fate): count for version_id, fate, count in rows}
    return {
        version_id: {fate: met[version_id, fate] for fate in TOLD if (version_id, fate) in met}
        for version_id in {version_id for version_id, _fate in met}
    }
