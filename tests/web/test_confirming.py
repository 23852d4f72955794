"""Confirming an address, choosing letters and agreeing with comments, in a browser without script."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models.activity import Job
from app.models.base import db
from app.models.comment import Capacity, Comment, State, Submission
from app.models.consultation import Consultation, ModerationPolicy, WhoMayComment
from app.models.roles import Role
from app.services.comments.receipts import secret_of
from app.services.comments.supporting import support_comment, support_token, supporter_digest, supports_of
from app.services.comments.vouching import LASTS, vouching_token
from app.services.subscriptions.notifying import Choice
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON, SECRET
from tests.signing import sign_in
from tests.stopped_clock import clock
from tests.words_on_pages import token_in, words_of

__all__ = ["clock"]


@pytest.fixture
def waiting(app: Flask) -> Comment:
    """A comment that waits for its author to confirm the address."""
    rules: dict[str, Any] = {
        "who_may_comment": WhoMayComment.CONFIRMED_EMAIL,
        "moderation": ModerationPolicy.AFTER,
    }
    version = a_draft(a_consultation(slug="innovation", titles={"en": "Innovation"}, **rules))
    return a_comment(version, email="ilze@example.org")


@pytest.fixture
def published(app: Flask) -> Comment:
    """A published comment by author@example.org."""
    version = a_draft(a_consultation(slug="innovation", titles={"en": "Innovation"}))
    return a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED, email="author@example.org")


def send(client: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """Presses the button of the page’s form, with those fields filled in."""
    page = client.get(address)
    hidden = dict(re.findall(r'name="(csrf_token|act|secret|link)"[^>]*?value="([^"]*)"', page.text))
    return client.post(address, data={**{name: unescape(v) for name, v in hidden.items()}, **fields})


def confirm_address_of(comment: Comment, **changes: Any) -> str:
    submission = comment.submission
    token = changes.get("token", vouching_token(submission, SECRET, changes.get("at", NOON)))
    return f"/en/receipts/{submission.number}/confirm?token={token}"


def stored(comment: Comment) -> Comment:
    db.session.rollback()
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def letters() -> list[dict[str, Any]]:
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id))
    return [job.payload for job in jobs]


# ---------------------------------------------------------------- confirming


def test_looking_at_the_link_confirms_nothing_and_pressing_its_button_does(
    client: FlaskClient, waiting: Comment
) -> None:
    address = confirm_address_of(waiting)
    page = client.get(address)
    assert "A comment on “Innovation” was sent on 10 February 2030 with this address." in words_of(page)
    assert "Your comment is then published." in words_of(page)
    assert (page.headers["Referrer-Policy"], page.headers["X-Robots-Tag"]) == ("strict-origin", "noindex")
    client.head(address)
    assert stored(waiting).state == State.WAITING
    answer = send(client, address)
    assert answer.status_code == 303
    assert stored(waiting).state == State.PUBLISHED
    after = client.get(answer.location)
    assert "Your e-mail address is confirmed" in words_of(after)
    assert f"/en/receipts/{waiting.submission.number}?secret=" in after.text
    assert "Set-Cookie" not in after.headers


def test_the_button_pressed_twice_confirms_once(client: FlaskClient, waiting: Comment) -> None:
    address = confirm_address_of(waiting)
    token = token_in(client.get(address))
    answers = [client.post(address, data={"csrf_token": token}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert stored(waiting).changes == 1


def test_a_form_from_elsewhere_confirms_nothing(client: FlaskClient, waiting: Comment) -> None:
    assert client.post(confirm_address_of(waiting)).status_code == 422
    assert stored(waiting).state == State.WAITING


@pytest.mark.parametrize("token", ["", "forged", "x" * 5000])
def test_a_forged_link_leads_to_a_page_that_gets_a_new_letter_with_the_secret(
    client: FlaskClient, waiting: Comment, token: str
) -> None:
    page = client.get(confirm_address_of(waiting, token=token))
    assert page.status_code == 410
    assert "This link can be used no more" in words_of(page)
    number = waiting.submission.number
    fields = {"csrf_token": token_in(page), "secret": secret_of(number, SECRET)}
    answer = client.post(f"/en/receipts/{number}/confirm/letter", data=fields)
    assert answer.status_code == 303
    assert "a letter with a new link is on its way" in words_of(client.get(answer.location))
    told = {"letter": "confirm_submission", "submission_id": waiting.submission_id}
    assert letters() == [told]


def test_a_link_that_is_too_old_gets_a_new_letter_by_itself(client: FlaskClient, waiting: Comment) -> None:
    old = vouching_token(waiting.submission, SECRET, NOON - LASTS)
    page = client.get(confirm_address_of(waiting, token=old))
    assert page.status_code == 410
    address = f"/en/receipts/{waiting.submission.number}/confirm/letter"
    answer = client.post(address, data={"csrf_token": token_in(page), "link": old, "secret": ""})
    assert answer.status_code == 303
    assert len(letters()) == 1


def test_nobody_gets_a_letter_sent_without_secret_or_link(client: FlaskClient, waiting: Comment) -> None:
    page = client.get(confirm_address_of(waiting, token="x"))
    address = f"/en/receipts/{waiting.submission.number}/confirm/letter"
    for fields in ({"secret": "wrong"}, {"link": "x"}, {}):
        answer = client.post(address, data={"csrf_token": token_in(page), **fields})
        assert answer.status_code == 422
        assert "do not belong together" in words_of(answer)
    assert letters() == []


def test_letters_are_sent_a_few_times_only(client: FlaskClient, waiting: Comment) -> None:
    page = client.get(confirm_address_of(waiting, token="x"))
    number = waiting.submission.number
    fields = {"csrf_token": token_in(page), "secret": secret_of(number, SECRET)}
    statuses = [
        client.post(f"/en/receipts/{number}/confirm/letter", data=fields).status_code for _ in range(4)
    ]
    assert statuses == [303, 303, 303, 429]
    assert len(letters()) == 3


def test_the_receipt_says_that_the_comment_is_kept_and_waits_and_sends_another_letter(
    client: FlaskClient, waiting: Comment
) -> None:
    number = waiting.submission.number
    receipt = f"/en/receipts/{number}?secret={secret_of(number, SECRET)}"
    words = words_of(client.get(receipt))
    assert "Your comment is kept and waits until you confirm your e-mail address." in words
    page = client.get(receipt)
    form = re.search(r'<form[^>]*action="([^"]*/confirm/letter)".*?</form>', page.text, flags=re.S)
    assert form is not None
    fields = dict(re.findall(r'name="(csrf_token|secret)"[^>]*?value="([^"]*)"', form[0]))
    assert client.post(form[1], data=fields).status_code == 303
    assert len(letters()) == 1
    send(client, confirm_address_of(waiting))
    assert "waits until you confirm" not in words_of(client.get(receipt))


def test_a_moderator_sees_why_it_waits_and_cannot_publish_it(client: FlaskClient, waiting: Comment) -> None:
    sign_in(client, a_person(Role.MODERATOR))
    queue = words_of(client.get("/en/moderation/innovation"))
    assert "Waiting 1 of these for their authors to confirm an address 1" in queue
    assert "Nothing waits here." in queue
    apart = client.get("/en/moderation/innovation?state=unconfirmed")
    assert "Its author has not confirmed the e-mail address yet." in words_of(apart)
    assert 'value="published" class="ds-button"' not in apart.text
    address = f"/en/moderation/comments/{waiting.id}"
    fields = {"csrf_token": token_in(client.get(address)), "changes": "0", "to_state": "published"}
    answer = client.post(address, data=fields)
    assert answer.status_code == 422
    assert "cannot be published before its author has confirmed" in words_of(answer)


def test_an_organisation_s_name_is_marked_once_its_address_is_confirmed(
    client: FlaskClient, app: Flask
) -> None:
    consultation = a_consultation(slug="innovation")
    organisation: dict[str, Any] = {
        "capacity": Capacity.ORGANISATION,
        "organisation": "Rīgas skolas",
        "email": "a@example.org",
    }
    comment = a_comment(a_draft(consultation), state=State.PUBLISHED, **organisation)
    address = "/en/consultations/innovation/comments/new"
    assert "Rīgas skolas ·" in words_of(client.get(address))
    send(client, confirm_address_of(comment))
    page = client.get(address)
    assert "Rīgas skolas confirmed ·" in words_of(page)
    assert 'aria-label="E-mail address"' in page.text


def test_the_address_of_an_individual_is_marked_nowhere(client: FlaskClient, published: Comment) -> None:
    send(client, confirm_address_of(published))
    assert stored(published).submission.email_confirmed_at is not None
    assert "confirmed" not in words_of(client.get("/en/consultations/innovation/paragraphs/p2"))


# ---------------------------------------------------------------- letters


def test_letters_are_switched_off_and_on_by_boxes(client: FlaskClient, published: Comment) -> None:
    number = published.submission.number
    address = f"/en/receipts/{number}/letters?secret={secret_of(number, SECRET)}"
    page = client.get(address)
    assert page.text.count(" checked") == len(Choice)
    answer = send(client, address, published="y", outcome="y")
    assert answer.status_code == 303
    submission = db.session.get_one(Submission, published.submission_id, populate_existing=True)
    assert set(submission.letters_off) == set(Choice) - {Choice.PUBLISHED, Choice.OUTCOME}
    after = client.get(answer.location)
    assert "You get the letters that are ticked below." in words_of(after)
    assert after.text.count(" checked") == 2
    assert "You get no more letters" in words_of(client.get(send(client, address).location))


def test_choosing_letters_without_the_secret_asks_for_it(client: FlaskClient, published: Comment) -> None:
    number = published.submission.number
    address = f"/en/receipts/{number}/letters"
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer.location) == (303, f"/en/receipts/{number}")
    for answer in (client.get(f"{address}?secret=wrong"), client.post(f"{address}?secret=wrong")):
        assert answer.status_code == 404


# ---------------------------------------------------------------- agreeing


def support_page(comment: Comment) -> str:
    return f"/en/consultations/innovation/comments/{comment.id}/support"


def test_a_note_leads_to_the_page_where_one_agrees_and_says_how_many_do(
    client: FlaskClient, published: Comment
) -> None:
    address = "/en/consultations/innovation/paragraphs/p2"
    page = client.get(address)
    assert f'href="{support_page(published)}"' in page.text
    assert "agree" not in words_of(page).replace("I agree", "")
    for supporter in ("a", "b"):
        support_comment(published.id, supporter, secret_key=SECRET, at=NOON)
    assert "2 people agree I agree with Ilze K." in words_of(client.get(address))
    assert "2 people agree" in words_of(client.get("/en/consultations/innovation"))


def test_a_visitor_agrees_by_a_letter_and_then_needs_none(client: FlaskClient, published: Comment) -> None:
    address = support_page(published)
    answer = send(client, address, email="Ola@example.org")
    assert answer.status_code == 303
    assert "Look into your mailbox" in words_of(client.get(answer.location))
    [told] = letters()
    assert (told["letter"], told["email"]) == ("confirm_support", "ola@example.org")
    assert client.get_cookie("innspill_supporter") is None
    link = f"{address}/confirm?token={link_token(published, 'ola@example.org')}"
    assert "I agree" in words_of(client.get(link))
    assert supports_of(published.id) == 0
    done = send(client, link)
    assert (done.status_code, urlsplit(done.location).path) == (303, address)
    cookie = client.get_cookie("innspill_supporter")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    assert "ola" not in cookie.value
    page = words_of(client.get(address))
    assert "You agree with this comment" in page
    assert "1 person agrees" in page
    assert send(client, address).status_code == 303
    assert supports_of(published.id) == 0
    assert send(client, address).status_code == 303
    assert supports_of(published.id) == 1


def link_token(comment: Comment, email: str) -> str:
    return support_token(comment.id, supporter_digest(email, SECRET), SECRET, NOON)


def test_the_answer_is_the_same_for_every_address(client: FlaskClient, published: Comment) -> None:
    a_person(email="known@example.org")
    support_comment(published.id, supporter_digest("ola@example.org", SECRET), secret_key=SECRET, at=NOON)
    answers = {
        (answer.status_code, answer.location, answer.text)
        for email in ("new@example.org", "known@example.org", "ola@example.org", "author@example.org")
        for answer in [send(client, support_page(published), email=email)]
    }
    assert len(answers) == 1


def test_the_author_is_told_only_by_the_link(client: FlaskClient, published: Comment) -> None:
    link = f"{support_page(published)}/confirm?token={link_token(published, 'author@example.org')}"
    answer = send(client, link)
    assert answer.status_code == 403
    assert "This is your own comment." in words_of(answer)
    assert client.get_cookie("innspill_supporter") is None


def test_who_is_signed_in_agrees_at_once(client: FlaskClient, published: Comment) -> None:
    sign_in(client, a_person(email="ola@example.org"))
    assert "Your e-mail address" not in words_of(client.get(support_page(published)))
    assert send(client, support_page(published)).status_code == 303
    assert supports_of(published.id) == 1
    visitor = client.application.test_client()
    send(visitor, f"{support_page(published)}/confirm?token={link_token(published, 'ola@example.org')}")
    assert supports_of(published.id) == 1


@pytest.mark.parametrize("email", ["", "ola at example", "ola@example.org, all@example.org"])
def test_what_is_no_address_comes_back(client: FlaskClient, published: Comment, email: str) -> None:
    answer = send(client, support_page(published), email=email)
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert letters() == []


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_forged_link_agrees_with_nothing(client: FlaskClient, published: Comment, token: str) -> None:
    page = client.get(f"{support_page(published)}/confirm?token={token}")
    assert page.status_code == 410
    assert "Get a new letter" in words_of(page)
    assert supports_of(published.id) == 0


def test_a_cookie_made_by_hand_counts_as_none(client: FlaskClient, published: Comment) -> None:
    client.set_cookie("innspill_supporter", "0" * 64)
    assert "Your e-mail address" in words_of(client.get(support_page(published)))


def test_after_the_closing_the_count_stays_and_nothing_changes(
    client: FlaskClient, published: Comment, clock: time_machine.Traveller
) -> None:
    sign_in(client, a_person())
    send(client, support_page(published))
    closes_at = db.session.get_one(Consultation, published.consultation_id).closes_at
    clock.move_to(closes_at - timedelta(seconds=1))
    token = token_in(client.get(support_page(published)))
    clock.move_to(closes_at)
    answer = client.post(support_page(published), data={"csrf_token": token, "act": "take_back"})
    assert answer.status_code == 403
    assert "The consultation has closed. Nothing was changed." in words_of(answer)
    page = client.get("/en/consultations/innovation/paragraphs/p2")
    assert "1 person agrees" in words_of(page)
    assert support_page(published) not in page.text
    assert "nothing can be changed here any more" in words_of(client.get(support_page(published)))


def test_what_is_not_published_has_no_such_page(client: FlaskClient, waiting: Comment) -> None:
    assert client.get(support_page(waiting)).status_code == 404
    assert client.post(support_page(waiting)).status_code == 404
    assert client.get(f"/en/consultations/other/comments/{waiting.id}/support").status_code == 404


def test_letters_to_supporters_are_limited(client: FlaskClient, published: Comment) -> None:
    statuses = [send(client, support_page(published), email="ola@example.org").status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]
