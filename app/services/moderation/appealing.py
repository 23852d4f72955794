"""Appealing: a respondent asks a second moderator to look at a rejection again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, literal, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.moderation import Appeal, AppealOutcome, Decision
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import enqueue, record, touch_public_pages
from app.services.comments.vouching import awaits_confirmation
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError, NotFoundError
from app.services.moderation.revising import locked_comment
from app.services.people.entrusting import moderated, number_moderated, numbers_moderated
from app.services.permissions import require
from app.services.text import count_characters, normalise

TIME_TO_APPEAL = timedelta(days=14)
LONGEST_APPEAL = 2_000
LONGEST_NOTE = 1_000
CAN_BE_APPEALED = frozenset({State.REJECTED, State.SPAM})
CAN_COME_OF_IT = frozenset({AppealOutcome.PUBLISHED, AppealOutcome.UPHELD})
WAITING = select(Appeal).join(Appeal.comment).where(Appeal.outcome.is_(None))
AS_MADE = (Appeal.made_at, Appeal.id)


@dataclass(frozen=True)
class Appealable:
    """A decision that a second moderator can be asked to look at, until an instant."""

    decision: Decision
    until: datetime


def appeal(comment_id: int, words: str, *, at: datetime) -> Appeal:
    """A second moderator is asked to look at the comment again, with what the respondent says to it.

    Once for each decision, for 14 days after it, also after the closing, and for what was marked as spam
    as well: a machine's look is no judgement to be left with. Raises InvalidError (problems by field).
    """
    words = normalise(words)
    with transaction():
        comment = locked_comment(comment_id)
        found = appealable(comment, decisions_about(comment), at)
        problems = {} if found else {"decision": "not_any_more"}
        if found and _appeal_of(found.decision.id):
            problems["decision"] = "once"
        if not words:
            problems["words"] = "required"
        elif count_characters(words) > LONGEST_APPEAL:
            problems["words"] = "too_long"
        if found is None or problems:
            raise InvalidError(problems)
        made = Appeal(comment_id=comment_id, decision_id=found.decision.id, words=words, made_at=at)
        db.session.add(made)
        record("appeal made", f"comment:{comment_id}", person_id=None, at=at)
        try:
            db.session.flush()
        except IntegrityError as error:
            raise InvalidError({"decision": "once"}) from error
    return made


def appealable(comment: Comment, decisions: Sequence[Decision], at: datetime) -> Appealable | None:
    """The decision that the comment's author may still appeal at that instant, if there is one.

    Whether it has been appealed already is another question.
    """
    if comment.state not in CAN_BE_APPEALED:
        return None
    moved = [decision for decision in decisions if decision.from_state != decision.to_state]
    if not moved or moved[-1].to_state != comment.state:
        return None
    until = moved[-1].decided_at + TIME_TO_APPEAL
    return Appealable(moved[-1], until) if at < until else None


def decide_appeal(appeal_id: int, outcome: str, *, note: str = "", by: Person, at: datetime) -> Decision:
    """The comment is published after all, or the decision upheld; its author will be told.

    Raises ForbiddenError("own_decision") for whoever made the decision, and ChangedMeanwhileError when
    somebody else was first.
    """
    note = normalise(note)
    with transaction():
        comment = locked_comment(appeal_to_decide(appeal_id, by=by).comment_id)
        found = _open_appeal(appeal_id)
        _refuse_invalid(found, outcome, note, by)
        is_published = outcome == AppealOutcome.PUBLISHED
        decision = Decision(
            comment_id=comment.id,
            person_id=by.id,
            from_state=comment.state,
            to_state=State.PUBLISHED if is_published else comment.state,
            reason=None if is_published else found.decision.reason,
            note=note,
            decided_at=at,
        )
        db.session.add(decision)
        found.outcome, found.note, found.person_id, found.decided_at = outcome, note, by.id, at
        comment.state, comment.published_at = decision.to_state, at if is_published else None
        comment.changes += 1
        touch_public_pages(comment.consultation_id)
        record(f"appeal {outcome}", f"comment:{comment.id}", person_id=by.id, at=at)
        db.session.flush()
        _ask_for_follow_up(found, decision, at)
    return decision


def appeals_waiting(consultation: Consultation, *, by: Person) -> list[Appeal]:
    """The appeals that nobody has decided, oldest first, in the countries that the person moderates."""
    wanted = (
        moderated(_waiting_in(consultation), consultation, by=by)
        .options(joinedload(Appeal.decision).joinedload(Decision.person), joinedload(Appeal.comment))
        .order_by(*AS_MADE)
    )
    return list(db.session.scalars(wanted))


def next_appeal(found: Appeal, *, by: Person) -> int | None:
    """The number of the appeal that waits next after this one for the moderator, if any."""
    consultation = found.comment.consultation
    place = tuple_(literal(found.made_at, Appeal.made_at.type), literal(found.id))
    later = moderated(_waiting_in(consultation), consultation, by=by).where(tuple_(*AS_MADE) > place)
    return db.session.scalar(later.with_only_columns(Appeal.id).order_by(*AS_MADE).limit(1))


def number_of_appeals(consultation: Consultation, *, by: Person) -> int:
    """How many appeals nobody has decided, in the countries that the person moderates."""
    return number_moderated(_waiting_in(consultation), consultation, by=by)


def numbers_of_appeals(*, by: Person) -> dict[int, int]:
    """How many appeals the person can see waiting in each consultation; none where none waits."""
    return numbers_moderated(WAITING, by=by)


def appeal_to_decide(appeal_id: int, *, by: Person) -> Appeal:
    """The appeal, when the person moderates its comment; raises NotFoundError or ForbiddenError otherwise."""
    found = db.session.get(Appeal, appeal_id, populate_existing=True)
    if found is None:
        raise NotFoundError(f"appeal {appeal_id}")
    _require_moderator(found.comment, by)
    return found


def appeals_of(comments: Sequence[Comment]) -> dict[int, list[Appeal]]:
    """The appeals that were made about each comment, in order: by the comment's number."""
    appeals: dict[int, list[Appeal]] = {comment.id: [] for comment in comments}
    rows = db.session.scalars(select(Appeal).where(Appeal.comment_id.in_(appeals)).order_by(Appeal.id))
    for found in rows:
        appeals[found.comment_id].append(found)
    return appeals


