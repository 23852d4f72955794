"""Newsletters: written by editors, sent to whoever subscribed, each letter once or known to be uncertain."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.jobs import run_due_jobs
from app.letters.post import Post
from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.people import Person
from app.models.roles import Role
from app.models.subscription import Delivery, DeliveryState, Newsletter, Subscriber, Subscription, Topic
from app.services.activity import enqueue, verify_chain
from app.services.comments.receipts import secret_of
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError, NotFoundError
from app.services.newsletters.bouncing import MOST_REFUSALS
from app.services.newsletters.circulating import (
    Issue,
    change_newsletter,
    create_newsletter,
    newsletter_to_edit,
    newsletter_to_read,
    send_test,
)
from app.services.newsletters.delivering import LOST_AFTER, MOST_ATTEMPTS, end_and_take
from app.services.newsletters.mailing import (
    audience,
    continue_newsletter,
    pause_newsletter,
    progress_of,
    send_again,
    start_newsletter,
    uncertain_deliveries,
)
from app.services.subscriptions.notifying import (
    Letter,
    LetterPutOffError,
    LetterRefusedError,
    LetterUncertainError,
)
from app.services.subscriptions.subscribing import end_subscription
from tests.builders import a_consultation, a_person
from tests.conftest import NOON, SECRET
from tests.gatherings import a_subscriber

WORDS = Issue(
    slug="2030-02-10",
    titles={"en": "What came of it", "lv": "Kas no tā iznāca"},
    sources={"en": "Read **this**.\n\n[The draft](https://example.org/draft)", "lv": "Lasiet **šo**."},
)


class Mail:
    """A carrier that remembers, and fails for those on its lists."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.errors: dict[str, Exception] = {}

    def send(self, letter: Letter) -> None:
        if letter.to in self.errors:
            raise self.errors[letter.to]
        self.sent.append(letter)

    @property
    def reached(self) -> list[str]:
        """The addresses that letters came to, in order."""
        return [letter.to for letter in self.sent]


@pytest.fixture
def mail(app: Flask) -> Mail:
    mail = Mail()
    app.extensions["ports"] = replace(app.extensions["ports"], mail=mail)
    return mail


@pytest.fixture
def editor(app: Flask) -> Person:
    return a_person(Role.EDITOR)


def a_newsletter(editor: Person, *, at: datetime = NOON, **changes: Any) -> Newsletter:
    return create_newsletter(replace(WORDS, **changes), by=editor, at=at)


def start(newsletter: Newsletter, editor: Person, at: datetime = NOON) -> None:
    start_newsletter(newsletter, expected_changes=newsletter.changes, by=editor, at=at)


def states(newsletter: Newsletter) -> dict[str, int]:
    db.session.expire_all()
    return {state: number for state, number in progress_of(newsletter).counts.items() if number}


def send_all(mail: Mail, at: datetime = NOON, post: Post | None = None) -> datetime:
    """The post goes on until nothing is left that could go out within a minute."""
    post = post or Post()
    until = at + timedelta(minutes=1)
    while at < until:
        post.send_some(mail, at)
        at += timedelta(seconds=1)
    return at


# ---------------------------------------------------------------- writing


def test_a_newsletter_is_changed_by_the_editor_who_read_its_last_state(editor: Person, at: datetime) -> None:
    newsletter = a_newsletter(editor)
    better = replace(WORDS, titles={"en": "What came of it all"})
    change_newsletter(newsletter, better, expected_changes=0, by=editor, at=at)
    assert (newsletter.titles, newsletter.changes) == ({"en": "What came of it all"}, 1)
    change_newsletter(newsletter, better, expected_changes=0, by=editor, at=at)  # sent twice
    assert newsletter.changes == 1
    with pytest.raises(ChangedMeanwhileError):
        change_newsletter(newsletter, WORDS, expected_changes=0, by=a_person(Role.EDITOR), at=at)
    assert newsletter_to_edit(newsletter.id, by=editor).titles == {"en": "What came of it all"}


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"slug": "Ā b"}, {"slug": "invalid"}),
        ({"titles": {"en": "  "}}, {"titles": "required"}),
        ({"titles": {"en": "x" * 151}}, {"title_en": "too_long"}),
        ({"sources": {"lv": "x" * 50_001}}, {"source_lv": "too_long"}),
        ({"rate": 0}, {"rate": "out_of_range"}),
        ({"rate": 6_001}, {"rate": "out_of_range"}),
    ],
)
def test_what_cannot_be_a_newsletter_is_given_back(
    editor: Person, changes: dict[str, Any], problems: dict[str, str]
) -> None:
    with pytest.raises(InvalidError) as refused:
        a_newsletter(editor, **changes)
    assert refused.value.problems == problems


