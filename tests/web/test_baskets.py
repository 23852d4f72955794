"""What is not sent yet, in a browser without script: added, kept, edited, sent together, shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models.base import db, transaction
from app.models.comment import Comment, State, Submission
from app.models.consultation import USUAL_ASKING, Consultation, WhoMayComment
from app.models.draft import ParagraphKind, Version
from app.models.sitting import Sitting, UnsentComment
from app.services.activity import touch_public_pages
from app.services.matching.differing import word_changes
from app.services.public.reading import paragraph_called
from app.services.sittings.sittings import KEPT_FOR, MOST_TOGETHER
from app.web import limits
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of, seal
from tests.conftest import NOON
from tests.histories import a_later_version, more_unsent
from tests.signing import sign_in

CONSULTATION = "/en/consultations/innovation"
FIRST, SECOND, WHOLE = (
    f"{CONSULTATION}/paragraphs/p2",
    f"{CONSULTATION}/paragraphs/p3",
    f"{CONSULTATION}/comments/new",
)
BASKET = f"{CONSULTATION}/submission"
PARTICULARS = {"name": "Ilze K.", "email": "", "country": "LV", "capacity": "individual"}
COOKIE = "innspill_sitting"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(slug="innovation"))


@pytest.fixture
def consultation(version: Version) -> Consultation:
    return version.draft.consultation


def words_of(answer: TestResponse) -> str:
    text = re.sub(r"<(script|style|title)\b.*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def hidden_in(answer: TestResponse) -> dict[str, str]:
    """The fields of the page's form that nobody sees."""
    form = (
        answer.text[answer.text.rindex('<form method="post"') :]
        if '<form method="post"' in answer.text
        else ""
    )
    tags = re.findall(r"<input[^>]*>", form)
    return {
        found[1]: unescape(value[1]) if (value := re.search(r'value="([^"]*)"', tag)) else ""
        for tag in tags
        if 'type="hidden"' in tag and (found := re.search(r'name="([^"]+)"', tag))
    }


def typed_in(answer: TestResponse) -> str:
    found = re.search(r'<textarea[^>]*name="body"[^>]*>\r?\n?(.*?)</textarea>', answer.text, flags=re.S)
    assert found is not None
    return unescape(found[1])


def add(client: FlaskClient, body: str, address: str = FIRST, **more: Any) -> TestResponse:
    page = client.get(address)
    return client.post(
        address.partition("?")[0], data={**hidden_in(page), "body": body, "act": "add", **more}
    )


def act(client: FlaskClient, **pressed: Any) -> TestResponse:
    return client.post(BASKET, data={**hidden_in(client.get(BASKET)), **pressed})


def send(client: FlaskClient, clock: time_machine.Traveller, **more: Any) -> TestResponse:
    hidden = hidden_in(client.get(BASKET))
    clock.shift(5)
    return client.post(BASKET, data={**hidden, **PARTICULARS, "consent": "y", "act": "send", **more})


def unsent() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(UnsentComment.body).order_by(UnsentComment.id)))


def sent() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment.source).order_by(Comment.id)))


