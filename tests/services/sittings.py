"""What Ilze, Marta and Jon write and do not send, each step made by one call."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models.base import Base, db
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.services.comments.admitting import Spot
from app.services.comments.checking import Words
from app.services.comments.receipts import Receipt
from app.services.public.reading import paragraph_called
from app.services.sittings.gathering import code_of, join_sitting, share_sitting
from app.services.sittings.keeping import keep_unsent
from app.services.sittings.readying import seen_in
from app.services.sittings.sending import Sending, send_sitting
from app.services.sittings.sittings import Bearer, key_of
from app.services.sittings.typed import Copy, Kept, Typed
from app.services.sittings.unsent import unsent_in
from tests.builders import a_consultation, a_draft
from tests.conftest import NOON, SECRET

ILZE, MARTA, JON = Bearer("ilze-s-browser"), Bearer("marta-s-browser"), Bearer("jon-s-browser")
PARTICULARS = Words(body="", language="en", name="Ilze K.", country="LV", consent=True)
LATER = NOON + timedelta(minutes=5)
FOR_AN_ORGANISATION = {"capacity": "organisation", "organisation": "Association of Makers"}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    consultation = a_consultation()
    a_draft(consultation)
    return consultation


def keep(
    consultation: Consultation,
    body: str,
    *,
    key: str | None = "p2",
    copy: Copy | None = None,
    bearer: Bearer = ILZE,
    at: datetime = NOON,
    **more: object,
) -> Kept:
    spot = Spot(paragraph(consultation, key))
    return keep_unsent(
        consultation,
        spot,
        Typed(body),
        copy or Copy(f"{body}{at}"),
        bearer=bearer,
        language="en",
        at=at,
        **more,  # type: ignore[arg-type]
    )


def paragraph(consultation: Consultation, key: str | None) -> int | None:
    return None if key is None else paragraph_called(consultation, key)


def texts(consultation: Consultation, bearer: Bearer = ILZE, at: datetime = NOON) -> list[str]:
    db.session.rollback()
    key = key_of(consultation, bearer, at)
    return [comment.body for comment in unsent_in(key.sitting)] if key else []


def sending(consultation: Consultation, bearer: Bearer = ILZE, at: datetime = NOON) -> Sending:
    key = key_of(consultation, bearer, at)
    assert key is not None
    return Sending(key.sitting_id, seen_in([each for each in unsent_in(key.sitting) if each.is_ready]))


def send(
    consultation: Consultation,
    what: Sending | None = None,
    particulars: Words = PARTICULARS,
    *,
    bearer: Bearer = ILZE,
    at: datetime = LATER,
) -> Receipt:
    what = what or sending(consultation, bearer)
    return send_sitting(consultation, what, particulars, bearer=bearer, by=None, at=at, secret_key=SECRET)


def share(consultation: Consultation, bearer: Bearer = ILZE) -> str:
    share_sitting(consultation, bearer=bearer, at=NOON, secret_key=SECRET)
    key = key_of(consultation, bearer, NOON)
    assert key is not None
    code = code_of(key.sitting, SECRET)
    assert code is not None
    return code


def gather(consultation: Consultation) -> None:
    """Ilze gathers a submission with Marta."""
    keep(consultation, "Mine.", particulars=FOR_AN_ORGANISATION)
    join_sitting(consultation, share(consultation), "Marta", bearer=MARTA, at=NOON)


def send_for_all(consultation: Consultation, at: datetime = LATER, what: Sending | None = None) -> Receipt:
    makers = PARTICULARS._replace(
        capacity="organisation", organisation="Association of Makers", has_authority=True
    )
    return send(consultation, what, makers, at=at)


def sources() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment.source).order_by(Comment.id)))


def count(table: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0
