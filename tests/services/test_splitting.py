"""Splitting, joining, inserting, deleting and moving paragraphs, in all languages at once."""

from __future__ import annotations

import pytest

from app.services.errors import InvalidError
from app.services.mending.seeing import Shape
from app.services.mending.splitting import (
    delete_paragraph,
    insert_after,
    merge_with_next,
    move_paragraph,
    split_paragraph,
)
from tests.conftest import NOON
from tests.services.mending_desk import ANSWER, ASK, EVERYBODY, FIRST, LISTEN, THANK, TRY, Desk, desk

__all__ = ["desk"]


def test_a_split_inside_emphasis_keeps_both_parts_emphasised(desk: Desk) -> None:
    source = "Listen *first. Then* speak."
    keys = split_paragraph(desk.seen(FIRST), source, [source.index(" Then")], by=desk.person, at=NOON)
    assert keys == [FIRST, "p8"]
    assert desk.says()[1:3] == [("1", "Listen *first.*"), ("1 ¶2", "*Then* speak.")]
    assert desk.keys()[:4] == [LISTEN, FIRST, "p8", ASK]


def test_a_split_leaves_the_translation_with_the_first_part_and_older(desk: Desk) -> None:
    source = "Listen first. Then speak."
    split_paragraph(desk.seen(FIRST), source, [13], by=desk.person, at=NOON)
    assert desk.text("p8", "nb") is None
    assert desk.is_older(FIRST)
    assert not desk.is_older(ASK)
    positions = {text.paragraph.key: text.position for text in desk.translation("nb").texts}
    assert positions[ASK] == 3  # where the original has it


def test_a_heading_that_swallowed_its_paragraph_is_split_into_both(desk: Desk) -> None:
    split_paragraph(desk.seen(TRY), "Try Everybody shall.", [3], by=desk.person, at=NOON)
    text = desk.text("p8")
    assert text
    assert (text.kind, text.level, text.label, text.source) == ("paragraph", 0, "2 ¶2", "Everybody shall.")


def test_several_places_split_at_once(desk: Desk) -> None:
    keys = split_paragraph(desk.seen(ASK), "One. Two. Three.", [9, 4], by=desk.person, at=NOON)
    assert [dict(zip(desk.keys(), desk.says(), strict=True))[key][1] for key in keys] == [
        "One.",
        "Two.",
        "Three.",
    ]


def test_parts_of_a_split_stand_where_the_file_had_them(desk: Desk) -> None:
    split_paragraph(desk.seen(ASK), "One. Two.", [4], by=desk.person, at=NOON)
    first, second = desk.text(ASK), desk.text("p8")
    assert first
    assert second
    assert first.found_position == second.found_position == 2


def test_a_merger_joins_every_language_and_stays_fresh(desk: Desk) -> None:
    seen = desk.seen(ANSWER)
    gone = merge_with_next(desk.seen(ASK), seen.digest, by=desk.person, at=NOON)
    assert gone == ANSWER
    assert dict(desk.says())["1.a"] == "Ask. Answer."
    assert dict(desk.says("nb"))["1.a"] == "Spør. Svar."
    assert not desk.is_older(ASK)
    assert desk.text(ANSWER) is None
    assert desk.text(ANSWER, "nb") is None
    assert [text.position for text in desk.translation().texts] == list(range(6))


def test_a_merger_with_what_is_not_translated_leaves_an_older_translation(desk: Desk) -> None:
    split_paragraph(desk.seen(ASK), "Ask. Again.", [4], by=desk.person, at=NOON)
    merge_with_next(desk.seen(ASK), desk.seen("p8").digest, by=desk.person, at=NOON)
    assert dict(desk.says("nb"))["1.a"] == "Spør."
    assert desk.is_older(ASK)


def test_nothing_can_be_merged_with_the_last(desk: Desk) -> None:
    with pytest.raises(InvalidError, match="nothing_there"):
        merge_with_next(desk.seen(EVERYBODY), "", by=desk.person, at=NOON)


def test_a_new_paragraph_stands_after_another_and_is_missing_in_translations(desk: Desk) -> None:
    key = insert_after(desk.seen(ASK), Shape("item", 1, ""), "Wait.", by=desk.person, at=NOON)
    assert desk.keys()[2:5] == [ASK, key, ANSWER]
    text = desk.text(key)
    assert text
    assert (text.label, text.found_position) == ("1.a ¶2", None)
    assert desk.text(key, "nb") is None


def test_a_deleted_paragraph_is_gone_in_every_language(desk: Desk) -> None:
    delete_paragraph(desk.seen(ANSWER), by=desk.person, at=NOON)
    assert desk.text(ANSWER) is None
    assert desk.text(ANSWER, "nb") is None
    assert [text.position for text in desk.translation("nb").texts] == list(range(6))


def test_the_only_paragraph_stays(desk: Desk) -> None:
    for key in (FIRST, ASK, ANSWER, THANK):
        delete_paragraph(desk.seen(key), by=desk.person, at=NOON)
    with pytest.raises(InvalidError, match="only_paragraph"):
        delete_paragraph(desk.seen(EVERYBODY), by=desk.person, at=NOON)


def test_a_paragraph_moves_in_every_language(desk: Desk) -> None:
    move_paragraph(desk.seen(THANK), -2, by=desk.person, at=NOON)
    assert desk.keys() == [LISTEN, FIRST, THANK, ASK, ANSWER, TRY, EVERYBODY]
    assert [source for _label, source in desk.says("nb")][2:5] == ["Takk.", "Spør.", "Svar."]
    with pytest.raises(InvalidError, match="nothing_there"):
        move_paragraph(desk.seen(LISTEN), -1, by=desk.person, at=NOON)


def test_only_the_original_is_divided(desk: Desk) -> None:
    with pytest.raises(InvalidError, match="only_in_original"):
        split_paragraph(desk.seen(ASK, "nb"), "Spør. Igjen.", [5], by=desk.person, at=NOON)
