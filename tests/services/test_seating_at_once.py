"""Many people at the same moment: never more confirmed than places, and none lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Self

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.activity import verify_chain
from app.services.errors import InvalidError
from app.services.workshops.applying import Applicant
from app.services.workshops.offering import accept_offer, cancel_registration, expire_offers, places_changed
from app.services.workshops.seating import MOST_WITH_ONE_ADDRESS, register_for
from app.services.workshops.seats import Seats, seats_of
from config import Config
from tests.at_once import at_once
from tests.conftest import NOON, SECRET
from tests.gatherings import a_registration, a_workshop
from tests.registering_apart import register

PEOPLE = 60
PLACES = 30
LAST = 10
# A hundred by INNSPILL_ROUNDS=100, when there is time.
ROUNDS = int(os.environ.get("INNSPILL_ROUNDS", "2"))
EACH = 15
ROOT = Path(__file__).parent.parent.parent


def almost_full(*, has_waiting_list: bool) -> int:
    """A workshop of thirty places, twenty of which are taken."""
    workshop = a_workshop(places=PLACES, has_waiting_list=has_waiting_list)
    for _person in range(PLACES - LAST):
        a_registration(workshop)
    number = workshop.id
    db.session.rollback()
    return number


def none_too_many_and_none_lost(workshop_id: int, answers: list[str | None], *, waiting: int) -> None:
    told = Counter(answers)
    refused = PEOPLE - LAST - waiting
    assert (told["confirmed"], told["waiting"], told[None]) == (LAST, waiting, refused)
    kept = db.session.execute(
        select(Registration.email, Registration.state, Registration.place_in_line)
        .where(Registration.workshop_id == workshop_id)
        .order_by(Registration.id)
    ).all()
    assert len({email for email, _state, _place in kept}) == len(kept) == PLACES + waiting
    states = Counter(state for _email, state, _place in kept)
    assert (states["confirmed"], states["waiting"]) == (PLACES, waiting)
    assert [place for _email, _state, place in kept if place] == list(range(1, waiting + 1))
    assert verify_chain() is None


@pytest.mark.parametrize("has_waiting_list", [True, False])
def test_sixty_people_at_once_for_the_last_ten_places(app: Flask, has_waiting_list: bool) -> None:
    for _round in range(ROUNDS):
        workshop_id = almost_full(has_waiting_list=has_waiting_list)
        answers = at_once(app, PEOPLE, lambda who: register(workshop_id, who))  # noqa: B023 - called at once
        none_too_many_and_none_lost(workshop_id, answers, waiting=50 if has_waiting_list else 0)


def test_sixty_people_at_once_at_several_servers_for_the_last_ten_places(app: Flask, config: Config) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(Server(config, first)) for first in range(0, PEOPLE, EACH)]
        for server in servers:
            assert server.hear() == "ready"
        for _round in range(ROUNDS):
            workshop_id = almost_full(has_waiting_list=True)
            for server in servers:
                server.say(f"{workshop_id}")
            told = [state for server in servers for state in server.hear().split()]
            answers = [None if state == "none" else state for state in told]
            none_too_many_and_none_lost(workshop_id, answers, waiting=50)
            db.session.rollback()


class Server:
    """A process of its own at which fifteen people register, from the first on, each in a thread."""

    def __init__(self, config: Config, first: int) -> None:
        self._asked = [sys.executable, "-m", "tests.registering_apart", f"{first}", f"{EACH}"]
        self._environment = {
            **os.environ,
            "SECRET_KEY": SECRET,
            "DATABASE_URL": config.database_url,
            "DATA_DIR": f"{config.data_dir}",
        }

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._asked,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate()


def test_one_person_who_sends_ten_forms_at_once_has_one_place(app: Flask) -> None:
    workshop_id = almost_full(has_waiting_list=True)

    def send(number: int) -> str:
        applicant = Applicant("Ilze", "ilze@example.org", "en", consent=True)
        return register_for(workshop_id, applicant, form=f"{number}", at=NOON, secret_key=SECRET).number

    assert len(set(at_once(app, 10, send))) == 1
    assert seats_now(workshop_id).taken == PLACES - LAST + 1


def test_of_ten_names_with_one_address_at_once_three_have_a_place(app: Flask) -> None:
    workshop_id = almost_full(has_waiting_list=True)

    def send(number: int) -> bool:
        applicant = Applicant(f"P {number}", "ilze@example.org", "en", consent=True)
        try:
            register_for(workshop_id, applicant, form=f"{number}", at=NOON, secret_key=SECRET)
        except InvalidError:
            return False
        return True

    assert sum(at_once(app, 10, send)) == MOST_WITH_ONE_ADDRESS
    assert seats_now(workshop_id).taken == PLACES - LAST + MOST_WITH_ONE_ADDRESS


def test_giving_back_accepting_expiring_registering_and_new_places_at_once(app: Flask) -> None:
    workshop = a_workshop(places=40)
    held = [a_registration(workshop).id for _person in range(20)]
    ends_at = NOON + timedelta(hours=1)
    offered = RegistrationState.OFFERED
    taken = [a_registration(workshop, state=offered, offer_ends_at=ends_at).id for _person in range(10)]
    for _person in range(10):
        a_registration(workshop, state=offered, offer_ends_at=NOON)
    workshop_id = workshop.id
    db.session.rollback()

    def act(turn: int) -> None:
        which, number = divmod(turn, 10)
        if which == 0:
            cancel_registration(held[number], at=NOON)
        elif which == 1:
            accept_offer(taken[number], at=NOON)
        elif which == 2:
            expire_offers(NOON)
        elif which == 3:
            register(workshop_id, number)
        else:
            more_places(workshop_id)

    at_once(app, 50, act)
    seats = seats_now(workshop_id)
    # Of forty places ten were given back and ten expired; ten were added, and ten people came.
    assert (seats.places, seats.taken, seats.waiting, seats.left) == (50, 30, 0, 20)
    assert verify_chain() is None


def more_places(workshop_id: int) -> None:
    with transaction():
        workshop = db.session.get_one(Workshop, workshop_id, with_for_update={"key_share": True})
        workshop.places += 1
        places_changed(workshop_id, at=NOON)


def seats_now(workshop_id: int) -> Seats:
    return seats_of(db.session.get_one(Workshop, workshop_id, populate_existing=True))
