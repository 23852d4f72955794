"""Delivering: each letter of a newsletter is taken up once, and what became of it is written down.

It is sending from before it is handed over until the end is written, and the end of one and the taking up of
the next are one transaction: whenever the sender is killed, at most one letter is left without an end. Nobody
can know of that one, so it becomes uncertain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import joinedload

from app.models.base import db, transaction
from app.models.subscription import Delivery, DeliveryState, Newsletter, Subscription, Topic
from app.services.activity import record
from app.services.newsletters.bouncing import count_refusal, forget_refusals

LOST_AFTER = timedelta(minutes=10)
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
SHORTEST_WINDOW = timedelta(seconds=2)
MINUTE = timedelta(minutes=1)
LEFT = (DeliveryState.WAITING, DeliveryState.SENDING)
# What was handed to the mail server, or tried to be.
TRIED = (
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.REFUSED,
    DeliveryState.UNCERTAIN,
    DeliveryState.FAILED,
)


@dataclass(frozen=True)
class Taken:
    """A delivery that was taken up: to be sent now, by whoever took it."""

    id: int
    newsletter_id: int
    subscriber_id: int | None
    language: str
    attempts: int


@dataclass(frozen=True)
class End:
    """What became of a delivery: its new state, and why, without personal data."""

    delivery: Taken
    state: DeliveryState
    error: str = ""


def newsletters_under_way() -> list[int]:
    """The newsletters whose letters go out now, in the order in which they were started."""
    chosen = select(Newsletter.id).where(
        Newsletter.started_at.is_not(None), Newsletter.paused_at.is_(None), Newsletter.finished_at.is_(None)
    )
    return list(db.session.scalars(chosen.order_by(Newsletter.started_at, Newsletter.id)))


def has_due_deliveries(at: datetime) -> bool:
    """Whether letters wait that may go out as soon as the rate allows it."""
    due = select(Delivery.id).where(
        Delivery.newsletter_id.in_(newsletters_under_way()),
        Delivery.state == DeliveryState.WAITING,
        Delivery.run_at <= at,
    )
    return db.session.scalar(due.limit(1)) is not None


def end_and_take(newsletter_id: int, end: End | None, *, takes_more: bool, at: datetime) -> Taken | None:
    """What became of the last delivery is written, and the next one is sending; None when there is none.

    There is none while the newsletter is paused, and while as many went out as may in that time. After the
    last one the newsletter is finished.
    """
    with transaction():
        newsletter = _locked(newsletter_id)
        if end is not None:
            _write_end(end, at)
        if newsletter is None or newsletter.paused_at is not None or not takes_more:
            return None
        if not _may_send(newsletter, at):
            return None
        taken = _take_next(newsletter_id, at)
        if taken is None:
            _finish(newsletter, at)
    return taken


def count_lost_as_uncertain(at: datetime, *, is_start: bool) -> int:
    """Letters that a sender left without an end are uncertain: all at a sender's start, else the old ones."""
    lost: list[ColumnElement[bool]] = [Delivery.state == DeliveryState.SENDING]
    if not is_start:
        lost.append(Delivery.run_at < at - LOST_AFTER)
    if db.session.scalar(select(Delivery.id).where(*lost).limit(1)) is None:
        return 0
    with transaction():
        uncertain = update(Delivery).where(*lost).values(state=DeliveryState.UNCERTAIN, changed_at=at)
        return len(db.session.scalars(uncertain.returning(Delivery.id)).all())


def subscription_behind(delivery: Taken) -> Subscription | None:
    """The confirmed subscription by which the letter goes out; None once the subscriber has ended it."""
    chosen = (
        select(Subscription)
        .where(
            Subscription.subscriber_id == delivery.subscriber_id,
            Subscription.topic == Topic.NEWSLETTER,
            Subscription.confirmed_at.is_not(None),
        )
        .options(joinedload(Subscription.subscriber))
        .order_by((Subscription.language == delivery.language).desc(), Subscription.id)
    )
    return db.session.scalars(chosen.limit(1)).first()


def put_off(delivery: Taken, error: str) -> End:
    """The end of an attempt that may be worth another one: it waits again, ever longer, or has failed."""
    has_failed = delivery.attempts >= MOST_ATTEMPTS
    return End(delivery, DeliveryState.FAILED if has_failed else DeliveryState.WAITING, error)


def _locked(newsletter_id: int) -> Newsletter | None:
    """The newsletter as it stands now: its senders take turns, and a pause counts at once."""
    chosen = select(Newsletter).where(Newsletter.id == newsletter_id).with_for_update()
    return db.session.scalar(chosen.execution_options(populate_existing=True))


def _write_end(end: End, at: datetime) -> None:
    delivery = end.delivery
    subscriber_id = delivery.subscriber_id
    # The subscriber first, as whoever ends a subscription takes them.
    if subscriber_id is not None and end.state == DeliveryState.SENT:
        forget_refusals(subscriber_id, at)
    if subscriber_id is not None and end.state == DeliveryState.REFUSED:
        count_refusal(subscriber_id, at)
    values: dict[str, Any] = {"state": end.state, "error": end.error, "changed_at": at}
    if end.state == DeliveryState.WAITING:
        values["run_at"] = at + FIRST_WAIT * 2 ** (delivery.attempts - 1)
    # Whoever sent it knows better than who called it uncertain.
    _change(delivery, (DeliveryState.SENDING, DeliveryState.UNCERTAIN), values)


def _may_send(newsletter: Newsletter, at: datetime) -> bool:
    """Whether the rate allows one more: counted in short stretches, so that a minute's letters are spread."""
    window = max(MINUTE / newsletter.rate, SHORTEST_WINDOW)
    most = max(1, int(newsletter.rate * (window / MINUTE)))
    sent = select(func.count()).where(
        Delivery.newsletter_id == newsletter.id, Delivery.state.in_(TRIED), Delivery.run_at > at - window
    )
    return (db.session.scalar(sent) or 0) < most


def _take_next(newsletter_id: int, at: datetime) -> Taken | None:
    chosen = (
        select(
            Delivery.id,
            Delivery.newsletter_id,
            Delivery.subscriber_id,
            Delivery.language,
            Delivery.attempts + 1,
        )
        .where(
            Delivery.newsletter_id == newsletter_id,
            Delivery.state == DeliveryState.WAITING,
            Delivery.run_at <= at,
        )
        .order_by(Delivery.run_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = db.session.execute(chosen).first()
    if found is None:
        return None
    taken = Taken(*found)
    values = {"state": DeliveryState.SENDING, "run_at": at, "changed_at": at, "attempts": taken.attempts}
    _change(taken, (DeliveryState.WAITING,), values)
    return taken


def _change(delivery: Taken, states: Sequence[DeliveryState], values: dict[str, Any]) -> None:
    """The delivery’s row is changed past the session, if it is in one of these states."""
    chosen = update(Delivery).where(Delivery.id == delivery.id, Delivery.state.in_(states)).values(**values)
    db.session.execute(chosen.execution_options(synchronize_session=False))


def _finish(newsletter: Newsletter, at: datetime) -> None:
    left = exists().where(Delivery.newsletter_id == newsletter.id, Delivery.state.in_(LEFT))
    if not db.session.scalar(select(left)):
        newsletter.finished_at = at
        record("newsletter sent", f"newsletter:{newsletter.id}", person_id=None, at=at)
