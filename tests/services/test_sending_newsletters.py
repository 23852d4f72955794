"""Newsletters are started once, paused and continued, and leave no faster than they may."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.letters.post import Post
from app.models.base import db
from app.models.people import Person
from app.models.subscription import Delivery
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.newsletters.circulating import change_newsletter, newsletter_to_edit, newsletter_to_read
from app.services.newsletters.mailing import continue_newsletter, pause_newsletter, start_newsletter
from tests.conftest import NOON
from tests.gatherings import a_subscriber
from tests.services.newsletters import WORDS, Mail, a_newsletter, mail, send_all, start, states

__all__ = ["mail"]


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


def test_a_newsletter_that_nobody_subscribed_to_is_finished_at_once(mail: Mail, editor: Person) -> None:
    newsletter = a_newsletter(editor)
    start(newsletter, editor)
    send_all(mail)
    assert newsletter_to_edit(newsletter.id, by=editor).finished_at is not None


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
