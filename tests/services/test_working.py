"""Jobs: done once after their commit, tried again after a failure, never held up by another's failure."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.jobs import run_due_jobs
from app.models.activity import Job
from app.models.base import db, transaction
from app.models.comment import State
from app.models.roles import Role
from app.services.activity import enqueue
from app.services.comments.receipts import secret_of
from app.services.moderation.moderating import decide
from app.services.search.searching import Question
from app.services.working import CLAIM_LASTS, MOST_ATTEMPTS, claim_due_jobs
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import SECRET
from tests.services.pigeons import Pigeons, pigeons

__all__ = ["pigeons"]


def jobs() -> list[Job]:
    db.session.expire_all()
    return list(db.session.scalars(select(Job).order_by(Job.id)))


def test_the_receipt_letter_carries_number_and_secret_link_but_no_words_of_whoever_gave_the_address(
    pigeons: Pigeons, at: datetime
) -> None:
    version = a_draft(a_consultation(titles={"en": "Innovation", "lv": "Inovācija"}))
    comment = a_comment(version, body="Who *pays*?", email="ilze@example.org")
    with transaction():
        enqueue("letter", {"letter": "receipt", "comment_id": comment.id}, at=at)
    assert run_due_jobs(at) == 1
    [letter] = pigeons.sent
    number = comment.submission.number
    assert letter.to == "ilze@example.org"
    assert number in letter.subject
    assert "pays" not in letter.text
    assert f"http://localhost/en/receipts/{number}?secret={secret_of(number, SECRET)}" in letter.text
    assert run_due_jobs(at + timedelta(days=1)) == 0
    assert len(pigeons.sent) == 1


def test_a_decision_is_told_to_its_author_with_the_reason_and_put_into_the_index(
    app: Flask, pigeons: Pigeons, at: datetime
) -> None:
    version = a_draft(a_consultation())
    rejected = a_comment(version, body="Buy carpets.", email="a@example.org")
    published = a_comment(
        version, paragraphs_of(version)[0], body="Who pays the carpenter?", email="b@example.org"
    )
    moderator = a_person(Role.MODERATOR)
    decide(
        rejected.id,
        State.REJECTED,
        expected_changes=0,
        reason="off_topic",
        note="It sells carpets.",
        by=moderator,
        at=at,
    )
    decide(published.id, State.PUBLISHED, expected_changes=0, reason=None, note="", by=moderator, at=at)
    run_due_jobs(at)
    assert {letter.to for letter in pigeons.sent} == {"a@example.org", "b@example.org"}
    told = next(letter.text for letter in pigeons.sent if letter.to == "a@example.org")
    assert "It is not about this draft" in told
    assert "It sells carpets." in told
    assert f"receipts/{rejected.submission.number}?secret=" in told
    search = app.extensions["ports"].search
    assert search.find(Question("carpenter"), limit=10).keys == [f"comment:{published.id}"]
    assert search.find(Question("carpets"), limit=10).keys == []


def test_a_letter_that_fails_is_tried_again_and_holds_up_no_other(pigeons: Pigeons, at: datetime) -> None:
    version = a_draft(a_consultation())
    for email in ("gone@example.org", "here@example.org"):
        comment = a_comment(version, email=email)
        with transaction():
            enqueue("letter", {"letter": "receipt", "comment_id": comment.id}, at=at)
    pigeons.unreachable.add("gone@example.org")
    run_due_jobs(at)
    assert [letter.to for letter in pigeons.sent] == ["here@example.org"]
    failed, done = jobs()
    assert (failed.done_at, failed.error) == (None, "ConnectionRefusedError")
    assert done.done_at == at
    assert run_due_jobs(at) == 0
    pigeons.unreachable.clear()
    run_due_jobs(at + timedelta(hours=1))
    assert [letter.to for letter in pigeons.sent] == ["here@example.org", "gone@example.org"]


def test_a_letter_that_is_refused_for_good_is_not_sent_again_and_holds_up_no_other(
    pigeons: Pigeons, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    version = a_draft(a_consultation())
    for email in ("nobody@example.org", "here@example.org"):
        comment = a_comment(version, email=email)
        with transaction():
            enqueue("letter", {"letter": "receipt", "comment_id": comment.id}, at=at)
    pigeons.refused.add("nobody@example.org")
    run_due_jobs(at)
    assert [letter.to for letter in pigeons.sent] == ["here@example.org"]
    pigeons.refused.clear()
    run_due_jobs(at + timedelta(days=30))
    assert len(pigeons.sent) == 1
    refused, done = jobs()
    assert (refused.done_at, refused.error, done.error) == (at, "refused", "")
    assert "nobody" not in caplog.text
    assert "550 5.1.1" in caplog.text


@pytest.mark.usefixtures("pigeons")
def test_a_job_that_always_fails_is_given_up_in_the_end(at: datetime) -> None:
    person = a_person()
    with transaction():
        enqueue("letter", {"letter": "no such letter", "person_id": person.id}, at=at)
    for _ in range(MOST_ATTEMPTS + 3):
        at += timedelta(days=2)
        run_due_jobs(at)
    [job] = jobs()
    assert (job.attempts, job.error) == (MOST_ATTEMPTS, "TemplateNotFound")


@pytest.mark.usefixtures("app")
def test_a_claimed_job_is_taken_by_nobody_else_until_its_claim_runs_out(at: datetime) -> None:
    with transaction():
        enqueue("letter", {"letter": "receipt", "comment_id": 1}, at=at)
    assert len(claim_due_jobs(at)) == 1
    assert claim_due_jobs(at) == []
    assert len(claim_due_jobs(at + CLAIM_LASTS + timedelta(seconds=1))) == 1


@pytest.mark.usefixtures("app")
def test_what_is_rolled_back_leaves_no_job(at: datetime) -> None:
    with suppress(InterruptedError), transaction():
        enqueue("letter", {"letter": "receipt", "comment_id": 1}, at=at)
        raise InterruptedError
    assert jobs() == []


@pytest.mark.usefixtures("pigeons")
def test_nobody_is_written_to_who_gave_no_address(pigeons: Pigeons, at: datetime) -> None:
    comment = a_comment(a_draft(a_consultation()), email="")
    with transaction():
        enqueue("letter", {"letter": "receipt", "comment_id": comment.id}, at=at)
    run_due_jobs(at)
    assert pigeons.sent == []
    assert jobs()[0].done_at == at
