"""The preview and the overview of a working version, as an editor's browser without script sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from app.models.people import Person
from app.services.drafts.drafting import draft_of, seal_version, versions_of
from app.services.mending.correcting import write_words
from app.services.mending.juxtaposing import correction_of
from app.services.public.reading import consultation_called
from tests.conftest import NOON
from tests.web.split_screens import ASK, LISTEN, PATH, SPLIT, act, begin_next, doubt, editor, words_of
from tests.words_on_pages import token_in

__all__ = ["editor"]


@pytest.mark.parametrize(("text", "title"), [("en", "Declaration"), ("nb", "Erklæring")])
def test_the_preview_is_what_the_public_will_read(
    client: FlaskClient, editor: Person, text: str, title: str
) -> None:
    answer = client.get(f"/en/manage/consultations/charter/preview?text={text}")
    words = words_of(answer)
    assert "This is how the public will read version 1 once it is sealed." in words
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text) == [title]
    assert answer.text.count('class="paragraph') >= 3
    assert "paragraph__act" not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_without_a_working_version_there_is_no_preview(client: FlaskClient, editor: Person) -> None:
    draft = draft_of(consultation_called("charter"))
    assert draft
    seal_version(draft, by=editor, at=datetime.now(UTC))
    assert client.get("/en/manage/consultations/charter/preview").status_code == 404


def test_the_overview_says_what_there_is_still_to_do(client: FlaskClient, editor: Person) -> None:
    doubt(ASK, "guessed_break")
    act(client, LISTEN, "split", source="One. ¶ Two.")
    words = words_of(client.get(PATH))
    assert "English, original · 5 texts · 1 thing to look at" in words
    assert "Norwegian Bokmål, translation · 4 texts · 1 missing · 1 older than the original" in words
    assert "1 text is missing. 1 text is older than the original. It can be sealed all the same." in words
    assert "not translated yet" in words


def test_a_version_is_begun_from_the_last_and_says_what_changed(client: FlaskClient, editor: Person) -> None:
    draft = draft_of(consultation_called("charter"))
    assert draft
    seal_version(draft, by=editor, at=datetime.now(UTC))
    page = client.get(PATH)
    assert "Begin from version 1" in words_of(page)
    token = token_in(page)
    assert client.post(f"{PATH}/begin", data={"csrf_token": token}).status_code == 303
    assert "Version 2, not sealed yet" in words_of(client.get(PATH))
    client.post(f"{PATH}/changes", data={"csrf_token": token, "changes_en": "Asking comes first."})
    assert "Asking comes first.</textarea>" in client.get(PATH).text
    assert "Version 2 , not sealed yet Asking comes first." in words_of(client.get(PATH))
    assert "These are the paragraphs that people will comment on." in words_of(client.get(SPLIT))


def test_a_list_of_changes_that_is_too_long_comes_back_with_every_word(
    client: FlaskClient, editor: Person
) -> None:
    begin_next(client, editor)
    sent = {"changes_en": "Asking comes first.", "changes_nb": "å" * 10_001}
    answer = client.post(f"{PATH}/changes", data={"csrf_token": token_in(client.get(PATH)), **sent})
    assert answer.status_code == 422
    assert "Norwegian" in words_of(answer)
    assert words_of(answer).count("Shorten this to 10,000 characters.") == 2
    assert "Asking comes first.</textarea>" in answer.text
    assert "å" * 10_001 + "</textarea>" in answer.text
    assert versions_of(consultation_called("charter"))[0].change_log == {}


OPEN_TOO_LONG = "This form had been open for too long. Nothing is lost"


@pytest.mark.parametrize(
    "address", ["/draft/begin", "/draft/changes", "/draft/remove", "/listing", "/translations/nb/left-over"]
)
def test_a_form_that_was_open_for_too_long_says_so(client: FlaskClient, editor: Person, address: str) -> None:
    sent = {"csrf_token": "old", "language": "nb", "shows": "no", "changes_en": "Asking comes first."}
    answer = client.post(PATH.removesuffix("/draft") + address, data=sent)
    assert answer.status_code == 422
    assert OPEN_TOO_LONG in words_of(answer)
    assert consultation_called("charter").is_listed
    assert len(versions_of(consultation_called("charter"))[0].translations) == 2


def test_changes_told_in_a_form_that_was_open_for_too_long_are_kept(
    client: FlaskClient, editor: Person
) -> None:
    begin_next(client, editor)
    answer = client.post(f"{PATH}/changes", data={"csrf_token": "old", "changes_en": "Asking comes first."})
    assert (answer.status_code, OPEN_TOO_LONG in words_of(answer)) == (422, True)
    assert "Asking comes first.</textarea>" in answer.text


def test_sealing_waits_until_every_fate_is_confirmed(client: FlaskClient, editor: Person) -> None:
    draft = draft_of(consultation_called("charter"))
    assert draft
    seal_version(draft, by=editor, at=datetime.now(UTC))
    token = token_in(client.get(PATH))
    client.post(f"{PATH}/begin", data={"csrf_token": token})
    act(client, ASK, "save", source="Ask everybody and everyone.")
    page = client.get(PATH)
    assert "It cannot be sealed yet. What became of 1 paragraph is not confirmed yet." in words_of(page)
    answer = client.post(f"{PATH}/seal", data={"csrf_token": token, "confirmed": "y"})
    assert answer.status_code == 422
    assert "First confirm what became of every paragraph" in words_of(answer)


def test_a_version_that_changes_nothing_is_not_sealed(client: FlaskClient, editor: Person) -> None:
    begin_next(client, editor)
    sent = {"csrf_token": token_in(client.get(PATH)), "confirmed": "y"}
    answer = client.post(f"{PATH}/seal", data=sent)
    assert answer.status_code == 422
    assert "No text of any language is other than in the version before." in words_of(answer)
    assert versions_of(consultation_called("charter"))[0].sealed_at is None
    version = versions_of(consultation_called("charter"))[0]
    seen = correction_of(version, "nb").pair(LISTEN).seen
    write_words(version, "nb", LISTEN, "Lytt alltid.", seen=seen, by=editor, at=NOON)
    assert client.post(f"{PATH}/seal", data=sent).status_code == 303
