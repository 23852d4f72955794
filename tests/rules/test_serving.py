"""`make run` as somebody types it: it starts, greets, starts again, says what is wrong, and ends."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from app.models.base import db
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.models.people import Person
from tests.live_site import PATIENCE, ROOT, LiveSite, inside, is_listening, live_site, without_settings

LINK = re.compile(r"^  (\w+(?: \w+)?) +(http\S+)$", re.MULTILINE)


def test_the_site_greets_with_its_address_and_links_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    with live_site(tmp_path) as site:
        with urlopen(f"{site.address}/en/") as answer:  # noqa: S310 - our own address
            assert b"Consultations" in answer.read()
        assert f"Innspill is open at {site.address}/" in site.said
        roles = {role for role, _address in LINK.findall(site.said)}
        assert {"moderator", "editor", "administrator"} <= roles
        status = site.end()
        assert status == 0, site.said
        assert "Traceback" not in site.said
        assert not is_listening(int(site.settings["PORT"]))


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    with live_site(tmp_path) as site:
        first = _contents(site)
        site.end()
        site.start()
        site.wait_until_open()
        assert _contents(site) == first
        assert "Loaded" not in site.said


def test_an_occupied_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = _refusal(DATA_DIR=str(tmp_path / "data"), PORT=str(port))
    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert "Choose another with PORT=" in said


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    said = _refusal(DATA_DIR=str(folder))
    assert f"Innspill cannot write to the data folder {folder}" in said
    assert "Choose another with DATA_DIR=" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    assert "cannot write to the data folder" in _refusal(DATA_DIR=str(tmp_path))


def test_a_short_secret_key_is_told_in_one_sentence(tmp_path: Path) -> None:
    assert "SECRET_KEY must be set to at least 32" in _refusal(DATA_DIR=str(tmp_path), SECRET_KEY="short")


def _refusal(**settings: str) -> str:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "run.py")],
        cwd=ROOT,
        env={**without_settings(os.environ), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode != 0
    assert len(ended.stdout.strip().splitlines()) == 1, ended.stdout
    return ended.stdout


def _contents(site: LiveSite) -> list[int]:
    with inside(site.config):
        return [db.session.query(table).count() for table in (Consultation, Comment, Person)]
