"""Deciding on comments: what may become of them, who may decide, and what follows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.activity import Activity, Job
from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.moderation import Decision, Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.activity import verify_chain
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError, NotFoundError
from app.services.moderation.moderating import (
    LONGEST_NOTE,
    NEXT_STATES,
    comment_to_moderate,
    decide,
    decisions_on,
    next_states,
)
from tests.at_once import at_once
from tests.builders import a_comment, a_consultation, a_person
from tests.rows import count

pytestmark = pytest.mark.usefixtures("app")

ALLOWED = [(before, after) for before, states in NEXT_STATES.items() for after in states]
REFUSED = [(before, after) for before in State for after in State if (before, after) not in ALLOWED]


def decided(comment: Comment, to_state: str, by: Person, at: datetime, **more: Any) -> Decision:
    given: dict[str, Any] = {"expected_changes": comment.changes}
    if to_state == State.REJECTED:
        given["reason"] = Reason.OFF_TOPIC
    return decide(comment.id, to_state, by=by, at=at, **{**given, **more})


def stored(comment: Comment) -> Comment:
    db.session.rollback()
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def jobs() -> list[tuple[str, dict[str, Any]]]:
    return [(job.name, job.payload) for job in db.session.scalars(select(Job).order_by(Job.id))]


def problems_of(comment: Comment, to_state: str, by: Person, at: datetime, **more: Any) -> dict[str, str]:
    with pytest.raises(InvalidError) as refused:
        decided(comment, to_state, by, at, **more)
    assert count(Decision) == 0
    return refused.value.problems


# ---------------------------------------------------------------- what may become of a comment


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_a_decision_moves_the_comment_and_stays_on_record(
    before: State, after: State, version: Version, moderator: Person, at: datetime
) -> None:
    comment = a_comment(version, state=before, at=at)
    decision = decided(comment, after, moderator, at + timedelta(hours=1), note=" Thank you. ")
    now = stored(comment)
    assert (now.state, now.changes) == (after, 1)
    assert (decision.from_state, decision.to_state, decision.person_id) == (before, after, moderator.id)
    assert (decision.decided_at, decision.note) == (at + timedelta(hours=1), "Thank you.")


@pytest.mark.parametrize(("before", "after"), REFUSED)
def test_other_moves_are_refused(
    before: State, after: State, version: Version, moderator: Person, at: datetime
) -> None:
    comment = a_comment(version, state=before, at=at)
    assert problems_of(comment, after, moderator, at) == {"to_state": "not_from_here"}
    assert stored(comment).state == before


def test_what_may_be_decided_is_offered_and_nothing_else(version: Version) -> None:
    assert next_states(a_comment(version, state=State.REJECTED)) == (State.PUBLISHED, State.WAITING)
    assert next_states(a_comment(version, state=State.WITHDRAWN)) == ()


def test_publishing_says_since_when(version: Version, moderator: Person, at: datetime) -> None:
    comment = a_comment(version)
    decided(comment, State.PUBLISHED, moderator, at)
    assert stored(comment).published_at == at


def test_a_comment_that_is_no_longer_public_has_no_time_of_publication(
    version: Version, moderator: Person, at: datetime
) -> None:
    comment = a_comment(version, state=State.PUBLISHED, at=at)
    decided(comment, State.WAITING, moderator, at)
    assert stored(comment).published_at is None


def test_rejecting_needs_a_reason(version: Version, moderator: Person, at: datetime) -> None:
    comment = a_comment(version)
    assert problems_of(comment, State.REJECTED, moderator, at, reason=None) == {"reason": "required"}
    assert problems_of(comment, State.REJECTED, moderator, at, reason="boring") == {"reason": "unknown"}


def test_a_reason_is_kept_only_with_a_rejection(version: Version, moderator: Person, at: datetime) -> None:
    rejected, spam = a_comment(version), a_comment(version)
    assert decided(rejected, State.REJECTED, moderator, at, reason="insult").reason == Reason.INSULT
    assert decided(spam, State.SPAM, moderator, at, reason="insult").reason is None


@pytest.mark.parametrize(("before", "after"), [("waiting", "published"), ("published", "waiting")])
def test_a_reason_for_rejecting_contradicts_publishing_and_putting_back(
    before: State, after: State, version: Version, moderator: Person, at: datetime
) -> None:
    comment = a_comment(version, state=before, at=at)
    assert problems_of(comment, after, moderator, at, reason="insult") == {"reason": "not_rejecting"}
    assert stored(comment).state == before


def test_a_note_has_at_most_1000_characters(version: Version, moderator: Person, at: datetime) -> None:
    comment = a_comment(version)
    too_long = "👩‍🔬" * (LONGEST_NOTE + 1)
    assert problems_of(comment, State.PUBLISHED, moderator, at, note=too_long) == {"note": "too_long"}
    decided(comment, State.PUBLISHED, moderator, at, note="👩‍🔬" * LONGEST_NOTE)


# ---------------------------------------------------------------- two at once


def test_the_second_of_two_moderators_is_told_and_nothing_is_overwritten(
    version: Version, at: datetime
) -> None:
    comment = a_comment(version)
    first, second = a_person(Role.MODERATOR), a_person(Role.MODERATOR)
    seen = comment.changes
    decided(comment, State.PUBLISHED, first, at, expected_changes=seen)
    with pytest.raises(ChangedMeanwhileError):
        decided(comment, State.REJECTED, second, at, expected_changes=seen)
    assert stored(comment).state == State.PUBLISHED
    assert [decision.person_id for decision in decisions_on([comment])[comment.id]] == [first.id]


@pytest.mark.parametrize(("state", "reason"), [("published", None), ("rejected", Reason.HATE)])
def test_a_decision_sent_twice_is_one(
    state: State, reason: Reason | None, version: Version, moderator: Person, at: datetime
) -> None:
    comment = a_comment(version, email="ilze@example.org")
    sent: dict[str, Any] = {"expected_changes": 0, "reason": reason, "note": "Thank you."}
    first = decided(comment, state, moderator, at, **sent)
    again = decided(comment, state, moderator, at + timedelta(seconds=1), **sent)
    assert again.id == first.id
    assert (count(Decision), stored(comment).changes, len(jobs())) == (1, 1, 2)


@pytest.mark.parametrize(
    "other",
    [{"note": "No."}, {"reason": Reason.INSULT}, {"to_state": State.SPAM, "reason": None}],
    ids=["note", "reason", "state"],
)
def test_another_decision_than_the_last_is_not_taken_for_it(
    other: dict[str, Any], version: Version, moderator: Person, at: datetime
) -> None:
    comment = a_comment(version)
    sent: dict[str, Any] = {"to_state": State.REJECTED, "reason": Reason.HATE, "expected_changes": 0}
    decide(comment.id, **sent, by=moderator, at=at)
    with pytest.raises(ChangedMeanwhileError):
        decide(comment.id, **{**sent, **other}, by=moderator, at=at)
    with pytest.raises(ChangedMeanwhileError):
        decide(comment.id, **sent, by=a_person(Role.MODERATOR), at=at)


def test_a_decision_is_not_the_last_one_when_the_comment_has_changed_since(
    version: Version, moderator: Person, at: datetime
) -> None:
    comment = a_comment(version)
    decided(comment, State.PUBLISHED, moderator, at)
    with transaction():
        stored(comment).changes += 1
    with pytest.raises(ChangedMeanwhileError):
        decided(comment, State.PUBLISHED, moderator, at, expected_changes=0)


def test_two_who_decide_at_once_make_one_decision(
    app: Flask, version: Version, moderator: Person, at: datetime
) -> None:
    """The same person twice is heard twice; of two others one is told."""
    twice, contested = a_comment(version).id, a_comment(version).id
    other, own = a_person(Role.MODERATOR).id, moderator.id
    db.session.rollback()

    def act(turn: int) -> int:
        comment_id, person_id = ((twice, own), (twice, own), (contested, own), (contested, other))[turn]
        person = db.session.get_one(Person, person_id)
        try:
            return decide(comment_id, State.PUBLISHED, expected_changes=0, by=person, at=at).id
        except ChangedMeanwhileError:
            return 0

    first, second, *others = at_once(app, 4, act)
    assert first == second
    assert sorted(others)[0] == 0 < sorted(others)[1]
    assert count(Decision) == 2


# ---------------------------------------------------------------- who may decide


def test_a_contact_point_decides_only_on_comments_from_its_own_country(
    version: Version, at: datetime
) -> None:
    norway = a_person(Role.CONTACT_POINT, country="NO")
    decided(a_comment(version, country="NO"), State.PUBLISHED, norway, at)
    for country in ("LV", ""):
        with pytest.raises(ForbiddenError):
            decided(a_comment(version, country=country), State.PUBLISHED, norway, at)


def test_a_moderator_of_one_consultation_decides_nothing_elsewhere(version: Version, at: datetime) -> None:
    elsewhere = a_person(Role.MODERATOR, consultation=a_consultation())
    with pytest.raises(ForbiddenError):
        decided(a_comment(version), State.PUBLISHED, elsewhere, at)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MODERATOR, Role.CONTACT_POINT}))
def test_other_roles_decide_nothing(role: Role, version: Version, at: datetime) -> None:
    comment = a_comment(version)
    with pytest.raises(ForbiddenError):
        decided(comment, State.PUBLISHED, a_person(role), at)
    assert stored(comment).state == State.WAITING


def test_a_comment_that_does_not_exist_is_not_found(moderator: Person) -> None:
    with pytest.raises(NotFoundError):
        comment_to_moderate(404, by=moderator)


# ---------------------------------------------------------------- what follows


def test_publishing_is_followed_by_the_index_and_a_letter(
    version: Version, moderator: Person, at: datetime
) -> None:
    comment = a_comment(version, email="ilze@example.org")
    decided(comment, State.PUBLISHED, moderator, at)
    assert jobs() == [
        ("index_comment", {"comment_id": comment.id}),
        ("letter", {"letter": "comment_published", "comment_id": comment.id, "decision_id": 1}),
    ]


def test_rejecting_is_followed_by_a_letter(version: Version, moderator: Person, at: datetime) -> None:
    comment = a_comment(version, email="ilze@example.org")
    decided(comment, State.REJECTED, moderator, at)
    told = {"letter": "comment_rejected", "comment_id": comment.id, "decision_id": 1}
    assert ("letter", told) in jobs()


def test_nobody_is_written_to_about_spam_or_without_an_address(
    version: Version, moderator: Person, at: datetime
) -> None:
    decided(a_comment(version, email="spam@example.org"), State.SPAM, moderator, at)
    decided(a_comment(version), State.REJECTED, moderator, at)
    assert {name for name, _payload in jobs()} == {"index_comment"}


def test_every_decision_makes_the_public_pages_new_and_is_on_the_activity_chain(
    version: Version, moderator: Person, at: datetime
) -> None:
    comment = a_comment(version)
    before = comment.consultation.public_stamp
    decided(comment, State.PUBLISHED, moderator, at)
    consultation = db.session.get_one(Consultation, comment.consultation_id, populate_existing=True)
    assert consultation.public_stamp == before + 1
    line = db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert line is not None
    assert (line.verb, line.subject, line.person_id) == (
        "comment published",
        f"comment:{comment.id}",
        moderator.id,
    )
    assert verify_chain() is None


def test_a_refused_decision_leaves_no_trace(version: Version, moderator: Person, at: datetime) -> None:
    comment = a_comment(version, email="ilze@example.org")
    problems_of(comment, State.REJECTED, moderator, at, reason=None)
    assert (count(Job), count(Activity), stored(comment).changes) == (0, 0, 0)


def test_a_decision_joins_a_transaction_that_is_already_open(
    version: Version, moderator: Person, at: datetime
) -> None:
    comment = a_comment(version)

    def fail() -> None:
        with transaction():
            decided(comment, State.PUBLISHED, moderator, at)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert stored(comment).state == State.WAITING