@pytest.mark.usefixtures("version")
def test_comments_are_collected_edited_removed_and_sent_together(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    added = add(client, "On the first.")
    assert added.status_code == 303
    page = client.get(added.location)
    assert "Kept. It is not sent yet. On the first. Edit Remove" in words_of(page)
    assert "<textarea" not in form_on(page)
    assert "1 comment not yet sent" in words_of(client.get(CONSULTATION))
    add(client, "On the second.", SECOND)
    add(client, "On all of it.", WHOLE)
    add(client, "A slip.", f"{FIRST}?another=1")
    basket = words_of(client.get(BASKET))
    assert "4 comments not yet sent" in basket
    assert basket.index("On all of it.") < basket.index("On the first.") < basket.index("On the second.")
    slip, second = (
        db.session.scalars(select(UnsentComment.id).where(UnsentComment.body == body)).one()
        for body in ("A slip.", "On the second.")
    )
    asked = client.get(act(client, remove=slip).location)
    assert "Remove this comment?" in words_of(asked)
    act(client, removed=slip)
    edit = client.get(act(client, edit=second).location.partition("#")[0])
    assert typed_in(edit) == "On the second."
    client.post(SECOND, data={**hidden_in(edit), "body": "On the second, better.", "act": "add"})
    assert unsent() == ["On the first.", "On the second, better.", "On all of it."]
    receipt = send(client, clock)
    assert receipt.status_code == 303
    assert "/receipts/" in receipt.location
    assert sent() == ["On the first.", "On the second, better.", "On all of it."]
    assert len(db.session.scalars(select(Submission)).all()) == 1
    assert client.get_cookie(COOKIE) is None
    assert "not yet sent" not in words_of(client.get(CONSULTATION))


@pytest.mark.usefixtures("version")
def test_who_only_reads_gets_no_cookie_and_a_kept_page(client: FlaskClient) -> None:
    for address in (CONSULTATION, FIRST, BASKET, FIRST):
        assert "Set-Cookie" not in client.get(address).headers
    assert client.get(FIRST).headers["Cache-Control"] == "private, no-cache"
    add(client, "Something.")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    assert cookie.max_age == KEPT_FOR.total_seconds()
    answer = client.get(CONSULTATION)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "1 comment not yet sent" in words_of(answer)


def test_another_visitor_sees_nothing_of_it(app: Flask, client: FlaskClient, version: Version) -> None:
    add(client, "Mine alone.")
    other = app.test_client()
    for address in (CONSULTATION, FIRST, BASKET):
        assert "Mine alone." not in other.get(address).text
        assert "not yet sent" not in words_of(other.get(address))
    assert other.get(f"{BASKET}/text").status_code == 404
    other.set_cookie(COOKIE, "a" * 32)
    assert "Mine alone." not in other.get(BASKET).text


@pytest.mark.usefixtures("version")
def test_an_empty_form_is_not_added(client: FlaskClient) -> None:
    answer = add(client, "   ")
    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers
    # The field for other wording begins with the paragraph's own text.
    assert add(client, "", suggestion="Everybody may try new ways.").status_code == 422
    assert unsent() == []


@pytest.mark.usefixtures("version")
def test_what_is_refused_is_kept_and_comes_back_in_another_window(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    hidden = hidden_in(client.get(FIRST))
    clock.shift(5)
    refused = client.post(FIRST, data={**hidden, "body": "Who pays?", "name": "Ilze", "importance": "4"})
    assert refused.status_code == 422
    assert "Kept. It is not sent yet." in words_of(refused)
    again = client.get(FIRST)
    assert typed_in(again) == "Who pays?"
    assert 'value="Ilze"' in again.text
    # Mended and sent at once, it is not kept as unsent any more.
    clock.shift(5)
    done = client.post(FIRST, data={**hidden_in(refused), **PARTICULARS, "body": "Who pays?", "consent": "y"})
    assert done.status_code == 303
    assert (unsent(), sent()) == ([], ["Who pays?"])
    assert client.get_cookie(COOKIE) is None


@pytest.mark.usefixtures("version")
def test_a_form_that_lay_open_for_two_days_is_kept(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    hidden = hidden_in(client.get(FIRST))
    clock.shift(timedelta(days=2))
    refused = client.post(FIRST, data={**hidden, **PARTICULARS, "body": "Slowly written.", "consent": "y"})
    assert refused.status_code == 422
    assert "open for too long" in words_of(refused)
    assert typed_in(client.get(FIRST)) == "Slowly written."
    assert add(client, "Slowly written, and added.").status_code == 303
    assert unsent() == ["Slowly written, and added."]


def test_what_was_typed_before_signing_in_is_there_afterwards(
    app: Flask, client: FlaskClient, version: Version
) -> None:
    answer = add(client, "Typed as a visitor.", act="sign_in")
    assert answer.location == f"/en/sign-in?next={FIRST}?kept%3D1"
    sign_in(client, a_person())
    assert typed_in(client.get(FIRST)) == "Typed as a visitor."
    assert "Kept with your account" in words_of(client.get(BASKET))
    with client.session_transaction() as session:
        session.clear()
    left = client.get(BASKET)
    assert "Typed as a visitor." not in left.text
    assert "Sign in to see it" in words_of(left)


def test_who_must_sign_in_first_finds_the_text_again(app: Flask, client: FlaskClient) -> None:
    a_draft(a_consultation(slug="innovation", who_may_comment=WhoMayComment.SIGNED_IN))
    browser = app.test_client()
    sign_in(browser, a_person())
    hidden = hidden_in(browser.get(FIRST))
    # The sign-in ended meanwhile.
    refused = client.post(FIRST, data={**hidden, **PARTICULARS, "body": "Mine.", "consent": "y"})
    assert refused.status_code == 403
    assert "It is kept for you" in words_of(refused)
    sign_in(client, a_person())
    assert typed_in(client.get(FIRST)) == "Mine."


def test_after_the_closing_it_is_read_and_taken_away_but_not_sent(
    client: FlaskClient, consultation: Consultation, clock: time_machine.Traveller
) -> None:
    add(client, "Too slow: {é}.")
    hidden = hidden_in(client.get(BASKET))
    late = hidden_in(client.get(SECOND))
    clock.move_to(consultation.closes_at)
    refused = client.post(BASKET, data={**hidden, **PARTICULARS, "consent": "y", "act": "send"})
    assert refused.status_code == 403
    assert "came after the closing" in words_of(refused)
    page = words_of(client.get(BASKET))
    assert "copy it or download it" in page
    assert "Send 1 comment" not in page
    text = client.get(f"{BASKET}/text")
    assert text.mimetype == "text/plain"
    assert "Too slow: {é}." in text.get_data(as_text=True)
    # What comes only now is refused, and kept too.
    answer = client.post(SECOND, data={**late, **PARTICULARS, "body": "Even later.", "consent": "y"})
    assert answer.status_code == 403
    assert "It is kept for you" in words_of(answer)
    assert unsent() == ["Too slow: {é}.", "Even later."]
    assert sent() == []


def test_in_the_minutes_of_grace_what_was_begun_before_is_sent(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    consultation = a_consultation(slug="innovation", grace_minutes=10)
    a_draft(consultation)
    add(client, "In time.")
    late = client.get(SECOND)
    clock.move_to(consultation.closes_at + timedelta(minutes=5))
    client.post(SECOND, data={**hidden_in(late), "body": "Late.", "act": "add"})
    page = words_of(client.get(BASKET))
    assert "What you wrote before the closing is still taken until" in page
    assert page.count("Written after the closing: it is not sent, and it stays here.") == 1
    assert "Send 1 comment" in page
    assert "Late." not in words_of(preview(client)).partition("Preview:")[2].partition("About you")[0]
    receipt = send(client, clock)
    assert receipt.status_code == 303
    assert sent() == ["In time."]
    assert unsent() == ["Late."]
    assert "1 comment not yet sent" in words_of(client.get(CONSULTATION))


@pytest.mark.usefixtures("version")
def test_nothing_is_kept_at_a_heading_nor_where_only_the_next_version_has_a_paragraph(
    client: FlaskClient, version: Version
) -> None:
    add(client, "On the first.")
    a_later_version(version, ("p2", "Everybody may try new ways."), ("", "New."), sealed=False)
    for key in ("p1", "p4", "p99"):
        hidden = {**hidden_in(client.get(SECOND)), "unsent": "", "changes": "", "paragraph": key}
        typed = {**hidden, "body": "On a heading."}
        assert client.post(f"{BASKET}/save", data=typed).status_code == 404
        for act in ("", "add", "preview"):
            answer = client.post(f"{CONSULTATION}/paragraphs/{key}", data={**typed, "act": act})
            assert answer.status_code == 404
    assert unsent() == ["On the first."]


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
        assert said in words_of(page)
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
    page = words_of(client.get(BASKET))
    assert page.count("The text has changed since you wrote this") == 2
    assert "Move it to: The whole draft" in page
    refused = send(client, clock)
    assert refused.status_code == 422
    assert "Paragraph 1: The text has changed since. Look at your comment again." in words_of(refused)
    assert "Paragraph 2: The paragraph is no longer in the text." in words_of(refused)
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
    words = words_of(refused)
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
        assert "Perhaps you sent it already" in words_of(refused)
        assert "/receipts/" not in refused.text
    forged = stranger.post(BASKET, data={**form, "csrf_token": "forged"})
    assert forged.status_code == 422
    late = app.test_client()
    clock.shift(25 * 3600)
    told = late.post(BASKET, data=form)
    assert told.status_code == 422
    assert "Perhaps you sent it already" in words_of(told)
    assert sent() == ["Mine."]


@pytest.mark.usefixtures("version")
def test_what_is_typed_is_saved_by_the_script_and_told_in_words(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    hidden = hidden_in(client.get(FIRST))
    as_script = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
    saved = client.post(f"{BASKET}/save", data={**hidden, "body": "Who"}, headers=as_script).get_json()
    assert (saved["words"], saved["link"], saved["href"]) == ("Saved 13:00", "1 comment not yet sent", BASKET)
    going_on = {**hidden, "unsent": saved["unsent"], "changes": saved["changes"], "body": "Who pays?"}
    clock.shift(60)
    assert (
        client.post(f"{BASKET}/save", data=going_on, headers=as_script).get_json()["words"] == "Saved 13:01"
    )
    assert unsent() == ["Who pays?"]
    elsewhere = {**as_script, "Sec-Fetch-Site": "cross-site"}
    assert client.post(f"{BASKET}/save", data={**hidden, "body": "No."}, headers=elsewhere).status_code == 422
    forged = {**hidden, "csrf_token": "x", "body": "No."}
    assert client.post(f"{BASKET}/save", data=forged, headers=as_script).status_code == 422
    assert unsent() == ["Who pays?"]


@pytest.mark.usefixtures("version")
def test_particulars_typed_in_one_form_stand_in_the_next(client: FlaskClient) -> None:
    add(client, "One.", name="Ilze K.", country="LV")
    for address in (SECOND, BASKET):
        page = client.get(address).text
        assert 'value="Ilze K."' in page
        assert re.search(r'<option selected value="LV"', page)
    act(client, act="save", name="Ilze Kalniņa")
    assert 'value="Ilze Kalniņa"' in client.get(SECOND).text


def test_colleagues_join_by_the_address_and_the_owner_sends(
    app: Flask, client: FlaskClient, version: Version, clock: time_machine.Traveller
) -> None:
    add(client, "Mine.")
    together = f"{BASKET}/together"
    asked = client.get(together)
    missing = client.post(together, data={**hidden_in(asked), "act": "share", "capacity": "group"})
    assert missing.status_code == 422
    shared = {**hidden_in(asked), "act": "share", "capacity": "organisation", "organisation": "Makers"}
    assert client.post(together, data=shared).status_code == 303
    page = client.get(together)
    found = re.search(r"http://localhost(/en/consultations/innovation/together/[a-z2-7]{32})", page.text)
    assert found is not None
    invitation = found[1]
    marta = app.test_client()
    welcome = marta.get(invitation)
    assert "Makers gathers its comments" in words_of(welcome)
    assert "Mine." not in welcome.text
    assert marta.post(invitation, data={**hidden_in(welcome), "contributor": " "}).status_code == 422
    marta.post(invitation, data={**hidden_in(welcome), "contributor": "Marta"})
    add(marta, "From Marta.", SECOND)
    seen = words_of(marta.get(BASKET))
    assert "Mine." in seen
    assert "Send" not in seen
    mine = db.session.scalars(select(UnsentComment.id).where(UnsentComment.body == "Mine.")).one()
    assert act(marta, removed=mine).status_code == 404
    jon = app.test_client()
    jon.post(invitation, data={**hidden_in(jon.get(invitation)), "contributor": "Jon"})
    number = db.session.scalars(select(Sitting.id)).one()
    assert "Leave this submission" in words_of(jon.get(BASKET))
    assert "Leave this submission" not in words_of(client.get(BASKET))
    assert "Marta" in words_of(client.get(together))
    assert "Jon" in words_of(client.get(together))
    assert act(jon, leave=number).status_code == 303
    assert "Mine." not in words_of(jon.get(BASKET))
    assert jon.get_cookie(COOKIE) is None
    assert "Jon" not in words_of(client.get(together))
    assert "Marta" in words_of(client.get(together))
    sender = {"capacity": "organisation", "organisation": "Makers", "has_authority": "y"}
    assert send(client, clock, **sender).status_code == 303
    comments = db.session.scalars(select(Comment).order_by(Comment.id)).all()
    assert [(comment.source, comment.contributor) for comment in comments] == [
        ("Mine.", ""),
        ("From Marta.", "Marta"),
    ]
    assert "Marta" not in client.get(SECOND).text


@pytest.mark.usefixtures("version")
def test_the_form_leads_whoever_speaks_for_others_to_gathering_before_a_word_is_written(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    found = re.search(r'Are you several\? <a [^>]*href="([^"]+)"', client.get(FIRST).text)
    assert found is not None
    asked = client.get(found[1])
    assert "Make an address to share" in words_of(asked)
    assert client.get_cookie(COOKIE) is None
    missing = client.post(found[1], data={**hidden_in(asked), "act": "share", "capacity": "group"})
    assert (missing.status_code, client.get_cookie(COOKIE)) == (422, None)
    assert db.session.scalars(select(Sitting)).all() == []
    shared = {**hidden_in(asked), "act": "share", "capacity": "organisation", "organisation": "Makers"}
    assert client.post(found[1], data=shared).status_code == 303
    address = re.search(
        r"http://localhost(/en/consultations/innovation/together/[a-z2-7]{32})", client.get(found[1]).text
    )
    assert address is not None
    assert "The address to share" in words_of(client.get(BASKET))
    marta = app.test_client()
    marta.post(address[1], data={**hidden_in(marta.get(address[1])), "contributor": "Marta"})
    add(marta, "From Marta.", SECOND)
    sender = {"capacity": "organisation", "organisation": "Makers", "has_authority": "y"}
    assert send(client, clock, **sender).status_code == 303
    assert sent() == ["From Marta."]


@pytest.mark.usefixtures("version")
def test_a_gathering_without_a_comment_is_not_forgotten_by_its_browser(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    together = f"{BASKET}/together"
    shared = {"act": "share", "capacity": "organisation", "organisation": "Makers"}
    client.post(together, data={**hidden_in(client.get(together)), **shared})
    add(client, "Mine.")
    number = db.session.scalars(select(UnsentComment.id)).one()
    assert act(client, removed=number).status_code == 303
    assert client.get_cookie(COOKIE) is not None
    assert "The address to share" in words_of(client.get(BASKET))


def test_where_nobody_is_asked_for_whom_they_speak_nothing_is_gathered(
    app: Flask, client: FlaskClient
) -> None:
    a_draft(a_consultation(slug="innovation", asking={**USUAL_ASKING, "capacity": "no"}))
    assert "Are you several?" not in client.get(FIRST).text
    assert client.get(f"{BASKET}/together").location == BASKET
    assert "with colleagues" not in words_of(client.get(BASKET))


@pytest.mark.usefixtures("version")
def test_after_the_closing_nothing_is_gathered_any_more(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    together = f"{BASKET}/together"
    hidden = hidden_in(client.get(together))
    clock.shift(timedelta(days=60))
    assert client.get(together).location == BASKET
    shared = {**hidden, "act": "share", "capacity": "organisation", "organisation": "Makers"}
    assert client.post(together, data=shared).location == BASKET
    assert db.session.scalars(select(Sitting)).all() == []


def test_an_address_that_is_not_shared_any_more_opens_nothing(client: FlaskClient, version: Version) -> None:
    assert client.get(f"{CONSULTATION}/together/{'a' * 32}").status_code == 404


def preview(client: FlaskClient, **more: Any) -> TestResponse:
    hidden = hidden_in(client.get(BASKET))
    return client.post(BASKET, data={**hidden, **PARTICULARS, "act": "preview", **more})


def notes_in(html: str) -> list[str]:
    """The notes of a page, without their numbers and instants and without what a reader can do."""
    notes = [
        re.sub(r'<p class="note__acts">.*?</p>', "", note.partition("</article>")[0], flags=re.S)
        for note in html.split('<article class="note"')[1:]
    ]
    notes = [re.sub(r'id="[^"]*"|datetime="[^"]*"|#c-[-\d]+', "", note) for note in notes]
    return [" ".join(note.partition('<div class="note__replies">')[0].split()) for note in notes]


ORGANISATION = {
    "capacity": "organisation",
    "organisation": "Municipality of Bø",
    "organisation_kind": "public_body",
    "has_authority": "y",
}


@pytest.mark.parametrize("speaks", [{}, ORGANISATION], ids=["individual", "organisation"])
def test_the_preview_of_all_comments_is_what_the_public_sees(
    app: Flask,
    client: FlaskClient,
    version: Version,
    clock: time_machine.Traveller,
    speaks: dict[str, Any],
) -> None:
    wording = "Everybody should try new ways."
    spoken = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED, suggestion=wording)
    add(client, "On the *second*.", SECOND, kind="objection")
    add(client, "On all of it.", WHOLE)
    add(client, "On the first.", FIRST, quotation="try new ways", suggestion="Everybody must try new ways.")
    add(client, "Once more.", f"{FIRST}?another=1", suggestion="Everybody must try new ways.")
    add(client, "As they say.", f"{FIRST}?another=1", suggestion=wording)
    add(client, "So do I.", f"{CONSULTATION}/comments/{spoken.id}/reply")
    add(client, "", f"{SECOND}?another=1", importance="4")
    answer = preview(client, **speaks)
    assert answer.status_code == 200
    section = answer.text.partition('id="preview"')[2].partition("</section>")[0]
    seen = notes_in(section)
    assert len(seen) == 6
    assert "Preview: nothing is sent yet" in words_of(answer)
    assert "There is nothing to read: only how much it matters to you is counted." in words_of(answer)
    assert sent() == [spoken.source]
    assert send(client, clock, **speaks).status_code == 303
    with transaction():
        for comment in db.session.scalars(select(Comment)):
            comment.state, comment.published_at = State.PUBLISHED, NOON
            touch_public_pages(comment.consultation_id)
    visitor = app.test_client()
    published = [note for page in (WHOLE, FIRST, SECOND) for note in notes_in(visitor.get(page).text)]
    for note in seen:
        assert note in published
    assert len(published) == len(seen) + 1


@pytest.mark.usefixtures("version")
def test_the_preview_of_all_comments_keeps_every_word_and_says_who_sees_the_rest(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    add(client, "Mine.")
    answer = preview(client, email="ilze@example.org")
    words = words_of(answer)
    assert "When a moderator has read it, the public sees exactly this:" in words
    assert "Moderators and the authors of the draft see all that you filled in" in words
    assert "Nobody else sees your e-mail address." in words
    assert 'value="ilze@example.org"' in client.get(BASKET).text
    # The page below the preview is the same copy, which is sent from there.
    clock.shift(5)
    form = {**hidden_in(answer), **PARTICULARS, "consent": "y", "act": "send"}
    assert client.post(BASKET, data=form).status_code == 303
    assert sent() == ["Mine."]


def test_what_cannot_be_sent_together_is_not_previewed(client: FlaskClient, version: Version) -> None:
    add(client, "On the second.", SECOND)
    refused = preview(client, name="")
    assert refused.status_code == 422
    assert 'id="preview"' not in refused.text
    assert "Write your name." in words_of(refused)
    a_later_version(version, ("p2", "Everybody should try new ways."))
    gone = preview(client)
    assert gone.status_code == 422
    assert "Paragraph 2: The paragraph is no longer in the text." in words_of(gone)
    assert unsent() == ["On the second."]
    assert preview(client, csrf_token="x").status_code == 422


def test_after_the_closing_nothing_is_previewed(
    client: FlaskClient, consultation: Consultation, clock: time_machine.Traveller
) -> None:
    add(client, "Mine.")
    hidden = hidden_in(client.get(BASKET))
    clock.move_to(consultation.closes_at)
    refused = client.post(BASKET, data={**hidden, **PARTICULARS, "act": "preview"})
    assert refused.status_code == 403
    assert "came after the closing" in words_of(refused)
    assert unsent() == ["Mine."]


def test_a_full_submission_says_so_and_gives_every_word_back(client: FlaskClient, version: Version) -> None:
    add(client, "The first.")
    more_unsent(MOST_TOGETHER - 1)
    full = "A submission can hold at most 200 comments. Send some at once, or remove some."
    refused = add(client, "One too many.", SECOND)
    assert refused.status_code == 422
    assert full in words_of(refused)
    assert typed_in(refused) == "One too many."
    saved = client.post(
        f"{BASKET}/save",
        data={**hidden_in(refused), "body": "One too many."},
        headers={"Accept": "application/json"},
    )
    assert (saved.status_code, saved.get_json()["words"]) == (422, full)
    assert len(unsent()) == MOST_TOGETHER


@pytest.mark.usefixtures("version")
def test_the_token_of_a_form_opens_nothing_of_what_was_typed_into_it(app: Flask, client: FlaskClient) -> None:
    hidden = hidden_in(client.get(FIRST))
    client.post(FIRST, data={**hidden, "body": "Mine.", "act": "add"})
    stranger = app.test_client()
    asked = {"csrf_token": hidden["csrf_token"], "paragraph": "p2", "body": "Theirs."}
    assert stranger.post(f"{BASKET}/save", data=asked).status_code == 303
    mine, theirs = client.get_cookie(COOKIE), stranger.get_cookie(COOKIE)
    assert mine is not None
    assert theirs is not None
    assert mine.value != theirs.value
    assert "Mine." not in words_of(stranger.get(BASKET))
    assert unsent() == ["Mine.", "Theirs."]


@pytest.mark.usefixtures("version")
def test_a_form_added_twice_before_there_is_a_cookie_is_sent_once(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    first = app.test_client()
    data = {**hidden_in(client.get(FIRST)), "body": "Clicked twice.", "act": "add"}
    for browser in (first, client):  # the second answer's cookie is the one that the browser keeps
        assert browser.post(FIRST, data=data).status_code == 303
    assert "1 comment not yet sent" in words_of(client.get(BASKET))
    assert send(client, clock).status_code == 303
    assert sent() == ["Clicked twice."]


LONG = "Too long to be sent. " * 5000


@pytest.mark.usefixtures("version")
def test_a_text_of_a_hundred_thousand_characters_is_given_back_and_not_kept(client: FlaskClient) -> None:
    given_back = add(client, LONG)
    assert given_back.status_code == 422
    assert "This is too long: at most 10 000 characters." in words_of(given_back)
    assert LONG.strip() in given_back.text
    for name in ("body", "suggestion", "quotation"):
        saved = client.post(
            f"{BASKET}/save",
            data={**hidden_in(client.get(FIRST)), "paragraph": "p2", name: LONG},
            headers={"Accept": "application/json"},
        )
        assert saved.status_code == 422
        assert "This is too long" in saved.get_json()["words"]
    assert unsent() == []


@pytest.mark.usefixtures("version")
def test_a_form_larger_than_a_mebibyte_is_refused(client: FlaskClient) -> None:
    words, part = b"body=" + b"word+" * 220_000, b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\n'
    for address in (f"{BASKET}/save", FIRST, BASKET):
        for kind, sent in (
            ("application/x-www-form-urlencoded", words),
            ("multipart/form-data; boundary=x", part + words + b"\r\n--x--\r\n"),
        ):
            answer = client.post(address, data=sent, content_type=kind)
            assert answer.status_code == 413
            assert "What you sent is larger than we can take." in words_of(answer)
    assert unsent() == []


@pytest.mark.usefixtures("version")
def test_a_form_with_thousands_of_fields_is_refused(client: FlaskClient) -> None:
    hidden = hidden_in(client.get(FIRST))
    answer = client.post(FIRST, data={**hidden, **{f"field{number}": "" for number in range(1000)}})
    assert answer.status_code == 413


@pytest.mark.usefixtures("version")
def test_it_is_said_that_nothing_was_saved(client: FlaskClient) -> None:
    add(client, "Kept.")
    hidden = hidden_in(client.get(BASKET))
    save, as_json = f"{BASKET}/save", {"Accept": "application/json"}
    from_elsewhere = {**as_json, "Origin": "https://evil.example"}
    for data, headers in (
        ({}, as_json),
        ({"name": "Ilze"}, as_json),
        ({**hidden, "name": "E"}, from_elsewhere),
    ):
        answer = client.post(save, data=data, headers=headers)
        assert (answer.status_code, answer.get_json()["words"]) == (422, "Not saved: open the page again.")
    assert client.post(save, data={"name": "Ilze"}).status_code == 422
    answer = client.post(save, json={**hidden, "name": "Ilze"}, headers=as_json)
    assert answer.status_code == 415
    assert "Saved" not in answer.get_json()["words"]
    saved = client.post(save, data={**hidden, "name": "Ilze"}, headers=as_json)
    assert (saved.status_code, saved.get_json()["words"]) == (200, "Saved 13:00")


@pytest.mark.usefixtures("version")
def test_a_wording_too_long_to_be_sent_is_compared_with_nothing(client: FlaskClient) -> None:
    add(client, "", suggestion="The paragraph and more of it. " * 3000)
    before = word_changes.cache_info()
    page = client.get(BASKET)
    assert word_changes.cache_info() == before
    assert "The paragraph and more of it." in words_of(page)


@pytest.mark.usefixtures("version")
def test_previews_are_limited_by_themselves(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "preview", "1/10minutes")
    limits._items.cache_clear()
    data = {**hidden_in(client.get(FIRST)), **PARTICULARS, "body": "Mine.", "consent": "y", "act": "preview"}
    assert [client.post(FIRST, data=data).status_code for _ in range(2)] == [200, 429]
    again = client.post(FIRST, data=data)
    assert "Many comments came from your network." in words_of(again)
    assert typed_in(again) == "Mine."
    hidden = hidden_in(client.get(BASKET))
    assert client.post(BASKET, data={**hidden, **PARTICULARS, "act": "preview"}).status_code == 429
    limits._items.cache_clear()


# Colleagues


MAKERS = {"capacity": "organisation", "organisation": "Makers"}


@pytest.fixture
def marta(app: Flask, client: FlaskClient, version: Version) -> FlaskClient:
    """A colleague who joined the submission of Makers, in which there is one comment of its owner."""
    add(client, "Mine.")
    together = f"{BASKET}/together"
    client.post(together, data={**hidden_in(client.get(together)), **MAKERS, "act": "share"})
    found = re.search(r"/en/consultations/innovation/together/[a-z2-7]{32}", client.get(together).text)
    assert found is not None
    marta = app.test_client()
    marta.post(found[0], data={**hidden_in(marta.get(found[0])), "contributor": "Marta"})
    return marta


def save(client: FlaskClient, body: str, address: str = SECOND, **more: str) -> dict[str, str]:
    """What the script sends while somebody writes, and what it is answered."""
    hidden = hidden_in(client.get(address))
    answer = client.post(
        f"{BASKET}/save", data={**hidden, "body": body, **more}, headers={"Accept": "application/json"}
    )
    told: dict[str, str] = answer.get_json()
    return told


def number_of(body: str) -> int:
    db.session.rollback()
    return db.session.scalars(select(UnsentComment.id).where(UnsentComment.body == body)).one()


def unsent_by(client: FlaskClient, body: str) -> str:
    """What the basket says of the comment."""
    page, number = client.get(BASKET), number_of(body)
    article = page.text.partition(f'id="unsent-{number}"')[2].partition("</article>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", article)).split())


def form_on(answer: TestResponse) -> str:
    return answer.text.partition('id="comment-form"')[2].partition("</section>\n  </div>")[0]


def test_the_form_of_a_colleague_has_the_words_and_one_button(
    client: FlaskClient, marta: FlaskClient
) -> None:
    form = form_on(marta.get(SECOND))
    assert re.findall(r"<button[^>]*name=\"act\" value=\"(\w+)\"", form) == ["add"]
    assert "Add to the submission of <bdi>Makers</bdi>" in form
    for name in ("body", "quotation", "suggestion", "importance", "kind"):
        assert f'name="{name}"' in form
    for name in ("capacity", "organisation", "name", "email", "country", "consent", "website"):
        assert f'name="{name}"' not in form
    added = marta.get(add(marta, "From Marta.", SECOND).location)
    assert "Added to the submission of Makers" in words_of(added)
    # The owner's form is the whole one.
    assert 'name="consent"' in form_on(client.get(SECOND))


@pytest.mark.parametrize("known", [{}, {"name": "Ilze K."}], ids=["nothing", "a name"])
def test_the_button_names_the_owner_as_far_as_they_are_known(
    client: FlaskClient, marta: FlaskClient, known: dict[str, str]
) -> None:
    act(client, act="save", **{"capacity": "individual", "organisation": "", "name": "", **known})
    said = words_of(marta.get(SECOND))
    assert f"Add to the submission of {known.get('name', 'your colleague')}" in said


def test_a_form_that_sends_is_not_taken_from_a_colleague_and_no_word_is_lost(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    for act_ in ("send", "preview", "sign_in", ""):
        hidden = hidden_in(marta.get(f"{SECOND}?another=1"))
        clock.shift(5)
        body = f"Forged {act_}."
        answer = marta.post(SECOND, data={**hidden, **PARTICULARS, "consent": "y", "body": body, "act": act_})
        if act_ != "sign_in":
            assert answer.status_code == 422
            assert "Your comment was not sent: it is kept." in words_of(answer)
            assert typed_in(answer) == body
            assert "Add to the submission of Makers" in words_of(answer)
        assert "Still being written by Marta" in unsent_by(client, body)
    assert sent() == []
    # Nor does what she filled in speak for the organisation.
    assert "Ilze K." not in client.get(BASKET).text


def test_what_a_colleague_is_still_writing_is_said_and_not_sent(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    told = save(marta, "Half a sent")
    assert told["words"] == "Saved 13:00, not added yet"
    said = unsent_by(client, "Half a sent")
    assert "Still being written by Marta . If you send now, it is not sent with the others" in said
    page = words_of(client.get(BASKET))
    assert "Send 1 comment" in page
    assert "1 comment that a colleague is still writing is not sent." in page
    assert "Half a sent" not in words_of(preview(client)).partition("Preview:")[2].partition("About you")[0]
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    assert sent() == ["Mine."]
    assert unsent() == ["Half a sent"]
    page = words_of(marta.get(BASKET))
    assert "The submission of Makers was sent" in page
    assert "By Ilze K. : 10 February 2030, 13:00 Paris time." in page
    assert "What you see here was not sent with it. You can send it yourself" in page
    assert "Send 1 comment" in page
    assert send(marta, clock).status_code == 303
    assert sent() == ["Mine.", "Half a sent"]


def test_a_colleague_adds_from_the_basket_what_is_still_being_written(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    save(marta, "Whole.")
    number = number_of("Whole.")
    assert "You are still writing this." in unsent_by(marta, "Whole.")
    assert act(client, added=number).status_code == 404
    assert act(marta, added=number).status_code == 303
    assert "still writing" not in unsent_by(marta, "Whole.")
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    assert sent() == ["Mine.", "Whole."]


def test_who_sent_it_is_told_until_it_was_seen(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    add(marta, "From Marta.", SECOND)
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    assert sent() == ["Mine.", "From Marta."]
    assert "Sent by your colleague" in words_of(marta.get(CONSULTATION))
    assert "What you write now is your own." in words_of(marta.get(SECOND))
    page = marta.get(BASKET)
    assert "The submission of Makers was sent" in words_of(page)
    assert "not sent with it" not in words_of(page)
    seen = re.search(r'name="seen" value="(\d+)"', page.text)
    assert seen is not None
    assert act(marta, seen=seen[1]).status_code == 303
    assert "was sent" not in words_of(marta.get(BASKET))
    assert marta.get_cookie(COOKIE) is None


def test_what_is_added_after_it_was_sent_is_kept_as_ones_own(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    form = hidden_in(marta.get(SECOND))
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    added = marta.post(SECOND, data={**form, "body": "One breath too late.", "act": "add"})
    page = marta.get(added.location)
    assert "The submission of Makers was sent. What you write now is your own." in words_of(page)
    assert "Kept. It is not sent yet. One breath too late." in words_of(page)
    assert 'name="consent"' in form_on(marta.get(f"{SECOND}?another=1"))
    assert sent() == ["Mine."]


def test_when_only_colleagues_are_writing_there_is_nothing_to_send(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    save(marta, "Half")
    act(client, removed=number_of("Mine."))
    page = words_of(client.get(BASKET))
    assert "1 comment that a colleague is still writing is not sent." in page
    assert "Send 0" not in page
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 422
    assert (sent(), unsent()) == ([], ["Half"])


# Editing


@pytest.mark.usefixtures("version")
def test_editing_from_the_basket_saves_and_leads_back_to_it(client: FlaskClient) -> None:
    add(client, "On the first.", name="Ilze K.")
    number = number_of("On the first.")
    page = client.get(act(client, edit=number).location.partition("#")[0])
    form = form_on(page)
    assert re.findall(r"<button[^>]*name=\"act\" value=\"(\w+)\"", form) == ["save"]
    assert f'href="{BASKET}#unsent-{number}"' in form
    saved = client.post(FIRST, data={**hidden_in(page), "body": "Better.", "act": "save"})
    assert (saved.status_code, saved.location) == (303, f"{BASKET}#unsent-{number}")
    assert unsent() == ["Better."]
    assert 'value="Ilze K."' in client.get(BASKET).text
    empty = client.post(FIRST, data={**hidden_in(client.get(f"{FIRST}?unsent={number}")), "act": "save"})
    assert empty.status_code == 422
    assert re.findall(r"<button[^>]*name=\"act\" value=\"(\w+)\"", form_on(empty)) == ["save"]


def test_the_owner_who_saves_what_a_colleague_was_writing_sends_it(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    save(marta, "Half a sent")
    page = client.get(f"{SECOND}?unsent={number_of('Half a sent')}")
    client.post(SECOND, data={**hidden_in(page), "body": "Half a sentence.", "act": "save"})
    assert "Still being written" not in unsent_by(client, "Half a sentence.")
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    assert sent() == ["Mine.", "Half a sentence."]


def test_what_was_added_stands_to_be_read_and_no_form_holds_it(
    client: FlaskClient, marta: FlaskClient
) -> None:
    added = add(marta, "From Marta.", SECOND)
    edit = f"{SECOND}?unsent={number_of('From Marta.')}"
    for address in (added.location, SECOND):
        page = marta.get(address)
        assert "Added to the submission of Makers . Marta From Marta. Edit Remove" in words_of(page)
        assert f'href="{edit}#comment-form"' in page.text
        assert "<textarea" not in form_on(page)
    assert typed_in(marta.get(f"{SECOND}?another=1")) == ""
    assert "From Marta." in form_on(marta.get(f"{SECOND}?another=1"))
    assert typed_in(marta.get(edit)) == "From Marta."
    # What is typed into another form is another comment, and stands in it again.
    save(marta, "Other words.", f"{SECOND}?another=1")
    page = marta.get(SECOND)
    assert typed_in(page) == "Other words."
    assert "From Marta." in form_on(page)
    assert "Still being written" not in unsent_by(client, "From Marta.")


@pytest.mark.parametrize("is_owner", [True, False], ids=["owner", "colleague"])
def test_what_was_added_is_sent_as_it_was_until_changes_are_saved(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller, is_owner: bool
) -> None:
    who = client if is_owner else marta
    form = hidden_in(who.get(SECOND))
    who.post(SECOND, data={**form, "body": "Added.", "act": "add"})
    # The browser goes back to the form that it has still, and somebody types other words into it.
    told = who.post(
        f"{BASKET}/save", data={**form, "body": "Typed over it."}, headers={"Accept": "application/json"}
    ).get_json()
    assert (told["words"], told["link"]) == ("Saved 13:00, not added yet", "2 comments not yet sent")
    assert unsent() == ["Mine.", "Added.", "Typed over it."]
    assert "have not saved the changes" in words_of(who.get(SECOND))
    assert typed_in(who.get(f"{SECOND}?unsent={number_of('Added.')}")) == "Typed over it."
    assert "have not saved the changes" in unsent_by(who, "Typed over it.")
    assert "Send 2 comments" in words_of(client.get(BASKET))
    assert ("Typed over it." in marta.get(BASKET).text) is not is_owner
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    assert sent() == ["Mine.", "Added."]
    assert unsent() == ["Typed over it."]
    assert "Typed over it." in words_of(who.get(BASKET))


@pytest.mark.parametrize("is_owner", [True, False], ids=["owner", "colleague"])
def test_changes_to_what_was_added_are_saved_in_the_form_or_in_the_list(
    client: FlaskClient, marta: FlaskClient, is_owner: bool
) -> None:
    who = client if is_owner else marta
    add(who, "Added.", SECOND)
    edit = f"{SECOND}?unsent={number_of('Added.')}"
    save(who, "Better.", edit)
    who.post(SECOND, data={**hidden_in(who.get(edit)), "body": "Better still.", "act": "save"})
    assert unsent() == ["Mine.", "Better still."]
    save(who, "Best.", edit)
    assert act(who, added=number_of("Best.")).status_code == 303
    assert unsent() == ["Mine.", "Best."]
    empty = who.post(SECOND, data={**hidden_in(who.get(edit)), "body": "", "act": "save"})
    assert empty.status_code == 422
    assert unsent() == ["Mine.", "Best."]
    # The page that came back still stands for the same comment.
    who.post(SECOND, data={**hidden_in(empty), "body": "Last.", "act": "save"})
    assert unsent() == ["Mine.", "Last."]


# The time that somebody took


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


def test_after_the_closing_the_form_says_where_the_text_is_kept(
    client: FlaskClient, consultation: Consultation, clock: time_machine.Traveller
) -> None:
    late = hidden_in(client.get(SECOND))
    clock.move_to(consultation.closes_at)
    answer = client.post(SECOND, data={**late, **PARTICULARS, "body": "Too late.", "consent": "y"})
    assert answer.status_code == 403
    assert "Nothing is lost. It is kept for you" in words_of(answer)
    assert "for you to copy" not in words_of(answer)
    assert f'href="{BASKET}#unsent-{number_of("Too late.")}"' in answer.text
    assert "Too late." in answer.text.partition('<textarea class="ds-input given-back"')[2]
    again = client.get(SECOND)
    assert "What you wrote here and did not send is kept:" in words_of(again)
