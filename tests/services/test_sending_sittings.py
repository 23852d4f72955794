"""What was collected is sent together once, by whoever began it, until the closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models.base import db
from app.models.comment import Comment, State, Submission
from app.models.consultation import Consultation, WhoMayComment
from app.models.sitting import Sitting
from app.services.comments.admitting import Spot
from app.services.comments.checking import LONGEST_COMMENT
from app.services.errors import (
    ChangedMeanwhileError,
    ClosedError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from app.services.sittings.keeping import keep_unsent
from app.services.sittings.readying import UnreadyError
from app.services.sittings.sending import page_secret_of
from app.services.sittings.sittings import MOST_TOGETHER, Bearer, key_of
from app.services.sittings.typed import Copy, Typed
from tests.builders import a_consultation, a_draft
from tests.conftest import NOON, SECRET
from tests.histories import more_unsent
from tests.services.sittings import ILZE, MARTA, PARTICULARS, consultation, count, keep, send, sending, texts

__all__ = ["consultation"]


def test_all_comments_are_sent_once_and_get_one_receipt(consultation: Consultation) -> None:
    keep(consultation, "First.")
    keep(consultation, "Second.", key="p3")
    keep(consultation, "On all of it.", key=None)
    what = sending(consultation)
    receipt = send(consultation, what)
    assert send(consultation, what) == receipt
    [submission] = db.session.scalars(select(Submission)).all()
    assert submission.number == receipt.number
    assert [comment.source for comment in submission.comments] == ["First.", "Second.", "On all of it."]
    assert {comment.state for comment in submission.comments} == {State.WAITING}
    assert texts(consultation) == []
    assert db.session.scalars(select(Sitting.particulars)).all() == [{}]


def test_every_problem_is_named_at_its_comment_or_at_the_particulars(consultation: Consultation) -> None:
    keep(consultation, "Fine.")
    empty = keep_unsent(
        consultation, Spot(None), Typed(quotation="who"), Copy("b"), bearer=ILZE, language="en", at=NOON
    )
    long = keep(consultation, "x" * (LONGEST_COMMENT + 1), key="p3")
    with pytest.raises(UnreadyError) as refused:
        send(consultation, particulars=PARTICULARS._replace(name=" ", consent=False))
    assert refused.value.particulars == {"name": "required", "consent": "required"}
    assert refused.value.comments == {
        empty.comment_id: {"body": "required"},
        long.comment_id: {"body": "too_long"},
    }
    assert len(texts(consultation)) == 3
    assert count(Submission) == 0


def test_what_was_not_seen_is_not_sent(consultation: Consultation) -> None:
    kept = keep(consultation, "First.")
    what = sending(consultation)
    keep(consultation, "Second thoughts.", copy=Copy("x", kept.comment_id, kept.changes))
    with pytest.raises(ChangedMeanwhileError):
        send(consultation, what)
    assert texts(consultation) == ["Second thoughts."]


def test_nothing_is_sent_after_the_closing_and_nothing_is_lost(consultation: Consultation) -> None:
    keep(consultation, "First.")
    with pytest.raises(ClosedError):
        send(consultation, at=consultation.closes_at)
    assert texts(consultation, at=consultation.closes_at) == ["First."]


def test_what_was_begun_before_the_closing_may_be_sent_in_the_minutes_of_grace(app: Flask) -> None:
    consultation = a_consultation(grace_minutes=10)
    a_draft(consultation)
    keep(consultation, "First.")
    keep(consultation, "Late.", bearer=MARTA, at=consultation.closes_at)
    in_grace = consultation.closes_at + timedelta(minutes=10) - timedelta(microseconds=1)
    what, theirs = sending(consultation), sending(consultation, MARTA)
    with pytest.raises(ClosedError):
        send(consultation, what, at=in_grace + timedelta(microseconds=1))
    with pytest.raises(ClosedError):
        send(consultation, theirs, bearer=MARTA, at=in_grace)
    send(consultation, what, at=in_grace)
    assert count(Comment) == 1


def test_no_word_written_after_the_closing_is_received_in_the_minutes_of_grace(app: Flask) -> None:
    consultation = a_consultation(grace_minutes=10)
    a_draft(consultation)
    closes_at = consultation.closes_at
    keep(consultation, "In time.")
    kept_again = keep(consultation, "In time, too.", key="p3", copy=Copy("again"))
    changed = keep(consultation, "To be changed.", key=None, copy=Copy("changed"))
    keep(consultation, "In time, too.", key="p3", copy=Copy("again"), at=closes_at)
    keep(consultation, "Changed late.", key=None, copy=Copy("changed"), at=closes_at)
    keep(consultation, "New and late.", at=closes_at + timedelta(seconds=1))
    assert kept_again.comment_id != changed.comment_id
    in_grace = closes_at + timedelta(minutes=5)
    what = sending(consultation, at=in_grace)
    receipt = send(consultation, what, at=in_grace)
    sources = list(db.session.scalars(select(Comment.source).order_by(Comment.id)))
    assert sources == ["In time.", "In time, too."]
    assert texts(consultation, at=in_grace) == ["Changed late.", "New and late."]
    assert send(consultation, what, at=in_grace) == receipt
    with pytest.raises(ClosedError):
        send(consultation, sending(consultation, at=in_grace), at=in_grace)
    assert texts(consultation, at=in_grace) == ["Changed late.", "New and late."]


def test_who_may_not_comment_sends_nothing(app: Flask) -> None:
    consultation = a_consultation(who_may_comment=WhoMayComment.SIGNED_IN)
    a_draft(consultation)
    keep(consultation, "First.")
    with pytest.raises(ForbiddenError):
        send(consultation)
    assert texts(consultation) == ["First."]


def test_nobody_sends_the_sitting_of_another(consultation: Consultation) -> None:
    keep(consultation, "First.")
    with pytest.raises(NotFoundError):
        send(consultation, sending(consultation), bearer=MARTA)


def fill_up(consultation: Consultation, number: int) -> None:
    """Ilze has so many comments that are not sent yet."""
    keep(consultation, "The first.")
    more_unsent(number - 1)


def test_one_comment_more_than_a_submission_can_hold_is_refused_and_none_is_lost(
    consultation: Consultation,
) -> None:
    fill_up(consultation, MOST_TOGETHER - 1)
    last = keep(consultation, "The last.", copy=Copy("last"))
    with pytest.raises(InvalidError) as refused:
        keep(consultation, "One too many.")
    assert refused.value.problems == {"comments": "too_many"}
    # Those that are there can still be mended, and sent.
    keep(consultation, "The very last.", copy=Copy("last", last.comment_id, last.changes))
    assert len(texts(consultation)) == MOST_TOGETHER
    assert texts(consultation)[-1] == "The very last."
    send(consultation)
    assert db.session.scalar(select(func.count()).select_from(Comment)) == MOST_TOGETHER


def test_more_comments_than_a_submission_can_hold_are_not_sent_and_not_lost(
    consultation: Consultation,
) -> None:
    fill_up(consultation, MOST_TOGETHER + 1)
    with pytest.raises(UnreadyError) as refused:
        send(consultation)
    assert refused.value.particulars == {"comments": "too_many"}
    assert len(texts(consultation)) == MOST_TOGETHER + 1
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


def test_what_was_sent_is_answered_to_the_page_that_sent_it_and_to_no_other(
    consultation: Consultation,
) -> None:
    keep(consultation, "Mine.")
    keep(consultation, "Hers.", bearer=MARTA)
    mine, hers = key_of(consultation, ILZE, NOON), key_of(consultation, MARTA, NOON)
    assert mine is not None
    assert hers is not None
    secret, other = page_secret_of(mine.sitting, SECRET), page_secret_of(hers.sitting, SECRET)
    assert secret != other
    from_page = replace(sending(consultation), page_secret=secret)
    nobody = Bearer()
    with pytest.raises(NotFoundError):
        send(consultation, from_page, bearer=nobody)
    receipt = send(consultation, from_page)
    assert send(consultation, from_page, bearer=nobody) == receipt
    assert send(consultation, from_page, bearer=MARTA) == receipt
    for wrong in ("", other, secret.upper(), "ž"):
        with pytest.raises(NotFoundError):
            send(consultation, replace(from_page, page_secret=wrong), bearer=nobody)


def test_a_sitting_that_was_given_the_number_of_another_one_has_a_page_secret_of_its_own(
    consultation: Consultation,
) -> None:
    keep(consultation, "Mine.")
    key = key_of(consultation, ILZE, NOON)
    assert key is not None
    again = Sitting(id=key.sitting.id, began_at=NOON + timedelta(microseconds=1))
    assert page_secret_of(again, SECRET) != page_secret_of(key.sitting, SECRET)
