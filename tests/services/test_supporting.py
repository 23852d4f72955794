"""Agreeing with a published comment: who may, until when, and that everybody counts once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models.activity import Activity, Job
from app.models.base import db
from app.models.comment import Comment, State, Support
from app.models.consultation import Consultation
from app.services.activity import verify_chain
from app.services.comments.supporting import (
    LASTS,
    ask_for_support_letter,
    comment_to_support,
    standing_with,
    support_comment,
    support_token,
    supporter_behind,
    supporter_digest,
    supports_of,
    take_support_back,
)
from app.services.errors import ClosedError, DomainError, ForbiddenError, InvalidError, NotFoundError
from app.services.people.links import VoidLinkError
from tests.at_once import at_once
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.conftest import SECRET

ILZE, OLA = (supporter_digest(f"{name}@example.org", SECRET) for name in ("ilze", "ola"))


@pytest.fixture
def comment(app: Flask) -> Comment:
    return a_published_comment()


def a_published_comment(**changes: Any) -> Comment:
    usual: dict[str, Any] = {"state": State.PUBLISHED, "email": "author@example.org"}
    return a_comment(a_draft(a_consultation()), **{**usual, **changes})


def support(comment: Comment, supporter: str, at: datetime) -> None:
    support_comment(comment.id, supporter, secret_key=SECRET, at=at)


def stamp_of(comment: Comment) -> int:
    return db.session.get_one(Consultation, comment.consultation_id, populate_existing=True).public_stamp


def test_everybody_counts_once_however_often_they_agree(comment: Comment, at: datetime) -> None:
    for supporter in (ILZE, ILZE, OLA, ILZE):
        support(comment, supporter, at)
    assert supports_of(comment.id) == 2


def test_one_address_is_one_supporter_however_it_is_typed() -> None:
    assert len({supporter_digest(typed, SECRET) for typed in ("Ilze@Example.org", " ilze@example.org ")}) == 1
    assert supporter_digest("ilze@example.org", SECRET) != supporter_digest("ilze@example.org", "other" * 9)
    assert "ilze" not in ILZE


@pytest.mark.parametrize("clicks", [100])
def test_a_hundred_clicks_at_once_count_once(app: Flask, comment: Comment, at: datetime, clicks: int) -> None:
    number = comment.id
    at_once(app, clicks, lambda _each: support_comment(number, ILZE, secret_key=SECRET, at=at))
    assert supports_of(number) == 1
    told = select(func.count()).where(Activity.verb == "comment supported")
    assert db.session.scalar(told) == 1
    assert verify_chain() is None


def test_ten_supporters_at_once_count_ten(app: Flask, comment: Comment, at: datetime) -> None:
    number = comment.id
    at_once(app, 10, lambda each: support_comment(number, f"{each:064}", secret_key=SECRET, at=at))
    assert supports_of(number) == 10


def test_the_pages_that_show_the_comment_are_made_anew(comment: Comment, at: datetime) -> None:
    before = stamp_of(comment)
    support(comment, ILZE, at)
    assert stamp_of(comment) > before


def test_agreement_can_be_taken_back_and_given_again(comment: Comment, at: datetime) -> None:
    support(comment, ILZE, at)
    support(comment, OLA, at)
    take_support_back(comment.id, ILZE, at=at)
    take_support_back(comment.id, ILZE, at=at)
    assert supports_of(comment.id) == 1
    support(comment, ILZE, at)
    assert supports_of(comment.id) == 2


def test_the_line_of_activity_and_the_record_name_nobody(comment: Comment, at: datetime) -> None:
    support(comment, ILZE, at)
    [line] = db.session.scalars(select(Activity).where(Activity.verb == "comment supported"))
    assert (line.subject, line.person_id) == (f"comment:{comment.id}", None)


def test_only_while_the_consultation_is_open(comment: Comment, at: datetime) -> None:
    support(comment, ILZE, at)
    closes_at = comment.consultation.closes_at
    support(comment, OLA, closes_at - timedelta(microseconds=1))
    late: list[Callable[[], None]] = [
        lambda: support(comment, f"{1:064}", closes_at),
        lambda: take_support_back(comment.id, ILZE, at=closes_at),
        lambda: ask_for_support_letter(comment, "a@example.org", "en", at=closes_at),
    ]
    for act in late:
        with pytest.raises(ClosedError):
            act()
    assert supports_of(comment.id) == 2


@pytest.mark.parametrize("state", [state for state in State if state != State.PUBLISHED])
@pytest.mark.usefixtures("app")
def test_what_the_public_does_not_see_cannot_be_agreed_with(at: datetime, state: State) -> None:
    comment = a_published_comment(state=state)
    with pytest.raises(NotFoundError):
        support(comment, ILZE, at)
    with pytest.raises(NotFoundError):
        comment_to_support(comment.consultation.slug, comment.id)
    assert supports_of(comment.id) == 0


def test_a_comment_is_found_in_its_own_consultation_only(comment: Comment) -> None:
    other = a_consultation()
    assert comment_to_support(comment.consultation.slug, comment.id).id == comment.id
    for slug, number in ((other.slug, comment.id), (comment.consultation.slug, comment.id + 1)):
        with pytest.raises(NotFoundError):
            comment_to_support(slug, number)


@pytest.mark.usefixtures("app")
def test_nobody_agrees_with_themselves_signed_in_or_not(at: datetime) -> None:
    person = a_person(email="other@example.org")
    comment = a_published_comment(person_id=person.id)
    for email in ("author@example.org", "other@example.org"):
        supporter = supporter_digest(email, SECRET)
        assert standing_with(comment, supporter, secret_key=SECRET).is_own
        with pytest.raises(ForbiddenError):
            support(comment, supporter, at)
    assert not standing_with(comment, ILZE, secret_key=SECRET).is_own


def test_how_a_comment_stands_with_somebody(comment: Comment, at: datetime) -> None:
    support(comment, ILZE, at)
    assert standing_with(comment, ILZE, secret_key=SECRET).is_supported
    assert not standing_with(comment, OLA, secret_key=SECRET).is_supported
    assert standing_with(comment, None, secret_key=SECRET).supports == 1


def test_a_letter_is_asked_for_alike_for_every_address_even_the_author_s(
    comment: Comment, at: datetime
) -> None:
    a_person(email="known@example.org")
    for email in ("nobody@example.org", "known@example.org", "author@example.org"):
        ask_for_support_letter(comment, email, "lv", at=at)
    told = [job.payload for job in db.session.scalars(select(Job).order_by(Job.id))]
    assert [payload["email"] for payload in told] == [
        "nobody@example.org",
        "known@example.org",
        "author@example.org",
    ]
    with pytest.raises(InvalidError):
        ask_for_support_letter(comment, "no address", "lv", at=at)


def test_a_link_is_for_one_comment_and_seven_days(comment: Comment, at: datetime) -> None:
    token = support_token(comment.id, ILZE, SECRET, at)
    assert (
        supporter_behind(token, comment.id, secret_key=SECRET, at=at + LASTS - timedelta(seconds=1)) == ILZE
    )
    refused: list[tuple[str, int, str, datetime]] = [
        (token, comment.id, SECRET, at + LASTS),
        (token, comment.id + 1, SECRET, at),
        (token, comment.id, "other" * 9, at),
        ("x", comment.id, SECRET, at),
    ]
    for written, number, key, when in refused:
        with pytest.raises(VoidLinkError):
            supporter_behind(written, number, secret_key=key, at=when)


def test_what_is_refused_leaves_nothing_behind(comment: Comment, at: datetime) -> None:
    lines, stamp = db.session.scalar(select(func.count(Activity.id))), stamp_of(comment)
    with pytest.raises(DomainError):
        support(comment, supporter_digest("author@example.org", SECRET), at)
    assert db.session.scalar(select(func.count(Activity.id))) == lines
    assert db.session.scalar(select(func.count(Support.id))) == 0
    assert stamp_of(comment) == stamp
