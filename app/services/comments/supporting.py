"""Agreeing with a published comment: once each, counted without a name."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.models.base import db, transaction
from app.models.comment import Comment, State, Support
from app.models.consultation import Consultation
from app.models.people import Person
from app.services.activity import enqueue, record, touch_public_pages
from app.services.comments.admitting import require_open
from app.services.errors import ForbiddenError, InvalidError, NotFoundError
from app.services.people.accounts import tidy_email
from app.services.people.links import VoidLinkError

SALT = "supporting a comment"
LASTS = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """How a comment stands with somebody who may agree with it."""

    supports: int
    is_supported: bool
    is_own: bool


def supporter_digest(email: str, secret_key: str) -> str:
    """The same for one address however it is typed, signed in or not; without the key it says nothing."""
    address = tidy_email(email) or email.strip().casefold()
    return hmac.digest(secret_key.encode(), f"supporter:{address}".encode(), hashlib.sha256).hex()


def support_token(comment_id: int, supporter: str, secret_key: str, at: datetime) -> str:
    """What the link in a letter proves with: whoever has it reads the mail of the supporter's address."""
    return str(_serializer(secret_key).dumps([comment_id, supporter, int(at.timestamp())]))


def supporter_behind(token: str, comment_id: int, *, secret_key: str, at: datetime) -> str:
    """Whose link it is, as a digest; raises VoidLinkError when it is of no use here."""
    try:
        told, supporter, made = _serializer(secret_key).loads(token)
    except BadData as error:
        raise VoidLinkError("forged") from error
    if told != comment_id or at >= datetime.fromtimestamp(made, UTC) + LASTS:
        raise VoidLinkError("too old")
    return str(supporter)


def comment_to_support(slug: str, comment_id: int) -> Comment:
    """The published comment in that consultation; raises NotFoundError."""
    comment = db.session.scalar(
        select(Comment)
        .join(Comment.consultation)
        .where(Comment.id == comment_id, Consultation.slug == slug, Consultation.is_listed)
        .options(
            joinedload(Comment.consultation), joinedload(Comment.submission), joinedload(Comment.paragraph)
        )
    )
    if comment is None or not _can_be_supported(comment):
        raise NotFoundError(f"comment {comment_id}")
    return comment


def ask_for_support_letter(comment: Comment, email: str, language: str, *, at: datetime) -> None:
    """Whoever has the address gets a link to agree by, whether the address is known here or not.

    Raises ClosedError, NotYetOpenError, or InvalidError for what is no address.
    """
    require_open(comment.consultation, at)
    address = tidy_email(email)
    if address is None:
        raise InvalidError({"email": "invalid"})
    told = {"letter": "confirm_support", "comment_id": comment.id, "email": address, "language": language}
    with transaction():
        enqueue("letter", told, at=at)


def support_comment(comment_id: int, supporter: str, *, secret_key: str, at: datetime) -> None:
    """The supporter's agreement is counted, once however often it is sent.

    Raises NotFoundError (the public does not see the comment), ClosedError, NotYetOpenError, or
    ForbiddenError for one's own comment.
    """
    try:
        with transaction():
            comment = _locked(comment_id, at)
            if _is_own(comment, supporter, secret_key):
                raise ForbiddenError("own_comment")
            if not _is_supported(comment_id, supporter):
                db.session.add(Support(comment_id=comment_id, supporter_digest=supporter, supported_at=at))
                record("comment supported", f"comment:{comment_id}", person_id=None, at=at)
    except IntegrityError:
        # The same click came twice at the same moment; the other one is counted by now.
        if not _is_supported(comment_id, supporter):
            raise


def take_support_back(comment_id: int, supporter: str, *, at: datetime) -> None:
    """The supporter's agreement is not counted any more; raises what supporting raises."""
    with transaction():
        _locked(comment_id, at)
        taken = delete(Support).where(Support.comment_id == comment_id, Support.supporter_digest == supporter)
        if db.session.execute(taken).rowcount:  # type: ignore[attr-defined]  # a DELETE's result has it
            record("support taken back", f"comment:{comment_id}", person_id=None, at=at)


def standing_with(comment: Comment, supporter: str | None, *, secret_key: str) -> Standing:
    """How many agree with the comment, and whether this supporter does or wrote it."""
    if supporter is None:
        return Standing(supports_of(comment.id), is_supported=False, is_own=False)
    return Standing(
        supports_of(comment.id),
        is_supported=_is_supported(comment.id, supporter),
        is_own=_is_own(comment, supporter, secret_key),
    )


def supports_of(comment_id: int) -> int:
    """How many agree with the comment."""
    return db.session.scalar(select(func.count()).where(Support.comment_id == comment_id)) or 0


def _locked(comment_id: int, at: datetime) -> Comment:
    """The comment as it stands now, for nobody else to change before this is written."""
    consultation_id = db.session.scalar(select(Comment.consultation_id).where(Comment.id == comment_id))
    if consultation_id is None:
        raise NotFoundError(f"comment {comment_id}")
    # Where the comment stands follows from writing that takes the consultation's row as well: first come.
    touch_public_pages(consultation_id)
    comment = db.session.get_one(
        Comment, comment_id, populate_existing=True, options=[joinedload(Comment.submission)]
    )
    if not _can_be_supported(comment):
        raise NotFoundError(f"comment {comment_id}")
    consultation = db.session.get_one(Consultation, consultation_id, populate_existing=True)
    require_open(consultation, at)
    return comment


def _can_be_supported(comment: Comment) -> bool:
    return comment.state == State.PUBLISHED and comment.has_words


def _is_own(comment: Comment, supporter: str, secret_key: str) -> bool:
    submission = comment.submission
    author = db.session.get(Person, submission.person_id) if submission.person_id else None
    own = {submission.email, author.email if author else ""} - {""}
    return any(hmac.compare_digest(supporter_digest(email, secret_key), supporter) for email in own)


def _is_supported(comment_id: int, supporter: str) -> bool:
    found = select(Support.id).where(Support.comment_id == comment_id, Support.supporter_digest == supporter)
    return db.session.scalar(found) is not None


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})