def test_two_newsletters_have_two_addresses(editor: Person) -> None:
    a_newsletter(editor)
    with pytest.raises(InvalidError, match="slug: taken"):
        a_newsletter(editor)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.EDITOR])
def test_only_editors_write_and_send(editor: Person, role: Role, at: datetime) -> None:
    newsletter, other = a_newsletter(editor), a_person(role)
    with pytest.raises(ForbiddenError):
        a_newsletter(other, slug="other")
    with pytest.raises(ForbiddenError):
        change_newsletter(newsletter, WORDS, expected_changes=0, by=other, at=at)
    with pytest.raises(ForbiddenError):
        start(newsletter, other)
    with pytest.raises(ForbiddenError):
        send_test(newsletter, "en", by=other, at=at)
    with pytest.raises(ForbiddenError):
        pause_newsletter(newsletter, by=other, at=at)
    with pytest.raises(ForbiddenError):
        send_again(newsletter, [1], by=other, at=at)


@pytest.mark.parametrize("place", ["country", "consultation"])
def test_who_edits_only_somewhere_writes_to_nobody(editor: Person, place: str) -> None:
    where: dict[str, Any] = {"country": "NO"} if place == "country" else {"consultation": a_consultation()}
    with pytest.raises(ForbiddenError):
        a_newsletter(a_person(Role.EDITOR, **where))


# ---------------------------------------------------------------- to whom, in which language


def test_everybody_who_confirmed_gets_it_once_in_the_language_asked_for(mail: Mail, editor: Person) -> None:
    latvian = a_subscriber(language="lv")
    english = a_subscriber(language="en")
    norwegian = a_subscriber(language="nb")
    a_subscriber((Topic.CONSULTATION, "innovation"))
    unconfirmed = a_subscriber()
    both = a_subscriber(language="fr")
    with transaction():
        db.session.get_one(Subscription, unconfirmed.subscriptions[0].id).confirmed_at = None
        more = {"topic": Topic.NEWSLETTER, "language": "lv", "asked_at": NOON, "confirmed_at": NOON}
        db.session.add(Subscription(subscriber_id=both.id, **more))
    newsletter = a_newsletter(editor)
    assert audience(newsletter) == {"en": 2, "lv": 2}
    start(newsletter, editor)
    send_all(mail)
    subjects = {letter.to: letter.subject for letter in mail.sent}
    assert subjects == {
        latvian.email: "Kas no tā iznāca",
        english.email: "What came of it",
        norwegian.email: "What came of it",
        both.email: "Kas no tā iznāca",
    }
    assert len(mail.sent) == 4
    assert states(newsletter) == {"sent": 4}
    assert newsletter.finished_at is not None


def test_a_letter_says_the_same_in_lines_and_in_html_and_how_to_leave(mail: Mail, editor: Person) -> None:
    subscriber = a_subscriber(language="en")
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    send_all(mail)
    [letter] = mail.sent
    secret = secret_of(subscriber.number, SECRET)
    leave = f"/en/subscriptions/{subscriber.number}/unsubscribe?secret={secret}"
    assert letter.unsubscribe.startswith(f"http://localhost{leave}")
    assert f"subscription={subscriber.subscriptions[0].id}" in letter.unsubscribe
    assert letter.unsubscribe in letter.text
    assert letter.unsubscribe.replace("&", "&amp;") in letter.html
    assert "Read this.\n\nThe draft (https://example.org/draft)" in letter.text
    assert "<p>Read <strong>this</strong>.</p>" in letter.html
    for words in ("http://localhost/en/newsletter/2030-02-10", "What came of it"):
        assert words in letter.text
        assert words in letter.html
    assert (letter.list_id, letter.language) == ("newsletter", "en")
    for fetched in ("<img", "src=", "@import", "url(", "<link", "<script"):
        assert fetched not in letter.html


def test_one_letter_sent_again_is_the_same_message(mail: Mail, editor: Person, at: datetime) -> None:
    subscriber = a_subscriber()
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    mail.errors[subscriber.email] = LetterUncertainError("TimeoutError")
    send_all(mail)
    [uncertain] = uncertain_deliveries(newsletter)
    mail.errors.clear()
    assert send_again(newsletter, [uncertain.id], by=editor, at=at) == 1
    send_all(mail, at)
    [letter] = mail.sent
    assert letter.message_id == f"newsletter-{newsletter.id}-{uncertain.id}"
    assert states(newsletter) == {"sent": 1}
    assert send_again(newsletter, [uncertain.id], by=editor, at=at) == 0


