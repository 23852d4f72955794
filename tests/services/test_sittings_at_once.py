"""What is kept and sent at the same moment is one sitting and one submission, and no word of it is lost."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment, Submission
from app.models.consultation import Consultation
from app.models.sitting import Sitting, UnsentComment
from app.services.comments.receipts import Receipt
from app.services.sittings.sittings import keys_of
from app.services.sittings.typed import Copy
from app.services.sittings.unsent import unsent_in
from tests.at_once import at_once
from tests.services.sittings import (
    LATER,
    MARTA,
    consultation,
    count,
    gather,
    keep,
    send,
    send_for_all,
    sending,
    sources,
    texts,
)

__all__ = ["consultation"]


def test_a_hundred_double_clicks_make_one_submission(app: Flask, consultation: Consultation) -> None:
    keep(consultation, "First.")
    keep(consultation, "Second.", key="p3")
    what, number = sending(consultation), consultation.id

    def click(_number: int) -> Receipt:
        return send(db.session.get_one(Consultation, number), what)

    receipts = [receipt for _turn in range(10) for receipt in at_once(app, 10, click)]
    assert len(set(receipts)) == 1
    assert (count(Submission), count(Comment)) == (1, 2)


def test_ten_first_savings_at_once_begin_one_sitting(app: Flask, consultation: Consultation) -> None:
    number = consultation.id
    at_once(
        app,
        10,
        lambda turn: keep(
            db.session.get_one(Consultation, number), f"Text {turn}.", copy=Copy(f"copy {turn}")
        ),
    )
    assert count(Sitting) == 1
    assert sorted(texts(consultation)) == sorted(f"Text {turn}." for turn in range(10))


def test_what_a_colleague_types_while_the_owner_sends_is_sent_or_stays(
    app: Flask, consultation: Consultation
) -> None:
    gather(consultation)
    number = consultation.id

    def turn(which: int) -> None:
        found = db.session.get_one(Consultation, number)
        if which == 0:
            send_for_all(found)
        else:
            keep(found, f"Text {which}.", bearer=MARTA, copy=Copy(f"copy {which}"))

    at_once(app, 8, turn)
    assert sources() == ["Mine."]
    bodies = sorted(db.session.scalars(select(UnsentComment.body)))
    assert bodies == [f"Text {which}." for which in range(1, 8)]
    reached = [
        comment.body
        for key in keys_of(consultation, MARTA, LATER)
        for comment in unsent_in(key.sitting)
        if key.is_owner
    ]
    assert sorted(reached) == bodies
