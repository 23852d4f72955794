"""The parts of paragraphs that were split, and what of the whole is still read at one of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import aliased

from app.models.base import db
from app.models.comment import Comment
from app.models.draft import Draft, Fate, ParagraphLink, ParagraphText, Standing, Translation, Version
from app.services.public.hearing import in_view
from app.services.public.reading import ReadDraft


class Parting(NamedTuple):
    """A paragraph that is a part of another one: of which, and in which version that was split.

    `label` is what the whole was cited by; the comments on it are so many, and are read at `place_id`.
    """

    part_id: int
    whole_id: int
    version: int
    label: str
    place_id: int | None
    comments: int


def partings_of(draft: ReadDraft) -> list[Parting]:
    """All parts that paragraphs were split into, up to that version, by version."""
    Earlier = aliased(Version)  # noqa: N806 - a class
    columns: list[Any] = [
        ParagraphLink.after_id, ParagraphLink.before_id, Version.number, ParagraphText.label,
        Standing.place_id, _comments(),
    ]  # fmt: skip
    rows = db.session.execute(
        select(*columns)
        .join(Version, Version.id == ParagraphLink.version_id)
        .join(Earlier, and_(Earlier.draft_id == Version.draft_id, Earlier.number == Version.number - 1))
        .join(Translation, and_(Translation.version_id == Earlier.id, Translation.is_original))
        .join(
            ParagraphText,
            and_(
                ParagraphText.translation_id == Translation.id,
                ParagraphText.paragraph_id == ParagraphLink.before_id,
            ),
        )
        .outerjoin(Standing, Standing.paragraph_id == ParagraphLink.before_id)
        .join(Draft, Draft.id == Version.draft_id)
        .where(
            Draft.consultation_id == draft.consultation_id,
            Version.number <= draft.number,
            ParagraphLink.fate == Fate.SPLIT,
        )
        .order_by(Version.number, ParagraphLink.id)
    )
    return [Parting(*row) for row in rows]


def wholes_still_translated(draft: ReadDraft, partings: Iterable[Parting]) -> dict[int, list[str]]:
    """The older translations that are still of a whole: the labels of all its parts, by their paragraph.

    The other parts have no translation of their own, or there would be nothing to tell.
    """
    texts = {text.paragraph_id: text for text in draft.texts}
    missing = {number for number, text in texts.items() if text.language != draft.language}
    parts: dict[tuple[int, int], set[int]] = {}
    for parting in partings:
        if parting.part_id in texts:
            parts.setdefault((parting.version, parting.whole_id), set()).add(parting.part_id)
    found = {}
    for (version, _whole), here in parts.items():
        for number in here:
            others = (here - {number}) & missing
            if others and texts[number].is_older and _is_of_before(draft, number, version):
                covered = [text.label for text in draft.texts if text.paragraph_id in {number, *others}]
                found[number] = covered
    return found


def _comments() -> ScalarSelect[int]:
    """How many comments in view were written on the whole."""
    Read = aliased(Version)  # noqa: N806 - a class
    return (
        select(func.count())
        .select_from(Comment)
        .join(Read, Read.id == Comment.version_id)
        .where(
            Comment.paragraph_id == ParagraphLink.before_id,
            in_view(),
            Read.number < Version.number,
        )
        .correlate(ParagraphLink, Version)
        .scalar_subquery()
    )


def _is_of_before(draft: ReadDraft, paragraph_id: int, version: int) -> bool:
    """Whether the translation is of a text that the original had only before that version."""
    own = select(ParagraphText.original_digest).join(ParagraphText.translation)
    made_from = db.session.scalar(
        own.where(
            Translation.version_id == draft.version_id,
            Translation.language == draft.language,
            ParagraphText.paragraph_id == paragraph_id,
        )
    )
    since = (
        select(ParagraphText.id)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .join(Version.draft)
        .where(
            Draft.consultation_id == draft.consultation_id,
            Version.number >= version,
            Translation.is_original,
            ParagraphText.paragraph_id == paragraph_id,
            ParagraphText.digest == made_from,
        )
    )
    return db.session.scalar(since.limit(1)) is None
