"""Commenting in a browser without script: what is asked, what is refused and given back, and the receipt."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Submission
from app.models.consultation import USUAL_ASKING, Consultation
from app.models.roles import Role
from app.services.comments.checking import LONGEST_COMMENT
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON
from tests.signing import sign_in
from tests.stopped_clock import clock
from tests.web.comment_forms import ADDRESS, FILLED, received, textarea_of
from tests.words_on_pages import all_words_of, value_of

__all__ = ["clock"]


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    consultation = a_consultation(slug="innovation", titles={"en": "Innovation"})
    a_draft(consultation)
    return consultation


def fill(client: FlaskClient, clock: time_machine.Traveller, **changes: Any) -> dict[str, Any]:
    token = value_of(client.get(ADDRESS), "csrf_token")
    clock.shift(30)
    filled = {**FILLED, "csrf_token": token, **changes}
    return {name: value for name, value in filled.items() if value is not None}


@pytest.mark.usefixtures("consultation")
def test_a_visitor_comments_and_gets_a_receipt(client: FlaskClient, clock: time_machine.Traveller) -> None:
    answer = client.post(ADDRESS, data=fill(client, clock))
    assert answer.status_code == 303
    receipt = client.get(answer.location)
    number = db.session.scalar(select(Submission.number))
    assert number is not None
    words = all_words_of(receipt)
    assert number in words
    assert "Who pays – and when ?" in words
    assert "Sunday 10 February 2030, 13:00:30 Paris time" in words
    assert (receipt.headers["Cache-Control"], receipt.headers["Referrer-Policy"]) == (
        "private, no-store",
        "strict-origin",
    )
    assert "Set-Cookie" not in receipt.headers


@pytest.mark.usefixtures("consultation")
def test_the_form_says_what_becomes_public(client: FlaskClient) -> None:
    words = all_words_of(client.get(ADDRESS))
    assert "What becomes public" in words
    assert "Your e-mail address is never published." in words
    assert "Fields marked with an asterisk (*) are required." in words


@pytest.mark.usefixtures("consultation")
def test_a_double_click_makes_one_comment_and_shows_one_receipt(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    filled = fill(client, clock)
    answers = [client.post(ADDRESS, data=filled) for _ in range(3)]
    assert len({answer.location for answer in answers}) == 1
    assert received() == 1


@pytest.mark.usefixtures("consultation")
@pytest.mark.parametrize(
    ("changes", "message", "field"),
    [
        ({"name": ""}, "Write your name.", "name"),
        ({"country": ""}, "Choose your country.", "country"),
        ({"country": "Atlantis"}, "Choose your country.", "country"),
        ({"email": "ilze at example"}, "This is not an e-mail address.", "email"),
        ({"consent": None}, "Tick the box", "consent"),
        ({"body": "x" * (LONGEST_COMMENT + 1)}, "This is too long", "body"),
        ({"body": "  ", "importance": None}, "Write your comment, propose other wording", "body"),
        (
            {"capacity": "group", "organisation": "Class", "group_size": "many"},
            "how many people",
            "group_size",
        ),
        ({"capacity": "organisation"}, "Write the name of the organisation", "organisation"),
        ({"website": "https://spam.example"}, "robots", "website"),
    ],
)
def test_a_refused_form_comes_back_with_every_word(
    client: FlaskClient, clock: time_machine.Traveller, changes: dict[str, Any], message: str, field: str
) -> None:
    filled = fill(client, clock, **changes)
    answer = client.post(ADDRESS, data=filled)
    assert answer.status_code == 422
    assert message in all_words_of(answer)
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert textarea_of(answer) == filled["body"]
    assert value_of(answer, "name") == filled["name"]
    assert value_of(answer, "email") == filled["email"]
    assert value_of(answer, "group_size") == filled.get("group_size", "")
    assert received() == 0


@pytest.mark.usefixtures("consultation")
def test_an_expired_form_comes_back_and_can_be_sent_again(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    filled = fill(client, clock)
    clock.shift(timedelta(hours=25))
    answer = client.post(ADDRESS, data=filled)
    assert answer.status_code == 422
    assert "open for too long" in all_words_of(answer)
    assert textarea_of(answer) == FILLED["body"]
    clock.shift(30)
    again = client.post(ADDRESS, data={**filled, "csrf_token": value_of(answer, "csrf_token")})
    assert again.status_code == 303


@pytest.mark.usefixtures("consultation")
@pytest.mark.parametrize("token", ["", "forged", None])
def test_a_forged_form_is_refused(
    client: FlaskClient, clock: time_machine.Traveller, token: str | None
) -> None:
    answer = client.post(ADDRESS, data=fill(client, clock, csrf_token=token))
    assert answer.status_code == 422
    assert textarea_of(answer) == FILLED["body"]
    assert received() == 0


@pytest.mark.usefixtures("consultation")
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}]
)
def test_a_form_from_another_site_is_refused(
    client: FlaskClient, clock: time_machine.Traveller, headers: dict[str, str]
) -> None:
    answer = client.post(ADDRESS, data=fill(client, clock), headers=headers)
    assert answer.status_code == 422
    assert "another site" in all_words_of(answer)
    assert received() == 0


@pytest.mark.usefixtures("consultation")
def test_a_form_sent_faster_than_anybody_writes_is_asked_for_again(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    filled = fill(client, clock)
    clock.shift(-29)
    answer = client.post(ADDRESS, data=filled)
    assert answer.status_code == 429
    assert textarea_of(answer) == FILLED["body"]
    assert received() == 0


@pytest.mark.usefixtures("consultation")
def test_many_comments_from_one_network_are_slowed_and_given_back(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    filled = fill(client, clock, body="Comment 0")
    receipt = client.post(ADDRESS, data=filled)
    clock.shift(-30)
    for turn in range(1, 30):
        assert client.post(ADDRESS, data=fill(client, clock, body=f"Comment {turn}")).status_code == 303
        clock.shift(-30)
    answer = client.post(ADDRESS, data=fill(client, clock, body="One too many"))
    assert answer.status_code == 429
    assert textarea_of(answer) == "One too many"
    # What was received is answered with its receipt, however often somebody clicks.
    assert {client.post(ADDRESS, data=filled).location for _ in range(3)} == {receipt.location}
    assert received() == 30
    elsewhere = client.post(
        ADDRESS, data=fill(client, clock, body="From elsewhere"), environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert elsewhere.status_code == 303


def test_a_comment_that_comes_too_late_is_given_back_as_text(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    filled = fill(client, clock)
    clock.move_to(consultation.closes_at)
    answer = client.post(ADDRESS, data=filled)
    assert answer.status_code == 403
    assert "The consultation has closed." in all_words_of(answer)
    assert textarea_of(answer) == FILLED["body"]
    assert received() == 0


def test_a_form_received_in_time_and_sent_again_after_closing_shows_its_receipt(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    filled = fill(client, clock)
    first = client.post(ADDRESS, data=filled)
    with transaction():
        consultation.closes_at = NOON + timedelta(minutes=1)
    clock.shift(120)
    again = client.post(ADDRESS, data=filled)
    assert (again.status_code, again.location) == (303, first.location)
    late = client.post(ADDRESS, data={**filled, "body": "Something else"})
    assert late.status_code == 403


def test_a_comment_that_comes_too_early_is_given_back_as_text(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    filled = fill(client, clock)
    clock.move_to(consultation.opens_at - timedelta(seconds=1))
    answer = client.post(ADDRESS, data=filled)
    assert answer.status_code == 403
    assert "has not opened yet" in all_words_of(answer)
    assert textarea_of(answer) == FILLED["body"]


def test_where_only_signed_in_people_comment_a_visitor_is_told_and_gets_the_words_back(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    a_draft(a_consultation(slug="innovation", who_may_comment="signed_in"))
    page = client.get(ADDRESS)
    assert "Sign in to comment" in all_words_of(page)
    browser = app.test_client()
    sign_in(browser, a_person())
    filled = {**FILLED, "csrf_token": value_of(browser.get(ADDRESS), "csrf_token")}
    clock.shift(30)
    answer = client.post(ADDRESS, data=filled)
    assert answer.status_code == 403
    assert textarea_of(answer) == FILLED["body"]
    assert browser.post(ADDRESS, data=filled).status_code == 303


def test_the_form_asks_only_for_what_the_consultation_asks(client: FlaskClient, app: Flask) -> None:
    a_draft(a_consultation(slug="innovation", asking=dict.fromkeys(USUAL_ASKING, "no")))
    page = client.get(ADDRESS).text
    assert {name for name in FILLED if f'name="{name}"' in page} == {"body", "consent"}


@pytest.mark.usefixtures("consultation")
def test_a_comment_on_the_whole_draft_is_received(client: FlaskClient, clock: time_machine.Traveller) -> None:
    address = "/en/consultations/innovation/comments/new"
    answer = client.post(address, data=fill(client, clock))
    assert answer.status_code == 303
    assert "The whole draft" in all_words_of(client.get(answer.location))


@pytest.mark.usefixtures("consultation")
@pytest.mark.parametrize("key", ["p1", "p99", "nothing"])
def test_headings_and_unknown_paragraphs_have_no_page(client: FlaskClient, key: str) -> None:
    assert client.get(f"/en/consultations/innovation/paragraphs/{key}").status_code == 404


@pytest.mark.usefixtures("consultation")
def test_a_receipt_opens_only_with_its_secret(client: FlaskClient, clock: time_machine.Traveller) -> None:
    location = client.post(ADDRESS, data=fill(client, clock)).location
    bare, _question, secret = location.removesuffix("#main").partition("?secret=")
    assert "Show the receipt" in all_words_of(client.get(bare))
    assert client.get(f"{bare}?secret=wrong").status_code == 404
    assert client.get(f"/en/receipts/0000-0000-0000?secret={secret}").status_code == 404
    token = value_of(client.get(bare), "csrf_token")
    answer = client.post(bare, data={"csrf_token": token, "secret": f" {secret} "})
    assert client.get(answer.location).status_code == 200


def test_a_paragraph_shows_its_comments_in_order_and_marks_other_languages(
    client: FlaskClient, consultation: Consultation
) -> None:
    version = a_draft(a_consultation(slug="second"))
    paragraph = paragraphs_of(version)[0]
    for minutes, (body, language) in enumerate([("First.", "en"), ("Otrais.", "lv")]):
        at = NOON + timedelta(minutes=minutes)
        a_comment(version, paragraph, body=body, language=language, state="published", at=at)  # type: ignore[arg-type]
    a_comment(version, paragraph, body="Not read yet.")
    page = client.get("/en/consultations/second/paragraphs/p2")
    words = all_words_of(page)
    assert words.index("First.") < words.index("Otrais.")
    assert "In Latvian" in words
    assert 'lang="lv"' in page.text
    assert "Not read yet." not in page.text


@pytest.mark.usefixtures("consultation")
def test_what_was_written_can_never_become_markup(client: FlaskClient, clock: time_machine.Traveller) -> None:
    nasty = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    answer = client.get(client.post(ADDRESS, data=fill(client, clock, body=nasty)).location)
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    assert 'href="javascript' not in answer.text


@pytest.mark.parametrize("path", ["paragraphs/p2", "comments/new"])
def test_an_unlisted_draft_is_read_by_its_editor_and_commented_on_by_nobody(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller, path: str
) -> None:
    consultation = a_consultation(slug="hidden", is_listed=False)
    a_draft(consultation)
    address = f"/en/consultations/hidden/{path}"
    assert client.get(address).status_code == 404
    assert client.post(address, data=FILLED).status_code == 404
    sign_in(client, a_person(Role.EDITOR, consultation=consultation))
    opened = client.get(address)
    assert opened.status_code == 200
    clock.shift(30)
    sent = client.post(address, data={**FILLED, "csrf_token": value_of(opened, "csrf_token")})
    assert sent.status_code == 403
    assert "Who pays – and *when*?" in textarea_of(sent)
    assert received() == 0
