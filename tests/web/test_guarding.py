"""Robots, haste, many from one network, and the proof of work that is never the only way."""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from io import RawIOBase
from typing import Any

import altcha
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.web import limits
from tests.builders import a_consultation, a_draft
from tests.stopped_clock import clock
from tests.web.comment_forms import received
from tests.words_on_pages import token_in

__all__ = ["clock"]

FORM = "/en/consultations/innovation/paragraphs/p2"
CHALLENGE = "/en/consultations/innovation/challenge"
PATIENCE = 60
FILLED = {"name": "Ilze", "country": "LV", "capacity": "individual", "consent": "y"}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    consultation = a_consultation(slug="innovation", asks_proof_of_work=True)
    a_draft(consultation)
    return consultation


def send(client: FlaskClient, clock: time_machine.Traveller, body: str, **changes: str) -> Any:
    token = token_in(client.get(FORM))
    clock.shift(3)
    return client.post(FORM, data={**FILLED, "body": body, "csrf_token": token, **changes})


class _SlowForm(RawIOBase):
    """A form of which nothing comes until it may."""

    def __init__(self) -> None:
        self.is_begun, self.may_come = threading.Event(), threading.Event()
        self.has_come = False

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        self.is_begun.set()
        self.has_come = self.may_come.wait(PATIENCE)
        return 0


def solved(client: FlaskClient, address: str = CHALLENGE) -> str:
    challenge = altcha.Challenge.from_dict(client.get(address).get_json())
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


@pytest.mark.usefixtures("consultation")
def test_without_proof_five_are_taken_and_then_the_page_says_what_to_do(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    statuses = [send(client, clock, f"Comment {number}").status_code for number in range(5)]
    assert statuses == [303] * 5
    refused = send(client, clock, "The sixth one")
    assert refused.status_code == 429
    assert "without the proof that a browser with script works out" in refused.text
    assert "Wait 10 minutes, then send yours" in refused.text
    assert "The sixth one" in refused.text
    clock.shift(timedelta(minutes=10))
    assert send(client, clock, "The sixth one").status_code == 303


@pytest.mark.usefixtures("consultation")
def test_whose_form_comes_slowly_keeps_nobody_waiting(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    form = _SlowForm()
    sent = {"wsgi.input": form, "CONTENT_LENGTH": "9", "CONTENT_TYPE": "application/x-www-form-urlencoded"}

    def send_slowly() -> None:
        with app.app_context():
            app.test_client().post(FORM, environ_overrides=sent)

    slow = threading.Thread(target=send_slowly)
    slow.start()
    assert form.is_begun.wait(PATIENCE)
    assert send(client, clock, "The quick one").status_code == 303
    form.may_come.set()
    slow.join(PATIENCE)
    assert form.has_come


@pytest.mark.usefixtures("consultation")
def test_with_proof_as_many_are_taken_as_anywhere_else(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    for number in range(7):
        assert send(client, clock, f"Comment {number}", proof=solved(client)).status_code == 303
    assert received() == 7


def test_one_proof_does_not_serve_for_ever_nor_elsewhere(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    other = a_consultation(slug="other", asks_proof_of_work=True)
    a_draft(other)
    proof, elsewhere = solved(client), solved(client, CHALLENGE.replace("innovation", "other"))
    statuses = [send(client, clock, f"Comment {n}", proof=proof).status_code for n in range(9)]
    assert statuses == [303] * 8 + [429]
    assert send(client, clock, "Elsewhere", proof=elsewhere).status_code == 429
    assert send(client, clock, "With its own", proof=solved(client)).status_code == 303


@pytest.fixture
def one_without_proof(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only one comment in three days is taken from a network without proof."""
    monkeypatch.setitem(limits.LIMITS, "comment_without_proof", "1/3day")
    limits._items.cache_clear()
    yield
    limits._items.cache_clear()


@pytest.mark.usefixtures("consultation", "one_without_proof")
def test_a_forged_or_old_proof_is_none(client: FlaskClient, clock: time_machine.Traveller) -> None:
    old = solved(client)
    challenge = client.get(CHALLENGE).get_json()
    easier = {**challenge, "parameters": {**challenge["parameters"], "keyPrefix": ""}}
    forged = {"challenge": easier, "solution": {"counter": 0, "derivedKey": ""}}
    assert send(client, clock, "The one without").status_code == 303
    for proof in ("not base64", "x" * 5000, b64encode(json.dumps(forged).encode()).decode()):
        assert send(client, clock, "One more", proof=proof).status_code == 429
    clock.shift(timedelta(hours=25))
    assert send(client, clock, "One more", proof=old).status_code == 429
    assert send(client, clock, "One more", proof=solved(client)).status_code == 303


def test_a_page_that_asks_for_no_proof_has_no_script_for_it(client: FlaskClient, app: Flask) -> None:
    a_draft(a_consultation(slug="innovation"))
    assert "proof.js" not in client.get(FORM).text


@pytest.mark.usefixtures("consultation")
def test_the_network_is_kept_under_a_key_only(client: FlaskClient, clock: time_machine.Traveller) -> None:
    send(client, clock, "Here")
    digest = db.session.scalar(select(Comment.network_digest))
    assert digest is not None
    assert re.fullmatch(r"[0-9a-f]{32}", digest)
    assert "127.0.0" not in digest
