"""Convening: what a workshop can be, who may set it up where, and when it is published or deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.models.activity import Activity
from app.models.base import db
from app.models.consultation import Consultation
from app.models.people import Person
from app.models.roles import Role
from app.models.workshop import Workshop
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError, NotFoundError
from app.services.workshops.arranging import Question
from app.services.workshops.convening import change_workshop, create_workshop, delete_draft, publish_workshop
from app.services.workshops.hosting import (
    consultations_to_convene_on,
    countries_to_convene_in,
    workshop_to_run,
    workshops_run_by,
)
from tests.builders import a_consultation, a_person
from tests.conftest import NOON
from tests.gatherings import a_workshop
from tests.services.conveners import DAY, HOUR, a_plan, consultation, latvia, plan_of, problems

__all__ = ["consultation", "latvia"]


def test_a_contact_point_sets_up_a_draft_for_its_country(consultation: Consultation, latvia: Person) -> None:
    workshop = create_workshop(consultation, a_plan(country="LV"), by=latvia, at=NOON)
    assert (workshop.country, workshop.is_published, workshop.sequence) == ("LV", False, 0)
    assert list(workshop.titles) == ["lv", "en"]
    assert db.session.scalars(select(Activity.verb)).all()[-1] == "workshop created"


def test_another_country_is_not_a_contact_points_to_convene_in(
    consultation: Consultation, latvia: Person
) -> None:
    for country in (None, "NO"):
        with pytest.raises(ForbiddenError):
            create_workshop(consultation, a_plan(country=country), by=latvia, at=NOON)
    assert countries_to_convene_in(latvia, consultation) == ["LV"]


def test_an_editor_convenes_for_all_countries_or_one(
    consultation: Consultation, editor: Person, latvia: Person
) -> None:
    assert countries_to_convene_in(editor, consultation) == [None, "LV"]
    assert create_workshop(consultation, a_plan(), by=editor, at=NOON).country is None


def test_a_country_without_contact_point_cannot_have_one(consultation: Consultation, editor: Person) -> None:
    assert problems(a_plan(country="FR"), consultation, editor) == {"country": "unknown"}


def test_other_countries_organisers_see_nothing_of_it(latvia: Person) -> None:
    workshop = a_workshop(country="LV")
    norway, editor = a_person(Role.CONTACT_POINT, country="NO"), a_person(Role.EDITOR)
    assert workshops_run_by(norway) == []
    with pytest.raises(NotFoundError):
        workshop_to_run(workshop.slug, by=norway)
    with pytest.raises(NotFoundError):
        change_workshop(workshop, plan_of(workshop), by=norway, at=NOON)
    assert workshops_run_by(latvia) == workshops_run_by(editor) == [workshop]


def test_who_is_bound_to_a_consultation_convenes_on_that_one_only(consultation: Consultation) -> None:
    a_consultation()
    bound = a_person(Role.EDITOR, consultation=consultation)
    assert consultations_to_convene_on(bound) == [consultation]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"slug": "Rīga"}, {"slug": "invalid"}),
        ({"slug": "new"}, {"slug": "taken"}),
        ({"titles": {"en": "  "}}, {"titles": "required"}),
        ({"titles": {"en": "x" * 201}}, {"titles": "too_long"}),
        ({"zone": "Europe/Nowhere"}, {"zone": "unknown"}),
        ({"ends_at": datetime(2030, 2, 23, 11, tzinfo=UTC)}, {"ends_at": "before_start"}),
        ({"register_by": datetime(2030, 2, 23, 11, 1, tzinfo=UTC)}, {"register_by": "after_start"}),
        ({"places": 0}, {"places": "out_of_range"}),
        ({"offer_hours": 0}, {"offer_hours": "out_of_range"}),
        ({"retention_days": 6}, {"retention_days": "out_of_range"}),
        ({"addresses": {}}, {"addresses": "required"}),
        ({"online_link": "javascript:alert(1)"}, {"online_link": "invalid"}),
        ({"online_link": "https://meet.example/a b"}, {"online_link": "invalid"}),
        ({"online_link": "https://[meet"}, {"online_link": "invalid"}),
        ({"interpretation": ["Latvian!"]}, {"working_language": "unknown"}),
        ({"paragraph_keys": ["p99"]}, {"paragraph_keys": "unknown"}),
        ({"contact_name": " "}, {"contact_name": "required"}),
        ({"contact_email": "nobody"}, {"contact_email": "invalid"}),
        ({"questions": [Question({"en": "?"})] * 11}, {"questions": "too_many"}),
        ({"questions": [Question({"en": "?" * 301})]}, {"questions": "too_long"}),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    consultation: Consultation, editor: Person, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert problems(a_plan(**changes), consultation, editor) == expected


def test_two_workshops_cannot_have_one_address(consultation: Consultation, editor: Person) -> None:
    a_workshop(slug="riga-february")
    assert problems(a_plan(), consultation, editor) == {"slug": "taken"}


def test_only_online_is_a_place_too(consultation: Consultation, editor: Person) -> None:
    plan = a_plan(addresses={}, online_link=" https://meet.example/riga ")
    assert create_workshop(consultation, plan, by=editor, at=NOON).online_link == "https://meet.example/riga"


def test_a_title_is_one_line_whatever_was_pasted(consultation: Consultation, editor: Person) -> None:
    plan = a_plan(titles={"en": "Work\r\nBcc: everybody@example.org"})
    workshop = create_workshop(consultation, plan, by=editor, at=NOON)
    assert workshop.titles == {"en": "Work Bcc: everybody@example.org"}


def test_times_that_cannot_be_read_hide_nothing_else(consultation: Consultation, editor: Person) -> None:
    plan = a_plan(unread={"starts_at": "gap"}, titles={}, places=0, contact_email="x", slug="No")
    assert problems(plan, consultation, editor) == {
        "starts_at": "gap", "titles": "required", "places": "out_of_range", "contact_email": "invalid",
        "slug": "invalid",
    }  # fmt: skip
    late = a_plan(unread={"ends_at": "unreadable"}, register_by=datetime(2031, 1, 1, tzinfo=UTC))
    assert problems(late, consultation, editor) == {"ends_at": "unreadable", "register_by": "after_start"}


def test_publishing_shows_it_once(consultation: Consultation, editor: Person) -> None:
    workshop = create_workshop(consultation, a_plan(), by=editor, at=NOON)
    stamp = consultation.public_stamp
    publish_workshop(workshop, by=editor, at=NOON)
    publish_workshop(workshop, by=editor, at=NOON + HOUR)
    db.session.refresh(consultation)
    assert (workshop.published_at, consultation.public_stamp) == (NOON, stamp + 1)


def test_what_is_over_or_about_a_hidden_consultation_is_not_published(editor: Person) -> None:
    hidden = a_workshop(
        a_consultation(is_listed=False), published_at=None, starts_at=NOON, register_by=NOON - DAY
    )
    with pytest.raises(InvalidError) as refused:
        publish_workshop(hidden, by=editor, at=NOON)
    assert refused.value.problems == {
        "starts_at": "past", "register_by": "past", "consultation": "unlisted",
    }  # fmt: skip


def test_a_draft_is_deleted_and_its_address_is_free_again(consultation: Consultation, editor: Person) -> None:
    draft = create_workshop(consultation, a_plan(), by=editor, at=NOON)
    subject = f"workshop:{draft.id}"
    delete_draft(draft, by=editor, at=NOON)
    assert db.session.scalars(select(Workshop)).all() == []
    last = db.session.scalars(select(Activity).order_by(Activity.id.desc()).limit(1)).one()
    assert (last.verb, last.subject, last.person_id) == ("workshop draft deleted", subject, editor.id)
    create_workshop(consultation, a_plan(), by=editor, at=NOON)


def test_what_the_public_has_seen_is_not_deleted(editor: Person) -> None:
    published = a_workshop()
    with pytest.raises(ChangedMeanwhileError):
        delete_draft(published, by=editor, at=NOON)
    assert db.session.get(Workshop, published.id) is not None


def test_another_countrys_draft_is_not_deleted(latvia: Person) -> None:
    draft = a_workshop(country="LV", published_at=None)
    with pytest.raises(NotFoundError):
        delete_draft(draft, by=a_person(Role.CONTACT_POINT, country="NO"), at=NOON)
    delete_draft(draft, by=latvia, at=NOON)
    assert db.session.scalars(select(Workshop)).all() == []
