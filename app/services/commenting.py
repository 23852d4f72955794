"""Posting comments."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from app.models.base import db, transaction, write_row
from app.models.comment import Comment, Kind, State, Submission
from app.models.consultation import Consultation, ModerationPolicy, WhoMayComment
from app.models.draft import Draft, ParagraphKind, ParagraphText, Translation, Version
from app.models.people import Person
from app.services.activity import enqueue, record, touch_public_pages
from app.services.checking import Words, render_said, require_valid
from app.services.errors import (
    ChangedMeanwhileError,
    ClosedError,
    ForbiddenError,
    NotFoundError,
    NotYetOpenError,
)
from app.services.receipts import Receipt, new_number, secret_of
from app.services.remembering import says_the_same
from app.services.text import SafeText, digest_of

NEWEST_SEALED = (
    select(Version.id)
    .join(Version.draft)
    .where(Draft.consultation_id == Consultation.id, Version.sealed_at.is_not(None))
    .order_by(Version.number.desc())
    .limit(1)
    .correlate(Consultation)
    .scalar_subquery()
)
STANDING_TEXT = (
    select(ParagraphText.id)
    .join(ParagraphText.translation)
    .where(
        Translation.version_id == NEWEST_SEALED,
        ParagraphText.paragraph_id == bindparam("sent_paragraph_id"),
        ParagraphText.kind != ParagraphKind.HEADING,
    )
    .limit(1)
    .correlate(Consultation)
    .scalar_subquery()
)
FORM_SENT_BEFORE = (
    select(Submission.number)
    .where(Submission.form_digest == bindparam("sent_form_digest"))
    .correlate(None)
    .scalar_subquery()
)
RULES: tuple[Any, ...] = (
    Consultation.opens_at,
    Consultation.closes_at,
    Consultation.is_listed,
    Consultation.who_may_comment,
    Consultation.moderation,
    Consultation.asking,
    Consultation.privacy_notice_version,
)
# All that decides whether a comment is taken, read in one go after the write lock is held.
PLACE = select(
    NEWEST_SEALED.label("version_id"),
    STANDING_TEXT.label("text_id"),
    FORM_SENT_BEFORE.label("number"),
    *RULES,
).where(Consultation.id == bindparam("consultation_id"))


@dataclass(frozen=True)
class _Sending:
    consultation_id: int
    consultation: Consultation
    paragraph_id: int | None
    words: Words
    said: SafeText | None
    form_digest: str
    by: Person | None
    at: datetime
    with_letter: bool
    read_version: int | None


def post_comment(
    consultation: Consultation,
    paragraph_id: int | None,
    words: Words,
    *,
    form: str,
    by: Person | None,
    at: datetime,
    secret_key: str,
    with_letter: bool = True,
    read_version: int | None = None,
) -> Receipt:
    """The comment is in the record, and the receipt for it is answered; sent again, the same receipt.

    `form` identifies the copy of the form: the same words from the same copy are one comment. `read_version`
    is the version that stood beside it. Writes nothing when it raises NotYetOpenError, ClosedError,
    ForbiddenError, NotFoundError, ChangedMeanwhileError (the newest version says something else there) or
    InvalidError (problems by form field).
    """
    sending = _Sending(
        consultation_id=consultation.id,
        consultation=consultation,
        paragraph_id=paragraph_id,
        words=words,
        said=render_said(words.body),
        form_digest=digest_of(json.dumps([form, paragraph_id, asdict(words)])),
        by=by,
        at=at,
        with_letter=with_letter,
        read_version=read_version,
    )
    try:
        with transaction():
            number = _write_once(sending, secret_key)
    except IntegrityError:
        # Two sendings of one form met in the database; the other one is committed by now.
        earlier = _number_of_form(sending.form_digest)
        if earlier is None:
            raise
        number = earlier
    return Receipt(number, secret_of(number, secret_key))


def sealed_version_of(consultation: Consultation) -> Version:
    """The version under consultation: the last sealed one; raises NotFoundError when there is none."""
    version = db.session.scalar(
        select(Version)
        .join(Version.draft)
        .where(Draft.consultation_id == consultation.id, Version.sealed_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )
    if version is None:
        raise NotFoundError("version")
    return version


def _number_of_form(form_digest: str) -> str | None:
    return db.session.scalar(select(Submission.number).where(Submission.form_digest == form_digest))


def _write_once(sending: _Sending, secret_key: str) -> str:
    """The number of the submission that this form has made, now or before."""
    found = (
        db.session.connection()
        .execute(
            PLACE,
            {
                "consultation_id": sending.consultation_id,
                "sent_paragraph_id": sending.paragraph_id,
                "sent_form_digest": sending.form_digest,
            },
        )
        .one()
    )
    if found.number is not None:
        return str(found.number)
    for rule in RULES:
        set_committed_value(sending.consultation, rule.key, getattr(found, rule.key))
    words, said = _require_acceptable(sending)
    if found.version_id is None:
        raise NotFoundError("version")
    if _is_about_other_words(sending, found.version_id):
        raise ChangedMeanwhileError(f"version {found.version_id}")
    if sending.paragraph_id is not None and found.text_id is None:
        raise NotFoundError("paragraph")
    number = new_number()
    submission_id = _write_submission(sending, words, number, digest_of(secret_of(number, secret_key)))
    _write_comment(sending, words, said, submission_id, found.version_id)
    return number


def _is_about_other_words(sending: _Sending, newest_id: int) -> bool:
    """Whether what was read is not what the newest version says there."""
    if sending.read_version in {None, newest_id}:
        return False
    if sending.paragraph_id is None or sending.read_version is None:
        return True
    return not says_the_same(sending.paragraph_id, sending.read_version, newest_id)


def _require_acceptable(sending: _Sending) -> tuple[Words, SafeText]:
    require_open(sending.consultation, sending.at)
    if not may_comment(sending.consultation, sending.by):
        raise ForbiddenError("signed_in")
    return require_valid(sending.consultation, sending.words, sending.said)


def require_open(consultation: Consultation, at: datetime) -> None:
    """Raises NotYetOpenError or ClosedError unless a comment received at that instant is in time."""
    if at < consultation.opens_at or not consultation.is_listed:
        raise NotYetOpenError
    if at >= consultation.closes_at:
        raise ClosedError


def may_comment(consultation: Consultation, person: Person | None) -> bool:
    """Whether the consultation lets this person, or visitors, comment."""
    if consultation.who_may_comment == WhoMayComment.VISITORS:
        return True
    return person is not None and person.confirmed_at is not None


def _write_comment(
    sending: _Sending, words: Words, said: SafeText, submission_id: int, version_id: int
) -> None:
    at_once = sending.consultation.moderation == ModerationPolicy.AFTER
    comment_id = write_row(
        Comment,
        consultation_id=sending.consultation_id,
        submission_id=submission_id,
        paragraph_id=sending.paragraph_id,
        version_id=version_id,
        language=words.language,
        country=words.country,
        kind=words.kind or Kind.OTHER,
        importance=words.importance,
        source=said.source,
        html=said.html,
        plain=said.plain,
        state=State.PUBLISHED if at_once else State.WAITING,
        received_at=sending.at,
        published_at=sending.at if at_once else None,
    )
    _tell(
        sending,
        comment_id,
        wants_letter=sending.with_letter and bool(_email(sending, words)),
        is_published=at_once,
    )


def _write_submission(sending: _Sending, words: Words, number: str, secret_digest: str) -> int:
    return write_row(
        Submission,
        consultation_id=sending.consultation_id,
        person_id=sending.by.id if sending.by else None,
        number=number,
        secret_digest=secret_digest,
        form_digest=sending.form_digest,
        capacity=words.capacity,
        name=words.name,
        email=_email(sending, words),
        country=words.country,
        organisation=words.organisation,
        group_size=words.group_size,
        language=words.language,
        privacy_notice_version=sending.consultation.privacy_notice_version,
        received_at=sending.at,
    )


def _email(sending: _Sending, words: Words) -> str:
    return words.email or (sending.by.email if sending.by else "")


def _tell(sending: _Sending, comment_id: int, *, wants_letter: bool, is_published: bool) -> None:
    person_id = sending.by.id if sending.by else None
    record("comment posted", f"comment:{comment_id}", person_id=person_id, at=sending.at)
    if wants_letter:
        enqueue("letter", {"letter": "receipt", "comment_id": comment_id}, at=sending.at)
    if is_published:
        enqueue("index_comment", {"comment_id": comment_id}, at=sending.at)
    touch_public_pages(sending.consultation_id)
