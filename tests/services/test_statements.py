"""Statements that go straight to the driver: what comes back is what the session would have read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.models.activity import Activity, Job
from app.models.base import db, rows, transaction, write_row
from app.models.consultation import Consultation
from tests.builders import a_consultation

pytestmark = pytest.mark.usefixtures("app")


def test_every_kind_of_value_is_read_as_the_session_reads_it() -> None:
    consultation = a_consultation(titles={"lv": "Deklarācija"}, is_listed=False)
    table = Consultation.__table__
    [found] = rows(select(*table.columns).where(table.c.id == consultation.id))
    db.session.expire_all()
    assert found._asdict() == {name: getattr(consultation, name) for name in found._fields}


def test_a_row_is_written_with_what_is_usual_where_nothing_is_given() -> None:
    at = datetime(2030, 2, 10, 13, 30, tzinfo=timezone(timedelta(hours=1)))
    with transaction():
        number = write_row(Job, name="letter", payload={"words": "Šis — % :x ?"}, run_at=at)
    job = db.session.get_one(Job, number)
    assert (job.payload, job.attempts, job.error, job.done_at) == ({"words": "Šis — % :x ?"}, 0, "", None)
    assert job.run_at == at.astimezone(UTC)


def test_a_column_that_does_not_exist_is_not_passed_over() -> None:
    with pytest.raises(TypeError, match="payloads"), transaction():
        write_row(Job, name="letter", payloads={}, run_at=datetime.now(UTC))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), transaction():
        write_row(Job, name="letter", payload={}, run_at=datetime(2030, 2, 10))  # noqa: DTZ001


def test_what_the_database_refuses_is_raised_as_sqlalchemy_does_and_holds_no_values() -> None:
    def write_twice() -> None:
        line = {"verb": "secret verb", "subject": "x", "previous_digest": "0", "digest": "1"}
        with transaction():
            for _ in range(2):
                write_row(Activity, at=datetime.now(UTC), **line)

    with pytest.raises(IntegrityError) as refused:
        write_twice()
    assert "secret verb" not in str(refused.value)
    assert db.session.scalars(select(Activity)).all() == []


def test_the_session_sees_what_was_written_in_the_same_transaction_and_goes_with_it() -> None:
    def write_and_fail() -> None:
        with transaction():
            number = write_row(Job, name="letter", payload={}, run_at=datetime.now(UTC))
            db.session.get_one(Job, number).name = "other"
            db.session.flush()
            assert [row.name for row in rows(select(Job.name))] == ["other"]
            raise LookupError

    with pytest.raises(LookupError):
        write_and_fail()
    assert rows(select(Job.id)) == []


def test_what_the_session_changed_is_committed_with_the_transaction() -> None:
    consultation = a_consultation()
    with transaction():
        consultation.contact_name = "Ilze"
    assert [row.contact_name for row in rows(select(Consultation.contact_name))] == ["Ilze"]


def test_nothing_is_written_outside_of_a_transaction() -> None:
    with pytest.raises(LookupError):
        write_row(Job, name="letter", payload={}, run_at=datetime.now(UTC))
