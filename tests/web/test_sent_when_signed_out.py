"""A form that is sent after the sign-in has ended: why it was not saved, and the way back to it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models.base import transaction
from app.models.comment import Comment
from app.models.people import Person
from app.models.roles import Role
from app.services.people.passwords import hash_password
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.words_on_pages import token_in, words_of

PASSWORD = "four little seals dive"
APPEALS = "/en/moderation/charter/appeals"
WHY = "You were signed out, so what you sent was not saved. Sign in to go on."


@pytest.fixture
def comment(app: Flask) -> Comment:
    return a_comment(a_draft(a_consultation(slug="charter")))


@pytest.fixture
def maija(app: Flask) -> Person:
    """A moderator with a password."""
    person = a_person(Role.MODERATOR, email="maija@example.org")
    with transaction():
        person.password_hash = hash_password(PASSWORD)
    return person


def signed_in_again(client: FlaskClient, address: str) -> str | None:
    fields = {"email": "maija@example.org", "password": PASSWORD}
    return client.post(address, data={**fields, "csrf_token": token_in(client.get(address))}).location


def test_a_decision_after_the_sign_in_ended_says_so_and_leads_back_to_its_comment(
    client: FlaskClient, comment: Comment, maija: Person
) -> None:
    form = f"/en/moderation/comments/{comment.id}?state=waiting"
    answer = client.post(form, data={"to_state": "rejected", "note": "Why?"})
    assert answer.status_code == 303
    assert WHY in words_of(client.get(answer.location))
    assert signed_in_again(client, answer.location) == form


def test_a_form_without_a_page_of_its_own_leads_back_to_where_it_stood(
    client: FlaskClient, maija: Person
) -> None:
    answer = client.post(
        "/en/moderation/appeals/1", headers={"Referer": f"http://localhost{APPEALS}?after=3"}
    )
    assert WHY in words_of(client.get(answer.location))
    assert signed_in_again(client, answer.location) == f"{APPEALS}?after=3"


@pytest.mark.parametrize(
    "came_from",
    [
        "",
        f"https://evil.example{APPEALS}",
        "http://localhost//evil.example",
        "http://localhost/\\evil.example",
    ],
)
def test_a_form_from_elsewhere_leads_to_no_other_site(
    client: FlaskClient, maija: Person, came_from: str
) -> None:
    answer = client.post("/en/moderation/appeals/1", headers={"Referer": came_from})
    assert answer.location == "/en/sign-in?unsaved=1"
    assert signed_in_again(client, answer.location) == "/en/moderation"


def test_whoever_is_told_gets_no_cookie_and_who_only_comes_to_read_is_not_told(client: FlaskClient) -> None:
    answer = client.post("/en/moderation/appeals/1")
    assert "Set-Cookie" not in answer.headers
    assert "Set-Cookie" not in client.get(answer.location).headers
    assert WHY not in words_of(client.get(client.get(APPEALS).location))
