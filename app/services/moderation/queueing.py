"""What waits for moderators, oldest first, and what they need beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import contains_eager

from app.models.base import db
from app.models.comment import Comment, State
from app.models.consultation import Consultation, WhoMayComment
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Translation, Version
from app.models.people import Person
from app.models.roles import Permission
from app.services.comments.vouching import is_unconfirmed
from app.services.people.entrusting import (
    consultation_for,
    consultations_for,
    entrusted_countries,
    from_countries,
)
from app.services.public.hearing import at_paragraph
from app.services.public.paging import AS_RECEIVED, Page, following, page_of, preceding

Counted: TypeAlias = tuple[int, datetime | None, int]

UNCONFIRMED = "unconfirmed"  # no state: waiting, but for its author to confirm an address
NONE_WAIT: Counted = (0, None, 0)


class BriefParagraph(NamedTuple):
    """A paragraph's key, its label, and its words in the language that they are in."""

    key: str
    label: str
    words: str
    language: str


@dataclass(frozen=True)
class Waiting:
    """How many comments wait in a consultation, for this moderator, and since when.

    `unconfirmed` of them wait for their authors to confirm their addresses; `oldest_at` is of the others.
    """

    consultation: Consultation
    number: int
    oldest_at: datetime | None
    unconfirmed: int = 0


@dataclass(frozen=True)
class Sieve:
    """Which comments a moderator wants to see; an empty value lets everything through.

    `paragraph` is a key, or as `at_paragraph` takes it.
    """

    state: str = State.WAITING
    paragraph: str = ""
    language: str = ""
    country: str = ""
    kind: str = ""


def consultations_to_moderate(person: Person) -> list[Waiting]:
    """What the person moderates: where something waited longest first, then the others, newest first."""
    consultations = consultations_for(person, Permission.MODERATE)
    groups: dict[frozenset[str] | None, list[Consultation]] = {}
    for consultation in consultations:
        countries = entrusted_countries(person, Permission.MODERATE, consultation)
        groups.setdefault(countries, []).append(consultation)
    counts: dict[int, Counted] = {}
    for countries, group in groups.items():
        counts |= _counts(group, countries)
    found = [Waiting(one, *counts.get(one.id, NONE_WAIT)) for one in consultations]
    return sorted(found, key=lambda one: (one.oldest_at is None, one.oldest_at and one.oldest_at.timestamp()))


def consultation_to_moderate(slug: str, *, by: Person) -> Consultation:
    """The consultation of that slug; raises NotFoundError, or ForbiddenError when it is not the person's."""
    return consultation_for(slug, Permission.MODERATE, by=by)


def waiting_in(consultation: Consultation, *, by: Person) -> Waiting:
    """How much waits in the consultation for this moderator."""
    counts = _counts([consultation], entrusted_countries(by, Permission.MODERATE, consultation))
    return Waiting(consultation, *counts.get(consultation.id, NONE_WAIT))


def queue_page(
    consultation: Consultation,
    sieve: Sieve,
    *,
    by: Person,
    after: int | None = None,
    before: int | None = None,
) -> Page:
    """A page of the queue in the order received; the first one when nothing is left there."""
    return page_of(_sifted(consultation, sieve, by), AS_RECEIVED, after=after, before=before)


def next_in_queue(comment: Comment, sieve: Sieve, *, by: Person) -> int | None:
    """The comment that follows this one in the queue, if any."""
    return following(_sifted(comment.consultation, sieve, by), AS_RECEIVED, comment)


def previous_in_queue(comment: Comment, sieve: Sieve, *, by: Person) -> int | None:
    """The comment that this one follows in the queue, if any."""
    return preceding(_sifted(comment.consultation, sieve, by), AS_RECEIVED, comment)


def is_in_queue(comment: Comment, sieve: Sieve, *, by: Person) -> bool:
    """Whether the comment is one of those asked for."""
    here = _sifted(comment.consultation, sieve, by).where(Comment.id == comment.id)
    return db.session.scalar(here.with_only_columns(Comment.id)) is not None


def number_in_queue(consultation: Consultation, sieve: Sieve, *, by: Person) -> int:
    """How many comments are as asked for."""
    counted = _sifted(consultation, sieve, by).with_only_columns(func.count(Comment.id))
    return db.session.scalar(counted) or 0


