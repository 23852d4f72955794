"""Recounting: all that happened to each comment of a submission, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment, CommentRevision, State, Submission
from app.models.moderation import Appeal, AppealOutcome, Decision, Disposition
from app.services.moderation.appealing import appeals_of
from app.services.moderation.moderating import decisions_on
from app.services.moderation.revisions import revisions_of


class Happened(StrEnum):
    """What can happen to a comment."""

    RECEIVED = "received"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    PUT_BACK = "put_back"
    CORRECTED = "corrected"
    CORRECTION_WAITS = "correction_waits"
    CORRECTION_REPLACED = "correction_replaced"
    CORRECTION_APPROVED = "correction_approved"
    CORRECTION_REJECTED = "correction_rejected"
    APPEALED = "appealed"
    APPEAL_WON = "appeal_won"
    APPEAL_UPHELD = "appeal_upheld"
    WITHDRAWN = "withdrawn"
    MARKED = "marked"
    ANSWERED = "answered"
    ERASED = "erased"


@dataclass(frozen=True)
class Event:
    """One thing that happened: when, why, and in whose words.

    `words` are a moderator's note, or what the respondent said in an appeal. Of an answer there is `answer`.
    """

    at: datetime
    what: Happened
    reason: str = ""
    words: str = ""
    answer: Disposition | None = None


@dataclass(frozen=True)
class History:
    """All that happened to one comment, and the records that tell of it."""

    comment: Comment
    decisions: list[Decision]
    revisions: list[CommentRevision]
    appeals: list[Appeal]
    answers: list[Disposition]

    @property
    def waiting_revision(self) -> CommentRevision | None:
        """The correction that waits for a moderator, if any."""
        return next((one for one in reversed(self.revisions) if one.decided_at is None), None)

    @property
    def received_at(self) -> datetime:
        """When the text that counts now was received."""
        there = (one.received_at for one in self.revisions if one.leaf == self.comment.leaf)
        return next(there, self.comment.received_at)

    @property
    def events(self) -> list[Event]:
        """What happened, in order; one thing after the other where the instants are the same."""
        found = [
            Event(self.comment.received_at, Happened.RECEIVED),
            *_published_at_once(self),
            *(_of_decision(decision, self) for decision in self.decisions),
            *(event for revision in self.revisions[1:] for event in _of_revision(revision, self)),
            *(Event(one.made_at, Happened.APPEALED, words=one.words) for one in self.appeals),
            *(Event(one.published_at, Happened.ANSWERED, answer=one) for one in self.answers),
            *_of_respondent(self.comment),
        ]
        return sorted(found, key=lambda event: (event.at, ORDER.index(event.what)))


ORDER = [Happened.RECEIVED, Happened.CORRECTED, Happened.CORRECTION_WAITS, Happened.APPEALED, *Happened]
OF_STATE = {
    State.PUBLISHED: Happened.PUBLISHED,
    State.REJECTED: Happened.REJECTED,
    State.SPAM: Happened.SPAM,
    State.WAITING: Happened.PUT_BACK,
}
OF_APPEAL = {
    AppealOutcome.PUBLISHED: Happened.APPEAL_WON,
    AppealOutcome.UPHELD: Happened.APPEAL_UPHELD,
}


def histories_of(submission: Submission) -> list[History]:
    """What happened to each comment of the submission, in the order of its comments."""
    comments = submission.comments
    decisions, revisions, appeals = decisions_on(comments), revisions_of(comments), appeals_of(comments)
    answers = _answers_to(comments)
    return [
        History(
            comment, decisions[comment.id], revisions[comment.id], appeals[comment.id], answers[comment.id]
        )
        for comment in comments
    ]


def _answers_to(comments: Sequence[Comment]) -> dict[int, list[Disposition]]:
    answers: dict[int, list[Disposition]] = {comment.id: [] for comment in comments}
    wanted = select(Disposition).where(Disposition.comment_id.in_(answers)).order_by(Disposition.id)
    for answer in db.session.scalars(wanted):
        answers[answer.comment_id].append(answer)
    return answers


def _published_at_once(history: History) -> list[Event]:
    """That nobody had to read the comment before it was published."""
    comment, decisions = history.comment, history.decisions
    if decisions and decisions[0].from_state == State.PUBLISHED:
        return [Event(comment.received_at, Happened.PUBLISHED)]
    if decisions or comment.published_at is None:
        return []
    return [Event(comment.published_at, Happened.PUBLISHED)]


def _of_decision(decision: Decision, history: History) -> Event:
    def when(what: Happened) -> Event:
        return Event(decision.decided_at, what, decision.reason or "", decision.note)

    for revision in history.revisions:
        if revision.person_id is not None and revision.decided_at == decision.decided_at:
            approved, rejected = Happened.CORRECTION_APPROVED, Happened.CORRECTION_REJECTED
            return when(approved if revision.is_approved else rejected)
    for appeal in history.appeals:
        if appeal.decided_at == decision.decided_at and appeal.outcome in OF_APPEAL:
            return when(OF_APPEAL[AppealOutcome(appeal.outcome)])
    return when(OF_STATE[State(decision.to_state)])


def _of_revision(revision: CommentRevision, history: History) -> list[Event]:
    if revision.decided_at is None:
        return [Event(revision.received_at, Happened.CORRECTION_WAITS)]
    sent = Event(revision.received_at, Happened.CORRECTED)
    is_replaced = any(other.received_at == revision.decided_at for other in history.revisions)
    if not revision.is_approved and revision.person_id is None and is_replaced:
        return [sent, Event(revision.decided_at, Happened.CORRECTION_REPLACED)]
    return [sent]


def _of_respondent(comment: Comment) -> list[Event]:
    events = []
    if comment.withdrawn_at:
        what = Happened.MARKED if comment.is_marked else Happened.WITHDRAWN
        events.append(Event(comment.withdrawn_at, what))
    erased_at = comment.submission.person_erased_at
    if comment.state == State.ERASED and erased_at:
        events.append(Event(erased_at, Happened.ERASED))
    return events
