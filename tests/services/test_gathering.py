"""Whoever speaks for others gathers one submission with colleagues, who join by a code and may leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.models.sitting import Sitting
from app.services.errors import ForbiddenError, InvalidError, NotFoundError
from app.services.sittings.claiming import claim_sittings
from app.services.sittings.gathering import (
    begin_shared_sitting,
    code_of,
    forget_sent,
    join_sitting,
    leave_sitting,
    sent_together,
    share_sitting,
    stop_sharing,
)
from app.services.sittings.keeping import keep_particulars
from app.services.sittings.sittings import Bearer, choose_sitting, key_of, keys_of
from app.services.sittings.typed import Copy
from app.services.sittings.unsent import has_something_open
from tests.builders import a_person
from tests.conftest import NOON, SECRET
from tests.services.sittings import (
    FOR_AN_ORGANISATION,
    ILZE,
    JON,
    LATER,
    MARTA,
    PARTICULARS,
    consultation,
    gather,
    keep,
    send,
    send_for_all,
    share,
    texts,
)

__all__ = ["consultation"]


def test_colleagues_gather_one_submission(consultation: Consultation) -> None:
    mine = keep(consultation, "Mine.", particulars=FOR_AN_ORGANISATION)
    join_sitting(consultation, share(consultation), " Marta ", bearer=MARTA, at=NOON)
    theirs = keep(consultation, "Marta’s.", bearer=MARTA, particulars={"name": "Marta"}, is_added=True)
    assert texts(consultation, MARTA) == texts(consultation) == ["Mine.", "Marta’s."]
    keep(consultation, "Changed?", bearer=MARTA, copy=Copy("x", mine.comment_id, mine.changes), is_added=True)
    assert texts(consultation) == ["Mine.", "Marta’s.", "Changed?"]
    keep(consultation, "Edited.", copy=Copy("y", theirs.comment_id, theirs.changes), is_added=True)
    with pytest.raises(ForbiddenError):
        send(consultation, bearer=MARTA)
    send(
        consultation,
        particulars=PARTICULARS._replace(
            capacity="organisation", organisation="Association of Makers", has_authority=True
        ),
    )
    comments = list(db.session.scalars(select(Comment).order_by(Comment.id)))
    assert [(comment.source, comment.contributor) for comment in comments] == [
        ("Mine.", ""),
        ("Edited.", "Marta"),
        ("Changed?", "Marta"),
    ]
    # What a colleague writes afterwards is in a sitting of her own.
    keep(consultation, "One more.", bearer=MARTA)
    assert texts(consultation, MARTA) == ["One more."]


def test_only_a_named_organisation_or_group_is_gathered(consultation: Consultation) -> None:
    keep(consultation, "Mine.", particulars={"capacity": "individual"})
    with pytest.raises(InvalidError, match="capacity"):
        share(consultation)
    keep_particulars(consultation, {"capacity": "group"}, bearer=ILZE, at=NOON)
    with pytest.raises(InvalidError, match="organisation"):
        share(consultation)


def test_a_code_that_was_renewed_or_stopped_opens_nothing(consultation: Consultation) -> None:
    keep(consultation, "Mine.", particulars=FOR_AN_ORGANISATION)
    first = share(consultation)
    second = share(consultation)
    assert first != second
    with pytest.raises(NotFoundError):
        join_sitting(consultation, first, "Marta", bearer=MARTA, at=NOON)
    stop_sharing(consultation, bearer=ILZE, at=NOON)
    with pytest.raises(NotFoundError):
        join_sitting(consultation, second, "Marta", bearer=MARTA, at=NOON)
    assert code_of(key_of(consultation, ILZE, NOON).sitting, SECRET) is None  # type: ignore[union-attr]
    assert all(
        code not in str(row)
        for code in (first, second)
        for row in db.session.execute(select(Sitting.code_digest))
    )


def test_a_colleague_says_a_name_and_keeps_what_was_theirs_apart(consultation: Consultation) -> None:
    keep(consultation, "Mine.", particulars=FOR_AN_ORGANISATION)
    keep(consultation, "Private.", bearer=MARTA)
    code = share(consultation)
    with pytest.raises(InvalidError):
        join_sitting(consultation, code, " ", bearer=MARTA, at=LATER)
    join_sitting(consultation, code, "Marta", bearer=MARTA, at=LATER)
    assert texts(consultation) == texts(consultation, MARTA) == ["Mine."]
    _shared, own = keys_of(consultation, MARTA, LATER)
    choose_sitting(consultation, own.sitting_id, bearer=MARTA, at=LATER + timedelta(minutes=1))
    assert texts(consultation, MARTA) == ["Private."]
    with pytest.raises(NotFoundError):
        choose_sitting(consultation, own.sitting_id, bearer=ILZE, at=LATER)


def test_a_shared_sitting_and_an_own_one_stay_apart_when_somebody_signs_in(
    consultation: Consultation,
) -> None:
    person = a_person()
    keep(consultation, "Private.", bearer=Bearer(person_id=person.id))
    keep(consultation, "Ours.", particulars=FOR_AN_ORGANISATION)
    join_sitting(consultation, share(consultation), "Marta", bearer=MARTA, at=LATER)
    signed_in = Bearer(MARTA.reference, person.id)
    claim_sittings(signed_in, LATER)
    assert texts(consultation, signed_in) == ["Ours."]
    assert len(keys_of(consultation, signed_in, LATER)) == 2


def test_a_colleague_leaves_and_what_they_wrote_stays_under_their_name(consultation: Consultation) -> None:
    keep(consultation, "Mine.", particulars={"capacity": "organisation", "organisation": "Makers"})
    share_sitting(consultation, bearer=ILZE, at=NOON, secret_key=SECRET)
    key = key_of(consultation, ILZE, NOON)
    assert key is not None
    code, number = code_of(key.sitting, SECRET), key.sitting_id
    assert code is not None
    for colleague, name in ((MARTA, "Marta"), (JON, "Jon")):
        join_sitting(consultation, code, name, bearer=colleague, at=LATER)
    keep(consultation, "From Marta.", bearer=MARTA, at=LATER, is_added=True)
    for colleague in (MARTA, JON):
        leave_sitting(consultation, number, bearer=colleague, at=LATER)
        assert key_of(consultation, colleague, LATER) is None
        with pytest.raises(NotFoundError):
            leave_sitting(consultation, number, bearer=colleague, at=LATER)
    assert texts(consultation) == ["Mine.", "From Marta."]
    with pytest.raises(ForbiddenError):
        leave_sitting(consultation, number, bearer=ILZE, at=LATER)
    # What they write from now on is their own.
    keep(consultation, "Of my own.", bearer=MARTA, at=LATER)
    assert texts(consultation, MARTA) == ["Of my own."]
    makers = PARTICULARS._replace(capacity="organisation", organisation="Makers", has_authority=True)
    send(consultation, particulars=makers)
    sent = db.session.scalars(select(Comment).order_by(Comment.id))
    assert [(each.source, each.contributor) for each in sent] == [("Mine.", ""), ("From Marta.", "Marta")]


def test_colleagues_are_told_who_sent_it_and_when_until_they_have_seen_it(
    consultation: Consultation,
) -> None:
    gather(consultation)
    slug = consultation.slug
    assert sent_together(slug, bearer=MARTA, at=NOON) == []
    send_for_all(consultation)
    [told] = sent_together(slug, bearer=MARTA, at=LATER)
    assert (told.organisation, told.name, told.sent_at) == ("Association of Makers", "Ilze K.", LATER)
    for nobody in (ILZE, JON, Bearer()):
        assert sent_together(slug, bearer=nobody, at=LATER) == []
        with pytest.raises(NotFoundError):
            forget_sent(told.sitting_id, bearer=nobody)
    forget_sent(told.sitting_id, bearer=MARTA)
    assert sent_together(slug, bearer=MARTA, at=LATER) == []


def test_a_gathering_begins_without_a_comment_or_not_at_all(consultation: Consultation) -> None:
    known = {"bearer": ILZE, "language": "en", "at": NOON, "secret_key": SECRET}
    for lacking in ({}, {"capacity": "individual", "organisation": "Makers"}, {"capacity": "group"}):
        with pytest.raises(InvalidError):
            begin_shared_sitting(consultation, lacking, **known)  # type: ignore[arg-type]
        assert key_of(consultation, ILZE, NOON) is None
    speaks = {"capacity": "group", "organisation": "Makers"}
    begin_shared_sitting(consultation, speaks, **known)  # type: ignore[arg-type]
    key = key_of(consultation, ILZE, NOON)
    assert key is not None
    assert key.sitting.particulars == speaks
    assert has_something_open(ILZE, NOON)
    assert not has_something_open(MARTA, NOON)
    code = code_of(key.sitting, SECRET)
    assert code is not None
    join_sitting(consultation, code, "Marta", bearer=MARTA, at=NOON)
    assert has_something_open(MARTA, NOON)
    with pytest.raises(ForbiddenError):
        begin_shared_sitting(consultation, speaks, **{**known, "bearer": MARTA})  # type: ignore[arg-type]
    stop_sharing(consultation, bearer=ILZE, at=NOON)
    leave_sitting(consultation, key.sitting_id, bearer=MARTA, at=NOON)
    assert not has_something_open(ILZE, NOON)
