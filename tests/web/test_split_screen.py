"""The split screen, as a browser without script sees it: what it shows, two at once, what script is sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.draft import FoundText
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.drafting import draft_of, seal_version
from app.services.public.reading import consultation_called
from tests.builders import a_consultation, a_person
from tests.signing import sign_in
from tests.web.split_screens import (
    ASK,
    ENGLISH,
    LISTEN,
    PATH,
    SPLIT,
    act,
    doubt,
    editor,
    row_of,
    said,
    texts,
    whole,
    words_of,
)
from tests.words_on_pages import token_in, words_in

__all__ = ["editor"]


# ---------------------------------------------------------------- what is seen


def test_an_import_leads_to_the_split_screen(client: FlaskClient, editor: Person) -> None:
    token = token_in(client.get(PATH))
    sent = {"pasted": ENGLISH, "language": "en", "role": "original", "csrf_token": token}
    answer = client.post(PATH, data=sent)
    assert answer.location == SPLIT
    words = words_of(client.get(SPLIT))
    assert "The text is imported. Check how it was divided." in words
    assert "Divide version 1 into paragraphs" in words


def test_what_was_found_stands_beside_what_will_be(client: FlaskClient, editor: Person) -> None:
    page = client.get(SPLIT).text
    row = row_of(page, ASK)
    assert '<span class="found__marker">a</span>' in row
    assert words_in(row).startswith("a Ask. Label 1.a Ask. Item, level 1 Edit 1.a")


def test_words_that_no_paragraph_has_any_more_are_told(client: FlaskClient, editor: Person) -> None:
    act(client, ASK, "delete")
    row = words_in(row_of(client.get(SPLIT).text, LISTEN))
    assert "Ask. In no paragraph" in row
    act(client, LISTEN, "merge")
    assert "Answer. In no paragraph" not in words_of(client.get(SPLIT))


def test_a_form_opens_at_its_paragraph_with_its_words(client: FlaskClient, editor: Person) -> None:
    page = client.get(f"{SPLIT}?edit={LISTEN}").text
    row = row_of(page, LISTEN)
    assert "Listen *first*. Then speak.</textarea>" in row
    assert page.count("data-editor") == 3  # this one, and two to copy for script
    assert "To split, put the sign ¶ or an empty line" in words_in(row)


def test_warnings_lead_to_their_paragraph_and_go_when_looked_at(client: FlaskClient, editor: Person) -> None:
    doubt(ASK, "guessed_break", "close_look")
    page = client.get(SPLIT)
    assert "2 things to look at" in words_of(page)
    assert f'href="#{ASK}"' in page.text
    act(client, ASK, "look", place=f"guessed_break.{texts()[ASK].digest}")
    assert texts()[ASK].doubts == ["close_look"]
    assert "1 thing to look at" in words_of(client.get(SPLIT))


def test_a_warning_about_the_whole_document_goes_when_looked_at(client: FlaskClient, editor: Person) -> None:
    with transaction():
        for piece in db.session.scalars(select(FoundText).where(FoundText.position == 0)):
            piece.doubts = ["tracked_changes"]
    assert "The whole document: The document had tracked changes" in words_of(client.get(SPLIT))
    assert "4 texts · 1 thing to look at" in words_of(client.get(PATH))
    whole(client, act="look", doubt="tracked_changes")
    assert "to look at" not in words_of(client.get(PATH))
    assert "to look at" not in words_of(client.get(SPLIT))


@pytest.mark.parametrize("language", ["en", "lv", "nb", "fr"])
def test_the_pages_stand_in_every_language(client: FlaskClient, editor: Person, language: str) -> None:
    start = f"/{language}/manage/consultations/charter"
    for path in ("/draft/split", "/draft/split?edit=p2", "/draft/split?edit=title", "/preview", "/draft"):
        assert client.get(start + path).status_code == 200


# ---------------------------------------------------------------- two at once, and who may


def test_the_second_gets_both_texts_and_may_insist(client: FlaskClient, editor: Person) -> None:
    seen = texts()[ASK].digest
    act(client, ASK, "save", source="Ask all.")
    answer = act(client, ASK, "save", source="Ask <b>none</b>.", seen=seen)
    assert answer.status_code == 409
    words = words_of(answer)
    assert "What stands there now Ask all." in words
    assert "Ask &lt;b&gt;none&lt;/b&gt;.</textarea>" in answer.text
    assert "Save my words instead" in words
    now = re.findall(r'name="seen" value="(\w+)"', answer.text)[0]
    assert act(client, ASK, "save", source="Ask none.", seen=now).status_code == 303
    assert said()[2] == ("1.a", "Ask none.")


def test_words_for_a_paragraph_that_is_gone_are_given_back(client: FlaskClient, editor: Person) -> None:
    act(client, ASK, "delete")
    answer = act(client, ASK, "save", source="Ask none.")
    assert answer.status_code == 409
    assert "somebody else deleted this paragraph" in words_of(answer)
    assert "Ask none.</textarea>" in answer.text


def test_nobody_undoes_what_they_have_not_seen(client: FlaskClient, editor: Person) -> None:
    act(client, ASK, "delete")
    [last] = set(re.findall(r'name="undo" value="(\d+)"', client.get(SPLIT).text))
    whole(client, undo=last)
    assert whole(client, undo=last).status_code == 303
    assert "Somebody else changed the draft meanwhile" in words_of(client.get(SPLIT))
    assert whole(client, fragment=True, undo=last).status_code == 409


def test_a_forged_form_changes_nothing_and_keeps_the_words(client: FlaskClient, editor: Person) -> None:
    answer = act(client, ASK, "save", source="Other.", csrf_token="forged")
    assert answer.status_code == 422
    assert "Other.</textarea>" in answer.text
    assert said()[2] == ("1.a", "Ask.")


def test_a_sealed_version_has_no_split_screen(client: FlaskClient, editor: Person) -> None:
    draft = draft_of(consultation_called("charter"))
    assert draft
    seal_version(draft, by=editor, at=datetime.now(UTC))
    assert client.get(SPLIT).location == PATH
    answer = client.post(f"{SPLIT}/{ASK}", data={"act": "save", "source": "Ask all.", "notes": "Or many."})
    assert answer.status_code == 409
    assert "Version 1 is sealed." in words_of(answer)
    assert "Ask all.</textarea>" in answer.text
    assert "Or many.</textarea>" in answer.text
    assert client.post(SPLIT, data={"act": "title", "source": "Other"}).status_code == 409
    told = client.post(f"{SPLIT}/{ASK}", data={"source": "Ask all."}, headers={"X-Fragment": "rows"})
    assert told.status_code == 409
    assert "This version is sealed. Nobody can change it any more." in told.text
    sent = {"changes_en": "Asking comes first."}
    assert "Asking comes first.</textarea>" in client.post(f"{PATH}/changes", data=sent).text


def test_editors_of_other_consultations_stay_out(app: Flask, client: FlaskClient, editor: Person) -> None:
    stranger = app.test_client()
    sign_in(stranger, a_person(Role.EDITOR, consultation=a_consultation()))
    for address in (SPLIT, "/en/manage/consultations/charter/preview"):
        assert stranger.get(address).status_code in {403, 404}
    assert stranger.post(f"{SPLIT}/{ASK}", data={"act": "delete"}).status_code in {403, 404}


def test_whoever_comes_back_to_an_act_finds_the_paragraph(client: FlaskClient, editor: Person) -> None:
    assert client.get(f"{SPLIT}/{ASK}").location == f"{SPLIT}#{ASK}"


# ---------------------------------------------------------------- what script is sent


def test_script_gets_only_the_rows_that_are_other_than_before(client: FlaskClient, editor: Person) -> None:
    answer = act(client, LISTEN, "split", fragment=True, source="One. Two.", place="4")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert re.findall(r'<section class="piece[^>]* id="(\w+)"', answer.text) == ["p1", "p2", "p5", "p3"]
    assert 'data-focus="p5"' in answer.text
    assert said()[1:3] == [("1", "One."), ("1 ¶2", "Two.")]
    gone = act(client, LISTEN, "merge", fragment=True)
    assert 'data-gone="p5"' in gone.text


def test_script_is_told_what_was_refused(client: FlaskClient, editor: Person) -> None:
    answer = act(client, ASK, "save", fragment=True, source=" ")
    assert answer.status_code == 422
    assert "A paragraph that is not wanted can be deleted." in answer.text
    clash = act(client, ASK, "save", fragment=True, source="Other.", seen="0")
    assert clash.status_code == 409
    assert f'data-clash="{texts()[ASK].digest}"' in clash.text


def test_words_saved_while_writing_are_one_act(client: FlaskClient, editor: Person) -> None:
    lines = db.session.scalar(select(func.count()).select_from(Activity)) or 0
    for words in ("Ask a", "Ask al", "Ask all."):
        act(client, ASK, "save", fragment=True, source=words)
    assert len(set(re.findall(r'name="undo" value="(\d+)"', client.get(SPLIT).text))) == 1
    assert (db.session.scalar(select(func.count()).select_from(Activity)) or 0) == lines + 3


@pytest.mark.parametrize(
    ("named", "chosen", "says"),
    [
        ("nb", "fr", "The file says that it is in Norwegian Bokmål."),
        ("qq", "fr", "The file says that it is in qq."),
        ("nb-NO", "nb", ""),
        ("no", "nn", ""),
        ("", "fr", ""),
    ],
)
def test_a_file_that_names_another_language_is_imported_with_a_notice(
    client: FlaskClient, editor: Person, named: str, chosen: str, says: str
) -> None:
    token = token_in(client.get(PATH))
    page = f"<html lang='{named}'><h1>Erklæring</h1><p>Lytt først."
    sent = {"pasted": page, "language": chosen, "role": "translation", "csrf_token": token}
    if chosen == "nb":
        sent |= {"at_stake": "nb 0", "replaces": "y"}
    words = words_of(client.get(client.post(PATH, data=sent).location))
    assert "The translation is imported." in words
    assert (says in words) if says else ("The file says" not in words)
