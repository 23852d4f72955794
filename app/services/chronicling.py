"""The sealed versions of a draft, one after the other: when, what changed, how much was said."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.draft import Draft, Fate, ParagraphKind, ParagraphLink, ParagraphText, Translation, Version
from app.services.errors import NotFoundError
from app.services.hearing import numbers_of_comments

Ts = TypeVarTuple("Ts")


@dataclass(frozen=True)
class Chapter:
    """A sealed version; `fates` say how many paragraphs of the version before were reworded, moved and so on.

    New ones are counted in this version. Headings are not counted. `comments` are the published ones that
    were written on it.
    """

    number: int
    sealed_at: datetime
    digest: str
    change_log: dict[str, str]
    languages: list[tuple[str, bool, bool]]  # with whether it is the original, and whether it is official
    paragraphs: int
    fates: dict[str, int]
    comments: int


def chapters_of(consultation: Consultation) -> list[Chapter]:
    """All sealed versions, the newest first; raises NotFoundError when there is none."""
    versions = db.session.scalars(
        _of(consultation, select(Version).join(Version.draft)).order_by(Version.number.desc())
    ).all()
    if not versions:
        raise NotFoundError("version")
    headings = _paragraphs_by_kind(consultation, is_heading=True)
    paragraphs = _paragraphs_by_kind(consultation, is_heading=False)
    fates = _fates(consultation, set().union(*headings.values()) - set().union(*paragraphs.values()))
    comments = numbers_of_comments(consultation)
    return [
        Chapter(
            number=version.number,
            sealed_at=version.sealed_at,
            digest=version.digest or "",
            change_log=version.change_log,
            languages=[(each.language, each.is_original, each.is_official) for each in version.translations],
            paragraphs=len(paragraphs[version.id]),
            fates=fates[version.id],
            comments=comments.get(version.number, 0),
        )
        for version in versions
        if version.sealed_at is not None
    ]


def _of(consultation: Consultation, rows: Select[*Ts]) -> Select[*Ts]:
    return rows.where(Draft.consultation_id == consultation.id, Version.sealed_at.is_not(None))


def _paragraphs_by_kind(consultation: Consultation, *, is_heading: bool) -> dict[int, set[int]]:
    """The headings, or else the other paragraphs, of each version’s original."""
    kind = ParagraphText.kind == ParagraphKind.HEADING
    rows = db.session.execute(
        _of(
            consultation,
            select(Translation.version_id, ParagraphText.paragraph_id)
            .join(ParagraphText.translation)
            .join(Translation.version)
            .join(Version.draft)
            .where(Translation.is_original, kind if is_heading else ~kind),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for version_id, paragraph_id in rows:
        found[version_id].add(paragraph_id)
    return found


def _fates(consultation: Consultation, uncounted: set[int]) -> dict[int, dict[str, int]]:
    """By version, how many paragraphs met which fate, in the order in which fates are told."""
    rows = db.session.execute(
        _of(
            consultation,
            select(
                ParagraphLink.version_id, ParagraphLink.before_id, ParagraphLink.after_id, ParagraphLink.fate
            )
            .join(ParagraphLink.version)
            .join(Version.draft),
        )
    )
    met: dict[int, set[tuple[str, int | None]]] = defaultdict(set)
    for version_id, before_id, after_id, fate in rows:
        paragraph = after_id if before_id is None else before_id
        if paragraph not in uncounted:
            met[version_id].add((fate, paragraph))
    counted = {version_id: Counter(fate for fate, _each in fates) for version_id, fates in met.items()}
    return defaultdict(
        dict,
        {
            version_id: {fate: counts[fate] for fate in Fate if counts[fate]}
            for version_id, counts in counted.items()
        },
    )
