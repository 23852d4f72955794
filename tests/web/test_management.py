"""The list of an editor's consultations, and what the public list shows, in a browser without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models.people import Person
from app.models.roles import Role
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.signing import sign_in
from tests.web.consultation_forms import FILLED, NEW, NOW, rows_of, send
from tests.words_on_pages import words_of


def test_the_list_says_where_each_consultation_stands(client: FlaskClient, editor: Person) -> None:
    consultation = a_consultation(
        at=NOW,
        titles={"en": "Charter"},
        zone="UTC",
        is_listed=False,
        opens_at=NOW,
        closes_at=NOW + timedelta(days=1),
    )
    a_comment(a_draft(consultation), at=NOW)
    row = rows_of(client.get("/en/manage"))[1]
    assert [row[0], row[1], row[3], row[4], row[5]] == [
        "Charter",
        "Open not public",
        "Version 1, sealed",
        "1",
        "1",
    ]


def test_an_editor_sees_the_consultations_of_the_membership_only(client: FlaskClient, app: Flask) -> None:
    own = a_consultation(titles={"en": "Own charter"})
    other = a_consultation(titles={"en": "Other charter"})
    sign_in(client, a_person(Role.EDITOR, consultation=own))
    words = words_of(client.get("/en/manage"))
    assert "Own charter" in words
    assert "Other charter" not in words
    assert "Set up a consultation" not in words
    for path in ("", "/draft"):
        assert client.get(f"/en/manage/consultations/{own.slug}{path}").status_code == 200
        assert client.get(f"/en/manage/consultations/{other.slug}{path}").status_code == 403
    assert send(client, f"/en/manage/consultations/{own.slug}/draft", NEW, **FILLED).status_code == 403


def test_moderators_do_not_manage_and_visitors_sign_in_first(client: FlaskClient, app: Flask) -> None:
    assert client.get("/en/manage").location == "/en/sign-in?next=/en/manage"
    sign_in(client, a_person(Role.MODERATOR))
    assert client.get("/en/manage").status_code == 403


def test_an_administrator_finds_the_way_to_the_exports(client: FlaskClient, app: Flask) -> None:
    sign_in(client, a_person(Role.ADMINISTRATOR))
    assert 'href="/en/manage/exports"' in client.get("/en/manage").text


def test_the_public_list_shows_a_consultation_when_its_editor_says_so(
    client: FlaskClient, editor: Person
) -> None:
    consultation = a_consultation(slug="charter", titles={"en": "Charter"}, is_listed=False)
    a_draft(consultation)
    path = "/en/manage/consultations/charter"
    visitor = client.application.test_client()
    assert "Charter" not in words_of(visitor.get("/en/"))
    assert send(client, path, f"{path}/listing", shows="yes").status_code == 303
    assert "Charter" in words_of(visitor.get("/en/"))
    refused = send(client, path, f"{path}/listing", shows="no")
    assert refused.status_code == 422
    assert 'href="#is_sure"' in refused.text
    assert "Charter" in words_of(visitor.get("/en/"))
    send(client, path, f"{path}/listing", shows="no", is_sure="y")
    assert "Charter" not in words_of(visitor.get("/en/"))


@pytest.mark.parametrize("language", ["en", "lv", "nb", "fr"])
def test_the_pages_stand_in_every_language(client: FlaskClient, editor: Person, language: str) -> None:
    a_draft(a_consultation(slug="charter"))
    for path in ("", "/consultations/new", "/consultations/charter", "/consultations/charter/draft"):
        assert client.get(f"/{language}/manage{path}").status_code == 200
