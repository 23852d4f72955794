"""Whatever happens to comments, every one that was received is counted once, and its record tells why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, pairwise

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from app.models.activity import Job
from app.models.base import db, transaction
from app.models.comment import Comment, CommentRevision, State, Submission
from app.models.consultation import Consultation, ModerationPolicy
from app.models.draft import Version
from app.models.moderation import Appeal, Decision, Reason
from app.models.people import Person
from app.models.roles import Role
from app.models.witness import TreeRoot
from app.services.activity import verify_chain
from app.services.comments.checking import Words
from app.services.comments.commenting import post_comment
from app.services.errors import DomainError
from app.services.exports.exporting import HEADER, export_rows
from app.services.exports.recounting import histories_of
from app.services.moderation.appealing import appeal, decide_appeal
from app.services.moderation.approving import decide_correction
from app.services.moderation.erasing import erase_everything, erase_person
from app.services.moderation.moderating import decide
from app.services.moderation.queueing import waiting_in
from app.services.moderation.revising import correct
from app.services.moderation.withdrawing import withdraw
from app.services.proof.witnessing import leaves_of
from tests.builders import a_consultation, a_draft, a_person
from tests.conftest import NOON, SECRET

COPIES = count(1)
WORDS = Words(body="Who pays?", language="en", name="Ilze", country="LV", consent=True)
ACTS = (
    "post", "post", "post an importance", "decide", "decide", "decide", "correct", "correct",
    "approve", "withdraw", "appeal", "decide appeal", "erase person", "erase everything", "close",
)  # fmt: skip
steps = st.tuples(
    st.sampled_from(ACTS),
    st.integers(0, 5),
    st.sampled_from([str(state) for state in State]),
    st.sampled_from([0, 0, 0, 1]),  # now and then somebody saw an older state
)
histories = st.lists(steps, max_size=16)
Step = tuple[str, int, str, int]


@dataclass
class Course:
    """A random history as it is carried out."""

    version: Version
    moderators: list[Person]
    minute: int = 0
    is_closed: bool = False
    received: int = 0
    leaves: int = 0
    digests: dict[int, str] = field(default_factory=dict)

    @property
    def consultation(self) -> Consultation:
        return self.version.draft.consultation

    @property
    def at(self) -> datetime:
        begins = self.consultation.closes_at if self.is_closed else NOON
        return begins + timedelta(minutes=self.minute)


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation())


@pytest.fixture
def moderators(app: Flask) -> list[Person]:
    return [a_person(Role.MODERATOR), a_person(Role.MODERATOR)]


@settings(max_examples=40)
@given(moderation=st.sampled_from(ModerationPolicy), history=histories)
@example(
    moderation=ModerationPolicy.BEFORE,
    history=[
        ("post", 0, "", 0), ("decide", 0, "rejected", 0), ("appeal", 0, "", 0), ("correct", 0, "", 0),
        ("decide appeal", 0, "rejected", 0), ("approve", 0, "published", 0), ("correct", 0, "", 0),
        ("close", 0, "", 0), ("withdraw", 0, "", 0), ("erase everything", 0, "", 0),
    ],
)  # fmt: skip
def test_received_is_the_sum_of_all_states_and_the_record_explains_each(
    version: Version, moderators: list[Person], moderation: ModerationPolicy, history: list[Step]
) -> None:
    forget_comments(version, moderation)
    course = Course(version, moderators)
    for course.minute, step in enumerate(history):
        take(course, step)
        remember_leaves(course)
    everything_adds_up(course)


def take(course: Course, step: Step) -> None:
    act, which, state, behind = step
    if act == "close":
        course.is_closed = True
    elif act.startswith("post"):
        attempt(lambda: post(course, wordless=act != "post"))
    elif comments := all_comments():
        comment = comments[which % len(comments)]
        attempt(lambda: act_on(course, act, comment, which, state, behind))


def attempt(act: Callable[[], object]) -> None:
    """What the domain refuses is refused whole."""
    before = fingerprint()
    with suppress(DomainError):
        act()
        return
    db.session.rollback()
    assert fingerprint() == before


def post(course: Course, *, wordless: bool) -> None:
    words = WORDS._replace(body="", importance=3) if wordless else WORDS
    form = f"copy-{next(COPIES)}"
    post_comment(course.consultation, None, words, form=form, by=None, at=course.at, secret_key=SECRET)
    course.received += 1
    course.leaves += 1


def act_on(course: Course, act: str, comment: Comment, which: int, state: str, behind: int) -> None:
    at, by, seen = course.at, course.moderators[which % 2], comment.changes - behind
    reason = Reason.HATE if state == State.REJECTED else None
    acts: dict[str, Callable[[], object]] = {
        "decide": lambda: decide(comment.id, state, expected_changes=seen, reason=reason, by=by, at=at),
        "correct": lambda: correct_it(course, comment, which, seen),
        "approve": lambda: decide_the_first_correction(state == State.PUBLISHED, by, at),
        "withdraw": lambda: withdraw(comment.submission, [comment.id], at=at),
        "appeal": lambda: appeal(comment.id, "Look again.", at=at),
        "decide appeal": lambda: decide_the_first_appeal(state == State.PUBLISHED, by, at),
        "erase person": lambda: erase_person(comment.submission_id, at=at),
        "erase everything": lambda: erase_everything(comment.submission_id, at=at),
    }
    acts[act]()


def correct_it(course: Course, comment: Comment, importance: int, seen: int) -> None:
    words = WORDS._replace(body=f"Who pays, at {course.at}?", importance=importance or None)
    correct(comment.id, words, expected_changes=seen, at=course.at)
    course.leaves += 1


def decide_the_first_correction(is_approved: bool, by: Person, at: datetime) -> None:
    waits = CommentRevision.decided_at.is_(None)
    number = db.session.scalar(select(func.min(CommentRevision.id)).where(waits))
    if number is not None:
        decide_correction(number, is_approved=is_approved, by=by, at=at)


def decide_the_first_appeal(is_published: bool, by: Person, at: datetime) -> None:
    number = db.session.scalar(select(func.min(Appeal.id)).where(Appeal.outcome.is_(None)))
    if number is not None:
        decide_appeal(number, "published" if is_published else "upheld", by=by, at=at)


def remember_leaves(course: Course) -> None:
    """A leaf once taken stays as it is, whatever becomes of its comment."""
    leaves = leaves_of(course.consultation.id)
    assert len(leaves) == course.leaves
    for number, digest in enumerate(leaves):
        assert course.digests.setdefault(number, digest) == digest


def everything_adds_up(course: Course) -> None:
    consultation, comments = course.consultation, all_comments()
    states = Counter(comment.state for comment in comments)
    assert sum(states[state] for state in State) == course.received
    rows = [dict(zip(HEADER, row, strict=True)) for row in export_rows(consultation, countries=None)]
    assert Counter(row["state"] for row in rows) == states
    assert waiting_in(consultation, by=course.moderators[0]).number == states[State.WAITING]
    for comment in comments:
        decisions_lead_to_the_state(comment)
        is_in_view = comment.state == State.PUBLISHED or comment.is_marked
        assert (comment.published_at is not None) == is_in_view
        history_is_in_order(comment)
        if comment.state == State.ERASED:
            nothing_is_left(comment)
    assert verify_chain() is None


def decisions_lead_to_the_state(comment: Comment) -> None:
    decisions = db.session.scalars(
        select(Decision).where(Decision.comment_id == comment.id).order_by(Decision.id)
    ).all()
    began = {State.WAITING, State.PUBLISHED} if not decisions else {State(decisions[0].from_state)}
    assert began <= {State.WAITING, State.PUBLISHED}
    for before, after in pairwise(decisions):
        assert after.from_state == before.to_state
    if comment.state not in {State.WITHDRAWN, State.ERASED}:
        assert comment.state in ({decisions[-1].to_state} if decisions else began)


def history_is_in_order(comment: Comment) -> None:
    [history] = [told for told in histories_of(comment.submission) if told.comment.id == comment.id]
    instants = [event.at for event in history.events]
    assert instants == sorted(instants)
    assert len(history.decisions) <= len(history.events)


def nothing_is_left(comment: Comment) -> None:
    revisions = db.session.scalars(
        select(CommentRevision).where(CommentRevision.comment_id == comment.id)
    ).all()
    texts: list[Comment | CommentRevision] = [comment, *revisions]
    for text in texts:
        assert {text.source, text.html, text.plain, text.suggestion, text.leaf_salt} == {""}
    assert not comment.submission.name


def fingerprint() -> list[tuple[object, ...]]:
    db.session.rollback()
    columns = (Comment.id, Comment.state, Comment.changes, Comment.source)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(Comment.id))]


def all_comments() -> list[Comment]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def forget_comments(version: Version, moderation: ModerationPolicy) -> None:
    with transaction():
        for record in (Appeal, Decision, CommentRevision, TreeRoot, Comment, Submission, Job):
            db.session.execute(delete(record))
        consultation_id = version.draft.consultation_id
        db.session.execute(
            update(Consultation)
            .where(Consultation.id == consultation_id)
            .values(leaves=0, moderation=moderation)
        )
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0
