"""Signing in, registering and one’s account, as a browser sees it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.letters import letter_for
from app.models.activity import Job
from app.models.base import db, transaction
from app.models.people import Person, SignIn
from app.models.roles import Role
from app.services.people.links import Purpose, link_token
from app.services.people.passwords import hash_password
from app.services.subscriptions.notifying import Letter
from app.web.addresses import own_path
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.conftest import SECRET
from tests.words_on_pages import token_in, words_of

PASSWORD = "four little seals dive"
OTHER_PASSWORD = "slow trains to Bergen"
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}
NEXT_DOOR = {"REMOTE_ADDR": "127.0.0.99"}


@pytest.fixture
def ana(app: Flask) -> Person:
    """Somebody with a password."""
    person = a_person(email="ana@example.org")
    with transaction():
        person.name, person.password_hash = "Ana Bērziņa", hash_password(PASSWORD)
    return person


def send(client: FlaskClient, path: str, fields: dict[str, str], **more: Any) -> TestResponse:
    """Opens the page, fills in the form and sends it."""
    return client.post(path, data={**fields, "csrf_token": token_in(client.get(path, **more))}, **more)


def sign_in(
    client: FlaskClient, password: str = PASSWORD, email: str = "ana@example.org", **more: Any
) -> TestResponse:
    return send(client, "/en/sign-in", {"email": email, "password": password}, **more)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/en/account").status_code == 200


def last_letter() -> Letter | None:
    job = db.session.query(Job).order_by(Job.id.desc()).first()
    assert job is not None
    return letter_for(job, datetime.now(UTC))


def link_in(letter: Letter | None) -> str:
    assert letter is not None
    return str(re.findall(r"http://localhost(/\S+)", letter.text)[0])


def path_of_link(person: Person, purpose: Purpose) -> str:
    return f"/en/links/{link_token(person, purpose, SECRET, datetime.now(UTC))}"


# ---------------------------------------------------------------- signing in


def test_signing_in_leads_to_the_account(client: FlaskClient, ana: Person) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/en/account")
    page = words_of(client.get("/en/account"))
    assert "Name Ana Bērziņa E-mail ana@example.org" in page


def test_the_sign_in_page_gives_visitors_no_cookie(client: FlaskClient) -> None:
    answer = client.get("/en/sign-in")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_the_session_is_renewed_at_sign_in_and_kept_from_scripts(client: FlaskClient, ana: Person) -> None:
    first = sign_in(client).headers["Set-Cookie"]
    client.post("/en/sign-out", data={"csrf_token": token_in(client.get("/en/account"))})
    second = sign_in(client).headers["Set-Cookie"]
    assert first.split(";")[0] != second.split(";")[0]
    assert "HttpOnly" in second
    assert "SameSite=Lax" in second


def test_unknown_address_and_wrong_password_get_the_same_answer(client: FlaskClient, ana: Person) -> None:
    wrong = sign_in(client, "not this one either")
    unknown = sign_in(client, PASSWORD, "nobody@example.org")
    assert wrong.status_code == unknown.status_code == 422
    assert words_of(wrong) == words_of(unknown)
    assert "The e-mail address or the password is not right." in words_of(wrong)
    assert 'value="ana@example.org"' in wrong.text


def test_whoever_was_sent_to_sign_in_comes_back(client: FlaskClient, ana: Person) -> None:
    asked = client.get("/en/account?from=letter")
    assert asked.status_code == 303
    answer = send(client, asked.location, {"email": "ana@example.org", "password": PASSWORD})
    assert answer.location == "/en/account?from=letter"
    assert client.get(asked.location).location == "/en/account?from=letter"


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /en/",
        "javascript:alert(1)",
        "en/account",
        "",
        None,
    ],
)
def test_nobody_is_sent_on_to_another_site(asked: str | None) -> None:
    assert own_path(asked) is None


def test_a_form_sent_from_another_site_signs_nobody_in(client: FlaskClient, ana: Person) -> None:
    token = token_in(client.get("/en/sign-in"))
    fields = {"email": "ana@example.org", "password": PASSWORD, "csrf_token": token}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post("/en/sign-in", data=fields, headers=headers).status_code == 422
    assert not is_signed_in(client)
    assert client.post("/en/sign-in", data=fields | {"csrf_token": "made up"}).status_code == 422


# ---------------------------------------------------------------- limits


def test_many_wrong_passwords_make_wait_and_then_it_goes_on(client: FlaskClient, ana: Person) -> None:
    with time_machine.travel(datetime(2030, 2, 10, 12, 0, tzinfo=UTC), tick=False) as clock:
        assert [sign_in(client, f"wrong {n}").status_code for n in range(5)] == [422] * 5
        refused = sign_in(client)
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "60"
        assert "That was tried too often. You can try again in 1 minute." in words_of(refused)
        assert 'value="ana@example.org"' in refused.text
        clock.shift(61)
        assert sign_in(client).status_code == 303


def test_the_wait_grows_with_further_wrong_passwords(client: FlaskClient, ana: Person) -> None:
    waits = []
    with time_machine.travel(datetime(2030, 2, 10, 12, 0, tzinfo=UTC), tick=False) as clock:
        for n in range(25):
            answer = sign_in(client, f"wrong {n}")
            if answer.status_code == 429:
                waits.append(int(answer.headers["Retry-After"]))
                clock.shift(waits[-1])
    assert waits[:3] == [60, 240, 60]
    assert max(waits) <= timedelta(minutes=15).total_seconds()


def test_a_wait_holds_in_one_network_only(client: FlaskClient, ana: Person) -> None:
    for n in range(5):
        sign_in(client, f"wrong {n}")
    assert sign_in(client, environ_overrides=NEXT_DOOR).status_code == 429
    assert sign_in(client, environ_overrides=ELSEWHERE).status_code == 303


def test_a_wait_holds_for_one_address_only(client: FlaskClient, ana: Person) -> None:
    for n in range(5):
        sign_in(client, f"wrong {n}", "somebody@example.org")
    assert sign_in(client).status_code == 303


def test_the_right_password_makes_earlier_wrong_ones_forgotten(app: Flask, ana: Person) -> None:
    for password, status in [("wrong", 422)] * 4 + [(PASSWORD, 303)] + [("wrong", 422)] * 5:
        assert sign_in(app.test_client(), password).status_code == status


def test_many_addresses_tried_from_one_network_make_it_wait(client: FlaskClient, ana: Person) -> None:
    page = client.get("/en/sign-in")
    fields = {"password": "some wrong one", "csrf_token": token_in(page)}
    tried = [client.post("/en/sign-in", data=fields | {"email": f"p{n}@example.org"}) for n in range(31)]
    assert [answer.status_code for answer in tried] == [422] * 30 + [429]
    assert sign_in(client, environ_overrides=ELSEWHERE).status_code == 303


# ---------------------------------------------------------------- signing out


def test_signing_out_ends_this_browser_and_no_other(app: Flask, ana: Person) -> None:
    here, there = app.test_client(), app.test_client()
    sign_in(here)
    sign_in(there)
    answer = here.post("/en/sign-out", data={"csrf_token": token_in(here.get("/en/account"))})
    assert (answer.status_code, answer.location) == (303, "/en/")
    assert not is_signed_in(here)
    assert is_signed_in(there)


def test_a_link_or_another_site_signs_nobody_out(client: FlaskClient, ana: Person) -> None:
    sign_in(client)
    assert client.get("/en/sign-out").status_code == 405
    client.post("/en/sign-out", data={})
    assert is_signed_in(client)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(client: FlaskClient, ana: Person) -> None:
    sign_in(client)
    cookie = client.get_cookie("innspill")
    assert cookie is not None
    client.post("/en/sign-out", data={"csrf_token": token_in(client.get("/en/account"))})
    client.set_cookie("innspill", cookie.value)
    assert not is_signed_in(client)


# ---------------------------------------------------------------- registering


def test_registering_confirming_and_signing_in(client: FlaskClient) -> None:
    fields = {"email": "Kari@Example.org", "name": "Kari", "password": PASSWORD, "language": "en"}
    answer = send(client, "/en/register", fields)
    assert answer.status_code == 303
    assert "Open the link in it to confirm the address" in words_of(client.get(answer.location))
    letter = last_letter()
    assert letter is not None
    assert (letter.to, letter.subject) == ("kari@example.org", "Confirm your e-mail address")
    assert "Kari" not in letter.text.replace(link_in(letter), "")
    refused = send(client, link_in(letter), {"password": ""})
    assert refused.status_code == 422
    assert not is_signed_in(client)
    confirmed = send(client, link_in(letter), {"password": PASSWORD})
    page = words_of(client.get(confirmed.location))
    assert "Your address is confirmed. You are signed in." in page
    assert "You read and comment." in page
    other = client.application.test_client()
    assert sign_in(other, PASSWORD, "kari@example.org").location == "/en/account"


def test_a_name_in_a_letter_to_an_unconfirmed_address_would_be_a_strangers_words(client: FlaskClient) -> None:
    fields = {"email": "kari@example.org", "name": "Strange Words", "password": PASSWORD, "language": "en"}
    send(client, "/en/register", fields)
    send(client, "/en/reset-password", {"email": "kari@example.org"})
    letter = last_letter()
    assert letter is not None
    assert letter.text.startswith("Hello,\n")
    assert "Strange" not in letter.text


def test_a_name_with_the_address_of_a_page_is_refused_in_words(client: FlaskClient) -> None:
    fields = {"email": "k@example.org", "name": "http://evil.example", "password": PASSWORD, "language": "en"}
    page = send(client, "/en/register", fields)
    assert page.status_code == 422
    assert "Write your name without the address of a page." in words_of(page)


def test_registering_a_known_address_looks_the_same_and_writes_to_its_owner(
    client: FlaskClient, ana: Person
) -> None:
    fields = {"name": "Somebody", "password": OTHER_PASSWORD, "language": "en"}
    known = send(client, "/en/register", fields | {"email": "ana@example.org"})
    letter = last_letter()
    new = send(client, "/en/register", fields | {"email": "new@example.org"})
    assert (known.status_code, known.location, known.text) == (new.status_code, new.location, new.text)
    assert letter is not None
    assert (letter.to, letter.subject) == ("ana@example.org", "You already have an account")
    assert sign_in(client).status_code == 303


def test_a_refused_registration_keeps_every_word_but_the_password(client: FlaskClient) -> None:
    fields = {"email": "kari@nowhere", "name": "Kari N.", "password": "short", "language": "en"}
    page = send(client, "/en/register", fields)
    assert page.status_code == 422
    assert 'value="kari@nowhere"' in page.text
    assert 'value="Kari N."' in page.text
    assert "short" not in re.findall(r'value="([^"]*)"', page.text)
    assert "This password is too short: take at least 12 characters." in words_of(page)
    assert "This is not an e-mail address." in words_of(page)


def test_signing_in_before_confirming_sends_the_letter_again(client: FlaskClient) -> None:
    fields = {"email": "kari@example.org", "name": "Kari", "password": PASSWORD, "language": "en"}
    send(client, "/en/register", fields)
    answer = sign_in(client, PASSWORD, "kari@example.org")
    assert answer.location == "/en/sign-in/sent?letter=confirm"
    assert db.session.query(Job).count() == 2
    assert not is_signed_in(client)


# ---------------------------------------------------------------- links


def test_a_forgotten_password_is_replaced_by_a_link(client: FlaskClient, ana: Person) -> None:
    answer = send(client, "/en/reset-password", {"email": "ana@example.org"})
    unknown = send(client, "/en/reset-password", {"email": "nobody@example.org"})
    assert (answer.status_code, answer.location) == (unknown.status_code, unknown.location)
    assert last_letter() is None
    job = db.session.query(Job).order_by(Job.id).first()
    assert job is not None
    path = link_in(letter_for(job, datetime.now(UTC)))
    refused = send(client, path, {"password": "short"})
    assert refused.status_code == 422
    assert send(client, path, {"password": OTHER_PASSWORD}).location == "/en/account"
    assert is_signed_in(client)
    assert sign_in(client.application.test_client(), PASSWORD).status_code == 422


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.MODERATOR, "/en/moderation"),
        (Role.ADMINISTRATOR, "/en/manage"),
        (Role.EDITOR, "/en/manage"),
        (Role.ANALYST, "/en/manage/exports"),
    ],
)
def test_whoever_has_work_lands_on_it_by_link_and_by_password(
    client: FlaskClient, role: Role, path: str
) -> None:
    person = a_person(role, email="work@example.org")
    with transaction():
        person.password_hash = hash_password(PASSWORD)
    assert send(client, path_of_link(person, Purpose.SIGN_IN), {}).location == path
    assert client.get("/en/sign-in").location == path
    other = client.application.test_client()
    assert sign_in(other, PASSWORD, "work@example.org").location == path


def test_a_sign_in_link_asked_for_by_mail(client: FlaskClient, ana: Person) -> None:
    send(client, "/en/sign-in/link", {"email": "ana@example.org"})
    path = link_in(last_letter())
    assert "You sign in as Ana Bērziņa. The link works once." in words_of(client.get(path))
    assert not is_signed_in(client)
    assert send(client, path, {}).location == "/en/account"
    assert is_signed_in(client)


def test_a_used_link_says_so_and_how_to_get_another(app: Flask, ana: Person) -> None:
    path = path_of_link(ana, Purpose.SIGN_IN)
    send(app.test_client(), path, {})
    for answer in (app.test_client().get(path), app.test_client().post(path)):
        assert answer.status_code == 410
        assert "This link can be used no more" in words_of(answer)


def test_the_address_of_a_link_goes_into_no_index_and_to_no_other_page(
    client: FlaskClient, ana: Person
) -> None:
    path = path_of_link(ana, Purpose.SIGN_IN)
    answers = [client.get(path), send(client, path, {}), client.get(path)]
    assert [answer.status_code for answer in answers] == [200, 303, 410]
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Disallow: /*/links/" in client.get("/robots.txt").text.splitlines()


def test_letters_are_limited_for_each_address_and_network(client: FlaskClient, ana: Person) -> None:
    asked = [send(client, "/en/reset-password", {"email": "ana@example.org"}) for _ in range(4)]
    assert [answer.status_code for answer in asked] == [303, 303, 303, 429]
    assert 'value="ana@example.org"' in asked[-1].text
    elsewhere = send(client, "/en/reset-password", {"email": "ana@example.org"}, environ_overrides=ELSEWHERE)
    assert elsewhere.status_code == 303


# ---------------------------------------------------------------- the account


def test_changing_the_password_signs_out_everywhere_else(app: Flask, ana: Person) -> None:
    here, there = app.test_client(), app.test_client()
    sign_in(here)
    sign_in(there)
    answer = send(here, "/en/account/password", {"present": PASSWORD, "password": OTHER_PASSWORD})
    assert answer.location == "/en/account"
    assert "Your password is changed. You are signed out everywhere else." in words_of(
        here.get("/en/account")
    )
    assert not is_signed_in(there)
    assert db.session.query(SignIn).count() == 1


def test_a_wrong_present_password_is_refused(client: FlaskClient, ana: Person) -> None:
    sign_in(client)
    answer = send(client, "/en/account/password", {"present": "wrong", "password": OTHER_PASSWORD})
    assert answer.status_code == 422
    assert "This is not your present password." in words_of(answer)


def test_the_account_says_roles_in_words(client: FlaskClient) -> None:
    consultation = a_consultation(titles={"en": "Open data"})
    person = a_person(Role.CONTACT_POINT, country="NO", consultation=consultation)
    send(client, path_of_link(person, Purpose.SIGN_IN), {})
    assert "Contact point for Norway in “Open data”" in words_of(client.get("/en/account"))


def test_the_account_lists_what_was_sent_with_its_state(
    client: FlaskClient, ana: Person, at: datetime
) -> None:
    version = a_draft(a_consultation(titles={"en": "Open data"}))
    sent = a_comment(version, at=at, person_id=ana.id).submission
    others = a_comment(version, at=at).submission
    sign_in(client)
    page = client.get("/en/account")
    assert f"{sent.number} Open data 10 February 2030 · Waiting" in words_of(page)
    assert others.number not in page.text


def test_no_page_of_the_account_is_kept_by_anybody(client: FlaskClient, ana: Person) -> None:
    sign_in(client)
    assert client.get("/en/account").headers["Cache-Control"] == "private, no-store"
