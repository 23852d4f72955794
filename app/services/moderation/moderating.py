"""Deciding what the public sees of the comments that came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.moderation import Decision, Reason
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import enqueue, record, touch_public_pages
from app.services.comments.vouching import awaits_confirmation
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.moderation.appealing import open_appeals
from app.services.permissions import require
from app.services.text import count_characters, normalise

LONGEST_NOTE = 1000
NEXT_STATES: dict[str, tuple[State, ...]] = {
    State.WAITING: (State.PUBLISHED, State.REJECTED, State.SPAM),
    State.PUBLISHED: (State.REJECTED, State.SPAM, State.WAITING),
    State.REJECTED: (State.PUBLISHED, State.WAITING),
    State.SPAM: (State.PUBLISHED, State.WAITING),
}
LETTERS: dict[str, str] = {
    State.PUBLISHED: "comment_published",
    State.REJECTED: "comment_rejected",
}
VERBS: dict[str, str] = {
    State.PUBLISHED: "comment published",
    State.REJECTED: "comment rejected",
    State.SPAM: "comment marked as spam",
    State.WAITING: "comment put back",
}


def decide(
    comment_id: int,
    to_state: str,
    *,
    expected_changes: int,
    reason: str | None = None,
    note: str = "",
    by: Person,
    at: datetime,
) -> Decision:
    """The comment stands in its new state, and its author will be told of publication or rejection.

    Raises ChangedMeanwhileError, with nothing written, when the comment is not as the moderator saw it, and
    InvalidError (problems by field), also while an appeal waits: that is decided on its own page.
    """
    note = normalise(note)
    with transaction():
        comment = _comment_for(comment_id, by)
        if comment.changes != expected_changes:
            raise ChangedMeanwhileError(f"comment {comment_id}")
        _refuse_invalid(comment, to_state, reason, note)
        decision = Decision(
            comment_id=comment.id,
            person_id=by.id,
            from_state=comment.state,
            to_state=to_state,
            reason=reason if to_state == State.REJECTED else None,
            note=note,
            decided_at=at,
        )
        _move(comment, to_state, at)
        # Only now nobody can appeal at the same time: whoever does so holds the comment, too.
        if open_appeals([comment.id]):
            raise InvalidError({"to_state": "appealed"})
        db.session.add(decision)
        touch_public_pages(comment.consultation_id)
        record(VERBS[to_state], f"comment:{comment.id}", person_id=by.id, at=at)
        db.session.flush()
        _ask_for_follow_up(comment, decision, at)
    return decision


def comment_to_moderate(comment_id: int, *, by: Person) -> Comment:
    """The comment, when the person may moderate it; raises NotFoundError or ForbiddenError otherwise."""
    return _comment_for(comment_id, by)


def next_states(comment: Comment) -> tuple[State, ...]:
    """The states that a moderator may bring the comment to from where it stands."""
    states = NEXT_STATES.get(comment.state, ())
    if not awaits_confirmation(comment.submission, comment.consultation):
        return states
    return tuple(state for state in states if state != State.PUBLISHED)


def decisions_on(comments: Sequence[Comment]) -> dict[int, list[Decision]]:
    """What was decided on each comment, in order, with who decided: by the comment's number."""
    rows = db.session.scalars(
        select(Decision)
        .where(Decision.comment_id.in_([comment.id for comment in comments]))
        .options(joinedload(Decision.person))
        .order_by(Decision.id)
    )
    decisions: dict[int, list[Decision]] = {comment.id: [] for comment in comments}
    for decision in rows:
        decisions[decision.comment_id].append(decision)
    return decisions


def replied_to(comments: Sequence[Comment]) -> dict[int, Comment]:
    """What those of the comments that are replies reply to, with its author: by the reply's number."""
    parents = {comment.id: comment.parent_id for comment in comments if comment.parent_id is not None}
    if not parents:
        return {}
    wanted = select(Comment).where(Comment.id.in_(parents.values())).options(joinedload(Comment.submission))
    found = {parent.id: parent for parent in db.session.scalars(wanted)}
    return {number: found[parent_id] for number, parent_id in parents.items()}


def _comment_for(comment_id: int, person: Person) -> Comment:
    comment = db.session.scalar(
        select(Comment)
        .where(Comment.id == comment_id)
        .options(joinedload(Comment.submission), joinedload(Comment.consultation))
        .execution_options(populate_existing=True)
    )
    if comment is None:
        raise NotFoundError(f"comment {comment_id}")
    require(
        person,
        Permission.MODERATE,
        consultation_id=comment.consultation_id,
        country=comment.submission.country,
    )
    return comment


def _refuse_invalid(comment: Comment, to_state: str, reason: str | None, note: str) -> None:
    problems = {}
    if to_state not in NEXT_STATES.get(comment.state, ()):
        problems["to_state"] = "not_from_here"
    elif to_state not in next_states(comment):
        problems["to_state"] = "unconfirmed"
    if to_state == State.REJECTED and not reason:
        problems["reason"] = "required"
    elif reason and reason not in set(Reason):
        problems["reason"] = "unknown"
    if count_characters(note) > LONGEST_NOTE:
        problems["note"] = "too_long"
    if problems:
        raise InvalidError(problems)


def _move(comment: Comment, to_state: str, at: datetime) -> None:
    # Where writers do not wait for each other, the number of changes decides who came first.
    moved = db.session.execute(
        update(Comment)
        .where(Comment.id == comment.id, Comment.changes == comment.changes)
        .values(
            state=to_state,
            published_at=at if to_state == State.PUBLISHED else None,
            changes=Comment.changes + 1,
        )
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise ChangedMeanwhileError(f"comment {comment.id}")


def _ask_for_follow_up(comment: Comment, decision: Decision, at: datetime) -> None:
    enqueue("index_comment", {"comment_id": comment.id}, at=at)
    letter = LETTERS.get(decision.to_state)
    if letter and comment.submission.email:
        told = {"letter": letter, "comment_id": comment.id, "decision_id": decision.id}
        enqueue("letter", told, at=at)
