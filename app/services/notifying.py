"""Letters to respondents and persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.models.base import db
from app.models.comment import Comment, Submission
from app.models.moderation import Decision
from app.models.people import Person


@dataclass(frozen=True)
class Letter:
    """One plain-text e-mail; `message_id` is the same when a letter is sent again after a failure."""

    to: str
    subject: str
    text: str
    message_id: str
    at: datetime


class MailCarrier(Protocol):
    """Delivers letters."""

    def send(self, letter: Letter) -> None:
        """The letter is handed over when this returns; raises OSError or smtplib's errors otherwise."""


def comment_with_respondent(comment_id: int) -> Comment | None:
    """The comment a letter tells of, or None when nobody is to be written to."""
    comment = db.session.get(Comment, comment_id)
    return comment if comment is not None and comment.submission.email else None


def submission_to_write_to(submission_id: int) -> Submission | None:
    """The submission a letter tells of, or None when nobody is to be written to."""
    submission = db.session.get(Submission, submission_id)
    return submission if submission is not None and submission.email else None


def person_to_write_to(person_id: int) -> Person | None:
    """The person a letter goes to, or None when the account is gone."""
    return db.session.get(Person, person_id)


def decision_told_of(decision_id: int | None) -> Decision | None:
    """The decision that a letter tells of, whatever was decided since; None for other letters."""
    return db.session.get(Decision, decision_id) if decision_id else None
