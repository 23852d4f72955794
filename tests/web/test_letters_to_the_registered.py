"""An organiser's letters to those who are registered: seen first, sent once, to nobody else."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from app.models.workshop import Workshop
from tests.gatherings import a_registration, a_workshop
from tests.web.organisers import HOME, NOW, STATES, consultation, jobs, latvia, send, workshop
from tests.words_on_pages import summary_of, token_in, value_of, words_of

__all__ = ["consultation", "latvia", "workshop"]


def seen(client: FlaskClient, path: str, **fields: Any) -> dict[str, Any]:
    """The form as it is sent after what will be sent was seen."""
    page = send(client, path, **fields)
    digest = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert digest, words_of(page)
    return {**fields, "csrf_token": token_in(page), "seen": digest[1]}


def test_a_letter_is_seen_first_and_sent_once(client: FlaskClient, workshop: Workshop) -> None:
    here, waits = a_registration(workshop, at=NOW), None
    waits = a_registration(workshop, at=NOW, state=STATES.WAITING, place_in_line=1)
    path = f"{HOME}/riga/letters"
    letter = {"states": ["confirmed", "waiting"], "subject_en": "The room", "text_en": "It is on the left."}
    form = seen(client, path, **letter)
    assert jobs() == []
    assert client.post(path, data=form).status_code == 303
    assert client.post(path, data=form).status_code == 303
    assert [(job["letter"], job["registration_id"]) for job in jobs()] == [
        ("workshop_message", here.id), ("workshop_message", waits.id),
    ]  # fmt: skip
    assert jobs()[0]["subjects"] == {"en": "The room"}
    assert re.search(r"Letters written so far .* The room .* 2$", words_of(client.get(path)))


def test_a_letter_to_chosen_persons_goes_to_nobody_else(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW)
    chosen = a_registration(workshop, at=NOW, state=STATES.CANCELLED)
    other = a_registration(a_workshop(at=NOW), at=NOW)
    path = f"{HOME}/riga/letters"
    form = seen(
        client, path, states=["confirmed"], persons=[chosen.id, other.id], subject_en="S", text_en="T"
    )
    client.post(path, data=form)
    assert [job["registration_id"] for job in jobs()] == [chosen.id]


def test_the_names_of_who_will_get_a_letter_are_seen_first(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW, name="Anna", organisation="Rīgas dome")
    a_registration(workshop, at=NOW, name="Left", state=STATES.CANCELLED)
    path = f"{HOME}/riga/letters"

    def preview(*states: str) -> str:
        page = send(client, path, states=[*states], subject_en="The room", text_en="On the left.")
        return page.text.partition('id="preview"')[2].partition("</section>")[0]

    assert "<details" not in preview("confirmed")
    assert re.search(r">Anna</span>.*Rīgas dome, Confirmed", preview("confirmed"))
    assert "Left" not in preview("confirmed")
    for number in range(10):
        a_registration(workshop, at=NOW, name=f"Person {number}")
    many = preview("confirmed", "cancelled")
    assert many.index("<details") < many.index("Anna") < many.index("Left") < many.index("</details>")
    assert many.count("<li>") == 12


def test_a_letter_that_is_half_written_comes_back(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW)
    path = f"{HOME}/riga/letters"
    half = send(client, path, states=["confirmed"], subject_lv="Telpa", subject_en="Room", text_en="Left.")
    assert half.status_code == 422
    assert "A subject stands in this language, but no text" in summary_of(half)
    assert 'href="#text_lv"' in half.text
    assert value_of(half, "subject_lv") == "Telpa"
    nobody = send(client, path, states=["waiting"], subject_en="Room", text_en="Left.")
    assert nobody.status_code == 422
    assert "Choose somebody" in summary_of(nobody)
