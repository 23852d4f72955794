"""Confirming and correcting what became of paragraphs, as an editor's browser without script sees it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.linking import links_between, open_fates
from tests.builders import a_consultation, a_person
from tests.drafts import fates, publish, put, text_saying
from tests.signing import sign_in
from tests.words_on_pages import words_of

NOW = datetime.now(UTC)
PAGE = "/en/manage/consultations/charter/fates"
ASK = "Ask everybody who is concerned before anything is decided."
ANSWER = "Answer every comment within three months and say why."
PUBLISH = "Publish the results in the languages of the consultation."


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    consultation = a_consultation(at=NOW, slug="charter", titles={"en": "Charter"})
    publish(consultation, ASK, f"{ANSWER} {PUBLISH}", at=NOW)
    return consultation


@pytest.fixture
def version(consultation: Consultation) -> Version:
    """A working version with one paragraph reworded, one split, and a new one."""
    changed = ASK.replace("everybody", "all people")
    return put(consultation, changed, ANSWER, PUBLISH, "Learn from it.", at=NOW)


def send(client: FlaskClient, path: str, **fields: str | list[str]) -> TestResponse:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', client.get(PAGE + "?show=all").text)
    return client.post(path, data={"csrf_token": token[1] if token else "", **fields})


def test_a_split_that_changed_no_word_is_rather_sure(
    client: FlaskClient, editor: Person, version: Version
) -> None:
    said = words_of(client.get(PAGE))
    assert "Look closely" not in said
    split = said.index("Split")
    assert said.index("These are rather sure") < split
    assert "the same words" in said[split : split + 120]


def test_a_merger_that_changed_no_word_is_rather_sure(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    put(consultation, f"{ASK} {ANSWER} {PUBLISH}", at=NOW)
    said = words_of(client.get(PAGE))
    assert "Look closely" not in said
    assert "the same words" in said
    assert "partly alike" not in said


def test_the_page_shows_the_doubtful_first_and_what_is_sure_after(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    changed = ASK.replace("everybody", "all people")
    put(consultation, changed, ANSWER, "Publish the results in all languages, and soon.", "Learn.", at=NOW)
    said = words_of(client.get(PAGE))
    assert "3 to confirm" in said
    closely, sure = said.index("Look closely"), said.index("These are rather sure")
    assert closely < said.index("Split") < sure < said.index("Reworded")
    assert "much alike" in said
    assert "The version can be sealed when all of it is confirmed." in said


def test_one_is_confirmed_and_then_all_the_others(
    client: FlaskClient, editor: Person, version: Version
) -> None:
    [reworded] = [link.id for link in links_between(version) if link.fate == "reworded"]
    answer = send(client, PAGE, link=str(reworded))
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert open_fates(version) == 2
    html = client.get(PAGE).text
    assert "1 proposal is confirmed." in html
    rest = re.findall(r'name="link" value="(\d+)"', html)
    send(client, PAGE, link=rest)
    assert open_fates(version) == 0
    assert "Everything is confirmed." in client.get(PAGE).text
    assert f"Confirmed by {editor.name}" in client.get(PAGE + "?show=changed").text


def test_the_draft_page_counts_what_is_to_confirm_as_the_page_does_that_it_leads_to(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    version = put(consultation, ANSWER, PUBLISH, "Learn.", at=NOW)
    assert [fate for _before, fate, _after in fates(version)] == ["split", "split", "new", "removed"]
    draft = "/en/manage/consultations/charter/draft"
    assert "What became of 3 paragraphs is not confirmed yet." in words_of(client.get(draft))
    html = client.get(PAGE).text
    assert "3 to confirm" in html
    send(client, PAGE, link=re.findall(r'name="link" value="(\d+)"', html))
    assert "3 proposals are confirmed." in client.get(PAGE).text
    assert "What became of every paragraph is confirmed." in words_of(client.get(draft))


def test_the_whole_text_is_shown_on_demand(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    put(consultation, ASK, ANSWER, PUBLISH, at=NOW)
    assert ASK not in words_of(client.get(PAGE))
    assert ASK not in words_of(client.get(PAGE + "?show=changed"))
    assert ASK in words_of(client.get(PAGE + "?show=all"))


def test_an_editor_corrects_where_a_paragraph_comes_from(
    client: FlaskClient, editor: Person, version: Version
) -> None:
    key = text_saying(version, "Learn").paragraph.key
    html = client.get(f"{PAGE}/after/{key}").text
    assert "Which paragraphs of version 1 does it come from?" in html
    assert "checked" not in html
    answer = send(client, f"{PAGE}/after/{key}", paragraph="p1")
    assert answer.status_code == 303
    assert ("Ask", "split", "Learn") in fates(version)
    assert "checked" in client.get(f"{PAGE}/after/{key}").text


def test_an_editor_says_that_a_removed_paragraph_is_still_there(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    version = put(consultation, "Quite another thing.", f"{ANSWER} {PUBLISH}", at=NOW)
    assert ("Ask", "removed", None) in fates(version)
    new = text_saying(version, "Quite").paragraph.key
    assert "Which paragraphs of version 2 has it become?" in client.get(f"{PAGE}/before/p1").text
    send(client, f"{PAGE}/before/p1", paragraph=new)
    assert ("Ask", "reworded", "Quite") in fates(version)


@pytest.mark.parametrize("path", ["/after/p99", "/before/p99", "/sideways/p1"])
def test_paragraphs_that_do_not_exist_are_not_found(
    client: FlaskClient, editor: Person, version: Version, path: str
) -> None:
    assert client.get(PAGE + path).status_code == 404


def test_a_link_of_elsewhere_is_refused(client: FlaskClient, editor: Person, version: Version) -> None:
    assert send(client, PAGE, link="99999").status_code == 404
    assert open_fates(version) == 3


def test_a_link_that_nobody_counts_to_confirms_nothing(
    client: FlaskClient, editor: Person, version: Version
) -> None:
    opened = open_fates(version)
    for number in ("9" * 20, "9" * 5000):
        assert send(client, PAGE, link=number).status_code == 303
    assert open_fates(version) == opened


def test_without_a_working_version_there_is_nothing_to_confirm(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}/after/p1").status_code == 404
    for address in (PAGE, f"{PAGE}/after/p1"):
        answer = client.post(address, data={"link": "1"})
        assert answer.status_code == 409
        assert "Version 1 is sealed." in words_of(answer)


def test_strangers_and_editors_of_other_consultations_do_not_see_it(
    client: FlaskClient, version: Version
) -> None:
    assert client.get(PAGE).status_code == 303
    sign_in(client, a_person(Role.EDITOR, consultation=a_consultation()))
    assert client.get(PAGE).status_code == 403
    assert send(client, PAGE, link="1").status_code == 403


def test_a_form_without_its_token_changes_nothing(
    client: FlaskClient, editor: Person, version: Version
) -> None:
    answer = client.post(PAGE, data={"link": [str(link.id) for link in links_between(version)]})
    assert answer.status_code == 422
    assert "This form had been open for too long." in words_of(answer)
    key = text_saying(version, "Learn").paragraph.key
    answer = client.post(f"{PAGE}/after/{key}", data={"paragraph": "p2"})
    assert answer.status_code == 422
    assert "This form had been open for too long." in words_of(answer)
    assert 'value="p2" id="choose-p2" checked' in answer.text
    assert open_fates(version) == 3
