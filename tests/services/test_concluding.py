"""Concluding: the outcome is published with its figures, and everybody who gave an address is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models.activity import Activity, Job
from app.models.base import db
from app.models.comment import State
from app.models.consultation import Consultation, Outcome
from app.models.draft import Version
from app.services.consultations.concluding import publish_outcome
from app.services.errors import ChangedMeanwhileError, InvalidError
from tests.builders import a_comment, a_consultation, a_draft
from tests.conftest import NOON

REPORT = {"en": "## What we heard\n\nThank you for *every* word."}


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(closes_at=NOON, grace_minutes=10))


@pytest.fixture
def consultation(version: Version) -> Consultation:
    return version.draft.consultation


LATER = NOON + timedelta(minutes=10)


def letters_to_all() -> list[dict[str, Any]]:
    return [job.payload for job in db.session.scalars(select(Job).where(Job.name == "letters_to_all"))]


def outcomes() -> list[Outcome]:
    return list(db.session.scalars(select(Outcome).order_by(Outcome.id)))


def test_the_outcome_keeps_the_figures_of_its_day_and_everybody_is_told(
    version: Version, consultation: Consultation
) -> None:
    a_comment(version, state=State.PUBLISHED)
    a_comment(version, state=State.REJECTED)
    stamp = consultation.public_stamp
    publish_outcome(consultation, REPORT, by=None, at=LATER)
    a_comment(version, state=State.PUBLISHED)
    [outcome] = outcomes()
    assert (outcome.received, outcome.published, outcome.published_at) == (2, 1, LATER)
    assert "<em>every</em>" in outcome.html
    assert letters_to_all() == [{"letter": "outcome_published", "consultation_id": consultation.id}]
    assert db.session.scalars(select(Activity.verb)).all() == ["outcome published"]
    db.session.refresh(consultation)
    assert consultation.public_stamp > stamp


def test_a_report_in_a_further_language_has_the_same_figures_and_sends_no_letters_again(
    version: Version, consultation: Consultation
) -> None:
    a_comment(version, state=State.PUBLISHED)
    publish_outcome(consultation, REPORT, by=None, at=LATER)
    a_comment(version, state=State.PUBLISHED)
    publish_outcome(consultation, {"lv": "Paldies."}, by=None, at=LATER)
    assert [(each.language, each.received, each.published) for each in outcomes()] == [
        ("en", 1, 1),
        ("lv", 1, 1),
    ]
    assert len(letters_to_all()) == 1


def test_an_outcome_is_not_published_over_another_one(consultation: Consultation) -> None:
    publish_outcome(consultation, REPORT, by=None, at=LATER)
    with pytest.raises(ChangedMeanwhileError):
        publish_outcome(consultation, {"en": "Something else."}, by=None, at=LATER)
    assert [each.source for each in outcomes()] == [REPORT["en"]]
    assert len(letters_to_all()) == 1


@pytest.mark.parametrize(
    ("at", "reports", "problems"),
    [
        (LATER - timedelta(microseconds=1), REPORT, {"closes_at": "not_closed"}),
        (LATER, {"en": " \n"}, {"report": "required"}),
        (LATER, {}, {"report": "required"}),
    ],
)
def test_nothing_is_published_while_comments_are_taken_or_without_words(
    consultation: Consultation, at: Any, reports: dict[str, str], problems: dict[str, str]
) -> None:
    with pytest.raises(InvalidError) as refused:
        publish_outcome(consultation, reports, by=None, at=at)
    assert refused.value.problems == problems
    assert (outcomes(), letters_to_all()) == ([], [])
    assert db.session.scalar(select(func.count()).select_from(Activity)) == 0
