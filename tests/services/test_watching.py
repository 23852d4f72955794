"""Searches that somebody subscribed to: new hits are told once, a day apart at least."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.jobs import run_due_jobs
from app.models.activity import Job
from app.models.base import db, transaction
from app.models.comment import State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.subscription import Subscriber, Subscription, Topic
from app.services.ports import Ports
from app.services.search.finding import MOST_HITS
from app.services.search.searching import SearchIndex, rebuild
from app.services.subscriptions.subscribing import (
    ask_for_subscription,
    confirm_subscription,
    subscription_token,
)
from app.services.subscriptions.watching import INDEX_FOLLOWS, MOST_TOLD, tell_of_hits
from app.services.subscriptions.wishing import Wish
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.conftest import SECRET
from tests.drafts import publish
from tests.gatherings import a_subscriber
from tests.services.pigeons import Pigeons, carried, pigeons

__all__ = ["pigeons"]

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SOON = DAY + INDEX_FOLLOWS


@pytest.fixture
def version(app: Flask, at: datetime) -> Version:
    consultation = a_consultation(slug="trying", titles={"en": "Trying"}, closes_at=at + 30 * DAY)
    return a_draft(consultation, at=at)


@pytest.fixture
def watching(app: Flask, at: datetime) -> Subscriber:
    """Somebody who has watched “hedgehogs” since noon."""
    subscriber = a_subscriber((Topic.SEARCH, "hedgehogs"))
    with transaction():
        db.session.refresh(subscriber.subscriptions[0])
        subscriber.subscriptions[0].told_until = at
    return subscriber


def index_of(app: Flask) -> SearchIndex:
    ports: Ports = app.extensions["ports"]
    return ports.search


def told(app: Flask, at: datetime, *, indexed: bool = True) -> int:
    """How many are told by a worker that looks now; the index is as the database."""
    db.session.rollback()
    if indexed:
        rebuild(index_of(app))
    return tell_of_hits(index_of(app), at=at)


def texts(pigeons: Pigeons, at: datetime) -> Sequence[str]:
    carried(pigeons, at)
    return [letter.text for letter in pigeons.sent]


def test_a_comment_published_since_is_told_once(
    app: Flask, pigeons: Pigeons, version: Version, watching: Subscriber, at: datetime
) -> None:
    paragraph = paragraphs_of(version)[0]
    comment = a_comment(version, paragraph, body="Hedgehogs first.", state=State.PUBLISHED, at=at + HOUR)
    assert told(app, at + SOON) == 1
    assert carried(pigeons, at + SOON) == [(watching.email, "New hits for “hedgehogs”")]
    [letter] = pigeons.sent
    assert "– Trying\n  “Hedgehogs first.”\n" in letter.text
    place = f"http://localhost/en/consultations/trying/paragraphs/{paragraph.key}#c-{comment.id}"
    assert place in letter.text
    assert "http://localhost/en/search?q=hedgehogs" in letter.text
    assert (letter.list_id, "/unsubscribe?" in letter.unsubscribe) == ("searches", True)
    assert [told(app, at + n * SOON) for n in range(2, 5)] == [0, 0, 0]


def test_what_was_there_before_is_not_told(
    app: Flask, version: Version, watching: Subscriber, at: datetime
) -> None:
    a_comment(version, body="Hedgehogs first.", state=State.PUBLISHED, at=at)
    assert told(app, at + SOON) == 0


def test_new_hits_are_told_a_day_apart_at_least(
    app: Flask, version: Version, watching: Subscriber, at: datetime
) -> None:
    a_comment(version, body="Hedgehogs first.", state=State.PUBLISHED, at=at + HOUR)
    assert told(app, at + SOON - HOUR) == 0
    first = at + SOON
    assert told(app, first) == 1
    a_comment(version, body="Hedgehogs again.", state=State.PUBLISHED, at=first + HOUR)
    assert told(app, first + DAY - HOUR) == 0
    assert told(app, first + DAY) == 1


def test_what_the_index_may_not_hold_yet_is_told_the_next_time(
    app: Flask, version: Version, watching: Subscriber, at: datetime
) -> None:
    now = at + SOON
    told(app, at)
    a_comment(version, body="Hedgehogs first.", state=State.PUBLISHED, at=now - INDEX_FOLLOWS / 2)
    assert told(app, now, indexed=False) == 0
    assert told(app, now + DAY) == 1


@pytest.mark.parametrize("state", [State.WAITING, State.REJECTED, State.SPAM])
def test_what_is_not_published_is_never_told(
    app: Flask, version: Version, watching: Subscriber, at: datetime, state: State
) -> None:
    a_comment(version, body="Hedgehogs first.", state=state, at=at + HOUR)
    assert told(app, at + SOON) == 0


def test_what_is_rejected_before_the_letter_is_written_is_not_in_it(
    app: Flask, pigeons: Pigeons, version: Version, watching: Subscriber, at: datetime
) -> None:
    comment = a_comment(version, body="Hedgehogs first.", state=State.PUBLISHED, at=at + HOUR)
    assert told(app, at + SOON) == 1
    with transaction():
        db.session.refresh(comment)
        comment.state = State.REJECTED
    assert carried(pigeons, at + SOON) == []


def test_new_paragraphs_are_told_and_those_that_say_the_same_are_not(
    app: Flask, pigeons: Pigeons, watching: Subscriber, at: datetime
) -> None:
    consultation = a_consultation(titles={"en": "Trying"})
    publish(consultation, "Hedgehogs may sleep.", "Others may not.", at=at - DAY)
    publish(consultation, "Hedgehogs may sleep.", "Others and hedgehogs may not.", at=at + HOUR)
    assert told(app, at + SOON) == 1
    [text] = texts(pigeons, at + SOON)
    assert "Others and hedgehogs may not." in text
    assert "Hedgehogs may sleep." not in text


def test_a_draft_is_new_when_it_is_put_to_the_public(app: Flask, watching: Subscriber, at: datetime) -> None:
    coming = a_consultation(opens_at=at + 2 * DAY, closes_at=at + 9 * DAY)
    publish(coming, "Hedgehogs may sleep.", at=at - DAY)
    hidden: Consultation = a_consultation(is_listed=False)
    publish(hidden, "Hedgehogs may sleep.", at=at + HOUR)
    assert told(app, at + SOON) == 0
    assert told(app, at + 2 * SOON) == 1
    assert told(app, at + 3 * SOON) == 0


def test_texts_with_some_of_the_words_only_are_no_hits(app: Flask, version: Version, at: datetime) -> None:
    subscriber = a_subscriber((Topic.SEARCH, "hedgehogs sleep"))
    with transaction():
        db.session.refresh(subscriber.subscriptions[0])
        subscriber.subscriptions[0].told_until = at
    a_comment(version, body="Hedgehogs first.", state=State.PUBLISHED, at=at + HOUR)
    assert told(app, at + SOON) == 0


def test_a_letter_tells_a_few_and_how_many_more_there_are(
    app: Flask, pigeons: Pigeons, version: Version, watching: Subscriber, at: datetime
) -> None:
    for _ in range(MOST_TOLD + 3):
        a_comment(version, body="Hedgehogs first.", state=State.PUBLISHED, at=at + HOUR)
    assert told(app, at + SOON) == 1
    [text] = texts(pigeons, at + SOON)
    assert f"{MOST_TOLD + 3} new texts have your words:" in text
    assert text.count("“Hedgehogs first.”") == MOST_TOLD < MOST_HITS
    assert "3 more are found by the search." in text


def test_who_has_just_confirmed_hears_of_what_comes_after(app: Flask, version: Version, at: datetime) -> None:
    wish = Wish(Topic.SEARCH, "hedgehogs", "en")
    ask_for_subscription("ilze@example.org", wish, secret_key=SECRET, at=at)
    a_comment(version, body="Hedgehogs first.", state=State.PUBLISHED, at=at + HOUR)
    [asked] = db.session.scalars(select(Subscription)).all()
    assert told(app, at + SOON) == 0
    confirm_subscription(subscription_token(asked, SECRET, at), secret_key=SECRET, at=at + 2 * HOUR)
    assert told(app, at + 2 * HOUR + SOON) == 0
    a_comment(version, body="Hedgehogs again.", state=State.PUBLISHED, at=at + 2 * DAY)
    assert told(app, at + 4 * DAY) == 1


def test_two_workers_that_look_at_once_tell_once(
    app: Flask, version: Version, watching: Subscriber, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_comment(version, body="Hedgehogs first.", state=State.PUBLISHED, at=at + HOUR)
    rebuild(index_of(app))
    find, seconds = index_of(app).find, list[int]()

    def find_while_another_looks(*asked: object, **further: object) -> object:
        if not seconds:
            seconds.append(0)
            seconds[0] = tell_of_hits(index_of(app), at=at + SOON)
        return find(*asked, **further)  # type: ignore[arg-type]

    monkeypatch.setattr(index_of(app), "find", find_while_another_looks)
    assert (tell_of_hits(index_of(app), at=at + SOON), seconds) == (0, [1])
    letters = db.session.scalars(select(Job).where(Job.name == "letter")).all()
    assert len(letters) == 1


def test_without_an_index_nothing_is_missed(
    app: Flask, version: Version, watching: Subscriber, at: datetime
) -> None:
    a_comment(version, body="Hedgehogs first.", state=State.PUBLISHED, at=at + HOUR)
    assert told(app, at + SOON, indexed=False) == 0
    assert told(app, at + SOON) == 1
    run_due_jobs(at + SOON)
