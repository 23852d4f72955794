"""A respondent asks a second moderator to look again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.activity import Activity, Job
from app.models.base import db
from app.models.comment import Comment, State
from app.models.draft import Version
from app.models.moderation import Appeal, AppealOutcome, Decision, Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError
from app.services.moderation.appealing import (
    LONGEST_APPEAL,
    TIME_TO_APPEAL,
    appeal,
    appealable,
    appeals_of,
    appeals_waiting,
    decide_appeal,
    decisions_about,
    number_of_appeals,
)
from app.services.moderation.moderating import decide
from app.services.moderation.withdrawing import withdraw
from tests.builders import a_comment, a_person
from tests.conftest import NOON
from tests.rows import stored

LATER = NOON + timedelta(days=1)
WORDS = "It names nobody: “Justitia” is our project."


@pytest.fixture
def first(app: Flask) -> Person:
    return a_person(Role.MODERATOR)


@pytest.fixture
def second(app: Flask) -> Person:
    return a_person(Role.MODERATOR)


def rejected(version: Version, by: Person, state: State = State.REJECTED) -> Comment:
    comment = a_comment(version, email="ilze@example.org")
    reason = Reason.PERSONAL_DATA if state == State.REJECTED else None
    decide(comment.id, state, expected_changes=0, reason=reason, by=by, at=NOON)
    return stored(comment)


def the_appeal() -> Appeal:
    return db.session.scalars(select(Appeal).execution_options(populate_existing=True)).one()


@pytest.mark.parametrize("state", [State.REJECTED, State.SPAM])
def test_a_rejection_or_a_mark_as_spam_can_be_appealed(version: Version, first: Person, state: State) -> None:
    comment = rejected(version, first, state)
    made = appeal(comment.id, WORDS, at=LATER)
    assert (made.words, made.outcome, made.decision.to_state) == (WORDS, None, state)
    assert db.session.scalars(select(Activity.verb)).all()[-1] == "appeal made"


def test_a_second_moderator_publishes_after_all(version: Version, first: Person, second: Person) -> None:
    comment = rejected(version, first)
    made = appeal(comment.id, WORDS, at=LATER)
    decision = decide_appeal(made.id, "published", note="You are right.", by=second, at=LATER)
    assert (decision.from_state, decision.to_state, decision.note) == (
        "rejected", "published", "You are right.",
    )  # fmt: skip
    assert (stored(comment).state, stored(comment).published_at) == (State.PUBLISHED, LATER)
    assert (the_appeal().outcome, the_appeal().person_id) == (AppealOutcome.PUBLISHED, second.id)
    told = [job.payload for job in db.session.scalars(select(Job).where(Job.name == "letter"))][-1]
    assert told == {
        "letter": "appeal_decided",
        "comment_id": comment.id,
        "decision_id": decision.id,
        "appeal_id": made.id,
    }


def test_an_upheld_decision_keeps_its_reason_and_is_not_appealed_again(
    version: Version, first: Person, second: Person
) -> None:
    comment = rejected(version, first)
    made = appeal(comment.id, WORDS, at=LATER)
    decision = decide_appeal(made.id, "upheld", note="It does name one.", by=second, at=LATER)
    assert (decision.to_state, decision.reason) == (State.REJECTED, Reason.PERSONAL_DATA)
    assert stored(comment).state == State.REJECTED
    with pytest.raises(InvalidError) as refused:
        appeal(comment.id, "But still!", at=LATER)
    assert refused.value.problems == {"decision": "once"}


def test_whoever_decided_first_does_not_decide_again(version: Version, first: Person, second: Person) -> None:
    made = appeal(rejected(version, first).id, WORDS, at=LATER)
    with pytest.raises(ForbiddenError, match="own_decision"):
        decide_appeal(made.id, "upheld", by=first, at=LATER)
    assert the_appeal().outcome is None
    decide_appeal(made.id, "upheld", by=second, at=LATER)


def test_an_appeal_is_open_for_fourteen_days_also_after_the_closing(version: Version, first: Person) -> None:
    comment = rejected(version, first)
    last = NOON + TIME_TO_APPEAL - timedelta(microseconds=1)
    assert last > comment.consultation.closes_at
    found = appealable(comment, decisions_about(comment), last)
    assert found is not None
    assert found.until == NOON + timedelta(days=14)
    with pytest.raises(InvalidError) as refused:
        appeal(comment.id, WORDS, at=found.until)
    assert refused.value.problems == {"decision": "not_any_more"}
    assert appeal(comment.id, WORDS, at=last).made_at == last


def test_a_new_rejection_can_be_appealed_anew(version: Version, first: Person, second: Person) -> None:
    comment = rejected(version, first)
    made = appeal(comment.id, WORDS, at=LATER)
    decide_appeal(made.id, "published", by=second, at=LATER)
    decide(comment.id, State.REJECTED, expected_changes=2, reason=Reason.HATE, by=first, at=LATER)
    appeal(comment.id, WORDS, at=LATER + timedelta(days=13))
    assert len(appeals_of([comment])[comment.id]) == 2


@pytest.mark.parametrize("state", [State.WAITING, State.PUBLISHED, State.WITHDRAWN, State.ERASED])
def test_what_was_not_rejected_is_not_appealed(version: Version, state: State) -> None:
    with pytest.raises(InvalidError):
        appeal(a_comment(version, state=state).id, WORDS, at=LATER)


@pytest.mark.parametrize(
    ("words", "problem"),
    [("  ", "required"), ("x" * (LONGEST_APPEAL + 1), "too_long")],
)
def test_an_appeal_says_why_in_two_thousand_characters(
    version: Version, first: Person, words: str, problem: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        appeal(rejected(version, first).id, words, at=LATER)
    assert refused.value.problems == {"words": problem}


def test_an_appeal_is_decided_once(version: Version, first: Person, second: Person) -> None:
    made = appeal(rejected(version, first).id, WORDS, at=LATER)
    decide_appeal(made.id, "upheld", by=second, at=LATER)
    with pytest.raises(ChangedMeanwhileError):
        decide_appeal(made.id, "published", by=a_person(Role.MODERATOR), at=LATER)


def test_only_publishing_or_upholding_comes_of_an_appeal(
    version: Version, first: Person, second: Person
) -> None:
    made = appeal(rejected(version, first).id, WORDS, at=LATER)
    with pytest.raises(InvalidError) as refused:
        decide_appeal(made.id, "reopened", note="x" * 1001, by=second, at=LATER)
    assert refused.value.problems == {"outcome": "unknown", "note": "too_long"}


@pytest.mark.parametrize("state", [State.PUBLISHED, State.WAITING])
def test_while_an_appeal_waits_nothing_else_is_decided_on_its_comment(
    version: Version, first: Person, second: Person, state: State
) -> None:
    comment = rejected(version, first)
    made = appeal(comment.id, WORDS, at=LATER)
    for moderator in (first, second):
        with pytest.raises(InvalidError) as refused:
            decide(comment.id, state, expected_changes=1, by=moderator, at=LATER)
        assert refused.value.problems == {"to_state": "appealed"}
    assert the_appeal().outcome is None
    assert (stored(comment).state, stored(comment).changes) == (State.REJECTED, 1)
    decide_appeal(made.id, "upheld", by=second, at=LATER)
    decide(comment.id, state, expected_changes=2, by=first, at=LATER)
    assert stored(comment).state == state


def test_a_withdrawn_comment_needs_no_second_look(version: Version, first: Person, second: Person) -> None:
    comment = rejected(version, first)
    made = appeal(comment.id, WORDS, at=LATER)
    withdraw(comment.submission, [comment.id], at=LATER)
    assert the_appeal().outcome == AppealOutcome.WITHDRAWN
    with pytest.raises(ChangedMeanwhileError):
        decide_appeal(made.id, "published", by=second, at=LATER)


def test_moderators_see_the_appeals_of_their_countries(version: Version, first: Person) -> None:
    comment = rejected(version, first)
    made = appeal(comment.id, WORDS, at=LATER)
    latvian, norwegian = (a_person(Role.CONTACT_POINT, country=country) for country in ("LV", "NO"))
    assert appeals_waiting(comment.consultation, by=latvian) == [made]
    assert number_of_appeals(comment.consultation, by=latvian) == 1
    assert appeals_waiting(comment.consultation, by=norwegian) == []
    with pytest.raises(ForbiddenError):
        decide_appeal(made.id, "upheld", by=norwegian, at=LATER)


def test_replaying_the_decisions_of_an_appeal_gives_the_present_state(
    version: Version, first: Person, second: Person
) -> None:
    comment = rejected(version, first)
    decide_appeal(appeal(comment.id, WORDS, at=LATER).id, "upheld", by=second, at=LATER)
    state = str(State.WAITING)
    for decision in db.session.scalars(select(Decision).order_by(Decision.id)):
        assert decision.from_state == state
        state = decision.to_state
    assert stored(comment).state == state
