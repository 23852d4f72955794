"""Alerting: whoever subscribed hears of what happens in a consultation, each thing once.

A change leaves one job behind, in its own transaction; that job leaves one letter for each subscriber. What
the clock alone brings about (an opening, a closing ahead) is found by `alert_of_times`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.models.activity import Activity, Job
from app.models.base import db, transaction
from app.models.consultation import Consultation, Extension
from app.models.draft import Version
from app.models.subscription import Subscription, Topic
from app.models.workshop import Workshop
from app.services.activity import enqueue, record
from app.services.subscriptions.notifying import told_of
from app.services.working import finish_job

ALERTS = "alerts"
LETTERS_AT_ONCE = 200
AHEAD = timedelta(days=3)


class Event(StrEnum):
    """What subscribers are told of; each has a letter of its name in templates/mail/."""

    OPENED = "alert_opened"
    EXTENDED = "alert_extended"
    CLOSING = "alert_closing"
    VERSION = "alert_version"
    OUTCOME = "alert_outcome"
    WORKSHOP = "alert_workshop"


@dataclass(frozen=True)
class Alert:
    """What is told, as it stands now."""

    event: Event
    consultation: Consultation
    extension: Extension | None
    version: Version | None
    workshop: Workshop | None


@dataclass(frozen=True)
class Moment:
    """Something that the clock brings about; `verb` and `subject` are its line of activity."""

    event: Event
    verb: str
    subject: str


def alert(event: Event, consultation: Consultation, *, at: datetime, **facts: Any) -> None:
    """Whoever subscribed is to be told, unless the public does not see the consultation; in a transaction.

    `facts` name what is told of: extension_id, version_id or workshop_id.
    """
    if consultation.is_listed:
        enqueue(ALERTS, {**facts, "letter": event, "consultation_id": consultation.id}, at=at)


def alert_next(job: Job, *, at: datetime) -> None:
    """The next subscribers are to get the job's letter, one each, and the job is done.

    So many at once that the job is short; it leaves the next one behind itself, in the same transaction.
    """
    facts = {name: fact for name, fact in job.payload.items() if name != "after"}
    with transaction():
        told = alert_in(job.payload, at)
        found = _subscriptions_to(told, job.payload.get("after", 0)) if told else []
        for subscription_id, _subscriber_id in found:
            enqueue("letter", {**facts, "subscription_id": subscription_id}, at=at)
        if len(found) == LETTERS_AT_ONCE:
            enqueue(ALERTS, {**facts, "after": found[-1][1]}, at=at)
        finish_job(job, at)


def alert_in(payload: Mapping[str, Any], at: datetime) -> Alert | None:
    """What the job tells of; None once nobody is to hear of it any more.

    That is so of what is not listed or was cancelled, and of an opening or closing that is over or was moved.
    """
    consultation = told_of(Consultation, payload["consultation_id"])
    workshop = told_of(Workshop, payload.get("workshop_id"))
    if consultation is None or not consultation.is_listed:
        return None
    if workshop is not None and (
        workshop.is_cancelled or not workshop.is_published or at >= workshop.ends_at
    ):
        return None
    event = Event(payload["letter"])
    if event in {Event.OPENED, Event.CLOSING} and at >= consultation.closes_at:
        return None
    if event == Event.CLOSING and payload["closes_at"] != consultation.closes_at.isoformat():
        return None
    extension = told_of(Extension, payload.get("extension_id"))
    return Alert(event, consultation, extension, told_of(Version, payload.get("version_id")), workshop)


def is_wanted(subscription: Subscription, told: Alert) -> bool:
    """Whether the subscription is still one for this alert."""
    hears = select(Subscription.id).where(Subscription.id == subscription.id, _hears_of(told))
    return db.session.scalar(hears) is not None


def alert_of_times(at: datetime, told: set[Moment]) -> int:
    """Openings, and closings three days ahead, are told of; answers how many.

    Each is told once, whoever asks and however often: a line of activity stands for it. `told` remembers
    what was found there, so that one process looks for each line once.
    """
    number = 0
    for consultation in _listed_and_open(at):
        if not told.issuperset(_moments(consultation, at)):
            number += _alert_of_times(consultation, at, told)
    return number


def _alert_of_times(consultation: Consultation, at: datetime, told: set[Moment]) -> int:
    with transaction():
        db.session.refresh(consultation, with_for_update=True)
        moments = _moments(consultation, at)
        fresh = [moment for moment in moments if not _was_told(moment)]
        for moment in fresh:
            record(moment.verb, moment.subject, person_id=None, at=at)
        if _has_just_moved(consultation):
            fresh = [moment for moment in fresh if moment.event != Event.CLOSING]
        # Whoever hears that it is open reads until when: two letters at once would say the same.
        for moment in fresh[:1]:
            alert(moment.event, consultation, at=at, closes_at=consultation.closes_at.isoformat())
    told.update(moments)
    return len(fresh[:1])


def _moments(consultation: Consultation, at: datetime) -> list[Moment]:
    """What the clock has brought about by now in a consultation that is open."""
    if not consultation.is_listed or not consultation.is_open(at):
        return []
    subject = f"consultation:{consultation.id}"
    moments = [Moment(Event.OPENED, "opening told", subject)]
    if at >= consultation.closes_at - AHEAD:
        closing = f"{subject} {consultation.closes_at.isoformat()}"
        moments.append(Moment(Event.CLOSING, "closing told", closing))
    return moments


def _listed_and_open(at: datetime) -> list[Consultation]:
    is_open = and_(Consultation.opens_at <= at, at < Consultation.closes_at)
    return list(db.session.scalars(select(Consultation).where(Consultation.is_listed, is_open)))


def _was_told(moment: Moment) -> bool:
    line = select(Activity.id).where(Activity.verb == moment.verb, Activity.subject == moment.subject)
    return db.session.scalar(line.limit(1)) is not None


def _has_just_moved(consultation: Consultation) -> bool:
    """Whether an extension told of this closing when it was no further ahead than it is told of."""
    told = select(Extension.id).where(
        Extension.consultation_id == consultation.id,
        Extension.new_closes_at == consultation.closes_at,
        Extension.extended_at >= consultation.closes_at - AHEAD,
    )
    return db.session.scalar(told.limit(1)) is not None


def _subscriptions_to(told: Alert, after: int) -> list[tuple[int, int]]:
    """One subscription of each of the next subscribers, and whose it is."""
    chosen = (
        select(func.min(Subscription.id), Subscription.subscriber_id)
        .where(_hears_of(told), Subscription.subscriber_id > after)
        .group_by(Subscription.subscriber_id)
        .order_by(Subscription.subscriber_id)
        .limit(LETTERS_AT_ONCE)
    )
    return [(subscription_id, subscriber_id) for subscription_id, subscriber_id in db.session.execute(chosen)]


def _hears_of(told: Alert) -> ColumnElement[bool]:
    """Contact points let hear of every consultation that opens, and of their own workshops."""
    wanted = [_is_to(Topic.CONSULTATION, told.consultation.slug)]
    if told.event == Event.OPENED:
        wanted.append(Subscription.topic == Topic.CONTACT_POINT)
    if told.workshop is not None and told.workshop.country:
        wanted.append(_is_to(Topic.CONTACT_POINT, told.workshop.country))
    return and_(Subscription.confirmed_at.is_not(None), or_(*wanted))


def _is_to(topic: Topic, subject: str) -> ColumnElement[bool]:
    return and_(Subscription.topic == topic, Subscription.subject == subject)
