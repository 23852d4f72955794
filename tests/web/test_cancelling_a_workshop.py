"""Cancelling a workshop, and what its lists say afterwards, as an organiser’s browser sees it."""

from __future__ import annotations

import csv
import io

from flask.testing import FlaskClient

from app.models.workshop import Workshop
from tests.gatherings import a_registration
from tests.web.organisers import (
    DAY,
    HOME,
    NOW,
    STATES,
    consultation,
    jobs,
    latvia,
    only_workshop,
    send,
    send_from,
    workshop,
)
from tests.words_on_pages import summary_of, words_of

__all__ = ["consultation", "latvia", "workshop"]


def test_cancelling_needs_a_reason_and_tells_everybody(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW)
    refused = send(client, f"{HOME}/riga/cancel", reason_en=" ")
    assert refused.status_code == 422
    assert "why it does not take place" in summary_of(refused)
    page = client.get(f"{HOME}/riga/cancel")
    for _click in range(2):
        answer = send_from(page, client, f"{HOME}/riga/cancel", reason_en="Nobody can lead it.")
        assert (answer.status_code, answer.location) == (303, f"{HOME}/riga/registrations")
    assert only_workshop().cancel_reasons == {"en": "Nobody can lead it."}
    assert [job["letter"] for job in jobs()] == ["workshop_cancelled"]
    assert "is cancelled" in words_of(client.get(f"{HOME}/riga"))


def test_once_the_workshop_is_cancelled_no_list_gives_anybody_a_place(
    client: FlaskClient, workshop: Workshop
) -> None:
    a_registration(workshop, at=NOW, name="Anna")
    a_registration(workshop, at=NOW, name="Zane", state=STATES.WAITING, place_in_line=1)
    a_registration(workshop, at=NOW, name="Ola", state=STATES.OFFERED, offer_ends_at=NOW + DAY)
    a_registration(workshop, at=NOW, name="Left", state=STATES.CANCELLED)
    assert "Places taken 2 of 30" in words_of(client.get(f"{HOME}/riga/registrations"))
    assert send(client, f"{HOME}/riga/cancel", reason_en="A flood.").status_code == 303
    page = words_of(client.get(f"{HOME}/riga/registrations"))
    assert "This workshop is cancelled. Nobody has a place any more." in page
    for words in (
        "Workshop cancelled; had a place (1)", "Anna Workshop cancelled; had a place",
        "Zane Workshop cancelled; was waiting", "Ola Workshop cancelled; was offered a place",
        "Left Cancelled",
    ):  # fmt: skip
        assert words in page
    for words in ("Confirmed", "in line", "until ", "Places taken"):
        assert words not in page
    sheet = client.get(f"{HOME}/riga/sheet")
    assert "Nobody has a place any more." in words_of(sheet)
    assert "Anna" not in sheet.text
    assert "Nobody has a place any more." in words_of(client.get(f"{HOME}/riga/attendance"))
    assert "Workshop cancelled; had a place (1)" in words_of(client.get(f"{HOME}/riga/letters"))
    assert "of 30" not in words_of(client.get(HOME))
    written = client.get(f"{HOME}/riga/registrations.csv").data.decode("utf-8-sig")
    found = {row["name"]: row for row in csv.DictReader(io.StringIO(written))}
    assert {name: (row["state"], row["state_before"]) for name, row in found.items()} == {
        "Anna": ("workshop_cancelled", "confirmed"), "Zane": ("workshop_cancelled", "waiting"),
        "Ola": ("workshop_cancelled", "offered"), "Left": ("cancelled", "cancelled"),
    }  # fmt: skip
    assert {(row["rank"], row["offer_ends_at"]) for row in found.values()} == {("", "")}
