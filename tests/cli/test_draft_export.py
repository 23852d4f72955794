"""`flask drafts export`, as an operator types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.adapters import adapter_names
from tests.builders import a_consultation, a_draft


@pytest.mark.parametrize("name", adapter_names("writing"))
def test_a_version_is_written_to_a_file_twice_the_same(app: Flask, tmp_path: Path, name: str) -> None:
    a_draft(a_consultation(slug="innovation"))
    files = [tmp_path / "first", tmp_path / "second"]
    for file in files:
        done = app.test_cli_runner().invoke(
            args=["drafts", "export", "innovation", "--version", "1", "--lang", "en", "--format", name,
                  "--output", str(file)]
        )  # fmt: skip
        assert done.exit_code == 0, done.output
    assert files[0].read_bytes() == files[1].read_bytes() != b""


def test_what_was_exported_can_be_imported(app: Flask, tmp_path: Path) -> None:
    a_draft(a_consultation(slug="innovation"))
    a_consultation(slug="elsewhere")
    file = tmp_path / "draft.akn"
    run = app.test_cli_runner().invoke
    assert run(args=["drafts", "export", "innovation", "--output", str(file)]).exit_code == 0
    assert run(args=["drafts", "import", "elsewhere", str(file), "--lang", "en"]).exit_code == 0
    shown = [run(args=["drafts", "show", slug]).output for slug in ("innovation", "elsewhere")]
    assert shown[0] == shown[1]


def test_a_working_version_can_be_exported_too(app: Flask) -> None:
    a_draft(a_consultation(slug="innovation"), sealed=False)
    done = app.test_cli_runner().invoke(
        args=["drafts", "export", "innovation", "--format", "text", "--output", "-"]
    )
    assert done.exit_code == 0
    assert "Everybody may try new ways. [p2 paragraph 1]" in done.output


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["nowhere"], "There is no consultation 'nowhere'."),
        (["innovation", "--version", "7"], "There is no such version of 'innovation'."),
        (["innovation", "--lang", "fr"], "There is no such translation of 'innovation'."),
    ],
)
def test_what_is_not_there_is_said_plainly(app: Flask, asked: list[str], said: str) -> None:
    a_draft(a_consultation(slug="innovation"))
    done = app.test_cli_runner().invoke(args=["drafts", "export", *asked, "--output", "-"])
    assert done.exit_code == 1
    assert said in done.output


def test_the_help_shows_an_example(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["drafts", "export", "--help"]).output
    assert "flask drafts export innovation --version 2 --lang en --format docx" in said
