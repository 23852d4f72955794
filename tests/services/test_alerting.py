"""Alerts: subscribers hear of what happens, each thing once, and of nothing that the public does not see."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import jobs
from app.jobs import run_due_jobs
from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.comment import State
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.roles import Role
from app.models.subscription import Subscriber, Topic
from app.models.workshop import Workshop
from app.services.comments.receipts import secret_of
from app.services.consultations.concluding import publish_outcome
from app.services.consultations.consulting import add_contact_point, unlist_consultation
from app.services.consultations.extending import extend
from app.services.drafts.confirming import confirm_fates
from app.services.drafts.drafting import seal_version, write_change_log
from app.services.subscriptions import alerting
from app.services.subscriptions.alerting import AHEAD, Event, Moment, alert, alert_of_times
from app.services.subscriptions.subscribing import ask_for_subscription, end_subscription
from app.services.subscriptions.wishing import Wish
from app.services.workshops.convening import publish_workshop
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.conftest import SECRET
from tests.drafts import publish, put
from tests.gatherings import a_subscriber, a_workshop
from tests.services.pigeons import Pigeons, carried, pigeons

__all__ = ["pigeons"]

DAY = timedelta(days=1)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def consultation(app: Flask, at: datetime) -> Consultation:
    return a_consultation(slug="trying", titles={"en": "Trying", "lv": "Mēģināšana"}, closes_at=at + 10 * DAY)


@pytest.fixture
def subscriber(consultation: Consultation) -> Subscriber:
    return a_subscriber((Topic.CONSULTATION, consultation.slug))


def subjects(pigeons: Pigeons, at: datetime) -> list[str]:
    return [subject for _to, subject in carried(pigeons, at)]


def extended(consultation: Consultation, at: datetime, by: timedelta = DAY) -> None:
    extend(
        consultation,
        consultation.closes_at + by,
        {"en": "Many asked for time."},
        original="en",
        by=None,
        at=at,
    )


def look(at: datetime) -> int:
    """As a worker that has just been started looks at the clock."""
    db.session.rollback()
    return alert_of_times(at, set())


def test_an_extension_is_told_with_its_reason_and_two_ways_to_end_it(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber, at: datetime
) -> None:
    extended(consultation, at)
    assert carried(pigeons, at) == [(subscriber.email, "Open for longer: Trying")]
    [letter] = pigeons.sent
    assert "It was to close: Wednesday 20 February 2030, 13:00 Paris time" in letter.text
    assert "It closes now: Thursday 21 February 2030, 13:00 Paris time" in letter.text
    assert "Many asked for time." in letter.text
    assert "http://localhost/en/consultations/trying" in letter.text
    assert "The consultation “Trying”" in letter.text
    number, secret = subscriber.number, secret_of(subscriber.number, SECRET)
    own = f"http://localhost/en/subscriptions/{number}"
    [subscription] = subscriber.subscriptions
    assert letter.unsubscribe == f"{own}/unsubscribe?secret={secret}&subscription={subscription.id}"
    assert letter.unsubscribe in letter.text
    assert f"{own}?secret={secret}\n" in letter.text
    assert letter.list_id == "consultations"


def test_letters_are_in_the_language_of_the_subscription(
    pigeons: Pigeons, consultation: Consultation, at: datetime
) -> None:
    a_subscriber((Topic.CONSULTATION, "trying"), language="lv")
    extended(consultation, at)
    [subject] = subjects(pigeons, at)
    assert "Mēģināšana" in subject
    assert "http://localhost/lv/subscriptions/" in pigeons.sent[0].unsubscribe


def test_only_who_confirmed_and_subscribed_to_this_hears_of_it(
    pigeons: Pigeons, consultation: Consultation, at: datetime
) -> None:
    a_subscriber((Topic.CONSULTATION, a_consultation().slug))
    a_subscriber()
    wish = Wish(Topic.CONSULTATION, "trying", "en")
    ask_for_subscription("ilze@example.org", wish, secret_key=SECRET, at=at)
    extended(consultation, at)
    assert subjects(pigeons, at) == ["Do you want letters from us?"]


def test_who_ends_it_meanwhile_hears_nothing(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber, at: datetime
) -> None:
    extended(consultation, at)
    assert run_due_jobs(at)  # the letters are wanted, and not sent yet
    number, secret = subscriber.number, secret_of(subscriber.number, SECRET)
    end_subscription(number, secret, None, secret_key=SECRET, at=at)
    assert carried(pigeons, at) == []


def test_a_consultation_that_is_not_listed_is_not_told_of(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber, at: datetime
) -> None:
    extended(consultation, at)
    unlist_consultation(consultation, by=None, at=at)
    extended(consultation, at)
    assert look(at) == 0
    assert carried(pigeons, at) == []


def test_each_of_very_many_subscribers_gets_one_letter(
    pigeons: Pigeons, consultation: Consultation, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "LETTERS_AT_ONCE", 3)
    emails = {a_subscriber((Topic.CONSULTATION, "trying")).email for _ in range(9)}
    extended(consultation, at)
    told = [to for to, _subject in carried(pigeons, at)]
    assert (len(told), set(told)) == (9, emails)


def test_an_opening_is_told_once_also_after_a_restart(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber, at: datetime
) -> None:
    opening = consultation.opens_at
    assert look(opening - MOMENT) == 0
    assert look(opening) == 1
    assert subjects(pigeons, opening) == ["Open for comments: Trying"]
    assert "It closes: Wednesday 20 February 2030, 13:00 Paris time" in pigeons.sent[0].text
    assert look(opening + MOMENT) == 0
    assert look(consultation.closes_at - AHEAD - MOMENT) == 0
    assert carried(pigeons, at) == []


def test_a_closing_three_days_ahead_is_told_once(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber
) -> None:
    ahead = consultation.closes_at - AHEAD
    look(consultation.opens_at)
    carried(pigeons, consultation.opens_at)
    assert [look(ahead - MOMENT), look(ahead), look(ahead), look(consultation.closes_at)] == [0, 1, 0, 0]
    assert subjects(pigeons, ahead) == ["Closing soon: Trying"]


def test_an_opening_found_late_tells_the_closing_too_and_no_second_letter_does(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber
) -> None:
    late = consultation.closes_at - DAY
    assert [look(late), look(late)] == [1, 0]
    assert subjects(pigeons, late) == ["Open for comments: Trying"]


def test_an_extension_makes_a_new_closing_which_is_told_three_days_ahead(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber
) -> None:
    look(consultation.opens_at)
    ahead = consultation.closes_at - AHEAD
    look(ahead)
    extended(consultation, ahead, 5 * DAY)
    later = consultation.closes_at - AHEAD
    assert [look(ahead), look(later - MOMENT), look(later), look(later)] == [0, 0, 1, 0]
    # The letter on the first closing was not sent before it moved: it would have been wrong.
    assert sorted(subjects(pigeons, later)) == [
        "Closing soon: Trying",
        "Open for comments: Trying",
        "Open for longer: Trying",
    ]


def test_an_extension_that_tells_a_near_closing_is_not_followed_by_another_letter(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber
) -> None:
    late = consultation.closes_at - DAY
    look(late)
    carried(pigeons, late)
    extended(consultation, late)
    assert look(late) == 0
    assert subjects(pigeons, late) == ["Open for longer: Trying"]


def test_a_letter_that_could_not_be_sent_before_the_closing_is_not_sent_later(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber
) -> None:
    look(consultation.opens_at)
    look(consultation.closes_at - AHEAD)
    assert carried(pigeons, consultation.closes_at) == []


def test_a_process_looks_for_each_line_once(consultation: Consultation, at: datetime) -> None:
    told: set[Moment] = set()
    alert_of_times(at, told)
    assert {moment.event for moment in told} == {Event.OPENED}
    # Even if the line were gone, this process knows.
    lines = db.session.scalar(
        select(func.count()).select_from(Activity).where(Activity.verb == "opening told")
    )
    assert (lines, alert_of_times(at, told)) == (1, 0)


def test_the_worker_looks_at_the_clock_by_itself(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber, at: datetime
) -> None:
    for _restart in range(2):
        for chore in jobs._chores():
            chore.act(at)
    assert carried(pigeons, at) == [(subscriber.email, "Open for comments: Trying")]


def test_a_new_version_is_told_with_what_changed(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber, at: datetime
) -> None:
    publish(consultation, "Everybody may try.", "Somebody pays.", at=at)
    assert subjects(pigeons, at) == ["Version 1: Trying"]
    version = put(consultation, "Everybody may try.", "The state pays for it.", at=at)
    write_change_log(version, "en", "It says who pays.", by=None, at=at)
    confirm_fates(version, by=None, at=at)
    seal_version(version.draft, by=None, at=at)
    assert subjects(pigeons, at) == ["Version 2: Trying"]
    [letter] = pigeons.sent
    assert "What changed:\n\nIt says who pays." in letter.text
    assert "http://localhost/en/consultations/trying/versions" in letter.text


def test_an_outcome_is_told_once_not_for_each_language(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber
) -> None:
    a_comment(a_draft(consultation), state=State.PUBLISHED)
    after = consultation.closes_at + DAY
    publish_outcome(consultation, {"en": "All was read."}, by=None, at=after)
    publish_outcome(consultation, {"lv": "Viss izlasīts."}, by=None, at=after)
    assert subjects(pigeons, after) == ["The outcome is published: Trying"]
    assert "http://localhost/en/consultations/trying/outcome" in pigeons.sent[0].text


def workshop_to_publish(consultation: Consultation, country: str | None = None) -> Workshop:
    return a_workshop(
        consultation, titles={"en": "Try it out"}, country=country, published_at=None, slug="try-it-out"
    )


def test_a_workshop_is_told_to_who_follows_the_consultation_or_the_contact_point_once(
    pigeons: Pigeons, consultation: Consultation, at: datetime
) -> None:
    for country in ("LV", "NO"):
        point = ContactPoint(country=country, names={"en": f"Office {country}"}, zone="Europe/Riga")
        add_contact_point(point, at=at)
    both = a_subscriber((Topic.CONSULTATION, "trying"), (Topic.CONTACT_POINT, "LV"))
    point_only = a_subscriber((Topic.CONTACT_POINT, "LV"))
    a_subscriber((Topic.CONTACT_POINT, "NO"))
    publish_workshop(workshop_to_publish(consultation, "LV"), by=a_person(Role.EDITOR), at=at)
    title = "Workshop: Try it out"
    assert carried(pigeons, at) == [(both.email, title), (point_only.email, title)]
    text = pigeons.sent[0].text
    assert "1 Example Street, 3rd floor, Riga" in text
    assert "http://localhost/en/workshops/try-it-out" in text
    assert re.search(r"Register by: .+ Riga time", text)


def test_a_workshop_cancelled_meanwhile_is_not_told_of(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber, at: datetime
) -> None:
    workshop = workshop_to_publish(consultation)
    publish_workshop(workshop, by=a_person(Role.EDITOR), at=at)
    with transaction():
        db.session.refresh(workshop)
        workshop.cancelled_at = at
    assert carried(pigeons, at) == []


def test_a_contact_point_lets_hear_of_every_opening(
    pigeons: Pigeons, consultation: Consultation, at: datetime
) -> None:
    add_contact_point(ContactPoint(country="LV", names={"en": "Office"}, zone="Europe/Riga"), at=at)
    follower = a_subscriber((Topic.CONTACT_POINT, "LV"))
    look(at)
    extended(consultation, at)
    assert carried(pigeons, at) == [(follower.email, "Open for comments: Trying")]
    assert pigeons.sent[0].list_id == "contact-points"


def test_an_alert_rolled_back_with_its_change_is_never_told(
    pigeons: Pigeons, consultation: Consultation, subscriber: Subscriber, at: datetime
) -> None:
    with suppress(RuntimeError), transaction():
        alert(Event.OUTCOME, consultation, at=at)
        raise RuntimeError
    assert carried(pigeons, at) == []


def test_asking_again_for_what_is_confirmed_is_answered_by_a_letter_that_says_so(
    pigeons: Pigeons, subscriber: Subscriber, at: datetime
) -> None:
    wish = Wish(Topic.CONSULTATION, "trying", "en")
    ask_for_subscription(subscriber.email, wish, secret_key=SECRET, at=at)
    assert subjects(pigeons, at) == ["You have subscribed to this already"]
    assert "The consultation “Trying”" in pigeons.sent[0].text


def test_the_letter_that_asks_for_confirmation_is_on_no_list(
    pigeons: Pigeons, app: Flask, at: datetime
) -> None:
    wish = Wish(Topic.SEARCH, "100% “green” roofs", "en")
    ask_for_subscription("ilze@example.org", wish, secret_key=SECRET, at=at)
    assert subjects(pigeons, at) == ["Do you want letters from us?"]
    [letter] = pigeons.sent
    assert "New hits of a search" in letter.text
    assert "green" not in letter.text  # words that somebody else may have typed
    assert "http://localhost/en/subscriptions/confirm/" in letter.text
    assert (letter.unsubscribe, letter.list_id) == ("", "")
