"""Changing a workshop: what letters will tell is seen first, and nobody undoes what somebody else saved."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.base import transaction
from app.models.workshop import Workshop
from tests.gatherings import a_registration
from tests.web.organisers import (
    HOME,
    HOUR,
    NOW,
    STATES,
    consultation,
    jobs,
    latvia,
    only_workshop,
    press,
    send,
    send_from,
    workshop,
)
from tests.words_on_pages import summary_of, value_of, words_of

__all__ = ["consultation", "latvia", "workshop"]


def shown_of(page: TestResponse) -> dict[str, str]:
    """What the form for a workshop shows, to be sent again."""
    names = ("title_en", "title_lv", "address_en", "starts_at", "ends_at", "register_by", "places",
             "offer_hours", "reminder_hours", "retention_days", "contact_name", "contact_email")  # fmt: skip
    chosen = {"zone": "Europe/Riga", "working_language": "en", "has_waiting_list": "y"}
    return {name: value_of(page, name) for name in names} | chosen


def test_saving_without_changes_tells_nobody_and_a_new_time_everybody(
    client: FlaskClient, workshop: Workshop
) -> None:
    a_registration(workshop, at=NOW)
    page = client.get(f"{HOME}/riga")
    assert "1 person is registered" in words_of(page)
    shown = {
        name: value_of(page, name)
        for name in ("title_en", "title_lv", "address_en", "starts_at", "ends_at", "register_by", "places",
                     "offer_hours", "reminder_hours", "retention_days", "contact_name", "contact_email")
    }  # fmt: skip
    shown |= {"zone": "Europe/Riga", "working_language": "en", "has_waiting_list": "y"}
    assert send(client, f"{HOME}/riga", **shown).status_code == 303
    assert jobs() == []
    later = (workshop.starts_at + HOUR).astimezone(UTC)
    local = later.astimezone(workshop.ends_at.tzinfo).strftime("%Y-%m-%dT%H:%M")
    ahead = send(client, f"{HOME}/riga", **{**shown, "zone": "UTC", "starts_at": local})
    assert jobs() == []
    assert press(ahead, client, f"{HOME}/riga", "ahead").status_code == 303
    assert [job["letter"] for job in jobs()] == ["workshop_changed"]


def test_the_zone_of_a_workshop_is_offered_by_its_former_name_too(
    client: FlaskClient, workshop: Workshop
) -> None:
    with transaction():
        workshop.zone = "US/Michigan"
    assert '<option selected value="US/Michigan">' in client.get(f"{HOME}/riga").text


def test_the_second_of_two_browsers_undoes_nothing(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW)
    path = f"{HOME}/riga"
    first, second = client.get(path), client.get(path)
    assert send_from(first, client, path, **{**shown_of(first), "places": "40"}).status_code == 303
    mine = {**shown_of(second), "title_en": "Mine"}
    refused = send_from(second, client, path, **mine)
    assert refused.status_code == 422
    assert "Somebody else has changed this workshop" in summary_of(refused)
    assert 'href="#others-title"' in refused.text
    assert refused.text.count('id="others-title"') == 1
    _mine, _, others = words_of(refused).partition("What stands now where you wrote something else")
    theirs = others.partition("Consultation")[0]
    assert workshop.titles["en"] in theirs
    assert "Places 40" in theirs
    assert "Contact person" not in theirs
    assert (value_of(refused, "title_en"), value_of(refused, "places")) == ("Mine", "30")
    assert (only_workshop().places, jobs()) == (40, [])
    ahead = send_from(refused, client, path, **mine)
    assert press(ahead, client, path, "ahead").status_code == 303
    assert (only_workshop().places, only_workshop().titles["en"]) == (30, "Mine")


def test_the_same_form_sent_twice_is_saved_once(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW)
    page = client.get(f"{HOME}/riga")
    form = {**shown_of(page), "title_en": "New title"}
    ahead = send_from(page, client, f"{HOME}/riga", **form)
    answers = [press(ahead, client, f"{HOME}/riga", "ahead").status_code for _again in range(2)]
    assert answers == [303, 303]
    assert [job["changed"] for job in jobs()] == [["title"]]


def test_saving_other_places_says_what_it_means(client: FlaskClient, workshop: Workshop) -> None:
    path = f"{HOME}/riga"
    a_registration(workshop, at=NOW)
    a_registration(workshop, at=NOW)
    a_registration(workshop, at=NOW, state=STATES.WAITING, place_in_line=1)
    ahead = send(client, path, **{**shown_of(client.get(path)), "places": "3"})
    assert "1 place is offered to the first in line, by letter." in words_of(ahead)
    press(ahead, client, path, "ahead")
    assert "1 place is offered to who waits." in words_of(client.get(path))
    send(client, path, **{**shown_of(client.get(path)), "places": "1"})
    assert "There are 2 more people than places: nobody loses theirs." in words_of(client.get(path))
    send(client, path, **shown_of(client.get(path)))
    assert "more people than places" not in words_of(client.get(path))


CHANGED: dict[str, Any] = {
    "title_en": "Small “steps” & <stops>", "purpose_en": "First line\r\n\r\nthird line", "title_lv": "",
    "address_en": "Elsewhere 2\r\nRiga", "interpretation": ["fr", "nb"], "places": "31",
    "questions-0-label_en": "Where from?", "questions-0-is_required": "y", "paragraph_keys": ["p2", "p3"],
}  # fmt: skip


def test_what_letters_will_tell_is_seen_before_they_are_sent(client: FlaskClient, workshop: Workshop) -> None:
    path = f"{HOME}/riga"
    a_registration(workshop, at=NOW)
    a_registration(workshop, at=NOW, state=STATES.CANCELLED)
    title, title_lv = workshop.titles["en"], workshop.titles["lv"]
    ahead = send(client, path, **{**shown_of(client.get(path)), **CHANGED})
    words = words_of(ahead)
    assert ahead.status_code == 200
    assert "Nothing is saved yet. When you save, 1 person gets a letter" in words
    assert f"Title (English) Until now {title} From now on {CHANGED['title_en']}" in words
    assert f"Title (latviešu) Until now {title_lv} From now on {CHANGED['title_en']}" in words
    assert "From now on Elsewhere 2 Riga" in words
    assert words.count("Until now") == 3
    assert 'lang="lv"' in ahead.text.partition('id="ahead-title"')[2]
    assert (only_workshop().titles["en"], jobs()) == (title, [])
    assert press(ahead, client, path, "ahead").status_code == 303
    saved = only_workshop()
    assert (saved.titles, saved.places) == ({"en": CHANGED["title_en"]}, 31)
    assert saved.purposes["en"].split() == CHANGED["purpose_en"].split()
    assert (saved.interpretation, saved.paragraph_keys) == (["fr", "nb"], ["p2", "p3"])
    assert [job["changed"] for job in jobs()] == [["place", "title"]]
    said = words_of(client.get(path))
    assert "The workshop is saved. 1 person gets a letter that says what changed." in said


def test_a_text_in_a_further_language_is_seen_ahead_beside_what_was_read_in_its_place(
    client: FlaskClient, workshop: Workshop
) -> None:
    path, title = f"{HOME}/riga", workshop.titles["en"]
    a_registration(workshop, at=NOW, language="nb")
    page = client.get(path)
    ahead = send_from(page, client, path, **{**shown_of(page), "title_nb": "Å prøve"})
    assert f"Title (norsk bokmål) Until now {title} From now on Å prøve" in words_of(ahead)


def test_going_back_from_what_will_be_told_loses_no_word(client: FlaskClient, workshop: Workshop) -> None:
    path = f"{HOME}/riga"
    a_registration(workshop, at=NOW)
    ahead = send(client, path, **{**shown_of(client.get(path)), **CHANGED})
    form = press(ahead, client, path, "back")
    assert (form.status_code, summary_of(form), jobs()) == (200, "", [])
    for name in ("title_en", "title_lv", "purpose_en", "address_en", "places", "questions-0-label_en"):
        assert value_of(form, name).split() == CHANGED[name].split(), name
    assert {one: f'value="{one}" checked' in form.text for one in ("fr", "nb", "p2", "p3", "lv")} == {
        "fr": True, "nb": True, "p2": True, "p3": True, "lv": False,
    }  # fmt: skip
    # Sent once more with other words, it is seen once more.
    digest = re.search(r'name="ahead" value="([^"]+)"', ahead.text)
    assert digest
    other = {**shown_of(form), **CHANGED, "title_en": "Other", "ahead": digest[1]}
    assert "From now on Other" in words_of(send_from(form, client, path, **other))
    assert jobs() == []


def test_what_somebody_else_saved_stops_letters_that_were_seen(
    client: FlaskClient, workshop: Workshop
) -> None:
    path = f"{HOME}/riga"
    a_registration(workshop, at=NOW)
    ahead = send(client, path, **{**shown_of(client.get(path)), "title_en": "Mine"})
    assert send(client, path, **{**shown_of(client.get(path)), "places": "40"}).status_code == 303
    refused = press(ahead, client, path, "ahead")
    assert refused.status_code == 422
    assert "Somebody else has changed this workshop" in summary_of(refused)
    assert value_of(refused, "title_en") == "Mine"
    assert (only_workshop().places, jobs()) == (40, [])
