"""Purging: what was kept for a time only goes when that time is over, and nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models.activity import Activity, Job
from app.models.base import Base, db, transaction
from app.models.comment import Comment
from app.models.draft import Version
from app.models.people import SignIn
from app.models.sitting import Sitting, SittingKey, UnsentComment
from app.models.workshop import Needs, Registration, RegistrationState, Workshop
from app.services import purging
from app.services.activity import enqueue, verify_chain
from app.services.comments.receipts import secret_of
from app.services.errors import NotFoundError
from app.services.people.accounts import begin_sign_in
from app.services.purging import due_for_purging, purge
from app.services.workshops.seating import registration_behind
from tests.builders import a_comment, a_person
from tests.conftest import SECRET
from tests.gatherings import a_registration, a_workshop

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def a_sitting(version: Version, expires_at: datetime) -> Sitting:
    at = expires_at - 60 * DAY
    with transaction():
        sitting = Sitting(
            consultation_id=version.draft.consultation_id,
            language="en",
            began_at=at,
            touched_at=at,
            expires_at=expires_at,
        )
        key = SittingKey(sitting=sitting, reference_digest="0" * 64, joined_at=at)
        db.session.add_all([sitting, key])
        db.session.add(
            UnsentComment(
                sitting=sitting,
                key=key,
                version=version,
                language="en",
                body="Hm",
                began_at=at,
                changed_at=at,
            )
        )
    return sitting


def from_network(version: Version, network: str, at: datetime) -> Comment:
    comment = a_comment(version, at=at)
    with transaction():
        comment.network_digest = network
    return comment


def test_networks_are_forgotten_after_48_hours_and_the_comment_stays(version: Version, at: datetime) -> None:
    old, young = from_network(version, "a", at - 2 * DAY), from_network(version, "b", at - 2 * DAY + MOMENT)
    assert purge(at)["networks"] == 1
    db.session.expire_all()
    assert (old.network_digest, young.network_digest) == (None, "b")
    assert count(Comment) == 2


def test_what_was_never_sent_goes_when_it_expires(version: Version, at: datetime) -> None:
    a_sitting(version, at)
    kept = a_sitting(version, at + MOMENT)
    assert purge(at)["sittings"] == 1
    assert db.session.scalars(select(Sitting.id)).all() == [kept.id]
    assert (count(SittingKey), count(UnsentComment)) == (1, 1)


def test_finished_jobs_go_after_thirty_days_and_unfinished_ones_stay(app: Flask, at: datetime) -> None:
    for done_at in (at - 30 * DAY, at - 30 * DAY + MOMENT, None):
        with transaction():
            enqueue("letter", {}, at=at - 90 * DAY)
            job = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
            assert job is not None
            job.done_at = done_at
    assert purge(at)["jobs"] == 1
    assert count(Job) == 2


def test_sign_ins_that_ended_go(app: Flask, at: datetime) -> None:
    for began_at in (at - 14 * DAY, at):
        begin_sign_in(a_person(), began_at)
    assert purge(at)["sign_ins"] == 1
    assert count(SignIn) == 1


def with_needs(workshop: Workshop, **changes: Any) -> Registration:
    return a_registration(workshop, needs=Needs(accessibility="A ramp", diet="No nuts"), **changes)


def test_what_people_needed_goes_a_week_after_the_workshop_and_before_their_names(
    app: Flask, at: datetime
) -> None:
    workshop = a_workshop(retention_days=90)
    registration = with_needs(workshop)
    assert purge(workshop.ends_at + 7 * DAY - MOMENT)["needs"] == 0
    assert purge(workshop.ends_at + 7 * DAY)["needs"] == 1
    db.session.expire_all()
    assert count(Needs) == 0
    assert registration.name != ""


def test_what_people_needed_never_stays_longer_than_their_names(app: Flask, at: datetime) -> None:
    workshop = a_workshop(retention_days=2)
    with_needs(workshop)
    purged = purge(workshop.ends_at + 2 * DAY)
    assert (purged["needs"], purged["registrations"]) == (1, 1)


def test_persons_go_after_the_retention_period_and_the_counts_stay(app: Flask, at: datetime) -> None:
    workshop, later = a_workshop(retention_days=30), a_workshop(retention_days=31)
    states = (RegistrationState.ATTENDED, RegistrationState.ABSENT, RegistrationState.CANCELLED)
    for state in states:
        with_needs(workshop, state=state, organisation="Makers", answers={"why": "To learn"})
    kept = a_registration(later)
    assert purge(workshop.ends_at + 30 * DAY - MOMENT)["registrations"] == 0
    assert purge(workshop.ends_at + 30 * DAY)["registrations"] == 3
    db.session.expire_all()
    gone = db.session.scalars(select(Registration).where(Registration.workshop_id == workshop.id)).all()
    for registration in gone:
        told = (registration.name, registration.email, registration.organisation, registration.secret_digest)
        assert told == ("", "", "", "")
        assert registration.answers == {}
        assert registration.form_digest == registration.number
    assert {registration.state for registration in gone} == set(states)
    assert kept.name != ""


def test_the_link_to_a_purged_registration_opens_nothing(app: Flask, at: datetime) -> None:
    workshop = a_workshop(retention_days=30)
    number = a_registration(workshop).number
    secret = secret_of(number, SECRET)
    assert registration_behind(number, secret).number == number
    purge(workshop.ends_at + 30 * DAY)
    with pytest.raises(NotFoundError):
        registration_behind(number, secret)


def test_it_goes_in_portions_and_tells_of_each(
    version: Version, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    for _number in range(5):
        from_network(version, "a", at - 3 * DAY)
    told: list[tuple[str, int]] = []
    purge(at, lambda name, done: told.append((name, done)))
    assert told == [("networks", 2), ("networks", 4), ("networks", 5)]


def test_one_line_of_activity_tells_what_went_and_none_that_nothing_did(
    version: Version, at: datetime
) -> None:
    from_network(version, "a", at - 3 * DAY)
    a_sitting(version, at - DAY)
    for _time in range(2):
        purge(at)
    lines: list[Any] = list(db.session.scalars(select(Activity.subject).where(Activity.verb == "purged")))
    assert lines == ["networks=1,sittings=1"]
    assert verify_chain() is None


def test_a_look_beforehand_counts_and_changes_nothing(version: Version, at: datetime) -> None:
    from_network(version, "a", at - 3 * DAY)
    a_sitting(version, at - DAY)
    expected = {"networks": 1, "sittings": 1, "jobs": 0, "sign_ins": 0, "needs": 0, "registrations": 0}
    expected["subscriptions"] = 0
    assert due_for_purging(at) == expected
    assert purge(at) == expected
    assert due_for_purging(at) == dict.fromkeys(expected, 0)
