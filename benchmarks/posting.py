"""Comments posted and committed durably, beside a bare hello and beside commits of nothing but such a row."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from app.web.comment_forms.guarding import SHORTEST_TIME
from app.web.forms import visitor_tokens
from benchmarks.bare import FOLDER
from benchmarks.data import MEASURED, PARAGRAPHS
from benchmarks.figures import Figure, Report
from benchmarks.load import Load, get, measure, post
from benchmarks.rounds import Pace, Rounds, middle, ratio, requests_a_second, take_turns, tell
from benchmarks.servers import BARE, OURS, Server, granian
from benchmarks.site import SECRET, Site, durability
from benchmarks.texts import sentences

TOPIC = "Posting a comment, committed durably"
PATH = f"/en/consultations/{MEASURED}/paragraphs/p"
POSTS_A_NETWORK = 20  # fewer than a network may send in ten minutes
POSTS_A_SECOND = 1_500  # more than are ever answered: the forms are filled in beforehand
OF_HELLO = 0.12
WRITTEN = ("submission", "comment", "activity", "job")
WARM_UP_SECONDS = 1.5
FIRST_OF_RAW = 1_000_000_000  # more than anything has of its own
UNIT = "comments/s"


class Poster:
    """Fills in forms beforehand, sends them, and knows how many were accepted."""

    def __init__(self, port: int, pace: Pace, forms: Iterator[str] | None = None) -> None:
        self.accepted = 0
        self._port = port
        self._seconds = pace.seconds
        self._each = int(POSTS_A_SECOND * pace.seconds)
        self._forms = list(islice(forms or filled_in_forms(), self._each * (pace.rounds + 1)))
        # A form that comes back sooner than anybody writes is refused.
        time.sleep(SHORTEST_TIME.total_seconds() + 1)
        self.send(seconds=WARM_UP_SECONDS)

    def send(self, seconds: float = 0) -> float:
        """Sends forms, each once; answers how many a second were accepted."""
        sent = self._forms[: self._each]
        del self._forms[: self._each]
        load = Load(self._port, sent, seconds or self._seconds, again=False)
        answers = measure(load, expected=303)
        self.accepted += answers.number
        return answers.rate


def filled_in_forms() -> Iterator[str]:
    """Requests that post one comment each, as browsers in many networks would send them."""
    token = visitor_tokens(SECRET)
    said = sentences("en")
    number = 0
    while True:
        network = number // POSTS_A_NETWORK
        form = {
            "csrf_token": token(),
            "body": f"{said[number % len(said)]}\n\nThis is *my* comment number {number}.",
            "kind": "wording",
            "importance": "4",
            "capacity": "individual",
            "name": "Ilze Kalniņa",
            "email": f"someone-{number}@example.org",
            "country": "LV",
            "consent": "y",
            "website": "",
        }
        yield post(
            f"{PATH}{number % PARAGRAPHS + 1}",
            urlencode(form),
            Content_Type="application/x-www-form-urlencoded",
            Sec_Fetch_Site="same-origin",
            X_Forwarded_For=f"10.{network // 256 % 256}.{network % 256}.7",
        )
        number += 1


def measure_posting(small: Site, pace: Pace, folder: Path) -> Report:
    """How many comments a second are received, with all that the site does for one."""
    raw = RawCommits(small.copy_to(folder / "raw"))
    site = small.copy_to(folder / "posting")
    (folder / "nothing").mkdir()
    before = rows_of(site)
    with ExitStack() as stack:
        ours = stack.enter_context(posting_server(site))
        bare = stack.enter_context(granian(BARE, {FOLDER: str(folder / "nothing")}, folder / "bare.log"))
        tell("  filling in forms")
        poster = Poster(ours.port, pace)
        hello = requests_a_second(bare.port, get("/hello"), pace)
        with closing(raw):
            runs = {"post": poster.send, "bare hello": hello, "raw": lambda: raw.commit(pace.seconds)}
            measured = take_turns(runs, pace)
    assert_written(site, before, poster.accepted)
    remark = f"All {poster.accepted:,} acknowledged comments are in the database. {durability(site)}."
    return Report(_figures(measured), [remark])


def posting_server(site: Site) -> AbstractContextManager[Server]:
    """The site's web server behind a proxy that it trusts, so that comments come from many networks."""
    return granian(OURS, {**site.environment, "TRUSTED_PROXIES": "1"}, site.log)


def rows_of(site: Site) -> dict[str, int]:
    """How many rows each table holds that a comment is written to."""
    with closing(sqlite3.connect(site.database_file)) as database:
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
            for table in WRITTEN
        }


def assert_written(site: Site, before: dict[str, int], accepted: int) -> None:
    """Raises AssertionError unless every acknowledged comment is in the database once, with all its rows."""
    after = rows_of(site)
    added = {table: after[table] - before[table] for table in WRITTEN}
    assert set(added.values()) == {accepted}, (accepted, added)


class RawCommits:
    """What SQLite by itself does: one such row, one durable commit, on one connection, again and again.

    The row is the table's first, but for its number and for what must differ.
    """

    def __init__(self, site: Site, table: str = "comment", differing: Sequence[str] = ("leaf",)) -> None:
        self._database = sqlite3.connect(site.database_file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        found = self._database.execute(f"SELECT * FROM {table} LIMIT 1")  # noqa: S608 - our own names
        names = [column[0] for column in found.description if column[0] != "id"]
        self._row = dict(zip((column[0] for column in found.description), found.fetchone(), strict=True))
        self._differing = differing
        self._last = FIRST_OF_RAW
        places = ", ".join(f":{name}" for name in names)
        columns = ", ".join(names)
        self._statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - our own names

    def commit(self, seconds: float) -> float:
        """Commits a second."""
        number = 0
        begun = time.perf_counter()
        while time.perf_counter() - begun < seconds:
            number += 1
            self._last += 1
            differing = dict.fromkeys(self._differing, self._last)
            self._database.execute(self._statement, {**self._row, **differing})
        return number / (time.perf_counter() - begun)

    def close(self) -> None:
        """Lets go of the database."""
        self._database.close()


def _figures(measured: Rounds) -> list[Figure]:
    return [
        Figure(
            TOPIC, "a comment posted", middle(measured, "post"), UNIT, "bare Flask hello",
            middle(measured, "bare hello"), ratio(measured, "post", "bare hello"), OF_HELLO,
        ),
        Figure(
            TOPIC, "the same", middle(measured, "post"), UNIT, "raw durable commits of one such row",
            middle(measured, "raw"), ratio(measured, "post", "raw"),
        ),
    ]  # fmt: skip
