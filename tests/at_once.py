"""Many threads that do the same thing at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier
from typing import TypeVar

from flask import Flask

from app.models.base import db

T = TypeVar("T")
PATIENCE = 60


def at_once(app: Flask, times: int, act: Callable[[int], T]) -> list[T]:
    """The answers of as many threads, all of which began together."""
    together = Barrier(times, timeout=PATIENCE)

    def begin(number: int) -> T:
        with app.app_context():
            together.wait()
            return act(number)

    with ThreadPoolExecutor(times) as threads:
        running = [threads.submit(Context().run, begin, number) for number in range(times)]
        answers = [each.result(PATIENCE) for each in running]
    db.session.rollback()
    return answers
