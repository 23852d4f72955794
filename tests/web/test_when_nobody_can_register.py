"""When nobody can register: the page says why, and who sends the form all the same gets the words back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from app.models.consultation import Consultation
from tests.conftest import NOON
from tests.gatherings import a_registration
from tests.stopped_clock import clock
from tests.web.registrants import ILZE, PAGE, SOON, consultation, registrations, riga
from tests.words_on_pages import token_in, words_of

__all__ = ["clock", "consultation"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"register_by": NOON - timedelta(hours=1)},
            "Registration closed Sunday 10 February 2030, 13:00 Riga",
        ),
        ({"places": 1, "has_waiting_list": False}, "The 1 place is taken, and there is no waiting list."),
        ({"cancelled_at": NOON, "cancel_reasons": {"en": "A flood."}}, "does not take place. A flood."),
    ],
)
def test_why_nobody_can_register_is_said_plainly(
    client: FlaskClient, consultation: Consultation, changes: dict[str, Any], said: str
) -> None:
    a_registration(riga(consultation, **changes))
    page = client.get(PAGE)
    assert said in words_of(page)
    assert 'name="email"' not in page.text


def test_who_sends_the_form_too_late_gets_the_words_back(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    workshop = riga(consultation)
    token = token_in(client.get(PAGE))
    clock.move_to(workshop.register_by)
    page = client.post(PAGE, data={**ILZE, "diet": "No nuts", "csrf_token": token})
    assert page.status_code == 403
    words = words_of(page)
    assert "Your registration was not received. Registration closed Sunday 17 February 2030" in words
    assert "Your e-mail address: ilze@example.org" in words
    assert "Food: No nuts" in words
    assert registrations() == []


def test_who_sends_the_form_when_the_last_place_is_gone_gets_the_words_back(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    workshop = riga(consultation, places=1, has_waiting_list=False)
    token = token_in(client.get(PAGE))
    a_registration(workshop)
    clock.shift(SOON)
    page = client.post(PAGE, data={**ILZE, "csrf_token": token})
    assert page.status_code == 403
    assert "Your registration was not received. The 1 place is taken" in words_of(page)
    assert "Ilze Kalniņa" in page.text
    assert len(registrations()) == 1


def test_a_kept_page_changes_when_registration_closes(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    workshop = riga(consultation)
    assert 'name="email"' in client.get(PAGE).text
    clock.move_to(workshop.register_by)
    assert 'name="email"' not in client.get(PAGE).text
    clock.move_to(workshop.ends_at)
    assert "The workshop has taken place." in words_of(client.get(PAGE))
