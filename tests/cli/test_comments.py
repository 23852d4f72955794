"""Entering by command what came on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.models.roles import Role
from tests.builders import a_consultation, a_draft, a_person
from tests.paper_sheets import GOOD, a_file, received
from tests.stopped_clock import clock

__all__ = ["clock"]

EDITOR = "editor@example.org"


@pytest.fixture(autouse=True)
def charter(app: Flask) -> None:
    a_draft(a_consultation(slug="charter"))
    a_person(Role.EDITOR, email=EDITOR)


def run(app: Flask, file: Path, *options: str, slug: str = "charter", by: str = EDITOR) -> Result:
    arguments = ["comments", "import", slug, str(file), "--by", by, *options]
    return app.test_cli_runner().invoke(args=arguments)


def test_a_dry_run_enters_nothing_and_the_run_enters_all(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "letters.csv"
    file.write_bytes(a_file(GOOD, GOOD))
    dry = run(app, file, "--dry-run")
    assert (dry.exit_code, dry.output) == (
        0,
        "All is well: 2 submissions with 2 comments. Nothing was entered yet.\n",
    )
    assert received() == 0
    done = run(app, file)
    assert (done.exit_code, done.output) == (0, "Entered: 2 submissions with 2 comments.\n")
    assert received() == 2
    again = run(app, file)
    assert again.exit_code == 1
    assert "This file was entered on 2030-02-10 by Person" in again.output


def test_every_bad_row_is_named_and_nothing_is_entered(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "letters.csv"
    file.write_bytes(a_file(GOOD, {**GOOD, "channel": "pigeon"}))
    answer = run(app, file)
    assert answer.exit_code == 1
    assert "Row 3, channel “pigeon”: This is none of the ways" in answer.output
    assert "One of: letter, email, workshop, other." in answer.output
    assert "1 of 2 rows have to be mended. Nothing was entered." in answer.output
    assert received() == 0


def test_refusals_are_plain(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "letters.csv"
    file.write_bytes(a_file(GOOD))
    a_person(Role.MODERATOR, email="moderator@example.org")
    a_consultation(slug="empty")
    assert "Nobody has the address nobody@example.org." in run(app, file, by="nobody@example.org").output
    assert "moderator@example.org may not enter" in run(app, file, by="moderator@example.org").output
    assert "The consultation nowhere does not exist." in run(app, file, slug="nowhere").output
    assert "The consultation empty has no sealed version yet." in run(app, file, slug="empty").output
    file.write_bytes("comment\nPils un \xe2\xe7\xee\n".encode("latin-1"))
    assert "--encoding windows-1257 (" in run(app, file).output
    file.write_bytes(b"%PDF-1.4")
    assert "It is not what the ending of its name says." in run(app, file).output
    assert received() == 0


def test_help_has_an_example(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["comments", "import", "--help"])
    assert "flask comments import innovation letters.xlsx --by" in answer.output
