"""Sittings: what a browser, or a signed-in person, has written in a consultation and not sent yet."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, text
from sqlalchemy.orm import joinedload, selectinload

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.sitting import Sitting, SittingKey, UnsentComment
from app.services.errors import NotFoundError
from app.services.text import digest_of

KEPT_FOR = timedelta(days=60)
REFERENCE_BYTES = 20
# So many comments one submission can hold.
MOST_TOGETHER = 200


@dataclass(frozen=True)
class Bearer:
    """Who asks: the browser, by what its cookie holds, and the person who is signed in in it."""

    reference: str = ""
    person_id: int | None = None


class Unsent(NamedTuple):
    """How many comments somebody has not sent yet in one consultation."""

    slug: str
    titles: dict[str, str]
    number: int


def new_reference() -> str:
    """What a browser's cookie holds: 160 random bits in base 32.

    Nothing that a page shows leads to it: whoever learns of a form must not reach what was typed into it.
    """
    return base64.b32encode(secrets.token_bytes(REFERENCE_BYTES)).decode().lower()


def key_of(consultation: Consultation, bearer: Bearer, at: datetime) -> SittingKey | None:
    """The key by which the bearer reaches an open sitting, with the sitting: of several the last chosen.

    A browser's key that has become a person's opens only while that person is signed in.
    """
    return next(iter(keys_of(consultation, bearer, at)), None)


def keys_of(consultation: Consultation, bearer: Bearer, at: datetime) -> list[SittingKey]:
    """All keys by which the bearer reaches open sittings: their own, and those of colleagues they joined."""
    if not bearer.reference and bearer.person_id is None:
        return []
    return list(
        db.session.scalars(
            select(SittingKey)
            .join(SittingKey.sitting)
            .where(Sitting.consultation_id == consultation.id, _is_open(at), _fits(bearer))
            .options(joinedload(SittingKey.sitting))
            .order_by(SittingKey.joined_at.desc(), SittingKey.id.desc())
            .execution_options(populate_existing=True)
        )
    )


def choose_sitting(consultation: Consultation, sitting_id: int, *, bearer: Bearer, at: datetime) -> None:
    """The bearer writes in that sitting from now on; raises NotFoundError unless it is open to them."""
    with transaction():
        key = next((key for key in keys_of(consultation, bearer, at) if key.sitting_id == sitting_id), None)
        if key is None:
            raise NotFoundError("sitting")
        key.joined_at = at


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
    reached = select(SittingKey.sitting_id).join(SittingKey.sitting).where(_is_open(at), _fits(bearer))
    rows = db.session.execute(
        select(Consultation.slug, Consultation.titles, func.count(UnsentComment.id))
        .join(Sitting, Sitting.consultation_id == Consultation.id)
        .join(UnsentComment, UnsentComment.sitting_id == Sitting.id)
        .where(Sitting.id.in_(reached))
        .group_by(Consultation.id)
        .order_by(func.max(Sitting.touched_at).desc(), Consultation.id)
    )
    return [Unsent(slug, titles, number) for slug, titles, number in rows]


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
            _is_open(at),
            SittingKey.reference_digest == digest,
            SittingKey.person_id.is_not(None),
        )
    )
    return db.session.scalar(kept.limit(1)) is not None


def begin_sitting(consultation: Consultation, bearer: Bearer, language: str, at: datetime) -> SittingKey:
    """The key of the bearer's open sitting, which begins now if there is none; inside a transaction.

    Nobody else writes in the sitting until the transaction ends.
    """
    lock_bearer(bearer)
    key = key_of(consultation, bearer, at)
    if key is not None:
        sitting = lock_sitting(key.sitting_id)
        # A colleague may have sent it while we waited for it.
        if sitting is not None and sitting.submission_id is None:
            touch(sitting, at)
            return key
    key = _new_key(bearer, at)
    db.session.add(
        Sitting(
            consultation_id=consultation.id,
            language=language,
            particulars={},
            began_at=at,
            touched_at=at,
            expires_at=at + KEPT_FOR,
            keys=[key],
        )
    )
    db.session.flush()
    return key


def claim_sittings(bearer: Bearer, at: datetime) -> None:
    """What the browser began before somebody signed in is that person's now, with what they had already.

    Two sittings in one consultation become one, unless one is shared with colleagues: then they stay apart.
    """
    if not bearer.reference or bearer.person_id is None or not _unclaimed(bearer, at):
        return
    with transaction():
        lock_bearer(bearer)
        for key in _unclaimed(bearer, at):
            _claim(key, bearer.person_id, at)


def touch(sitting: Sitting, at: datetime) -> None:
    """The sitting is kept for its whole time from now on."""
    sitting.touched_at, sitting.expires_at = at, at + KEPT_FOR


def is_shared(sitting: Sitting) -> bool:
    """Whether colleagues write in it, or may join."""
    return sitting.code_digest is not None or len(sitting.keys) > 1


def move_comments(origin: Sitting, to: SittingKey, at: datetime) -> None:
    """All comments of a sitting are in the other one, under that key; the first one is gone."""
    for comment in unsent_in(origin):
        comment.sitting_id, comment.key_id = to.sitting_id, to.id
    known = {name: value for name, value in origin.particulars.items() if value}
    to.sitting.particulars = {**to.sitting.particulars, **known}
    to.sitting.began_at = min(origin.began_at, to.sitting.began_at)
    touch(to.sitting, at)
    db.session.flush()
    remove_sittings([origin.id])


def remove_sittings(numbers: list[int]) -> None:
    """The sittings are gone with all that they hold; inside a transaction."""
    for table, column in (
        (UnsentComment, UnsentComment.sitting_id),
        (SittingKey, SittingKey.sitting_id),
        (Sitting, Sitting.id),
    ):
        db.session.execute(delete(table).where(column.in_(numbers)))


def lock_bearer(bearer: Bearer) -> None:
    """Two requests of one browser, or of one person, wait for each other; inside a transaction."""
    # SQLite writers are alone already.
    if db.session.get_bind().dialect.name != "postgresql":
        return
    for name in filter(None, (bearer.reference, bearer.person_id and f"person:{bearer.person_id}")):
        number = int.from_bytes(hashlib.sha256(f"sitting:{name}".encode()).digest()[:8], "big", signed=True)
        db.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def lock_sitting(number: int) -> Sitting | None:
    """The sitting as it stands, for this transaction alone to change; None when it is gone."""
    return db.session.scalar(
        select(Sitting)
        .where(Sitting.id == number)
        .with_for_update(of=Sitting)
        .options(selectinload(Sitting.keys))
        .execution_options(populate_existing=True)
    )


def _claim(key: SittingKey, person_id: int, at: datetime) -> None:
    theirs = keys_of(key.sitting.consultation, Bearer(person_id=person_id), at)
    same = next((own for own in theirs if own.sitting_id == key.sitting_id), None)
    alone = next((own for own in theirs if not is_shared(own.sitting)), None)
    if same is not None:
        _join_keys(key, same)
    elif alone is not None and not is_shared(key.sitting):
        lock_sitting(alone.sitting_id)
        move_comments(key.sitting, alone, at)
        alone.joined_at = max(alone.joined_at, key.joined_at)
    else:
        key.person_id = person_id
    db.session.flush()


def _join_keys(key: SittingKey, into: SittingKey) -> None:
    """Somebody reached the same sitting as a visitor and signed in: all is under the one key."""
    for comment in unsent_in(key.sitting):
        if comment.key_id == key.id:
            comment.key_id = into.id
    into.is_owner = into.is_owner or key.is_owner
    db.session.flush()
    db.session.execute(delete(SittingKey).where(SittingKey.id == key.id))


def _unclaimed(bearer: Bearer, at: datetime) -> list[SittingKey]:
    return list(
        db.session.scalars(
            select(SittingKey)
            .join(SittingKey.sitting)
            .where(_is_open(at), _fits(Bearer(bearer.reference)))
            .options(joinedload(SittingKey.sitting))
            .order_by(SittingKey.sitting_id)
            .execution_options(populate_existing=True)
        )
    )


def _new_key(bearer: Bearer, at: datetime) -> SittingKey:
    digest = digest_of(bearer.reference) if bearer.reference else None
    return SittingKey(reference_digest=digest, person_id=bearer.person_id, joined_at=at)


def _is_open(at: datetime) -> ColumnElement[bool]:
    return and_(Sitting.submission_id.is_(None), Sitting.expires_at > at)


def _fits(bearer: Bearer) -> ColumnElement[bool]:
    mine: list[ColumnElement[bool]] = []
    if bearer.reference:
        of_browser = SittingKey.reference_digest == digest_of(bearer.reference)
        mine.append(and_(of_browser, SittingKey.person_id.is_(None)))
    if bearer.person_id is not None:
        mine.append(SittingKey.person_id == bearer.person_id)
    return or_(*mine)
