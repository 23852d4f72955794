"""The screen where a translation is corrected, as an editor’s browser without script sees it."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.adapters.importing.markdown import create
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.drafting import draft_of, import_translation, seal_version, versions_of
from app.services.mending.juxtaposing import Correction, correction_of
from tests.builders import a_consultation, a_person
from tests.conftest import NOON
from tests.signing import sign_in
from tests.web.consultation_forms import send
from tests.words_on_pages import words_of

ENGLISH = """# Declaration

## 1. Ask early

Draft texts are published at least 60 days before they are adopted, in every language of those concerned.

a) Publish the draft where everybody finds it.

b) Say **who decides**, and when the decision is taken by the council.

## 2. Answer everybody

Every comment is read by a person, and the OECD recommendation of 2012 says why this matters.
"""
FRENCH = """# Déclaration

## 1. Demander tôt

Les projets de texte sont publiés au moins 60 jours avant leur adoption, dans chaque langue des intéressés.

a) Publiez le projet là où chacun le trouve. Dites **qui décide**, et quand le conseil prendra la décision.

## 2. Répondre à tous

Une note de la traductrice, qui est restée dans le fichier et que personne ne veut publier dans ce texte.

Chaque commentaire est lu par une personne, et la recommandation de l’OCDE de 2012 dit pourquoi cela importe.
"""


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """A consultation whose working version has a French translation with something to mend."""
    consultation = a_consultation(slug="open", titles={"en": "Declaration"})
    bring(consultation, "en", ENGLISH)
    bring(consultation, "fr", FRENCH)
    return consultation


def bring(consultation: Consultation, language: str, text: str, at: datetime = NOON) -> None:
    found = create().read(text.encode())
    import_translation(consultation, language, found, is_original=language == "en", by=None, at=at)


def path(language: str = "fr", show: str = "") -> str:
    return f"/en/manage/consultations/open/translations/{language}" + (f"?show={show}" if show else "")


def now_in(consultation: Consultation, language: str = "fr") -> Correction:
    version: Version = versions_of(consultation)[0]
    return correction_of(version, language)


def key_of(consultation: Consultation, label: str) -> str:
    return next(
        pair.key
        for pair in now_in(consultation).pairs
        if pair.original.label == label and pair.original.kind != "heading"
    )


def french(consultation: Consultation) -> dict[str, str]:
    return {
        pair.original.label: pair.text.source if pair.text else ""
        for pair in now_in(consultation).pairs
        if pair.original.kind != "heading"
    }


def act(
    client: FlaskClient, consultation: Consultation, label: str, act: str, **changes: Any
) -> TestResponse:
    """Sends the form at the paragraph as its button would."""
    page = client.get(path()).text
    section = page.partition(f'id="{key_of(consultation, label)}"')[2].partition("</section>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', section))
    box = re.search(r'name="words"[^>]*>([^<]*)</textarea>', section)
    words = {"words": unescape(box[1])} if box else {}
    return client.post(path(), data={**fields, **words, "act": act, **changes})


def test_the_screen_lists_what_is_missing_doubtful_and_without_a_place(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    words = words_of(client.get(path()))

    assert "French, version 1 working" in words
    assert "All 6 paragraphs 1 missing 1 to check 1 without a place" in words
    assert "2 paragraphs to look at 1.a Publish the draft" in words
    assert "This seems to hold the next paragraph too. Split it." in words
    assert "Without a place" in words


def test_both_languages_stand_beside_each_other_in_their_own_language_and_direction(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    page = client.get(path()).text

    assert page.count('<div class="twin__words" lang="en" dir="ltr">') == 6
    assert page.count('<div class="twin__words" lang="fr" dir="ltr">') == 5


def test_only_what_is_missing_is_shown_on_demand(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    page = client.get(path(show="missing")).text

    assert re.findall(r'<section class="twin[^>]* id="(\w+)"', page) == [key_of(consultation, "1.b")]


def test_a_joined_paragraph_is_divided_where_the_editor_pressed_enter(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    first, rest = french(consultation)["1.a"].split(". ", 1)

    response = act(client, consultation, "1.a", "split", words=f"{first}.\n{rest}")

    assert response.status_code == 303
    assert response.location.endswith(f"#{key_of(consultation, '1.a')}")
    assert french(consultation)["1.a"] == "Publiez le projet là où chacun le trouve."
    assert french(consultation)["1.b"] == "Dites **qui décide**, et quand le conseil prendra la décision."


def test_a_split_without_a_break_comes_back_with_every_word(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    response = act(client, consultation, "1.a", "split", words="Tout sur une ligne.")

    assert response.status_code == 422
    assert "Press Enter where the next paragraph begins, then split." in words_of(response)
    assert "Tout sur une ligne.</textarea>" in response.text
    assert 'href="#words-p' in response.text


def test_a_missing_paragraph_is_written_and_the_next_thing_to_do_is_shown(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    response = act(client, consultation, "1.b", "save", words="Dites qui décide.")

    assert response.status_code == 303
    assert french(consultation)["1.b"] == "Dites qui décide."
    assert "missing" not in words_of(client.get(path())).partition("Without a place")[0]


def test_what_an_editor_says_is_right_is_asked_about_no_more(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    act(client, consultation, "1.a", "confirm")

    assert "1 to check" not in words_of(client.get(path()))


def test_the_second_of_two_editors_is_told_and_keeps_the_words(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    response = act(client, consultation, "2", "save", words="Mes mots.", seen="0123456789abcdef")

    assert response.status_code == 409
    assert "Somebody else changed this translation meanwhile." in words_of(response)
    assert "Mes mots.</textarea>" in response.text
    assert french(consultation)["2"].startswith("Chaque commentaire")


def test_words_typed_before_a_move_are_kept(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    act(client, consultation, "1.a", "down", words="Mots changés.")

    assert french(consultation)["1.a"] == ""
    assert french(consultation)["1.b"] == "Mots changés."


def test_a_text_without_a_place_is_placed(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    response = decide(client, consultation, "place", key_of(consultation, "2"))

    assert response.status_code == 303
    assert french(consultation)["2"].endswith("dans ce texte.")
    assert now_in(consultation).left_over == []


def test_a_text_without_a_place_is_left_out_knowingly(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    decide(client, consultation, "discard", "")

    assert "Without a place" not in words_of(client.get(path()))


def test_a_place_that_nobody_counts_to_is_no_text(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    answer = send(client, path(), f"{path()}/left-over", act="discard", position="9" * 5000)
    assert answer.status_code == 422
    assert "This text has been placed or left out meanwhile." in words_of(answer)
    assert len(now_in(consultation).left_over) == 1


def test_a_place_chosen_in_a_form_that_was_open_for_too_long_is_kept(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    [left] = now_in(consultation).left_over
    sent = {"csrf_token": "old", "act": "place", "position": left.position, "key": "p3"}
    answer = client.post(f"{path()}/left-over", data=sent)
    assert answer.status_code == 422
    assert "This form had been open for too long." in words_of(answer)
    assert '<option value="p3" selected>' in answer.text
    assert len(now_in(consultation).left_over) == 1


def test_title_and_standing_are_saved(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    saved = send(client, path(), f"{path()}/title", title="Déclaration commune", official="y")
    refused = send(client, path(), f"{path()}/title", title=" ")

    assert saved.status_code == 303
    assert now_in(consultation).translation.is_official
    assert refused.status_code == 422
    assert "Write a title." in words_of(refused)


def test_a_translation_is_begun_on_the_screen_and_filled_in(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    index = "/en/manage/consultations/open/translations"

    response = send(client, index, index, language="ar", title="إعلان")

    assert response.status_code == 303
    page = client.get(response.location)
    assert "All 6 paragraphs 6 missing" in words_of(page)
    assert page.text.count('<textarea class="ds-input twin__box"') == 6
    assert 'lang="ar" dir="rtl" rows=' in page.text
    assert "Arabic working · 6 missing" in words_of(client.get(index))


def test_a_translation_without_a_title_is_not_begun(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    index = "/en/manage/consultations/open/translations"

    response = send(client, index, index, language="ar", title="")

    assert response.status_code == 422
    assert "Write a title." in words_of(response)


def test_what_changed_in_the_original_is_shown_at_the_older_text(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    draft = draft_of(consultation)
    assert draft is not None
    seal_version(draft, by=None, at=NOON)
    bring(consultation, "en", ENGLISH.replace("60 days", "90 days"))

    words = words_of(client.get(path(show="older")))

    assert "1 older" in words
    assert "deleted: 60" in words
    assert "inserted: 90" in words
    assert "This is up to date" in words
    act(client, consultation, "1", "confirm")
    assert "1 older" not in words_of(client.get(path()))


def test_a_sealed_version_has_no_screen_but_a_list(
    client: FlaskClient, editor: Person, consultation: Consultation
) -> None:
    draft = draft_of(consultation)
    assert draft is not None
    seal_version(draft, by=None, at=NOON)

    assert client.get(path()).status_code == 404
    assert "This version is sealed, its translations included." in words_of(
        client.get("/en/manage/consultations/open/translations")
    )
    answer = client.post(path(), data={"act": "save", "key": "p3", "words": "Demandez tôt."})
    assert answer.status_code == 409
    assert "Version 1 is sealed." in words_of(answer)
    assert "Demandez tôt.</textarea>" in answer.text
    assert "Charte</textarea>" in client.post(f"{path()}/title", data={"title": "Charte"}).text
    assert client.post(f"{path()}/left-over", data={"act": "discard", "position": "9"}).status_code == 409


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_original_and_languages_that_are_not_there_have_no_screen(
    client: FlaskClient, editor: Person, consultation: Consultation, language: str
) -> None:
    assert client.get(path(language)).status_code == 404


def test_an_editor_of_another_consultation_is_refused(
    client: FlaskClient, consultation: Consultation
) -> None:
    sign_in(client, a_person(Role.EDITOR, consultation=a_consultation()))

    assert client.get(path()).status_code == 403
    assert client.get("/en/manage/consultations/open/translations").status_code == 403


def decide(client: FlaskClient, consultation: Consultation, act: str, key: str) -> TestResponse:
    [left] = now_in(consultation).left_over
    return send(client, path(), f"{path()}/left-over", act=act, position=left.position, key=key)
