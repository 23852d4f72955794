"""What is not sent yet: read, counted, and found at its place again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.models.base import db
from app.models.consultation import Consultation
from app.models.sitting import Sitting, SittingKey, UnsentComment
from app.services.comments.admitting import Spot
from app.services.sittings.sittings import Bearer, fits, is_open_at, key_of
from app.services.text import digest_of


class Unsent(NamedTuple):
    """How many comments somebody has not sent yet in one consultation."""

    slug: str
    titles: dict[str, str]
    number: int


def unsent_in(sitting: Sitting) -> list[UnsentComment]:
    """The comments of the sitting in the order in which they were begun, with all that stands around them."""
    return list(
        db.session.scalars(
            select(UnsentComment)
            .where(UnsentComment.sitting_id == sitting.id)
            .options(
                joinedload(UnsentComment.paragraph),
                joinedload(UnsentComment.version),
                joinedload(UnsentComment.parent),
                joinedload(UnsentComment.key),
            )
            .order_by(UnsentComment.id)
            .execution_options(populate_existing=True)
        )
    )


def unsent_of(bearer: Bearer, at: datetime) -> list[Unsent]:
    """In which consultations the bearer has comments not yet sent, the one written in last first."""
    if not bearer.reference and bearer.person_id is None:
        return []
    reached = select(SittingKey.sitting_id).join(SittingKey.sitting).where(is_open_at(at), fits(bearer))
    rows = db.session.execute(
        select(Consultation.slug, Consultation.titles, func.count(UnsentComment.id))
        .join(Sitting, Sitting.consultation_id == Consultation.id)
        .join(UnsentComment, UnsentComment.sitting_id == Sitting.id)
        .where(Sitting.id.in_(reached), UnsentComment.replaces_id.is_(None))
        .group_by(Consultation.id)
        .order_by(func.max(Sitting.touched_at).desc(), Consultation.id)
    )
    return [Unsent(slug, titles, number) for slug, titles, number in rows]


def has_something_open(bearer: Bearer, at: datetime) -> bool:
    """Whether the bearer has comments not yet sent, or gathers a submission in which there are none yet."""
    other = aliased(SittingKey)
    is_used = or_(
        Sitting.code_digest.is_not(None),
        exists().where(UnsentComment.sitting_id == Sitting.id, UnsentComment.replaces_id.is_(None)),
        exists().where(other.sitting_id == Sitting.id, other.id != SittingKey.id),
    )
    found = select(SittingKey.id).join(SittingKey.sitting).where(is_open_at(at), fits(bearer), is_used)
    return db.session.scalar(found.limit(1)) is not None


def unsent_at(
    consultation: Consultation, spot: Spot, *, bearer: Bearer, at: datetime, comment_id: int | None = None
) -> UnsentComment | None:
    """The bearer's unsent comment with that number, or else the last one that they are writing at the spot.

    Of an added one that they have begun to change these changes.
    """
    key = key_of(consultation, bearer, at)
    if key is None:
        return None
    mine = [comment for comment in unsent_in(key.sitting) if may_change(key, comment)]
    if comment_id is not None:
        changes = [each for each in mine if each.key_id == key.id and each.replaces_id == comment_id]
        found = _last(changes)
        return found or next((comment for comment in mine if comment.id == comment_id), None)
    return _last([each for each in _at_spot(mine, key, spot) if not each.is_added])


def added_at(key: SittingKey, spot: Spot) -> list[UnsentComment]:
    """What was added at the spot with that key, in the order in which it was begun."""
    return [each for each in _at_spot(unsent_in(key.sitting), key, spot) if each.is_added]


def changed_by(key: SittingKey) -> set[int]:
    """The numbers of the added comments that are being changed with that key."""
    mine = [each for each in unsent_in(key.sitting) if each.key_id == key.id]
    return {each.replaces_id for each in mine if each.replaces_id is not None}


def _at_spot(comments: list[UnsentComment], key: SittingKey, spot: Spot) -> list[UnsentComment]:
    place = spot.paragraph_id, spot.parent_id
    return [
        each
        for each in comments
        if each.key_id == key.id and each.replaces_id is None and (each.paragraph_id, each.parent_id) == place
    ]


def _last(comments: list[UnsentComment]) -> UnsentComment | None:
    return max(comments, key=lambda comment: (comment.changed_at, comment.id), default=None)


def may_change(key: SittingKey, comment: UnsentComment) -> bool:
    """Whether the comment is the key's own, or the key its sitting's owner's."""
    return comment.sitting_id == key.sitting_id and (key.is_owner or comment.key_id == key.id)


def is_kept_with_account(consultation: Consultation, bearer: Bearer, at: datetime) -> bool:
    """Whether this browser began something here that is to be seen again after signing in."""
    if not bearer.reference or bearer.person_id is not None:
        return False
    digest = digest_of(bearer.reference)
    kept = (
        select(UnsentComment.id)
        .join(UnsentComment.sitting)
        .join(Sitting.keys)
        .where(
            Sitting.consultation_id == consultation.id,
            is_open_at(at),
            SittingKey.reference_digest == digest,
            SittingKey.person_id.is_not(None),
        )
    )
    return db.session.scalar(kept.limit(1)) is not None
