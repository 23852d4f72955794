"""What waits for moderators, oldest first, and what they need beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias, TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from app.models.base import db
from app.models.comment import Comment, State
from app.models.consultation import Consultation, WhoMayComment
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Standing, Translation, Version
from app.models.people import Person
from app.models.roles import Permission
from app.services.errors import ForbiddenError, NotFoundError
from app.services.permissions import countries_of, memberships_with
from app.services.vouching import is_unconfirmed

Ts = TypeVarTuple("Ts")
Counted: TypeAlias = tuple[int, datetime | None, int]

PAGE_LENGTH = 20
WHOLE_DRAFT = "draft"  # no paragraph has this key
GONE = "gone"  # nor this one
UNCONFIRMED = "unconfirmed"  # no state: waiting, but for its author to confirm an address
ORDER = (Comment.received_at, Comment.id)
NONE_WAIT: Counted = (0, None, 0)


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

    `paragraph` is a key, WHOLE_DRAFT for comments on no paragraph, or GONE for those on removed ones.
    """

    state: str = State.WAITING
    paragraph: str = ""
    language: str = ""
    country: str = ""
    kind: str = ""


@dataclass(frozen=True)
class QueuePage:
    """Some comments in the order they came; `before` and `after` are where the neighbouring pages begin."""

    comments: Sequence[Comment]
    before: int | None
    after: int | None


def consultations_to_moderate(person: Person) -> list[Waiting]:
    """What the person moderates: where something waited longest first, then the others, newest first."""
    consultations = _moderated_by(person)
    groups: dict[frozenset[str] | None, list[Consultation]] = {}
    for consultation in consultations:
        groups.setdefault(_countries(person, consultation), []).append(consultation)
    counts: dict[int, Counted] = {}
    for countries, group in groups.items():
        counts |= _counts(group, countries)
    found = [Waiting(one, *counts.get(one.id, NONE_WAIT)) for one in consultations]
    return sorted(found, key=lambda one: (one.oldest_at is None, one.oldest_at and one.oldest_at.timestamp()))


def consultation_to_moderate(slug: str, *, by: Person) -> Consultation:
    """The consultation of that slug; raises NotFoundError, or ForbiddenError when it is not the person's."""
    consultation = db.session.scalar(select(Consultation).where(Consultation.slug == slug))
    if consultation is None:
        raise NotFoundError(slug)
    _countries(by, consultation)
    return consultation


def waiting_in(consultation: Consultation, *, by: Person) -> Waiting:
    """How much waits in the consultation for this moderator."""
    counts = _counts([consultation], _countries(by, consultation))
    return Waiting(consultation, *counts.get(consultation.id, NONE_WAIT))


def queue_page(
    consultation: Consultation,
    sieve: Sieve,
    *,
    by: Person,
    after: int | None = None,
    before: int | None = None,
) -> QueuePage:
    """A page of the queue, found by the comment it follows or precedes: all pages cost the same.

    When nothing is left there, the first page.
    """
    sifted = _sifted(select(Comment), consultation, sieve, _countries(by, consultation))
    sifted = sifted.options(joinedload(Comment.submission), joinedload(Comment.version))
    page = None
    if before is not None:
        page = _page_before(sifted, before)
    elif after is not None:
        page = _page_after(sifted, after)
    return page or _first_page(sifted)


def next_in_queue(comment: Comment, sieve: Sieve, *, by: Person) -> int | None:
    """The comment that follows this one in the queue, if any."""
    countries = _countries(by, comment.consultation)
    found: int | None = db.session.scalar(
        _sifted(select(Comment.id), comment.consultation, sieve, countries)
        .where(tuple_(*ORDER) > _place_of(comment.id))
        .order_by(*ORDER)
        .limit(1)
    )
    return found


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


def paragraphs_in(consultation: Consultation) -> list[tuple[str, str, str]]:
    """Key, label and words of every paragraph of the last sealed version's original, in order."""
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
        select(Paragraph.key, ParagraphText.label, ParagraphText.plain)
        .select_from(ParagraphText)
        .join(Paragraph, ParagraphText.paragraph_id == Paragraph.id)
        .where(
            ParagraphText.translation_id == translation.scalar_subquery(),
            ParagraphText.kind != ParagraphKind.HEADING,
        )
        .order_by(ParagraphText.position)
    )
    return [(key, label, plain) for key, label, plain in rows]


