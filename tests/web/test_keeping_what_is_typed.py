"""What is typed is kept when the form is refused, left for signing in, or saved by the script."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.models.consultation import WhoMayComment
from app.models.draft import Version
from tests.builders import a_consultation, a_draft, a_person
from tests.histories import a_later_version
from tests.signing import sign_in
from tests.stopped_clock import clock
from tests.web.baskets import (
    BASKET,
    CONSULTATION,
    COOKIE,
    FIRST,
    PARTICULARS,
    SECOND,
    add,
    hidden_in,
    sent,
    typed_in,
    unsent,
    version,
)
from tests.words_on_pages import all_words_of

__all__ = ["clock", "version"]


@pytest.mark.usefixtures("version")
def test_what_is_refused_is_kept_and_comes_back_in_another_window(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    hidden = hidden_in(client.get(FIRST))
    clock.shift(5)
    refused = client.post(FIRST, data={**hidden, "body": "Who pays?", "name": "Ilze", "importance": "4"})
    assert refused.status_code == 422
    assert "Kept. It is not sent yet." in all_words_of(refused)
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
    assert "open for too long" in all_words_of(refused)
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
    assert "Kept with your account" in all_words_of(client.get(BASKET))
    with client.session_transaction() as session:
        session.clear()
    left = client.get(BASKET)
    assert "Typed as a visitor." not in left.text
    assert "Sign in to see it" in all_words_of(left)


def test_who_must_sign_in_first_finds_the_text_again(app: Flask, client: FlaskClient) -> None:
    a_draft(a_consultation(slug="innovation", who_may_comment=WhoMayComment.SIGNED_IN))
    browser = app.test_client()
    sign_in(browser, a_person())
    hidden = hidden_in(browser.get(FIRST))
    # The sign-in ended meanwhile.
    refused = client.post(FIRST, data={**hidden, **PARTICULARS, "body": "Mine.", "consent": "y"})
    assert refused.status_code == 403
    assert "It is kept for you" in all_words_of(refused)
    sign_in(client, a_person())
    assert typed_in(client.get(FIRST)) == "Mine."


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
