"""Taking a draft away from its page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models.roles import Role
from tests.builders import a_consultation, a_draft, a_person
from tests.signing import sign_in

SUFFIXES = ("akn", "html", "md", "docx", "txt")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_everybody_may_take_a_sealed_version_away(app: Flask, client: FlaskClient, suffix: str) -> None:
    a_draft(a_consultation(slug="innovation"))
    answer = client.get(f"/en/consultations/innovation/versions/1/draft.{suffix}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=innovation-1-en.{suffix}"
    assert answer.headers["Content-Type"] == app_media_type(app, suffix)
    assert answer.headers["Content-Language"] == "en"
    assert answer.data


def app_media_type(app: Flask, suffix: str) -> str:
    writers = app.extensions["ports"].writers.values()
    return str(next(writer.media_type for writer in writers if writer.suffix == f".{suffix}"))


def test_a_browser_that_has_the_file_is_not_sent_it_again(app: Flask, client: FlaskClient) -> None:
    a_draft(a_consultation(slug="innovation"), languages=("en", "lv"))
    for address in ("draft.docx", "draft.docx?text=lv"):
        path = f"/en/consultations/innovation/versions/1/{address}"
        first = client.get(path)
        assert first.headers["Cache-Control"] == "public, no-cache"
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_the_language_is_the_one_asked_for_or_else_the_pages(app: Flask, client: FlaskClient) -> None:
    a_draft(a_consultation(slug="innovation"), languages=("en", "lv"))
    path = "consultations/innovation/versions/1/draft.txt"
    assert client.get(f"/lv/{path}").headers["Content-Language"] == "lv"
    assert client.get(f"/en/{path}?text=lv").headers["Content-Language"] == "lv"
    assert client.get(f"/en/{path}?text=xx").headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "address",
    [
        "2/draft.txt",
        "1/draft.exe",
        "1/draft.",
        "0/draft.txt",
        f"{'9' * 20}/draft.txt",
    ],
)
def test_what_is_not_there_is_not_found(app: Flask, client: FlaskClient, address: str) -> None:
    a_draft(a_consultation(slug="innovation"))
    assert client.get(f"/en/consultations/innovation/versions/{address}").status_code == 404


def test_a_draft_that_is_not_public_cannot_be_taken_away(app: Flask, client: FlaskClient) -> None:
    a_draft(a_consultation(slug="hidden", is_listed=False))
    a_draft(a_consultation(slug="working"), sealed=False)
    for slug in ("hidden", "working"):
        assert client.get(f"/en/consultations/{slug}/versions/1/draft.txt").status_code == 404


def test_the_editor_of_an_unlisted_consultation_takes_its_draft_away(app: Flask, client: FlaskClient) -> None:
    consultation = a_consultation(slug="hidden", is_listed=False)
    a_draft(consultation)
    sign_in(client, a_person(Role.EDITOR, consultation=consultation))
    answer = client.get("/en/consultations/hidden/versions/1/draft.txt")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
