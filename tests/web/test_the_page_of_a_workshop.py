"""The page of a workshop, before and afterwards, as a browser without script sees it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.models.base import transaction
from app.models.comment import Capacity, State
from app.models.consultation import Consultation
from app.models.roles import Role
from app.services.people.accounts import begin_sign_in
from app.web.forms import SESSION_TOKEN
from tests.adapters.calendar_lines import instant_of, read_strictly
from tests.builders import a_comment, a_draft, a_person, paragraphs_of
from tests.conftest import NOON
from tests.stopped_clock import clock
from tests.web.registrants import ILZE, LINK, PAGE, consultation, registrations, riga
from tests.words_on_pages import words_of

__all__ = ["clock", "consultation"]


def test_the_page_says_all_about_the_workshop_in_the_place_s_time(
    client: FlaskClient, consultation: Consultation
) -> None:
    riga(
        consultation,
        purposes={"en": "To say what it would take."},
        audiences={"en": "For everybody."},
        programmes={"en": "- 13.00 Welcome\n- 13.30 *Groups*"},
        facilitators={"en": "Ilze and Ola"},
        accesses={"en": "A lift, and a hearing loop."},
        interpretation=["lv", "fr"],
    )
    page = client.get(PAGE)
    words = words_of(page)
    for said in (
        "Meeting in Riga To say what it would take.",
        "When Wednesday 20 February 2030, 14:00 to 17:00 Riga time",
        "Where 1 Example Street, 3rd floor, Riga",
        "Working language English, with interpretation into Latvian and French",
        "Places 30 places 30 free",
        "Register by Sunday 17 February 2030, 14:00 Riga time",
        "For whom it is For everybody.",
        "Who leads it Ilze and Ola",
        "How to get in A lift, and a hearing loop.",
        "Questions A contact person",
        "The draft and its paragraphs Charter",
    ):
        assert said in words
    assert "<em>Groups</em>" in page.text
    assert page.text.count("<h1") == 1


def test_the_page_speaks_the_best_language_there_is(client: FlaskClient, consultation: Consultation) -> None:
    riga(consultation, purposes={"en": "Only in English."})
    page = client.get("/lv/workshops/riga").text
    assert re.search(r"<h1>\s*Rīgā", page)
    assert '<p class="lead" lang="en" dir="ltr">Only in English.</p>' in page


def test_what_is_in_another_language_than_the_page_says_in_which(
    client: FlaskClient, consultation: Consultation
) -> None:
    questions = [
        {"key": "1", "labels": {"en": "Do you <b>come</b>?"}, "is_required": True},
        {"key": "2", "labels": {"en": "Where from?", "lv": "No kurienes?"}, "is_required": False},
    ]
    riga(
        consultation, purposes={"lv": "Mērķis"}, programmes={"en": "* Talks"}, accesses={"en": "A lift."},
        addresses={"lv": "Brīvības iela 1"}, questions=questions,
    )  # fmt: skip
    latvian = client.get("/lv/workshops/riga")
    assert '<span lang="en" dir="ltr">Do you &lt;b&gt;come&lt;/b&gt;?</span>' in latvian.text
    assert latvian.text.count("Valoda: angļu") == 3
    assert re.search(r"A lift\.\s*Valoda: angļu", words_of(latvian))
    assert re.search(r"Do you <b>come</b>\? \* obligāti Valoda: angļu", words_of(latvian))
    assert "No kurienes? No" not in words_of(latvian)
    english = words_of(client.get("/en/workshops/riga"))
    assert english.count("In Latvian") == 2
    assert "In English" not in english


def test_a_long_paragraph_ends_in_one_ellipsis(client: FlaskClient, consultation: Consultation) -> None:
    a_draft(consultation, texts=("Try this. " * 14 + "And learn.",))
    riga(consultation, paragraph_keys=["p2"])
    assert "Try this. Try this… Register" in words_of(client.get(PAGE))


def test_the_paragraphs_it_is_about_lead_to_their_pages(
    client: FlaskClient, consultation: Consultation
) -> None:
    a_draft(consultation)
    riga(consultation, paragraph_keys=["p3", "p2"])
    page = client.get(PAGE)
    assert "1 Everybody may try new ways. 2 What was learned is published." in words_of(page)
    assert 'href="/en/consultations/charter/paragraphs/p2"' in page.text


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/calendar.ics", "/en/workshops", "/en/consultations/charter"])
def test_the_online_link_is_on_no_public_page(
    client: FlaskClient, consultation: Consultation, path: str
) -> None:
    a_draft(consultation)
    riga(consultation, online_link=LINK)
    assert LINK not in client.get(path).text
    assert "meet.example.org" not in client.get(path).text


def test_a_workshop_online_only_says_so_and_who_gets_the_link(
    client: FlaskClient, consultation: Consultation
) -> None:
    riga(consultation, addresses={}, online_link=LINK)
    assert "Where Online Whoever has a place gets the link by letter." in words_of(client.get(PAGE))


def test_a_draft_of_a_workshop_is_seen_by_those_who_run_it_only(
    app: Flask, client: FlaskClient, consultation: Consultation
) -> None:
    riga(consultation, published_at=None)
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, data=ILZE).status_code == 404
    assert client.get(f"{PAGE}/calendar.ics").status_code == 404
    with client.session_transaction() as session:
        session[SESSION_TOKEN] = begin_sign_in(a_person(Role.EDITOR), NOON)
    page = client.get(PAGE)
    assert "This is a draft that only organisers see." in words_of(page)
    assert 'name="email"' not in page.text
    assert client.post(PAGE, data=ILZE).status_code == 404
    assert registrations() == []


def test_the_calendar_file_is_for_everybody(client: FlaskClient, consultation: Consultation) -> None:
    workshop = riga(consultation)
    answer = client.get("/lv/workshops/riga/calendar.ics")
    assert answer.content_type.startswith("text/calendar")
    calendar = read_strictly(answer.data)
    [event] = calendar.within("VEVENT")
    assert calendar.text("METHOD") == "PUBLISH"
    assert event.text("UID") == "workshop-riga@localhost"
    assert event["SUMMARY"].value == "Rīgā"
    assert event["SUMMARY"].parameters == {"LANGUAGE": "lv"}
    assert instant_of(calendar, event["DTSTART"]) == workshop.starts_at


def test_afterwards_the_page_has_notes_materials_and_what_the_groups_said(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    version = a_draft(consultation)
    workshop = riga(
        consultation,
        notes={"en": "**Trust** came up most.\n\n<script>alert(1)</script>"},
        materials=[{"titles": {"en": "Slides"}, "address": "https://example.org/slides.pdf"}],
    )
    group: dict[str, Any] = {"capacity": Capacity.GROUP, "organisation": "Group 2", "group_size": 12}
    said = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED, **group)
    hidden = a_comment(version, paragraphs_of(version)[1], state=State.WAITING, **group)
    with transaction():
        for comment in (said, hidden):
            comment.submission.workshop_id = workshop.id
    clock.move_to(workshop.ends_at)
    page = client.get(PAGE)
    words = words_of(page)
    assert "What came of it Trust came up most." in words
    assert "<strong>Trust</strong>" in page.text
    assert "<script>alert" not in page.text
    assert "Paragraph 1 Group 2, group of 12 people" in words
    assert f'href="/en/consultations/charter/paragraphs/p2#c-{said.id}"' in page.text
    assert f"#c-{hidden.id}" not in page.text
    assert 'href="https://example.org/slides.pdf"' in page.text
