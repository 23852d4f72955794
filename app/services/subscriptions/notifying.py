"""Letters to respondents and persons."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sqlalchemy import func, select

from app.models.activity import Job
from app.models.base import Base, db, transaction
from app.models.comment import Comment, State, Submission
from app.models.people import Person
from app.services.activity import enqueue, record
from app.services.comments.receipts import submission_behind
from app.services.errors import DomainError
from app.services.working import finish_job

LETTERS_AT_ONCE = 200
TO_ALL = "letters_to_all"
R = TypeVar("R", bound=Base)


class Choice(StrEnum):
    """The letters that a respondent can do without; the receipt always comes."""

    PUBLISHED = "published"
    REJECTED = "rejected"
    CORRECTED = "corrected"
    APPEAL = "appeal"
    ANSWERED = "answered"
    EXTENDED = "extended"
    OUTCOME = "outcome"


CHOICE_OF_LETTER: dict[str, Choice] = {
    "comment_published": Choice.PUBLISHED,
    "comment_rejected": Choice.REJECTED,
    "correction_decided": Choice.CORRECTED,
    "appeal_decided": Choice.APPEAL,
    "answered": Choice.ANSWERED,
    "extended": Choice.EXTENDED,
    "outcome_published": Choice.OUTCOME,
}


@dataclass(frozen=True)
class Invitation:
    """A calendar file that goes with a letter; `method` as RFC 5546 names it: REQUEST or CANCEL."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """One e-mail; `message_id` is the same when a letter is sent again after a failure.

    `html` says the same as `text`. `unsubscribe` is the address that ends the subscription by one POST
    (RFC 8058), `list_id` the list the letter belongs to (RFC 2919), without the site's host. `language` is
    that of the text.
    """

    to: str
    subject: str
    text: str
    message_id: str
    at: datetime
    html: str = ""
    reply_to: str = ""
    list_id: str = ""
    unsubscribe: str = ""
    invitation: Invitation | None = None
    language: str = ""


class LetterRefusedError(DomainError):
    """The mail server refused the letter for good; to send it again is of no use."""


class LetterPutOffError(DomainError):
    """The mail server does not take this letter now; it may later, and others at once."""


class LetterUncertainError(DomainError):
    """The conversation broke off when the letter was handed over: it may have been taken or not."""


class MailCarrier(Protocol):
    """Delivers letters."""

    def send(self, letter: Letter) -> None:
        """The letter is handed over when this returns.

        Raises LetterRefusedError, LetterPutOffError or LetterUncertainError, and OSError or smtplib's errors
        when nothing can be sent at all. None of them holds the address.
        """


def comment_to_tell_of(comment_id: int) -> Comment | None:
    """The comment a letter tells of, or None when it was erased."""
    comment = db.session.get(Comment, comment_id)
    return comment if comment is not None and comment.state != State.ERASED else None


def submission_to_write_to(submission_id: int, letter: str) -> Submission | None:
    """Whose letter it is, or None when nobody is to be written to, or does not want this letter."""
    submission = db.session.get(Submission, submission_id)
    if submission is None or not submission.email:
        return None
    return None if CHOICE_OF_LETTER.get(letter) in submission.letters_off else submission


def person_to_write_to(person_id: int) -> Person | None:
    """The person a letter goes to, or None when the account is gone."""
    return db.session.get(Person, person_id)


def told_of(record_type: type[R], number: int | None) -> R | None:
    """What the letter tells of, as it stands now; None for letters that tell of no such thing."""
    return db.session.get(record_type, number) if number else None


def choose_letters(number: str, secret: str, wanted: Collection[str], *, at: datetime) -> None:
    """The submission's respondent gets those letters and no others; raises NotFoundError."""
    with transaction():
        submission = submission_behind(number, secret)
        submission.letters_off = [str(choice) for choice in Choice if choice not in wanted]
        record("letters chosen", f"submission:{submission.id}", person_id=submission.person_id, at=at)


def write_to_all(letter: str, consultation_id: int, *, at: datetime, **facts: Any) -> None:
    """Everybody who gave an address in the consultation is to get the letter; inside a transaction."""
    enqueue(TO_ALL, {**facts, "letter": letter, "consultation_id": consultation_id}, at=at)


def write_to_next(job: Job, *, at: datetime) -> None:
    """The next respondents are to get the job's letter, one for each address, and the job is done.

    So many at once that the job is short; it leaves the next one behind itself, in the same transaction.
    """
    facts = {name: fact for name, fact in job.payload.items() if name not in {"consultation_id", "after"}}
    last_of_each = (
        select(func.max(Submission.id).label("id"))
        .where(Submission.consultation_id == job.payload["consultation_id"], Submission.email != "")
        .group_by(func.lower(Submission.email))
        .subquery()
    )
    wanted = select(last_of_each.c.id).where(last_of_each.c.id > job.payload.get("after", 0))
    with transaction():
        ids = db.session.scalars(wanted.order_by(last_of_each.c.id).limit(LETTERS_AT_ONCE)).all()
        for submission_id in ids:
            enqueue("letter", {**facts, "submission_id": submission_id}, at=at)
        if len(ids) == LETTERS_AT_ONCE:
            enqueue(TO_ALL, {**job.payload, "after": ids[-1]}, at=at)
        finish_job(job, at)
