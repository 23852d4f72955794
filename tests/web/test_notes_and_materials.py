"""A workshop's notes and materials, as an organiser’s browser without script sends them."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.models.base import db
from app.models.workshop import Workshop
from tests.web.organisers import HOME, consultation, latvia, only_workshop, over, send, send_from, workshop
from tests.words_on_pages import summary_of, value_of, words_of

__all__ = ["consultation", "latvia", "over", "workshop"]


def test_notes_are_for_after_the_start(client: FlaskClient, workshop: Workshop, over: Workshop) -> None:
    assert "Once the workshop has begun" in words_of(client.get(f"{HOME}/riga/notes"))
    assert send(client, f"{HOME}/over/notes", notes_en="## Said\n\n* Much", notes_lv="").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Workshop, over.id).notes == {"en": "## Said\n\n* Much"}
    too_long = send(client, f"{HOME}/over/notes", notes_en="x" * 20_001)
    assert too_long.status_code == 422
    assert "20,000" in summary_of(too_long)


def test_materials_are_titles_with_https_addresses(client: FlaskClient, workshop: Workshop) -> None:
    path = f"{HOME}/riga/materials"
    wrong = {"materials-0-address": "javascript:alert(1)", "materials-0-title_en": "Slides"}
    refused = send(client, path, **wrong)
    assert refused.status_code == 422
    assert "begins with https://" in summary_of(refused)
    assert value_of(refused, "materials-0-address") == "javascript:alert(1)"
    right = {"materials-0-address": "https://example.org/slides", "materials-0-title_en": "Slides",
             "materials-1-address": ""}  # fmt: skip
    assert send(client, path, **right).status_code == 303
    assert only_workshop().materials == [
        {"titles": {"en": "Slides"}, "address": "https://example.org/slides"}
    ]
    assert send(client, path, **{"materials-0-address": ""}).status_code == 303
    assert only_workshop().materials == []


def test_notes_and_materials_of_somebody_else_stand_above_ones_own(
    client: FlaskClient, over: Workshop
) -> None:
    path = f"{HOME}/over/notes"
    old = client.get(path)
    send(client, path, notes_en="Theirs")
    refused = send_from(old, client, path, notes_en="Mine")
    assert refused.status_code == 422
    assert "Somebody else has changed" in summary_of(refused)
    assert "(English) Theirs" in words_of(refused)
    assert value_of(refused, "notes_en") == "Mine"
    assert send_from(refused, client, path, notes_en="Both").status_code == 303
    path = f"{HOME}/over/materials"
    old = client.get(path)
    slides = {"materials-0-address": "https://example.org/slides", "materials-0-title_en": "Slides"}
    send(client, path, **slides)
    refused = send_from(old, client, path, **{**slides, "materials-0-title_en": "Other"})
    assert refused.status_code == 422
    assert "Slides; https://example.org/slides" in words_of(refused)
    assert value_of(refused, "materials-0-title_en") == "Other"
    assert only_workshop().materials[0]["titles"] == {"en": "Slides"}
