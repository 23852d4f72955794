"""Subscribing and ending it, in a browser without script and by a mail program's one click."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models.activity import Job
from app.models.base import db, transaction
from app.models.subscription import Newsletter, Subscriber, Subscription, Topic
from app.services.comments.receipts import secret_of
from app.services.subscriptions.subscribing import LASTS, subscription_token
from tests.builders import a_comment, a_consultation, a_draft
from tests.conftest import NOON, SECRET
from tests.gatherings import a_subscriber
from tests.stopped_clock import clock
from tests.words_on_pages import token_in, words_of

__all__ = ["clock"]

NEW = "/en/subscriptions/new"
FILLED: dict[str, Any] = {
    "email": "ilze@example.org",
    "language": "lv",
    "consent": "y",
    "topic": "newsletter",
    "subject": "",
}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def ask(client: FlaskClient, **changes: Any) -> TestResponse:
    """Sends the form, as it is on the page of the newsletter."""
    filled = {**FILLED, "csrf_token": token_in(client.get("/en/newsletter")), **changes}
    return client.post(NEW, data={name: value for name, value in filled.items() if value is not None})


def stored() -> list[Subscription]:
    db.session.rollback()
    return list(db.session.scalars(select(Subscription).order_by(Subscription.id)))


def letters() -> list[str]:
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id))
    return [job.payload["letter"] for job in jobs]


def own_address(subscriber: Subscriber, **further: Any) -> str:
    asked = {"secret": secret_of(subscriber.number, SECRET), **further}
    return f"/en/subscriptions/{subscriber.number}?{urlencode(asked)}"


def ending_address(subscriber: Subscriber, **further: Any) -> str:
    asked = {"secret": secret_of(subscriber.number, SECRET), **further}
    return f"/en/subscriptions/{subscriber.number}/unsubscribe?{urlencode(asked)}"


# ---------------------------------------------------------------- asking


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(app: Flask, client: FlaskClient) -> None:
    known = a_subscriber(language="lv")
    answers = [ask(client, email=email) for email in (known.email, "nobody.knows@example.org")]
    assert {(answer.status_code, answer.location, answer.text) for answer in answers} == {
        (303, "/en/subscriptions/new/sent", answers[0].text)
    }
    assert letters() == ["already_subscribed", "confirm_subscription"]
    page = client.get("/en/subscriptions/new/sent")
    assert "only then do letters come" in words_of(page)
    assert "Set-Cookie" not in page.headers


def test_what_is_missing_is_asked_for_and_nothing_is_lost(client: FlaskClient) -> None:
    answer = ask(client, email="ilze@", consent=None, language="nb")
    assert answer.status_code == 422
    said = words_of(answer)
    assert "This is not an e-mail address. It should look like name@example.org." in said
    assert "Tick that we may send you these letters." in said
    assert 'value="ilze@"' in answer.text
    assert re.search(r'<option selected value="nb">', answer.text)
    answer = ask(client, email="ilze@")
    assert (answer.status_code, stored()) == (422, [])
    assert "This is not an e-mail address." in words_of(answer)
    assert ask(client, csrf_token="").status_code == 422


def test_a_robot_that_fills_in_everything_is_refused(client: FlaskClient) -> None:
    answer = ask(client, website="https://example.com")
    assert (answer.status_code, stored()) == (422, [])
    assert "robots" in words_of(answer)


def test_one_address_gets_few_letters_and_one_network_asks_for_few(client: FlaskClient) -> None:
    statuses = [ask(client).status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]
    assert ask(client, email="other@example.org").status_code == 303
    assert len(letters()) == 4


def test_all_that_is_offered_can_be_asked_for_at_once_with_one_address(client: FlaskClient) -> None:
    a_consultation(slug="trying")
    wishes = [("newsletter", ""), ("consultation", "trying")]
    wishes += [("search", f"roof {number}") for number in range(10)]
    answers = [ask(client, topic=topic, subject=subject) for topic, subject in wishes]
    assert {answer.status_code for answer in answers} == {303}
    assert ask(client, topic="search", subject="one more").status_code == 429
    assert len(letters()) == 12


def test_an_address_that_many_networks_ask_for_gets_few_letters_and_nobody_learns_it(app: Flask) -> None:
    for number in range(5):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"10.0.{number}.1"
        assert ask(client).status_code == 303
    assert len(letters()) == 3


@pytest.mark.parametrize(
    ("topic", "subject"), [("", ""), ("consultation", "hidden"), ("contact_point", "XX"), ("search", "")]
)
def test_there_is_no_form_for_what_nobody_can_hear_of(client: FlaskClient, topic: str, subject: str) -> None:
    a_consultation(slug="hidden", is_listed=False)
    assert client.get(f"{NEW}?topic={topic}&subject={subject}").status_code == 404
    assert ask(client, topic=topic, subject=subject).status_code == 404


def test_pages_lead_to_what_can_be_heard_of(app: Flask, client: FlaskClient) -> None:
    a_comment(a_draft(a_consultation(slug="trying", titles={"en": "Trying"})))
    draft = client.get("/en/consultations/trying").text
    assert "/en/subscriptions/new?topic=consultation&amp;subject=trying" in draft
    page = client.get(f"{NEW}?topic=consultation&subject=trying")
    assert "The consultation “Trying”" in words_of(page)
    assert "when its outcome is published" in words_of(page)
    found = client.get("/en/search?q=green+%3Croofs%3E").text
    assert "/en/subscriptions/new?topic=search&amp;subject=green+%3Croofs%3E" in found
    page = client.get(f"{NEW}?topic=search&subject=green+%3Croofs%3E")
    assert "New hits for “green <roofs>”" in words_of(page)
    assert "/subscriptions/new" not in client.get(f"/en/search?q={'x' * 400}").text
    assert 'href="/en/newsletter"' in client.get("/en/").text


def test_the_newsletters_that_went_out_are_listed(app: Flask, client: FlaskClient) -> None:
    times = {"created_at": NOON, "changed_at": NOON}
    with transaction():
        for slug, started in (("first", NOON - timedelta(days=9)), ("second", NOON), ("draft", None)):
            titles = {"en": f"The {slug}"}
            db.session.add(Newsletter(slug=slug, titles=titles, sources={}, started_at=started, **times))
    said = words_of(client.get("/en/newsletter"))
    assert re.search(r"The second 10 February 2030 The first 1 February 2030", said)
    assert "The draft" not in said


# ---------------------------------------------------------------- confirming


def test_looking_at_the_link_confirms_nothing_and_pressing_its_button_does(client: FlaskClient) -> None:
    ask(client)
    [asked] = stored()
    address = f"/en/subscriptions/confirm/{subscription_token(asked, SECRET, NOON)}"
    page = client.get(address)
    assert "The newsletter We write to you, in the language Latvian" in words_of(page)
    assert (page.headers["Referrer-Policy"], page.headers["X-Robots-Tag"]) == ("strict-origin", "noindex")
    client.head(address)
    assert [one.confirmed_at for one in stored()] == [None]
    assert client.post(address).status_code == 422
    assert [one.confirmed_at for one in stored()] == [None]
    answers = [client.post(address, data={"csrf_token": token_in(page)}) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [one.confirmed_at for one in stored()] == [NOON]
    own = client.get(answers[0].location)
    assert "Your subscription is confirmed." in words_of(own)
    assert "Letters go to ilze@example.org." in words_of(own)
    assert "no-store" in own.headers["Cache-Control"]
    assert "Your subscription is confirmed" in words_of(client.get(address))


def test_a_link_that_works_no_more_says_so(client: FlaskClient, clock: time_machine.Traveller) -> None:
    ask(client)
    token = subscription_token(stored()[0], SECRET, NOON)
    form_token = token_in(client.get("/en/newsletter"))
    assert client.get("/en/subscriptions/confirm/forged").status_code == 410
    clock.move_to(NOON + LASTS)
    for answer in (
        client.get(f"/en/subscriptions/confirm/{token}"),
        client.post(f"/en/subscriptions/confirm/{token}", data={"csrf_token": form_token}),
    ):
        assert answer.status_code == 410
        assert "This link can be used no more" in words_of(answer)


# ---------------------------------------------------------------- one's own page


def test_the_page_of_ones_subscriptions_changes_languages_and_ends_them(client: FlaskClient) -> None:
    subscriber = a_subscriber((Topic.NEWSLETTER, ""), (Topic.SEARCH, "roofs"))
    first, second = (one.id for one in stored())
    address = own_address(subscriber)
    page = client.get(address)
    said = words_of(page)
    assert "The newsletter Since 10 February 2030" in said
    assert "New hits for “roofs” Since 10 February 2030" in said
    token = token_in(page)
    assert client.post(address, data={"act": "end"}).status_code == 422
    chosen = {f"language_{first}": "lv", f"language_{second}": "en", "act": "languages"}
    answer = client.post(address, data={**chosen, "csrf_token": token})
    assert "Saved." in words_of(client.get(answer.location))
    assert [one.language for one in stored()] == ["lv", "en"]
    answer = client.post(address, data={"act": f"end-{first}", "csrf_token": token})
    assert "The subscription has ended." in words_of(client.get(answer.location))
    assert [one.id for one in stored()] == [second]
    answer = client.post(address, data={"act": "end", "csrf_token": token})
    assert "You have no subscriptions any more." in words_of(client.get(answer.location))
    assert stored() == []
    assert "Set-Cookie" not in answer.headers


def test_what_waits_to_be_confirmed_keeps_its_language_and_its_link(client: FlaskClient) -> None:
    ask(client)
    [asked] = stored()
    address, token = own_address(asked.subscriber), subscription_token(asked, SECRET, NOON)
    page = client.get(address)
    assert "Not confirmed yet" in words_of(page)
    assert "<select" not in page.text.partition("<main")[2].partition("</main>")[0]
    assert "Save the languages" not in words_of(page)
    sent = {"act": "languages", f"language_{asked.id}": "nb", "csrf_token": token_in(page)}
    assert client.post(address, data=sent).status_code == 303
    assert stored()[0].language == "lv"
    assert client.get(f"/en/subscriptions/confirm/{token}").status_code == 200


@pytest.mark.parametrize("act", ["end-99", "end-others", "end-abc", "end-", "xxxxx", ""])
def test_a_forged_button_ends_nothing_and_is_not_said_to(client: FlaskClient, act: str) -> None:
    subscriber, other = a_subscriber(), a_subscriber()
    token = token_in(client.get(own_address(subscriber)))
    act = act.replace("others", str(other.subscriptions[0].id))
    answer = client.post(own_address(subscriber), data={"act": act, "csrf_token": token})
    assert (answer.status_code, len(stored())) == (422, 2)
    assert "has ended" not in words_of(answer)


def test_a_button_for_what_has_ended_shows_what_is_left(client: FlaskClient) -> None:
    subscriber = a_subscriber((Topic.NEWSLETTER, ""), (Topic.SEARCH, "roofs"))
    address, sent = own_address(subscriber), {"act": f"end-{stored()[0].id}"}
    sent["csrf_token"] = token_in(client.get(address))
    assert [client.post(address, data=sent).status_code for _twice in range(2)] == [303, 422]
    said = words_of(client.post(address, data=sent))
    assert "Nothing was overwritten: look again." in said
    assert "New hits for “roofs”" in said
    everything = {**sent, "act": "end"}
    locations = [client.post(address, data=everything).location for _twice in range(2)]
    assert [location.endswith("saved=ended") for location in locations] == [True, False]
    assert "You have no subscriptions any more." in words_of(client.get(locations[1]))


def test_a_language_that_no_page_is_in_is_refused(client: FlaskClient) -> None:
    subscriber = a_subscriber()
    [one] = stored()
    sent = {"act": "languages", f"language_{one.id}": "tlh"}
    token = token_in(client.get(own_address(subscriber)))
    assert client.post(own_address(subscriber), data={**sent, "csrf_token": token}).status_code == 422
    assert stored()[0].language == "en"


def test_a_wrong_secret_opens_nothing_and_after_many_there_is_a_wait(client: FlaskClient) -> None:
    mine, others = a_subscriber(), a_subscriber()
    wrong = own_address(others, secret=secret_of(mine.number, SECRET))
    answers = [client.get(wrong) for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {404}
    assert others.email not in answers[0].text
    assert answers[60].status_code == 429
    # Whoever has the right one never waits: a mail provider ends the subscriptions of many people.
    ending = ending_address(others, subscription=others.subscriptions[0].id)
    assert client.post(ending, data=ONE_CLICK).status_code == 200
    assert client.get(own_address(mine, secret="")).status_code == 429


# ---------------------------------------------------------------- ending it by the link in a letter


def test_looking_at_the_link_ends_nothing_and_its_button_does(client: FlaskClient) -> None:
    subscriber = a_subscriber((Topic.NEWSLETTER, ""), (Topic.SEARCH, "roofs"))
    first, second = (one.id for one in stored())
    address = ending_address(subscriber, subscription=second)
    page = client.get(address)
    client.head(address)
    assert "End your subscription? New hits for “roofs” End it" in words_of(page)
    assert (page.headers["X-Robots-Tag"], len(stored())) == ("noindex", 2)
    answer = client.post(address, data={"act": "end"})
    assert (answer.status_code, answer.location) == (303, own_address(subscriber, saved="ended"))
    assert [one.id for one in stored()] == [first]
    after = words_of(client.get(answer.location))
    assert "The subscription has ended." in after
    assert "The newsletter Since" in after
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_mail_program_ends_it_by_one_post_without_session_or_token(
    app: Flask, client: FlaskClient, encoding: str
) -> None:
    subscriber = a_subscriber()
    address = ending_address(subscriber, subscription=stored()[0].id)
    stranger = {"Origin": "https://mail.example.com", "Sec-Fetch-Site": "cross-site"}
    answer = client.post(address, data=ONE_CLICK, content_type=encoding, headers=stranger)
    assert (answer.status_code, stored()) == (200, [])  # an answer, not a redirect (RFC 8058, 3.1)
    assert "It was your last one, and we have deleted your address." in words_of(answer)
    assert "Set-Cookie" not in answer.headers
    assert client.post(address, data=ONE_CLICK).status_code == 200


def test_a_stray_post_ends_nothing(client: FlaskClient) -> None:
    subscriber = a_subscriber()
    mine = stored()[0].id
    for address, sent, status in (
        (ending_address(subscriber, subscription=mine), {}, 422),
        (ending_address(subscriber, subscription=mine), {"List-Unsubscribe": "Maybe"}, 422),
        (ending_address(subscriber, subscription=mine, secret="wrong"), ONE_CLICK, 404),
    ):
        assert client.post(address, data=sent).status_code == status
    assert len(stored()) == 1


@pytest.mark.parametrize("named", [None, "", "x", "0", "999", "-1", "others"])
@pytest.mark.parametrize("sent", [ONE_CLICK, {"act": "end"}], ids=["one click", "button"])
def test_a_link_to_no_subscription_of_ones_own_ends_nothing_and_leads_to_ones_own(
    client: FlaskClient, named: str | None, sent: dict[str, str]
) -> None:
    subscriber, other = a_subscriber((Topic.NEWSLETTER, ""), (Topic.SEARCH, "roofs")), a_subscriber()
    asked = {"others": str(other.subscriptions[0].id)}.get(named or "", named)
    address = ending_address(subscriber, **({} if asked is None else {"subscription": asked}))
    for answer in (client.get(address), client.post(address, data=sent)):
        assert answer.status_code == 404
        assert "This link can be used no more" in words_of(answer)
        assert own_address(subscriber) in unescape(answer.text)
    assert len(stored()) == 3


def test_one_click_leaves_the_other_subscriptions_and_leads_to_them(client: FlaskClient) -> None:
    subscriber = a_subscriber((Topic.NEWSLETTER, ""), (Topic.SEARCH, "roofs"))
    first, second = (one.id for one in stored())
    answer = client.post(ending_address(subscriber, subscription=second), data=ONE_CLICK)
    assert (answer.status_code, [one.id for one in stored()]) == (200, [first])
    assert "The subscription has ended. See and change your subscriptions" in words_of(answer)
    assert own_address(subscriber) in unescape(answer.text)
