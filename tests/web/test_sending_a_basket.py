"""A basket is sent once, leads to its receipt, and names whatever stands in the way."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.draft import ParagraphKind, Version
from app.models.sitting import UnsentComment
from app.services.public.reading import paragraph_called
from tests.builders import seal
from tests.histories import a_later_version
from tests.stopped_clock import clock
from tests.web.baskets import (
    BASKET,
    COOKIE,
    FIRST,
    PARTICULARS,
    SECOND,
    act,
    add,
    hidden_in,
    send,
    sent,
    unsent,
    version,
)
from tests.words_on_pages import all_words_of

__all__ = ["clock", "version"]


def a_comment_at(key: str, version: Version) -> None:
    """The one unsent comment is on that paragraph, as if it had been let in there."""
    with transaction():
        comment = db.session.scalars(select(UnsentComment).where(UnsentComment.body == "Odd.")).one()
        comment.paragraph_id = paragraph_called(version.draft.consultation, key)


@pytest.mark.parametrize("becomes", ["was a heading always", "becomes a heading", "is gone"])
def test_a_comment_on_what_cannot_be_commented_on_hides_no_other(
    client: FlaskClient, version: Version, clock: time_machine.Traveller, becomes: str
) -> None:
    add(client, "On the second.", SECOND)
    add(client, "Odd.", FIRST)
    if becomes == "was a heading always":
        a_comment_at("p1", version)
    else:
        parts = [("p2", "Everybody may try new ways.")] if becomes == "becomes a heading" else []
        later = a_later_version(version, *parts, ("p3", "What was learned is published."), sealed=False)
        with transaction():
            for one in later.translations[0].texts:
                one.kind = ParagraphKind.HEADING if one.paragraph.key == "p2" else one.kind
            seal(later)
    page = client.get(BASKET)
    assert page.status_code == 200
    for said in ("On the second.", "Odd.", "Move it to: The whole draft"):
        assert said in all_words_of(page)
    text = client.get(f"{BASKET}/text").text
    assert "On the second." in text
    assert "Odd." in text
    assert send(client, clock).status_code == 422
    for number in db.session.scalars(select(UnsentComment.id)).all():
        act(client, move=number)
    assert send(client, clock).status_code == 303
    assert sent() == ["On the second.", "Odd."]


@pytest.mark.usefixtures("version")
def test_what_was_sent_answers_its_receipt_beyond_the_limit_too(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    add(client, "Once.")
    hidden = hidden_in(client.get(BASKET))
    clock.shift(5)
    form = {**hidden, **PARTICULARS, "consent": "y", "act": "send"}
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    receipts = set()
    for _ in range(40):
        client.set_cookie(COOKIE, cookie.value)
        receipts.add((answer := client.post(BASKET, data=form)).location)
        assert answer.status_code == 303
    assert len(receipts) == 1
    assert sent() == ["Once."]


def test_a_new_version_asks_to_look_again_or_to_move(
    client: FlaskClient, version: Version, clock: time_machine.Traveller
) -> None:
    add(client, "On the first.")
    add(client, "On the second.", SECOND)
    a_later_version(version, ("p2", "Everybody should try new ways."))
    page = all_words_of(client.get(BASKET))
    assert page.count("The text has changed since you wrote this") == 2
    assert "Move it to: The whole draft" in page
    refused = send(client, clock)
    assert refused.status_code == 422
    assert "Paragraph 1: The text has changed since. Look at your comment again." in all_words_of(refused)
    assert "Paragraph 2: The paragraph is no longer in the text." in all_words_of(refused)
    first, second = db.session.scalars(select(UnsentComment.id).order_by(UnsentComment.id))
    act(client, move=first)
    act(client, move=second)
    assert send(client, clock).status_code == 303
    assert sent() == ["On the first.", "On the second."]


@pytest.mark.usefixtures("version")
def test_every_problem_is_named_and_nothing_typed_is_lost(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    add(client, "x" * 10_001)
    refused = send(client, clock, name="", email="not an address")
    words = all_words_of(refused)
    assert refused.status_code == 422
    assert "Paragraph 1: This is too long" in words
    assert "Write your name." in words
    assert "This is not an e-mail address." in words
    assert 'value="not an address"' in client.get(BASKET).text


@pytest.mark.usefixtures("version")
def test_a_double_click_sends_once(client: FlaskClient, clock: time_machine.Traveller) -> None:
    add(client, "Once.")
    reference = client.get_cookie(COOKIE)
    assert reference is not None
    form = {**hidden_in(client.get(BASKET)), **PARTICULARS, "consent": "y", "act": "send"}
    clock.shift(5)
    first = client.post(BASKET, data=form)
    client.set_cookie(COOKIE, reference.value)
    assert client.post(BASKET, data=form).location == first.location
    assert sent() == ["Once."]


@pytest.mark.usefixtures("version")
def test_a_page_from_the_history_leads_to_the_receipt_of_what_it_sent_when_the_cookie_is_gone(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    add(client, "Once.")
    form = {**hidden_in(client.get(BASKET)), **PARTICULARS, "consent": "y", "act": "send"}
    in_another_window = {**form, **hidden_in(client.get(BASKET))}
    clock.shift(5)
    first = client.post(BASKET, data=form)
    assert client.get_cookie(COOKIE) is None
    assert client.post(BASKET, data=form).location == first.location
    add(client, "Begun since, with another cookie.")
    assert client.post(BASKET, data=in_another_window).location == first.location
    clock.shift(3600)
    assert client.post(BASKET, data=form).location == first.location
    assert sent() == ["Once."]
    assert unsent() == ["Begun since, with another cookie."]


@pytest.mark.usefixtures("version")
def test_whoever_lacks_the_secret_of_the_page_is_told_that_it_was_perhaps_sent(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    add(client, "Mine.")
    form = {**hidden_in(client.get(BASKET)), **PARTICULARS, "consent": "y", "act": "send"}
    clock.shift(5)
    stranger = app.test_client()
    # Before it is sent the page's secret opens nothing, and with it nobody can send.
    assert stranger.post(BASKET, data=form).status_code == 422
    assert sent() == []
    assert client.post(BASKET, data=form).status_code == 303
    add(stranger, "Theirs.")
    theirs = hidden_in(stranger.get(BASKET))
    clock.shift(5)
    for opens in ("", "a" * 32, "ž", theirs["opens"]):
        refused = stranger.post(BASKET, data={**form, "csrf_token": theirs["csrf_token"], "opens": opens})
        assert refused.status_code == 422
        assert "Perhaps you sent it already" in all_words_of(refused)
        assert "/receipts/" not in refused.text
    forged = stranger.post(BASKET, data={**form, "csrf_token": "forged"})
    assert forged.status_code == 422
    late = app.test_client()
    clock.shift(25 * 3600)
    told = late.post(BASKET, data=form)
    assert told.status_code == 422
    assert "Perhaps you sent it already" in all_words_of(told)
    assert sent() == ["Mine."]


@pytest.mark.usefixtures("version")
def test_a_form_added_twice_before_there_is_a_cookie_is_sent_once(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    first = app.test_client()
    data = {**hidden_in(client.get(FIRST)), "body": "Clicked twice.", "act": "add"}
    for browser in (first, client):  # the second answer's cookie is the one that the browser keeps
        assert browser.post(FIRST, data=data).status_code == 303
    assert "1 comment not yet sent" in all_words_of(client.get(BASKET))
    assert send(client, clock).status_code == 303
    assert sent() == ["Clicked twice."]


@pytest.mark.usefixtures("version")
def test_the_time_somebody_took_counts_from_when_they_began_to_write(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    add(client, "Written long ago.")
    data = {**hidden_in(client.get(BASKET)), **PARTICULARS, "consent": "y", "act": "send"}
    assert client.post(BASKET, data=data).status_code == 429
    assert sent() == []
    clock.shift(5)
    # The basket was opened a moment ago only, but what stands in it was begun before.
    data["csrf_token"] = hidden_in(client.get(BASKET))["csrf_token"]
    assert client.post(BASKET, data=data).status_code == 303
    assert sent() == ["Written long ago."]
