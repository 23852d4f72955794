"""Changing a workshop: what stands, what becomes of places and answers, and what nobody undoes."""

from __future__ import annotations

import pytest

from app.models.base import db
from app.models.people import Person
from app.models.workshop import Registration
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.workshops.arranging import Question
from app.services.workshops.convening import change_workshop
from app.services.workshops.minuting import Material, change_materials, write_notes
from app.services.workshops.overtaking import state_of_materials, state_of_notes, state_of_plan
from tests.conftest import NOON
from tests.gatherings import a_registration, a_workshop
from tests.services.conveners import DAY, HOUR, STATES, letters, plan_of


def test_what_somebody_else_changed_meanwhile_is_not_undone(editor: Person) -> None:
    workshop = a_workshop()
    a_registration(workshop)
    seen = state_of_plan(workshop)
    theirs = plan_of(workshop, places=40)
    change_workshop(workshop, theirs, seen=seen, by=editor, at=NOON)
    mine = plan_of(workshop, places=30, titles={"en": "Mine"})
    with pytest.raises(ChangedMeanwhileError):
        change_workshop(workshop, mine, seen=seen, by=editor, at=NOON)
    assert (workshop.places, workshop.sequence, letters()) == (40, 0, [])
    change_workshop(workshop, mine, seen=state_of_plan(workshop), by=editor, at=NOON)
    assert workshop.titles == {"en": "Mine"}


def test_notes_and_materials_of_somebody_else_are_not_undone(editor: Person) -> None:
    workshop = a_workshop(starts_at=NOON - HOUR, register_by=NOON - DAY)
    plan, notes, materials = state_of_plan(workshop), state_of_notes(workshop), state_of_materials(workshop)
    slides = [Material({"en": "Slides"}, "https://example.org/slides")]
    write_notes(workshop, {"en": "Theirs"}, seen=notes, by=editor, at=NOON)
    change_materials(workshop, slides, seen=materials, by=editor, at=NOON)
    with pytest.raises(ChangedMeanwhileError):
        write_notes(workshop, {"en": "Mine"}, seen=notes, by=editor, at=NOON)
    with pytest.raises(ChangedMeanwhileError):
        change_materials(workshop, [], seen=materials, by=editor, at=NOON)
    assert workshop.notes == {"en": "Theirs"}
    assert len(workshop.materials) == 1
    # What was planned is another page, which nobody overtook.
    assert state_of_plan(workshop) == plan


def test_more_places_are_offered_at_once_and_fewer_expel_nobody(editor: Person) -> None:
    workshop = a_workshop(places=1)
    first, second = a_registration(workshop), a_registration(workshop, state=STATES.WAITING, place_in_line=1)
    assert change_workshop(workshop, plan_of(workshop, places=2), by=editor, at=NOON).offered == 1
    assert db.session.get_one(Registration, second.id).state == STATES.OFFERED
    change_workshop(workshop, plan_of(workshop, places=1), by=editor, at=NOON)
    states = [db.session.get_one(Registration, one.id).state for one in (first, second)]
    assert states == [STATES.CONFIRMED, STATES.OFFERED]


def test_once_it_has_begun_its_times_stand(editor: Person) -> None:
    workshop = a_workshop()
    begun = workshop.starts_at
    later = plan_of(workshop, starts_at=begun + DAY, ends_at=workshop.ends_at + DAY)
    with pytest.raises(InvalidError) as refused:
        change_workshop(workshop, later, by=editor, at=begun)
    assert refused.value.problems == {"starts_at": "has_begun"}
    with pytest.raises(InvalidError) as refused:
        change_workshop(
            workshop, plan_of(workshop, starts_at=NOON, register_by=NOON), by=editor, at=begun - HOUR
        )
    assert refused.value.problems == {"starts_at": "past"}


def test_data_are_not_kept_longer_than_people_were_told(editor: Person) -> None:
    workshop = a_workshop()
    change_workshop(workshop, plan_of(workshop, retention_days=120), by=editor, at=NOON)
    a_registration(workshop)
    with pytest.raises(InvalidError) as refused:
        change_workshop(workshop, plan_of(workshop, retention_days=121), by=editor, at=NOON)
    assert refused.value.problems == {"retention_days": "longer"}


def test_a_new_question_never_takes_over_the_answers_to_an_old_one(editor: Person) -> None:
    workshop = a_workshop()
    asked = [Question({"en": "Where do you work?"}), Question({"en": ""}), Question({"en": "Why?"}, True)]
    change_workshop(workshop, plan_of(workshop, questions=asked), by=editor, at=NOON)
    assert [one["key"] for one in workshop.questions] == ["1", "2"]
    a_registration(workshop, answers={"2": "Because."})
    kept = Question({"en": "Where?"}, key="1")
    change_workshop(workshop, plan_of(workshop, questions=[kept]), by=editor, at=NOON)
    made_up = Question({"en": "How?"}, key="2")
    change_workshop(workshop, plan_of(workshop, questions=[kept, made_up]), by=editor, at=NOON)
    assert [(one["key"], one["labels"]["en"]) for one in workshop.questions] == [
        ("1", "Where?"),
        ("3", "How?"),
    ]
