"""No line that the site logs names anybody: not while posting, confirming, extending or purging."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.jobs import run_due_jobs
from app.letters import letter_for
from app.models.activity import Activity, Job
from app.models.base import db
from app.models.comment import Submission
from app.models.consultation import Consultation, WhoMayComment
from app.services.consultations.extending import extend
from app.services.moderation.inspecting import inspect_comments
from app.services.purging import purge
from app.services.subscriptions.notifying import Letter
from tests.builders import a_consultation, a_draft
from tests.conftest import NOON
from tests.stopped_clock import clock
from tests.words_on_pages import token_in

__all__ = ["clock"]

ADDRESS = "/en/consultations/innovation/paragraphs/p2"
EMAIL, NAME, NETWORK, BODY = (
    "very.private@example.org",
    "Ilze Noslēpumainā",
    "203.0.113.77",
    "A private remark.",
)
FILLED = {
    "body": BODY,
    "name": NAME,
    "email": EMAIL,
    "country": "LV",
    "capacity": "individual",
    "consent": "y",
}
DAY = timedelta(days=1)


@pytest.fixture
def consultation(app: Flask, caplog: pytest.LogCaptureFixture) -> Consultation:
    caplog.set_level(logging.DEBUG)
    consultation = a_consultation(slug="innovation", who_may_comment=WhoMayComment.CONFIRMED_EMAIL)
    a_draft(consultation)
    return consultation


def sent(client: FlaskClient, clock: time_machine.Traveller, **changes: str) -> str:
    """The secret of the receipt."""
    token = token_in(client.get(ADDRESS))
    clock.shift(10)
    given = {**FILLED, "csrf_token": token, **changes}
    answer = client.post(ADDRESS, data=given, environ_base={"REMOTE_ADDR": NETWORK})
    return answer.location.partition("secret=")[2].partition("#")[0] if answer.location else ""


def letters() -> list[Letter]:
    jobs = db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id)).all()
    written = [letter_for(job, NOON) for job in jobs]
    return [letter for letter in written if letter is not None]


def named(text: str, secrets: list[str]) -> list[str]:
    private = [EMAIL, NAME, NETWORK, BODY, *secrets]
    return [each for each in private if each.casefold() in text.casefold()]


class BrokenCarrier:
    """A carrier whose failures quote the letter."""

    def send(self, letter: Letter) -> None:
        raise OSError(f"no way to {letter.to}: {letter.text}")


def test_no_line_names_anybody(
    app: Flask,
    client: FlaskClient,
    clock: time_machine.Traveller,
    consultation: Consultation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = sent(client, clock)
    assert secret
    assert sent(client, clock, consent="") == ""
    [letter] = letters()
    [link] = re.findall(r"https?://localhost(/\S+confirm\S*)", letter.text)
    proof = link.partition("token=")[2]
    app.extensions["ports"] = replace(app.extensions["ports"], mail=BrokenCarrier())
    assert run_due_jobs(NOON + DAY)
    token = token_in(client.get(link))
    assert client.post(link, data={"csrf_token": token}).status_code == 303
    assert db.session.scalars(select(Submission.email_confirmed_at)).one() is not None
    extend(consultation, consultation.closes_at + DAY, {"en": "More time."}, original="en", by=None, at=NOON)
    while run_due_jobs(NOON + DAY):
        pass
    inspect_comments(0, at=NOON)
    assert purge(NOON + 60 * DAY)["networks"] == 1
    assert client.get(f"/en/receipts/XXXX-XXXX-XXXX?secret={secret}").status_code == 404
    secrets = [secret, proof, db.session.scalars(select(Submission.secret_digest)).one()]
    assert "job letter failed: OSError" in caplog.messages
    for record in caplog.records:
        assert named(f"{record.getMessage()} {record.exc_text or ''}", secrets) == [], record.name
    for line in db.session.scalars(select(Activity)):
        assert named(f"{line.verb} {line.subject}", secrets) == []
    for job in db.session.scalars(select(Job)):
        assert named(job.error, secrets) == []
