"""Registering for a workshop: who gets a place, who waits, and what is refused."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from app.models.workshop import RegistrationState, Workshop
from app.services.applying import Applicant
from app.services.seating import (
    Registered,
    accept_offer,
    cancel_registration,
    places_left,
    register_for,
    registration_behind,
)
from tests.conftest import SECRET
from tests.gatherings import a_workshop


def register(workshop: Workshop, who: int, at: datetime) -> Registered:
    applicant = Applicant(f"Person {who}", f"{who}@example.org", "en", consent=True)
    return register_for(workshop.id, applicant, form=f"copy {who}", at=at, secret_key=SECRET)


def test_who_comes_first_has_a_place_and_who_comes_later_waits_for_one(app: Flask, at: datetime) -> None:
    workshop = a_workshop(places=1)
    first, second, third = (register(workshop, who, at) for who in range(3))
    assert [each.state for each in (first, second, third)] == ["confirmed", "waiting", "waiting"]
    assert [each.rank for each in (first, second, third)] == [None, 1, 2]
    assert places_left(workshop) == 0
    cancel_registration(registration_behind(first.number, first.secret).id, at=at)
    offered = registration_behind(second.number, second.secret)
    assert offered.state == RegistrationState.OFFERED
    accept_offer(offered.id, at=at)
    assert registration_behind(second.number, second.secret).state == RegistrationState.CONFIRMED
