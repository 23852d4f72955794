"""Approving corrections: whether a published comment says its new words to the public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, literal, select, tuple_
from sqlalchemy.orm import joinedload

from app.models.base import db, transaction
from app.models.comment import Comment, CommentRevision, State
from app.models.consultation import Consultation
from app.models.moderation import AppealOutcome, Decision
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import enqueue, record, touch_public_pages
from app.services.comments.vouching import awaits_confirmation
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.moderation.appealing import LONGEST_NOTE, decisions_about, settle_appeals
from app.services.moderation.revising import locked_comment
from app.services.moderation.revisions import take_over
from app.services.people.entrusting import moderated, number_moderated, numbers_moderated
from app.services.permissions import require
from app.services.text import count_characters, normalise

VERBS = {True: "correction approved", False: "correction rejected"}
WAITING = select(CommentRevision).join(CommentRevision.comment).where(CommentRevision.decided_at.is_(None))
AS_SENT = (CommentRevision.received_at, CommentRevision.id)


def decide_correction(
    revision_id: int, *, is_approved: bool, note: str = "", by: Person, at: datetime
) -> Decision:
    """The public reads the corrected words from now on, or goes on reading the old ones.

    A comment that was rejected is published with its corrected words. Raises ChangedMeanwhileError when the
    correction waits no longer: it was replaced or withdrawn, or somebody else was first.
    """
    note = normalise(note)
    with transaction():
        comment = locked_comment(correction_to_decide(revision_id, by=by).comment_id)
        revision = db.session.get_one(CommentRevision, revision_id, populate_existing=True)
        if revision.decided_at is not None:
            raise ChangedMeanwhileError(f"revision {revision_id}")
        _refuse_invalid(comment, note, is_approved=is_approved)
        decision = _decision(comment, by, note, is_approved=is_approved, at=at)
        revision.decided_at, revision.person_id = at, by.id
        if is_approved:
            _publish(comment, revision, by, at)
        comment.changes += 1
        touch_public_pages(comment.consultation_id)
        record(VERBS[is_approved], f"comment:{comment.id}", person_id=by.id, at=at)
        db.session.flush()
        _ask_for_follow_up(comment, decision, revision, at)
    return decision


def corrections_waiting(consultation: Consultation, *, by: Person) -> list[CommentRevision]:
    """The corrections that wait for a moderator, oldest first, in the countries that the person moderates."""
    wanted = (
        moderated(_waiting_in(consultation), consultation, by=by)
        .options(joinedload(CommentRevision.comment))
        .order_by(*AS_SENT)
    )
    return list(db.session.scalars(wanted))


def next_correction(revision: CommentRevision, *, by: Person) -> int | None:
    """The number of the correction that waits next after this one for the moderator, if any."""
    consultation = revision.comment.consultation
    place = tuple_(literal(revision.received_at, CommentRevision.received_at.type), literal(revision.id))
    later = moderated(_waiting_in(consultation), consultation, by=by).where(tuple_(*AS_SENT) > place)
    return db.session.scalar(later.with_only_columns(CommentRevision.id).order_by(*AS_SENT).limit(1))


def number_of_corrections(consultation: Consultation, *, by: Person) -> int:
    """How many corrections wait for a moderator, in the countries that the person moderates."""
    return number_moderated(_waiting_in(consultation), consultation, by=by)


def numbers_of_corrections(*, by: Person) -> dict[int, int]:
    """How many corrections the person can see waiting in each consultation; none where none waits."""
    return numbers_moderated(WAITING, by=by)


def open_corrections(comment_ids: Sequence[int]) -> dict[int, int]:
    """The correction of each of these comments that waits for a moderator: its number by the comment's."""
    waiting = select(CommentRevision.comment_id, CommentRevision.id)
    waiting = waiting.where(CommentRevision.comment_id.in_(comment_ids), CommentRevision.decided_at.is_(None))
    return {comment_id: number for comment_id, number in db.session.execute(waiting)}  # noqa: C416 - typed so


def correction_to_decide(revision_id: int, *, by: Person) -> CommentRevision:
    """The correction, when the person moderates its comment; raises NotFoundError or ForbiddenError."""
    revision = db.session.get(CommentRevision, revision_id, populate_existing=True)
    if revision is None:
        raise NotFoundError(f"revision {revision_id}")
    comment = revision.comment
    require(by, Permission.MODERATE, consultation_id=comment.consultation_id, country=comment.country)
    return revision


def _refuse_invalid(comment: Comment, note: str, *, is_approved: bool) -> None:
    problems = {}
    if is_approved and awaits_confirmation(comment.submission, comment.consultation):
        problems["outcome"] = "unconfirmed"
    if count_characters(note) > LONGEST_NOTE:
        problems["note"] = "too_long"
    if problems:
        raise InvalidError(problems)


def _decision(comment: Comment, by: Person, note: str, *, is_approved: bool, at: datetime) -> Decision:
    # What stays rejected stays so for the reason that was given.
    earlier = decisions_about(comment)
    reason = earlier[-1].reason if earlier and not is_approved else None
    decision = Decision(
        comment_id=comment.id,
        person_id=by.id,
        from_state=comment.state,
        to_state=State.PUBLISHED if is_approved else comment.state,
        reason=reason,
        note=note,
        decided_at=at,
    )
    db.session.add(decision)
    return decision


def _publish(comment: Comment, revision: CommentRevision, by: Person, at: datetime) -> None:
    take_over(comment, revision, at=at)
    if comment.state != State.PUBLISHED:
        comment.state, comment.published_at = State.PUBLISHED, at
        settle_appeals([comment.id], AppealOutcome.PUBLISHED, person_id=by.id, at=at)


def _ask_for_follow_up(comment: Comment, decision: Decision, revision: CommentRevision, at: datetime) -> None:
    if revision.is_approved:
        enqueue("index_comment", {"comment_id": comment.id}, at=at)
    if comment.submission.email:
        told = {"letter": "correction_decided", "comment_id": comment.id, "decision_id": decision.id}
        enqueue("letter", {**told, "revision_id": revision.id}, at=at)


def _waiting_in(consultation: Consultation) -> Select[CommentRevision]:
    return WAITING.where(CommentRevision.consultation_id == consultation.id)
