"""`flask purge` and the rules of a consultation, as an operator types them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Comment
from app.models.consultation import Consultation
from tests.builders import a_comment, a_consultation, a_draft


def an_old_comment() -> Comment:
    comment = a_comment(a_draft(a_consultation()), at=datetime.now(UTC) - timedelta(days=3))
    with transaction():
        comment.network_digest = "0" * 32
    return comment


def test_a_dry_run_says_what_would_go_and_the_command_takes_it_away(app: Flask) -> None:
    comment = an_old_comment()
    for arguments, left in ((["purge", "--dry-run"], "0" * 32), (["purge"], None)):
        result = app.test_cli_runner().invoke(args=arguments)
        assert (result.exit_code, result.exception) == (0, None)
        assert "1  digests of networks, older than 48 hours" in result.output
        assert "0  sign-ins that ended" in result.output
        assert ("Nothing was changed." in result.output) == ("--dry-run" in arguments)
        db.session.refresh(comment)
        assert comment.network_digest == left


def test_a_consultation_is_added_with_its_rules(app: Flask) -> None:
    given = ["consultations", "add", "charter", "--title", "Charter", "--lang", "en", "--zone", "Europe/Riga"]
    given += ["--opens-at", "2030-01-01T09:00", "--closes-at", "2030-02-22T23:59", "--grace-minutes", "10"]
    given += ["--late-notice", "Write to us.", "--no-replies", "--proof-of-work"]
    result = app.test_cli_runner().invoke(args=[*given, "--who-may-comment", "confirmed_email"])
    assert (result.exit_code, result.exception) == (0, None)
    charter = db.session.scalars(select(Consultation)).one()
    assert (charter.grace_minutes, charter.late_notices) == (10, {"en": "Write to us."})
    assert (charter.takes_replies, charter.asks_proof_of_work) == (False, True)
    assert charter.who_may_comment == "confirmed_email"


def test_a_grace_of_more_than_a_day_is_refused_in_a_sentence(app: Flask) -> None:
    given = ["consultations", "add", "charter", "--title", "Charter", "--lang", "en", "--zone", "Europe/Riga"]
    given += ["--opens-at", "2030-01-01T09:00", "--closes-at", "2030-02-22T23:59", "--grace-minutes", "1441"]
    result = app.test_cli_runner().invoke(args=given)
    assert result.exit_code == 1
    assert "Write a number of minutes from 0 to 1,440" in result.output


@pytest.mark.parametrize(
    ("option", "time"), [("--opens-at", "0001-01-01T00:00"), ("--closes-at", "9999-12-31T23:59")]
)
def test_a_year_that_can_only_be_a_slip_is_refused_in_a_sentence(app: Flask, option: str, time: str) -> None:
    given = ["consultations", "add", "charter", "--title", "Charter", "--lang", "en", "--zone", "Europe/Riga"]
    given += ["--opens-at", "2030-01-01T09:00", "--closes-at", "2030-02-22T23:59", option, time]
    result = app.test_cli_runner().invoke(args=given)
    assert result.exit_code == 1
    assert f"{option}: Write a date and a time, like 2030-01-31T09:00." in result.output
