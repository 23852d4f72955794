"""Whatever happens to comments, every one that was received is counted once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from app.models.activity import Job
from app.models.base import db, transaction
from app.models.comment import Comment, State, Submission
from app.models.draft import Version
from app.models.moderation import Decision, Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.activity import verify_chain
from app.services.checking import Words
from app.services.commenting import post_comment
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.exporting import HEADER, export_rows
from app.services.moderating import decide
from app.services.queueing import waiting_in
from tests.builders import a_consultation, a_draft, a_person
from tests.conftest import NOON, SECRET

COPIES = count(1)
WORDS = Words(body="Who pays?", language="en", name="Ilze", country="LV", consent=True)

posting = st.tuples(st.just("post"), st.just(0), st.just(""), st.just(0))
deciding = st.tuples(
    st.just("decide"),
    st.integers(0, 5),
    st.sampled_from([str(state) for state in State]),
    st.sampled_from([0, 0, 0, 1]),  # now and then the moderator saw an older state
)
histories = st.lists(st.one_of(posting, deciding), max_size=12)


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation())


@pytest.fixture
def moderator(app: Flask) -> Person:
    return a_person(Role.MODERATOR)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_received_is_the_sum_of_all_states_and_decisions_explain_each(
    version: Version, moderator: Person, history: list[tuple[str, int, str, int]]
) -> None:
    forget_comments()
    received = 0
    for minute, (act, which, state, behind) in enumerate(history):
        at = NOON + timedelta(minutes=minute)
        if act == "post":
            consultation = version.draft.consultation
            form = f"copy-{next(COPIES)}"
            post_comment(consultation, None, WORDS, form=form, by=None, at=at, secret_key=SECRET)
            received += 1
        elif comments := all_comments():
            comment = comments[which % len(comments)]
            try:
                decide(
                    comment.id,
                    state,
                    expected_changes=comment.changes - behind,
                    reason=Reason.HATE,
                    by=moderator,
                    at=at,
                )
            except (InvalidError, ChangedMeanwhileError):
                db.session.rollback()
    everything_adds_up(version, moderator, received)


def everything_adds_up(version: Version, moderator: Person, received: int) -> None:
    consultation = version.draft.consultation
    states = Counter(comment.state for comment in all_comments())
    assert sum(states[state] for state in State) == received
    assert (
        Counter(
            dict(zip(HEADER, row, strict=True))["state"] for row in export_rows(consultation, countries=None)
        )
        == states
    )
    assert waiting_in(consultation, by=moderator).number == states[State.WAITING]
    for comment in all_comments():
        decisions = db.session.scalars(
            select(Decision).where(Decision.comment_id == comment.id).order_by(Decision.id)
        ).all()
        state = str(State.WAITING)
        for decision in decisions:
            assert decision.from_state == state
            state = decision.to_state
        assert (comment.state, comment.changes) == (state, len(decisions))
        assert (comment.published_at is not None) == (comment.state == State.PUBLISHED)
    assert verify_chain() is None


def all_comments() -> list[Comment]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def forget_comments() -> None:
    with transaction():
        for record in (Decision, Comment, Submission, Job):
            db.session.execute(delete(record))
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0
