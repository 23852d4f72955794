"""What a job's name runs, and the worker that runs jobs after the commit they were written in."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.letters import letter_for
from app.letters.post import Post
from app.models.activity import Job
from app.models.base import db
from app.services.errors import BrokenRecordError
from app.services.moderation.erasing import OVERWRITING, overwrite
from app.services.moderation.inspecting import inspect_comments
from app.services.newsletters.bouncing import count_refusal, forget_refusals, subscriber_of
from app.services.ports import Ports
from app.services.proof.witnessing import due_for_root, publish_root
from app.services.purging import purge
from app.services.search.searching import apply_changes
from app.services.subscriptions.alerting import ALERTS, Moment, alert_next, alert_of_times
from app.services.subscriptions.notifying import TO_ALL, LetterRefusedError, write_to_next
from app.services.subscriptions.watching import tell_of_hits
from app.services.working import claim_due_jobs, finish_job, give_up_job, has_due_jobs, postpone_job
from app.services.workshops.offering import expire_offers
from app.services.workshops.reminding import remind

INDEXING = {"index_comment": "comment_id", "index_consultation": "consultation_id"}
PAUSE_SECONDS = 0.5
LONG_AGO = datetime.min.replace(tzinfo=UTC)
log = logging.getLogger("innspill.jobs")


@dataclass
class Chore:
    """What the worker looks after by itself, every so often."""

    every: timedelta
    act: Callable[[datetime], int]
    looked_at: datetime = LONG_AGO


def run_due_jobs(at: datetime) -> int:
    """Runs the jobs that are due at that instant; answers how many were taken on.

    A job that fails is tried again later, ever less often; one failure never holds up the others, so
    indexing jobs that failed together are tried each alone.
    """
    if not has_due_jobs(at):
        return 0
    jobs = claim_due_jobs(at)
    indexing = [job for job in jobs if job.name in INDEXING]
    if indexing and not _run(indexing, at, _index):
        for job in indexing if len(indexing) > 1 else ():
            _run([job], at, _index)
    overwriting = [job for job in jobs if job.name == OVERWRITING]
    if overwriting:
        _run(overwriting, at, _overwrite)
    for job in jobs:
        if job.name not in INDEXING and job.name != OVERWRITING:
            _run([job], at, LETTERS_TO_MANY.get(job.name, _send))
    return len(jobs)


def publish_due_roots(at: datetime) -> int:
    """The roots that are due at that instant are published; answers how many.

    A record that is broken holds up no other consultation: it is told of in the log, each time.
    """
    published = 0
    for consultation in due_for_root(at):
        slug = consultation.slug
        try:
            published += publish_root(consultation, at) is not None
        except BrokenRecordError as error:
            db.session.rollback()
            log.error("no root is published for %s, its record is broken: %s", slug, error)
    return published


@click.command(
    "work",
    epilog="Example: flask work --once",
    help="Runs the jobs that changes left behind (letters, the search index), sends newsletters, publishes "
    "the roots of what was received, daily and at each closing, flags comments to look at twice, tells "
    "subscribers of openings, closings ahead and new hits, passes places that were offered and not taken to "
    "the next in line, and purges every hour. Ends on Ctrl-C or SIGTERM.",
)
@click.option("--once", is_flag=True, help="End as soon as nothing is due.")
@with_appcontext
def work(once: bool) -> None:
    """The worker, until it is told to stop."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)
    chores, post = _chores(), Post()
    while not stop.is_set():
        at = datetime.now(UTC)
        for chore in chores:
            if at - chore.looked_at >= chore.every:
                _run_round(chore.act, at)
                chore.looked_at = at
        done = _run_round(run_due_jobs, at) + _run_round(lambda at: post.send_some(_ports().mail, at), at)
        if done == 0:
            if once and not _run_round(post.is_held_up, at):
                return
            stop.wait(PAUSE_SECONDS)