def _moderated_by(person: Person) -> Sequence[Consultation]:
    bounds = {membership.consultation_id for membership in memberships_with(person, Permission.MODERATE)}
    if not bounds:
        raise ForbiddenError(Permission.MODERATE)
    wanted = select(Consultation).order_by(Consultation.opens_at.desc(), Consultation.id)
    if None not in bounds:
        wanted = wanted.where(Consultation.id.in_(bounds))
    return db.session.scalars(wanted).all()


def _countries(person: Person, consultation: Consultation) -> frozenset[str] | None:
    countries = countries_of(person, Permission.MODERATE, consultation.id)
    if countries is not None and not countries:
        raise ForbiddenError(Permission.MODERATE)
    return countries


def _sifted(
    wanted: Select[Any], consultation: Consultation, sieve: Sieve, countries: frozenset[str] | None
) -> Select[Any]:
    # An importance without words gives nobody anything to read.
    here = (Comment.consultation_id == consultation.id) & Comment.has_words
    wanted = wanted.where(here, *_in_state(sieve.state, consultation))
    if sieve.paragraph == WHOLE_DRAFT:
        wanted = wanted.where(Comment.paragraph_id.is_(None))
    elif sieve.paragraph == GONE:
        gone = select(Standing.paragraph_id).where(Standing.place_id.is_(None))
        wanted = wanted.where(Comment.paragraph_id.in_(gone))
    elif sieve.paragraph:
        # Comments on paragraphs that this one took in are read at it.
        place = func.coalesce(Standing.place_id, Comment.paragraph_id)
        wanted = (
            wanted.outerjoin(Standing, Standing.paragraph_id == Comment.paragraph_id)
            .join(Paragraph, Paragraph.id == place)
            .where(Paragraph.key == sieve.paragraph)
        )
    if sieve.language:
        wanted = wanted.where(Comment.language == sieve.language)
    if sieve.kind:
        wanted = wanted.where(Comment.kind == sieve.kind)
    if sieve.country:
        asked = frozenset({sieve.country})
        countries = asked if countries is None else countries & asked
    return _within(wanted, countries)


def _in_state(state: str, consultation: Consultation) -> list[ColumnElement[bool]]:
    """What waits for its author to confirm an address is apart from what waits for a moderator."""
    if state == UNCONFIRMED:
        return [Comment.state == State.WAITING, is_unconfirmed()]
    is_apart = state == State.WAITING and consultation.who_may_comment == WhoMayComment.CONFIRMED_EMAIL
    return [Comment.state == state, *([~is_unconfirmed()] if is_apart else [])]


def _within(wanted: Select[*Ts], countries: frozenset[str] | None) -> Select[*Ts]:
    if countries is None:
        return wanted
    return wanted.where(Comment.country.in_(sorted(countries)))


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
        for consultation_id, *figures_there in db.session.execute(_within(counted, countries)) if ids else ():
            counts[consultation_id] = tuple(figures_there)
    return counts


def _first_page(sifted: Select[Any]) -> QueuePage:
    found = _read(sifted.order_by(*ORDER))
    shown = found[:PAGE_LENGTH]
    return QueuePage(shown, None, shown[-1].id if len(found) > PAGE_LENGTH else None)


def _page_after(sifted: Select[Any], comment_id: int) -> QueuePage | None:
    page = _first_page(sifted.where(tuple_(*ORDER) > _place_of(comment_id)))
    return replace(page, before=page.comments[0].id) if page.comments else None


def _page_before(sifted: Select[Any], comment_id: int) -> QueuePage | None:
    backwards = [column.desc() for column in ORDER]
    found = _read(sifted.where(tuple_(*ORDER) < _place_of(comment_id)).order_by(*backwards))
    shown = found[:PAGE_LENGTH][::-1]
    if not shown:
        return None
    return QueuePage(shown, shown[0].id if len(found) > PAGE_LENGTH else None, shown[-1].id)


def _place_of(comment_id: int) -> Any:
    received_at = db.session.scalar(select(Comment.received_at).where(Comment.id == comment_id))
    if received_at is None:
        raise NotFoundError(f"comment {comment_id}")
    return tuple_(literal(received_at, Comment.received_at.type), comment_id)


def _read(wanted: Select[Any]) -> Sequence[Comment]:
    return db.session.scalars(wanted.limit(PAGE_LENGTH + 1)).all()
