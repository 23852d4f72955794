"""Letters that are refused, put off or lost with their sender: sent once or known to be uncertain."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.jobs import run_due_jobs
from app.letters.post import Post
from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.people import Person
from app.models.subscription import Delivery, DeliveryState, Subscriber, Subscription, Topic
from app.services.activity import enqueue, verify_chain
from app.services.newsletters.bouncing import MOST_REFUSALS
from app.services.newsletters.circulating import newsletter_to_edit
from app.services.newsletters.delivering import LOST_AFTER, MOST_ATTEMPTS, end_and_take
from app.services.newsletters.mailing import uncertain_deliveries
from app.services.subscriptions.notifying import LetterPutOffError, LetterRefusedError
from tests.gatherings import a_subscriber
from tests.services.newsletters import Mail, a_newsletter, mail, send_all, start, states

__all__ = ["mail"]


# ---------------------------------------------------------------- refusals and failures


def test_a_refused_letter_is_not_sent_again_and_is_counted(mail: Mail, editor: Person) -> None:
    refused, taken = a_subscriber(), a_subscriber()
    mail.errors[refused.email] = LetterRefusedError("550 5.1.1")
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    send_all(mail)
    assert mail.reached == [taken.email]
    assert states(newsletter) == {"refused": 1, "sent": 1}
    [error] = db.session.scalars(select(Delivery.error).where(Delivery.state == DeliveryState.REFUSED))
    assert error == "550 5.1.1"


def test_who_refuses_three_letters_in_a_row_has_no_subscription_any_more(mail: Mail, editor: Person) -> None:
    subscriber = a_subscriber((Topic.NEWSLETTER, ""), (Topic.CONSULTATION, "innovation"))
    for number in range(MOST_REFUSALS):
        assert db.session.get(Subscriber, subscriber.id) is not None
        mail.errors[subscriber.email] = LetterRefusedError("550")
        newsletter = a_newsletter(editor, slug=f"letter-{number}")
        start(newsletter, editor)
        send_all(mail)
        assert states(newsletter) == {"refused": 1}
    assert db.session.scalars(select(Subscriber)).all() == []
    assert db.session.scalars(select(Subscription)).all() == []
    assert db.session.scalar(select(func.count(Delivery.id))) == MOST_REFUSALS


def test_a_letter_that_is_taken_makes_earlier_refusals_forgotten(mail: Mail, editor: Person) -> None:
    subscriber = a_subscriber(refusals=MOST_REFUSALS - 1)
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    send_all(mail)
    assert db.session.get_one(Subscriber, subscriber.id, populate_existing=True).refusals == 0


def test_refused_alerts_count_like_refused_newsletters(mail: Mail, editor: Person, at: datetime) -> None:
    subscriber = a_subscriber(refusals=1)
    job = {"letter": "already_subscribed", "subscription_id": subscriber.subscriptions[0].id}
    mail.errors[subscriber.email] = LetterRefusedError("550")
    for _letter in range(2):
        with transaction():
            enqueue("letter", job, at=at)
        run_due_jobs(at)
    assert mail.sent == []
    assert db.session.get(Subscriber, subscriber.id, populate_existing=True) is None
    assert verify_chain() is None


def test_a_letter_that_is_put_off_is_tried_later_and_given_up_in_the_end(
    mail: Mail, editor: Person, at: datetime
) -> None:
    grey, taken = a_subscriber(), a_subscriber()
    mail.errors[grey.email] = LetterPutOffError("451 4.7.1")
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    at = send_all(mail)
    assert mail.reached == [taken.email]
    assert states(newsletter) == {"waiting": 1, "sent": 1}
    post = Post()
    for _attempt in range(MOST_ATTEMPTS):
        at += timedelta(days=1)
        post.send_some(mail, at)
    assert states(newsletter) == {"failed": 1, "sent": 1}
    post.send_some(mail, at)
    assert newsletter_to_edit(newsletter.id, by=editor).finished_at is not None


def test_while_the_mail_server_is_gone_the_post_rests_and_then_goes_on(
    mail: Mail, editor: Person, at: datetime
) -> None:
    subscribers = [a_subscriber() for _number in range(5)]
    mail.errors = {subscriber.email: ConnectionRefusedError("gone") for subscriber in subscribers}
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    post = Post()
    at = send_all(mail, at, post)
    assert states(newsletter) == {"waiting": 5}
    tried = [attempts for attempts in db.session.scalars(select(Delivery.attempts)) if attempts]
    assert tried == [1]
    mail.errors.clear()
    send_all(mail, at + timedelta(minutes=5), post)
    assert Counter(mail.reached) == Counter(subscriber.email for subscriber in subscribers)
    assert states(newsletter) == {"sent": 5}


def test_what_became_of_letters_names_nobody_in_the_record(mail: Mail, editor: Person) -> None:
    subscriber = a_subscriber()
    mail.errors[subscriber.email] = LetterRefusedError("550")
    start(a_newsletter(editor), editor)
    send_all(mail)
    lines = db.session.execute(select(Activity.verb, Activity.subject)).all()
    assert [verb for verb, _subject in lines] == [
        "newsletter written",
        "newsletter started",
        "newsletter sent",
    ]
    assert not [line for line in lines if "@" in repr(line)]


# ---------------------------------------------------------------- senders that end in the middle


def test_a_letter_that_a_dead_sender_held_is_uncertain_and_is_not_sent_by_itself(
    mail: Mail, editor: Person, at: datetime
) -> None:
    held, waiting = a_subscriber(), a_subscriber()
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    assert end_and_take(newsletter.id, None, takes_more=True, at=at) is not None
    at = send_all(mail)
    assert mail.reached == [waiting.email]
    assert states(newsletter) == {"uncertain": 1, "sent": 1}
    [listed] = uncertain_deliveries(newsletter)
    assert listed.subscriber is not None
    assert listed.subscriber.email == held.email
    send_all(mail, at + timedelta(days=1))
    assert mail.reached == [waiting.email]


def test_a_sender_that_runs_counts_another_s_letter_as_lost_after_ten_minutes(
    mail: Mail, editor: Person, at: datetime
) -> None:
    a_subscriber()
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    post = Post()
    post.looked_for_lost_at = at
    assert end_and_take(newsletter.id, None, takes_more=True, at=at) is not None
    post.send_some(mail, at + LOST_AFTER)
    assert states(newsletter) == {"sending": 1}
    post.send_some(mail, at + LOST_AFTER + timedelta(minutes=2))
    assert states(newsletter) == {"uncertain": 1}
