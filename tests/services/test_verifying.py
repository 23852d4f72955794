"""Checking the record on the site: what is shown is what was received, where the last act left it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.models.base import db, transaction
from app.models.comment import Comment, CommentRevision, State
from app.models.consultation import Consultation, ModerationPolicy
from app.models.draft import Version
from app.models.moderation import AppealOutcome, Decision, Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.activity import record
from app.services.comments.checking import Words
from app.services.moderation.appealing import appeal, decide_appeal
from app.services.moderation.approving import decide_correction
from app.services.moderation.erasing import erase_everything, erase_person
from app.services.moderation.moderating import decide
from app.services.moderation.revising import correct
from app.services.moderation.withdrawing import withdraw
from app.services.proof.verifying import altered_leaves, problems_of_comments
from tests.builders import a_comment, a_person, paragraphs_of
from tests.conftest import NOON
from tests.rows import stored

BETTER = Words(body="Say *who* pays, see https://example.org.", language="en")


def problems(consultation: Consultation) -> list[str]:
    db.session.rollback()
    said = [problem for problem in altered_leaves(consultation) if problem]
    return [*said, *problems_of_comments(consultation)]


def forge(model: type[Comment | CommentRevision], leaf: int, /, **values: Any) -> None:
    with transaction():
        db.session.execute(update(model).where(model.leaf == leaf).values(**values))


def decided(comment: Comment, state: State, by: Person) -> Comment:
    reason = Reason.INSULT if state == State.REJECTED else None
    changes = stored(comment).changes
    decide(comment.id, state, expected_changes=changes, reason=reason, by=by, at=NOON)
    return stored(comment)


def corrected(comment: Comment, by: Person | None = None, *, is_approved: bool = True) -> Comment:
    """The comment with a correction, decided on where there is somebody who decides."""
    revision = correct(comment.id, BETTER, expected_changes=stored(comment).changes, at=NOON)
    if by is not None:
        decide_correction(revision.id, is_approved=is_approved, by=by, at=NOON)
    return stored(comment)


def appealed(comment: Comment, outcome: AppealOutcome) -> None:
    made = appeal(comment.id, "Look again.", at=NOON)
    decide_appeal(made.id, outcome, by=a_person(Role.MODERATOR), at=NOON)


# ---------------------------------------------------------------- what holds


def test_whatever_becomes_of_comments_by_the_rules_holds(
    consultation: Consultation, version: Version, moderator: Person
) -> None:
    [paragraph, *_] = paragraphs_of(version)
    one, two, three, four, five, six, seven, eight = (
        a_comment(version, paragraph, body=f"Who *pays* for {n}? https://example.org/{n}") for n in range(8)
    )
    for comment in (one, two, three):
        decided(comment, State.PUBLISHED, moderator)
    decided(one, State.WAITING, moderator)
    corrected(two, moderator)
    corrected(three, moderator, is_approved=False)
    appealed(decided(four, State.REJECTED, moderator), AppealOutcome.PUBLISHED)
    appealed(decided(five, State.SPAM, moderator), AppealOutcome.UPHELD)
    corrected(decided(six, State.REJECTED, moderator))
    withdraw(two.submission, [two.id], at=consultation.closes_at)
    assert stored(two).is_marked
    erase_everything(seven.submission_id, at=NOON)
    erase_everything(corrected(eight).submission_id, at=NOON)
    erase_person(four.submission_id, at=NOON)
    assert problems(consultation) == []


def test_what_nobody_has_to_read_first_begins_published(consultation: Consultation, version: Version) -> None:
    a_comment(version, body="", importance=4, state=State.PUBLISHED)
    assert problems(consultation) == []
    a_comment(version, state=State.PUBLISHED)
    assert problems(consultation) == ["leaf 1 stands as published, and no act left it so"]
    with transaction():
        consultation.moderation = ModerationPolicy.AFTER
    assert problems(consultation) == []


def test_what_was_published_at_once_under_an_earlier_rule_holds(
    consultation: Consultation, version: Version
) -> None:
    a_comment(version, state=State.PUBLISHED)
    with transaction():
        record("consultation changed", f"consultation:{consultation.id}", person_id=None, at=NOON)
    assert problems(consultation) == []


# ---------------------------------------------------------------- words that were not received


@pytest.mark.parametrize("forged", [{"html": "<p>FORGED</p>"}, {"plain": "FORGED"}])
def test_forged_words_of_a_comment_or_of_a_correction_are_found(
    consultation: Consultation, version: Version, forged: dict[str, str]
) -> None:
    a_comment(version)
    corrected(a_comment(version))
    forge(Comment, 0, **forged)
    forge(CommentRevision, 1, **forged)
    assert problems(consultation) == [
        "leaf 0: the words shown are not those received",
        "leaf 1: the words shown are not those received",
    ]


@pytest.mark.parametrize(
    "forged",
    [
        {"source": "FORGED"},
        {"html": "<p>FORGED</p>"},
        {"plain": "FORGED"},
        {"suggestion": "FORGED"},
        {"quotation": {"exact": "FORGED"}},
        {"importance": 1},
    ],
)
def test_a_corrected_comment_says_what_its_last_approved_text_says(
    consultation: Consultation, version: Version, forged: dict[str, Any]
) -> None:
    corrected(a_comment(version))
    forge(Comment, 1, **forged)
    assert problems(consultation) == ["leaf 1 is shown with other words than those of its last approved text"]


def test_a_correction_that_waits_is_not_shown(
    consultation: Consultation, version: Version, moderator: Person
) -> None:
    corrected(decided(a_comment(version), State.PUBLISHED, moderator))
    waiting = db.session.scalars(select(CommentRevision).where(CommentRevision.number == 1)).one()
    names = ("source", "html", "plain", "leaf", "leaf_digest", "leaf_salt", "kind", "importance")
    forge(Comment, 0, **{name: getattr(waiting, name) for name in names})
    assert problems(consultation) == ["leaf 1 is shown with other words than those of its last approved text"]


def test_words_are_not_hidden_by_being_told_away(consultation: Consultation, version: Version) -> None:
    a_comment(version)
    forge(Comment, 0, has_words=False)
    assert problems(consultation) == ["leaf 0 is wrongly told to have words, or to have none"]


# ---------------------------------------------------------------- states that no act led to


@pytest.mark.parametrize("state", [State.WAITING, State.PUBLISHED, State.SPAM, State.WITHDRAWN])
def test_a_state_that_no_act_left_is_found(
    consultation: Consultation, version: Version, moderator: Person, state: State
) -> None:
    decided(a_comment(version), State.REJECTED, moderator)
    forge(Comment, 0, state=state)
    assert problems(consultation) == [f"leaf 0 stands as {state}, and no act left it so"]


def test_a_comment_is_not_erased_by_being_emptied(consultation: Consultation, version: Version) -> None:
    a_comment(version)
    forge(Comment, 0, state=State.ERASED, source="", html="", plain="", leaf_salt="")
    assert problems(consultation) == ["leaf 0 stands as erased, and no act left it so"]


def test_a_decision_that_is_not_in_the_chain_of_activity_leaves_nothing(
    consultation: Consultation, version: Version, moderator: Person
) -> None:
    comment = decided(a_comment(version), State.REJECTED, moderator)
    with transaction():
        forged = Decision(comment_id=comment.id, from_state="rejected", to_state="published", decided_at=NOON)
        db.session.add(forged)
    forge(Comment, 0, state=State.PUBLISHED, published_at=NOON + timedelta(hours=1))
    assert problems(consultation) == ["leaf 0 stands as published, and no act left it so"]


@pytest.mark.parametrize("is_decided", [True, False])
def test_what_was_withdrawn_unseen_does_not_come_into_view(
    consultation: Consultation, version: Version, moderator: Person, is_decided: bool
) -> None:
    comment = a_comment(version)
    if is_decided:
        decided(comment, State.REJECTED, moderator)
    withdraw(comment.submission, [comment.id], at=NOON)
    forge(Comment, 0, is_marked=True)
    assert problems(consultation) == ["leaf 0 stays in view, and was not in view when it was withdrawn"]


def test_another_country_than_the_submission_says_is_found(
    consultation: Consultation, version: Version
) -> None:
    a_comment(version, country="LV")
    forge(Comment, 0, country="NO")
    assert problems(consultation) == ["leaf 0 has another country than its submission"]
