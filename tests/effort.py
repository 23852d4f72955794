"""How much work something takes, however busy the machine is with other things."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

Given = TypeVar("Given")
TURNS = 3


def steps_of(work: Callable[[], object]) -> int:
    """How many lines of Python are gone through; the same for the same work on every machine."""
    taken = 0

    def step(_frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal taken
        taken += event == "line"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        work()
    finally:
        sys.settrace(before)
    return taken


def growth(work: Callable[[Given], object], little: Given, much: Given) -> float:
    """How many times the processor time of the little the much takes; for work that is done in C.

    The least of several turns, one after the other: whatever disturbs a turn only makes it longer.
    """
    least = [float("inf"), float("inf")]
    for _ in range(TURNS):
        for place, given in enumerate((little, much)):
            began = time.thread_time()
            work(given)
            least[place] = min(least[place], time.thread_time() - began)
    return least[1] / least[0]
