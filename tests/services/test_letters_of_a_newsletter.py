"""Each letter of a newsletter: to whom, in which language, and what it says."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.jobs import run_due_jobs
from app.models.base import db, transaction
from app.models.people import Person
from app.models.subscription import Subscription, Topic
from app.services.comments.receipts import secret_of
from app.services.errors import NotFoundError
from app.services.newsletters.circulating import send_test
from app.services.newsletters.mailing import audience, send_again, uncertain_deliveries
from app.services.subscriptions.notifying import LetterUncertainError
from app.services.subscriptions.subscribing import end_subscription
from tests.conftest import NOON, SECRET
from tests.gatherings import a_subscriber
from tests.services.newsletters import Mail, a_newsletter, mail, send_all, start, states

__all__ = ["mail"]


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


def test_nobody_gets_it_who_unsubscribed_before_their_letter_left(mail: Mail, editor: Person) -> None:
    gone, stays = a_subscriber(), a_subscriber()
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    end_subscription(gone.number, secret_of(gone.number, SECRET), None, secret_key=SECRET, at=NOON)
    send_all(mail)
    assert mail.reached == [stays.email]
    assert states(newsletter) == {"dropped": 1, "sent": 1}
