"""What the closing means, said on pages and kept to the half second, as a browser without script sees it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.base import db
from app.models.consultation import Consultation
from app.models.roles import Role
from app.services.consultations.extending import extend
from app.services.consultations.planning import instant_in
from tests.builders import a_consultation, a_draft, a_person
from tests.conftest import NOON
from tests.signing import sign_in
from tests.stopped_clock import clock
from tests.web.comment_forms import received
from tests.words_on_pages import all_words_of

__all__ = ["clock"]

PAGE = "/en/consultations/innovation"
FORM = f"{PAGE}/paragraphs/p2"
BODY = "Who pays – and *when*?"
FILLED = {"body": BODY, "name": "Ilze", "country": "LV", "capacity": "individual", "consent": "y"}
HALF_A_SECOND = timedelta(milliseconds=500)
MINUTE = timedelta(minutes=1)


def closing_at(instant: datetime, **changes: Any) -> Consultation:
    consultation = a_consultation(
        slug="innovation", closes_at=instant, opens_at=instant - timedelta(days=30), **changes
    )
    a_draft(consultation)
    return consultation


def filled(client: FlaskClient, page: TestResponse | None = None, **changes: str) -> dict[str, str]:
    shown = (page or client.get(FORM)).text
    tags = re.findall(r"<input[^>]*>", shown)
    hidden = {
        name: unescape(re.findall(r'value="([^"]*)"', tag)[0])
        for name in ("csrf_token", "version")
        for tag in tags
        if f'name="{name}"' in tag
    }
    return {**FILLED, **hidden, **changes}


@pytest.mark.parametrize(
    ("late", "status"),
    [(-HALF_A_SECOND, 303), (timedelta(0), 403), (HALF_A_SECOND, 403)],
    ids=["half a second before", "at the closing", "half a second after"],
)
def test_the_closing_holds_to_the_half_second(
    client: FlaskClient, clock: time_machine.Traveller, late: timedelta, status: int
) -> None:
    closes_at = NOON + 10 * MINUTE
    closing_at(closes_at)
    form = filled(client)
    clock.move_to(closes_at + late)
    answer = client.post(FORM, data=form)
    assert (answer.status_code, received()) == (status, int(status == 303))
    if status == 403:
        assert BODY in unescape(answer.text)


@pytest.mark.parametrize(
    ("late", "status"),
    [
        (timedelta(0), 303),
        (5 * MINUTE - HALF_A_SECOND, 303),
        (5 * MINUTE, 403),
        (5 * MINUTE + HALF_A_SECOND, 403),
    ],
)
def test_a_form_opened_before_the_closing_has_its_grace_to_the_half_second(
    client: FlaskClient, clock: time_machine.Traveller, late: timedelta, status: int
) -> None:
    closes_at = NOON + 10 * MINUTE
    closing_at(closes_at, grace_minutes=5)
    form = filled(client)
    clock.move_to(closes_at + late)
    answer = client.post(FORM, data=form)
    assert (answer.status_code, received()) == (status, int(status == 303))
    if status == 403:
        assert BODY in unescape(answer.text)


def test_a_form_refused_in_its_grace_is_mended_and_received(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    closes_at = NOON + 10 * MINUTE
    closing_at(closes_at, grace_minutes=5)
    form = filled(client, name="")
    clock.move_to(closes_at + MINUTE)
    refused = client.post(FORM, data=form)
    assert refused.status_code == 422
    assert "The consultation closed Sunday 10 February 2030, 13:10" in all_words_of(refused)
    assert "You opened this form before." in all_words_of(refused)
    clock.move_to(closes_at + 2 * MINUTE)
    answer = client.post(FORM, data=filled(client, refused))
    assert (answer.status_code, received()) == (303, 1)


@pytest.mark.parametrize(
    ("act", "status"), [("preview", 200), ("add", 303), ("sign_in", 303), ("nonsense", 200), ("send", 303)]
)
def test_in_its_grace_a_form_is_received_only_by_the_button_that_sends(
    client: FlaskClient, clock: time_machine.Traveller, act: str, status: int
) -> None:
    closes_at = NOON + 10 * MINUTE
    closing_at(closes_at, grace_minutes=1)
    form = filled(client)
    clock.move_to(closes_at + HALF_A_SECOND)
    answer = client.post(FORM, data={**form, "act": act})
    assert (answer.status_code, received()) == (status, int(act == "send"))
    if status == 200:
        assert "Preview: nothing is sent yet" in all_words_of(answer)
        clock.shift(30)
        assert client.post(FORM, data={**filled(client, answer), "act": "send"}).status_code == 303


@pytest.mark.parametrize("changes", [{}, {"csrf_token": "x"}])
def test_a_preview_after_the_closing_and_its_grace_gives_the_words_back(
    client: FlaskClient, clock: time_machine.Traveller, changes: dict[str, str]
) -> None:
    closes_at = NOON + 10 * MINUTE
    closing_at(closes_at, grace_minutes=1)
    form = filled(client)
    clock.move_to(closes_at + (HALF_A_SECOND if changes else MINUTE))
    answer = client.post(FORM, data={**form, **changes, "act": "preview"})
    assert (answer.status_code, received()) == (403, 0)
    assert BODY in unescape(answer.text)


def test_a_form_opened_after_the_closing_has_no_grace(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    closes_at = NOON + 10 * MINUTE
    consultation = closing_at(closes_at, grace_minutes=60)
    clock.move_to(closes_at + MINUTE)
    assert 'name="body"' not in client.get(FORM).text
    other = a_consultation(slug="other")
    a_draft(other)
    token = filled(client, client.get("/en/consultations/other/paragraphs/p2"))["csrf_token"]
    clock.shift(30)
    answer = client.post(FORM, data={**FILLED, "csrf_token": token})
    assert (answer.status_code, received(), consultation.grace_minutes) == (403, 0, 60)


@pytest.mark.parametrize("address", [PAGE, FORM])
def test_page_and_form_say_what_the_closing_means(client: FlaskClient, address: str) -> None:
    closing_at(NOON + timedelta(days=3))
    words = all_words_of(client.get(address))
    assert "Wednesday 13 February 2030, 13:00 Paris time" in words
    assert "What counts is when your comment reaches our server, by the server’s clock." in words
    assert "send after it is not received, and your text is given back." in words
    assert "Nothing can be sent later." in words


@pytest.mark.parametrize("address", [PAGE, FORM])
def test_grace_and_late_notice_are_said_from_the_settings(client: FlaskClient, address: str) -> None:
    late = {"en": "Write to Rue X 1.", "lv": "Rakstiet uz X ielu 1."}
    closing_at(NOON + timedelta(days=3), grace_minutes=15, late_notices=late)
    words = all_words_of(client.get(address))
    assert "A form that you opened before the closing is still received until 13:15." in words
    assert "If you are late: Write to Rue X 1." in words
    assert "Nothing can be sent later." not in words
    assert "Rakstiet uz X ielu 1." in all_words_of(client.get(address.replace("/en/", "/lv/")))


def test_a_grace_beyond_midnight_names_the_day(client: FlaskClient) -> None:
    closing_at(instant_in("Europe/Paris", datetime(2030, 2, 22, 23, 59)), grace_minutes=10)  # noqa: DTZ001
    assert "until Saturday 23 February 2030, 00:09 Paris time." in all_words_of(client.get(PAGE))


def test_after_the_closing_only_how_to_send_late_is_said(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    closing_at(NOON + MINUTE, late_notices={"en": "Write to Rue X 1."})
    clock.shift(MINUTE)
    for address in (PAGE, FORM):
        words = all_words_of(client.get(address))
        assert "If you are late: Write to Rue X 1." in words
        assert "What counts is" not in words


def test_extensions_are_announced_and_stay_when_the_consultation_has_closed(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    consultation = closing_at(NOON + MINUTE)
    new = NOON + timedelta(days=1)
    extend(consultation, new, {"en": "Many asked.", "lv": "Daudzi lūdza."}, original="en", by=None, at=NOON)
    said = (
        "Extended on 10 February 2030 from Sunday 10 February 2030, 13:01 Paris time to Monday 11 February "
        "2030, 13:00 Paris time, because: Many asked."
    )
    assert said in all_words_of(client.get(PAGE))
    clock.move_to(new)
    for address in (PAGE, FORM):
        assert said in all_words_of(client.get(address))
    assert "Daudzi lūdza." in all_words_of(client.get(PAGE.replace("/en/", "/lv/")))


def test_a_form_opened_before_an_extension_is_received_after_the_old_closing(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    consultation = closing_at(NOON + 2 * MINUTE)
    form = filled(client)
    clock.shift(MINUTE)
    extend(consultation, NOON + 9 * MINUTE, {"en": "Many."}, original="en", by=None, at=NOON + MINUTE)
    clock.shift(2 * MINUTE)
    assert client.post(FORM, data=form).status_code == 303


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (zone, day, hours)
        for zone in ("Europe/Riga", "Europe/Oslo", "Europe/Paris")
        for day, hours in ((datetime(2030, 3, 31), 23), (datetime(2030, 10, 27), 25))  # noqa: DTZ001
    ],
)
def test_hours_left_are_true_over_the_changes_of_the_clocks(
    client: FlaskClient, clock: time_machine.Traveller, zone: str, day: datetime, hours: int
) -> None:
    closes_at = instant_in(zone, day.replace(hour=23, minute=59))
    midnight = instant_in(zone, day)
    closing_at(closes_at, zone=zone)
    clock.move_to(midnight)
    words = all_words_of(client.get(PAGE))
    assert f"{day.day} {day:%B} 2030, 23:59" in words
    assert f"{hours - 1} hours left" in words
    clock.move_to(closes_at - timedelta(hours=1))
    assert "1 hour left" in all_words_of(client.get(PAGE))
    clock.move_to(closes_at - timedelta(minutes=59))
    assert "less than an hour left" in all_words_of(client.get(PAGE))


def test_the_clock_is_the_servers_and_kept_by_nobody(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2030, 2, 10, 12, 0, 0, 250_000, tzinfo=UTC))
    answer = client.get("/en/clock")
    assert answer.text == str(int(NOON.timestamp() * 1000) + 250)
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(("ahead", "is_there"), [(47, True), (49, False)])
def test_a_page_counts_down_only_when_the_last_hour_is_near(
    client: FlaskClient, ahead: int, is_there: bool
) -> None:
    closing_at(NOON + timedelta(hours=ahead))
    for address in (PAGE, FORM):
        page = client.get(address).text
        assert ('class="countdown"' in page) == is_there
        assert ("closing.js" in page) == is_there


def test_an_editor_sees_what_will_be_announced_and_announces_it(client: FlaskClient, app: Flask) -> None:
    consultation = closing_at(NOON + timedelta(days=3))
    sign_in(client, a_person(Role.EDITOR))
    address = "/en/manage/consultations/innovation/extend"
    given = {"closes_at": "2030-02-20T18:00", "reason_en": "Many asked.", "reason_lv": "Daudzi lūdza."}
    given["csrf_token"] = filled(client, client.get(address))["csrf_token"]
    preview = client.post(address, data=given)
    assert preview.status_code == 200
    assert "to Wednesday 20 February 2030, 18:00 Paris time, because: Many asked." in all_words_of(preview)
    assert "0 letters will tell of it." in all_words_of(preview)
    db.session.refresh(consultation)
    assert consultation.closes_at == NOON + timedelta(days=3)
    seen = re.findall(r'name="seen" value="([^"]*)"', preview.text)[0]
    other = client.post(address, data={**given, "seen": seen, "reason_en": "Other."})
    assert "because: Other." in all_words_of(other)
    answer = client.post(address, data={**given, "seen": seen})
    assert (answer.status_code, answer.location) == (303, address)
    db.session.refresh(consultation)
    assert consultation.closes_at == instant_in("Europe/Paris", datetime(2030, 2, 20, 18))  # noqa: DTZ001
    again = client.post(address, data={**given, "seen": seen})
    assert (again.status_code, again.location) == (303, address)
    assert all_words_of(client.get(address)).count("Extended on 10 February 2030") == 1
    assert "Extended on 10 February 2030" in all_words_of(client.get(PAGE))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"closes_at": "2030-02-12T18:00"}, "Choose a closing that is later than the present one."),
        ({"closes_at": "soon"}, "Choose the date and time of closing."),
        ({"closes_at": "2030-03-31T02:30"}, "This time does not exist"),
        ({"closes_at": "2030-10-27T02:30"}, "This time comes twice"),
        ({"reason_en": " "}, "Write the reason in the language of the original."),
    ],
)
def test_a_refused_extension_says_why_and_keeps_every_word(
    client: FlaskClient, app: Flask, changes: dict[str, str], said: str
) -> None:
    closing_at(NOON + timedelta(days=3))
    sign_in(client, a_person(Role.EDITOR))
    address = "/en/manage/consultations/innovation/extend"
    token = filled(client, client.get(address))["csrf_token"]
    given = {"closes_at": "2030-02-20T18:00", "reason_en": "Why <not>?", "reason_lv": "Tāpēc."}
    answer = client.post(address, data={**given, **changes, "csrf_token": token})
    assert answer.status_code == 422
    assert said in all_words_of(answer)
    assert "Tāpēc." in answer.text


def test_a_closed_consultation_has_no_form_to_extend_it(
    client: FlaskClient, app: Flask, clock: time_machine.Traveller
) -> None:
    closing_at(NOON + MINUTE)
    sign_in(client, a_person(Role.EDITOR))
    clock.shift(MINUTE)
    page = client.get("/en/manage/consultations/innovation/extend")
    assert "a closed consultation is not opened again" in all_words_of(page)
    assert 'name="closes_at"' not in page.text
