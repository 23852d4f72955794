"""Subscribing: letters that somebody asks for, confirms to want, and can end at any time.

Whoever asks gets the same answer for every address; only the letter to it says what is known there.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.i18n import page_languages
from app.models.base import db, transaction
from app.models.subscription import Newsletter, Subscriber, Subscription, Topic
from app.services.activity import enqueue, record
from app.services.comments.receipts import new_number, secret_of, tidy_number
from app.services.errors import InvalidError, NotFoundError
from app.services.people.accounts import tidy_email
from app.services.people.links import VoidLinkError
from app.services.subscriptions.wishing import Wish, tidy_subject
from app.services.text import digest_of

SALT = "confirming a subscription"
LASTS = timedelta(days=30)


def ask_for_subscription(email: str, wish: Wish, *, secret_key: str, at: datetime) -> None:
    """A letter goes to the address, by which its owner can confirm the subscription.

    Where it is confirmed already, the letter says so. Raises InvalidError for what is no address or no
    language of ours, and NotFoundError for what the public does not see.
    """
    address = tidy_email(email)
    if address is None:
        raise InvalidError({"email": "invalid"})
    if wish.language not in page_languages():
        raise InvalidError({"language": "unknown"})
    wish = Wish(wish.topic, tidy_subject(wish.topic, wish.subject), wish.language)
    try:
        _ask(address, wish, secret_key, at)
    except IntegrityError:
        # Two asked for the same new address at the same moment; the other one is committed by now.
        _ask(address, wish, secret_key, at)


def subscription_token(subscription: Subscription, secret_key: str, at: datetime) -> str:
    """What the link in a letter proves with: whoever has it reads the mail of the subscriber's address."""
    facts = [subscription.id, _stamp(subscription), int(at.timestamp())]
    return str(_serializer(secret_key).dumps(facts))


def subscription_to_confirm(token: str, *, secret_key: str, at: datetime) -> Subscription:
    """The subscription that the link is for; raises VoidLinkError when it is forged, too old or ended."""
    try:
        subscription_id, stamp, made = _serializer(secret_key).loads(token)
    except BadData as error:
        raise VoidLinkError("forged") from error
    if at >= datetime.fromtimestamp(made, UTC) + LASTS:
        raise VoidLinkError("too old")
    chosen = select(Subscription).where(Subscription.id == subscription_id)
    found = db.session.scalar(chosen.options(joinedload(Subscription.subscriber)))
    if found is None or not hmac.compare_digest(stamp, _stamp(found)):
        raise VoidLinkError("of no subscription")
    return found


def confirm_subscription(token: str, *, secret_key: str, at: datetime) -> Subscription:
    """The letters come from now on, in this language instead of another one.

    Confirmed again, nothing changes. Raises VoidLinkError.
    """
    with transaction():
        asked = subscription_to_confirm(token, secret_key=secret_key, at=at)
        subscriber = _locked(Subscriber.id == asked.subscriber_id)
        found = [] if subscriber is None else [one for one in subscriber.subscriptions if one.id == asked.id]
        if subscriber is None or not found:
            raise VoidLinkError("ended meanwhile")
        [subscription] = found
        if subscription.confirmed_at is None:
            _remove(subscriber, [one for one in _of_the_same(subscription) if one is not subscription])
            subscription.confirmed_at = at
            subscription.told_until = at if subscription.topic == Topic.SEARCH else None
            subscriber.language = subscription.language
            record("subscription confirmed", subject_of(subscription), person_id=None, at=at)
    return subscription


def subscriber_behind(number: str, secret: str, *, secret_key: str) -> Subscriber | None:
    """The subscriber, with the subscriptions; None for one who had this number and ended them all.

    Raises NotFoundError unless number and secret belong together.
    """
    number, given = tidy_number(number), secret.strip().lower()
    chosen = (
        select(Subscriber).where(Subscriber.number == number).options(joinedload(Subscriber.subscriptions))
    )
    subscriber = db.session.scalars(chosen).unique().one_or_none()
    is_of_number = hmac.compare_digest(given.encode(), secret_of(number, secret_key).encode())
    # Links from before the site's key was changed go on working.
    kept = subscriber.secret_digest if subscriber else "0" * 64
    if not (hmac.compare_digest(digest_of(given), kept) or is_of_number):
        raise NotFoundError("subscriber")
    return subscriber


