"""Everybody at once: who writes to one consultation at the same moment waits, and gets through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment, State
from app.models.consultation import Consultation, WhoMayComment
from app.models.people import Person
from app.models.roles import Role
from app.services.activity import verify_chain
from app.services.comments.checking import Words
from app.services.comments.commenting import post_comment
from app.services.comments.supporting import support_comment, supports_of
from app.services.comments.vouching import confirm_address, vouching_token
from app.services.moderation.moderating import decide
from app.services.moderation.withdrawing import withdraw
from tests.at_once import at_once
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.conftest import SECRET

ROUNDS = 6
WORDS = Words(body="Who pays?", language="en", name="Ilze", email="i@example.org", country="LV", consent=True)


@pytest.fixture
def numbers(app: Flask, at: datetime) -> dict[str, list[int]]:
    """Comments of one consultation: to be decided on, confirmed and withdrawn; and one to agree with."""
    version = a_draft(a_consultation(who_may_comment=WhoMayComment.CONFIRMED_EMAIL, moderation="after"))
    sure: dict[str, Any] = {"email": "a@example.org", "email_confirmed_at": at}
    made = {
        "consultation": [version.draft.consultation_id],
        "moderator": [a_person(Role.MODERATOR).id],
        "agreed": [a_comment(version, state=State.PUBLISHED, **sure).id],
        "decided": [a_comment(version, **sure).id for _ in range(ROUNDS)],
        "confirmed": [a_comment(version, email="b@example.org").id for _ in range(ROUNDS)],
        "withdrawn": [a_comment(version, state=State.PUBLISHED, **sure).id for _ in range(ROUNDS)],
    }
    db.session.rollback()
    return made


def test_posting_deciding_confirming_agreeing_and_withdrawing_never_wait_for_each_other_in_a_circle(
    app: Flask, numbers: dict[str, list[int]], at: datetime
) -> None:
    def act(turn: int) -> None:
        which, round_ = divmod(turn, ROUNDS)
        (_post, _decide, _confirm, _agree, _withdraw)[which](numbers, round_, at)

    at_once(app, 5 * ROUNDS, act)
    assert supports_of(numbers["agreed"][0]) == ROUNDS
    states = dict(iter(db.session.execute(select(Comment.id, Comment.state))))
    assert {states[number] for number in numbers["decided"]} == {State.PUBLISHED}
    assert {states[number] for number in numbers["confirmed"]} == {State.PUBLISHED}
    assert {states[number] for number in numbers["withdrawn"]} == {State.WITHDRAWN}
    assert len(states) == 1 + 4 * ROUNDS
    assert verify_chain() is None


def _post(numbers: dict[str, list[int]], turn: int, at: datetime) -> None:
    consultation = db.session.get_one(Consultation, numbers["consultation"][0])
    post_comment(consultation, None, WORDS, form=f"{turn}", by=None, at=at, secret_key=SECRET)


def _decide(numbers: dict[str, list[int]], turn: int, at: datetime) -> None:
    moderator = db.session.get_one(Person, numbers["moderator"][0])
    decide(numbers["decided"][turn], State.PUBLISHED, expected_changes=0, by=moderator, at=at)


def _confirm(numbers: dict[str, list[int]], turn: int, at: datetime) -> None:
    submission = db.session.get_one(Comment, numbers["confirmed"][turn]).submission
    token = vouching_token(submission, SECRET, at)
    confirm_address(submission.number, token, secret_key=SECRET, at=at)


def _agree(numbers: dict[str, list[int]], turn: int, at: datetime) -> None:
    support_comment(numbers["agreed"][0], f"{turn:064}", secret_key=SECRET, at=at)


def _withdraw(numbers: dict[str, list[int]], turn: int, at: datetime) -> None:
    comment = db.session.get_one(Comment, numbers["withdrawn"][turn])
    withdraw(comment.submission, [comment.id], at=at)
