"""Registering for a workshop: who has a place and who waits, as a browser without script is told."""

from __future__ import annotations

import re

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.models.consultation import Consultation
from app.models.workshop import RegistrationState
from tests.gatherings import a_registration
from tests.stopped_clock import clock
from tests.web.registrants import ILZE, PAGE, QUESTIONS, SOON, consultation, register, registrations, riga
from tests.words_on_pages import token_in, words_of

__all__ = ["clock", "consultation"]


def test_who_registers_has_a_place_and_is_told_so(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation, questions=QUESTIONS)
    answer = register(
        client, clock, organisation="Chancellery", q_1="2.b", accessibility="A ramp", diet="No nuts"
    )
    assert answer.status_code == 303
    [registration] = registrations()
    assert registration.state == RegistrationState.CONFIRMED
    assert (registration.name, registration.email) == ("Ilze Kalniņa", "ilze@example.org")
    assert registration.answers == {"1": "2.b", "2": ""}
    assert registration.needs is not None
    assert (registration.needs.accessibility, registration.needs.diet) == ("A ramp", "No nuts")
    page = client.get(answer.location)
    words = words_of(page)
    assert "You have a place We have sent a letter to the address that you gave" in words
    assert 'name="email"' not in page.text
    assert registration.number not in page.text
    assert "29 free" in words


def test_the_page_shown_to_others_counts_the_new_registration_at_once(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation, places=1)
    other = app.test_client()
    assert "1 free" in words_of(other.get(PAGE))
    register(client, clock)
    words = words_of(other.get(PAGE))
    assert "all taken" in words
    assert "You can register as number 1 on the waiting list." in words


def test_when_all_places_are_taken_one_joins_the_waiting_list_and_reads_the_number(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    workshop = riga(consultation, places=1, line_length=2)
    a_registration(workshop)
    for place in (1, 2):
        a_registration(workshop, state=RegistrationState.WAITING, place_in_line=place)
    words = words_of(client.get(PAGE))
    assert "2 people wait" in words
    assert "You can register as number 3 on the waiting list." in words
    assert "Join the waiting list" in words
    page = client.get(register(client, clock).location)
    assert "You are number 3 on the waiting list" in words_of(page)
    assert registrations()[-1].state == RegistrationState.WAITING


def test_nobody_learns_whether_somebody_else_is_registered(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation)
    first = client.get(register(client, clock).location)
    again = client.get(register(client, clock).location)
    assert len(registrations()) == 1
    assert words_of(first) == words_of(again)


def test_one_form_sent_twice_is_one_registration(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation)
    token = token_in(client.get(PAGE))
    clock.shift(SOON)
    answers = {client.post(PAGE, data={**ILZE, "csrf_token": token}).location for _time in range(2)}
    assert len(answers) == len(registrations()) == 1


def test_the_answer_stands_before_the_facts_and_in_the_title(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation, places=1)
    for name, said in (("Ilze", "You have a place"), ("Ola", "You are number 1 on the waiting list")):
        answer = register(client, clock, name=name)
        assert answer.location.endswith("#answer")
        page = client.get(answer.location)
        assert f"<title>{said} – Meeting in Riga – Innspill</title>" in page.text
        assert re.search(r'id="answer" tabindex="-1">\s*<h2>' + said, page.text)
        assert page.text.index('id="answer"') < page.text.index('<dl class="facts">')


def test_a_note_of_having_registered_cannot_be_made_up(
    client: FlaskClient, consultation: Consultation
) -> None:
    riga(consultation)
    page = client.get(f"{PAGE}?done=WzEsImNvbmZpcm1lZCIsbnVsbF0.x")
    assert page.status_code == 200
    assert "You have a place" not in words_of(page)
