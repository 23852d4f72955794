"""Words, shapes, labels, titles and doubts of paragraphs are changed, and what becomes of translations."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.draft import FoundText
from app.services.drafts.sealing import digest_of_text
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.mending.seeing import Shape
from app.services.mending.splitting import (
    change_title,
    edit_text,
    look_at,
    look_at_whole,
    move_paragraph,
    number_again,
    reshape_paragraph,
    split_paragraph,
)
from app.services.text import digest_of
from tests.conftest import NOON
from tests.services.mending_desk import ASK, LISTEN, THANK, Desk, desk

__all__ = ["desk"]


def test_words_are_changed_in_one_language_and_make_the_others_older(desk: Desk) -> None:
    assert not desk.is_older(ASK)
    edit_text(desk.seen(ASK), "Ask  *everybody*.", by=desk.person, at=NOON)
    text = desk.text(ASK)
    assert text
    assert (text.source, text.html) == ("Ask *everybody*.", "Ask <em>everybody</em>.")
    assert text.digest == digest_of_text(text, ASK)
    assert desk.is_older(ASK)
    assert dict(desk.says("nb"))["1.a"] == "Spør."


def test_words_of_a_translation_leave_the_original_alone(desk: Desk) -> None:
    edit_text(desk.seen(ASK, "nb"), "Spør alle.", by=desk.person, at=NOON)
    assert dict(desk.says("nb"))["1.a"] == "Spør alle."
    assert dict(desk.says())["1.a"] == "Ask."


def test_notes_are_changed_with_the_words(desk: Desk) -> None:
    edit_text(desk.seen(ASK), "Ask.", ["  See  article 3. ", ""], by=desk.person, at=NOON)
    text = desk.text(ASK)
    assert text
    assert text.notes == ["See article 3."]


def test_kind_level_and_label_change_in_every_language_and_translations_stay_fresh(desk: Desk) -> None:
    reshape_paragraph(desk.seen(ASK), Shape("heading", 2, "1.1"), by=desk.person, at=NOON)
    for language in ("en", "nb"):
        text = desk.text(ASK, language)
        assert text
        assert (text.kind, text.level, text.label) == ("heading", 2, "1.1")
        assert text.digest == digest_of_text(text, ASK)
    assert not desk.is_older(ASK)


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        (Shape("item", 1, "1.b"), "label: taken"),
        (Shape("item", 1, " "), "label: empty"),
        (Shape("item", 1, "x" * 61), "label: too_long"),
        (Shape("item", 0, "1.z"), "level: out_of_range"),
        (Shape("heading", 7, ""), "level: out_of_range"),
        (Shape("poem", 1, "1.z"), "kind: unknown"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(desk: Desk, shape: Shape, problem: str) -> None:
    before = desk.whole()
    with pytest.raises(InvalidError, match=problem):
        reshape_paragraph(desk.seen(ASK), shape, by=desk.person, at=NOON)
    assert desk.whole() == before


@pytest.mark.parametrize(("source", "problem"), [("  ", "source: empty"), ("x" * 20_001, "source: too_long")])
def test_words_that_cannot_be_are_refused(desk: Desk, source: str, problem: str) -> None:
    with pytest.raises(InvalidError, match=problem):
        edit_text(desk.seen(ASK), source, by=desk.person, at=NOON)


def test_numbering_again_gives_the_labels_the_text_would_have_had(desk: Desk) -> None:
    split_paragraph(desk.seen(ASK), "Ask on. Listen.", [7], by=desk.person, at=NOON)
    move_paragraph(desk.seen(THANK), -1, by=desk.person, at=NOON)
    number_again(desk.version, by=desk.person, at=NOON)
    assert desk.says()[2:6] == [("1.a", "Ask on."), ("1.b", "Listen."), ("1.c", "Thank."), ("1.d", "Answer.")]
    assert [label for label, _source in desk.says("nb")][2:5] == ["1.a", "1.c", "1.d"]
    assert not desk.is_older(THANK)
    assert desk.is_older(ASK)


def test_a_paragraph_made_a_heading_gives_its_number_to_the_label(desk: Desk) -> None:
    edit_text(desk.seen(THANK), "3. Thanks", by=desk.person, at=NOON)
    reshape_paragraph(desk.seen(THANK), Shape("heading", 1, ""), by=desk.person, at=NOON)
    number_again(desk.version, by=desk.person, at=NOON)
    assert desk.says()[4] == ("3", "Thanks")


def test_the_title_is_changed(desk: Desk) -> None:
    change_title(desk.version, "en", " A  charter ", digest_of("Declaration"), by=desk.person, at=NOON)
    assert desk.translation().title == "A charter"
    with pytest.raises(ChangedMeanwhileError):
        change_title(desk.version, "en", "Other", digest_of("Declaration"), by=desk.person, at=NOON)
    desk.undo()
    assert desk.translation().title == "Declaration"


def test_a_doubt_that_was_looked_at_is_gone_until_it_is_undone(desk: Desk) -> None:
    with transaction():
        first = desk.text(LISTEN)
        assert first
        first.doubts = ["guessed_heading", "close_look"]
        piece = db.session.scalars(select(FoundText).order_by(FoundText.id)).first()
        assert piece
        piece.doubts = ["close_look", "guessed_heading", "close_look"]
    look_at(desk.seen(LISTEN), "close_look", by=desk.person, at=NOON)
    text = desk.text(LISTEN)
    assert text
    assert text.doubts == ["guessed_heading"]
    assert _doubts_of_file() == ["close_look", "guessed_heading"]
    look_at_whole(desk.version, "en", "close_look", by=desk.person, at=NOON)
    assert _doubts_of_file() == ["guessed_heading"]
    desk.undo(2)
    assert _doubts_of_file() == ["close_look", "guessed_heading", "close_look"]


def _doubts_of_file() -> list[str]:
    db.session.expire_all()
    return db.session.scalars(select(FoundText.doubts).order_by(FoundText.id)).first() or []
