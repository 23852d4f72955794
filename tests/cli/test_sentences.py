"""Commands on a database that is not ready."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from config import Config


@pytest.mark.parametrize(
    "typed",
    [["search", "rebuild"], ["people", "add", "ilze@example.org", "--role", "editor", "--link"]],
)
def test_a_command_on_an_empty_database_says_what_to_do(
    config: Config, tmp_path: Path, typed: list[str]
) -> None:
    app = create_app(replace(config, database_url=f"sqlite:///{tmp_path / 'empty.sqlite3'}"))
    result = app.test_cli_runner().invoke(args=typed)
    assert result.exit_code != 0
    assert "Run `flask db upgrade`, then try again." in result.output
    app.extensions["ports"].changes.close()