def open_appeals(comment_ids: Sequence[int]) -> dict[int, int]:
    """The appeal about each of these comments that nobody has decided: its number by the comment's."""
    waiting = select(Appeal.comment_id, Appeal.id)
    waiting = waiting.where(Appeal.comment_id.in_(comment_ids), Appeal.outcome.is_(None))
    return {comment_id: appeal_id for comment_id, appeal_id in db.session.execute(waiting)}  # noqa: C416 - typed so


def settle_appeals(
    comment_ids: Sequence[int], outcome: AppealOutcome, *, person_id: int | None, at: datetime
) -> None:
    """Appeals about these comments that nobody has decided need no decision any more."""
    waiting = select(Appeal).where(Appeal.comment_id.in_(comment_ids), Appeal.outcome.is_(None))
    for found in db.session.scalars(waiting):
        found.outcome, found.person_id, found.decided_at = outcome, person_id, at


def decisions_about(comment: Comment) -> Sequence[Decision]:
    """What was decided on the comment, in order."""
    wanted = select(Decision).where(Decision.comment_id == comment.id).order_by(Decision.id)
    return db.session.scalars(wanted).all()


def _open_appeal(appeal_id: int) -> Appeal:
    # Whoever decides, withdraws or erases holds the comment: what is read now stays so.
    found = db.session.get_one(Appeal, appeal_id, populate_existing=True)
    if found.outcome is not None:
        raise ChangedMeanwhileError(f"appeal {appeal_id}")
    return found


def _require_moderator(comment: Comment, by: Person) -> None:
    require(by, Permission.MODERATE, consultation_id=comment.consultation_id, country=comment.country)


def _refuse_invalid(found: Appeal, outcome: str, note: str, by: Person) -> None:
    if found.decision.person_id == by.id:
        raise ForbiddenError("own_decision")
    problems = {}
    if outcome not in CAN_COME_OF_IT:
        problems["outcome"] = "unknown"
    elif outcome == AppealOutcome.PUBLISHED and _is_unconfirmed(found.comment):
        problems["outcome"] = "unconfirmed"
    if count_characters(note) > LONGEST_NOTE:
        problems["note"] = "too_long"
    if problems:
        raise InvalidError(problems)


def _is_unconfirmed(comment: Comment) -> bool:
    return awaits_confirmation(comment.submission, comment.consultation)


def _ask_for_follow_up(found: Appeal, decision: Decision, at: datetime) -> None:
    comment = decision.comment
    enqueue("index_comment", {"comment_id": comment.id}, at=at)
    if comment.submission.email:
        told = {"letter": "appeal_decided", "comment_id": comment.id, "decision_id": decision.id}
        enqueue("letter", {**told, "appeal_id": found.id}, at=at)


def _waiting_in(consultation: Consultation) -> Select[Appeal]:
    return WAITING.where(Comment.consultation_id == consultation.id)


def _appeal_of(decision_id: int) -> int | None:
    return db.session.scalar(select(Appeal.id).where(Appeal.decision_id == decision_id))
