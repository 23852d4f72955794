"""The measuring itself: its load, its figures and its data; no test here looks at how fast anything is."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.models.comment import State
from benchmarks import writing
from benchmarks.chart import chart
from benchmarks.data import Heap, fill, staff_token
from benchmarks.figures import Figure, Report, markdown_table, plain_table
from benchmarks.load import Load, UnexpectedAnswerError, get, measure, post, send
from benchmarks.memory import peak_above_idle
from benchmarks.posting import filled_in_forms
from benchmarks.rounds import QUICK, ratio, take_turns
from benchmarks.site import Site, durability

LONG = 300_000


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.path == "/unchanged":
            self.send_response(304)
            self.end_headers()
            return
        self._answer(200, b"x" * (LONG if self.path == "/long" else 5))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(body.decode())  # type: ignore[attr-defined]
        self._answer(303, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/closing":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    found = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    found.asked = []  # type: ignore[attr-defined]
    serving = threading.Thread(target=found.serve_forever)
    serving.start()
    yield found
    found.shutdown()
    serving.join()
    found.server_close()


def test_each_request_is_sent_once_and_every_answer_is_counted(server: ThreadingHTTPServer) -> None:
    wanted = [f"comment {number}" for number in range(40)]
    answers = send(
        Load(server.server_port, [post("/", words) for words in wanted], 30, again=False, connections=4)
    )
    assert answers.statuses == {303: 40}
    assert sorted(server.asked) == sorted(wanted)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/long", 200), ("/unchanged", 304), ("/closing", 200)]
)
def test_answers_long_and_short_and_empty_are_read_to_their_end(
    server: ThreadingHTTPServer, path: str, status: int
) -> None:
    answers = send(Load(server.server_port, [get(path)] * 6, 30, again=False, connections=2))
    assert answers.statuses == {status: 6}
    assert answers.received >= 6 * (LONG if path == "/long" else 1)


def test_requests_are_sent_again_until_the_time_is_over(server: ThreadingHTTPServer) -> None:
    answers = measure(Load(server.server_port, [get("/")], 0.2), expected=200)
    assert answers.number == len(server.asked) > 1  # type: ignore[attr-defined]
    assert answers.rate == pytest.approx(answers.number / answers.seconds)


def test_an_answer_of_another_kind_spoils_the_figure(server: ThreadingHTTPServer) -> None:
    with pytest.raises(UnexpectedAnswerError, match="304"):
        measure(Load(server.server_port, [get("/unchanged")], 1, again=False), expected=200)


def test_what_is_compared_takes_turns() -> None:
    turns: list[str] = []

    def run(name: str) -> float:
        turns.append(name)
        return len(turns)

    measured = take_turns({"A": partial(run, "A"), "B": partial(run, "B")}, QUICK)
    assert turns == ["A", "B"] * QUICK.rounds
    assert measured == {"A": [1, 3], "B": [2, 4]}


def test_ratios_are_taken_within_a_round() -> None:
    measured = {"ours": [10.0, 1.0, 30.0], "theirs": [5.0, 1.0, 10.0]}
    assert ratio(measured, "ours", "theirs") == 2


def test_figures_say_whether_they_hold() -> None:
    figures = [
        Figure("Reading", "page", 2000, "requests/s", "bare Flask", 1000, 2.0, least=1.0),
        Figure("Reading", "form", 100, "requests/s", "bare Flask", 1000, 0.1, least=0.5),
        Figure("Export", "memory", 151.2, "MiB", most=150),
        Figure("Export", "rows", 5, "rows/s", "bare csv", 10, 0.5),
    ]
    assert [figure.holds for figure in figures] == [True, False, False, None]
    lines = plain_table(figures).splitlines()
    assert lines[3].split()[:3] == ["page", "2,000", "requests/s"]
    assert lines[3].split()[-4:] == ["at", "least", "1", "holds"]
    assert lines[4].split()[-4:] == ["at", "least", "0.5", "MISSED"]
    assert "| memory | 151 MiB |  |  |  | at most 150 | MISSED |" in markdown_table(figures)


def test_the_chart_is_a_picture_with_words_and_numbers() -> None:
    drawn = ET.fromstring(chart([Figure("", "page & form", 2000, "requests/s", "bare Flask", 1000, 2.0)]))  # noqa: S314 - our own
    words = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"page & form", "bare Flask", "2,000 requests/s", "1,000 requests/s"} <= set(words)


def test_figures_are_written_between_their_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"Before\n{writing.BEGIN}\nold figures\n{writing.END}\nAfter\n", "utf-8")
    monkeypatch.setattr(writing, "PAGE", page)
    monkeypatch.setattr(writing, "CHART", tmp_path / "benchmarks.svg")
    writing.write_page(Report([Figure("Reading", "page", 5, "ms")], ["All is well."]), "on a small machine")
    written = page.read_text("utf-8")
    assert written.startswith("Before\n")
    assert written.endswith("After\n")
    assert "old figures" not in written
    assert "| page | 5 ms |" in written
    assert "All is well." in written


def test_the_page_of_figures_has_room_for_them() -> None:
    page = writing.PAGE.read_text("utf-8")
    assert page.index(writing.BEGIN) < page.index(writing.END)


def test_a_site_is_filled_with_what_is_asked_for(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    fill(site, [Heap("one", 8, paragraphs=4), Heap("two", 5, (State.WAITING, State.REJECTED), paragraphs=2)])
    with closing(sqlite3.connect(site.database_file)) as database:
        counted = database.execute(
            "SELECT consultation_id, state, count(*) FROM comment GROUP BY 1, 2"
        ).fetchall()
        [decided] = database.execute("SELECT count(*) FROM decision").fetchone()
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert counted == [(1, "published", 8), (2, "rejected", 2), (2, "waiting", 3)]
    assert decided == 10
    assert durability(site).endswith("synchronous=FULL")
    assert staff_token(site)[0] == "innspill"


def test_forms_come_from_many_networks_and_each_is_another_one() -> None:
    forms = [form for form, _number in zip(filled_in_forms(), range(50), strict=False)]
    networks = {line for form in forms for line in form.splitlines() if line.startswith("X-Forwarded-For")}
    assert len(networks) == 3
    assert len(set(forms)) == 50


def test_memory_that_is_taken_is_seen() -> None:
    with peak_above_idle(os.getpgid(0)) as peak:
        taken = bytearray(64 << 20)
        taken[::4096] = b"x" * len(taken[::4096])
        threading.Event().wait(0.2)
    assert peak() > 32
