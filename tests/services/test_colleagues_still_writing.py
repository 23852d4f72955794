"""What a colleague is still writing is not sent with what was added, and stays with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.services.errors import ChangedMeanwhileError, NotFoundError
from app.services.sittings.gathering import leave_sitting
from app.services.sittings.keeping import add_unsent, remove_unsent
from app.services.sittings.sittings import keys_of
from app.services.sittings.typed import Copy
from app.services.sittings.unsent import unsent_in
from tests.builders import a_consultation, a_draft
from tests.conftest import NOON
from tests.services.sittings import (
    ILZE,
    JON,
    LATER,
    MARTA,
    consultation,
    gather,
    keep,
    send,
    send_for_all,
    sending,
    sources,
    texts,
)

__all__ = ["consultation"]


def test_what_a_colleague_is_still_writing_is_not_sent_and_stays_with_them(
    consultation: Consultation,
) -> None:
    gather(consultation)
    keep(consultation, "Added.", bearer=MARTA, is_added=True)
    keep(consultation, "Half a sent", bearer=MARTA, copy=Copy("half"))
    send_for_all(consultation)
    assert sources() == ["Mine.", "Added."]
    assert texts(consultation) == []
    assert texts(consultation, MARTA, LATER) == ["Half a sent"]
    # The form that she has open goes on with it, and she can send it on her own.
    keep(consultation, "Half a sentence.", bearer=MARTA, copy=Copy("half"), at=LATER)
    send(consultation, bearer=MARTA)
    assert sources() == ["Mine.", "Added.", "Half a sentence."]
    assert [each.contributor for each in db.session.scalars(select(Comment).order_by(Comment.id))] == [
        "", "Marta", "",
    ]  # fmt: skip


def test_the_words_of_a_colleague_who_writes_on_do_not_stop_the_owner_from_sending(
    consultation: Consultation,
) -> None:
    gather(consultation)
    keep(consultation, "Ha", bearer=MARTA, copy=Copy("one"))
    seen = sending(consultation)
    keep(consultation, "Half", bearer=MARTA, copy=Copy("one"))
    send_for_all(consultation, what=seen)
    assert sources() == ["Mine."]


def test_what_is_added_as_it_is_goes_with_the_others(consultation: Consultation) -> None:
    gather(consultation)
    theirs = keep(consultation, "As it is.", bearer=MARTA)
    mine = keep(consultation, "Mine, too.", key="p3")
    assert theirs.comment_id is not None
    assert mine.comment_id is not None
    for number, other in ((theirs.comment_id, ILZE), (mine.comment_id, MARTA), (theirs.comment_id, JON)):
        with pytest.raises(NotFoundError):
            add_unsent(consultation, number, bearer=other, at=LATER)
    add_unsent(consultation, theirs.comment_id, bearer=MARTA, at=LATER)
    send_for_all(consultation)
    assert sources() == ["Mine.", "As it is.", "Mine, too."]


def test_the_owner_takes_over_what_a_colleague_is_writing_only_by_saying_so(
    consultation: Consultation,
) -> None:
    gather(consultation)
    half = keep(consultation, "Half", bearer=MARTA)
    looked = keep(consultation, "Half, looked at", copy=Copy("a", half.comment_id, half.changes))
    seen = sending(consultation)
    whole = keep(
        consultation, "Whole.", copy=Copy("b", looked.comment_id, looked.changes), at=LATER, is_added=True
    )
    with pytest.raises(ChangedMeanwhileError):
        send_for_all(consultation, what=seen)
    # From then on it is added, and what else the owner changes is saved first.
    keep(consultation, "Whole, and good.", copy=Copy("c", whole.comment_id, whole.changes), at=LATER)
    send_for_all(consultation)
    assert sources() == ["Mine.", "Whole."]
    assert texts(consultation, at=LATER) == ["Whole, and good."]


def test_when_nothing_is_ready_nothing_is_sent(consultation: Consultation) -> None:
    gather(consultation)
    keep(consultation, "Half", bearer=MARTA)
    mine = next(each for each in unsent_in(keys_of(consultation, ILZE, NOON)[0].sitting) if each.is_ready)
    remove_unsent(consultation, mine.id, bearer=ILZE, at=NOON)
    with pytest.raises(ChangedMeanwhileError):
        send_for_all(consultation)
    assert texts(consultation, MARTA) == ["Half"]


def test_what_colleagues_write_after_the_closing_is_given_back_to_each(app: Flask) -> None:
    consultation = a_consultation(grace_minutes=10)
    a_draft(consultation)
    gather(consultation)
    keep(consultation, "In time.", bearer=MARTA, is_added=True)
    closes_at = consultation.closes_at
    keep(consultation, "Mine, late.", at=closes_at)
    keep(consultation, "Marta’s, late.", bearer=MARTA, at=closes_at, is_added=True)
    in_grace = closes_at + timedelta(minutes=5)
    send_for_all(consultation, at=in_grace, what=sending(consultation, at=in_grace))
    assert sources() == ["Mine.", "In time."]
    assert texts(consultation, at=in_grace) == ["Mine, late."]
    assert texts(consultation, MARTA, in_grace) == ["Marta’s, late."]


def test_a_colleague_takes_along_what_they_are_still_writing(consultation: Consultation) -> None:
    gather(consultation)
    number = keys_of(consultation, MARTA, NOON)[0].sitting_id
    keep(consultation, "Added.", bearer=MARTA, is_added=True)
    keep(consultation, "Half", bearer=MARTA)
    leave_sitting(consultation, number, bearer=MARTA, at=LATER)
    assert texts(consultation) == ["Mine.", "Added."]
    assert texts(consultation, MARTA, LATER) == ["Half"]
    send_for_all(consultation)
    assert sources() == ["Mine.", "Added."]
