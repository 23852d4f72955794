"""What people do with their registration: accept, decline, give back, change; and when they cannot."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.workshop import RegistrationState, Workshop
from tests.conftest import NOON
from tests.gatherings import a_registration
from tests.stopped_clock import clock
from tests.web.registrants import QUESTIONS, act, address, consultation, register, registrations, riga, stored
from tests.words_on_pages import token_in, words_of

__all__ = ["clock", "consultation"]


def test_an_offer_is_accepted_until_the_end_that_is_said(
    client: FlaskClient, consultation: Consultation
) -> None:
    offered = a_registration(
        riga(consultation), state=RegistrationState.OFFERED, offer_ends_at=NOON + timedelta(hours=48)
    )
    words = words_of(client.get(address(offered)))
    assert "A place is free for you Accept it by Tuesday 12 February 2030, 14:00 Riga time." in words
    answer = act(client, offered, "accept")
    assert answer.status_code == 303
    assert stored(offered).state == RegistrationState.CONFIRMED
    words = words_of(client.get(answer.location))
    assert "The place is yours." in words
    assert "You have a place" in words


def test_an_offer_that_is_over_cannot_be_accepted(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    offered = a_registration(
        riga(consultation), state=RegistrationState.OFFERED, offer_ends_at=NOON + timedelta(hours=1)
    )
    token = token_in(client.get(address(offered)))
    clock.shift(timedelta(hours=2))
    page = client.post(address(offered), data={"csrf_token": token, "act": "accept"})
    assert page.status_code == 403
    assert "The place is no longer kept for you" in words_of(page)
    assert stored(offered).state == RegistrationState.OFFERED


def test_declining_and_cancelling_are_asked_about_once_more(
    client: FlaskClient, consultation: Consultation
) -> None:
    workshop = riga(consultation, places=2)
    confirmed = a_registration(workshop)
    offered = a_registration(
        workshop, state=RegistrationState.OFFERED, offer_ends_at=NOON + timedelta(hours=48)
    )
    for registration, what, question in (
        (confirmed, "cancel", "Give your place back?"),
        (offered, "decline", "Decline the place?"),
    ):
        assert question in words_of(client.get(address(registration, ask=what)))
        assert stored(registration).state != RegistrationState.CANCELLED
        page = client.get(act(client, registration, what).location)
        assert "Your registration is cancelled" in words_of(page)
        assert stored(registration).state == RegistrationState.CANCELLED
    assert "Register again" in words_of(client.get(address(confirmed)))


def test_a_place_given_back_is_offered_to_the_next(client: FlaskClient, consultation: Consultation) -> None:
    workshop = riga(consultation, places=1)
    confirmed = a_registration(workshop)
    waiting = a_registration(workshop, state=RegistrationState.WAITING, place_in_line=1)
    act(client, confirmed, "cancel")
    assert stored(waiting).state == RegistrationState.OFFERED
    assert "A place is free for you" in words_of(client.get(address(waiting)))


def test_what_was_filled_in_can_be_changed_but_not_the_address(
    client: FlaskClient, consultation: Consultation
) -> None:
    registration = a_registration(
        riga(consultation, questions=QUESTIONS), answers={"1": "2.b"}, email="ilze@example.org"
    )
    fields = {"name": "Ilze", "email": "else@example.org", "organisation": "Dome", "q_1": "3", "diet": "Fish"}
    answer = act(client, registration, "change", **fields)
    assert answer.status_code == 303
    changed = stored(registration)
    assert (changed.name, changed.organisation, changed.answers["1"]) == ("Ilze", "Dome", "3")
    assert changed.email == "ilze@example.org"
    assert changed.needs is not None
    assert changed.needs.diet == "Fish"
    assert "Saved." in words_of(client.get(answer.location))


def test_a_change_that_cannot_be_taken_comes_back_with_every_word(
    client: FlaskClient, consultation: Consultation
) -> None:
    registration = a_registration(riga(consultation, questions=QUESTIONS), answers={"1": "2.b"})
    page = act(client, registration, "change", name="", organisation="Rīgas dome", q_1="")
    assert page.status_code == 422
    summary = page.text.partition('id="error-summary"')[2].partition("</div>")[0]
    assert re.findall(r'href="#(\w+)"', summary) == ["name", "q_1"]
    assert "Rīgas dome" in page.text
    assert stored(registration).answers == {"1": "2.b"}


@pytest.mark.parametrize("what", ["cancel", "accept", "decline", "change"])
def test_nothing_happens_to_a_registration_without_the_form_s_token(
    client: FlaskClient, consultation: Consultation, what: str
) -> None:
    registration = a_registration(riga(consultation), name="Ilze")
    page = client.post(address(registration), data={"act": what, "name": "Other"})
    assert page.status_code == 422
    assert (stored(registration).state, stored(registration).name) == (RegistrationState.CONFIRMED, "Ilze")


def test_an_unknown_act_is_refused(client: FlaskClient, consultation: Consultation) -> None:
    registration = a_registration(riga(consultation))
    assert act(client, registration, "promote").status_code == 422


def test_once_the_workshop_has_begun_nothing_can_be_changed(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    workshop = riga(consultation)
    registration = a_registration(workshop)
    token = token_in(client.get(address(registration)))
    clock.move_to(workshop.starts_at)
    assert 'name="organisation"' not in client.get(address(registration)).text
    # The form had been open for longer than its token lasts, and so it is told that first.
    late = client.post(address(registration), data={"csrf_token": token, "act": "cancel"})
    assert late.status_code == 422
    assert stored(registration).state == RegistrationState.CONFIRMED


def test_a_workshop_that_was_cancelled_gives_no_place_to_who_opens_an_old_page(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    workshop = riga(consultation)
    answer = register(client, clock)
    assert "You have a place" in words_of(client.get(answer.location))
    registration = registrations()[0]
    token = token_in(client.get(address(registration)))
    with transaction():
        db.session.get_one(Workshop, workshop.id).cancelled_at = NOON
    assert "You have a place" not in words_of(client.get(answer.location))
    assert "This workshop does not take place." in words_of(client.get(answer.location))
    refused = client.post(address(registration), data={"csrf_token": token, "act": "accept"})
    assert refused.status_code == 403
    assert "This workshop does not take place. Nothing was changed." in words_of(refused)
