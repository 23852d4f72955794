"""What the public hears: the comments published on a draft, each at the place where it is read now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from app.models.base import db
from app.models.comment import Comment, State, Submission, Support
from app.models.consultation import Consultation
from app.models.draft import Paragraph, Standing, Version
from app.services.errors import NotFoundError
from app.services.public.reading import ReadDraft

SHOWN_ON_DRAFT = 10
WHOLE_DRAFT = "draft"  # no paragraph has this key
GONE = "gone"  # nor this one
Ts = TypeVarTuple("Ts")
PARENT = aliased(Comment)
SUPPORTS = select(func.count()).where(Support.comment_id == Comment.id).correlate(Comment).scalar_subquery()


class PublishedComment(NamedTuple):
    """A comment in view with what its respondent agreed to show, and the text it was written on.

    `withdrawn_at` says when its author withdrew it, if that was after the closing. `person_erased_at` says
    since when it has no name any more, `email_confirmed_at` since when the respondent's address is certain,
    `supports` how many agree.
    """

    id: int
    parent_id: int | None
    paragraph_id: int | None
    version_id: int
    version: int
    language: str
    kind: str
    html: str
    suggestion: str
    suggestion_digest: str | None
    quotation: dict[str, Any] | None
    received_at: datetime
    withdrawn_at: datetime | None
    submission_id: int
    capacity: str
    name: str
    organisation: str
    organisation_kind: str
    group_size: int | None
    country: str
    person_erased_at: datetime | None
    email_confirmed_at: datetime | None
    supports: int = 0


@dataclass(frozen=True)
class PublishedComments:
    """Comments in view by the paragraph where they are read, in the order received, and their numbers.

    None stands for the whole draft. A paragraph that is no longer in the text keeps its comments.
    """

    shown: dict[int | None, list[PublishedComment]]
    counts: dict[int | None, int]


def is_public(comment: type[Comment] = Comment) -> ColumnElement[bool]:
    """The condition that a comment counts for the public: published, or withdrawn only after the closing."""
    return or_(
        comment.state == State.PUBLISHED, and_(comment.state == State.WITHDRAWN, comment.is_marked.is_(True))
    )


def in_view(comment: type[Comment] = Comment) -> ColumnElement[bool]:
    """The condition that the public can read a comment: it is public, and has words."""
    return and_(is_public(comment), comment.has_words.is_(True))


def comments_on_draft(draft: ReadDraft, most: int = SHOWN_ON_DRAFT) -> PublishedComments:
    """The newest comments in view of every place with all replies, in whatever language they were written.

    The newest version has those written on every version; an earlier one those written on itself.
    """
    place = spot() if draft.is_newest else Comment.paragraph_id
    began = (func.coalesce(PARENT.received_at, Comment.received_at), func.coalesce(PARENT.id, Comment.id))
    placed = (
        select(
            Comment.id,
            place.label("spot"),
            func.dense_rank()
            .over(partition_by=place, order_by=[each.desc() for each in began])
            .label("place"),
            func.count().over(partition_by=place).label("total"),
        )
        .outerjoin(Standing, Standing.paragraph_id == Comment.paragraph_id)
        .outerjoin(PARENT, and_(PARENT.id == Comment.parent_id, _on(draft, PARENT), in_view(PARENT)))
        .where(_on(draft), in_view())
        .subquery()
    )
    rows = db.session.execute(
        _published(placed.c.spot, placed.c.total)
        .join(placed, placed.c.id == Comment.id)
        .where(placed.c.place <= most)
    )
    shown: dict[int | None, list[PublishedComment]] = defaultdict(list)
    counts: dict[int | None, int] = {}
    for *columns, spot_id, count in rows:
        shown[spot_id].append(PublishedComment(*columns))
        counts[spot_id] = count
    return PublishedComments(dict(shown), counts)


def comments_on(draft: ReadDraft, paragraph_id: int | None) -> list[PublishedComment]:
    """All comments in view at the paragraph (None: on the whole draft), in the order received."""
    rows = db.session.execute(_published().where(read_at(draft, paragraph_id), in_view()))
    return [PublishedComment(*columns) for columns in rows]


def number_of_comments_on(draft: ReadDraft, paragraph_id: int) -> int:
    """How many comments are in view at the paragraph."""
    counted = select(func.count()).select_from(Comment).where(read_at(draft, paragraph_id), in_view())
    return db.session.scalar(counted) or 0


def place_of_thread(consultation: Consultation, comment_id: int, *, is_shown: bool = True) -> str | None:
    """The key of the place where a comment that can be replied to is read (None: the whole draft).

    Raises NotFoundError for what is no comment of that consultation, a reply itself, or (`is_shown`) not in
    view any more.
    """
    shown = and_(Comment.state == State.PUBLISHED, Comment.has_words)
    row = db.session.execute(
        select(Paragraph.key)
        .select_from(Comment)
        .outerjoin(Standing, Standing.paragraph_id == Comment.paragraph_id)
        .outerjoin(Paragraph, Paragraph.id == spot())
        .where(
            Comment.id == comment_id,
            Comment.consultation_id == consultation.id,
            Comment.parent_id.is_(None),
            shown if is_shown else true(),
        )
    ).first()
    if row is None:
        raise NotFoundError(f"comment {comment_id}")
    key: str | None = row.key
    return key


def numbers_of_comments(consultation: Consultation) -> dict[int, int]:
    """How many comments in view were written on each version, by the version's number."""
    rows = db.session.execute(
        select(Version.number, func.count())
        .join(Comment, Comment.version_id == Version.id)
        .where(Comment.consultation_id == consultation.id, in_view())
        .group_by(Version.number)
    )
    return dict(iter(rows))


