"""Isso, a comment server from PyPI, reading and taking comments beside Innspill on the same machine.

It is installed into an environment of its own, which is thrown away, and run by Gunicorn as its
documentation describes (`gunicorn --preload isso.run`), with as many workers as Innspill has. Its own limit
on comments from one address is off, and so are its notifications; everything else is as it comes.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from itertools import count, islice
from pathlib import Path
from urllib.parse import quote

from app.cli.serve import WORKERS
from benchmarks.data import COMMENTS_A_PARAGRAPH, PARAGRAPHS
from benchmarks.figures import Figure, Report
from benchmarks.load import HOST, Load, get, measure, measure_any, post
from benchmarks.posting import POSTS_A_SECOND, UNIT, Poster, assert_written, posting_server, rows_of
from benchmarks.reading import DRAFT
from benchmarks.rounds import Pace, Rounds, middle, ratio, requests_a_second, take_turns, tell
from benchmarks.servers import OURS, Server, ask, free_port, granian, running
from benchmarks.site import Site
from benchmarks.texts import sentences

TOPIC = "Beside Isso"
PACKAGES = ("isso", "gunicorn")
SECONDS_TO_INSTALL = 180
THREADS = 4  # with one, Gunicorn's workers would close every connection after its answer
CONNECTIONS_TO_ISSO = 4  # with more it is no faster, and answers some comments with an error
READ = "/read"
POSTED = "/posted"
COMMENTS = PARAGRAPHS * COMMENTS_A_PARAGRAPH
AT_LEAST_READ = 50.0
AT_LEAST_POSTED = 2.0
CREATED = 201
SETTINGS = """
[general]
dbpath = {database}
host = http://{host}:{port}/
notify =
[guard]
enabled = false
"""


def measure_isso(small: Site, pace: Pace, folder: Path) -> Report:
    """How many times Isso's reading and posting Innspill does."""
    tell("  installing Isso into an environment of its own")
    python = _install(folder / "environment")
    if python is None:
        return Report(remarks=["Isso was not measured: it could not be installed from the package registry."])
    site = small.copy_to(folder / "site")
    before = rows_of(site)
    with ExitStack() as stack:
        reader = stack.enter_context(granian(OURS, small.environment, small.log))
        writer = stack.enter_context(posting_server(site))
        isso = stack.enter_context(_isso(python, folder))
        theirs = _IssoPoster(isso.port, pace)
        ours = Poster(writer.port, pace)
        reading = {
            "read": requests_a_second(reader.port, get(DRAFT), pace),
            "Isso read": requests_a_second(
                isso.port, get(f"/?uri={quote(READ, safe='')}"), pace, connections=CONNECTIONS_TO_ISSO
            ),
        }
        measured = take_turns(reading, pace)
        # Afterwards, since Isso keeps what it read, and every new respondent takes some of that room.
        measured |= take_turns({"post": ours.send, "Isso post": theirs.send}, pace)
    assert_written(site, before, ours.accepted)
    assert _posted(folder / "isso.db") == theirs.accepted
    return Report(_figures(measured), [_about(python, theirs)])


def _figures(measured: Rounds) -> list[Figure]:
    return [
        Figure(
            TOPIC, f"reading {COMMENTS} comments (ours: the whole page)",
            middle(measured, "read"), "requests/s", "Isso, its JSON", middle(measured, "Isso read"),
            ratio(measured, "read", "Isso read"), AT_LEAST_READ,
        ),
        Figure(
            TOPIC, "a comment posted", middle(measured, "post"), UNIT, "Isso",
            middle(measured, "Isso post"), ratio(measured, "post", "Isso post"), AT_LEAST_POSTED,
        ),
    ]  # fmt: skip


def _install(folder: Path) -> Path | None:
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    try:
        for command in ([sys.executable, "-m", "venv", str(folder)], install):
            subprocess.run(command, capture_output=True, check=True, timeout=SECONDS_TO_INSTALL)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return python


def _about(python: Path, poster: _IssoPoster) -> str:
    ask_versions = "from importlib.metadata import version as v; print(v('isso'), v('gunicorn'))"
    said = subprocess.run([str(python), "-c", ask_versions], capture_output=True, text=True, check=True)
    isso, gunicorn = said.stdout.split()
    return (
        f"Isso {isso} ran on Gunicorn {gunicorn} with {WORKERS} workers of {THREADS} threads; "
        f"it took {poster.accepted:,} comments and answered {poster.refused:,} with an error."
    )


def _isso(python: Path, folder: Path) -> AbstractContextManager[Server]:
    """Isso with one thread of as many comments as the measured draft has."""
    port = free_port()
    settings = folder / "isso.cfg"
    settings.write_text(SETTINGS.format(database=folder / "isso.db", host=HOST, port=port))
    command = [str(python), "-m", "gunicorn", "--preload", "--bind", f"{HOST}:{port}"]
    command += ["--workers", str(WORKERS), "--worker-class", "gthread", "--threads", str(THREADS), "isso.run"]
    environment = {"ISSO_SETTINGS": str(settings)}
    return running(command, environment, port, folder / "isso.log", "/info")


class _IssoPoster:
    """Fills Isso's thread to read, then sends comments to another thread."""

    def __init__(self, port: int, pace: Pace) -> None:
        self.accepted = 0
        self.refused = 0
        self._port = port
        self._seconds = pace.seconds
        self._filled_in = _comments(POSTED)
        to_read = list(islice(_comments(READ), COMMENTS))
        measure(Load(port, to_read, SECONDS_TO_INSTALL, again=False, connections=1), expected=CREATED)
        read = json.loads(ask(port, f"/?uri={quote(READ, safe='')}").body)
        assert read["total_replies"] == len(read["replies"]) == COMMENTS, read["total_replies"]

    def send(self) -> float:
        """Sends comments; answers how many a second were accepted."""
        sent = list(islice(self._filled_in, int(POSTS_A_SECOND * self._seconds)))
        load = Load(self._port, sent, self._seconds, again=False, connections=CONNECTIONS_TO_ISSO)
        answers = measure_any(load)
        accepted = answers.statuses.get(CREATED, 0)
        self.accepted += accepted
        self.refused += answers.number - accepted
        return accepted / answers.seconds


def _comments(thread: str) -> Iterator[str]:
    said = sentences("en")
    for number in count():
        words = f"{said[number % len(said)]}\n\nThis is *my* comment number {number}."
        comment = {
            "author": "Ilze",
            "email": f"someone-{number}@example.org",
            "title": "A draft",
            "text": words,
        }
        yield post(f"/new?uri={quote(thread, safe='')}", json.dumps(comment), Content_Type="application/json")


def _posted(database: Path) -> int:
    with closing(sqlite3.connect(database)) as opened:
        counted = "SELECT count(*) FROM comments JOIN threads ON threads.id = comments.tid WHERE uri = ?"
        return int(opened.execute(counted, (POSTED,)).fetchone()[0])
