"""Posting comments."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.models.base import db, transaction
from app.models.comment import Capacity, Comment, Kind, State, Submission
from app.models.consultation import Asking, Consultation, ModerationPolicy, Particular, WhoMayComment
from app.models.draft import Draft, ParagraphKind, ParagraphText, Translation, Version
from app.models.people import Person
from app.services.activity import enqueue, record, touch_public_pages
from app.services.errors import ClosedError, ForbiddenError, InvalidError, NotFoundError, NotYetOpenError
from app.services.receipts import Receipt, new_number, secret_of
from app.services.text import SafeText, count_characters, digest_of, render_comment

LONGEST_COMMENT = 10_000
LONGEST_LINE = 200
LARGEST_GROUP = 1_000_000


@dataclass(frozen=True)
class Words:
    """What a respondent filled in; empty where nothing was asked or given."""

    body: str
    language: str
    name: str = ""
    email: str = ""
    country: str = ""
    capacity: str = Capacity.INDIVIDUAL
    organisation: str = ""
    group_size: int | None = None
    kind: str = ""
    importance: int | None = None
    consent: bool = False


def post_comment(
    consultation: Consultation,
    paragraph_id: int | None,
    words: Words,
    *,
    form: str,
    by: Person | None,
    at: datetime,
    secret_key: str,
) -> Receipt:
    """The comment is in the record, and the receipt for it is answered; sent again, the same receipt.

    `form` identifies the copy of the form: the same words from the same copy are one comment.
    Writes nothing when it raises NotYetOpenError, ClosedError, ForbiddenError, NotFoundError or
    InvalidError (problems by form field).
    """
    form_digest = digest_of(json.dumps([form, paragraph_id, asdict(words)]))
    try:
        with transaction():
            number = _number_of_form(form_digest)
            if number is None:
                number = _write(consultation, paragraph_id, words, form_digest, by, at, secret_key)
    except IntegrityError:
        # Two sendings of one form met in the database; the other one is committed by now.
        number = _number_of_form(form_digest)
        if number is None:
            raise
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


def is_email(address: str) -> bool:
    """Whether mail could be sent there, by its form (RFC 5322)."""
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    return True


def tidy(consultation: Consultation, words: Words) -> Words:
    """The words without what is not asked for, and without what another capacity left over."""
    asked = {particular for particular in Particular if consultation.asks(particular) != Asking.NO}
    capacity = words.capacity if Particular.CAPACITY in asked and words.capacity else Capacity.INDIVIDUAL
    return replace(
        words,
        name=words.name.strip() if Particular.NAME in asked else "",
        email=words.email.strip() if Particular.EMAIL in asked else "",
        country=words.country if Particular.COUNTRY in asked else "",
        capacity=capacity,
        organisation="" if capacity == Capacity.INDIVIDUAL else words.organisation.strip(),
        group_size=words.group_size if capacity == Capacity.GROUP else None,
        kind=words.kind if Particular.KIND in asked else "",
        importance=words.importance if Particular.IMPORTANCE in asked else None,
    )


def _number_of_form(form_digest: str) -> str | None:
    return db.session.scalar(select(Submission.number).where(Submission.form_digest == form_digest))


def _write(
    consultation: Consultation,
    paragraph_id: int | None,
    words: Words,
    form_digest: str,
    by: Person | None,
    at: datetime,
    secret_key: str,
) -> str:
    db.session.refresh(consultation)
    require_open(consultation, at)
    if not may_comment(consultation, by):
        raise ForbiddenError("signed_in")
    said = _require_valid(consultation, words)
    version = sealed_version_of(consultation)
    _require_standing(version, paragraph_id)
    submission = _submission(consultation, tidy(consultation, words), by, at)
    submission.form_digest = form_digest
    submission.secret_digest = digest_of(secret_of(submission.number, secret_key))
    comment = _comment(submission, paragraph_id, version, tidy(consultation, words), said)
    db.session.add_all([submission, comment])
    db.session.flush()
    _tell(comment, submission, by, at)
    return submission.number


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


def _require_valid(consultation: Consultation, words: Words) -> SafeText:
    said = render_comment(words.body)
    problems = {
        **_missing(consultation, words),
        **_unfit(tidy(consultation, words)),
        **_problems_of_body(said),
        **({} if words.consent else {"consent": "required"}),
    }
    if problems:
        raise InvalidError(problems)
    return said


def _missing(consultation: Consultation, words: Words) -> dict[str, str]:
    return {
        str(particular): "required"
        for particular in Particular
        if consultation.asks(particular) == Asking.REQUIRED
        and not str(getattr(words, particular) or "").strip()
    }


def _unfit(words: Words) -> dict[str, str]:
    problems: dict[str, str] = {}
    if words.email and not is_email(words.email):
        problems["email"] = "invalid"
    if words.capacity != Capacity.INDIVIDUAL and not words.organisation:
        problems["organisation"] = "required"
    if words.capacity == Capacity.GROUP and not 1 < (words.group_size or 0) <= LARGEST_GROUP:
        problems["group_size"] = "required"
    for line in ("name", "organisation"):
        if count_characters(getattr(words, line)) > LONGEST_LINE:
            problems[line] = "too_long"
    return problems


def _problems_of_body(said: SafeText) -> dict[str, str]:
    if not said.plain:
        return {"body": "required"}
    return {"body": "too_long"} if count_characters(said.source) > LONGEST_COMMENT else {}


def _require_standing(version: Version, paragraph_id: int | None) -> None:
    if paragraph_id is None:
        return
    stands = db.session.scalar(
        select(ParagraphText.id)
        .join(Translation)
        .where(
            Translation.version_id == version.id,
            ParagraphText.paragraph_id == paragraph_id,
            ParagraphText.kind != ParagraphKind.HEADING,
        )
        .limit(1)
    )
    if stands is None:
        raise NotFoundError("paragraph")


def _submission(consultation: Consultation, words: Words, by: Person | None, at: datetime) -> Submission:
    return Submission(
        consultation_id=consultation.id,
        person_id=by.id if by else None,
        number=new_number(),
        capacity=words.capacity,
        name=words.name,
        email=words.email or (by.email if by else ""),
        country=words.country,
        organisation=words.organisation,
        group_size=words.group_size,
        language=words.language,
        privacy_notice_version=consultation.privacy_notice_version,
        received_at=at,
        consultation=consultation,
    )


def _comment(
    submission: Submission, paragraph_id: int | None, version: Version, words: Words, said: SafeText
) -> Comment:
    at_once = submission.consultation.moderation == ModerationPolicy.AFTER
    return Comment(
        consultation_id=submission.consultation_id,
        submission=submission,
        paragraph_id=paragraph_id,
        version_id=version.id,
        language=words.language,
        country=submission.country,
        kind=words.kind or Kind.OTHER,
        importance=words.importance,
        source=said.source,
        html=said.html,
        plain=said.plain,
        state=State.PUBLISHED if at_once else State.WAITING,
        received_at=submission.received_at,
        published_at=submission.received_at if at_once else None,
    )


def _tell(comment: Comment, submission: Submission, by: Person | None, at: datetime) -> None:
    record("comment posted", f"comment:{comment.id}", person_id=by.id if by else None, at=at)
    if submission.email:
        enqueue("letter", {"letter": "receipt", "comment_id": comment.id}, at=at)
    if comment.state == State.PUBLISHED:
        enqueue("index_comment", {"comment_id": comment.id}, at=at)
    touch_public_pages(comment.consultation_id)