def texts_beside(comments: Sequence[Comment]) -> dict[int, ParagraphText]:
    """The paragraph that each comment is about, as its author read it: by the comment's number."""
    texts: dict[tuple[int, int | None], dict[str, ParagraphText]] = {}
    rows = db.session.scalars(
        select(ParagraphText)
        .join(ParagraphText.translation)
        .options(contains_eager(ParagraphText.translation))
        .where(
            Translation.version_id.in_({comment.version_id for comment in comments}),
            ParagraphText.paragraph_id.in_({comment.paragraph_id for comment in comments} - {None}),
        )
        .order_by(Translation.is_original.desc(), Translation.id)
    )
    for text in rows:
        texts.setdefault((text.translation.version_id, text.paragraph_id), {})[text.translation.language] = (
            text
        )
    found = {comment: texts.get((comment.version_id, comment.paragraph_id)) for comment in comments}
    # The original comes first, and stands in for a language that the draft is not translated into.
    return {
        comment.id: by_language.get(comment.language) or next(iter(by_language.values()))
        for comment, by_language in found.items()
        if by_language
    }


def paragraphs_in(consultation: Consultation) -> list[BriefParagraph]:
    """Every paragraph of the last sealed version's original, in order."""
    translation = (
        select(Translation.id)
        .join(Translation.version)
        .join(Version.draft)
        .where(
            Draft.consultation_id == consultation.id,
            Version.sealed_at.is_not(None),
            Translation.is_original,
        )
        .order_by(Version.number.desc())
        .limit(1)
    )
    rows = db.session.execute(
        select(Paragraph.key, ParagraphText.label, ParagraphText.plain, Translation.language)
        .select_from(ParagraphText)
        .join(Paragraph, ParagraphText.paragraph_id == Paragraph.id)
        .join(Translation, ParagraphText.translation_id == Translation.id)
        .where(
            ParagraphText.translation_id == translation.scalar_subquery(),
            ParagraphText.kind != ParagraphKind.HEADING,
        )
        .order_by(ParagraphText.position)
    )
    return [BriefParagraph(*row) for row in rows]


def _sifted(consultation: Consultation, sieve: Sieve, by: Person) -> Select[Any]:
    countries = entrusted_countries(by, Permission.MODERATE, consultation)
    # An importance without words gives nobody anything to read.
    here = (Comment.consultation_id == consultation.id) & Comment.has_words
    wanted = at_paragraph(select(Comment).where(here, *_in_state(sieve.state, consultation)), sieve.paragraph)
    if sieve.language:
        wanted = wanted.where(Comment.language == sieve.language)
    if sieve.kind:
        wanted = wanted.where(Comment.kind == sieve.kind)
    if sieve.country:
        asked = frozenset({sieve.country})
        countries = asked if countries is None else countries & asked
    return from_countries(wanted, countries)


def _in_state(state: str, consultation: Consultation) -> list[ColumnElement[bool]]:
    """What waits for its author to confirm an address is apart from what waits for a moderator."""
    if state == UNCONFIRMED:
        return [Comment.state == State.WAITING, is_unconfirmed()]
    is_apart = state == State.WAITING and consultation.who_may_comment == WhoMayComment.CONFIRMED_EMAIL
    return [Comment.state == state, *([~is_unconfirmed()] if is_apart else [])]


def _counts(consultations: Sequence[Consultation], countries: frozenset[str] | None) -> dict[int, Counted]:
    """How much waits in each. Where nobody need confirm an address, the index alone is read."""
    strict = [one.id for one in consultations if one.who_may_comment == WhoMayComment.CONFIRMED_EMAIL]
    others = [one.id for one in consultations if one.id not in strict]
    apart = is_unconfirmed()
    plain = (func.count(), func.min(Comment.received_at), literal(0))
    split = (func.count(), func.min(Comment.received_at).filter(~apart), func.count().filter(apart))
    counts: dict[int, Counted] = {}
    waits = Comment.state == State.WAITING
    # An importance without words waits only for its author's address.
    for ids, figures, here in ((others, plain, waits), (strict, split, waits & Comment.has_words)):
        counted = (
            select(Comment.consultation_id, *figures)
            .where(Comment.consultation_id.in_(ids), here)
            .group_by(Comment.consultation_id)
        )
        for consultation_id, *there in db.session.execute(from_countries(counted, countries)) if ids else ():
            counts[consultation_id] = tuple(there)
    return counts
