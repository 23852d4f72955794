"""Purging: what was kept for a time only is gone when that time is over.

Submissions are kept: how long after a consultation is said in its privacy notice only, and by no setting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, func, select, update

from app.models.activity import Job
from app.models.base import db, overwrite_what_was_erased, transaction
from app.models.comment import Comment
from app.models.people import SignIn
from app.models.sitting import Sitting, SittingKey, UnsentComment
from app.models.subscription import Subscriber, Subscription
from app.models.workshop import Needs, Registration, Workshop
from app.services.activity import record
from app.services.moderation.inspecting import NETWORKS_KEPT
from app.services.subscriptions.subscribing import LASTS as LINK_LASTS

JOBS_KEPT = timedelta(days=30)
NEEDS_KEPT = timedelta(days=7)
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
        overwrite_what_was_erased()
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
        Kind("subscriptions", _subscriptions_due(at), _remove_subscriptions),
        Kind("needs", _needs_due(at), _forget_needs),
        Kind("registrations", _registrations_due(at), lambda ids: _forget_registrations(ids, at)),
    ]


def _subscriptions_due(at: datetime) -> Select[int]:
    """Subscriptions that were asked for and, as long as their link worked, not confirmed."""
    return select(Subscription.id).where(
        Subscription.confirmed_at.is_(None), Subscription.asked_at <= at - LINK_LASTS
    )


def _remove_subscriptions(ids: list[int]) -> None:
    """Addresses that have no other subscription go with them."""
    due = select(Subscription.subscriber_id).where(Subscription.id.in_(ids))
    # As whoever asks again or confirms does, the subscriber first.
    whose = select(Subscriber.id).where(Subscriber.id.in_(due)).order_by(Subscriber.id).with_for_update()
    subscribers = db.session.scalars(whose).all()
    unconfirmed = delete(Subscription).where(Subscription.id.in_(ids), Subscription.confirmed_at.is_(None))
    db.session.execute(unconfirmed)
    is_left = exists().where(Subscription.subscriber_id == Subscriber.id)
    db.session.execute(delete(Subscriber).where(Subscriber.id.in_(subscribers), ~is_left))


def _needs_due(at: datetime) -> Select[int]:
    """Needs that nobody has to know any more: a week after the workshop, sooner where persons go sooner."""
    over = [
        workshop.id
        for workshop in _workshops_ended(at)
        if at >= min(workshop.ends_at + NEEDS_KEPT, workshop.purges_at())
    ]
    return select(Needs.registration_id).join(Needs.registration).where(Registration.workshop_id.in_(over))


def _registrations_due(at: datetime) -> Select[int]:
    over = [workshop.id for workshop in _workshops_ended(at) if at >= workshop.purges_at()]
    return select(Registration.id).where(Registration.workshop_id.in_(over), Registration.purged_at.is_(None))


def _workshops_ended(at: datetime) -> Sequence[Workshop]:
    """The workshops that are over and still know somebody."""
    known = select(Registration.workshop_id).where(Registration.purged_at.is_(None))
    return db.session.scalars(select(Workshop).where(Workshop.ends_at <= at, Workshop.id.in_(known))).all()


def _forget_needs(ids: list[int]) -> None:
    db.session.execute(delete(Needs).where(Needs.registration_id.in_(ids)))


def _forget_registrations(ids: list[int], at: datetime) -> None:
    """Who it was is gone; that somebody was registered, and came or did not, stays for the counts."""
    _forget_needs(ids)
    forgotten = {"name": "", "email": "", "organisation": "", "answers": {}, "secret_digest": ""}
    db.session.execute(
        update(Registration)
        .where(Registration.id.in_(ids))
        .values(**forgotten, form_digest=Registration.number, purged_at=at)
    )


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
