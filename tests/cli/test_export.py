"""`flask export`, as an operator types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from openpyxl import load_workbook

from app.models.draft import Version
from tests.builders import a_comment, a_consultation, a_draft


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(slug="charter"))


def export(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["export", *words])


def test_every_comment_is_written_to_the_file(app: Flask, version: Version, tmp_path: Path) -> None:
    a_comment(version, body="Who pays?")
    target = tmp_path / "charter.csv"
    result = export(app, "charter", "--format", "csv", "--output", str(target))
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"{target.stat().st_size} bytes written." in result.stderr
    assert b",Who pays?," in target.read_bytes()
    assert [path.name for path in tmp_path.glob("charter*")] == ["charter.csv"]


def test_a_workbook_for_spreadsheets_is_written_when_asked_for(
    app: Flask, version: Version, tmp_path: Path
) -> None:
    a_comment(version, body="0123")
    target = tmp_path / "charter.xlsx"
    assert export(app, "charter", "--format", "xlsx", "--output", str(target)).exit_code == 0
    assert "0123" in next(load_workbook(target)["comments"].iter_rows(min_row=2, values_only=True))
    assert "--format xlsx" in export(app, "--help").stdout


def test_a_file_can_go_to_the_standard_output(app: Flask, version: Version) -> None:
    a_comment(version, country="NO")
    a_comment(version, country="LV")
    result = export(app, "charter", "--output", "-", "--country", "no")
    assert result.exit_code == 0
    assert result.stdout_bytes.startswith("\ufeffreceipt_number,".encode())
    assert result.stdout_bytes.count(b",charter,") == 1


def test_an_unknown_consultation_is_named_in_one_sentence(app: Flask, tmp_path: Path) -> None:
    result = export(app, "nowhere", "--output", str(tmp_path / "x.csv"))
    assert result.exit_code == 1
    assert result.stderr == "Error: There is no consultation called nowhere.\n"
    assert not (tmp_path / "x.csv").exists()


def test_a_file_that_cannot_be_written_is_named_in_one_sentence(
    app: Flask, version: Version, tmp_path: Path
) -> None:
    result = export(app, "charter", "--output", str(tmp_path / "no" / "x.csv"))
    assert result.exit_code == 1
    assert result.stderr.endswith(
        f"Error: {tmp_path}/no/x.csv cannot be written: No such file or directory.\n"
    )
