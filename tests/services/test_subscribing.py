"""Subscribing: asked for by anybody, confirmed by the address's owner, ended by one link."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models.activity import Activity, Job
from app.models.base import db
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.subscription import Subscriber, Subscription, Topic
from app.services.comments.checking import Words
from app.services.comments.commenting import post_comment
from app.services.comments.receipts import secret_of
from app.services.consultations.consulting import add_contact_point
from app.services.errors import InvalidError, NotFoundError
from app.services.people.links import VoidLinkError
from app.services.purging import purge
from app.services.subscriptions.subscribing import (
    LASTS,
    ask_for_subscription,
    change_language,
    confirm_subscription,
    end_subscription,
    subscriber_behind,
    subscription_token,
)
from app.services.subscriptions.wishing import LONGEST_SUBJECT, Wish, name_of_subject, tidy_subject
from tests.builders import a_consultation, a_draft
from tests.conftest import SECRET
from tests.gatherings import a_subscriber

MOMENT = timedelta(seconds=1)
NEWS = Wish(Topic.NEWSLETTER, "", "en")


def ask(at: datetime, email: str = "ilze@example.org", wish: Wish = NEWS) -> None:
    ask_for_subscription(email, wish, secret_key=SECRET, at=at)


def confirm(subscription: Subscription, at: datetime) -> Subscription:
    return confirm_subscription(subscription_token(subscription, SECRET, at), secret_key=SECRET, at=at)


def end(subscriber: Subscriber, subscription_id: int | None, at: datetime, secret: str = "") -> None:
    given = secret or secret_of(subscriber.number, SECRET)
    end_subscription(subscriber.number, given, subscription_id, secret_key=SECRET, at=at)


def subscriptions() -> list[Subscription]:
    db.session.rollback()
    return list(db.session.scalars(select(Subscription).order_by(Subscription.id)))


def addresses() -> list[str]:
    return list(db.session.scalars(select(Subscriber.email).order_by(Subscriber.id)))


def letters() -> list[tuple[str, int]]:
    jobs = db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id))
    return [(job.payload["letter"], job.payload["subscription_id"]) for job in jobs]


def test_nothing_is_sent_before_the_address_is_confirmed(app: Flask, at: datetime) -> None:
    ask(at, " Ilze@Example.org ")
    [asked] = subscriptions()
    assert (asked.confirmed_at, addresses()) == (None, ["ilze@example.org"])
    assert letters() == [("confirm_subscription", asked.id)]
    confirmed = confirm(asked, at + MOMENT)
    assert (confirmed.confirmed_at, confirmed.told_until) == (at + MOMENT, None)
    verbs = db.session.scalars(select(Activity.verb).order_by(Activity.id)).all()
    assert verbs == ["subscription asked for", "subscription confirmed"]


def test_confirmed_again_nothing_changes(app: Flask, at: datetime) -> None:
    ask(at)
    confirm(subscriptions()[0], at)
    confirm(subscriptions()[0], at + MOMENT)
    assert [one.confirmed_at for one in subscriptions()] == [at]


def test_asked_for_again_the_letter_comes_again_and_one_confirmed_says_so(app: Flask, at: datetime) -> None:
    ask(at)
    ask(at + MOMENT)
    [asked] = subscriptions()
    assert asked.asked_at == at + MOMENT
    confirm(asked, at)
    ask(at)
    assert [letter for letter, _id in letters()] == [
        "confirm_subscription",
        "confirm_subscription",
        "already_subscribed",
    ]
    assert len(subscriptions()) == 1


def test_a_known_address_confirms_each_new_wish_too(app: Flask, at: datetime) -> None:
    subscriber = a_subscriber()
    slug = a_consultation().slug
    ask(at, subscriber.email, Wish(Topic.CONSULTATION, slug, "lv"))
    [_newsletter, asked] = subscriptions()
    assert (asked.subscriber_id, asked.subject, asked.language) == (subscriber.id, slug, "lv")
    assert asked.confirmed_at is None


@pytest.mark.parametrize("typed", ["", "ilze", "ilze@", "a@b", "ilze@example.org\r\nBcc: x@example.org"])
def test_what_is_no_address_is_given_back(app: Flask, at: datetime, typed: str) -> None:
    with pytest.raises(InvalidError) as refused:
        ask(at, typed)
    assert refused.value.problems == {"email": "invalid"}
    assert subscriptions() == []


def test_a_language_that_is_none_of_ours_is_refused(app: Flask, at: datetime) -> None:
    with pytest.raises(InvalidError):
        ask(at, wish=Wish(Topic.NEWSLETTER, "", "tlh"))


@pytest.mark.parametrize(
    ("topic", "subject"),
    [
        (Topic.CONSULTATION, "hidden"),
        (Topic.CONSULTATION, "no-such"),
        (Topic.CONTACT_POINT, "XX"),
        (Topic.SEARCH, " \r\n "),
        (Topic.SEARCH, "x" * (LONGEST_SUBJECT + 1)),
        ("weather", "tomorrow"),
    ],
)
def test_what_the_public_does_not_see_cannot_be_subscribed_to(
    app: Flask, at: datetime, topic: str, subject: str
) -> None:
    a_consultation(slug="hidden", is_listed=False)
    with pytest.raises(NotFoundError):
        ask(at, wish=Wish(topic, subject, "en"))
    assert subscriptions() == []


def test_a_subject_is_kept_tidy_and_called_by_its_name(app: Flask, at: datetime) -> None:
    point = ContactPoint(country="LV", names={"en": "Office", "lv": "Birojs"}, zone="Europe/Riga")
    add_contact_point(point, at=at)
    assert tidy_subject(Topic.NEWSLETTER, "anything") == ""
    assert tidy_subject(Topic.SEARCH, " green \r\n roofs ") == "green roofs"
    assert tidy_subject(Topic.CONTACT_POINT, "lv") == "LV"
    assert name_of_subject(Topic.CONTACT_POINT, "LV", "lv") == "Birojs"
    assert name_of_subject(Topic.CONSULTATION, a_consultation(titles={"en": "Trying"}).slug, "fr") == "Trying"


def test_a_link_ends_with_its_time_and_with_the_subscription(app: Flask, at: datetime) -> None:
    ask(at)
    [asked] = subscriptions()
    token = subscription_token(asked, SECRET, at)
    for wrong, when in ((token, at + LASTS), (token + "x", at), ("", at)):
        with pytest.raises(VoidLinkError):
            confirm_subscription(wrong, secret_key=SECRET, at=when)
    end(asked.subscriber, asked.id, at)
    ask(at, "somebody.else@example.org")
    with pytest.raises(VoidLinkError):  # though its number may have been given out again
        confirm_subscription(token, secret_key=SECRET, at=at)
    assert [one.confirmed_at for one in subscriptions()] == [None]


def test_another_language_takes_the_place_of_the_first_once_it_is_confirmed(app: Flask, at: datetime) -> None:
    subscriber = a_subscriber()
    ask(at, subscriber.email, Wish(Topic.NEWSLETTER, "", "lv"))
    assert [one.language for one in subscriptions()] == ["en", "lv"]
    confirm(subscriptions()[1], at)
    [left] = subscriptions()
    assert (left.language, left.subscriber.language) == ("lv", "lv")


def test_the_language_of_letters_can_be_changed(app: Flask, at: datetime) -> None:
    subscriber = a_subscriber()
    ask(at, subscriber.email, Wish(Topic.NEWSLETTER, "", "lv"))
    number, secret = subscriber.number, secret_of(subscriber.number, SECRET)
    first = subscriptions()[0]
    change_language(number, secret, first.id, "lv", secret_key=SECRET, at=at)
    assert [(one.id, one.language) for one in subscriptions()] == [(first.id, "lv")]
    with pytest.raises(InvalidError):
        change_language(number, secret, first.id, "tlh", secret_key=SECRET, at=at)
    with pytest.raises(NotFoundError):
        change_language(number, secret, first.id + 1, "en", secret_key=SECRET, at=at)
    with pytest.raises(NotFoundError):
        change_language(number, "wrong", first.id, "en", secret_key=SECRET, at=at)


def test_what_waits_to_be_confirmed_keeps_its_language(app: Flask, at: datetime) -> None:
    ask(at)
    [asked] = subscriptions()
    number, secret = asked.subscriber.number, secret_of(asked.subscriber.number, SECRET)
    with pytest.raises(NotFoundError):
        change_language(number, secret, asked.id, "lv", secret_key=SECRET, at=at)
    assert confirm(asked, at).language == "en"


def test_with_the_last_subscription_the_address_is_gone(app: Flask, at: datetime) -> None:
    subscriber = a_subscriber((Topic.NEWSLETTER, ""), (Topic.SEARCH, "roofs"))
    other = a_subscriber()
    first, second, *others = subscriptions()
    end(subscriber, first.id, at)
    with pytest.raises(NotFoundError):
        end(subscriber, first.id, at)
    assert {one.id for one in subscriptions()} - {one.id for one in others} == {second.id}
    end(subscriber, second.id, at)
    assert addresses() == [other.email]
    end(subscriber, second.id, at)  # the same link once more
    ended = db.session.scalar(select(func.count()).where(Activity.verb == "subscription ended"))
    assert ended == 2


def test_all_subscriptions_end_at_once(app: Flask, at: datetime) -> None:
    end(a_subscriber((Topic.NEWSLETTER, ""), (Topic.SEARCH, "roofs")), None, at)
    assert (subscriptions(), addresses()) == ([], [])


def test_nobody_ends_what_somebody_else_subscribed_to(app: Flask, at: datetime) -> None:
    mine, others = a_subscriber(), a_subscriber()
    with pytest.raises(NotFoundError):
        end(mine, others.subscriptions[0].id, at)
    assert len(subscriptions()) == 2
    with pytest.raises(NotFoundError):
        end(others, None, at, secret_of(mine.number, SECRET))
    assert len(subscriptions()) == 2


def test_links_from_before_the_sites_key_was_changed_go_on_working(app: Flask, at: datetime) -> None:
    subscriber = a_subscriber()
    for secret in (secret_of(subscriber.number, SECRET), secret_of(subscriber.number, "new key")):
        found = subscriber_behind(subscriber.number, secret, secret_key="new key")
        assert found is not None
        assert found.id == subscriber.id
    with pytest.raises(NotFoundError):
        subscriber_behind(subscriber.number, secret_of(subscriber.number, "other"), secret_key="new key")


def test_who_never_confirms_is_forgotten_after_thirty_days(app: Flask, at: datetime) -> None:
    subscriber = a_subscriber()
    ask(at)
    ask(at, subscriber.email, Wish(Topic.SEARCH, "roofs", "en"))
    assert purge(at + LASTS - MOMENT)["subscriptions"] == 0
    assert purge(at + LASTS)["subscriptions"] == 2
    assert addresses() == [subscriber.email]
    assert [one.topic for one in subscriptions()] == [Topic.NEWSLETTER]


def test_nobody_is_subscribed_by_commenting(app: Flask, at: datetime) -> None:
    consultation: Consultation = a_consultation()
    a_draft(consultation)
    said = Words(
        body="Trying.", language="en", name="Ilze", email="i@example.org", country="LV", consent=True
    )
    post_comment(consultation, None, said, form="1", by=None, at=at, secret_key=SECRET)
    assert (subscriptions(), addresses()) == ([], [])


def test_many_who_ask_for_one_address_at_once_ask_for_one_subscription(app: Flask, at: datetime) -> None:
    together, failures = Barrier(6), list[str]()

    def run() -> None:
        with app.app_context():
            together.wait()
            try:
                ask(at)
            except Exception as error:
                failures.append(repr(error))
            finally:
                db.session.remove()

    threads = [Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (len(subscriptions()), addresses()) == (1, ["ilze@example.org"])
    assert len(letters()) == 6
