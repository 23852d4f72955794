"""What is remembered of an account, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.models.activity import Activity
from app.models.base import db
from app.services.activity import verify_chain
from app.services.people.accounts import begin_sign_in, end_sign_in, sign_in_with_password, submissions_of
from app.services.people.links import Purpose, link_token
from app.services.people.registering import person_behind
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.conftest import SECRET
from tests.services.account_holders import MOMENT, PASSWORD, confirmed

pytestmark = pytest.mark.usefixtures("app")


def test_a_person_finds_what_they_sent_newest_first_and_nobody_elses(at: datetime) -> None:
    person, version = a_person(), a_draft(a_consultation())
    older = a_comment(version, at=at - MOMENT, person_id=person.id).submission
    newer = a_comment(version, at=at, person_id=person.id).submission
    a_comment(version, person_id=a_person().id)
    a_comment(version)
    assert submissions_of(person) == [newer, older]


def test_activity_tells_what_happened_without_personal_data(at: datetime) -> None:
    person = confirmed(at)
    end_sign_in(sign_in_with_password("ana@example.org", PASSWORD, at), at)
    lines = db.session.scalars(select(Activity).order_by(Activity.id)).all()
    assert [line.verb for line in lines] == [
        "person registered",
        "address confirmed",
        "password changed",
        "signed in",
        "signed in",
        "signed out",
    ]
    assert {line.subject for line in lines} == {f"person:{person.id}"}
    assert verify_chain() is None


def test_instants_keep_their_meaning_through_the_database(at: datetime) -> None:
    person = a_person()
    summer = datetime(2030, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)
    begin_sign_in(person, summer)
    token = link_token(person, Purpose.SIGN_IN, SECRET, summer)
    db.session.expire_all()
    assert person_behind(token, SECRET, summer) == (person, Purpose.SIGN_IN)
