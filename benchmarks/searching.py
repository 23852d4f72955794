"""Search, beside SQLite's own full-text search (FTS5) on the same texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from statistics import quantiles
from time import perf_counter

from app.services.ports import Ports
from app.services.search.finding import PAGE_SIZE, search
from app.services.search.searching import Question, SearchIndex, all_entries, rebuild
from benchmarks.figures import MILLISECONDS, THOUSAND, Figure, Report
from benchmarks.rounds import Pace, tell
from benchmarks.site import Site, opened
from benchmarks.texts import words_to_find

TOPIC = "Searching"


def measure_search(small: Site, pace: Pace) -> Report:
    """How long an answer to a question takes, hits checked in the database, and how long indexing takes."""
    with opened(small) as app, closing(sqlite3.connect(":memory:")) as beside:
        ports: Ports = app.extensions["ports"]
        tell("  indexing")
        indexed = _seconds(lambda: rebuild(ports.search))
        indexed_beside = _seconds(lambda: _index_beside(beside))
        questions = words_to_find(pace.questions)
        tell(f"  asking {len(questions)} questions")
        ours, theirs = _in_turn(
            questions, lambda words: _ask(ports.search, words), lambda words: _ask_beside(beside, words)
        )
        found = sum(_found(ports.search, words) for words in questions) / len(questions)
    return Report(_figures(ours, theirs, indexed, indexed_beside, pace, found))


def _figures(
    ours: list[float], theirs: list[float], indexed: float, indexed_beside: float, pace: Pace, found: float
) -> list[Figure]:
    figures = [
        Figure(
            TOPIC, what, point(ours), MILLISECONDS, "SQLite FTS5, same texts",
            point(theirs), point(ours) / point(theirs),
        )
        for what, point in (
            (f"search over {pace.comments:,} comments, median ({found:.0f} hits)", _median),
            ("the slowest of twenty (95th percentile)", _slowest_of_twenty),
        )
    ]  # fmt: skip
    return [
        *figures,
        Figure(
            TOPIC, f"indexing {pace.comments:,} comments", indexed, "s", "SQLite FTS5",
            indexed_beside, indexed / indexed_beside,
        ),
    ]  # fmt: skip


def _in_turn(
    questions: Sequence[str], ours: Callable[[str], object], theirs: Callable[[str], object]
) -> tuple[list[float], list[float]]:
    for warm_up in questions[:5]:
        ours(warm_up)
        theirs(warm_up)
    both = [(_seconds(partial(ours, words)), _seconds(partial(theirs, words))) for words in questions]
    return [one * THOUSAND for one, _other in both], [other * THOUSAND for _one, other in both]


def _ask(index: SearchIndex, words: str) -> object:
    return search(index, Question(words, reader_language="en"), page=1)


def _found(index: SearchIndex, words: str) -> int:
    return search(index, Question(words, reader_language="en"), page=1).total


def _index_beside(database: sqlite3.Connection) -> None:
    database.execute("CREATE VIRTUAL TABLE entry USING fts5 (text, tokenize='unicode61 remove_diacritics 2')")
    with database:
        database.executemany("INSERT INTO entry VALUES (?)", ((entry.text,) for entry in all_entries()))


def _ask_beside(database: sqlite3.Connection, words: str) -> object:
    wanted = " ".join(f'"{word}"' for word in words.split())
    question = (
        "SELECT rowid, snippet(entry, 0, '<', '>', '…', 30) FROM entry WHERE entry MATCH ? ORDER BY rank"
    )
    return database.execute(f"{question} LIMIT {PAGE_SIZE}", (wanted,)).fetchall()


def _seconds(what: Callable[[], object]) -> float:
    begun = perf_counter()
    what()
    return perf_counter() - begun


def _median(times: list[float]) -> float:
    return quantiles(times, n=20)[9]


def _slowest_of_twenty(times: list[float]) -> float:
    return quantiles(times, n=20)[18]
