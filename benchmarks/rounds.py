"""Rounds in which what is compared takes turns, so that a slow moment of the machine slows all of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from statistics import median

from benchmarks.load import CONNECTIONS, Load, measure


@dataclass(frozen=True)
class Pace:
    """How long to measure, and on how much."""

    rounds: int
    seconds: float
    comments: int
    comments_elsewhere: int
    comments_to_export: int
    waiting: int
    pages: int
    questions: int


FULL = Pace(5, 1.5, 20_000, 200_000, 100_000, 20_000, 100, 200)
QUICK = Pace(2, 0.5, 2_000, 12_000, 5_000, 5_000, 20, 40)
WARM_UP_SECONDS = 0.5

Rounds = dict[str, list[float]]


def take_turns(runs: Mapping[str, Callable[[], float]], pace: Pace) -> Rounds:
    """What each run measured in each round: A B C, A B C, …"""
    measured: Rounds = {name: [] for name in runs}
    for number in range(1, pace.rounds + 1):
        for name, run in runs.items():
            tell(f"  round {number} of {pace.rounds}: {name}")
            measured[name].append(run())
    return measured


def requests_a_second(
    port: int, request: str, pace: Pace, *, expected: int = 200, connections: int = CONNECTIONS
) -> Callable[[], float]:
    """A run that sends one request again and again; what it wakes is warmed up first."""
    load = Load(port, [request], pace.seconds, connections=connections)
    measure(replace(load, seconds=WARM_UP_SECONDS), expected=expected)
    return lambda: measure(load, expected=expected).rate


def middle(measured: Rounds, name: str) -> float:
    """The median of the rounds."""
    return median(measured[name])


def ratio(measured: Rounds, name: str, to: str) -> float:
    """The median over the rounds of one to the other, each divided within its own round."""
    return median(ours / theirs for ours, theirs in zip(measured[name], measured[to], strict=True))


def tell(what: str) -> None:
    """Says what is going on, apart from the figures."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
