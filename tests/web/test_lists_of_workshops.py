"""Workshops in their list and on the pages of their consultations, as a browser without script sees them."""

from __future__ import annotations

import re
from datetime import timedelta

from flask.testing import FlaskClient

from app.models.consultation import Consultation
from tests.builders import a_consultation, a_draft
from tests.conftest import NOON
from tests.gatherings import a_registration, a_workshop
from tests.stopped_clock import clock
from tests.web.registrants import PAGE, consultation, riga
from tests.words_on_pages import words_of

__all__ = ["clock", "consultation"]


def test_the_list_has_the_next_first_and_those_that_ended_apart(
    client: FlaskClient, consultation: Consultation
) -> None:
    a_workshop(consultation, titles={"en": "Later"}, at=NOON + timedelta(days=5), published_at=NOON)
    a_workshop(consultation, titles={"en": "Next"})
    a_workshop(consultation, titles={"en": "Gone"}, at=NOON - timedelta(days=30))
    a_workshop(consultation, titles={"en": "Unseen"}, published_at=None)
    a_workshop(a_consultation(is_listed=False), titles={"en": "Hidden"})
    words = words_of(client.get("/en/workshops"))
    assert re.search(r"Coming .* Next .* Later .* Past .* Gone", words)
    assert "Unseen" not in words
    assert "Hidden" not in words


def test_the_list_says_how_each_stands(client: FlaskClient, consultation: Consultation) -> None:
    for title, changes in (
        ("Free", {"places": 2}),
        ("Waiting", {"places": 1}),
        ("Full", {"places": 1, "has_waiting_list": False}),
        ("Closed", {"register_by": NOON - timedelta(hours=1)}),
        ("Called off", {"cancelled_at": NOON}),
    ):
        a_registration(a_workshop(consultation, titles={"en": title}, **changes))
    words = words_of(client.get("/en/workshops"))
    for said in (
        "Free 1 place free",
        "Waiting Full, with a waiting list",
        "Full Full",
        "Closed Registration is closed",
        "Called off Cancelled",
    ):
        assert said in words


def test_no_workshop_is_said_plainly(client: FlaskClient, consultation: Consultation) -> None:
    assert "No workshop is announced at the moment." in words_of(client.get("/en/workshops"))


def test_a_consultation_names_its_coming_workshops(client: FlaskClient, consultation: Consultation) -> None:
    a_draft(consultation)
    riga(consultation)
    a_workshop(consultation, titles={"en": "Called off"}, cancelled_at=NOON)
    a_workshop(consultation, titles={"en": "Gone"}, at=NOON - timedelta(days=30))
    a_workshop(titles={"en": "Elsewhere"})
    page = client.get("/en/consultations/charter")
    assert "Workshop: Meeting in Riga , Wednesday 20 February 2030, 14:00 to 17:00 Riga time" in words_of(
        page
    )
    assert f'href="{PAGE}"' in page.text
    for other in ("Called off", "Gone", "Elsewhere"):
        assert other not in page.text
