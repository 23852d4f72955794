"""What decides whether comments are taken: the rules as they stand once the write lock is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import instance_dict

from app.models.base import rows
from app.models.comment import Comment, State, Submission
from app.models.consultation import Consultation, WhoMayComment
from app.models.draft import (
    Draft,
    Paragraph,
    ParagraphKind,
    ParagraphText,
    Standing,
    Translation,
    Version,
)
from app.models.people import Person
from app.services.errors import (
    ChangedMeanwhileError,
    ClosedError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotYetOpenError,
)
from app.services.proof.leaves import first_leaf_of
from app.services.public.remembering import says_the_same

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
    Consultation.grace_minutes,
    Consultation.is_listed,
    Consultation.who_may_comment,
    Consultation.moderation,
    Consultation.asking,
    Consultation.asks_register_number,
    Consultation.takes_replies,
    Consultation.privacy_notice_version,
)
PARENT = aliased(Comment)
PARENT_STANDING = aliased(Standing)
# All that decides whether a comment is taken, read in one go after the write lock is held.
PLACE = (
    select(
        Version.id.label("version_id"),
        Version.number.label("version"),
        Paragraph.key.label("paragraph"),
        STANDING_TEXT.label("text_id"),
        FORM_SENT_BEFORE.label("number"),
        PARENT.consultation_id.label("parent_consultation_id"),
        func.coalesce(PARENT_STANDING.place_id, PARENT.paragraph_id).label("parent_place_id"),
        PARENT.parent_id.label("grandparent_id"),
        PARENT.state.label("parent_state"),
        PARENT.has_words.label("parent_has_words"),
        first_leaf_of(PARENT).label("parent_leaf"),
        *RULES,
    )
    .select_from(Consultation)
    .outerjoin(Version, Version.id == NEWEST_SEALED)
    .outerjoin(Paragraph, Paragraph.id == bindparam("sent_paragraph_id"))
    .outerjoin(PARENT, PARENT.id == bindparam("sent_parent_id"))
    .outerjoin(PARENT_STANDING, PARENT_STANDING.paragraph_id == PARENT.paragraph_id)
    .where(Consultation.id == bindparam("consultation_id"))
)


class Spot(NamedTuple):
    """Where a comment is to go: a paragraph (None: the whole draft), beside which version it was written."""

    paragraph_id: int | None
    read_version: int | None = None
    parent_id: int | None = None


@dataclass(frozen=True)
class Place:
    """Where a comment goes: into which version, at which key, in reply to which leaf."""

    version_id: int
    version: int
    paragraph: str | None
    parent_leaf: int | None


@dataclass(frozen=True)
class Admission:
    """What was found under the lock: the number of a form that was sent before, and what stands there."""

    number: str | None
    found: list[Any]


def look(consultation: Consultation, form_digest: str, spots: Sequence[Spot]) -> Admission:
    """What stands at the spots, and the consultation with its rules as they are now."""
    consultation_id = consultation.id
    found = [_at(spot, consultation_id, form_digest) for spot in spots]
    instance_dict(consultation).update({rule.key: getattr(found[0], rule.key) for rule in RULES})
    return Admission(found[0].number, found)


def place_at(consultation: Consultation, spot: Spot, found: Any) -> Place:
    """Where a comment for the spot goes.

    Raises NotFoundError, ChangedMeanwhileError (the newest version says something else there) or InvalidError
    (there is nothing to reply to).
    """
    if found.version_id is None:
        raise NotFoundError("version")
    if _is_about_other_words(spot, found.version_id):
        raise ChangedMeanwhileError(f"version {found.version_id}")
    if spot.paragraph_id is not None and found.text_id is None:
        raise NotFoundError("paragraph")
    if spot.parent_id is not None and not _can_be_replied_to(consultation, spot, found):
        raise InvalidError({"parent": "gone"})
    return Place(found.version_id, found.version, found.paragraph, found.parent_leaf)


def require_open(consultation: Consultation, at: datetime, opened_at: datetime | None = None) -> None:
    """Raises NotYetOpenError or ClosedError unless a comment received at that instant is in time.

    A form that was opened before the closing (`opened_at`) is taken for the consultation's grace minutes.
    """
    if at < consultation.opens_at or not consultation.is_listed:
        raise NotYetOpenError
    if at >= takes_until(consultation, opened_at):
        raise ClosedError


def takes_until(consultation: Consultation, opened_at: datetime | None = None) -> datetime:
    """The first instant at which a form opened then is not taken any more."""
    if opened_at is None or opened_at >= consultation.closes_at:
        return consultation.closes_at
    return consultation.closes_at + timedelta(minutes=consultation.grace_minutes)


def may_comment(consultation: Consultation, person: Person | None) -> bool:
    """Whether the consultation lets this person, or visitors, comment."""
    if consultation.who_may_comment != WhoMayComment.SIGNED_IN:
        return True
    return person is not None and person.confirmed_at is not None


def require_may_comment(consultation: Consultation, person: Person | None) -> None:
    """Raises ForbiddenError unless the consultation lets this person, or visitors, comment."""
    if not may_comment(consultation, person):
        raise ForbiddenError("signed_in")


def _at(spot: Spot, consultation_id: int, form_digest: str) -> Any:
    [found] = rows(
        PLACE,
        consultation_id=consultation_id,
        sent_paragraph_id=spot.paragraph_id,
        sent_parent_id=spot.parent_id,
        sent_form_digest=form_digest,
    )
    return found


def _is_about_other_words(spot: Spot, newest_id: int) -> bool:
    """Whether what was read is not what the newest version says there."""
    if spot.read_version in {None, newest_id}:
        return False
    if spot.paragraph_id is None or spot.read_version is None:
        return True
    return not says_the_same(spot.paragraph_id, spot.read_version, newest_id)


def _can_be_replied_to(consultation: Consultation, spot: Spot, found: Any) -> bool:
    return (
        consultation.takes_replies
        and found.parent_consultation_id == consultation.id
        and found.parent_place_id == spot.paragraph_id
        and found.grandparent_id is None
        and found.parent_state == State.PUBLISHED
        and found.parent_has_words
    )
