"""What workshops are convened with: a consultation, who may, a plan; and the letters that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.activity import Job
from app.models.base import db
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.people import Person
from app.models.roles import Role
from app.models.workshop import RegistrationState, Workshop
from app.services.consultations.consulting import add_contact_point
from app.services.errors import InvalidError
from app.services.workshops.arranging import Question, WorkshopPlan
from app.services.workshops.convening import create_workshop
from tests.builders import a_consultation, a_draft, a_person
from tests.conftest import NOON

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
STATES = RegistrationState


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    consultation = a_consultation(titles={"lv": "Deklarācija", "en": "Declaration"})
    a_draft(consultation)
    return consultation


@pytest.fixture
def latvia(app: Flask) -> Person:
    """The Latvian contact point's person."""
    add_contact_point(ContactPoint(country="LV", names={"en": "Latvia"}, zone="Europe/Riga"), at=NOON)
    return a_person(Role.CONTACT_POINT, country="LV")


def a_plan(**changes: Any) -> WorkshopPlan:
    plan = WorkshopPlan(
        slug="riga-february",
        titles={"lv": "Darbnīca", "en": "Workshop"},
        zone="Europe/Riga",
        starts_at=datetime(2030, 2, 23, 11, tzinfo=UTC),
        ends_at=datetime(2030, 2, 23, 14, tzinfo=UTC),
        register_by=datetime(2030, 2, 17, 22, tzinfo=UTC),
        working_language="en",
        places=30,
        contact_name="Ilze",
        contact_email="ilze@example.org",
        addresses={"lv": "Brīvības iela 1, 3. stāvs", "en": "Brīvības iela 1, 3rd floor"},
    )
    return replace(plan, **changes)


def plan_of(workshop: Workshop, **changes: Any) -> WorkshopPlan:
    """The plan by which nothing changes but what is named."""
    names = (
        "slug titles zone starts_at ends_at register_by working_language places contact_name contact_email "
        "country purposes audiences programmes facilitators addresses accesses online_link interpretation "
        "has_waiting_list paragraph_keys offer_hours reminder_hours retention_days"
    )
    same: dict[str, Any] = {name: getattr(workshop, name) for name in names.split()}
    questions = [Question(one["labels"], one["is_required"], one["key"]) for one in workshop.questions]
    return WorkshopPlan(**{**same, "questions": questions, **changes})


def letters() -> list[tuple[str, int]]:
    """The letters on their way, as (letter, registration)."""
    jobs = db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id))
    return [(job.payload["letter"], job.payload["registration_id"]) for job in jobs]


def problems(plan: WorkshopPlan, consultation: Consultation, by: Person) -> dict[str, str]:
    with pytest.raises(InvalidError) as refused:
        create_workshop(consultation, plan, by=by, at=NOON)
    return refused.value.problems
