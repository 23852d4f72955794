"""What is done on the split screen, sent as its forms send it without script."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.drafting import versions_of
from app.services.mending.correcting import confirm_words, join_next, move_words, split_words, write_words
from app.services.mending.juxtaposing import correction_of
from app.services.public.reading import consultation_called
from tests.builders import a_person
from tests.conftest import NOON
from tests.effort import growth
from tests.signing import sign_in
from tests.web.split_screens import (
    ANSWER,
    ASK,
    LISTEN,
    SPLIT,
    act,
    editor,
    row_of,
    said,
    texts,
    whole,
    words_of,
)
from tests.words_on_pages import token_in, words_in

__all__ = ["editor"]


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
    token = token_in(client.get(SPLIT))

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
    again = re.findall(r'name="seen" value="(\w+)"', row_of(answer.text, ASK))
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
    row = row_of(client.get(f"{SPLIT}?insert={ASK}").text, ASK)
    assert "New paragraph" in words_in(row)
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
