"""The split screen and the preview, as a browser without script sees them, and what script is sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.draft import FoundText, ParagraphText
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.drafting import draft_of, seal_version, versions_of
from app.services.mending.correcting import confirm_words, join_next, move_words, split_words, write_words
from app.services.mending.juxtaposing import correction_of
from app.services.public.reading import consultation_called
from tests.builders import a_consultation, a_person
from tests.conftest import NOON
from tests.effort import growth
from tests.signing import sign_in

PATH = "/en/manage/consultations/charter/draft"
SPLIT = f"{PATH}/split"
ENGLISH = "# Declaration\n\n## 1. Listen\n\nListen *first*. Then speak.\n\na) Ask.\n\nb) Answer."
NORWEGIAN = "# Erklæring\n\n## 1. Lytt\n\nLytt *først*. Så tal.\n\na) Spør.\n\nb) Svar."
HEADING, LISTEN, ASK, ANSWER = "p1", "p2", "p3", "p4"


@pytest.fixture
def editor(client: FlaskClient) -> Person:
    """An editor who has imported an original and a translation."""
    person = a_person(Role.EDITOR)
    sign_in(client, person)
    a_consultation(slug="charter", titles={"en": "Charter"})
    for text, language, role in ((ENGLISH, "en", "original"), (NORWEGIAN, "nb", "translation")):
        token = token_of(client.get(PATH))
        sent = {"pasted": text, "language": language, "role": role, "csrf_token": token}
        assert client.post(PATH, data=sent).status_code == 303
    return person


def token_of(response: TestResponse) -> str:
    return str(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', response.text)[0])


def words_of(response: TestResponse) -> str:
    """What the page says in its main part, without mark-up."""
    return _words(response.text.partition("<main")[2].partition("<template")[0])


def texts(language: str = "en") -> dict[str, ParagraphText]:
    db.session.expire_all()
    rows = db.session.scalars(select(ParagraphText).order_by(ParagraphText.position))
    return {row.paragraph.key: row for row in rows if row.translation.language == language}


def said(language: str = "en") -> list[tuple[str, str]]:
    return [(row.label, row.source) for row in texts(language).values()]


def act(client: FlaskClient, key: str, act: str, *, fragment: bool = False, **fields: str) -> TestResponse:
    """The act is sent as its form sends it, with what the page shows now."""
    rows = texts()
    keys = list(rows)
    following = keys[keys.index(key) + 1 :] if key in rows else []
    usual = {
        "csrf_token": token_of(client.get(SPLIT)),
        "act": act,
        "seen": rows[key].digest if key in rows else "",
        "next_seen": rows[following[0]].digest if following else "",
    }
    headers = {"X-Fragment": "rows"} if fragment else {}
    return client.post(f"{SPLIT}/{key}", data={**usual, **fields}, headers=headers)


def whole(client: FlaskClient, *, fragment: bool = False, **fields: str) -> TestResponse:
    headers = {"X-Fragment": "rows"} if fragment else {}
    return client.post(SPLIT, data={"csrf_token": token_of(client.get(SPLIT)), **fields}, headers=headers)


def begin_next(client: FlaskClient, editor: Person) -> None:
    """Version 1 is sealed, and version 2 begun with its texts."""
    draft = draft_of(consultation_called("charter"))
    assert draft
    seal_version(draft, by=editor, at=datetime.now(UTC))
    client.post(f"{PATH}/begin", data={"csrf_token": token_of(client.get(PATH))})


def doubt(key: str, *codes: str) -> None:
    with transaction():
        texts()[key].doubts = list(codes)


# ---------------------------------------------------------------- what is seen


def test_an_import_leads_to_the_split_screen(client: FlaskClient, editor: Person) -> None:
    token = token_of(client.get(PATH))
    sent = {"pasted": ENGLISH, "language": "en", "role": "original", "csrf_token": token}
    answer = client.post(PATH, data=sent)
    assert answer.location == SPLIT
    words = words_of(client.get(SPLIT))
    assert "The text is imported. Check how it was divided." in words
    assert "Divide version 1 into paragraphs" in words


def test_what_was_found_stands_beside_what_will_be(client: FlaskClient, editor: Person) -> None:
    page = client.get(SPLIT).text
    row = _row(page, ASK)
    assert '<span class="found__marker">a</span>' in row
    assert _words(row).startswith("a Ask. Label 1.a Ask. Item, level 1 Edit 1.a")


def test_words_that_no_paragraph_has_any_more_are_told(client: FlaskClient, editor: Person) -> None:
    act(client, ASK, "delete")
    row = _words(_row(client.get(SPLIT).text, LISTEN))
    assert "Ask. In no paragraph" in row
    act(client, LISTEN, "merge")
    assert "Answer. In no paragraph" not in words_of(client.get(SPLIT))


def test_a_form_opens_at_its_paragraph_with_its_words(client: FlaskClient, editor: Person) -> None:
    page = client.get(f"{SPLIT}?edit={LISTEN}").text
    row = _row(page, LISTEN)
    assert "Listen *first*. Then speak.</textarea>" in row
    assert page.count("data-editor") == 3  # this one, and two to copy for script
    assert "To split, put the sign ¶ or an empty line" in _words(row)


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


# ---------------------------------------------------------------- what is done


@pytest.mark.parametrize("mark", [" ¶ ", "\r\n\r\n", "¶", "\r\n \r\n"])
def test_a_mark_or_an_empty_line_splits(client: FlaskClient, editor: Person, mark: str) -> None:
    answer = act(client, LISTEN, "split", source=f"Listen *first.{mark}Then* speak.")
    assert answer.location == f"{SPLIT}#p5"
    assert said()[1:3] == [("1", "Listen *first.*"), ("1 ¶2", "*Then* speak.")]


def test_two_marks_split_in_three(client: FlaskClient, editor: Person) -> None:
    act(client, LISTEN, "split", source="One.\n\nTwo. ¶ Three.")
    assert [source for _label, source in said()[1:4]] == ["One.", "Two.", "Three."]


def test_a_split_without_a_mark_says_how(client: FlaskClient, editor: Person) -> None:
    answer = act(client, LISTEN, "split", source="Listen first.")
    assert answer.status_code == 422
    assert "Put the sign ¶ or an empty line" in words_of(answer)
    assert "Listen first.</textarea>" in answer.text


@pytest.mark.parametrize("words", [" ", "a¶", "a\n \n", "\n"])
def test_a_hostile_split_is_refused_with_work_that_grows_as_the_text_does(
    client: FlaskClient, editor: Person, words: str
) -> None:
    token = token_of(client.get(SPLIT))

    def refused(length: int) -> None:
        hostile = words * (length // len(words)) + "x"
        answer = act(client, LISTEN, "split", source=hostile, csrf_token=token)
        assert answer.status_code == 422

    assert growth(refused, 4_000, 32_000) < 16
    assert len(said()) == 4


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 20])
def test_numbers_that_nobody_counts_to_are_refused(client: FlaskClient, editor: Person, number: str) -> None:
    assert whole(client, undo=number).location == SPLIT
    assert whole(client, redo=number).location == SPLIT
    assert act(client, LISTEN, "save", level=number).status_code == 422
    assert act(client, LISTEN, "split", place=number, source="Listen.").status_code == 422
    assert len(said()) == 4


def test_a_text_is_split_in_fifty_at_most(client: FlaskClient, editor: Person) -> None:
    answer = act(client, LISTEN, "split", source="¶".join(["Word."] * 51))
    assert answer.status_code == 422
    assert "Split it in at most 50 parts at once." in words_of(answer)
    act(client, LISTEN, "split", source="¶".join(["Word."] * 50))
    assert len(said()) == 53


def test_a_heading_chosen_by_its_kind_alone_begins_at_level_one(client: FlaskClient, editor: Person) -> None:
    assert act(client, LISTEN, "save", kind="heading", level="0").status_code == 303
    row = texts()[LISTEN]
    assert (row.kind, row.level) == ("heading", 1)


def test_a_paragraph_is_saved_with_its_shape(client: FlaskClient, editor: Person) -> None:
    answer = act(client, ASK, "save", source="Ask all.", kind="paragraph", level="0", label="1.x")
    assert answer.location == f"{SPLIT}#{ASK}"
    row = texts()[ASK]
    assert (row.source, row.kind, row.level, row.label) == ("Ask all.", "paragraph", 0, "1.x")
    assert texts("nb")[ASK].kind == "paragraph"


def test_a_label_that_is_taken_is_refused_and_the_words_are_saved(
    client: FlaskClient, editor: Person
) -> None:
    answer = act(client, ASK, "save", source="Ask all.", kind="item", level="1", label="1.b")
    assert answer.status_code == 422
    assert "Another paragraph has this label." in words_of(answer)
    assert said()[2] == ("1.a", "Ask all.")
    again = re.findall(r'name="seen" value="(\w+)"', _row(answer.text, ASK))
    assert again == [texts()[ASK].digest]


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("up", ["p1", "p3", "p2", "p4"]),
        ("down", ["p1", "p2", "p4", "p3"]),
        ("delete", ["p1", "p2", "p4"]),
        ("merge", ["p1", "p2", "p3"]),
    ],
)
def test_a_button_does_what_it_says_and_keeps_what_was_typed(
    client: FlaskClient, editor: Person, name: str, order: list[str]
) -> None:
    assert act(client, ASK, name, source="Ask all.").status_code == 303
    assert list(texts()) == order
    if name == "merge":
        assert texts()[ASK].source == "Ask all. Answer."
    elif name != "delete":
        assert texts()[ASK].source == "Ask all."


def test_a_paragraph_is_inserted_by_a_form_of_its_own(client: FlaskClient, editor: Person) -> None:
    row = _row(client.get(f"{SPLIT}?insert={ASK}").text, ASK)
    assert "New paragraph" in _words(row)
    answer = act(client, ASK, "insert", source="Wait.", kind="item", level="1", label="")
    assert answer.location == f"{SPLIT}#p5"
    assert said()[2:4] == [("1.a", "Ask."), ("1.a ¶2", "Wait.")]


def test_the_title_is_changed(client: FlaskClient, editor: Person) -> None:
    page = client.get(f"{SPLIT}?edit=title").text
    seen = re.findall(r'name="seen" value="(\w+)"', page.partition('id="split-rows"')[0])[-1]
    assert whole(client, act="title", source=" ", seen=seen).status_code == 422
    assert whole(client, act="title", source="A charter", seen=seen).status_code == 303
    assert texts()[ASK].translation.title == "A charter"


def test_acts_are_undone_one_by_one_or_several_at_once(client: FlaskClient, editor: Person) -> None:
    begun = said()
    act(client, ASK, "delete")
    act(client, LISTEN, "save", source="Other.")
    act(client, ANSWER, "up")
    page = client.get(SPLIT)
    first, *_others, last = dict.fromkeys(re.findall(r'name="undo" value="(\d+)"', page.text))
    assert "Undo Moved: 1.b" in words_of(page)
    assert whole(client, undo=first).status_code == 303
    assert "The last change is undone." in words_of(client.get(SPLIT))
    assert whole(client, undo=last).status_code == 303
    assert said() == begun
    redo = re.findall(r'name="redo" value="(\d+)"', client.get(SPLIT).text)
    whole(client, redo=redo[0])
    assert ASK not in texts()


def test_what_somebody_else_did_is_undone_only_after_a_question(
    app: Flask, client: FlaskClient, editor: Person
) -> None:
    begun, other = said(), a_person(Role.EDITOR)
    act(client, ASK, "save", source="Ask all.")
    own = re.findall(r'name="undo" value="(\d+)"', client.get(SPLIT).text)[0]
    second = app.test_client()
    sign_in(second, other)
    act(second, LISTEN, "delete")
    page = client.get(SPLIT)
    assert f"Undo: Paragraph deleted ({other.name})" in words_of(page)
    for chosen in (own, re.findall(r'name="undo" value="(\d+)" data-asks', page.text)[0]):
        asked = whole(client, undo=chosen)
        assert asked.status_code == 409
        assert "Undo what somebody else did?" in words_of(asked)
        assert f"Paragraph deleted ({other.name})" in words_of(asked)
        assert LISTEN not in texts()
    assert whole(client, fragment=True, undo=own).status_code == 409
    asked = whole(client, undo=own)
    knowing = re.findall(r'name="knowing" value="(\d+)"', asked.text)[0]
    assert whole(client, undo=own, knowing=own).status_code == 409
    assert whole(client, undo=own, knowing=knowing).status_code == 303
    assert f"2 changes are undone. Paragraph deleted: 1 ({other.name})" in words_of(client.get(SPLIT))
    assert said() == begun


def test_what_was_done_to_a_translation_is_told_with_its_language(
    client: FlaskClient, editor: Person
) -> None:
    version = versions_of(consultation_called("charter"))[0]

    def seen(key: str) -> str:
        return correction_of(version, "nb").pair(key).seen

    whole_text = correction_of(version, "nb").seen
    split_words(version, "nb", LISTEN, "Lytt.\nSå tal.", seen=whole_text, by=editor, at=NOON)
    join_next(version, "nb", ASK, seen=correction_of(version, "nb").seen, by=editor, at=NOON)
    move_words(version, "nb", ASK, 1, seen=correction_of(version, "nb").seen, by=editor, at=NOON)
    confirm_words(version, "nb", LISTEN, seen=seen(LISTEN), by=editor, at=NOON)
    write_words(version, "nb", LISTEN, "Lytt alltid.", seen=seen(LISTEN), by=editor, at=NOON)
    page = words_of(client.get(SPLIT))
    for told in (
        "Text changed: 1, Norwegian Bokmål", "Said to be up to date: 1, Norwegian Bokmål",
        "Words moved to another paragraph: 1.a, Norwegian Bokmål",
        "Words of two paragraphs joined: 1.a, Norwegian Bokmål",
        "Words divided between two paragraphs: 1, Norwegian Bokmål",
    ):  # fmt: skip
        assert told in page


def test_labels_are_numbered_again_when_asked(client: FlaskClient, editor: Person) -> None:
    assert "Number again" not in words_of(client.get(SPLIT))
    act(client, ASK, "split", source="Ask. ¶ Wait.")
    assert "Number again (2 labels)" in words_of(client.get(SPLIT))
    whole(client, act="number")
    assert said()[2:] == [("1.a", "Ask."), ("1.b", "Wait."), ("1.c", "Answer.")]


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


# ---------------------------------------------------------------- preview and overview


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
    assert "It can be sealed all the same." in words
    assert "not translated yet" in words


def test_a_version_is_begun_from_the_last_and_says_what_changed(client: FlaskClient, editor: Person) -> None:
    draft = draft_of(consultation_called("charter"))
    assert draft
    seal_version(draft, by=editor, at=datetime.now(UTC))
    page = client.get(PATH)
    assert "Begin from version 1" in words_of(page)
    token = token_of(page)
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
    answer = client.post(f"{PATH}/changes", data={"csrf_token": token_of(client.get(PATH)), **sent})
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
    token = token_of(client.get(PATH))
    client.post(f"{PATH}/begin", data={"csrf_token": token})
    act(client, ASK, "save", source="Ask everybody and everyone.")
    page = client.get(PATH)
    assert "It cannot be sealed yet. What became of 1 paragraph is not confirmed yet." in words_of(page)
    answer = client.post(f"{PATH}/seal", data={"csrf_token": token, "confirmed": "y"})
    assert answer.status_code == 422
    assert "First confirm what became of every paragraph" in words_of(answer)


def test_a_version_that_changes_nothing_is_not_sealed(client: FlaskClient, editor: Person) -> None:
    begin_next(client, editor)
    sent = {"csrf_token": token_of(client.get(PATH)), "confirmed": "y"}
    answer = client.post(f"{PATH}/seal", data=sent)
    assert answer.status_code == 422
    assert "No text of any language is other than in the version before." in words_of(answer)
    assert versions_of(consultation_called("charter"))[0].sealed_at is None
    version = versions_of(consultation_called("charter"))[0]
    seen = correction_of(version, "nb").pair(LISTEN).seen
    write_words(version, "nb", LISTEN, "Lytt alltid.", seen=seen, by=editor, at=NOON)
    assert client.post(f"{PATH}/seal", data=sent).status_code == 303


@pytest.mark.parametrize("language", ["en", "lv", "nb", "fr"])
def test_the_pages_stand_in_every_language(client: FlaskClient, editor: Person, language: str) -> None:
    start = f"/{language}/manage/consultations/charter"
    for path in ("/draft/split", "/draft/split?edit=p2", "/draft/split?edit=title", "/preview", "/draft"):
        assert client.get(start + path).status_code == 200


def _row(page: str, key: str) -> str:
    found = re.search(rf'<section class="piece[^>]* id="{key}".*?</section>', page, re.DOTALL)
    assert found, key
    return found[0]


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