def _chores() -> list[Chore]:
    return [
        Chore(timedelta(minutes=1), publish_due_roots),
        Chore(timedelta(minutes=1), _inspection()),
        Chore(timedelta(minutes=1), _alerts()),
        Chore(timedelta(minutes=15), _tell_of_hits),
        Chore(timedelta(minutes=1), expire_offers),
        Chore(timedelta(minutes=1), remind),
        Chore(timedelta(hours=1), lambda at: sum(purge(at).values())),
    ]


def _inspection() -> Callable[[datetime], int]:
    """Inspects what came in since it was called last; the first time, all of 48 hours."""
    seen = 0

    def inspect(at: datetime) -> int:
        nonlocal seen
        before, seen = seen, inspect_comments(seen, at=at)
        return seen - before

    return inspect


def _alerts() -> Callable[[datetime], int]:
    """Tells subscribers what the clock brings about; remembers what was told already."""
    told: set[Moment] = set()
    return lambda at: alert_of_times(at, told)


def _tell_of_hits(at: datetime) -> int:
    try:
        return tell_of_hits(_ports().search, at=at)
    except SQLAlchemyError:
        raise
    except Exception as error:  # an index that cannot be read is asked again later
        log.warning("searches cannot be watched: %s", type(error).__name__)
        return 0


def _run_round(act: Callable[[datetime], int], at: datetime) -> int:
    try:
        return act(at)
    except SQLAlchemyError as error:
        # A database that is busy or being restarted is waited for; what was claimed is run again later.
        log.warning("the database did not answer: %s", type(error).__name__)
        return 0
    finally:
        db.session.remove()


def _run(jobs: list[Job], at: datetime, act: Callable[[list[Job], datetime], None]) -> bool:
    try:
        act(jobs, at)
    except LetterRefusedError as error:
        db.session.rollback()
        log.warning("job %s is given up, its letter was refused: %s", jobs[0].name, error)
        for job in jobs:
            give_up_job(job, "refused", at)
            _count_for_subscriber(job, count_refusal, at)
        return False
    except Exception as error:  # whatever an outside system throws, the other jobs go on
        db.session.rollback()
        log.warning("job %s failed: %s", jobs[0].name, type(error).__name__)
        for job in jobs:
            postpone_job(job, type(error).__name__, at + timedelta(seconds=10 * 2**job.attempts))
        return False
    for job in jobs:
        finish_job(job, at)
    return True


def _index(jobs: list[Job], at: datetime) -> None:
    wanted: dict[str, list[int]] = {name: [] for name in INDEXING}
    for job in jobs:
        wanted[job.name].append(int(job.payload[INDEXING[job.name]]))
    apply_changes(_ports().search, wanted["index_comment"], wanted["index_consultation"])


def _overwrite(_jobs: list[Job], _at: datetime) -> None:
    db.session.rollback()  # what it has read would keep the database's second file
    overwrite(_ports().search)


def _send(jobs: list[Job], at: datetime) -> None:
    for job in jobs:
        letter = letter_for(job, at)
        if letter is not None:
            _ports().mail.send(letter)
            _count_for_subscriber(job, forget_refusals, at)


def _count_for_subscriber(job: Job, count: Callable[[int, datetime], None], at: datetime) -> None:
    """Whether a subscriber's address takes letters is remembered; of other addresses nothing is."""
    subscription_id = job.payload.get("subscription_id")
    subscriber_id = subscriber_of(subscription_id) if subscription_id else None
    if subscriber_id is not None:
        count(subscriber_id, at)


def _write_to_next(jobs: list[Job], at: datetime) -> None:
    for job in jobs:
        write_to_next(job, at=at)


def _alert_next(jobs: list[Job], at: datetime) -> None:
    for job in jobs:
        alert_next(job, at=at)


LETTERS_TO_MANY = {TO_ALL: _write_to_next, ALERTS: _alert_next}


def _ports() -> Ports:
    return cast("Ports", current_app.extensions["ports"])
