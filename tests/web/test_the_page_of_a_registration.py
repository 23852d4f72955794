"""The page of a registration: how it stands, to whoever has its secret and to nobody else."""

from __future__ import annotations

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.workshop import Needs, Registration, RegistrationState
from app.web.limits import LIMITS
from tests.adapters.calendar_lines import read_strictly
from tests.conftest import NOON
from tests.gatherings import a_registration
from tests.stopped_clock import clock
from tests.web.registrants import LINK, address, consultation, riga, stored
from tests.words_on_pages import words_of

__all__ = ["clock", "consultation"]


def test_the_registration_says_how_it_stands_to_whoever_has_the_secret(
    client: FlaskClient, consultation: Consultation
) -> None:
    registration = a_registration(
        riga(consultation, online_link=LINK), name="Ilze", needs=Needs(accessibility="A ramp")
    )
    page = client.get(address(registration))
    words = words_of(page)
    assert "You have a place" in words
    assert "Wednesday 20 February 2030, 14:00 to 17:00 Riga time" in words
    assert registration.number in words
    assert LINK in words
    assert "A ramp" in words
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize("page", ["", "/calendar.ics"])
def test_without_its_secret_a_registration_shows_nothing(
    client: FlaskClient, consultation: Consultation, page: str
) -> None:
    registration = a_registration(riga(consultation), name="Ilze")
    asked = client.get(f"/en/registrations/{registration.number}{page}")
    wrong = client.get(f"/en/registrations/{registration.number}{page}?secret=wrong")
    nobody = client.get(f"/en/registrations/0000-0000-0000{page}?secret=wrong")
    assert asked.status_code == 200
    assert "write its secret here" in words_of(asked)
    assert wrong.status_code == nobody.status_code == 404
    assert words_of(wrong).replace(registration.number, "") == words_of(nobody).replace("0000-0000-0000", "")
    for answer in (asked, wrong):
        assert "Ilze" not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.post(f"/en/registrations/{registration.number}", data={"act": "cancel"}).status_code == 200
    assert stored(registration).state == RegistrationState.CONFIRMED


def test_many_wrong_secrets_are_slowed(client: FlaskClient, consultation: Consultation) -> None:
    registration = a_registration(riga(consultation))
    most = int(LIMITS["receipt"].partition("/")[0])
    wrong = f"/en/registrations/{registration.number}?secret=wrong"
    assert {client.get(wrong).status_code for _time in range(most)} == {404}
    assert client.get(wrong).status_code == 429
    assert db.session.scalar(select(func.count(Registration.id))) == 1


def test_who_waits_reads_the_number_in_line_and_never_the_online_link(
    client: FlaskClient, consultation: Consultation
) -> None:
    workshop = riga(consultation, places=1, online_link=LINK)
    a_registration(workshop, state=RegistrationState.WAITING, place_in_line=3)
    waiting = a_registration(workshop, state=RegistrationState.WAITING, place_in_line=7)
    page = client.get(address(waiting))
    assert "You are number 2 on the waiting list" in words_of(page)
    assert LINK not in page.text
    assert client.get(address(waiting, "/calendar.ics")).status_code == 404


def test_a_workshop_that_was_cancelled_says_so_on_every_registration(
    client: FlaskClient, consultation: Consultation
) -> None:
    registration = a_registration(
        riga(consultation, cancelled_at=NOON, cancel_reasons={"en": "A flood."}, online_link=LINK)
    )
    page = client.get(address(registration))
    assert "This workshop does not take place A flood." in words_of(page)
    assert LINK not in page.text
    calendar = read_strictly(client.get(address(registration, "/calendar.ics")).data)
    assert calendar.text("METHOD") == "CANCEL"


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        (RegistrationState.ATTENDED, "You took part"),
        (RegistrationState.ABSENT, "You had a place"),
        (RegistrationState.CONFIRMED, "You had a place"),
        (RegistrationState.WAITING, "No place became free"),
        (RegistrationState.CANCELLED, "Your registration is cancelled"),
    ],
)
def test_afterwards_a_registration_says_what_came_of_it(
    client: FlaskClient,
    clock: time_machine.Traveller,
    consultation: Consultation,
    state: RegistrationState,
    heading: str,
) -> None:
    workshop = riga(consultation)
    place = 1 if state == RegistrationState.WAITING else None
    registration = a_registration(workshop, state=state, place_in_line=place)
    clock.move_to(workshop.ends_at)
    assert heading in words_of(client.get(address(registration)))


def test_the_person_s_calendar_file_is_downloaded_too(
    client: FlaskClient, consultation: Consultation
) -> None:
    registration = a_registration(riga(consultation, online_link=LINK, sequence=2), sequence=1, name="Ilze")
    answer = client.get(address(registration, "/calendar.ics"))
    calendar = read_strictly(answer.data)
    [event] = calendar.within("VEVENT")
    assert answer.headers["Content-Disposition"] == "attachment; filename=riga.ics"
    assert calendar.text("METHOD") == "REQUEST"
    assert event.text("UID") == f"registration-{registration.number}@localhost"
    assert event.text("SEQUENCE") == "3"
    assert event["ATTENDEE"].parameters["CN"] == "Ilze"
    assert LINK in event.text("DESCRIPTION")
