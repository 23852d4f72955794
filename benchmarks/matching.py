"""Paragraphs matched from version to version: how often rightly, how fast, and the page that compares."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from app.models.kinds import ParagraphKind
from app.services.drafts.confirming import confirm_fates
from app.services.drafts.drafting import import_translation, seal_version
from app.services.files.importing import FoundBlock, FoundDraft
from app.services.matching.matching import Passage, match
from app.services.matching.weighing import words_of
from app.services.public.reading import consultation_called
from benchmarks.bare import FOLDER
from benchmarks.data import Heap, fill
from benchmarks.edits import EditedPair, edited_pairs, fates_of
from benchmarks.figures import Figure, Report
from benchmarks.load import get
from benchmarks.random_edits import random_pair
from benchmarks.rounds import Pace, middle, ratio, requests_a_second, take_turns, tell
from benchmarks.servers import BARE, OURS, ask, granian
from benchmarks.site import Site, opened

TOPIC = "Versions"
SLUG = "compared"
COMPARE = f"/en/consultations/{SLUG}/compare/2...3"
LEAST_RIGHT = 95.0
MOST_SECONDS = 2.0
HALF = 0.5
LONG, LONGER = 1_000, 4_000
LOCAL_EDITS = 0.1
HEAVY_EDITS = 0.6
COMPARED = 300
CHANCES = range(100, 110)
# 4 n log (4 n) is 4.8 times n log n for a thousand.
N_LOG_N = LONGER / LONG * 1.2


def measure_matching(pace: Pace, folder: Path) -> Report:
    """How many fates are found rightly, in what time, and how many comparisons a second visitors get."""
    by_hand, by_chance = edited_pairs(), [random_pair(seed, 120, 0.4) for seed in CHANCES]
    right, paragraphs = _right(by_hand)
    seconds = {length: _seconds(length, LOCAL_EDITS, pace) for length in (LONG, LONGER)}
    heavy = _seconds(LONG, HEAVY_EDITS, pace)
    growth = seconds[LONGER] / seconds[LONG]
    by_chance_right = 100 * _right(by_chance)[1]
    figures = [
        _percent(f"{len(by_hand)} texts edited by hand: all of it right", 100 * right, LEAST_RIGHT),
        _percent("their paragraphs: fate found rightly", 100 * paragraphs, LEAST_RIGHT),
        _percent(f"{len(by_chance)} texts edited by chance: paragraphs", by_chance_right, LEAST_RIGHT),
        Figure(TOPIC, f"matching 2 × {LONG:,} paragraphs", seconds[LONG], "s", most=MOST_SECONDS),
        Figure(TOPIC, "the same, most paragraphs edited", heavy, "s", most=MOST_SECONDS),
        Figure(
            TOPIC, f"matching 2 × {LONGER:,} paragraphs", seconds[LONGER], "s",
            f"2 × {LONG:,}", seconds[LONG], growth, most=N_LOG_N,
        ),
        _compare_page(pace, folder),
    ]  # fmt: skip
    return Report(figures)


def _percent(what: str, value: float, least: float) -> Figure:
    return Figure(TOPIC, what, value, "%", least=least)


def _right(pairs: Iterable[EditedPair]) -> tuple[float, float]:
    """The share of texts of which every fate is found rightly, and the share of fates."""
    whole, right, number = [], 0, 0
    for pair in pairs:
        found = fates_of(pair.before, pair.after, [link[:2] for link in match(pair.before, pair.after)])
        true = pair.fates()
        good = sum(found.get(relation) == fate for relation, fate in true.items())
        most = max(len(found), len(true))
        whole.append(good == most)
        right, number = right + good, number + most
    return sum(whole) / len(whole), right / number


def _seconds(length: int, share: float, pace: Pace) -> float:
    """Of one core at its best, the words being read anew each time."""
    tell(f"  matching {length:,} paragraphs")
    pair = random_pair(7, length, share)
    taken = []
    for _round in range(max(pace.rounds, 3)):
        words_of.cache_clear()
        gc.collect()
        begun = process_time()
        match(pair.before, pair.after)
        taken.append(process_time() - begun)
    return min(taken)


def _compare_page(pace: Pace, folder: Path) -> Figure:
    site = Site(folder / "site")
    _fill(site)
    with ExitStack() as stack:
        ours = stack.enter_context(granian(OURS, site.environment, site.log))
        same = folder / "same"
        same.mkdir()
        answer = ask(ours.port, COMPARE)
        assert answer.status == 200, answer.status
        (same / "compare").write_bytes(answer.body)
        bare = stack.enter_context(granian(BARE, {FOLDER: str(same)}, folder / "bare.log"))
        runs: dict[str, Callable[[], float]] = {
            "ours": requests_a_second(ours.port, get(COMPARE), pace),
            "bare": requests_a_second(bare.port, get("/same/compare"), pace),
        }
        measured = take_turns(runs, pace)
    what = f"comparing 2 × {COMPARED} paragraphs, {len(answer.body) // 1000} kB"
    return Figure(
        TOPIC, what, middle(measured, "ours"), "requests/s", "bare Flask, same bytes",
        middle(measured, "bare"), ratio(measured, "ours", "bare"), HALF,
    )  # fmt: skip


def _fill(site: Site) -> None:
    """A draft that is sealed once more, and once more after edits."""
    at = datetime.now(UTC)
    pair = random_pair(11, COMPARED, LOCAL_EDITS * 2)
    fill(site, [Heap(SLUG, 0, paragraphs=0)])  # its first version says nothing
    with opened(site):
        consultation = consultation_called(SLUG)
        for passages in (pair.before, pair.after):
            found = FoundDraft("A draft", [_block(passage) for passage in passages])
            version = import_translation(consultation, "en", found, is_original=True, by=None, at=at).version
            confirm_fates(version, by=None, at=at)
            seal_version(version.draft, by=None, at=at)


def _block(passage: Passage) -> FoundBlock:
    marker = passage.label.rpartition(".")[2] if passage.kind == ParagraphKind.ITEM else ""
    return FoundBlock(passage.kind, passage.level, marker, passage.plain)
