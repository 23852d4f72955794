"""A form that comes back says so in the title, which is what a screen reader reads first."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.draft import Version
from app.models.roles import Role
from tests.builders import a_person
from tests.signing import sign_in
from tests.stopped_clock import clock
from tests.web.baskets import BASKET, add, version
from tests.web.registrants import PAGE as WORKSHOP
from tests.web.registrants import riga
from tests.words_on_pages import summary_of

__all__ = ["clock", "version"]

pytestmark = pytest.mark.usefixtures("clock", "version")

COMMENT = "/{}/consultations/innovation/paragraphs/p2"
FORMS = {
    "comment": COMMENT.format("en"),
    "subscription": "/en/subscriptions/new?topic=newsletter",
    "sign in": "/en/sign-in",
    "account": "/en/register",
}


def title_of(response: TestResponse) -> str:
    found = re.search(r"<title>(.*?)</title>", response.text, re.DOTALL)
    assert found
    return unescape(found[1])


def assert_title_says_so(client: FlaskClient, address: str) -> None:
    before = title_of(client.get(address))
    refused = client.post(address, data={"topic": "newsletter"})
    assert summary_of(refused)
    assert title_of(refused) == f"Error: {before}"


@pytest.mark.parametrize("address", FORMS.values(), ids=FORMS)
def test_the_title_begins_with_error(client: FlaskClient, address: str) -> None:
    assert_title_says_so(client, address)


def test_so_does_that_of_a_registration(client: FlaskClient, version: Version) -> None:
    riga(version.draft.consultation)
    assert_title_says_so(client, WORKSHOP)


def test_so_does_that_of_what_is_not_sent_yet(client: FlaskClient) -> None:
    add(client, "Who pays?")
    assert_title_says_so(client, BASKET)


def test_so_does_that_of_setting_up_a_consultation(app: Flask) -> None:
    browser = app.test_client()
    sign_in(browser, a_person(Role.EDITOR))
    assert_title_says_so(browser, "/en/manage/consultations/new")


@pytest.mark.parametrize(
    ("lang", "error"), [("en", "Error: "), ("lv", "Kļūda: "), ("nb", "Feil: "), ("fr", "Erreur\xa0: ")]
)
def test_it_says_so_in_the_language_of_the_page(client: FlaskClient, lang: str, error: str) -> None:
    assert title_of(client.post(COMMENT.format(lang))).startswith(error)


def test_so_does_that_of_a_comment_that_came_too_late(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    clock.move_to(version.draft.consultation.closes_at + timedelta(days=1))
    assert title_of(client.post(COMMENT.format("en"), data={"body": "Too late."})).startswith("Error: ")
