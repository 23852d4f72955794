"""Correcting what was sent, and what a moderator does with a correction."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.activity import Activity, Job
from app.models.base import db, transaction
from app.models.comment import Comment, CommentRevision, Kind, State
from app.models.consultation import Consultation, ModerationPolicy
from app.models.draft import Version
from app.models.moderation import Decision, Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.comments.checking import Quotation, Words
from app.services.comments.receiving import suggestion_digest
from app.services.errors import ChangedMeanwhileError, ClosedError, ForbiddenError, InvalidError
from app.services.moderation.approving import (
    corrections_waiting,
    decide_correction,
    number_of_corrections,
)
from app.services.moderation.moderating import decide
from app.services.moderation.revising import correct
from app.services.moderation.revisions import revisions_of, waiting_correction
from app.services.proof.leaves import Leaf, digest_of_leaf
from tests.builders import a_comment, a_person, paragraphs_of
from tests.conftest import NOON
from tests.rows import stored

LATER = NOON + timedelta(hours=1)
NEW = Words(body="Say *who* pays, and until when.", language="en", kind=Kind.ACTION, importance=4)


def under(consultation: Consultation, moderation: ModerationPolicy) -> None:
    with transaction():
        consultation.moderation = moderation


def letters() -> list[dict[str, Any]]:
    return [job.payload for job in db.session.scalars(select(Job).where(Job.name == "letter"))]


def corrected(comment: Comment, words: Words = NEW, at: datetime = LATER) -> CommentRevision:
    return correct(comment.id, words, expected_changes=stored(comment).changes, at=at)


def test_what_still_waits_is_corrected_at_once(version: Version) -> None:
    comment = a_comment(version, body="Say who pays.")
    corrected(comment)
    now = stored(comment)
    assert (now.source, now.kind, now.importance) == (NEW.body, "action", 4)
    assert now.html == "<p>Say <em>who</em> pays, and until when.</p>"
    assert now.state == State.WAITING
    assert waiting_correction(now) is None


def test_what_is_published_stays_in_view_until_a_moderator_has_read_the_correction(version: Version) -> None:
    comment = a_comment(version, body="Say who pays.", state=State.PUBLISHED)
    revision = corrected(comment)
    now = stored(comment)
    assert (now.source, now.state) == ("Say who pays.", State.PUBLISHED)
    assert waiting_correction(now) == revision
    assert not letters()


def test_where_moderators_read_afterwards_the_correction_is_in_view_at_once(
    consultation: Consultation, version: Version
) -> None:
    under(consultation, ModerationPolicy.AFTER)
    comment = a_comment(version, state=State.PUBLISHED)
    stamp = consultation.public_stamp
    corrected(comment)
    assert (stored(comment).source, stored(comment).state) == (NEW.body, State.PUBLISHED)
    assert db.session.scalars(select(Job.payload).where(Job.name == "index_comment")).all()
    assert db.session.get_one(Consultation, consultation.id, populate_existing=True).public_stamp > stamp


def test_what_was_rejected_waits_again_whoever_reads_first(
    consultation: Consultation, version: Version
) -> None:
    under(consultation, ModerationPolicy.AFTER)
    comment = a_comment(version, state=State.REJECTED)
    assert corrected(comment).decided_at is None
    assert stored(comment).state == State.REJECTED


def test_words_added_to_an_importance_are_read_by_a_moderator_first(version: Version) -> None:
    comment = a_comment(version, body="", importance=2, state=State.PUBLISHED)
    with transaction():
        stored(comment).has_words = False
    assert corrected(comment, NEW._replace(body="", importance=5)).is_approved
    assert stored(comment).importance == 5
    assert corrected(comment, NEW, LATER + timedelta(minutes=1)).decided_at is None
    assert not stored(comment).has_words


def test_every_text_has_its_own_leaf_and_the_first_keeps_its_own(
    consultation: Consultation, version: Version
) -> None:
    paragraph = paragraphs_of(version)[0]
    comment = a_comment(version, paragraph, body="Say who pays.")
    first_digest, first_salt = comment.leaf_digest, comment.leaf_salt
    words = NEW._replace(suggestion="Everybody pays.", quotation=Quotation("new ways"))
    corrected(comment, words)
    first, second = revisions_of([comment])[comment.id]
    assert (first.number, first.leaf, first.leaf_digest, first.leaf_salt) == (0, 0, first_digest, first_salt)
    assert (second.number, second.leaf) == (1, 1)
    leaf = Leaf(LATER, 1, paragraph.key, None, "en", "action", 4, NEW.body, "Everybody pays.", "new ways")
    assert second.leaf_digest == digest_of_leaf(leaf, second.leaf_salt)
    now = stored(comment)
    assert (now.leaf, now.leaf_digest, now.leaf_salt) == (1, second.leaf_digest, second.leaf_salt)
    assert now.suggestion_digest == suggestion_digest("Everybody pays.")
    assert db.session.get_one(Consultation, consultation.id, populate_existing=True).leaves == 2


def test_a_correction_of_a_reply_names_the_first_leaf_of_what_it_replies_to(version: Version) -> None:
    parent = a_comment(version, state=State.PUBLISHED)
    reply = a_comment(version, body="I agree.", parent=parent)
    corrected(parent)
    revision = corrected(reply)
    leaf = Leaf(LATER, 1, None, 0, "en", "action", None, NEW.body)
    assert revision.leaf_digest == digest_of_leaf(leaf, revision.leaf_salt)


def test_a_second_correction_replaces_the_one_that_waits(version: Version) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    first = corrected(comment)
    second = corrected(comment, NEW._replace(body="Better still."), LATER + timedelta(minutes=1))
    assert (first.is_approved, first.decided_at) == (False, LATER + timedelta(minutes=1))
    assert waiting_correction(comment) == second
    assert [revision.number for revision in revisions_of([comment])[comment.id]] == [0, 1, 2]


def test_of_two_tabs_the_second_is_told_and_nothing_is_lost(version: Version) -> None:
    comment = a_comment(version)
    correct(comment.id, NEW, expected_changes=0, at=LATER)
    with pytest.raises(ChangedMeanwhileError):
        correct(comment.id, NEW._replace(body="Another."), expected_changes=0, at=LATER)
    assert stored(comment).source == NEW.body


def test_a_double_click_is_one_correction(version: Version) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    first = correct(comment.id, NEW, expected_changes=0, at=LATER)
    again = correct(comment.id, NEW, expected_changes=0, at=LATER + timedelta(seconds=1))
    assert again.id == first.id
    assert len(revisions_of([comment])[comment.id]) == 2


def test_what_a_moderator_decided_meanwhile_is_told(version: Version, moderator: Person) -> None:
    comment = a_comment(version)
    decide(comment.id, State.PUBLISHED, expected_changes=0, by=moderator, at=NOON)
    with pytest.raises(ChangedMeanwhileError):
        correct(comment.id, NEW, expected_changes=0, at=LATER)


def test_nothing_is_corrected_after_the_closing(consultation: Consultation, version: Version) -> None:
    comment = a_comment(version)
    with pytest.raises(ClosedError):
        correct(comment.id, NEW, expected_changes=0, at=consultation.closes_at)
    assert not revisions_of([comment])[comment.id]


def test_a_form_opened_in_time_is_taken_for_the_grace_minutes(
    consultation: Consultation, version: Version
) -> None:
    with transaction():
        consultation.grace_minutes = 10
    comment, closing = a_comment(version), consultation.closes_at
    opened = closing - timedelta(minutes=1)
    correct(comment.id, NEW, expected_changes=0, at=closing + timedelta(minutes=9), opened_at=opened)
    assert stored(comment).source == NEW.body


@pytest.mark.parametrize(
    ("words", "problems"),
    [
        (NEW._replace(body=" "), {"body": "required"}),
        (NEW._replace(body="x" * 10_001), {"body": "too_long"}),
        (NEW._replace(kind="praise", importance=9), {"kind": "unknown", "importance": "unknown"}),
        (Words(body="Say who pays for it.", language="en"), {"body": "same"}),
    ],
)
def test_what_cannot_be_a_correction_is_named(
    version: Version, words: Words, problems: dict[str, str]
) -> None:
    comment = a_comment(version)
    with pytest.raises(InvalidError) as refused:
        corrected(comment, words)
    assert refused.value.problems == problems


def test_quoted_words_must_be_in_the_paragraph(version: Version) -> None:
    comment = a_comment(version, paragraphs_of(version)[0])
    with pytest.raises(InvalidError) as refused:
        corrected(comment, NEW._replace(quotation=Quotation("old ways")))
    assert refused.value.problems == {"quotation": "gone"}


@pytest.mark.parametrize("state", [State.SPAM, State.WITHDRAWN, State.ERASED])
def test_what_is_gone_is_not_corrected(version: Version, state: State) -> None:
    comment = a_comment(version, state=state)
    with pytest.raises(InvalidError):
        corrected(comment)


def test_an_approved_correction_takes_the_place_of_the_old_text(version: Version, moderator: Person) -> None:
    comment = a_comment(version, state=State.PUBLISHED, email="ilze@example.org")
    revision = corrected(comment)
    decision = decide_correction(revision.id, is_approved=True, by=moderator, at=LATER)
    now = stored(comment)
    assert (now.source, now.leaf_digest, now.state) == (NEW.body, revision.leaf_digest, State.PUBLISHED)
    assert (decision.from_state, decision.to_state) == (State.PUBLISHED, State.PUBLISHED)
    assert letters() == [
        {
            "letter": "correction_decided",
            "comment_id": comment.id,
            "decision_id": decision.id,
            "revision_id": revision.id,
        }
    ]
    assert db.session.scalars(select(Activity.verb)).all()[-1] == "correction approved"
    assert number_of_corrections(comment.consultation, by=moderator) == 0


def test_a_rejected_correction_leaves_the_old_text_in_view(version: Version, moderator: Person) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    revision = corrected(comment)
    decide_correction(revision.id, is_approved=False, note="It names a person.", by=moderator, at=LATER)
    now = stored(comment)
    assert (now.source, now.state) == ("Say who pays for it.", State.PUBLISHED)
    assert (revision.is_approved, revision.person_id) == (False, moderator.id)
    assert waiting_correction(now) is None


def test_a_rejected_comment_is_published_with_its_corrected_words(
    version: Version, moderator: Person
) -> None:
    comment = a_comment(version)
    decide(comment.id, State.REJECTED, expected_changes=0, reason=Reason.PERSONAL_DATA, by=moderator, at=NOON)
    revision = corrected(comment)
    decision = decide_correction(revision.id, is_approved=True, by=moderator, at=LATER)
    assert (decision.from_state, decision.to_state, decision.reason) == ("rejected", "published", None)
    assert (stored(comment).state, stored(comment).published_at) == (State.PUBLISHED, LATER)


def test_what_stays_rejected_keeps_its_reason(version: Version, moderator: Person) -> None:
    comment = a_comment(version)
    decide(comment.id, State.REJECTED, expected_changes=0, reason=Reason.INSULT, by=moderator, at=NOON)
    decision = decide_correction(corrected(comment).id, is_approved=False, by=moderator, at=LATER)
    assert (decision.to_state, decision.reason) == (State.REJECTED, Reason.INSULT)


def test_a_correction_is_decided_once(version: Version, moderator: Person) -> None:
    revision = corrected(a_comment(version, state=State.PUBLISHED))
    decide_correction(revision.id, is_approved=True, by=moderator, at=LATER)
    with pytest.raises(ChangedMeanwhileError):
        decide_correction(revision.id, is_approved=False, by=moderator, at=LATER)


def test_moderators_of_another_country_neither_see_nor_decide(version: Version) -> None:
    comment = a_comment(version, state=State.PUBLISHED, country="LV")
    revision = corrected(comment)
    norwegian, latvian = (a_person(Role.CONTACT_POINT, country=country) for country in ("NO", "LV"))
    assert corrections_waiting(comment.consultation, by=norwegian) == []
    assert corrections_waiting(comment.consultation, by=latvian) == [revision]
    with pytest.raises(ForbiddenError):
        decide_correction(revision.id, is_approved=True, by=norwegian, at=LATER)


def test_of_a_correction_and_a_decision_that_meet_both_are_as_if_in_turn(
    app: Flask, version: Version, moderator: Person
) -> None:
    comment = a_comment(version)
    number, person = comment.id, moderator
    barrier = Barrier(2)
    told: list[str] = []

    def at_once(act: Callable[[], object]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                act()
            except ChangedMeanwhileError:
                told.append("changed")
            finally:
                db.session.remove()

    acts: list[Callable[[], object]] = [
        lambda: correct(number, NEW, expected_changes=0, at=LATER),
        lambda: decide(number, State.PUBLISHED, expected_changes=0, by=person, at=LATER),
    ]
    threads = [Thread(target=Context().run, args=(at_once, act)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["changed"]
    db.session.rollback()
    now = stored(comment)
    decided = db.session.scalars(select(Decision)).all()
    assert (now.changes, len(decided) + len(revisions_of([now])[now.id]) // 2) == (1, 1)
