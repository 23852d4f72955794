"""Publishing by command what came of a consultation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.activity import Job
from app.models.base import db
from app.models.comment import State
from tests.builders import a_comment, a_consultation, a_draft
from tests.conftest import NOON


@pytest.fixture(autouse=True)
def clock(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "report.md"
    file.write_text("## What we heard\n\nPaldies – for *every* word.", encoding="utf-8")
    return file


def run(app: Flask, file: Path, slug: str = "charter", lang: str = "en") -> Result:
    return app.test_cli_runner().invoke(args=["outcomes", "publish", slug, str(file), "--lang", lang])


def test_the_published_outcome_is_read_and_told_by_letter(
    app: Flask, client: FlaskClient, report: Path
) -> None:
    version = a_draft(a_consultation(slug="charter", closes_at=NOON - timedelta(days=1)))
    a_comment(version, state=State.PUBLISHED, email="ilze@example.org")
    assert client.get("/en/consultations/charter/outcome").status_code == 404
    done = run(app, report)
    assert (done.exit_code, done.output) == (0, "Published the outcome of charter in en.\n")
    assert "Paldies – for <em>every</em> word." in client.get("/en/consultations/charter/outcome").text
    told = [job.payload["letter"] for job in db.session.scalars(select(Job)) if "letter" in job.payload]
    assert sorted(told) == ["alert_outcome", "outcome_published"]  # to subscribers, and to respondents
    again = run(app, report)
    assert (again.exit_code, again.output) == (1, "Error: The outcome is published in en already.\n")


def test_what_cannot_be_published_is_refused_in_one_sentence(app: Flask, report: Path) -> None:
    a_draft(a_consultation(slug="charter"))
    a_draft(a_consultation(slug="closed", closes_at=NOON - timedelta(days=1)))
    assert "has not closed yet" in run(app, report).output
    assert "does not exist" in run(app, report, slug="nowhere").output
    report.write_bytes(b"\xff\xfe\x00")
    assert "is not a text in UTF-8" in run(app, report, slug="closed").output
    report.write_text("")
    assert "There is nothing in the file." in run(app, report, slug="closed").output
    assert "Invalid value for '--lang'" in run(app, report, slug="closed", lang="english").output


def test_help_shows_an_example(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["outcomes", "publish", "--help"]).output
    assert "flask outcomes publish open-data --lang en report.md" in told
