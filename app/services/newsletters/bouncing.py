"""Bouncing: an address that refuses letter after letter is not written to any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app.models.base import db, transaction
from app.models.subscription import Subscriber, Subscription
from app.services.activity import record

MOST_REFUSALS = 3


def count_refusal(subscriber_id: int, at: datetime) -> None:
    """One more letter was refused for good; after the third in a row nothing is kept of the subscriber."""
    with transaction():
        chosen = select(Subscriber).where(Subscriber.id == subscriber_id).with_for_update()
        subscriber = db.session.scalar(chosen.execution_options(populate_existing=True))
        if subscriber is None:
            return
        subscriber.refusals += 1
        if subscriber.refusals >= MOST_REFUSALS:
            db.session.refresh(subscriber, ["subscriptions"])
            db.session.delete(subscriber)
            record("subscriptions ended by refusals", f"subscriber:{subscriber_id}", person_id=None, at=at)


def forget_refusals(subscriber_id: int, at: datetime) -> None:
    """A letter was taken: earlier refusals count no more."""
    counted = (Subscriber.id == subscriber_id, Subscriber.refusals > 0)
    if db.session.scalar(select(Subscriber.id).where(*counted)) is not None:
        with transaction():
            db.session.execute(update(Subscriber).where(*counted).values(refusals=0))
            record("refusals forgotten", f"subscriber:{subscriber_id}", person_id=None, at=at)


def subscriber_of(subscription_id: int) -> int | None:
    """Whose subscription it is; None once it has ended."""
    return db.session.scalar(select(Subscription.subscriber_id).where(Subscription.id == subscription_id))
