"""Who may mend a draft and until when, and two editors at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.drafting import seal_version
from app.services.drafts.sealing import SealedError, digest_of_text
from app.services.drafts.undoing import OthersActsError, acts_on, undo
from app.services.errors import ChangedMeanwhileError, ForbiddenError
from app.services.mending.seeing import OtherTextError
from app.services.mending.splitting import (
    delete_paragraph,
    edit_text,
    merge_with_next,
    move_paragraph,
    number_again,
    split_paragraph,
)
from tests.at_once import at_once
from tests.builders import a_consultation, a_person
from tests.conftest import NOON
from tests.services.mending_desk import ANSWER, ASK, Desk, desk

__all__ = ["desk"]


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