def read_at(draft: ReadDraft, paragraph_id: int | None) -> ColumnElement[bool]:
    """The condition that a comment is read at the paragraph (None: on the whole draft)."""
    if paragraph_id is None:
        return and_(_on(draft), Comment.paragraph_id.is_(None))
    there = Comment.paragraph_id == paragraph_id
    if not draft.is_newest:
        return and_(_on(draft), there)
    came = select(Standing.paragraph_id).where(Standing.place_id == paragraph_id)
    return and_(_on(draft), or_(there, Comment.paragraph_id.in_(came)))


def at_paragraph(wanted: Select[*Ts], key: str) -> Select[*Ts]:
    """Of the comments asked for, those that are read at the paragraph of that key; all without a key.

    WHOLE_DRAFT stands for no paragraph, GONE for those that are no longer in the text.
    """
    if key == WHOLE_DRAFT:
        return wanted.where(Comment.paragraph_id.is_(None))
    if key == GONE:
        gone = select(Standing.paragraph_id).where(Standing.place_id.is_(None))
        return wanted.where(Comment.paragraph_id.in_(gone))
    if not key:
        return wanted
    wanted = wanted.outerjoin(Standing, Standing.paragraph_id == Comment.paragraph_id)
    return wanted.join(Paragraph, Paragraph.id == spot()).where(Paragraph.key == key)


def spot() -> ColumnElement[int | None]:
    """Where a comment is read now: at the place of its paragraph, and at that itself when it has none."""
    return func.coalesce(Standing.place_id, Comment.paragraph_id)


def _on(draft: ReadDraft, comment: type[Comment] = Comment) -> ColumnElement[bool]:
    if draft.is_newest:
        return comment.consultation_id == draft.consultation_id
    return comment.version_id == draft.version_id


def _published(*further: ColumnElement[Any]) -> Select[Any]:
    columns: list[Any] = [
        Comment.id, Comment.parent_id, Comment.paragraph_id, Comment.version_id, Version.number,
        Comment.language, Comment.kind, Comment.html, Comment.suggestion, Comment.suggestion_digest,
        Comment.quotation, Comment.received_at, Comment.withdrawn_at, Comment.submission_id,
        Submission.capacity, Submission.name, Submission.organisation, Submission.organisation_kind,
        Submission.group_size, Submission.country, Submission.person_erased_at,
        Submission.email_confirmed_at, SUPPORTS, *further,
    ]  # fmt: skip
    return (
        select(*columns)
        .join(Comment.submission)
        .join(Comment.version)
        .order_by(Comment.received_at, Comment.id)
    )
