"""Confirming that the e-mail address of a submission is its respondent's own."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import aliased, joinedload

from app.models.base import db, transaction
from app.models.comment import Capacity, Channel, Comment, State, Submission
from app.models.consultation import Consultation, ModerationPolicy, WhoMayComment
from app.models.moderation import Decision
from app.services.activity import enqueue, record, touch_public_pages
from app.services.comments.receipts import submission_behind, tidy_number
from app.services.errors import NotFoundError
from app.services.people.links import VoidLinkError
from app.services.text import digest_of

SALT = "confirming a submission's e-mail"
LASTS = timedelta(days=30)
SENT_BY_THEMSELVES = (Channel.WEB, Channel.SIGNED_IN)


def vouching_token(submission: Submission, secret_key: str, at: datetime) -> str:
    """What the link in a letter proves with: whoever has it reads the mail of the submission's address."""
    facts = [submission.number, _stamp(submission), int(at.timestamp())]
    return str(_serializer(secret_key).dumps(facts))


def submission_to_confirm(number: str, token: str, *, secret_key: str, at: datetime) -> Submission:
    """The submission that the link is for; raises VoidLinkError when it is forged or too old."""
    submission, made_at = _vouched(number, token, secret_key)
    if at >= made_at + LASTS:
        raise VoidLinkError("too old")
    return submission


def confirm_address(number: str, token: str, *, secret_key: str, at: datetime) -> Submission:
    """The address is confirmed, after the closing too, and what waited for that waits no more.

    Confirmed again, nothing changes. Raises VoidLinkError.
    """
    with transaction():
        submission = submission_to_confirm(number, token, secret_key=secret_key, at=at)
        # Locked by itself: what is read beside it is joined, and PostgreSQL locks no outer join.
        db.session.execute(select(Submission.id).where(Submission.id == submission.id).with_for_update())
        db.session.refresh(submission)
        if submission.email_confirmed_at is None:
            submission.email_confirmed_at = at
            db.session.refresh(submission.consultation)
            if submission.consultation.who_may_comment == WhoMayComment.CONFIRMED_EMAIL:
                _let_in(submission, at)
            touch_public_pages(submission.consultation_id)
            subject = f"submission:{submission.id}"
            record("e-mail confirmed", subject, person_id=submission.person_id, at=at)
    return submission


def ask_for_confirming_letter(number: str, *, secret: str, token: str, secret_key: str, at: datetime) -> None:
    """A fresh link goes to the submission's address, for whoever has its secret or an older link.

    Raises NotFoundError when neither belongs to the number.
    """
    submission = _submission_for(number, secret, token, secret_key)
    if submission.email and submission.email_confirmed_at is None:
        with transaction():
            told = {"letter": "confirm_submission", "submission_id": submission.id}
            enqueue("letter", told, at=at)


def address_of_submission(number: str, *, secret: str, token: str, secret_key: str) -> str:
    """The address that a fresh link would go to; raises NotFoundError as asking for it does."""
    return _submission_for(number, secret, token, secret_key).email


def awaits_confirmation(submission: Submission, consultation: Consultation) -> bool:
    """Whether the submission's comments wait until its respondent confirms the address.

    What came on paper, or under an earlier rule that asked for no address, waits for nobody.
    """
    return (
        consultation.who_may_comment == WhoMayComment.CONFIRMED_EMAIL
        and submission.email_confirmed_at is None
        and submission.channel in SENT_BY_THEMSELVES
        and bool(submission.email or submission.person_erased_at)
    )


def is_confirmed_organisation(capacity: str, confirmed_at: datetime | None) -> bool:
    """Whether the name of an organisation is shown as confirmed."""
    return capacity == Capacity.ORGANISATION and confirmed_at is not None


def is_unconfirmed() -> ColumnElement[bool]:
    """The same of a comment, in a query on a consultation that takes comments from confirmed addresses."""
    sent = aliased(Submission)
    return exists().where(
        sent.id == Comment.submission_id,
        sent.email_confirmed_at.is_(None),
        sent.channel.in_(SENT_BY_THEMSELVES),
        or_(sent.email != "", sent.person_erased_at.is_not(None)),
    )


def _let_in(submission: Submission, at: datetime) -> None:
    """Comments stand as if the address had been confirmed when they came, unless a moderator was there."""
    published = update(Comment).where(
        Comment.submission_id == submission.id,
        Comment.state == State.WAITING,
        ~exists().where(Decision.comment_id == Comment.id),
    )
    if submission.consultation.moderation == ModerationPolicy.BEFORE:
        published = published.where(Comment.has_words.is_(False))
    values = {"state": State.PUBLISHED, "published_at": at, "changes": Comment.changes + 1}
    let_in = db.session.scalars(published.values(values).returning(Comment.id)).all()
    for comment_id in sorted(let_in):
        enqueue("index_comment", {"comment_id": comment_id}, at=at)


def _vouched(number: str, token: str, secret_key: str) -> tuple[Submission, datetime]:
    """The submission that a link was once made for, and when."""
    try:
        told, stamp, made = _serializer(secret_key).loads(token)
        found = _submission_called(number)
    except (BadData, NotFoundError) as error:
        raise VoidLinkError("forged") from error
    if told != found.number or not found.email or not hmac.compare_digest(stamp, _stamp(found)):
        raise VoidLinkError("of another submission")
    return found, datetime.fromtimestamp(made, UTC)


def _submission_for(number: str, secret: str, token: str, secret_key: str) -> Submission:
    if not token:
        return submission_behind(number, secret)
    try:
        return _vouched(number, token, secret_key)[0]
    except VoidLinkError as error:
        raise NotFoundError("receipt") from error


def _submission_called(number: str) -> Submission:
    found = db.session.scalar(
        select(Submission)
        .where(Submission.number == tidy_number(number))
        .options(joinedload(Submission.consultation))
    )
    if found is None:
        raise NotFoundError("receipt")
    return found


def _stamp(submission: Submission) -> str:
    """Changes with the address; the link itself shows nobody what that is."""
    return digest_of(f"{submission.number} {submission.email}")[:20]


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})
