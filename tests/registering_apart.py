"""A server of its own, at which people register at once: `python -m tests.registering_apart FIRST NUMBER`.

Says "ready", and answers each line, the number of a workshop, with the states that its people get.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import datetime
from threading import Barrier

from flask import Flask

from app import create_app
from app.services.workshops.applying import Applicant
from app.services.workshops.seating import register_for
from app.services.workshops.seats import NoPlaceError
from config import read_config
from tests.conftest import NOON, SECRET


def register(workshop_id: int, who: int, at: datetime = NOON) -> str | None:
    """The state that somebody gets, or None when there is neither place nor line."""
    applicant = Applicant(f"P {who}", f"{who}@example.org", "en", consent=True)
    try:
        return register_for(workshop_id, applicant, form=f"{who}", at=at, secret_key=SECRET).state
    except NoPlaceError:
        return None


def main(first: int, number: int) -> None:
    """The people from the first on, so many, register for each workshop, in a thread each."""
    app = create_app(read_config())
    together = Barrier(number)
    with ThreadPoolExecutor(number) as threads:
        print("ready", flush=True)
        for line in sys.stdin:
            people = range(first, first + number)
            running = [
                threads.submit(Context().run, _register, app, together, int(line), who) for who in people
            ]
            print(*[each.result() or "none" for each in running], flush=True)


def _register(app: Flask, together: Barrier, workshop_id: int, who: int) -> str | None:
    with app.app_context():
        together.wait()
        return register(workshop_id, who)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
