"""The process in which strangers' files are read, and what an importer taken over by one cannot do there."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.apart.process import BEGIN, ProcessReader, create
from app.adapters.importing import html, text
from app.services.files.importing import (
    FoundBlock,
    FoundDraft,
    Reading,
    Unreadable,
    UnreadableError,
    within_limits,
)
from tests.adapters import hostile_importers

READER = ProcessReader({"hostile": hostile_importers.create()}, seconds=60)
IMPATIENT = ProcessReader({"hostile": hostile_importers.create()}, seconds=2)


def answer(act: str) -> str:
    return READER.read("file.evil", act.encode()).blocks[0].source


def refusal(act: str, reader: ProcessReader = READER) -> Unreadable:
    with pytest.raises(UnreadableError) as refused:
        reader.read("file.evil", act.encode())
    return refused.value.reason


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A server on this machine that nobody should come to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def has_visitors(server: socket.socket) -> bool:
    try:
        visitor, _address = server.accept()
    except BlockingIOError:
        return False
    visitor.close()
    return True


def test_what_is_found_comes_back_as_it_was_found() -> None:
    page = (
        "<html lang=lv><h1>Nosaukums</h1><h2>1. Daļa</h2><p>Vārdi <em>te</em>.</p><ol type=a><li>Viens</ol>"
    )
    apart = create({"html": html.create()}).read("page.html", page.encode())
    assert apart == within_limits(html.create().read(page.encode()))
    assert apart == FoundDraft(
        "Nosaukums",
        [
            FoundBlock("heading", 1, "", "1. Daļa"),
            FoundBlock("paragraph", 0, "", "Vārdi *te*."),
            FoundBlock("item", 1, "a", "Viens"),
        ],
        "lv",
    )


def test_a_question_about_the_encoding_comes_back_with_its_samples() -> None:
    with pytest.raises(UnreadableError) as refused:
        create({"text": text.create()}).read("a.txt", "Pils\n\nun âçî".encode("windows-1252"))
    assert refused.value.reason == Unreadable.WHICH_ENCODING
    assert Reading("windows-1257", "āēī") in refused.value.readings


@pytest.mark.parametrize("act", ["loop", "sleep"])
def test_whoever_takes_too_long_is_ended(act: str) -> None:
    began = time.monotonic()
    assert refusal(act, IMPATIENT) == Unreadable.TOO_SLOW
    assert time.monotonic() - began < hostile_importers.SECONDS_OF_SLEEP / 2


@pytest.mark.parametrize(("act", "signal_of_the_end"), [("loop", signal.SIGXCPU), ("deaf", signal.SIGKILL)])
def test_time_ends_there_even_when_nobody_watches(act: str, signal_of_the_end: int) -> None:
    words = ["tests.adapters.hostile_importers", "", "1", "512"]
    ended = subprocess.run([sys.executable, "-I", str(BEGIN), *words], input=act.encode(), check=False)
    assert ended.returncode == -signal_of_the_end


def test_whoever_takes_too_much_memory_is_ended() -> None:
    assert refusal("eat") == Unreadable.TOO_COMPLEX


def test_whoever_answers_without_end_is_ended() -> None:
    assert refusal("flood") == Unreadable.TOO_COMPLEX


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("crash", Unreadable.TOO_COMPLEX),
        ("fail", Unreadable.DAMAGED),
        ("recurse", Unreadable.TOO_DEEP),
        ("lie {", Unreadable.DAMAGED),
        ("lie []", Unreadable.DAMAGED),
        ('lie {"found": {"title": 1, "blocks": [], "language": "", "doubts": []}}', Unreadable.DAMAGED),
        ('lie {"refused": "because"}', Unreadable.DAMAGED),
    ],
)
def test_whoever_breaks_or_lies_is_told_in_a_sentence(act: str, reason: Unreadable) -> None:
    assert refusal(act) == reason


def test_an_answer_is_held_to_the_limits_of_every_draft() -> None:
    block = vars(FoundBlock("paragraph", 0, "", "x" * 20_001))
    lie = {"found": {"title": "T", "blocks": [block], "language": "", "doubts": []}}
    assert refusal(f"lie {json.dumps(lie)}") == Unreadable.BLOCK_TOO_LONG


def test_nobody_is_called_from_there(listening: socket.socket) -> None:
    assert refusal(f"connect {listening.getsockname()[1]}") == Unreadable.DAMAGED
    assert not has_visitors(listening)


@pytest.mark.parametrize("act", ["start", "fork"])
def test_no_other_process_begins_there(act: str) -> None:
    assert refusal(act) == Unreadable.DAMAGED


def test_no_file_is_written_there(tmp_path: Path) -> None:
    target = tmp_path / "written"
    with pytest.raises(UnreadableError):
        READER.read("file.evil", f"write {target}".encode())
    assert not target.exists() or target.read_bytes() == b""


def test_no_secret_of_the_site_is_known_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "secret")
    assert answer("environment") == "[]"


def test_neither_pages_nor_database_are_loaded_there() -> None:
    assert answer("modules") == "[]"
