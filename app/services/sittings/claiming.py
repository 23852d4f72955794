"""Signing in: what a browser began before is the person’s, with what they had already."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app.models.base import db, transaction
from app.models.sitting import Sitting, SittingKey
from app.services.sittings.sittings import (
    Bearer,
    fits,
    is_open_at,
    is_shared,
    keys_of,
    lock_bearer,
    lock_sitting,
    remove_sittings,
    touch,
)
from app.services.sittings.unsent import unsent_in


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


def _claim(key: SittingKey, person_id: int, at: datetime) -> None:
    theirs = keys_of(key.sitting.consultation, Bearer(person_id=person_id), at)
    same = next((own for own in theirs if own.sitting_id == key.sitting_id), None)
    alone = next((own for own in theirs if not is_shared(own.sitting)), None)
    if same is not None:
        _join_keys(key, same)
    elif alone is not None and not is_shared(key.sitting):
        lock_sitting(alone.sitting_id)
        _move_comments(key.sitting, alone, at)
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
            .where(is_open_at(at), fits(Bearer(bearer.reference)))
            .options(joinedload(SittingKey.sitting))
            .order_by(SittingKey.sitting_id)
            .execution_options(populate_existing=True)
        )
    )


def _move_comments(origin: Sitting, to: SittingKey, at: datetime) -> None:
    """All comments of a sitting are in the other one, under that key; the first one is gone."""
    for comment in unsent_in(origin):
        comment.sitting_id, comment.key_id = to.sitting_id, to.id
    known = {name: value for name, value in origin.particulars.items() if value}
    to.sitting.particulars = {**to.sitting.particulars, **known}
    to.sitting.began_at = min(origin.began_at, to.sitting.began_at)
    touch(to.sitting, at)
    db.session.flush()
    remove_sittings([origin.id])
