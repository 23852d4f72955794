"""No public page, export, index, log or line of activity holds an e-mail address or a receipt's secret."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.jobs import run_due_jobs
from app.models.activity import Activity, Job
from app.models.base import db
from app.models.comment import State, Submission
from app.models.consultation import Consultation
from app.models.roles import Role
from app.services.comments.checking import Words
from app.services.comments.commenting import post_comment
from app.services.comments.receipts import Receipt
from app.services.moderation.moderating import decide
from app.web.access import PUBLIC, mark_of
from config import Config
from tests.builders import a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON, SECRET
from tests.signing import sign_in
from tests.stopped_clock import clock

__all__ = ["clock"]

EMAIL = "very.private.person@example.org"
WORDS = Words(
    body="A public remark on carpentry.", language="en", name="Ilze", email=EMAIL, country="LV", consent=True
)


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    consultation = a_consultation(slug="innovation")
    a_draft(consultation)
    return consultation


@pytest.fixture
def receipt(consultation: Consultation, caplog: pytest.LogCaptureFixture) -> Receipt:
    """The receipt of a published comment whose letters were sent and which is in the index."""
    caplog.set_level(logging.DEBUG, logger="innspill")
    other = a_consultation(slug="other")
    paragraph = paragraphs_of(a_draft(other))[0]
    post_comment(other, paragraph.id, WORDS, form="2", by=None, at=NOON, secret_key=SECRET)
    receipt = post_comment(consultation, None, WORDS, form="1", by=None, at=NOON, secret_key=SECRET)
    moderator = a_person(Role.MODERATOR)
    for submission in db.session.scalars(select(Submission)).all():
        [comment] = submission.comments
        decide(comment.id, State.PUBLISHED, expected_changes=0, by=moderator, at=NOON)
    run_due_jobs(NOON)
    assert not db.session.scalars(select(Job).where(Job.done_at.is_(None))).all()
    return receipt


def is_leaking(text: str, receipt: Receipt) -> bool:
    return EMAIL in text.lower() or receipt.secret in text


def public_addresses(app: Flask, receipt: Receipt) -> Iterator[str]:
    known = {"lang": "en", "slug": "innovation", "key": "p2", "number": receipt.number, "token": "x"}
    for rule in app.url_map.iter_rules():
        if mark_of(app, rule.endpoint) == PUBLIC and "GET" in (rule.methods or ()):
            address = re.sub(r"<int:\w+>", "1", rule.rule)
            yield re.sub(r"<(?:\w+:)?(\w+)>", lambda name: known.get(name[1], "1"), address)


def test_no_public_page_shows_them(app: Flask, client: FlaskClient, receipt: Receipt) -> None:
    statuses = []
    for address in public_addresses(app, receipt):
        answer = client.get(address)
        statuses.append(answer.status_code)
        assert not is_leaking(answer.get_data().decode(errors="replace"), receipt), address
    assert statuses.count(200) > 8
    assert "carpentry" in client.get("/en/consultations/innovation/comments/new").text
    assert "carpentry" in client.get("/en/search?q=carpentry").text


def test_the_export_holds_the_comment_and_nothing_private(app: Flask, receipt: Receipt) -> None:
    browser = app.test_client()
    sign_in(browser, a_person(Role.ADMINISTRATOR))
    written = browser.get("/en/manage/exports/innovation.csv").data.decode("utf-8-sig")
    [row] = list(csv.DictReader(io.StringIO(written)))
    assert row["comment"] == WORDS.body
    assert not is_leaking(written, receipt)


def test_the_index_and_the_lines_of_activity_hold_nothing_private(config: Config, receipt: Receipt) -> None:
    index = b"".join(
        path.read_bytes() for path in Path(config.data_dir, "search").rglob("*") if path.is_file()
    )
    assert index
    assert EMAIL.encode() not in index
    for line in db.session.scalars(select(Activity)):
        assert not is_leaking(f"{line.verb} {line.subject}", receipt)


def test_moderators_see_no_address(app: Flask, receipt: Receipt) -> None:
    browser = app.test_client()
    sign_in(browser, a_person(Role.MODERATOR))
    page = browser.get("/en/moderation/innovation?state=published").text
    assert "carpentry" in page
    assert not is_leaking(page, receipt)


def test_log_lines_name_nobody(receipt: Receipt, caplog: pytest.LogCaptureFixture) -> None:
    assert not any(is_leaking(record.getMessage(), receipt) for record in caplog.records)
