"""Requests that no page of ours makes are answered in plain words, never with a failure."""

from __future__ import annotations

from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.models.base import db
from app.models.comment import Comment, Submission
from app.models.roles import Role
from app.models.sitting import Sitting
from tests.builders import a_consultation, a_draft, a_person
from tests.signing import sign_in
from tests.stopped_clock import clock
from tests.web.comment_forms import ADDRESS, FILLED
from tests.words_on_pages import value_of

__all__ = ["clock"]

ODD = [
    "%00",
    "a%00b",
    "%ff%fe",
    "%F0%9F%92%A9",
    "..%2f..%2fetc",
    "'%20OR%201=1--",
    "x" * 5000,
    "9" * 25,
    "%E2%80%AE",
]


@pytest.fixture(autouse=True)
def draft(app: Flask) -> None:
    a_draft(a_consultation(slug="innovation"))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "address",
    [
        "/{}/",
        "/en/consultations/{}",
        "/en/consultations/innovation/paragraphs/{}",
        "/en/consultations/innovation?text={}",
        "/en/receipts/{}?secret={}",
        "/en/links/{}",
        "/en/?endpoint={}&_method={}&_external=1&_scheme=javascript",
        "/en/search?q={}&kind={}&language={}&consultation={}&page={}",
    ],
)
def test_an_odd_address_is_answered(client: FlaskClient, address: str, odd: str) -> None:
    assert client.get(address.replace("{}", odd)).status_code < 500


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "address",
    [
        "/en/moderation/{}",
        "/en/moderation/innovation?state={}&paragraph={}&language={}&country={}&kind={}&after={}&before={}",
        "/en/moderation/comments/{}",
        "/en/manage/consultations/{}",
        "/en/manage/exports/{}.csv",
    ],
)
def test_an_odd_address_of_those_who_work_here_is_answered(app: Flask, address: str, odd: str) -> None:
    browser = app.test_client()
    sign_in(browser, a_person(Role.ADMINISTRATOR))
    assert browser.get(address.replace("{}", odd)).status_code < 500
    sign_in(browser, a_person(Role.MODERATOR))
    assert browser.get(address.replace("{}", odd)).status_code < 500


@pytest.mark.parametrize("field", ["body", "name", "email", "organisation", "group_size", "country", "kind"])
@pytest.mark.parametrize("odd", ["\0", "a\0b", "\ud7ff\uffff", "\u202e", "9" * 400, "-1", "²", "[](" * 4000])
def test_odd_words_in_a_form_are_received_or_given_back(
    client: FlaskClient, clock: time_machine.Traveller, field: str, odd: str
) -> None:
    filled: dict[str, Any] = {**FILLED, "capacity": "group", "organisation": "Class", "group_size": "12"}
    token = value_of(client.get(ADDRESS), "csrf_token")
    clock.shift(30)
    answer = client.post(ADDRESS, data={**filled, field: odd, "csrf_token": token})
    assert answer.status_code in {303, 422}
    if answer.status_code == 303:
        assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch", "post"])
def test_a_page_that_is_only_read_says_so(client: FlaskClient, method: str) -> None:
    assert getattr(client, method)("/en/consultations/innovation").status_code == 405


def test_a_body_that_is_too_large_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, data={"body": "x" * (21 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_body_that_is_no_form_is_given_a_form(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, data=b"\x00\xff{", content_type="application/json")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (ADDRESS, "What you sent could not be read as text"),
        ("/en/consultations/innovation/submission", "Go back: your words should still stand in the form."),
        ("/en/consultations/innovation/submission/save", "What you sent could not be read as text"),
        (ADDRESS.replace("/en/", "/fr/"), "n’a pas pu être lu comme du texte"),
    ],
)
def test_a_form_that_is_not_text_is_refused_in_plain_words_and_nothing_of_it_is_taken(
    client: FlaskClient, clock: time_machine.Traveller, address: str, said: str
) -> None:
    token = value_of(client.get(ADDRESS), "csrf_token")
    clock.shift(30)
    sent = urlencode({**FILLED, "csrf_token": token}).encode() + "&name=José".encode("latin-1")
    answer = client.post(address, data=sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert said in unescape(answer.text)
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0
    assert db.session.scalar(select(func.count()).select_from(Sitting)) == 0


@pytest.mark.parametrize("name", ["Zo%EB", "Zo%ed%a0%80", "%C3"])
def test_percent_signs_that_stand_for_no_text_are_no_text(
    client: FlaskClient, clock: time_machine.Traveller, name: str
) -> None:
    token = value_of(client.get(ADDRESS), "csrf_token")
    clock.shift(30)
    filled = {key: value for key, value in FILLED.items() if key != "name"}
    sent = f"{urlencode({**filled, 'csrf_token': token})}&name={name}"
    answer = client.post(ADDRESS, data=sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


def test_a_form_that_broke_on_its_way_is_not_taken_for_an_empty_one(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, data=b"--x\r\nbroken", content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400


def test_a_form_in_utf_8_that_nobody_encoded_further_is_read(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    token = value_of(client.get(ADDRESS), "csrf_token")
    clock.shift(30)
    filled = {key: value for key, value in FILLED.items() if key != "name"}
    sent = urlencode({**filled, "csrf_token": token}).encode() + "&name=Žanis".encode()
    answer = client.post(ADDRESS, data=sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert db.session.scalars(select(Submission.name)).one() == "Žanis"


def test_an_address_that_does_not_exist_is_answered_in_its_language(client: FlaskClient) -> None:
    assert '<html lang="lv"' in client.get("/lv/nothing/here").text
    assert '<html lang="en"' in client.get("/xx/nothing/here").text


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/lv", "/lv/"),
        ("/lv?q=a+b", "/lv/?q=a+b"),
        ("/en//consultations/innovation", "/en/consultations/innovation"),
    ],
)
def test_an_address_that_is_nearly_right_leads_within_this_site_whatever_host_was_named(
    client: FlaskClient, address: str, place: str
) -> None:
    answer = client.get(address, headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.location) == (308, place)
