"""Telling: who hears of a changed workshop, and that nobody hears of it unseen."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.models.activity import Job
from app.models.base import db
from app.models.people import Person
from app.models.workshop import Registration
from app.services.workshops.convening import change_workshop
from app.services.workshops.telling import Change, LettersAheadError
from app.wording import CHANGED_FACTS
from tests.conftest import NOON
from tests.gatherings import a_registration, a_workshop
from tests.services.conveners import DAY, HOUR, STATES, letters, plan_of


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends_at": NOON + 10 * DAY + HOUR}, ["time"]),
        ({"zone": "Europe/Oslo"}, ["time"]),
        ({"addresses": {"en": "2 Other Street"}}, ["place"]),
        ({"online_link": "https://meet.example"}, ["link"]),
        ({"accesses": {"en": "By the yard"}}, ["access"]),
        ({"titles": {"en": "Another name"}}, ["title"]),
        ({"titles": {"en": "A"}, "starts_at": NOON + 9 * DAY}, ["time", "title"]),
    ],
)
def test_who_is_registered_hears_of_time_place_and_title(
    editor: Person, changes: dict[str, Any], told: list[str]
) -> None:
    workshop = a_workshop()
    here = a_registration(workshop).id
    waits = a_registration(workshop, state=STATES.WAITING, place_in_line=1).id
    a_registration(workshop, state=STATES.CANCELLED)
    # Places are full, so that nobody is offered one by the way.
    full = {"places": 1}
    change_workshop(workshop, plan_of(workshop, **full), by=editor, at=NOON)
    assert letters() == []
    assert change_workshop(workshop, plan_of(workshop, **changes), by=editor, at=NOON).told == told
    assert letters() == [("workshop_changed", here), ("workshop_changed", waits)]
    jobs = db.session.scalars(select(Job)).all()
    assert [job.payload["changed"] for job in jobs] == [told, told]
    assert set(told) <= set(CHANGED_FACTS)
    assert workshop.sequence == 1


def test_nobody_hears_of_other_words_nor_of_a_draft(editor: Person) -> None:
    published, draft = a_workshop(), a_workshop(published_at=None)
    a_registration(published)
    change_workshop(published, plan_of(published, purposes={"en": "More."}), by=editor, at=NOON)
    change_workshop(draft, plan_of(draft, titles={"en": "New"}), by=editor, at=NOON)
    assert (letters(), published.sequence, draft.sequence) == ([], 0, 0)


def test_where_letters_would_go_out_unseen_nothing_changes(editor: Person) -> None:
    workshop = a_workshop(places=1)
    a_registration(workshop)
    a_registration(workshop, state=STATES.WAITING, place_in_line=1)
    title, plan = workshop.titles["en"], plan_of(workshop, titles={"en": "New"}, places=2)
    with pytest.raises(LettersAheadError) as ahead:
        change_workshop(workshop, plan, may_write=False, by=editor, at=NOON)
    assert ahead.value.change == Change(["title"], letters=2, offered=1)
    assert (workshop.titles["en"], workshop.places, workshop.sequence, letters()) == (title, 1, 0, [])
    assert set(db.session.scalars(select(Registration.state))) == {STATES.CONFIRMED, STATES.WAITING}
    assert change_workshop(workshop, plan, by=editor, at=NOON) == ahead.value.change


def test_a_change_that_no_letter_tells_of_needs_not_be_seen(editor: Person) -> None:
    workshop = a_workshop()
    a_registration(workshop, state=STATES.CANCELLED)
    plan = plan_of(workshop, titles={"en": "New"})
    assert change_workshop(workshop, plan, may_write=False, by=editor, at=NOON) == Change(["title"])
    assert workshop.titles["en"] == "New"


def test_whoever_reads_a_language_in_which_nothing_changed_gets_no_letter(editor: Person) -> None:
    workshop = a_workshop(titles={"en": "Trying", "nb": "Å prøve"})
    readers = {language: a_registration(workshop, language=language) for language in ("en", "lv", "nb")}
    plan = plan_of(workshop, titles={"en": "Trying", "nb": "Å forsøke", "fr": "Essayer"})
    assert change_workshop(workshop, plan, by=editor, at=NOON) == Change(["title"], letters=1)
    assert letters() == [("workshop_changed", readers["nb"].id)]


def test_a_text_written_where_it_was_missing_is_told_to_who_reads_it(editor: Person) -> None:
    workshop = a_workshop(titles={"en": "Trying"})
    readers = {language: a_registration(workshop, language=language) for language in ("en", "lv")}
    plan = plan_of(workshop, titles={"en": "Trying", "lv": "Mēģināt"})
    assert change_workshop(workshop, plan, by=editor, at=NOON).letters == 1
    assert letters() == [("workshop_changed", readers["lv"].id)]
