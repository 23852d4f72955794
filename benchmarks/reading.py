"""Pages for visitors, beside a bare Flask view that returns the same bytes."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.bare import FOLDER
from benchmarks.data import MEASURED, elsewhere, fill, measured_draft
from benchmarks.figures import Figure, Report
from benchmarks.load import get
from benchmarks.rounds import Pace, Rounds, middle, ratio, requests_a_second, take_turns, tell
from benchmarks.servers import BARE, OURS, Answer, ask, granian
from benchmarks.site import Site

TOPIC = "Reading, for visitors"
DRAFT = f"/en/consultations/{MEASURED}"
PARAGRAPH = f"{DRAFT}/paragraphs/p30"
UNIT = "requests/s"
GZIP = "gzip"
AS_FAST = 1.0
HALF = 0.5
NOT_FALLING = 0.9  # less than this is more than the machine's own unrest


@dataclass(frozen=True)
class Sites:
    """The same draft with few and with many comments elsewhere."""

    small: Site
    large: Site


def measure_reading(sites: Sites, pace: Pace, folder: Path) -> Report:
    """How many pages a second visitors get: beside the ceiling, with more elsewhere, on PostgreSQL."""
    with ExitStack() as stack:
        ours = stack.enter_context(granian(OURS, sites.small.environment, sites.small.log))
        large = stack.enter_context(granian(OURS, sites.large.environment, sites.large.log))
        same = _same_bytes(ours.port, folder / "same")
        bare = stack.enter_context(granian(BARE, {FOLDER: str(same)}, folder / "bare.log"))
        etag = ask(ours.port, DRAFT).headers["etag"]
        runs = {
            "draft": requests_a_second(ours.port, get(DRAFT), pace),
            "bare draft": requests_a_second(bare.port, get("/same/draft"), pace),
            "draft, gzip": requests_a_second(ours.port, get(DRAFT, Accept_Encoding=GZIP), pace),
            "bare draft, gzip": requests_a_second(bare.port, get("/same/draft.gz"), pace),
            "not modified": requests_a_second(ours.port, get(DRAFT, If_None_Match=etag), pace, expected=304),
            "bare hello": requests_a_second(bare.port, get("/hello"), pace),
            "paragraph": requests_a_second(ours.port, get(PARAGRAPH, Accept_Encoding=GZIP), pace),
            "bare paragraph": requests_a_second(bare.port, get("/same/paragraph.gz"), pace),
            "draft, many elsewhere": requests_a_second(large.port, get(DRAFT), pace),
        }
        remarks = []
        try:
            postgresql = stack.enter_context(_on_postgresql(sites.small, pace, folder / "postgresql"))
        except ImportError:
            remarks.append("PostgreSQL was not measured: its package has no wheel for this Python.")
        else:
            server = stack.enter_context(granian(OURS, postgresql.environment, postgresql.log))
            runs["draft, PostgreSQL"] = requests_a_second(server.port, get(DRAFT), pace)
        measured = take_turns(runs, pace)
    return Report(_figures(measured, pace, (same / "draft").stat().st_size), remarks)


def _figures(measured: Rounds, pace: Pace, size: int) -> list[Figure]:
    times = pace.comments_elsewhere / pace.comments
    figures = [
        _figure(measured, "draft", f"draft page, {size // 1000} kB", "bare draft", least=AS_FAST),
        _figure(measured, "draft, gzip", "draft page, gzip", "bare draft, gzip", least=AS_FAST),
        _figure(measured, "not modified", "draft page not modified (304)", "bare draft", least=AS_FAST),
        _figure(measured, "not modified", "the same beside a bare hello", "bare hello"),
        _figure(measured, "paragraph", "paragraph page with form, gzip", "bare paragraph", least=HALF),
        _figure(
            measured, "draft, many elsewhere", f"draft page, {times:.0f} times the comments elsewhere",
            "draft", least=NOT_FALLING,
        ),
    ]  # fmt: skip
    if "draft, PostgreSQL" in measured:
        figures.append(_figure(measured, "draft, PostgreSQL", "draft page on PostgreSQL", "bare draft"))
    return figures


def _figure(measured: Rounds, name: str, what: str, beside: str, least: float | None = None) -> Figure:
    words = {"draft": "the draft page", "bare hello": "bare Flask hello"}.get(
        beside, "bare Flask, same bytes"
    )
    return Figure(
        TOPIC, what, middle(measured, name), UNIT, words, middle(measured, beside),
        ratio(measured, name, beside), least,
    )  # fmt: skip


def _same_bytes(port: int, folder: Path) -> Path:
    folder.mkdir()
    for name, path in (("draft", DRAFT), ("paragraph", PARAGRAPH)):
        (folder / name).write_bytes(_good(ask(port, path)).body)
        (folder / f"{name}.gz").write_bytes(_good(ask(port, path, Accept_Encoding=GZIP)).body)
    return folder


def _good(answer: Answer) -> Answer:
    assert answer.status == 200, answer.status
    assert "set-cookie" not in answer.headers
    return answer


@contextmanager
def _on_postgresql(small: Site, pace: Pace, folder: Path) -> Iterator[Site]:
    tell("  starting PostgreSQL and filling it")
    folder.mkdir()
    server = importlib.import_module("pgserver").get_server(folder / "server", cleanup_mode="delete")
    try:
        site = replace(small, folder=folder, database_url=server.get_uri())
        fill(site, [measured_draft(), *elsewhere(pace.comments - measured_draft().comments)])
        yield site
    finally:
        server.cleanup()
