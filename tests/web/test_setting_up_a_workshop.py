"""Setting up, publishing, copying and deleting workshops, as an organiser’s browser sees it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.people import Person
from app.models.roles import Role
from app.models.workshop import Workshop
from tests.builders import a_person
from tests.gatherings import a_workshop
from tests.signing import sign_in
from tests.web.organisers import FILLED, HOME, NOW, YEAR, consultation, latvia, only_workshop, send, workshop
from tests.words_on_pages import summary_of, token_in, value_of, words_of

__all__ = ["consultation", "latvia", "workshop"]


def test_the_navigation_leads_whoever_may_to_the_workshops(client: FlaskClient, workshop: Workshop) -> None:
    assert f'href="{HOME}"' in client.get("/en/account").text
    page = client.get(HOME)
    assert "To come" in words_of(page)
    assert workshop.titles["en"] in words_of(page)


def test_a_moderator_may_run_none(client: FlaskClient, app: Flask) -> None:
    sign_in(client, a_person(Role.MODERATOR, at=NOW))
    assert client.get(HOME).status_code == 403
    assert HOME not in client.get("/en/account").text


def test_another_countrys_contact_point_sees_nothing_of_it(client: FlaskClient, workshop: Workshop) -> None:
    sign_in(client, a_person(Role.CONTACT_POINT, country="NO", at=NOW))
    assert workshop.titles["en"] not in client.get(HOME).text
    pages = ("", "/publish", "/cancel", "/copy", "/registrations", "/registrations.csv", "/sheet",
             "/attendance", "/letters", "/notes", "/results", "/materials", "/delete")  # fmt: skip
    assert {client.get(f"{HOME}/riga{page}").status_code for page in pages} == {404}


def test_a_workshop_is_set_up_seen_and_published(client: FlaskClient, app: Flask, latvia: Person) -> None:
    visitor = app.test_client()
    chosen = client.get(f"{HOME}/new")
    assert "Which consultation is it about?" in words_of(chosen)
    answer = send(client, f"{HOME}/new?consultation=charter", **FILLED)
    assert (answer.status_code, answer.location) == (303, f"{HOME}/riga-february/publish")
    workshop = only_workshop()
    assert (workshop.country, workshop.places, workshop.interpretation) == ("LV", 30, ["lv"])
    assert workshop.starts_at == datetime(YEAR, 2, 23, 11, tzinfo=UTC)
    assert list(workshop.titles) == ["en", "lv"]
    preview = words_of(client.get(answer.location))
    assert f"23 February {YEAR}, 13:00 to 16:00 Riga time" in preview
    assert "Brīvības iela 1, 3rd floor, Riga" in preview
    assert visitor.get("/en/workshops/riga-february").status_code == 404
    published = send(client, answer.location)
    assert published.location == f"{HOME}/riga-february/registrations"
    assert only_workshop().is_published
    assert visitor.get("/en/workshops/riga-february").status_code == 200


def test_a_refused_form_keeps_every_word(client: FlaskClient, latvia: Person) -> None:
    wrong = {**FILLED, "slug": "Rīga!", "places": "many", "ends_at": f"{YEAR}-02-23T12:00"}
    answer = send(client, f"{HOME}/new?consultation=charter", **wrong, **{"questions-0-label_en": "Where?"})
    assert answer.status_code == 422
    for words in ("small letters", "how many places", "end must be after"):
        assert words in summary_of(answer)
    assert value_of(answer, "slug") == "Rīga!"
    assert value_of(answer, "places") == "many"
    assert value_of(answer, "questions-0-label_en") == "Where?"
    for name in ("title_lv", "purpose_en", "programme_en", "facilitators_en", "address_en", "access_en"):
        assert value_of(answer, name) == FILLED[name], name
    assert re.search(r'value="lv" checked', answer.text)
    assert re.search(r'value="p2" checked', answer.text)
    for link in re.findall(r'<a class="ds-link" href="#([^"]+)"', answer.text):
        assert f'id="{link}"' in answer.text


@pytest.mark.parametrize(
    ("local", "words"),
    [("2030-03-31T03:30", "does not exist"), ("2030-10-27T03:30", "comes twice"), ("soon", "like 2030")],
)
def test_a_time_that_no_clock_shows_once_is_refused(
    client: FlaskClient, latvia: Person, local: str, words: str
) -> None:
    answer = send(client, f"{HOME}/new?consultation=charter", **{**FILLED, "starts_at": local})
    assert answer.status_code == 422
    assert words in summary_of(answer)
    assert value_of(answer, "starts_at") == local


def test_an_impossible_time_hides_no_other_problem(client: FlaskClient, latvia: Person) -> None:
    wrong = {"slug": "Riga!", "title_en": "", "title_lv": "", "starts_at": "2030-03-31T03:30", "ends_at": "",
             "places": "0", "online_link": "meet", "contact_email": "ilze"}  # fmt: skip
    told = summary_of(send(client, f"{HOME}/new?consultation=charter", **{**FILLED, **wrong}))
    for words in ("small letters", "Write a title", "does not exist", "time of the end", "how many places",
                  "whole link", "name@example.org"):  # fmt: skip
        assert words in told


def test_another_question_is_asked_for_without_saving(client: FlaskClient, latvia: Person) -> None:
    path = f"{HOME}/new?consultation=charter"
    answer = send(client, path, **FILLED, more="1")
    assert answer.status_code == 200
    assert value_of(answer, "questions-0-label_en") == ""
    questions = {"questions-0-label_en": "Where?", "questions-0-is_required": "y"}
    assert send(client, path, **FILLED, **questions).status_code == 303
    assert only_workshop().questions == [{"key": "1", "labels": {"en": "Where?"}, "is_required": True}]


def test_a_copy_has_the_words_but_no_times(client: FlaskClient, workshop: Workshop) -> None:
    page = client.get(f"{HOME}/riga/copy")
    assert value_of(page, "title_lv") == workshop.titles["lv"]
    assert (value_of(page, "slug"), value_of(page, "starts_at")) == ("", "")
    assert send(client, f"{HOME}/riga/copy", **FILLED).location == f"{HOME}/riga-february/publish"


def test_what_is_missing_in_a_language_is_named_and_refused_nowhere(
    client: FlaskClient, consultation: Consultation, latvia: Person
) -> None:
    questions = [{"key": "1", "labels": {"en": "Where from?"}, "is_required": False}]
    draft = a_workshop(
        consultation, at=NOW, slug="draft", country="LV", published_at=None, questions=questions,
        programmes={"fr": "* Bienvenue"},
    )  # fmt: skip
    missing = (
        "marked so: English Programme Latvian Programme; Address, with the floor; Question 1 "
        "French Title; Address, with the floor; Question 1"
    )
    for path in (f"{HOME}/draft", f"{HOME}/draft/publish"):
        assert missing in words_of(client.get(path)), path
    assert "Bienvenue" in words_of(client.get(f"{HOME}/draft/publish"))
    assert send(client, f"{HOME}/draft/publish").status_code == 303
    assert "marked so" in words_of(client.get(f"{HOME}/draft"))
    with transaction():
        whole = db.session.get_one(Workshop, draft.id)
        whole.programmes, whole.questions = {}, []
        whole.addresses = {**whole.addresses, "lv": "Brīvības iela 1"}
    assert "marked so" not in words_of(client.get(f"{HOME}/draft"))


def test_a_draft_is_deleted_after_a_question_and_a_published_workshop_stays(
    client: FlaskClient, workshop: Workshop, consultation: Consultation
) -> None:
    a_workshop(consultation, at=NOW, slug="draft", country="LV", published_at=None)
    assert f'href="{HOME}/draft/delete"' in client.get(f"{HOME}/draft").text
    assert f'href="{HOME}/riga/delete"' not in client.get(f"{HOME}/riga").text
    assert "It was published, so it stays" in words_of(client.get(f"{HOME}/riga/delete"))
    assert client.post(f"{HOME}/draft/delete").status_code == 422
    token = token_in(client.get(f"{HOME}/draft/delete"))
    assert client.post(f"{HOME}/riga/delete", data={"csrf_token": token}).status_code == 409
    answer = client.post(f"{HOME}/draft/delete", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, HOME)
    assert only_workshop().slug == "riga"
