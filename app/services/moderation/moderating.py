"""Deciding what the public sees of the comments that came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
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
from app.services.moderation.revising import locked_comment
from app.services.permissions import require
from app.services.text import count_characters, normalise

LONGEST_NOTE = 1000
NEXT_STATES: dict[str, tuple[State, ...]] = {
    State.WAITING: (State.PUBLISHED, State.REJECTED, State.SPAM),
    State.PUBLISHED: (State.REJECTED, State.SPAM, State.WAITING),
    State.REJECTED: (State.PUBLISHED, State.WAITING),
    State.SPAM: (State.PUBLISHED, State.WAITING),
}
WITHOUT_REASON = frozenset({State.PUBLISHED, State.WAITING})
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
    InvalidError (problems by field), also while an appeal waits: that is decided on its own page. Sent twice,
    it is one decision.
    """
    wanted = Decision(
        comment_id=comment_id,
        person_id=by.id,
        to_state=to_state,
        reason=reason if to_state == State.REJECTED else None,
        note=normalise(note),
        decided_at=at,
    )
    with transaction():
        comment = locked_comment(_comment_for(comment_id, by).id)
        if comment.changes != expected_changes:
            return _made_already(comment, wanted, expected_changes)
        _refuse_invalid(comment, to_state, reason, wanted.note)
        wanted.from_state = comment.state
        comment.state, comment.published_at = to_state, at if to_state == State.PUBLISHED else None
        comment.changes += 1
        db.session.add(wanted)
        touch_public_pages(comment.consultation_id)
        record(VERBS[to_state], f"comment:{comment.id}", person_id=by.id, at=at)
        db.session.flush()
        _ask_for_follow_up(comment, wanted, at)
    return wanted


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


def _made_already(comment: Comment, wanted: Decision, expected_changes: int) -> Decision:
    """The last decision, when it is this one, sent a moment ago; raises ChangedMeanwhileError otherwise."""
    last = db.session.scalar(
        select(Decision).where(Decision.comment_id == comment.id).order_by(Decision.id.desc()).limit(1)
    )
    if comment.changes == expected_changes + 1 and last is not None and _says(last) == _says(wanted):
        return last
    raise ChangedMeanwhileError(f"comment {comment.id}")


def _says(decision: Decision) -> tuple[int | None, str, str | None, str]:
    return decision.person_id, decision.to_state, decision.reason, decision.note


def _refuse_invalid(comment: Comment, to_state: str, reason: str | None, note: str) -> None:
    problems = {}
    if to_state not in NEXT_STATES.get(comment.state, ()):
        problems["to_state"] = "not_from_here"
    elif to_state not in next_states(comment):
        problems["to_state"] = "unconfirmed"
    elif open_appeals([comment.id]):
        problems["to_state"] = "appealed"
    if problem := _problem_with(reason, to_state):
        problems["reason"] = problem
    if count_characters(note) > LONGEST_NOTE:
        problems["note"] = "too_long"
    if problems:
        raise InvalidError(problems)


def _problem_with(reason: str | None, to_state: str) -> str:
    if not reason:
        return "required" if to_state == State.REJECTED else ""
    if reason not in set(Reason):
        return "unknown"
    return "not_rejecting" if to_state in WITHOUT_REASON else ""


def _ask_for_follow_up(comment: Comment, decision: Decision, at: datetime) -> None:
    enqueue("index_comment", {"comment_id": comment.id}, at=at)
    letter = LETTERS.get(decision.to_state)
    if letter and comment.submission.email:
        told = {"letter": letter, "comment_id": comment.id, "decision_id": decision.id}
        enqueue("letter", told, at=at)
