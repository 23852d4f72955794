"""What every change leaves behind: a line of activity, jobs for later, and a new public stamp."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from app.models.activity import Activity, Job
from app.models.base import db, rows, write_row, write_what_waits
from app.models.consultation import Consultation
from app.services.text import digest_of

FIRST_DIGEST = "0" * 64
LOCK_CHAIN = select(func.pg_advisory_xact_lock(7_106_553).label("locked"))
LAST_LINE = select(Activity.digest).order_by(Activity.id.desc()).limit(1)
TOUCH = (
    update(Consultation)
    .where(Consultation.id == bindparam("touched"))
    .values(public_stamp=Consultation.public_stamp + 1)
)
TAKE_LEAVES = (
    update(Consultation)
    .where(Consultation.id == bindparam("touched"))
    .values(leaves=Consultation.leaves + bindparam("taken"))
    .returning(Consultation.leaves)
)


def record(verb: str, subject: str, *, person_id: int | None, at: datetime) -> None:
    """Appends a line to the activity chain, inside the transaction of the change it tells of."""
    write_what_waits()
    _lock_chain()
    [previous] = [line.digest for line in rows(LAST_LINE)] or [FIRST_DIGEST]
    write_row(
        Activity,
        at=at,
        person_id=person_id,
        verb=verb,
        subject=subject,
        previous_digest=previous,
        digest=_digest(previous, at, person_id, verb, subject),
    )


def verify_chain() -> int | None:
    """The number of the first line that does not follow from the one before it, or None."""
    previous = FIRST_DIGEST
    chain = select(Activity).order_by(Activity.id).execution_options(yield_per=1000)
    with closing(db.session.scalars(chain)) as lines:
        for line in lines:
            told = _digest(line.previous_digest, line.at, line.person_id, line.verb, line.subject)
            if line.previous_digest != previous or line.digest != told:
                return line.id
            previous = line.digest
    return None


def enqueue(name: str, payload: dict[str, Any], *, at: datetime) -> None:
    """Leaves work to be done after the present transaction is committed."""
    write_row(Job, name=name, payload=payload, run_at=at)


def touch_public_pages(consultation_id: int) -> None:
    """Makes every stored copy of the consultation's public pages stale.

    Called before `record`: all writers take the rows of comments first, then the consultation's, then the
    chain, so that on PostgreSQL no two of them wait for each other.
    """
    rows(TOUCH, touched=consultation_id)


def take_leaves(consultation_id: int, number: int) -> int:
    """So many leaves of the consultation's tree are taken; answers the first."""
    [consultation] = rows(TAKE_LEAVES, touched=consultation_id, taken=number)
    return int(consultation.leaves) - number


def _digest(previous: str, at: datetime, person_id: int | None, verb: str, subject: str) -> str:
    """SHA-256 over a line and the digest of the line before it."""
    facts = [previous, at.astimezone(UTC).isoformat(), person_id, verb, subject]
    return digest_of(json.dumps(facts, separators=(",", ":")))


def _lock_chain() -> None:
    # SQLite writers are alone already; on PostgreSQL two writers would read the same last line.
    if db.engine.dialect.name == "postgresql":
        rows(LOCK_CHAIN)
