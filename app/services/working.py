"""Job rows: claimed by one worker at a time, finished, or put off after a failure."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from app.models.activity import Job
from app.models.base import db, transaction

MOST_AT_ONCE = 200
MOST_ATTEMPTS = 12
CLAIM_LASTS = timedelta(minutes=5)


def has_due_jobs(at: datetime) -> bool:
    """Whether a worker would find something to do; takes no lock."""
    return db.session.scalar(select(Job.id).where(_is_due(at)).limit(1)) is not None


def claim_due_jobs(at: datetime) -> list[Job]:
    """The oldest due jobs, claimed: no other worker takes them for five minutes."""
    with transaction():
        jobs = list(
            db.session.scalars(
                select(Job)
                .where(_is_due(at))
                .order_by(Job.id)
                .limit(MOST_AT_ONCE)
                .with_for_update(skip_locked=True)
            )
        )
        for job in jobs:
            job.claimed_until = at + CLAIM_LASTS
            job.attempts += 1
        return jobs


def finish_job(job: Job, at: datetime) -> None:
    """The job is done and is not run again; an address that it was given for a letter is forgotten."""
    with transaction():
        job.done_at = at
        job.error = ""
        job.payload = {name: fact for name, fact in job.payload.items() if name != "email"}


def give_up_job(job: Job, error: str, at: datetime) -> None:
    """The job can never be done and is not run again; the error is kept without personal data."""
    with transaction():
        finish_job(job, at)
        job.error = error


def postpone_job(job: Job, error: str, run_at: datetime) -> None:
    """The job failed and is tried again from that instant on; the error is kept without personal data."""
    with transaction():
        job.error = error
        job.run_at = run_at
        job.claimed_until = None


def _is_due(at: datetime) -> ColumnElement[bool]:
    return and_(
        Job.done_at.is_(None),
        Job.run_at <= at,
        Job.attempts < MOST_ATTEMPTS,
        or_(Job.claimed_until.is_(None), Job.claimed_until < at),
    )
