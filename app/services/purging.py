"""Purging: what was kept for a time only is gone when that time is over.

Submissions are kept: how long after a consultation is said in its privacy notice only, and by no setting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update

from app.models.activity import Job
from app.models.base import db, transaction
from app.models.comment import Comment
from app.models.people import SignIn
from app.models.sitting import Sitting, SittingKey, UnsentComment
from app.services.activity import record
from app.services.inspecting import NETWORKS_KEPT

JOBS_KEPT = timedelta(days=30)
AT_ONCE = 500


@dataclass(frozen=True)
class Kind:
    """What is purged together: how to find it, and how it goes."""

    name: str
    due: Select[int]
    remove: Callable[[list[int]], None]


def purge(at: datetime, tell: Callable[[str, int], None] = lambda _name, _done: None) -> dict[str, int]:
    """What is over at that instant is gone; answers how many of each kind there were.

    It goes in small portions, so that nobody waits for long; `tell` hears of each, with how many are done.
    """
    done: dict[str, int] = {}
    for kind in _kinds(at):
        done[kind.name] = 0
        for portion in _portions(kind):
            done[kind.name] += portion
            tell(kind.name, done[kind.name])
    if any(done.values()):
        told = ",".join(f"{name}={number}" for name, number in done.items() if number)
        with transaction():
            record("purged", told, person_id=None, at=at)
    return done


def due_for_purging(at: datetime) -> dict[str, int]:
    """How many of each kind `purge` would take away, nothing being changed."""
    return {
        kind.name: db.session.scalar(select(func.count()).select_from(kind.due.subquery())) or 0
        for kind in _kinds(at)
    }


def _portions(kind: Kind) -> Iterator[int]:
    while True:
        with transaction():
            ids = list(db.session.scalars(kind.due.limit(AT_ONCE)))
            if ids:
                kind.remove(ids)
        if not ids:
            return
        yield len(ids)


def _kinds(at: datetime) -> list[Kind]:
    return [
        Kind(
            "networks",
            select(Comment.id).where(
                Comment.network_digest.is_not(None), Comment.received_at <= at - NETWORKS_KEPT
            ),
            _forget_networks,
        ),
        Kind("sittings", select(Sitting.id).where(Sitting.expires_at <= at), _remove_sittings),
        Kind("jobs", select(Job.id).where(Job.done_at <= at - JOBS_KEPT), _remover(Job)),
        Kind("sign_ins", select(SignIn.id).where(SignIn.ends_at <= at), _remover(SignIn)),
    ]


def _forget_networks(ids: list[int]) -> None:
    db.session.execute(update(Comment).where(Comment.id.in_(ids)).values(network_digest=None))


def _remove_sittings(ids: list[int]) -> None:
    for part in (UnsentComment, SittingKey):
        db.session.execute(delete(part).where(part.sitting_id.in_(ids)))
    db.session.execute(delete(Sitting).where(Sitting.id.in_(ids)))


def _remover(model: type[Job] | type[SignIn]) -> Callable[[list[int]], None]:
    def remove(ids: list[int]) -> None:
        db.session.execute(delete(model).where(model.id.in_(ids)))

    return remove
