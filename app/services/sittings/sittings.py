"""Sittings: what a browser, or a signed-in person, has written in a consultation and not sent yet."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, false, or_, select, text
from sqlalchemy.orm import joinedload, selectinload

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.sitting import Sitting, SittingKey, UnsentComment
from app.services.errors import NotFoundError
from app.services.text import digest_of

KEPT_FOR = timedelta(days=60)
REFERENCE_BYTES = 20
MOST_NAMES = 20
LONGEST_PARTICULAR = 1000
# So many comments one submission can hold.
MOST_TOGETHER = 200


@dataclass(frozen=True)
class Bearer:
    """Who asks: the browser, by what its cookie holds, and the person who is signed in in it."""

    reference: str = ""
    person_id: int | None = None


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
            .where(Sitting.consultation_id == consultation.id, is_open_at(at), fits(bearer))
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


def put_particulars(key: SittingKey, particulars: Mapping[str, str]) -> None:
    """The key's sitting holds the particulars as they were typed, if it is its owner's."""
    # Whoever gathers with colleagues says for whom they all speak.
    if not key.is_owner or not particulars:
        return
    typed = {name: value[:LONGEST_PARTICULAR] for name, value in list(particulars.items())[:MOST_NAMES]}
    key.sitting.particulars = {**key.sitting.particulars, **typed}


def touch(sitting: Sitting, at: datetime) -> None:
    """The sitting is kept for its whole time from now on."""
    sitting.touched_at, sitting.expires_at = at, at + KEPT_FOR


def is_shared(sitting: Sitting) -> bool:
    """Whether colleagues write in it, or may join."""
    return sitting.code_digest is not None or len(sitting.keys) > 1


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


def _new_key(bearer: Bearer, at: datetime) -> SittingKey:
    digest = digest_of(bearer.reference) if bearer.reference else None
    return SittingKey(reference_digest=digest, person_id=bearer.person_id, joined_at=at)


def is_open_at(at: datetime) -> ColumnElement[bool]:
    """Whether a sitting can be reached at that instant, and is not sent."""
    return and_(Sitting.submission_id.is_(None), Sitting.expires_at > at)


def fits(bearer: Bearer) -> ColumnElement[bool]:
    """Whether a key is one of the bearer’s."""
    mine: list[ColumnElement[bool]] = []
    if bearer.reference:
        of_browser = SittingKey.reference_digest == digest_of(bearer.reference)
        mine.append(and_(of_browser, SittingKey.person_id.is_(None)))
    if bearer.person_id is not None:
        mine.append(SittingKey.person_id == bearer.person_id)
    return or_(false(), *mine)
