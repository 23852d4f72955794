"""What is written and not sent: kept as it was typed, found again, sent together once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models.base import Base, db, transaction
from app.models.comment import Comment, State, Submission
from app.models.consultation import Consultation, WhoMayComment
from app.models.sitting import Sitting, UnsentComment
from app.services.comments.admitting import Spot
from app.services.comments.checking import LONGEST_COMMENT, Words
from app.services.comments.commenting import sealed_version_of
from app.services.comments.receipts import Receipt
from app.services.errors import (
    ChangedMeanwhileError,
    ClosedError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from app.services.public.reading import paragraph_called
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
from app.services.sittings.keeping import (
    add_unsent,
    drop_sent,
    keep_particulars,
    keep_unsent,
    move_unsent,
    remove_unsent,
)
from app.services.sittings.readying import UnreadyError, seen_in
from app.services.sittings.sending import Sending, page_secret_of, send_sitting
from app.services.sittings.sittings import (
    KEPT_FOR,
    MOST_TOGETHER,
    Bearer,
    choose_sitting,
    key_of,
    keys_of,
    new_reference,
)
from app.services.sittings.typed import Copy, Kept, Typed
from app.services.sittings.unsent import (
    has_something_open,
    is_kept_with_account,
    unsent_at,
    unsent_in,
    unsent_of,
)
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON, SECRET
from tests.histories import a_later_version, more_unsent
from tests.services.test_posting_at_once import at_once

ILZE, MARTA, JON = Bearer("ilze-s-browser"), Bearer("marta-s-browser"), Bearer("jon-s-browser")
PARTICULARS = Words(body="", language="en", name="Ilze K.", country="LV", consent=True)
LATER = NOON + timedelta(minutes=5)


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


def count(table: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_comment_is_kept_exactly_as_it_was_typed(consultation: Consultation) -> None:
    typed = "  two spaces,\r\n a line \t and too long: " + "x" * (LONGEST_COMMENT + 1)
    keep(consultation, typed)
    assert texts(consultation) == [typed]
    assert unsent_of(ILZE, NOON)[0].number == 1
    assert unsent_of(MARTA, NOON) == []
    assert texts(consultation, MARTA) == []


def test_an_empty_form_keeps_nothing_and_begins_nothing(consultation: Consultation) -> None:
    assert keep(consultation, " \n ") == Kept(None)
    assert count(Sitting) == 0


def test_the_same_copy_of_a_form_writes_the_same_comment(consultation: Consultation) -> None:
    copy = Copy("copy")
    first = keep(consultation, "Who", copy=copy)
    again = keep(consultation, "Who pays?", copy=copy)
    assert (first.comment_id, texts(consultation)) == (again.comment_id, ["Who pays?"])


def test_another_copy_of_an_empty_form_takes_nothing_away(consultation: Consultation) -> None:
    keep(consultation, "First.", copy=Copy("one"))
    keep(consultation, "Second.", copy=Copy("two"))
    assert texts(consultation) == ["First.", "Second."]


def test_a_comment_that_stood_in_the_form_is_changed(consultation: Consultation) -> None:
    kept = keep(consultation, "First.")
    keep(consultation, "Better.", copy=Copy("another copy", kept.comment_id, kept.changes))
    assert texts(consultation) == ["Better."]


def test_what_was_changed_in_another_window_is_kept_beside(consultation: Consultation) -> None:
    kept = keep(consultation, "First.")
    keep(consultation, "Here.", copy=Copy("one", kept.comment_id, kept.changes))
    late = keep(consultation, "There.", copy=Copy("two", kept.comment_id, kept.changes))
    assert late.is_apart
    assert texts(consultation) == ["Here.", "There."]


def test_a_form_that_was_emptied_leaves_no_comment(consultation: Consultation) -> None:
    keep(consultation, "First.", copy=Copy("one"))
    assert keep(consultation, "", copy=Copy("one")) == Kept(None)
    assert texts(consultation) == []


def test_a_comment_found_at_its_place_is_the_last_one_written_there(consultation: Consultation) -> None:
    keep(consultation, "First.")
    keep(consultation, "Second.", at=LATER)
    keep(consultation, "Elsewhere.", key=None, at=LATER)
    spot = Spot(paragraph(consultation, "p2"))
    found = unsent_at(consultation, spot, bearer=ILZE, at=LATER)
    assert found is not None
    assert found.body == "Second."
    assert unsent_at(consultation, spot, bearer=MARTA, at=LATER) is None


def test_a_removed_comment_is_gone_and_only_its_author_removes_it(consultation: Consultation) -> None:
    kept = keep(consultation, "First.")
    assert kept.comment_id is not None
    keep(consultation, "Mine.", bearer=MARTA)
    with pytest.raises(NotFoundError):
        remove_unsent(consultation, kept.comment_id, bearer=MARTA, at=NOON)
    remove_unsent(consultation, kept.comment_id, bearer=ILZE, at=NOON)
    assert texts(consultation) == []
    assert texts(consultation, MARTA) == ["Mine."]


def test_what_nobody_touches_for_sixty_days_opens_no_more(consultation: Consultation) -> None:
    keep(consultation, "First.")
    keep(consultation, "Second.", at=NOON + timedelta(days=1))
    almost = NOON + timedelta(days=1) + KEPT_FOR - timedelta(microseconds=1)
    assert texts(consultation, at=almost) == ["First.", "Second."]
    assert texts(consultation, at=almost + timedelta(microseconds=1)) == []


def test_no_two_browsers_have_the_same_reference() -> None:
    assert len({new_reference() for _ in range(4)}) == 4
    assert len(new_reference()) == 32


# Signing in


def test_who_signs_in_keeps_what_the_browser_began(consultation: Consultation) -> None:
    person = a_person()
    keep(consultation, "As a visitor.")
    signed_in = Bearer(ILZE.reference, person.id)
    claim_sittings(signed_in, NOON)
    assert texts(consultation, signed_in) == ["As a visitor."]
    assert texts(consultation, Bearer("another browser", person.id)) == ["As a visitor."]
    # The next one at this browser sees nothing of it, but that it is kept.
    assert texts(consultation, ILZE) == []
    assert texts(consultation, Bearer(ILZE.reference, a_person().id)) == []
    assert is_kept_with_account(consultation, ILZE, NOON)
    assert not is_kept_with_account(consultation, MARTA, NOON)


def test_what_was_written_before_and_after_signing_in_is_one_sitting(consultation: Consultation) -> None:
    person = a_person()
    keep(
        consultation,
        "At home.",
        bearer=Bearer(person_id=person.id),
        particulars={"name": "Ilze", "country": "LV"},
    )
    keep(consultation, "At work.", particulars={"name": "Ilze K.", "country": ""})
    signed_in = Bearer(ILZE.reference, person.id)
    claim_sittings(signed_in, LATER)
    assert texts(consultation, signed_in) == ["At home.", "At work."]
    [key] = keys_of(consultation, signed_in, NOON)
    assert key.sitting.particulars == {"name": "Ilze K.", "country": "LV"}
    assert count(Sitting) == 1
    claim_sittings(signed_in, LATER)
    assert texts(consultation, signed_in) == ["At home.", "At work."]


def test_other_consultations_are_claimed_too(consultation: Consultation) -> None:
    other = a_consultation()
    a_draft(other)
    person = a_person()
    keep(consultation, "Here.")
    keep(other, "There.", at=LATER)
    claim_sittings(Bearer(ILZE.reference, person.id), NOON)
    assert [unsent.slug for unsent in unsent_of(Bearer(person_id=person.id), NOON)] == [
        other.slug,
        consultation.slug,
    ]


# Sending


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


def test_a_comment_sent_at_once_is_not_kept_any_more(consultation: Consultation) -> None:
    kept = keep(consultation, "First.", copy=Copy("one"))
    keep(consultation, "Second.", copy=Copy("two"))
    drop_sent(consultation, Copy("one", kept.comment_id, kept.changes), "First.", bearer=ILZE, at=LATER)
    assert texts(consultation) == ["Second."]


# The next version


def test_a_comment_on_a_changed_paragraph_must_be_looked_at_again(app: Flask) -> None:
    consultation = a_consultation()
    version = a_draft(consultation)
    changed = keep(consultation, "On the first.")
    keep(consultation, "On the second.", key="p3")
    a_later_version(
        version, ("p2", "Everybody should try new ways."), ("p3", "What was learned is published.")
    )
    with pytest.raises(UnreadyError) as refused:
        send(consultation)
    assert refused.value.comments == {changed.comment_id: {"place": "changed"}}
    assert changed.comment_id is not None
    spot = Spot(paragraph(consultation, "p2"))
    move_unsent(consultation, changed.comment_id, spot, bearer=ILZE, at=LATER)
    send(consultation)
    assert sorted(comment.source for comment in db.session.scalars(select(Comment))) == [
        "On the first.",
        "On the second.",
    ]


def test_a_comment_on_a_paragraph_that_is_gone_can_be_moved(app: Flask) -> None:
    consultation = a_consultation()
    version = a_draft(consultation)
    gone = keep(consultation, "On the first.")
    a_later_version(version, ("p3", "What was learned is published."))
    with pytest.raises(UnreadyError) as refused:
        send(consultation)
    assert list(refused.value.comments) == [gone.comment_id]
    assert gone.comment_id is not None
    move_unsent(consultation, gone.comment_id, Spot(None), bearer=ILZE, at=LATER)
    send(consultation)
    [comment] = db.session.scalars(select(Comment))
    assert (comment.source, comment.paragraph_id, comment.version.number) == ("On the first.", None, 2)


def test_a_reply_whose_comment_was_taken_down_is_named(consultation: Consultation) -> None:
    version = sealed_version_of(consultation)
    parent = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    kept = keep_unsent(
        consultation,
        Spot(parent.paragraph_id, None, parent.id),
        Typed("I agree."),
        Copy("reply"),
        bearer=ILZE,
        language="en",
        at=NOON,
    )
    with transaction():
        parent.state = State.WITHDRAWN
    with pytest.raises(UnreadyError) as refused:
        send(consultation)
    assert refused.value.comments == {kept.comment_id: {"parent": "gone"}}


# Colleagues

FOR_AN_ORGANISATION = {"capacity": "organisation", "organisation": "Association of Makers"}


def share(consultation: Consultation, bearer: Bearer = ILZE) -> str:
    share_sitting(consultation, bearer=bearer, at=NOON, secret_key=SECRET)
    key = key_of(consultation, bearer, NOON)
    assert key is not None
    code = code_of(key.sitting, SECRET)
    assert code is not None
    return code


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


# What colleagues are still writing


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


def test_what_a_colleague_added_goes_as_it_was_until_its_changes_are_saved(
    consultation: Consultation,
) -> None:
    gather(consultation)
    added = keep(consultation, "Added.", bearer=MARTA, copy=Copy("one"), is_added=True)
    seen = sending(consultation)
    assert keep(consultation, "Added.", bearer=MARTA, copy=Copy("one")).is_ready
    changes = keep(consultation, "Other words", bearer=MARTA, copy=Copy("one"))
    assert not changes.is_ready
    assert changes.comment_id != added.comment_id
    # The same form goes on with the changes, and the owner need not look again.
    assert keep(consultation, "Other words.", bearer=MARTA, copy=Copy("one")).comment_id == changes.comment_id
    send_for_all(consultation, what=seen)
    assert sources() == ["Mine.", "Added."]
    assert texts(consultation, MARTA, LATER) == ["Other words."]


# What was added, and is changed

WHO = pytest.mark.parametrize("bearer", [ILZE, MARTA], ids=["owner", "colleague"])


@WHO
def test_changes_are_kept_beside_what_was_added_and_replace_it_when_saved(
    consultation: Consultation, bearer: Bearer
) -> None:
    gather(consultation)
    added = keep(consultation, "Added.", key="p3", bearer=bearer, is_added=True)
    form = Copy("edit", added.comment_id, added.changes)
    changes = keep(consultation, "Chan", key="p3", bearer=bearer, copy=form)
    assert texts(consultation) == ["Mine.", "Added.", "Chan"]
    assert unsent_of(bearer, NOON)[0].number == 2
    # Whoever opens the comment again goes on with the changes.
    spot = Spot(paragraph(consultation, "p3"))
    found = unsent_at(consultation, spot, bearer=bearer, at=NOON, comment_id=added.comment_id)
    assert found is not None
    assert (found.id, found.body) == (changes.comment_id, "Chan")
    assert unsent_at(consultation, spot, bearer=bearer, at=NOON) is None
    again = Copy("again", changes.comment_id, changes.changes)
    saved = keep(consultation, "Changed.", key="p3", bearer=bearer, copy=again, is_added=True)
    assert saved.comment_id == added.comment_id
    assert texts(consultation) == ["Mine.", "Changed."]
    send_for_all(consultation)
    assert sources() == ["Mine.", "Changed."]


@WHO
def test_changes_are_saved_or_removed_from_the_list_as_they_are(
    consultation: Consultation, bearer: Bearer
) -> None:
    gather(consultation)
    added = keep(consultation, "Added.", bearer=bearer, copy=Copy("form"), is_added=True)
    for words, act, left in (("No.", remove_unsent, "Added."), ("Yes.", add_unsent, "Yes.")):
        at_hand = unsent_at(consultation, Spot(None), bearer=bearer, at=NOON, comment_id=added.comment_id)
        assert at_hand is not None
        form = Copy(words, at_hand.id, at_hand.changes)
        changes = keep(consultation, words, bearer=bearer, copy=form)
        assert changes.comment_id is not None
        act(consultation, changes.comment_id, bearer=bearer, at=LATER)
        assert texts(consultation) == ["Mine.", left]


def test_emptying_the_form_takes_nothing_away_that_was_added(consultation: Consultation) -> None:
    added = keep(consultation, "Added.", copy=Copy("form"), is_added=True)
    assert keep(consultation, "", copy=Copy("form")).comment_id == added.comment_id
    keep(consultation, "Other", copy=Copy("form"))
    emptied = keep(consultation, "", copy=Copy("form"))
    assert emptied.comment_id == added.comment_id
    with pytest.raises(InvalidError):
        keep(consultation, "", copy=Copy("form", emptied.comment_id, emptied.changes), is_added=True)
    assert texts(consultation) == ["Added."]
    # What is typed next is a change to the same comment again.
    keep(consultation, "Better", copy=Copy("form", emptied.comment_id, emptied.changes))
    keep(consultation, "Better.", copy=Copy("form"), is_added=True)
    assert texts(consultation) == ["Better."]


def test_changes_begun_in_two_windows_are_both_kept(consultation: Consultation) -> None:
    added = keep(consultation, "Added.", is_added=True)
    for copy in ("one", "two"):
        keep(consultation, f"In {copy}.", copy=Copy(copy, added.comment_id, added.changes))
    keep(consultation, "In one.", copy=Copy("one"), is_added=True)
    assert texts(consultation) == ["In one.", "In two."]
    assert unsent_of(ILZE, NOON)[0].number == 2


def test_who_removes_what_was_added_keeps_the_changes_that_were_not_saved(
    consultation: Consultation,
) -> None:
    added = keep(consultation, "Added.", copy=Copy("form"), is_added=True)
    keep(consultation, "Changed.", copy=Copy("form"))
    assert added.comment_id is not None
    remove_unsent(consultation, added.comment_id, bearer=ILZE, at=NOON)
    assert texts(consultation) == ["Changed."]
    send(consultation)
    assert sources() == ["Changed."]


def test_a_colleague_who_leaves_takes_the_changes_along_and_leaves_what_was_added(
    consultation: Consultation,
) -> None:
    gather(consultation)
    number = keys_of(consultation, MARTA, NOON)[0].sitting_id
    keep(consultation, "Added.", bearer=MARTA, copy=Copy("form"), is_added=True)
    keep(consultation, "Changed.", bearer=MARTA, copy=Copy("form"))
    leave_sitting(consultation, number, bearer=MARTA, at=LATER)
    assert texts(consultation) == ["Mine.", "Added."]
    assert texts(consultation, MARTA, LATER) == ["Changed."]
    send(consultation, bearer=MARTA)
    send_for_all(consultation)
    assert sources() == ["Changed.", "Mine.", "Added."]


def test_what_was_added_stays_when_other_words_are_sent_at_once_from_the_same_form(
    consultation: Consultation,
) -> None:
    keep(consultation, "Added.", copy=Copy("form"), is_added=True)
    drop_sent(consultation, Copy("form"), "Other words.", bearer=ILZE, at=LATER)
    assert texts(consultation) == ["Added."]
    drop_sent(consultation, Copy("form"), "Added.", bearer=ILZE, at=LATER)
    assert texts(consultation) == []


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
