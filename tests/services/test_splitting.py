"""Mending the split: what every act does to all languages, how each is undone, and two editors at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.adapters import adapter
from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.draft import DraftEdit, FoundText, ParagraphText, Translation, Version
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.drafting import begin_version, draft_of, import_translation, seal_version
from app.services.drafts.linking import links_of
from app.services.drafts.sealing import SealedError, digest_of_text, digest_of_version
from app.services.drafts.undoing import OthersActsError, acts_on, redo, undo
from app.services.errors import ChangedMeanwhileError, DomainError, ForbiddenError, InvalidError
from app.services.files.importing import FoundDraft
from app.services.mending.seeing import OtherTextError, Seen, Shape
from app.services.mending.splitting import (
    change_title,
    delete_paragraph,
    edit_text,
    insert_after,
    look_at,
    look_at_whole,
    merge_with_next,
    move_paragraph,
    number_again,
    reshape_paragraph,
    split_paragraph,
)
from app.services.text import digest_of
from tests.builders import a_consultation, a_person
from tests.conftest import NOON
from tests.services.test_posting_at_once import at_once

ENGLISH = (
    "# Declaration\n\n## 1. Listen\n\nListen *first. Then* speak.\n\na) Ask.\n\nb) Answer.\n\nc) Thank."
    "\n\n## 2. Try\n\nEverybody may try. Nobody is blamed."
)
NORWEGIAN = (
    "# Erklæring\n\n## 1. Lytt\n\nLytt *først. Så* tal.\n\na) Spør.\n\nb) Svar.\n\nc) Takk."
    "\n\n## 2. Prøv\n\nAlle kan prøve. Ingen får skylden."
)
LISTEN, FIRST, ASK, ANSWER, THANK, TRY, EVERYBODY = (f"p{number}" for number in range(1, 8))


@dataclass
class Desk:
    """A working version in two languages, and who sits at it."""

    version: Version
    person: Person
    at: datetime = NOON

    def text(self, key: str, language: str = "en") -> ParagraphText | None:
        db.session.expire_all()
        translation = self.translation(language)
        return next((text for text in translation.texts if text.paragraph.key == key), None)

    def translation(self, language: str = "en") -> Translation:
        return next(each for each in self.version.translations if each.language == language)

    def seen(self, key: str, language: str = "en") -> Seen:
        text = self.text(key, language)
        return Seen(self.version, language, key, text.digest if text else "")

    def says(self, language: str = "en") -> list[tuple[str, str]]:
        db.session.expire_all()
        return [(text.label, text.source) for text in self.translation(language).texts]

    def keys(self) -> list[str]:
        db.session.expire_all()
        return [text.paragraph.key for text in self.translation().texts]

    def is_older(self, key: str) -> bool:
        original, text = self.text(key), self.text(key, "nb")
        assert original
        assert text
        return text.original_digest not in {"", original.digest}

    def undo(self, steps: int = 1) -> None:
        undo(self.version, acts_on(self.version)[0][steps - 1].id, by=self.person, at=self.at)

    def redo(self) -> None:
        undone = acts_on(self.version)[1]
        assert undone
        redo(self.version, undone.id, by=self.person, at=self.at)

    def whole(self) -> object:
        """Everything that an act could touch."""
        db.session.expire_all()
        texts = [
            (each.language, each.title, text.paragraph.key, text.position, text.digest, text.original_digest,
             text.html, text.plain, text.found_position, text.doubts)
            for each in sorted(self.version.translations, key=lambda each: each.language)
            for text in each.texts
        ]  # fmt: skip
        found = [row.doubts for row in db.session.scalars(select(FoundText).order_by(FoundText.id))]
        links = sorted(map(str, links_of(self.version)))
        return digest_of_version(self.version), texts, found, links


def found(text: str) -> FoundDraft:
    read: FoundDraft = adapter("importing", "markdown").create().read(text.encode())
    return read


def a_desk(*, versions: int = 1) -> Desk:
    consultation, person = a_consultation(), a_person(Role.EDITOR)
    for number in range(1, versions + 1):
        if number > 1:
            begin_version(consultation, by=person, at=NOON)
        else:
            import_translation(consultation, "en", found(ENGLISH), is_original=True, by=person, at=NOON)
            import_translation(consultation, "nb", found(NORWEGIAN), is_original=False, by=person, at=NOON)
        draft = draft_of(consultation)
        assert draft
        if number < versions:
            seal_version(draft, by=person, at=NOON)
    version = db.session.scalars(select(Version).order_by(Version.id.desc())).first()
    assert version
    return Desk(version, person)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return a_desk()


# ---------------------------------------------------------------- single acts


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


def test_only_the_original_is_divided(desk: Desk) -> None:
    with pytest.raises(InvalidError, match="only_in_original"):
        split_paragraph(desk.seen(ASK, "nb"), "Spør. Igjen.", [5], by=desk.person, at=NOON)


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


# ---------------------------------------------------------------- who may, and when


def test_a_sealed_version_is_not_mended(desk: Desk) -> None:
    seal_version(desk.version.draft, by=desk.person, at=NOON)
    seen = desk.seen(ASK)
    acts: list[Callable[[], object]] = [
        lambda: edit_text(seen, "Other.", by=desk.person, at=NOON),
        lambda: split_paragraph(seen, "One. Two.", [4], by=desk.person, at=NOON),
        lambda: delete_paragraph(seen, by=desk.person, at=NOON),
        lambda: number_again(desk.version, by=desk.person, at=NOON),
    ]
    for act in acts:
        with pytest.raises(SealedError):
            act()


def test_an_act_from_before_the_sealing_cannot_be_undone_after_it(desk: Desk) -> None:
    edit_text(desk.seen(ASK), "Other.", by=desk.person, at=NOON)
    seal_version(desk.version.draft, by=desk.person, at=NOON)
    with pytest.raises(SealedError):
        desk.undo()


def test_only_editors_of_the_consultation_mend(desk: Desk) -> None:
    stranger = a_person(Role.EDITOR, consultation=a_consultation())
    with pytest.raises(ForbiddenError):
        edit_text(desk.seen(ASK), "Other.", by=stranger, at=NOON)


def test_every_act_is_one_line_of_activity(desk: Desk) -> None:
    before = db.session.scalar(select(func.count()).select_from(Activity)) or 0
    edit_text(desk.seen(ASK), "Other.", by=desk.person, at=NOON)
    move_paragraph(desk.seen(ASK), 1, by=desk.person, at=NOON)
    desk.undo()
    verbs = db.session.scalars(select(Activity.verb).order_by(Activity.id)).all()[before:]
    assert verbs == ["draft text", "draft move", "draft undo"]


# ---------------------------------------------------------------- two editors


def test_the_second_of_two_editors_is_told_what_stands_there_now(desk: Desk) -> None:
    seen = desk.seen(ASK)
    edit_text(seen, "Ask everybody.", by=desk.person, at=NOON)
    with pytest.raises(OtherTextError) as refused:
        edit_text(seen, "Ask nobody.", by=a_person(Role.EDITOR), at=NOON)
    assert refused.value.text
    assert refused.value.text.source == "Ask everybody."
    assert dict(desk.says())["1.a"] == "Ask everybody."


def test_the_second_is_told_when_the_paragraph_is_gone(desk: Desk) -> None:
    seen = desk.seen(ASK)
    delete_paragraph(seen, by=desk.person, at=NOON)
    with pytest.raises(OtherTextError) as refused:
        edit_text(seen, "Ask nobody.", by=desk.person, at=NOON)
    assert refused.value.text is None


def test_a_merger_with_words_nobody_saw_is_refused(desk: Desk) -> None:
    seen, following = desk.seen(ASK), desk.seen(ANSWER)
    edit_text(following, "Answer all.", by=desk.person, at=NOON)
    with pytest.raises(OtherTextError):
        merge_with_next(seen, following.digest, by=desk.person, at=NOON)


def test_nobody_undoes_what_they_have_not_seen(desk: Desk) -> None:
    edit_text(desk.seen(ASK), "One.", by=desk.person, at=NOON)
    [last], _undone = acts_on(desk.version)
    undo(desk.version, last.id, by=desk.person, at=NOON)
    with pytest.raises(ChangedMeanwhileError):
        undo(desk.version, last.id, by=desk.person, at=NOON)


def test_of_six_who_undo_the_same_act_at_once_one_undoes_it(app: Flask, desk: Desk) -> None:
    begun = desk.says()
    edit_text(desk.seen(ASK), "One.", by=desk.person, at=NOON)
    first = desk.says()
    delete_paragraph(desk.seen(ANSWER), by=desk.person, at=NOON)
    [last, _earlier], _undone = acts_on(desk.version)
    version_id, person_id, last_id = desk.version.id, desk.person.id, last.id

    def try_to_undo(_number: int) -> bool:
        version, person = db.session.get_one(Version, version_id), db.session.get_one(Person, person_id)
        acts_on(version)
        try:
            undo(version, last_id, by=person, at=NOON)
        except ChangedMeanwhileError:
            return False
        return True

    assert sorted(at_once(app, 6, try_to_undo)) == [False] * 5 + [True]
    assert desk.says() == first
    desk.undo()
    assert desk.says() == begun


def test_an_act_of_somebody_else_is_undone_only_by_who_knows_of_it(desk: Desk) -> None:
    begun = desk.says()
    edit_text(desk.seen(ASK), "One.", by=desk.person, at=NOON)
    [last], _undone = acts_on(desk.version)
    other = a_person(Role.EDITOR)
    with pytest.raises(OthersActsError) as told:
        undo(desk.version, last.id, by=other, at=NOON)
    assert [edit.id for edit in told.value.edits] == [last.id]
    undo(desk.version, last.id, by=other, at=NOON, knowing=last.id)
    assert desk.says() == begun


def test_what_was_changed_since_by_other_means_is_not_undone(desk: Desk) -> None:
    merge_with_next(desk.seen(ASK), desk.seen(ANSWER).digest, by=desk.person, at=NOON)
    with transaction():
        text = desk.text(ASK, "nb")
        assert text
        text.source = "Noe annet."
        text.digest = digest_of_text(text, ASK)
    with pytest.raises(ChangedMeanwhileError):
        desk.undo()
    assert dict(desk.says("nb"))["1.a"] == "Noe annet."


# ---------------------------------------------------------------- undoing


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
