"""Comments that come in at the same moment."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from sqlalchemy import select

from app.models.activity import Activity
from app.models.base import db
from app.models.comment import Comment, Submission
from app.models.consultation import Consultation
from app.services.activity import verify_chain
from app.services.comments.checking import Words
from app.services.comments.commenting import post_comment
from app.services.comments.receipts import Receipt
from tests.at_once import at_once
from tests.builders import a_consultation, a_draft
from tests.conftest import SECRET
from tests.rows import count

ILZE = Words(body="Say who pays.", language="en", name="Ilze K.", country="LV", consent=True)


def test_ten_sendings_of_one_form_at_once_make_one_comment(app: Flask, at: datetime) -> None:
    consultation = a_consultation(at=at)
    a_draft(consultation, at=at)
    receipts = at_once(app, 10, lambda _number: _send(consultation.id, "the same copy", at))
    assert len(set(receipts)) == 1
    assert count(Submission) == count(Comment) == 1


def test_ten_forms_at_once_make_ten_comments_and_one_unbroken_chain(app: Flask, at: datetime) -> None:
    consultation = a_consultation(at=at)
    a_draft(consultation, at=at)
    lines = count(Activity)
    receipts = at_once(app, 10, lambda number: _send(consultation.id, f"copy {number}", at))
    assert len(set(receipts)) == 10
    assert count(Submission) == count(Comment) == 10
    assert count(Activity) == lines + 10
    assert verify_chain() is None
    assert sorted(db.session.scalars(select(Comment.leaf))) == list(range(10))


def _send(consultation_id: int, form: str, at: datetime) -> Receipt:
    consultation = db.session.get_one(Consultation, consultation_id)
    return post_comment(consultation, None, ILZE, form=form, by=None, at=at, secret_key=SECRET)
