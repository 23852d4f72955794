"""Extending: a closing moves later, with a reason, and everybody who gave an address is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.jobs import run_due_jobs
from app.models.activity import Activity, Job
from app.models.base import db
from app.models.consultation import Consultation, Extension
from app.models.people import Person
from app.models.roles import Role
from app.services.consultations.extending import (
    LONGEST_REASON,
    announcement,
    extend,
    extensions_of,
    number_to_tell,
)
from app.services.errors import ForbiddenError, InvalidError
from tests.builders import a_comment, a_consultation, a_draft, a_person

DAY = timedelta(days=1)
WHY = {"en": "Many asked for more time.", "lv": " "}


def extended(consultation: Consultation, at: datetime, by: Person | None = None, **changes: Any) -> Extension:
    facts = {"new_closes_at": consultation.closes_at + DAY, "reasons": WHY, "original": "en", **changes}
    return extend(consultation, by=by, at=at, **facts)


def refusal(consultation: Consultation, at: datetime, **changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidError) as refused:
        extended(consultation, at, **changes)
    db.session.refresh(consultation)
    assert extensions_of(consultation) == []
    return refused.value.problems


def letters() -> list[dict[str, Any]]:
    return [
        job.payload for job in db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id))
    ]


def test_a_closing_moves_later_and_what_was_announced_stands(app: Flask, at: datetime) -> None:
    consultation = a_consultation(closes_at=at + DAY)
    stamp, editor = consultation.public_stamp, a_person(Role.EDITOR)
    extension = extended(consultation, at, by=editor)
    db.session.refresh(consultation)
    assert consultation.closes_at == at + 2 * DAY
    assert (extension.old_closes_at, extension.new_closes_at) == (at + DAY, at + 2 * DAY)
    assert (extension.reasons, extension.person_id) == ({"en": "Many asked for more time."}, editor.id)
    assert consultation.public_stamp > stamp
    assert db.session.scalars(select(Activity.verb)).all() == ["consultation extended"]


def test_an_extension_that_one_person_asks_for_twice_is_announced_once(app: Flask, at: datetime) -> None:
    consultation = a_consultation(closes_at=at + DAY)
    asked: dict[str, Any] = {"by": a_person(Role.EDITOR), "new_closes_at": at + 2 * DAY}
    made = extended(consultation, at, **asked)
    assert extended(consultation, at, **asked) is made
    assert extensions_of(consultation) == [made]
    assert db.session.scalars(select(Activity.verb)).all() == ["consultation extended"]


@pytest.mark.parametrize("reason", ["Many asked for more time.", "Others did."])
def test_an_extension_to_the_closing_by_somebody_else_or_for_another_reason_is_refused(
    app: Flask, at: datetime, reason: str
) -> None:
    consultation = a_consultation(closes_at=at + DAY)
    first, second = a_person(Role.EDITOR), a_person(Role.EDITOR)
    extended(consultation, at, by=first, new_closes_at=at + 2 * DAY)
    by = second if reason == WHY["en"] else first
    with pytest.raises(InvalidError):
        extended(consultation, at, by=by, new_closes_at=at + 2 * DAY, reasons={"en": reason})


def test_every_extension_is_listed_for_ever_the_last_one_first(app: Flask, at: datetime) -> None:
    consultation = a_consultation(closes_at=at + DAY)
    for _time in range(3):
        extended(consultation, at)
    closings = [extension.new_closes_at - at for extension in extensions_of(consultation)]
    assert closings == [4 * DAY, 3 * DAY, 2 * DAY]


def test_a_coming_consultation_can_be_extended_too(app: Flask, at: datetime) -> None:
    coming = a_consultation(opens_at=at + DAY, closes_at=at + 2 * DAY)
    extended(coming, at)
    assert coming.closes_at == at + 3 * DAY


@pytest.mark.parametrize("moved_by", [timedelta(0), -DAY])
def test_a_closing_never_moves_earlier(app: Flask, at: datetime, moved_by: timedelta) -> None:
    consultation = a_consultation(closes_at=at + 3 * DAY)
    problems = refusal(consultation, at, new_closes_at=consultation.closes_at + moved_by)
    assert problems == {"closes_at": "not_later"}


@pytest.mark.parametrize("late", [timedelta(0), DAY])
def test_what_has_closed_is_not_opened_again_even_within_its_grace(
    app: Flask, at: datetime, late: timedelta
) -> None:
    consultation = a_consultation(closes_at=at, grace_minutes=60)
    assert refusal(consultation, at + late, new_closes_at=at + 9 * DAY) == {"closes_at": "has_closed"}


@pytest.mark.parametrize(
    ("reasons", "problem"),
    [
        ({}, "required"),
        ({"en": " \n"}, "required"),
        ({"lv": "Lai visi paspētu."}, "required"),
        ({"en": "a" * (LONGEST_REASON + 1)}, "too_long"),
    ],
)
def test_a_reason_is_given_in_the_language_of_the_original(
    app: Flask, at: datetime, reasons: dict[str, str], problem: str
) -> None:
    assert refusal(a_consultation(), at, reasons=reasons) == {"reasons": problem}


def test_only_who_manages_the_consultation_extends_it(app: Flask, at: datetime) -> None:
    own, other = a_consultation(), a_consultation()
    editor = a_person(Role.EDITOR, consultation=own)
    extended(own, at, by=editor)
    for person in (editor, a_person(Role.MODERATOR)):
        with pytest.raises(ForbiddenError):
            extended(other, at, by=person)


def test_looking_at_the_announcement_changes_nothing(app: Flask, at: datetime) -> None:
    consultation = a_consultation(closes_at=at + DAY)
    announced = announcement(consultation, at + 2 * DAY, WHY, original="en", by=None, at=at)
    assert (announced.old_closes_at, announced.new_closes_at) == (at + DAY, at + 2 * DAY)
    db.session.refresh(consultation)
    assert consultation.closes_at == at + DAY
    assert extensions_of(consultation) == []


def test_each_address_gets_one_letter(app: Flask, at: datetime) -> None:
    consultation = a_consultation()
    version, other = a_draft(consultation), a_draft(a_consultation())
    for email in ("a@example.org", "b@example.org", "A@example.org", ""):
        a_comment(version, email=email)
    a_comment(other, email="elsewhere@example.org")
    assert number_to_tell(consultation) == 2
    extension = extended(consultation, at)
    while run_due_jobs(at):
        pass
    told = [letter for letter in letters() if letter["letter"] == "extended"]
    assert [letter["extension_id"] for letter in told] == [extension.id, extension.id]
    assert len({letter["submission_id"] for letter in told}) == 2
