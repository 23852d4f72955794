"""What the public hears: the comments published on a draft, each at the place where it is read now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.models.base import db
from app.models.comment import Comment, State, Submission
from app.models.consultation import Consultation
from app.models.draft import Standing, Version
from app.services.reading import ReadDraft

SHOWN_ON_DRAFT = 10


class PublishedComment(NamedTuple):
    """A published comment with what its respondent agreed to show, and the text it was written on."""

    id: int
    paragraph_id: int | None
    version_id: int
    version: int
    language: str
    kind: str
    importance: int | None
    html: str
    received_at: datetime
    capacity: str
    name: str
    organisation: str
    group_size: int | None
    country: str


@dataclass(frozen=True)
class PublishedComments:
    """Published comments by the paragraph where they are read, in the order received, and their numbers.

    None stands for the whole draft. A paragraph that is no longer in the text keeps its comments.
    """

    shown: dict[int | None, list[PublishedComment]]
    counts: dict[int | None, int]


def comments_on_draft(draft: ReadDraft, most: int = SHOWN_ON_DRAFT) -> PublishedComments:
    """The newest published comments of every place, in whatever language they were written.

    The newest version has those written on every version; an earlier one those written on itself.
    """
    spot = _spot() if draft.is_newest else Comment.paragraph_id
    order = (Comment.received_at.desc(), Comment.id.desc())
    placed = (
        select(
            Comment.id,
            spot.label("spot"),
            func.row_number().over(partition_by=spot, order_by=order).label("place"),
            func.count().over(partition_by=spot).label("total"),
        )
        .outerjoin(Standing, Standing.paragraph_id == Comment.paragraph_id)
        .where(_on(draft), Comment.state == State.PUBLISHED)
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
    """All published comments read at the paragraph (None: on the whole draft), in the order received."""
    rows = db.session.execute(_published().where(_read_at(draft, paragraph_id)))
    return [PublishedComment(*columns) for columns in rows]


def number_of_comments_on(draft: ReadDraft, paragraph_id: int) -> int:
    """How many published comments are read at the paragraph."""
    counted = select(func.count()).select_from(Comment).where(_read_at(draft, paragraph_id))
    return db.session.scalar(counted) or 0


def numbers_of_comments(consultation: Consultation) -> dict[int, int]:
    """How many comments are published that were written on each version, by the version's number."""
    rows = db.session.execute(
        select(Version.number, func.count())
        .join(Comment, Comment.version_id == Version.id)
        .where(Comment.consultation_id == consultation.id, Comment.state == State.PUBLISHED)
        .group_by(Version.number)
    )
    return dict(iter(rows))


def _spot() -> ColumnElement[int | None]:
    """Where a comment is read now: at the place of its paragraph, and at that itself when it has none."""
    return func.coalesce(Standing.place_id, Comment.paragraph_id)


def _on(draft: ReadDraft) -> ColumnElement[bool]:
    if draft.is_newest:
        return Comment.consultation_id == draft.consultation_id
    return Comment.version_id == draft.version_id


def _read_at(draft: ReadDraft, paragraph_id: int | None) -> ColumnElement[bool]:
    published = _on(draft) & (Comment.state == State.PUBLISHED)
    if paragraph_id is None:
        return published & Comment.paragraph_id.is_(None)
    there = Comment.paragraph_id == paragraph_id
    if not draft.is_newest:
        return published & there
    came = select(Standing.paragraph_id).where(Standing.place_id == paragraph_id)
    return published & or_(there, Comment.paragraph_id.in_(came))


def _published(*further: ColumnElement[Any]) -> Select[Any]:
    columns: list[Any] = [
        Comment.id, Comment.paragraph_id, Comment.version_id, Version.number, Comment.language,
        Comment.kind, Comment.importance, Comment.html, Comment.received_at, Submission.capacity,
        Submission.name, Submission.organisation, Submission.group_size, Submission.country, *further,
    ]  # fmt: skip
    return (
        select(*columns)
        .join(Comment.submission)
        .join(Comment.version)
        .order_by(Comment.received_at, Comment.id)
    )
