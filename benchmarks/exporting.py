"""A large export over HTTP: the server's memory while it streams, and its rows beside a bare csv writer's."""

from __future__ import annotations

import csv
import http.client
import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from time import perf_counter

from benchmarks.data import staff_token
from benchmarks.figures import Figure, Report
from benchmarks.load import HOST
from benchmarks.memory import peak_above_idle
from benchmarks.rounds import Pace, Rounds, middle, ratio, take_turns, tell
from benchmarks.servers import OURS, granian
from benchmarks.site import Site

TOPIC = "Taking away"
SLUG = "taken-away"
UNIT = "rows/s"
MOST_MEBIBYTES = 150
RECEIVED_AT_ONCE = 1 << 16
SECONDS = 120
MOST_ROUNDS = 3


def measure_export(large: Site, pace: Pace) -> Report:
    """How much memory an export takes above what the server held before, and how fast it is sent."""
    name, value = staff_token(large)
    path = f"/en/manage/exports/{SLUG}.csv"
    with granian(OURS, large.environment, large.log) as server:

        def download() -> bytes:
            return b"".join(_pieces(server.port, path, f"{name}={value}"))

        # Each of the workers has answered something before its memory counts as idle.
        for _ in range(8):
            list(_pieces(server.port, "/en/manage/exports", f"{name}={value}"))
        tell("  exporting, and watching the memory")
        with peak_above_idle(server.pid) as peak:
            exported = download()
        rows = list(csv.reader(io.StringIO(exported.decode("utf-8-sig"), newline="")))
        assert len(rows) == pace.comments_to_export + 1, len(rows)
        assert download() == exported, "the same export twice differs"
        runs = {
            "export": lambda: len(rows) / _seconds(download),
            "csv": lambda: len(rows) / _seconds(lambda: _write(rows)),
        }
        measured = take_turns(runs, replace(pace, rounds=min(pace.rounds, MOST_ROUNDS)))
    return Report(_figures(measured, len(rows) - 1, peak()))


def _figures(measured: Rounds, rows: int, peak: float) -> list[Figure]:
    return [
        Figure(
            TOPIC, f"CSV of {rows:,} comments: memory above idle", peak, "MiB", most=MOST_MEBIBYTES
        ),
        Figure(
            TOPIC, f"CSV of {rows:,} comments", middle(measured, "export"), UNIT,
            "bare csv.writer, same rows", middle(measured, "csv"), ratio(measured, "export", "csv"),
        ),
    ]  # fmt: skip


def _pieces(port: int, path: str, cookie: str) -> Iterator[bytes]:
    with closing(http.client.HTTPConnection(HOST, port, timeout=SECONDS)) as connection:
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        assert response.status == 200, response.status
        while piece := response.read(RECEIVED_AT_ONCE):
            yield piece


def _seconds(what: Callable[[], object]) -> float:
    begun = perf_counter()
    what()
    return perf_counter() - begun


def _write(rows: list[list[str]]) -> None:
    csv.writer(io.StringIO(newline=""), lineterminator="\r\n").writerows(rows)
