"""The moderation queue with many comments waiting, beside the queue with few."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

from benchmarks.data import staff_token
from benchmarks.figures import MILLISECONDS, THOUSAND, Figure, Report
from benchmarks.rounds import Pace, Rounds, middle, ratio, take_turns
from benchmarks.servers import OURS, ask, granian
from benchmarks.site import Site

TOPIC = "Moderating"
MANY = "many-waiting"
FEW = "few-waiting"
AS_SLOW = 2.0


def measure_queue(large: Site, pace: Pace) -> Report:
    """How long a moderator waits for the first page of the queue."""
    name, value = staff_token(large)
    with granian(OURS, large.environment, large.log) as server:

        def page_of(slug: str) -> Callable[[], float]:
            return lambda: median(
                _milliseconds(server.port, slug, f"{name}={value}") for _ in range(pace.pages // pace.rounds)
            )

        runs = {slug: page_of(slug) for slug in (MANY, FEW)}
        for warm_up in (*runs.values(), *runs.values()):
            warm_up()
        measured = take_turns(runs, pace)
    return Report(_figures(measured, pace))


def _milliseconds(port: int, slug: str, cookie: str) -> float:
    begun = perf_counter()
    answer = ask(port, f"/en/moderation/{slug}", Cookie=cookie)
    taken = (perf_counter() - begun) * THOUSAND
    assert answer.status == 200, answer.status
    return taken


def _figures(measured: Rounds, pace: Pace) -> list[Figure]:
    return [
        Figure(
            TOPIC, f"queue page, {pace.waiting:,} waiting", middle(measured, MANY), MILLISECONDS,
            "with 20 waiting", middle(measured, FEW), ratio(measured, MANY, FEW), most=AS_SLOW,
        )
    ]  # fmt: skip