def test_a_test_goes_to_its_editor_alone(mail: Mail, editor: Person, at: datetime) -> None:
    a_subscriber()
    newsletter = a_newsletter(editor)
    send_test(newsletter, "lv", by=editor, at=at)
    run_due_jobs(at)
    [letter] = mail.sent
    assert (letter.to, letter.subject) == (editor.email, "Test: Kas no tā iznāca")
    assert "Lasiet šo." in letter.text
    assert letter.unsubscribe == ""
    with pytest.raises(NotFoundError):
        send_test(newsletter, "fr", by=editor, at=at)


# ---------------------------------------------------------------- starting, pausing


def test_the_public_reads_a_newsletter_once_it_is_sent(editor: Person) -> None:
    newsletter = a_newsletter(editor)
    with pytest.raises(NotFoundError):
        newsletter_to_read(newsletter.slug)
    start(newsletter, editor)
    assert newsletter_to_read(newsletter.slug).id == newsletter.id


def test_what_is_being_sent_is_changed_by_nobody_and_started_once(editor: Person, at: datetime) -> None:
    a_subscriber()
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    start(newsletter, editor, at + timedelta(hours=1))
    assert newsletter.started_at == at
    assert db.session.scalar(select(func.count(Delivery.id))) == 1
    with pytest.raises(InvalidError, match="newsletter: started"):
        change_newsletter(newsletter, WORDS, expected_changes=0, by=editor, at=at)


def test_what_is_half_written_or_was_changed_meanwhile_is_not_sent(editor: Person, at: datetime) -> None:
    newsletter = a_newsletter(editor, sources={"en": "Words"})
    with pytest.raises(InvalidError, match="source_lv: half"):
        start(newsletter, editor)
    empty = a_newsletter(editor, slug="empty", titles={"en": "Title"}, sources={})
    with pytest.raises(InvalidError, match="sources: required"):
        start(empty, editor)
    change_newsletter(newsletter, WORDS, expected_changes=0, by=editor, at=at)
    with pytest.raises(ChangedMeanwhileError):
        start_newsletter(newsletter, expected_changes=0, by=editor, at=at)


def test_a_paused_newsletter_sends_nothing_until_it_goes_on(mail: Mail, editor: Person, at: datetime) -> None:
    for _number in range(3):
        a_subscriber()
    newsletter = a_newsletter(editor, rate=60)
    start(newsletter, editor)
    Post().send_some(mail, at)
    before = len(mail.sent)
    assert before < 3
    pause_newsletter(newsletter, by=editor, at=at)
    later = send_all(mail, at + timedelta(minutes=5))
    assert len(mail.sent) == before
    continue_newsletter(newsletter, by=editor, at=later)
    send_all(mail, later)
    assert states(newsletter) == {"sent": 3}


def test_nobody_gets_it_who_unsubscribed_before_their_letter_left(mail: Mail, editor: Person) -> None:
    gone, stays = a_subscriber(), a_subscriber()
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    end_subscription(gone.number, secret_of(gone.number, SECRET), None, secret_key=SECRET, at=NOON)
    send_all(mail)
    assert mail.reached == [stays.email]
    assert states(newsletter) == {"dropped": 1, "sent": 1}


def test_a_newsletter_that_nobody_subscribed_to_is_finished_at_once(mail: Mail, editor: Person) -> None:
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    send_all(mail)
    assert newsletter_to_edit(newsletter.id, by=editor).finished_at is not None


# ---------------------------------------------------------------- how many a minute


@pytest.mark.parametrize("rate", [1, 7, 60, 600])
def test_in_no_minute_do_more_leave_than_the_rate_allows(mail: Mail, editor: Person, rate: int) -> None:
    for _number in range(30):
        a_subscriber()
    newsletter = a_newsletter(editor, rate=rate)
    start(newsletter, editor)
    at, left = NOON, []
    while at < NOON + timedelta(minutes=3):
        # A sender that is started anew each time knows of the earlier ones from the record.
        before = len(mail.sent)
        Post().send_some(mail, at)
        left += [at] * (len(mail.sent) - before)
        at += timedelta(seconds=1)
    for instant in left:
        assert sum(instant <= other < instant + timedelta(minutes=1) for other in left) <= rate
    assert len(left) >= 0.9 * min(30, 3 * rate)


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
