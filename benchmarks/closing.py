"""The last moments before a closing, shortened: many send at once, and others read."""

from __future__ import annotations

import html
import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.services.activity import touch_public_pages
from app.web.comment_forms.guarding import SHORTEST_TIME
from benchmarks.data import MEASURED
from benchmarks.figures import MILLISECONDS, THOUSAND, Figure, Report
from benchmarks.load import HOST, SLOWEST_ANSWER, UnexpectedAnswerError
from benchmarks.posting import filled_in_forms, posting_server
from benchmarks.rounds import Pace, tell
from benchmarks.servers import ask
from benchmarks.site import Site, opened

TOPIC = "The last moments before a closing, 50 comments a second"
POSTS_A_SECOND = 50
READS_A_SECOND = 10
ROUNDS_OF_POSTING = 12  # so many times as long as a round of the other measurements
SECONDS_AFTER = 2
SENDERS = 32
RECEIVED, REFUSED = 303, 403
AS_SLOW = 2.0
ALL = 100


@dataclass(frozen=True)
class Sent:
    """One comment that was sent, by its words, and what came back."""

    words: str
    status: int
    page: str

    @property
    def is_given_back(self) -> bool:
        """Whether the words stand in the answer."""
        return self.words in html.unescape(self.page)


def measure_closing(small: Site, pace: Pace, folder: Path) -> Report:
    """What becomes of comments sent until after the closing, and how long readers wait meanwhile."""
    site = small.copy_to(folder / "closing")
    seconds = pace.seconds * ROUNDS_OF_POSTING
    forms = list(islice(filled_in_forms(), int((seconds + SECONDS_AFTER) * POSTS_A_SECOND)))
    time.sleep(SHORTEST_TIME.total_seconds() + 1)
    with posting_server(site) as server, ThreadPoolExecutor(SENDERS) as senders:
        usual = _reading(server.port, seconds / 2)
        tell("  the closing comes near")
        _close_in(site, seconds)
        sending = senders.submit(_send, server.port, forms)
        meanwhile = _reading(server.port, seconds)
        sent = sending.result()
    kept = _kept(site)
    return Report(_figures(sent, kept, usual, meanwhile), [_remark(sent)])


def _close_in(site: Site, seconds: float) -> None:
    with opened(site), transaction():
        consultation = db.session.scalars(select(Consultation).where(Consultation.slug == MEASURED)).one()
        consultation.closes_at = datetime.now(UTC) + timedelta(seconds=seconds)
        touch_public_pages(consultation.id)


def _reading(port: int, seconds: float) -> list[float]:
    """How many milliseconds each of some readers waited for the draft page, at an even pace."""
    waited = []
    for _number in _at_pace(READS_A_SECOND, int(seconds * READS_A_SECOND)):
        begun = time.perf_counter()
        answer = ask(port, f"/en/consultations/{MEASURED}", Accept_Encoding="gzip")
        waited.append((time.perf_counter() - begun) * THOUSAND)
        if answer.status != 200:
            raise UnexpectedAnswerError(f"a reader was answered {answer.status}")
    return waited[1:]  # the first one wakes the page


def _send(port: int, forms: list[str]) -> list[Sent]:
    """Sends every form once, at an even pace, whether those before are answered or not."""
    with ThreadPoolExecutor(SENDERS) as senders:
        running = [
            senders.submit(_sent, port, forms[number], number)
            for number in _at_pace(POSTS_A_SECOND, len(forms))
        ]
        return [each.result(SLOWEST_ANSWER) for each in running]


def _at_pace(a_second: int, times: int) -> Iterator[int]:
    begun = time.perf_counter()
    for number in range(times):
        time.sleep(max(0.0, begun + number / a_second - time.perf_counter()))
        yield number


def _sent(port: int, form: str, number: int) -> Sent:
    with closing(socket.create_connection((HOST, port), timeout=SLOWEST_ANSWER)) as connection:
        connection.sendall(form.encode("ascii"))
        with closing(HTTPResponse(connection, method="POST")) as response:
            response.begin()
            page = response.read().decode()
    if response.status not in {RECEIVED, REFUSED}:
        raise UnexpectedAnswerError(f"a comment was answered {response.status}")
    return Sent(f"This is *my* comment number {number}.", response.status, page)


def _kept(site: Site) -> str:
    with closing(sqlite3.connect(site.database_file)) as database:
        return "\n".join(source for (source,) in database.execute("SELECT source FROM comment"))


def _figures(sent: list[Sent], kept: str, usual: list[float], meanwhile: list[float]) -> list[Figure]:
    received = [kept.count(one.words) == 1 for one in sent if one.status == RECEIVED]
    refused = [one.is_given_back and one.words not in kept for one in sent if one.status == REFUSED]
    return [
        _share("acknowledged, of which in the database once", received),
        _share("refused, of which given back and not in the database", refused),
        _beside("reading the draft meanwhile, median", median(meanwhile), median(usual)),
        _beside("the slowest of twenty (95th percentile)", _slowest(meanwhile), _slowest(usual)),
    ]  # fmt: skip


def _share(what: str, holds: list[bool]) -> Figure:
    return Figure(TOPIC, f"{len(holds):,} {what}", ALL * sum(holds) / max(len(holds), 1), "%", least=ALL)


def _beside(what: str, meanwhile: float, usual: float) -> Figure:
    return Figure(TOPIC, what, meanwhile, MILLISECONDS, "usually", usual, meanwhile / usual, most=AS_SLOW)


def _slowest(waited: list[float]) -> float:
    return quantiles(waited, n=20)[-1]


def _remark(sent: list[Sent]) -> str:
    received = sum(one.status == RECEIVED for one in sent)
    return f"Of {len(sent):,} comments sent until after the closing {received:,} were in time."
