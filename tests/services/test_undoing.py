"""Undoing and doing again: any acts undone give the same draft back."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models.base import db
from app.models.draft import DraftEdit
from app.models.roles import Role
from app.services.drafts.sealing import digest_of_text
from app.services.drafts.undoing import acts_on
from app.services.errors import DomainError
from app.services.mending.seeing import Seen, Shape
from app.services.mending.splitting import (
    change_title,
    delete_paragraph,
    edit_text,
    insert_after,
    merge_with_next,
    move_paragraph,
    number_again,
    reshape_paragraph,
    split_paragraph,
)
from app.services.text import digest_of
from tests.builders import a_person
from tests.conftest import NOON
from tests.services.mending_desk import ANSWER, ASK, Desk, a_desk, desk

__all__ = ["desk"]


def test_writing_on_is_one_act(desk: Desk) -> None:
    for words in ("Ask o", "Ask ot", "Ask others."):
        edit_text(desk.seen(ASK), words, by=desk.person, at=NOON)
    assert len(acts_on(desk.version)[0]) == 1
    desk.undo()
    assert dict(desk.says())["1.a"] == "Ask."
    desk.redo()
    assert dict(desk.says())["1.a"] == "Ask others."


def test_writing_after_a_pause_or_by_another_is_another_act(desk: Desk) -> None:
    edit_text(desk.seen(ASK), "One.", by=desk.person, at=NOON)
    edit_text(desk.seen(ASK), "Two.", by=desk.person, at=NOON + timedelta(hours=1))
    edit_text(desk.seen(ASK), "Three.", by=a_person(Role.EDITOR), at=NOON + timedelta(hours=1))
    assert len(acts_on(desk.version)[0]) == 3


def test_a_new_act_forgets_what_was_undone(desk: Desk) -> None:
    edit_text(desk.seen(ASK), "One.", by=desk.person, at=NOON)
    desk.undo()
    edit_text(desk.seen(ANSWER), "Two.", by=desk.person, at=NOON)
    assert acts_on(desk.version)[1] is None


def test_only_what_was_touched_is_kept(desk: Desk) -> None:
    move_paragraph(desk.seen(ASK), 1, by=desk.person, at=NOON)
    edit = db.session.scalars(select(DraftEdit)).one()
    assert {text["key"] for text in edit.before["texts"]} == {ASK, ANSWER}


@dataclass
class Chance:
    """Acts on a paragraph that chance chooses."""

    desk: Desk
    random: random.Random

    def __post_init__(self) -> None:
        texts = self.desk.translation().texts
        place = self.random.randrange(len(texts))
        self.text = texts[place]
        self.following = texts[place + 1].digest if place + 1 < len(texts) else ""
        self.seen = Seen(self.desk.version, "en", self.text.paragraph.key, self.text.digest)
        self.who: Any = {"by": self.desk.person, "at": self.desk.at}

    def write(self) -> None:
        words = self.random.choice(("Say.", "Say *more* and **more**.", self.text.source))
        edit_text(self.seen, words, **self.who)

    def split(self) -> None:
        source = self.text.source
        split_paragraph(self.seen, source, [self.random.randrange(len(source))], **self.who)

    def merge(self) -> None:
        merge_with_next(self.seen, self.following, **self.who)

    def shape(self) -> None:
        kind = self.random.choice(("heading", "paragraph", "item", "row"))
        shape = Shape(kind, self.random.choice((0, 1, 2)), f"x{self.random.randrange(50)}")
        reshape_paragraph(self.seen, shape, **self.who)

    def insert(self) -> None:
        insert_after(self.seen, Shape("item", 1, ""), "New words.", **self.who)

    def delete(self) -> None:
        delete_paragraph(self.seen, **self.who)

    def move(self) -> None:
        move_paragraph(self.seen, self.random.choice((-2, -1, 1, 2)), **self.who)

    def number(self) -> None:
        number_again(self.desk.version, **self.who)

    def name(self) -> None:
        title = self.desk.translation().title
        wanted = self.random.choice(("Charter", "Pact"))
        change_title(self.desk.version, "en", wanted, digest_of(title), **self.who)


ACTS = ("write", "split", "merge", "shape", "insert", "delete", "move", "number", "name")


@pytest.mark.parametrize("versions", [1, 2])
@settings(max_examples=12)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=7), seed=st.integers(0, 2**20))
def test_any_acts_undone_give_the_same_draft_back_and_done_again_the_mended_one(
    app: Flask, versions: int, acts: list[str], seed: int
) -> None:
    desk, chance = a_desk(versions=versions), random.Random(seed)
    begun = desk.whole()
    for name in acts:
        desk.at += timedelta(hours=1)
        before = desk.whole()
        try:
            getattr(Chance(desk, chance), name)()
        except DomainError:
            assert desk.whole() == before
    mended = desk.whole()
    for text in desk.translation().texts:
        assert text.digest == digest_of_text(text, text.paragraph.key)
    assert [text.position for text in desk.translation().texts] == list(range(len(desk.keys())))
    steps = len(acts_on(desk.version)[0])
    for _step in range(steps):
        desk.undo()
    assert desk.whole() == begun
    for _step in range(steps):
        desk.redo()
    assert desk.whole() == mended
