"""The page of a draft, as an editor's browser without script sees it: importing, replacing, sealing."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db
from app.models.draft import Version
from app.models.people import Person
from app.services.mending.seeing import Seen, text_called
from app.services.mending.splitting import edit_text
from app.web.management.management_forms import TEXTS
from tests.builders import a_consultation, a_draft
from tests.web.consultation_forms import ENGLISH, FILLED, NEW, NORWEGIAN, NOW, paste, rows_of, send, shown
from tests.words_on_pages import words_of


def test_a_pasted_text_is_shown_as_it_was_divided(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    assert paste(client, "charter", ENGLISH).status_code == 303
    assert paste(client, "charter", NORWEGIAN, "nb", "translation").status_code == 303
    page = client.get("/en/manage/consultations/charter/draft")
    assert rows_of(page)[1:] == [
        ["Title", "Title", "Declaration", "Erklæring"],
        ["1", "Heading", "Listen", "Lytt"],
        ["1", "Paragraph", "Listen first .", "Lytt først ."],
        ["1.a", "Item", "Ask.", "Spør."],
    ]
    assert rows_of(page)[0] == ["Label", "Kind", "English, original", "Norwegian Bokmål"]
    assert "<em>first</em>" in page.text


def test_what_was_changed_by_hand_is_replaced_only_when_its_loss_is_agreed_to(
    client: FlaskClient, editor: Person
) -> None:
    a_consultation(slug="charter")
    path = "/en/manage/consultations/charter/draft"
    paste(client, "charter", ENGLISH)
    paste(client, "charter", NORWEGIAN, "nb", "translation")
    change_by_hand(editor, "en", "p2", "Listen well.")
    change_by_hand(editor, "en", "p3", "Ask well.")
    file = (io.BytesIO(ENGLISH.encode()), "en.md")
    asked = send(client, path, language="en", role="original", file=file)
    assert asked.status_code == 422
    assert "2 changes made by hand would be lost. Tick here to replace them." in words_of(asked)
    assert "The file en.md is kept until you send." in words_of(asked)
    assert rows_of(client.get(path))[3][2] == "Listen well."
    kept = {name: shown(asked.text, name) for name in ("kept_name", "kept", "at_stake", "language", "role")}
    kept["role"] = "original"
    change_by_hand(editor, "en", "p3", "Ask better.", days=1)
    more = send(client, path, **kept, replaces="y")
    assert more.status_code == 422
    assert "3 changes made by hand would be lost." in words_of(more)
    kept["at_stake"] = shown(more.text, "at_stake")
    assert send(client, path, **kept).status_code == 422
    assert send(client, path, **kept, replaces="y").status_code == 303
    assert rows_of(client.get(path))[3][2] == "Listen first ."


def test_what_was_changed_by_hand_in_one_language_is_still_asked_about_after_an_import_of_another(
    client: FlaskClient, editor: Person
) -> None:
    a_consultation(slug="charter")
    paste(client, "charter", ENGLISH)
    paste(client, "charter", NORWEGIAN, "nb", "translation")
    change_by_hand(editor, "en", "p2", "Listen well.")
    assert paste(client, "charter", NORWEGIAN, "nb", "translation").status_code == 303
    asked = paste(client, "charter", ENGLISH)
    assert asked.status_code == 422
    assert "1 change made by hand would be lost. Tick here to replace it." in words_of(asked)
    assert shown(asked.text, "pasted") == ENGLISH


def change_by_hand(editor: Person, language: str, key: str, words: str, days: int = 0) -> None:
    db.session.expire_all()
    version = db.session.scalars(select(Version)).one()
    text = text_called(version, language, key)
    assert text
    seen = Seen(version, language, key, text.digest)
    edit_text(seen, words, None, by=editor, at=NOW + timedelta(days=days))


@pytest.mark.parametrize("page_language", ["en", "fr"])
def test_the_original_is_first_asked_for_in_its_own_language(
    client: FlaskClient, editor: Person, page_language: str
) -> None:
    send(client, NEW, **{**FILLED, "original": "nb", **{f"{name}_nb": "Ord" for name in TEXTS}})
    path = f"/{page_language}/manage/consultations/charter/draft"
    assert shown(client.get(path).text, "language") == "nb"
    assert paste(client, "charter", NORWEGIAN, "nb").status_code == 303
    assert shown(client.get(path).text, "language") == page_language
    send(client, path, f"{path}/seal", confirmed="y")
    assert shown(client.get(path).text, "language") == "nb"


def test_a_language_of_the_original_that_is_changed_is_the_one_asked_for(
    client: FlaskClient, editor: Person
) -> None:
    texts = {f"{name}_nb": "Ord" for name in TEXTS}
    send(client, NEW, **FILLED, **texts)
    path = "/en/manage/consultations/charter"
    assert send(client, path, **{**FILLED, **texts, "original": "nb"}).status_code == 303
    db.session.expire_all()
    assert shown(client.get(path).text, "original") == "nb"
    assert shown(client.get(f"{path}/draft").text, "language") == "nb"


def test_a_file_is_read_by_its_ending(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    path = "/en/manage/consultations/charter/draft"
    text = "Declaration\n\nArticle 1\n\nEverybody may try."
    answer = send(client, path, language="en", role="original", file=(io.BytesIO(text.encode()), "d.txt"))
    assert answer.status_code == 303
    assert rows_of(client.get(path))[2] == ["1", "Heading", "Article 1"]


@pytest.mark.parametrize(
    ("text", "language", "role", "said"),
    [
        ("", "en", "original", "Choose a file that is not empty, or paste the text."),
        ("Words first.\n\n# Title too late", "en", "original", "It does not begin with a title."),
        ("# Only a title", "en", "original", "It holds no paragraphs, only headings."),
        (ENGLISH, "en", "translation", "The original is in this language."),
        (NORWEGIAN, "nb", "original", "The original is in another language."),
    ],
)
def test_a_refused_text_says_why_and_keeps_every_word(
    client: FlaskClient, editor: Person, text: str, language: str, role: str, said: str
) -> None:
    a_consultation(slug="charter")
    paste(client, "charter", ENGLISH)
    answer = paste(client, "charter", text, language, role)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert shown(answer.text, "pasted") == text
    assert shown(answer.text, "language") == language
    assert rows_of(answer)[0] == ["Label", "Kind", "English, original"]


def test_a_file_that_cannot_be_read_is_refused_with_the_endings_that_can(
    client: FlaskClient, editor: Person
) -> None:
    a_consultation(slug="charter")
    path = "/en/manage/consultations/charter/draft"
    answer = send(client, path, language="en", role="original", file=(io.BytesIO(b"x"), "d.exe"))
    assert answer.status_code == 422
    assert "Its name has to end in one of:" in words_of(answer)
    assert "Choose the file again before you send." in words_of(answer)


def test_sealing_asks_for_a_confirmation_and_then_stands(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    paste(client, "charter", ENGLISH)
    path = "/en/manage/consultations/charter/draft"
    refused = send(client, path, f"{path}/seal")
    assert refused.status_code == 422
    assert "Tick the box: nobody can change a sealed version." in words_of(refused)
    assert send(client, path, f"{path}/seal", confirmed="y").status_code == 303
    version = db.session.scalars(select(Version)).one()
    assert version.sealed_at is not None
    page = words_of(client.get(path))
    assert "Version 1 is sealed." in page
    assert str(version.digest) in page
    assert "Seal version 1" not in page
    again = paste(client, "charter", NORWEGIAN, "nb", "translation")
    assert again.status_code == 422
    assert "The last version is sealed, its translations included." in words_of(again)


def test_a_text_is_removed_before_sealing(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    paste(client, "charter", ENGLISH)
    paste(client, "charter", NORWEGIAN, "nb", "translation")
    path = "/en/manage/consultations/charter/draft"
    assert "Remove Norwegian Bokmål" in words_of(client.get(path))
    assert send(client, path, f"{path}/remove", language="nb", is_sure="y").status_code == 303
    assert rows_of(client.get(path))[0] == ["Label", "Kind", "English, original"]


def test_a_text_is_not_removed_before_its_loss_is_confirmed(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    paste(client, "charter", ENGLISH)
    paste(client, "charter", NORWEGIAN, "nb", "translation")
    path = "/en/manage/consultations/charter/draft"
    assert "I am sure: 3 texts will be lost (Norwegian Bokmål)" in words_of(client.get(path))
    refused = send(client, path, f"{path}/remove", language="nb")
    assert refused.status_code == 422
    assert "Tick the box to remove it: what is removed does not come back." in words_of(refused)
    assert 'href="#is_sure-nb"' in refused.text
    assert 'id="is_sure-nb-error"' in refused.text
    assert rows_of(client.get(path))[0] == ["Label", "Kind", "English, original", "Norwegian Bokmål"]


def test_earlier_versions_can_be_looked_at(client: FlaskClient, editor: Person) -> None:
    version = a_draft(a_consultation(slug="charter"))
    paste(client, "charter", ENGLISH)
    path = "/en/manage/consultations/charter/draft"
    assert "Version 2, not sealed yet" in words_of(client.get(path))
    words = words_of(client.get(f"{path}?version=1"))
    assert "Version 1, sealed" in words
    assert str(version.digest) in words