def change_language(
    number: str, secret: str, subscription_id: int, language: str, *, secret_key: str, at: datetime
) -> None:
    """The subscription's letters come in that language; raises InvalidError or NotFoundError.

    One that is not confirmed yet keeps its language: the link in its letter is for just that wish.
    """
    if language not in page_languages():
        raise InvalidError({"language": "unknown"})
    with transaction():
        subscriber = _locked_behind(number, secret, secret_key)
        found = [one for one in subscriber.subscriptions if one.id == subscription_id] if subscriber else []
        if subscriber is None or not found or found[0].confirmed_at is None:
            raise NotFoundError(f"subscription {subscription_id}")
        [subscription] = found
        asked_too = [one for one in _of_the_same(subscription) if one.language == language]
        _remove(subscriber, [one for one in asked_too if one is not subscription])
        subscription.language = subscriber.language = language
        record("subscription's language changed", subject_of(subscription), person_id=None, at=at)


def end_subscription(
    number: str, secret: str, subscription_id: int | None, *, secret_key: str, at: datetime
) -> None:
    """No more such letters come, or none at all (None); nothing is kept of a subscriber who has none left.

    Where all has ended, nothing changes. Raises NotFoundError unless number and secret belong together and
    the subscription is one of the subscriber's.
    """
    with transaction():
        subscriber = _locked_behind(number, secret, secret_key)
        if subscriber is None:
            return
        ended = [one for one in subscriber.subscriptions if subscription_id in {None, one.id}]
        if not ended:
            raise NotFoundError(f"subscription {subscription_id}")
        for subscription in ended:
            record("subscription ended", subject_of(subscription), person_id=None, at=at)
        _remove(subscriber, ended)
        if not subscriber.subscriptions:
            db.session.delete(subscriber)


def subscription_to_write_to(subscription_id: int) -> Subscription | None:
    """The subscription that a letter belongs to, with its subscriber, as it stands now; None once ended."""
    chosen = select(Subscription).where(Subscription.id == subscription_id)
    return db.session.scalar(chosen.options(joinedload(Subscription.subscriber)))


def sent_newsletters() -> Sequence[Newsletter]:
    """The newsletters that went out, the last one first."""
    started = select(Newsletter).where(Newsletter.started_at.is_not(None))
    return db.session.scalars(started.order_by(Newsletter.started_at.desc(), Newsletter.id.desc())).all()


def subject_of(subscription: Subscription) -> str:
    """How a line of activity names the subscription."""
    return f"subscription:{subscription.id}"


def _ask(address: str, wish: Wish, secret_key: str, at: datetime) -> None:
    with transaction():
        subscriber = _locked(Subscriber.email == address) or _new_subscriber(address, wish, secret_key, at)
        found = next((one for one in subscriber.subscriptions if wish.is_of(one)), None)
        if found is None:
            found = Subscription(topic=wish.topic, subject=wish.subject, language=wish.language, asked_at=at)
            subscriber.subscriptions.append(found)
        elif found.confirmed_at is None:
            found.asked_at = at
        db.session.flush()
        letter = "already_subscribed" if found.confirmed_at else "confirm_subscription"
        enqueue("letter", {"letter": letter, "subscription_id": found.id}, at=at)
        record("subscription asked for", subject_of(found), person_id=None, at=at)


def _new_subscriber(address: str, wish: Wish, secret_key: str, at: datetime) -> Subscriber:
    number = new_number()
    subscriber = Subscriber(
        email=address,
        language=wish.language,
        number=number,
        secret_digest=digest_of(secret_of(number, secret_key)),
        asked_at=at,
    )
    db.session.add(subscriber)
    return subscriber


def _locked_behind(number: str, secret: str, secret_key: str) -> Subscriber | None:
    found = subscriber_behind(number, secret, secret_key=secret_key)
    return _locked(Subscriber.id == found.id) if found else None


def _locked(condition: ColumnElement[bool]) -> Subscriber | None:
    """The subscriber as it stands now, for nobody else to change before this is written."""
    chosen = select(Subscriber).where(condition).with_for_update()
    subscriber = db.session.scalar(chosen.execution_options(populate_existing=True))
    if subscriber is not None:
        db.session.refresh(subscriber, ["subscriptions"])
    return subscriber


def _of_the_same(subscription: Subscription) -> list[Subscription]:
    """All subscriptions to the same thing that its subscriber has or asked for, itself included."""
    same = (subscription.topic, subscription.subject)
    return [one for one in subscription.subscriber.subscriptions if (one.topic, one.subject) == same]


def _remove(subscriber: Subscriber, removed: list[Subscription]) -> None:
    for subscription in removed:
        subscriber.subscriptions.remove(subscription)
    # Gone before another one takes its language.
    db.session.flush()


def _stamp(subscription: Subscription) -> str:
    """Changes with the subscriber and with what is subscribed to: numbers are given out again."""
    subscriber = subscription.subscriber
    facts = [subscriber.number, subscriber.email, subscription.topic, subscription.subject]
    return digest_of("\n".join([*facts, subscription.language]))[:20]


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})
