"""The further columns of an export: who spoke how, what came of it, and what proves that it was received."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from app.models.comment import Capacity, Comment, CommentRevision, Submission, Support
from app.services.consultations.answering import last_answer
from app.services.proof.leaves import first_leaf_of

DETAILS = (
    "reply_to",
    "suggestion",
    "quotation",
    "has_words",
    "organisation_kind",
    "register_number",
    "has_authority",
    "meeting",
    "channel",
    "entered_late",
    "email_confirmed",
    "leaf",
    "leaf_digest",
    "leaf_salt",
    "received_exactly",
    "supporters",
    "withdrawn_at",
    "disposition",
    "first_leaf",
    "comment_number",
)
PARENT = aliased(Comment)
# A comment that was corrected has the leaf of the correction that counts, received when that was.
CORRECTION = aliased(CommentRevision)
IS_PARENT = PARENT.id == Comment.parent_id
IS_CORRECTION = and_(CORRECTION.comment_id == Comment.id, CORRECTION.leaf == Comment.leaf)


def detail_columns() -> list[ColumnElement[Any]]:
    """What is read of each comment; PARENT and CORRECTION are to be joined."""
    supporters = select(func.count()).where(Support.comment_id == Comment.id).scalar_subquery()
    return [
        first_leaf_of(PARENT).label("reply_to"),
        Comment.suggestion.expression,
        Comment.quotation.expression,
        Comment.has_words.expression,
        Submission.capacity.label("spoke_as"),
        Submission.organisation_kind.expression,
        Submission.register_number.expression,
        Submission.has_authority.expression,
        Submission.meeting.expression,
        Submission.channel.expression,
        Submission.is_late.expression,
        Submission.email_confirmed_at.expression,
        Comment.leaf.expression,
        Comment.leaf_digest.expression,
        Comment.leaf_salt.expression,
        func.coalesce(CORRECTION.received_at, Comment.received_at).label("received_exactly"),
        supporters.label("supporters"),
        Comment.withdrawn_at.expression,
        last_answer().label("disposition"),
        first_leaf_of(Comment).label("first_leaf"),
        Comment.id.label("comment_number"),
    ]


def detail_values(row: Any) -> tuple[str, ...]:
    """The values under DETAILS of a row that has `detail_columns`."""
    is_together = row.spoke_as != Capacity.INDIVIDUAL
    return (
        "" if row.reply_to is None else str(row.reply_to),
        row.suggestion,
        row.quotation["exact"] if row.quotation else "",
        _yes(row.has_words),
        row.organisation_kind if is_together else "",
        row.register_number if is_together else "",
        _yes(row.has_authority) if is_together else "",
        row.meeting,
        row.channel,
        _yes(row.is_late),
        _yes(row.email_confirmed_at),
        str(row.leaf),
        row.leaf_digest,
        row.leaf_salt,
        row.received_exactly.astimezone(UTC).isoformat(timespec="microseconds"),
        str(row.supporters),
        instant(row.withdrawn_at),
        row.disposition or "",
        str(row.first_leaf),
        str(row.comment_number),
    )


def instant(value: datetime | None) -> str:
    """“2030-02-10T12:00:00Z”, or nothing."""
    return "" if value is None else f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _yes(value: object) -> str:
    return "yes" if value else "no"
