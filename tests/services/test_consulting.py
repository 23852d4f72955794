"""Setting up a consultation: its words, its times, its rules, and who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.activity import Activity
from app.models.base import db
from app.models.consultation import Asking, Consultation, Particular
from app.models.contact_point import ContactPoint
from app.models.roles import Role
from app.services.consultations.consulting import (
    Plan,
    add_contact_point,
    change_consultation,
    consultation_to_manage,
    consultations_managed_by,
    create_consultation,
    instant_in,
    list_consultation,
    unlist_consultation,
)
from app.services.errors import ForbiddenError, InvalidError, NotFoundError
from tests.builders import a_consultation, a_person
from tests.conftest import NOON

DAY = timedelta(days=1)


def a_plan(**changes: Any) -> Plan:
    plan = Plan(
        slug="open-data",
        titles={"en": "Open data"},
        zone="Europe/Paris",
        opens_at=NOON - DAY,
        closes_at=NOON + DAY,
        summaries={"en": "Tell us.", "lv": " "},
        bodies={"en": "Council"},
        privacy_notices={"en": "Deleted after a year."},
    )
    return replace(plan, **changes)


def plan_of(consultation: Consultation, **changes: Any) -> Plan:
    plan = Plan(
        slug=consultation.slug,
        titles=consultation.titles,
        summaries=consultation.summaries,
        bodies=consultation.bodies,
        privacy_notices=consultation.privacy_notices,
        zone=consultation.zone,
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
    )
    return replace(plan, **changes)


def problems_of(plan: Plan) -> dict[str, str]:
    with pytest.raises(InvalidError) as refused:
        create_consultation(plan, by=None, at=NOON)
    return refused.value.problems


def test_a_new_consultation_is_as_planned_and_not_public_yet(app: Flask, at: datetime) -> None:
    consultation = create_consultation(a_plan(), by=None, at=at)
    assert (consultation.slug, consultation.titles, consultation.is_listed) == (
        "open-data",
        {"en": "Open data"},
        False,
    )
    assert consultation.summaries == {"en": "Tell us."}
    assert consultation.asks(Particular.EMAIL) == Asking.OPTIONAL
    assert consultation.created_at == at
    assert db.session.scalars(select(Activity.verb)).all() == ["consultation created"]


@pytest.mark.parametrize("slug", ["", "Open", "open data", "open--data", "-open", "ā", "a" * 81])
def test_an_address_is_small_letters_digits_and_single_hyphens(app: Flask, slug: str) -> None:
    assert problems_of(a_plan(slug=slug)) == {"slug": "invalid"}


@pytest.mark.parametrize("slug", ["taken", "new"])
def test_an_address_is_given_once(app: Flask, slug: str) -> None:
    a_consultation(slug="taken")
    assert problems_of(a_plan(slug=slug)) == {"slug": "taken"}


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"titles": {"en": "  "}}, {"titles": "required"}),
        ({"titles": {"en": "a" * 201}}, {"titles": "too_long"}),
        ({"zone": "Europe/Atlantis"}, {"zone": "unknown"}),
        ({"closes_at": NOON - DAY}, {"closes_at": "before_opening"}),
        ({"contact_email": "nobody"}, {"contact_email": "invalid"}),
        ({"who_may_comment": "friends"}, {"who_may_comment": "unknown"}),
        ({"moderation": "never"}, {"moderation": "unknown"}),
        ({"asking": {"name": "no"}}, {"asking": "unknown"}),
        ({"grace_minutes": -1}, {"grace_minutes": "out_of_range"}),
        ({"grace_minutes": 1441}, {"grace_minutes": "out_of_range"}),
        ({"late_notices": {"lv": "a" * 5001}}, {"late_notices": "too_long"}),
    ],
)
def test_what_makes_no_consultation_is_refused_by_field(
    app: Flask, changes: dict[str, Any], problems: dict[str, str]
) -> None:
    assert problems_of(a_plan(**changes)) == problems
    assert db.session.scalars(select(Consultation)).all() == []


def test_before_the_opening_all_times_can_be_moved(app: Flask, at: datetime) -> None:
    coming = a_consultation(opens_at=at + DAY, closes_at=at + 9 * DAY)
    change_consultation(
        coming, plan_of(coming, opens_at=at + 2 * DAY, closes_at=at + 3 * DAY), by=None, at=at
    )
    assert (coming.opens_at, coming.closes_at) == (at + 2 * DAY, at + 3 * DAY)


@pytest.mark.parametrize("moved_by", [-DAY, DAY])
def test_once_open_the_opening_stands(app: Flask, at: datetime, moved_by: timedelta) -> None:
    consultation = a_consultation(opens_at=at)
    plan = plan_of(consultation, opens_at=at + moved_by)
    with pytest.raises(InvalidError) as refused:
        change_consultation(consultation, plan, by=None, at=at)
    assert refused.value.problems == {"opens_at": "has_opened"}


@pytest.mark.parametrize(("moved_by", "problem"), [(-DAY / 2, "earlier"), (DAY, "extend")])
def test_once_open_the_closing_is_not_moved_in_the_settings(
    app: Flask, at: datetime, moved_by: timedelta, problem: str
) -> None:
    consultation = a_consultation(closes_at=at + DAY)
    plan = plan_of(consultation, closes_at=at + DAY + moved_by)
    with pytest.raises(InvalidError) as refused:
        change_consultation(consultation, plan, by=None, at=at)
    assert refused.value.problems == {"closes_at": problem}
    db.session.refresh(consultation)
    assert consultation.closes_at == at + DAY


def test_once_open_the_grace_only_grows_and_once_closed_it_stands(app: Flask, at: datetime) -> None:
    consultation = a_consultation(closes_at=at + DAY, grace_minutes=10)
    change_consultation(consultation, plan_of(consultation, grace_minutes=15), by=None, at=at)
    assert consultation.grace_minutes == 15
    for minutes, when, problem in ((5, at, "shorter"), (60, at + DAY, "has_closed")):
        plan = plan_of(consultation, grace_minutes=minutes)
        with pytest.raises(InvalidError) as refused:
            change_consultation(consultation, plan, by=None, at=when)
        assert refused.value.problems == {"grace_minutes": problem}


def test_rules_and_late_notices_are_as_planned(app: Flask, at: datetime) -> None:
    consultation = create_consultation(
        a_plan(
            grace_minutes=1440,
            late_notices={"en": " Write to us. ", "lv": " "},
            takes_replies=False,
            asks_register_number=True,
            asks_proof_of_work=True,
            who_may_comment="confirmed_email",
        ),
        by=None,
        at=at,
    )
    assert (consultation.grace_minutes, consultation.late_notices) == (1440, {"en": "Write to us."})
    assert (consultation.takes_replies, consultation.who_may_comment) == (False, "confirmed_email")
    assert consultation.asks_register_number
    assert consultation.asks_proof_of_work


def test_once_closed_nothing_opens_it_again(app: Flask, at: datetime) -> None:
    consultation = a_consultation(closes_at=at)
    with pytest.raises(InvalidError) as refused:
        change_consultation(consultation, plan_of(consultation, closes_at=at + DAY), by=None, at=at)
    assert refused.value.problems == {"closes_at": "has_closed"}
    change_consultation(consultation, plan_of(consultation, titles={"en": "Other"}), by=None, at=at)
    assert consultation.titles == {"en": "Other"}


def test_another_privacy_notice_is_another_version_of_it(app: Flask, at: datetime) -> None:
    consultation = a_consultation()
    change_consultation(consultation, plan_of(consultation, titles={"en": "Other"}), by=None, at=at)
    assert consultation.privacy_notice_version == 1
    change_consultation(consultation, plan_of(consultation, privacy_notices={"en": "Other"}), by=None, at=at)
    assert consultation.privacy_notice_version == 2


def test_every_change_shows_on_public_pages(app: Flask, at: datetime) -> None:
    consultation = a_consultation()
    stamps = [consultation.public_stamp]
    change_consultation(consultation, plan_of(consultation, titles={"en": "Other"}), by=None, at=at)
    unlist_consultation(consultation, by=None, at=at)
    list_consultation(consultation, by=None, at=at)
    db.session.refresh(consultation)
    assert consultation.is_listed
    assert consultation.public_stamp == stamps[0] + 3


def test_an_editor_everywhere_sets_up_consultations_and_one_of_a_consultation_does_not(
    app: Flask, at: datetime
) -> None:
    with pytest.raises(ForbiddenError):
        create_consultation(a_plan(), by=a_person(Role.EDITOR, consultation=a_consultation()), at=at)
    with pytest.raises(ForbiddenError):
        create_consultation(a_plan(), by=a_person(Role.MODERATOR), at=at)
    assert create_consultation(a_plan(), by=a_person(Role.EDITOR), at=at).slug == "open-data"


def test_an_editor_manages_the_consultations_of_the_membership(app: Flask, at: datetime) -> None:
    own, other = a_consultation(), a_consultation()
    editor = a_person(Role.EDITOR, consultation=own)
    assert consultations_managed_by(editor) == [own]
    assert consultation_to_manage(own.slug, by=editor) is own
    for refused in (
        lambda: consultation_to_manage(other.slug, by=editor),
        lambda: change_consultation(other, plan_of(other), by=editor, at=at),
        lambda: list_consultation(other, by=editor, at=at),
    ):
        with pytest.raises(ForbiddenError):
            refused()
    with pytest.raises(NotFoundError):
        consultation_to_manage("nowhere", by=editor)
    assert set(consultations_managed_by(a_person(Role.ADMINISTRATOR))) == {own, other}


def clock(shows: str) -> datetime:
    return datetime.fromisoformat(shows)


def test_a_local_time_is_an_instant_in_its_zone() -> None:
    winter, summer = clock("2030-02-22T23:59"), clock("2030-07-01T09:00")
    assert instant_in("Europe/Paris", winter) == datetime(2030, 2, 22, 22, 59, tzinfo=UTC)
    assert instant_in("Europe/Riga", summer) == datetime(2030, 7, 1, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shows", "problem"),
    [
        ("2030-03-31T02:00", "gap"),
        ("2030-03-31T02:59", "gap"),
        ("2030-10-27T02:00", "repeated"),
        ("2030-10-27T02:59", "repeated"),
    ],
)
def test_a_time_that_no_clock_shows_once_is_refused(shows: str, problem: str) -> None:
    with pytest.raises(InvalidError) as refused:
        instant_in("Europe/Paris", clock(shows))
    assert refused.value.problems == {"local": problem}
    before, after = (clock(shows) + timedelta(hours=hours) for hours in (-1, 1))
    assert instant_in("Europe/Paris", before) < instant_in("Europe/Paris", after)


def test_a_contact_point_is_added_once(app: Flask, at: datetime) -> None:
    for name in ("Kari", "Ola"):
        point = ContactPoint(country="NO", names={"en": "Norway"}, zone="Europe/Oslo", contact_name=name)
        add_contact_point(point, at=at)
    kept = db.session.get(ContactPoint, "NO")
    assert kept is not None
    assert kept.contact_name == "Kari"
