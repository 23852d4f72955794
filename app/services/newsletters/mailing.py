"""Mailing: a newsletter goes out to whoever subscribed, is paused and goes on, and tells how far it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import joinedload

from app.i18n import best_text
from app.models.base import db, transaction
from app.models.people import Person
from app.models.roles import Permission
from app.models.subscription import Delivery, DeliveryState, Newsletter, Subscriber, Subscription, Topic
from app.services.activity import record
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.newsletters.circulating import half_written, languages_of, subject_of
from app.services.newsletters.typesetting import typeset
from app.services.permissions import require

ROWS_AT_ONCE = 1_000
MOST_LISTED = 200


@dataclass(frozen=True)
class Progress:
    """How many letters of a newsletter are in which state; `ends_in` where more go out."""

    counts: dict[str, int]
    ends_in: timedelta | None

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """How many of them are settled, whichever way."""
        return self.total - self.counts[DeliveryState.WAITING] - self.counts[DeliveryState.SENDING]


def audience(newsletter: Newsletter) -> dict[str, int]:
    """How many subscribers would get it now, by the language in which they would."""
    counted = dict.fromkeys(languages_of(newsletter), 0)
    for _subscriber_id, language in _recipients(newsletter):
        counted[language] += 1
    return counted


def start_newsletter(newsletter: Newsletter, *, expected_changes: int, by: Person, at: datetime) -> None:
    """The newsletter goes out to everybody who subscribed to it by now, and everybody can read it.

    Started again, nothing changes. Raises InvalidError for one that is not whole, and ChangedMeanwhileError
    when it is not what the editor saw.
    """
    require(by, Permission.SEND_NEWSLETTERS)
    with transaction():
        db.session.refresh(newsletter, with_for_update=True)
        if newsletter.started_at is not None:
            return
        _require_whole(newsletter)
        if newsletter.changes != expected_changes:
            raise ChangedMeanwhileError(subject_of(newsletter))
        newsletter.htmls = {code: typeset(newsletter.sources[code]) for code in languages_of(newsletter)}
        newsletter.started_at = at
        db.session.flush()
        _write_deliveries(newsletter, at)
        record("newsletter started", subject_of(newsletter), person_id=by.id, at=at)


def pause_newsletter(newsletter: Newsletter, *, by: Person, at: datetime) -> None:
    """No more letters go out until it goes on; the one that is under way arrives."""
    _set_paused(newsletter, at, "newsletter paused", by, at)


def continue_newsletter(newsletter: Newsletter, *, by: Person, at: datetime) -> None:
    """The letters that wait go out."""
    _set_paused(newsletter, None, "newsletter continued", by, at)


def progress_of(newsletter: Newsletter) -> Progress:
    """How far it is."""
    counted = db.session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.newsletter_id == newsletter.id)
        .group_by(Delivery.state)
    )
    counts: dict[str, int] = {str(state): 0 for state in DeliveryState} | dict(iter(counted))
    left = counts[DeliveryState.WAITING] + counts[DeliveryState.SENDING]
    goes_on = left and newsletter.paused_at is None
    return Progress(counts, timedelta(minutes=left / newsletter.rate) if goes_on else None)


def uncertain_deliveries(newsletter: Newsletter) -> Sequence[Delivery]:
    """The letters that may have arrived or not, the oldest first; the list has an end."""
    chosen = (
        select(Delivery)
        .where(Delivery.newsletter_id == newsletter.id, Delivery.state == DeliveryState.UNCERTAIN)
        .options(joinedload(Delivery.subscriber))
        .order_by(Delivery.id)
    )
    return db.session.scalars(chosen.limit(MOST_LISTED)).all()


def send_again(newsletter: Newsletter, delivery_ids: Collection[int], *, by: Person, at: datetime) -> int:
    """The uncertain ones of these letters go out again; answers how many. Raises InvalidError for none."""
    require(by, Permission.SEND_NEWSLETTERS)
    if not delivery_ids:
        raise InvalidError({"deliveries": "required"})
    with transaction():
        db.session.refresh(newsletter, with_for_update=True)
        again = (
            update(Delivery)
            .where(
                Delivery.newsletter_id == newsletter.id,
                Delivery.id.in_(list(delivery_ids)),
                Delivery.state == DeliveryState.UNCERTAIN,
            )
            .values(state=DeliveryState.WAITING, run_at=at, changed_at=at, attempts=0, error="")
        )
        number = len(db.session.scalars(again.returning(Delivery.id)).all())
        if number:
            newsletter.finished_at = None
            record("newsletter sent again", subject_of(newsletter), person_id=by.id, at=at)
    return number


def _set_paused(
    newsletter: Newsletter, paused_at: datetime | None, verb: str, by: Person, at: datetime
) -> None:
    require(by, Permission.SEND_NEWSLETTERS)
    with transaction():
        db.session.refresh(newsletter, with_for_update=True)
        is_under_way = newsletter.started_at is not None and newsletter.finished_at is None
        if is_under_way and (newsletter.paused_at is None) != (paused_at is None):
            newsletter.paused_at = paused_at
            record(verb, subject_of(newsletter), person_id=by.id, at=at)


def _require_whole(newsletter: Newsletter) -> None:
    problems = dict.fromkeys((f"source_{code}" for code in half_written(newsletter)), "half")
    if not languages_of(newsletter):
        problems["sources"] = "required"
    if problems:
        raise InvalidError(problems)


def _write_deliveries(newsletter: Newsletter, at: datetime) -> None:
    usual = {"newsletter_id": newsletter.id, "state": DeliveryState.WAITING, "run_at": at, "changed_at": at}
    rows = [
        {**usual, "attempts": 0, "error": "", "subscriber_id": subscriber_id, "language": language}
        for subscriber_id, language in _recipients(newsletter)
    ]
    for first in range(0, len(rows), ROWS_AT_ONCE):
        db.session.execute(insert(Delivery), rows[first : first + ROWS_AT_ONCE])


def _recipients(newsletter: Newsletter) -> Iterator[tuple[int, str]]:
    """Each subscriber once, and the language: one that was asked for, if the newsletter has it."""
    whole = dict.fromkeys(languages_of(newsletter), "whole")
    asked: dict[int, list[str]] = {}
    chosen = (
        select(Subscriber.id, Subscription.language)
        .join(Subscription.subscriber)
        .where(Subscription.topic == Topic.NEWSLETTER, Subscription.confirmed_at.is_not(None))
        .order_by(Subscription.id)
        # Whoever ends the last subscription at this moment is deleted after the delivery is written.
        .with_for_update(of=Subscriber, key_share=True, read=True)
    )
    for subscriber_id, language in db.session.execute(chosen):
        asked.setdefault(subscriber_id, []).append(language)
    for subscriber_id, languages in asked.items():
        fitting = next((language for language in languages if language in whole), languages[0])
        if whole:
            yield subscriber_id, best_text(whole, fitting)[1]
