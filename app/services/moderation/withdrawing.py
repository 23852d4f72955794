"""Withdrawing: a respondent takes comments back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Comment, State, Submission
from app.models.moderation import AppealOutcome
from app.services.activity import enqueue, record, touch_public_pages
from app.services.moderation.appealing import settle_appeals
from app.services.moderation.revisions import drop_waiting

CAN_BE_WITHDRAWN = frozenset({State.WAITING, State.PUBLISHED, State.REJECTED, State.SPAM})


def withdraw(submission: Submission, comment_ids: Sequence[int], *, at: datetime) -> list[int]:
    """These comments of the submission are withdrawn; answers the numbers of those that were not before.

    Before the closing they are gone from view. After it, what the public had read stays in view, marked.
    Replies to them stay. Nobody decides on them any more.
    """
    with transaction():
        comments = _locked_comments(submission.id, comment_ids)
        if comments:
            touch_public_pages(submission.consultation_id)
        for comment in comments:
            _take_back(comment, at)
            record("comment withdrawn", f"comment:{comment.id}", person_id=None, at=at)
            enqueue("index_comment", {"comment_id": comment.id}, at=at)
        numbers = [comment.id for comment in comments]
        if numbers:
            drop_waiting(numbers, at=at)
            settle_appeals(numbers, AppealOutcome.WITHDRAWN, person_id=None, at=at)
    return numbers


def may_be_withdrawn(comment: Comment) -> bool:
    """Whether there is still something to take back."""
    return comment.state in CAN_BE_WITHDRAWN


def stays_in_view(comment: Comment, at: datetime) -> bool:
    """Whether a comment that is withdrawn at that instant stays in view, marked."""
    return comment.state == State.PUBLISHED and at >= comment.consultation.closes_at


def _take_back(comment: Comment, at: datetime) -> None:
    comment.is_marked = stays_in_view(comment, at)
    comment.published_at = comment.published_at if comment.is_marked else None
    comment.state, comment.withdrawn_at = State.WITHDRAWN, at
    comment.changes += 1


def _locked_comments(submission_id: int, comment_ids: Sequence[int]) -> Sequence[Comment]:
    return db.session.scalars(
        select(Comment)
        .where(
            Comment.submission_id == submission_id,
            Comment.id.in_(comment_ids),
            Comment.state.in_(CAN_BE_WITHDRAWN),
        )
        .order_by(Comment.id)
        .with_for_update(of=Comment)
        .execution_options(populate_existing=True)
    ).all()
