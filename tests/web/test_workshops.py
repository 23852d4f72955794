"""Workshops and registrations, as a browser without script sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.models.base import db, transaction
from app.models.comment import Capacity, State
from app.models.consultation import Consultation
from app.models.roles import Role
from app.models.workshop import Needs, Registration, RegistrationState, Workshop
from app.services.comments.receipts import secret_of
from app.services.people.accounts import begin_sign_in
from app.web.forms import SESSION_TOKEN
from app.web.limits import LIMITS
from tests.adapters.calendar_lines import instant_of, read_strictly
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON, SECRET
from tests.gatherings import a_registration, a_workshop

SOON = timedelta(seconds=10)
LINK = "https://meet.example.org/room/4711"
PAGE = "/en/workshops/riga"
ILZE = {"name": "Ilze Kalniņa", "email": "ilze@example.org", "consent": "y"}
QUESTIONS = [
    {"key": "1", "labels": {"en": "Which paragraph?", "lv": "Kurš punkts?"}, "is_required": True},
    {"key": "2", "labels": {"en": "Been before?"}, "is_required": False},
]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return a_consultation(slug="charter", titles={"en": "Charter"})


def riga(consultation: Consultation, **changes: Any) -> Workshop:
    return a_workshop(
        consultation, **{"slug": "riga", "titles": {"en": "Meeting in Riga", "lv": "Rīgā"}, **changes}
    )


def words_of(response: TestResponse) -> str:
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<main" + main)).split())


def token_in(response: TestResponse) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', response.text)
    assert found, "no form"
    return unescape(found[1])


def register(
    client: FlaskClient, clock: time_machine.Traveller, path: str = PAGE, **fields: Any
) -> TestResponse:
    """Somebody opens the page, fills in the form and sends it."""
    token = token_in(client.get(path))
    clock.shift(SOON)
    return client.post(path, data={**ILZE, "csrf_token": token, **fields})


def registrations() -> list[Registration]:
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def stored(registration: Registration) -> Registration:
    return db.session.get_one(Registration, registration.id, populate_existing=True)


def address(registration: Registration, page: str = "", **further: str) -> str:
    asked = "".join(f"&{name}={value}" for name, value in further.items())
    number = registration.number
    return f"/en/registrations/{number}{page}?secret={secret_of(number, SECRET)}{asked}"


def act(client: FlaskClient, registration: Registration, what: str, **fields: Any) -> TestResponse:
    token = token_in(client.get(address(registration, ask=what)))
    return client.post(address(registration), data={"csrf_token": token, "act": what, **fields})


# ---------------------------------------------------------------- the page of a workshop


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


# ---------------------------------------------------------------- the list


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


# ---------------------------------------------------------------- registering


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


@pytest.mark.parametrize(
    ("fields", "id_", "message"),
    [
        ({"name": "  "}, "name", "Write your name."),
        ({"email": ""}, "email", "Write your e-mail address: the answer goes there."),
        ({"email": "ilze"}, "email", "This is not an e-mail address."),
        ({"consent": ""}, "consent", "Tick the box"),
        ({"q_1": ""}, "q_1", "Answer this question."),
        ({"diet": "x" * 2001}, "diet", "This is too long: at most 2\u202f000 characters."),
        ({"name": "x" * 300}, "name", "This is too long: at most 200 characters."),
        ({"name": "www.win.example"}, "name", "Write your name without the address of a page."),
        (
            {"organisation": "https://win.example"},
            "organisation",
            "Write the organisation’s name without the address of a page.",
        ),
    ],
)
def test_what_is_to_be_mended_is_said_on_top_and_every_word_is_kept(
    client: FlaskClient,
    clock: time_machine.Traveller,
    consultation: Consultation,
    fields: dict[str, str],
    id_: str,
    message: str,
) -> None:
    riga(consultation, questions=QUESTIONS)
    sent = {"q_1": "A <b>", "q_2": "“Yes”", "organisation": "Rīgas dome", "diet": "Fish", **fields}
    page = register(client, clock, **sent)
    assert page.status_code == 422
    assert registrations() == []
    summary = page.text.partition('id="error-summary"')[2].partition("</div>")[0]
    assert f'href="#{id_}"' in summary
    assert message in unescape(summary)
    shown = unescape(page.text)
    for word in (value for value in {**ILZE, **sent}.values() if value.strip() and value != "y"):
        assert word in shown


def test_problems_are_listed_in_the_order_of_the_page(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation, questions=QUESTIONS)
    page = register(client, clock, name="", email="", q_1="", diet="x" * 3000, consent="")
    summary = page.text.partition('id="error-summary"')[2].partition("</div>")[0]
    assert re.findall(r'href="#(\w+)"', summary) == ["name", "email", "q_1", "diet", "consent"]


def test_a_robot_and_a_hasty_form_come_back(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation)
    assert register(client, clock, website="https://spam.example").status_code == 422
    token = token_in(client.get(PAGE))
    hasty = client.post(PAGE, data={**ILZE, "csrf_token": token})
    assert hasty.status_code == 429
    assert "That was very fast." in words_of(hasty)
    assert "ilze@example.org" in hasty.text
    assert registrations() == []


def test_a_form_of_another_site_is_refused(client: FlaskClient, consultation: Consultation) -> None:
    riga(consultation)
    page = client.post(PAGE, data=ILZE, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 422
    assert "This form came from another site." in words_of(page)
    assert registrations() == []


def test_one_address_gets_no_more_letters_than_the_limit_says(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation)
    most = int(LIMITS["registration_letter"].partition("/")[0])
    for number in range(most):
        assert register(client, clock, name=f"Person {number % 2}").status_code == 303
    refused = register(client, clock, name="One more", email="ILZE@example.org")
    assert refused.status_code == 429
    assert "Nothing is lost." in words_of(refused)
    assert "One more" in refused.text
    assert len(registrations()) == 2


def test_what_came_back_to_be_mended_counts_for_no_address(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation)
    most = int(LIMITS["registration_letter"].partition("/")[0])
    assert {register(client, clock, consent="").status_code for _time in range(most)} == {422}
    assert register(client, clock).status_code == 303


def test_the_fourth_with_one_address_reads_how_many_there_can_be(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation)
    for number in range(3):
        assert register(client, clock, name=f"Person {number}").status_code == 303
    refused = register(client, clock, name="One more", email="ILZE@example.org")
    assert refused.status_code == 422
    assert "At most 3 people can register with one e-mail address." in words_of(refused)
    assert "One more" in refused.text
    assert len(registrations()) == 3


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


# ---------------------------------------------------------------- when nobody can register


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


def test_a_note_of_having_registered_cannot_be_made_up(
    client: FlaskClient, consultation: Consultation
) -> None:
    riga(consultation)
    page = client.get(f"{PAGE}?done=WzEsImNvbmZpcm1lZCIsbnVsbF0.x")
    assert page.status_code == 200
    assert "You have a place" not in words_of(page)


# ---------------------------------------------------------------- afterwards


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


# ---------------------------------------------------------------- a registration


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


def test_many_wrong_secrets_are_slowed(client: FlaskClient, consultation: Consultation) -> None:
    registration = a_registration(riga(consultation))
    most = int(LIMITS["receipt"].partition("/")[0])
    wrong = f"/en/registrations/{registration.number}?secret=wrong"
    assert {client.get(wrong).status_code for _time in range(most)} == {404}
    assert client.get(wrong).status_code == 429
    assert db.session.scalar(select(func.count(Registration.id))) == 1


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
