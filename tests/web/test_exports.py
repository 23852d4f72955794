"""Taking comments away with a browser."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from app.models.draft import Version
from app.models.roles import Role
from app.services.exports.exporting import HEADER
from app.services.proof.witnessing import publish_root
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.conftest import NOON
from tests.signing import sign_in
from tests.words_on_pages import words_of

FILE = "/en/manage/exports/charter.csv"


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(slug="charter", titles={"en": "Charter"}))


def rows_of(response: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_an_administrator_downloads_every_comment(client: FlaskClient, version: Version) -> None:
    sign_in(client, a_person(Role.ADMINISTRATOR))
    for country in ("NO", "LV"):
        a_comment(version, country=country, body="=1+1")
    answer = client.get(FILE)
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=charter.csv"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert [(row["country"], row["comment"]) for row in rows_of(answer)] == [("NO", "'=1+1"), ("LV", "'=1+1")]
    assert tuple(rows_of(answer)[0]) == HEADER


def test_a_contact_point_downloads_only_its_own_country(client: FlaskClient, version: Version) -> None:
    sign_in(client, a_person(Role.CONTACT_POINT, country="NO"))
    for country in ("NO", "LV", ""):
        a_comment(version, country=country)
    answer = client.get(FILE)
    assert [row["country"] for row in rows_of(answer)] == ["NO"]
    assert answer.headers["Content-Disposition"] == "attachment; filename=charter-NO.csv"
    assert words_of(client.get("/en/manage/exports")).endswith("Charter charter Norway 1 CSV XLSX Digests")


def test_the_page_gives_the_command_that_checks_the_export_against_the_newest_root(
    client: FlaskClient, version: Version
) -> None:
    sign_in(client, a_person(Role.CONTACT_POINT, country="NO"))
    a_comment(version, country="NO")
    assert "python3" not in words_of(client.get("/en/manage/exports"))
    root = publish_root(version.draft.consultation, NOON)
    assert root is not None
    command = f"python3 verify.py charter-NO.csv charter-leaves.json {root.digest}"
    assert words_of(client.get("/en/manage/exports")).endswith(f"Charter {command}")
    a_comment(version, country="NO", body="Later.")
    assert words_of(client.get("/en/manage/exports")).endswith(f"{command} Not under a root yet: 1 text")


def test_the_same_file_twice_is_the_same_to_the_byte(client: FlaskClient, version: Version) -> None:
    sign_in(client, a_person(Role.ANALYST))
    for _ in range(3):
        a_comment(version)
    assert client.get(FILE).data == client.get(FILE).data


def test_the_list_names_what_can_be_downloaded(client: FlaskClient, version: Version) -> None:
    sign_in(client, a_person(Role.ADMINISTRATOR))
    a_comment(version)
    page = client.get("/en/manage/exports")
    assert words_of(page).endswith(
        "Consultation Countries Comments File Charter charter all 1 CSV XLSX Digests"
    )
    assert f'href="{FILE}"' in page.text


def test_consultations_with_the_same_title_are_told_apart_by_their_address(
    client: FlaskClient, version: Version
) -> None:
    a_draft(a_consultation(slug="charter-2030", titles={"en": "Charter"}))
    sign_in(client, a_person(Role.ADMINISTRATOR))
    page = client.get("/en/manage/exports")
    assert "Charter charter all 0" in words_of(page)
    assert "Charter charter-2030 all 0" in words_of(page)
    assert 'aria-label="CSV, Charter (charter-2030)"' in page.text


def test_a_spreadsheet_opens_the_workbook_with_every_label_as_it_is(
    client: FlaskClient, version: Version
) -> None:
    sign_in(client, a_person(Role.ANALYST))
    a_comment(version, body="=1+1")
    a_comment(version, body="0123")
    assert "XLSX is for spreadsheets, CSV for programs" in words_of(client.get("/en/manage/exports"))
    answer = client.get("/en/manage/exports/charter.xlsx")
    assert answer.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer.headers["Content-Disposition"] == "attachment; filename=charter.xlsx"
    header, *rows = load_workbook(io.BytesIO(answer.data))["comments"].iter_rows(values_only=True)
    assert header == HEADER
    assert [row[HEADER.index("comment")] for row in rows] == ["=1+1", "0123"]


def test_asking_only_for_the_headers_reads_nothing(client: FlaskClient, version: Version) -> None:
    sign_in(client, a_person(Role.ADMINISTRATOR))
    answer = client.head(FILE)
    assert (answer.status_code, answer.data) == (200, b"")


@pytest.mark.parametrize("path", ["/en/manage/exports/nowhere.csv", "/en/manage/exports/charter.exe"])
def test_what_does_not_exist_is_not_found(path: str, client: FlaskClient, version: Version) -> None:
    sign_in(client, a_person(Role.ADMINISTRATOR))
    assert client.get(path).status_code == 404


def test_others_download_nothing(client: FlaskClient, version: Version) -> None:
    assert client.get(FILE).location == f"/en/sign-in?next={FILE}"
    sign_in(client, a_person(Role.MODERATOR))
    assert client.get(FILE).status_code == 403
    sign_in(client, a_person(Role.ANALYST, consultation=a_consultation()))
    assert client.get(FILE).status_code == 403
