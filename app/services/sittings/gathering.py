"""Gathering one submission with colleagues: its owner shares a code, others add comments to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Capacity, Submission
from app.models.consultation import Consultation
from app.models.sitting import Sitting, SittingKey, UnsentComment
from app.services.activity import record
from app.services.comments.checking import LONGEST_LINE
from app.services.derived_secrets import derived_secret
from app.services.errors import ForbiddenError, InvalidError, NotFoundError
from app.services.sittings.returning import give_back
from app.services.sittings.sittings import (
    Bearer,
    begin_sitting,
    fits,
    key_of,
    keys_of,
    lock_bearer,
    lock_sitting,
    put_particulars,
    touch,
)
from app.services.sittings.unsent import unsent_in
from app.services.text import digest_of, one_line

CODE_BYTES = 20
SHARED_BY = frozenset({str(Capacity.ORGANISATION), str(Capacity.GROUP)})


class SentTogether(NamedTuple):
    """A sitting that somebody had joined, and that its owner sent."""

    sitting_id: int
    organisation: str
    name: str
    sent_at: datetime
    zone: str


def code_of(sitting: Sitting, secret_key: str) -> str | None:
    """The code that colleagues join with, or None when the sitting is not shared.

    HMAC-SHA-256 cut to 160 bits, in base 32: derived by the site's key, so that only its digest is kept.
    """
    return None if sitting.code_digest is None else _code(sitting, secret_key)


def share_sitting(consultation: Consultation, *, bearer: Bearer, at: datetime, secret_key: str) -> None:
    """Colleagues can join with a code that nobody has seen yet; who joined with an older one stays.

    Raises NotFoundError without a sitting, ForbiddenError for anybody but its owner, and InvalidError
    unless it speaks for an organisation or group that has a name.
    """
    with transaction():
        _share(_owned(consultation, bearer, at), bearer, at, secret_key)


def begin_shared_sitting(
    consultation: Consultation,
    particulars: Mapping[str, str],
    *,
    bearer: Bearer,
    language: str,
    at: datetime,
    secret_key: str,
) -> None:
    """The bearer has a sitting, without a comment yet if it is new, that colleagues can join with a code.

    Raises what `share_sitting` does; then no sitting begins.
    """
    with transaction():
        key = begin_sitting(consultation, bearer, language, at)
        if not key.is_owner:
            raise ForbiddenError("owner")
        put_particulars(key, particulars)
        _share(key.sitting, bearer, at, secret_key)


def stop_sharing(consultation: Consultation, *, bearer: Bearer, at: datetime) -> None:
    """The code opens nothing any more; who joined before stays."""
    with transaction():
        sitting = _owned(consultation, bearer, at)
        sitting.code_digest = None
        record("sitting not shared any more", f"sitting:{sitting.id}", person_id=bearer.person_id, at=at)


def sitting_shared_as(consultation: Consultation, code: str, at: datetime) -> Sitting:
    """The open sitting of that code; raises NotFoundError when there is none."""
    sitting = db.session.scalar(
        select(Sitting).where(
            Sitting.code_digest == digest_of(code.strip().lower()),
            Sitting.consultation_id == consultation.id,
            Sitting.submission_id.is_(None),
            Sitting.expires_at > at,
        )
    )
    if sitting is None:
        raise NotFoundError("shared sitting")
    return sitting


def join_sitting(
    consultation: Consultation, code: str, contributor: str, *, bearer: Bearer, at: datetime
) -> None:
    """The bearer writes in the shared sitting from now on, under that name; what they had stays apart.

    Raises NotFoundError for a code that opens nothing, and InvalidError without a name.
    """
    name = one_line(contributor)
    if not name or len(name) > LONGEST_LINE:
        raise InvalidError({"contributor": "too_long" if name else "required"})
    with transaction():
        lock_bearer(bearer)
        sitting = lock_sitting(sitting_shared_as(consultation, code, at).id)
        if sitting is None:
            raise NotFoundError("shared sitting")
        known = [key for key in keys_of(consultation, bearer, at) if key.sitting_id == sitting.id]
        key = known[0] if known else _new_key(sitting, bearer, at)
        key.joined_at = at
        if not key.is_owner:
            key.contributor = name
        touch(sitting, at)
        record("sitting joined", f"sitting:{sitting.id}", person_id=bearer.person_id, at=at)


def leave_sitting(consultation: Consultation, sitting_id: int, *, bearer: Bearer, at: datetime) -> None:
    """The bearer reaches the colleague's sitting no more; what they added stays in it, under their name.

    What they were still writing goes with them.

    Raises NotFoundError unless they joined it, and ForbiddenError for its owner.
    """
    with transaction():
        lock_bearer(bearer)
        sitting = lock_sitting(sitting_id)
        keys = [key for key in keys_of(consultation, bearer, at) if key.sitting_id == sitting_id]
        if sitting is None or not keys:
            raise NotFoundError("shared sitting")
        if any(key.is_owner for key in keys):
            raise ForbiddenError("owner")
        theirs = {key.id for key in keys}
        unready = [each for each in unsent_in(sitting) if each.key_id in theirs and not each.is_ready]
        give_back(sitting, unready, at)
        for key in keys:
            _take_away(key)
        record("sitting left", f"sitting:{sitting.id}", person_id=bearer.person_id, at=at)


def sent_together(slug: str, *, bearer: Bearer, at: datetime) -> list[SentTogether]:
    """The sittings that the bearer had joined in that consultation and that were sent, the last one first."""
    if not bearer.reference and bearer.person_id is None:
        return []
    rows = db.session.execute(
        select(
            Sitting.id, Submission.organisation, Submission.name, Submission.received_at, Consultation.zone
        )
        .join(Sitting.keys)
        .join(Sitting.submission)
        .join(Sitting.consultation)
        .where(
            Consultation.slug == slug, SittingKey.is_owner.is_(False), Sitting.expires_at > at, fits(bearer)
        )
        .order_by(Submission.received_at.desc(), Sitting.id.desc())
    )
    return [SentTogether(*row) for row in rows]


def forget_sent(sitting_id: int, *, bearer: Bearer) -> None:
    """The bearer is not told any more that the sitting was sent; raises NotFoundError unless they were."""
    with transaction():
        keys = db.session.scalars(
            select(SittingKey)
            .join(SittingKey.sitting)
            .where(
                Sitting.id == sitting_id,
                Sitting.submission_id.is_not(None),
                SittingKey.is_owner.is_(False),
                fits(bearer),
            )
        ).all()
        if not keys:
            raise NotFoundError("sent sitting")
        for key in keys:
            db.session.delete(key)


def _share(sitting: Sitting, bearer: Bearer, at: datetime, secret_key: str) -> None:
    if sitting.particulars.get("capacity") not in SHARED_BY:
        raise InvalidError({"capacity": "required"})
    if not sitting.particulars.get("organisation", "").strip():
        raise InvalidError({"organisation": "required"})
    sitting.codes += 1
    sitting.code_digest = digest_of(_code(sitting, secret_key))
    touch(sitting, at)
    record("sitting shared", f"sitting:{sitting.id}", person_id=bearer.person_id, at=at)


def _take_away(key: SittingKey) -> None:
    """The key opens nothing; as long as it says who wrote a comment, it stays for its name alone."""
    wrote = db.session.scalar(select(UnsentComment.id).where(UnsentComment.key_id == key.id).limit(1))
    if wrote is None:
        db.session.delete(key)
    else:
        key.reference_digest = key.person_id = None


def _code(sitting: Sitting, secret_key: str) -> str:
    return derived_secret(f"together:{sitting.id}:{sitting.codes}", secret_key, size=CODE_BYTES)


def _owned(consultation: Consultation, bearer: Bearer, at: datetime) -> Sitting:
    lock_bearer(bearer)
    key = key_of(consultation, bearer, at)
    sitting = lock_sitting(key.sitting_id) if key else None
    if key is None or sitting is None or sitting.submission_id is not None:
        raise NotFoundError("sitting")
    if not key.is_owner:
        raise ForbiddenError("owner")
    return sitting


def _new_key(sitting: Sitting, bearer: Bearer, at: datetime) -> SittingKey:
    key = SittingKey(
        sitting_id=sitting.id,
        reference_digest=digest_of(bearer.reference) if bearer.reference else None,
        person_id=bearer.person_id,
        is_owner=False,
        joined_at=at,
    )
    db.session.add(key)
    return key
