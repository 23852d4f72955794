"""`flask search` as an operator types it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from app.models.comment import State
from app.services.search.searching import Question
from tests.builders import a_comment, a_consultation, a_draft


def test_the_command_builds_the_index_anew_and_says_how_much_it_holds(app: Flask) -> None:
    version = a_draft(a_consultation(), texts=("Harbours are deep.",))
    a_comment(version, body="Which harbour?", state=State.PUBLISHED)
    result = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert (result.exit_code, result.exception) == (0, None)
    assert "The search index holds 3 paragraphs and comments." in result.output
    assert len(app.extensions["ports"].search.find(Question("harbour"), limit=10).keys) == 2


def test_the_command_explains_itself_with_an_example(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["search", "rebuild", "--help"])
    assert "Example: flask search rebuild" in result.output


def test_the_command_says_in_a_sentence_why_it_cannot_write(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "search").write_text("a file where a folder should be", encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert result.exit_code == 1
    assert "Error: The index cannot be written: " in result.output
