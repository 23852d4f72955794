"""Confirming the address of a submission: by whom, until when, and what waited for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.models.activity import Activity, Job
from app.models.base import db, transaction
from app.models.comment import Channel, Comment, State, Submission
from app.models.consultation import Consultation, ModerationPolicy, WhoMayComment
from app.models.draft import Version
from app.models.moderation import Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.comments.checking import Words
from app.services.comments.commenting import post_comment
from app.services.comments.receipts import secret_of
from app.services.comments.vouching import (
    LASTS,
    ask_for_confirming_letter,
    awaits_confirmation,
    confirm_address,
    vouching_token,
)
from app.services.consultations.reporting import states_of
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.moderation.moderating import decide, next_states
from app.services.moderation.queueing import (
    UNCONFIRMED,
    Sieve,
    consultations_to_moderate,
    queue_page,
    waiting_in,
)
from app.services.people.links import VoidLinkError
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.conftest import SECRET
from tests.rows import count

pytestmark = pytest.mark.usefixtures("app")

WORDS = Words(
    body="Say who pays.", language="en", name="Ilze", email="ilze@example.org", country="LV", consent=True
)


def a_strict_consultation(moderation: str = ModerationPolicy.BEFORE) -> Consultation:
    return a_strict_version(moderation).draft.consultation


def a_strict_version(moderation: str = ModerationPolicy.BEFORE) -> Version:
    return a_draft(a_consultation(who_may_comment=WhoMayComment.CONFIRMED_EMAIL, moderation=moderation))


def sent(consultation: Consultation, at: datetime, by: Person | None = None, **words: Any) -> Comment:
    said = WORDS._replace(**words)
    receipt = post_comment(consultation, None, said, form="1", by=by, at=at, secret_key=SECRET)
    return stored(receipt.number)


def stored(number: str) -> Comment:
    db.session.rollback()
    return db.session.scalars(
        select(Comment).join(Comment.submission).where(Submission.number == number)
    ).one()


def confirm(comment: Comment, at: datetime, token: str | None = None, number: str = "") -> Comment:
    submission = comment.submission
    written = vouching_token(submission, SECRET, at) if token is None else token
    confirm_address(number or submission.number, written, secret_key=SECRET, at=at)
    return stored(submission.number)


def stamp_of(consultation: Consultation) -> int:
    return db.session.get_one(Consultation, consultation.id, populate_existing=True).public_stamp


def letters() -> list[str]:
    return [
        job.payload["letter"]
        for job in db.session.scalars(select(Job).order_by(Job.id))
        if job.name == "letter"
    ]


# ---------------------------------------------------------------- what waits, and what confirming does


def test_a_comment_waits_for_its_address_even_where_comments_are_published_at_once(at: datetime) -> None:
    comment = sent(a_strict_consultation(ModerationPolicy.AFTER), at)
    assert (comment.state, comment.published_at) == (State.WAITING, None)
    assert awaits_confirmation(comment.submission, comment.consultation)


def test_once_confirmed_it_is_published_where_nobody_reads_before(at: datetime) -> None:
    consultation = a_strict_consultation(ModerationPolicy.AFTER)
    comment = sent(consultation, at)
    stamp = stamp_of(consultation)
    later = at + timedelta(hours=2)
    now = confirm(comment, later)
    assert (now.state, now.published_at) == (State.PUBLISHED, later)
    assert now.submission.email_confirmed_at == later
    assert stamp_of(consultation) > stamp
    assert [job.payload for job in db.session.scalars(select(Job).where(Job.name == "index_comment"))] == [
        {"comment_id": comment.id}
    ]


def test_once_confirmed_it_waits_for_a_moderator_where_one_reads_before(at: datetime) -> None:
    now = confirm(sent(a_strict_consultation(), at), at)
    assert (now.state, now.submission.email_confirmed_at) == (State.WAITING, at)
    assert not awaits_confirmation(now.submission, now.consultation)


def test_an_importance_without_words_counts_from_then_on_and_no_moderator_reads_it(at: datetime) -> None:
    comment = sent(a_strict_consultation(), at, body="", importance=4)
    assert comment.state == State.WAITING
    assert confirm(comment, at).state == State.PUBLISHED


def test_an_address_can_be_confirmed_after_the_closing(at: datetime) -> None:
    consultation = a_strict_consultation(ModerationPolicy.AFTER)
    comment = sent(consultation, at)
    closed = consultation.closes_at + timedelta(days=3)
    assert confirm(comment, closed).state == State.PUBLISHED


def test_confirming_twice_changes_nothing_more(at: datetime) -> None:
    comment = sent(a_strict_consultation(ModerationPolicy.AFTER), at)
    token = vouching_token(comment.submission, SECRET, at)
    confirm(comment, at, token)
    lines = count(Activity)
    again = confirm(comment, at + timedelta(days=1), token)
    assert (again.submission.email_confirmed_at, again.changes) == (at, 1)
    assert count(Activity) == lines


def test_what_a_moderator_has_rejected_meanwhile_stays_rejected(at: datetime) -> None:
    comment = sent(a_strict_consultation(ModerationPolicy.AFTER), at)
    moderator = a_person(Role.MODERATOR)
    decide(comment.id, State.REJECTED, expected_changes=0, reason=Reason.HATE, by=moderator, at=at)
    assert confirm(comment, at).state == State.REJECTED


def test_what_a_moderator_put_back_waits_for_a_moderator(at: datetime) -> None:
    comment = sent(a_strict_consultation(ModerationPolicy.AFTER), at)
    moderator = a_person(Role.MODERATOR)
    decide(comment.id, State.REJECTED, expected_changes=0, reason=Reason.HATE, by=moderator, at=at)
    decide(comment.id, State.WAITING, expected_changes=1, by=moderator, at=at)
    assert confirm(comment, at).state == State.WAITING


def test_where_visitors_may_comment_confirming_moves_nothing(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    now = confirm(sent(consultation, at), at)
    assert (now.state, now.changes, now.submission.email_confirmed_at) == (State.WAITING, 0, at)


def test_who_is_signed_in_with_that_address_has_confirmed_it(at: datetime) -> None:
    person = a_person(email="ilze@example.org")
    comment = sent(a_strict_consultation(ModerationPolicy.AFTER), at, by=person)
    assert (comment.state, comment.submission.email_confirmed_at) == (State.PUBLISHED, at)


def test_an_address_must_be_given(at: datetime) -> None:
    with pytest.raises(InvalidError) as refused:
        sent(a_strict_consultation(), at, email="")
    assert refused.value.problems == {"email": "required"}


# ---------------------------------------------------------------- whose link it is


def test_a_link_works_for_thirty_days(at: datetime) -> None:
    comment = sent(a_strict_consultation(), at)
    token = vouching_token(comment.submission, SECRET, at)
    with pytest.raises(VoidLinkError):
        confirm(comment, at + LASTS, token)
    assert stored(comment.submission.number).submission.email_confirmed_at is None
    assert (
        confirm(comment, at + LASTS - timedelta(seconds=1), token).submission.email_confirmed_at is not None
    )


@pytest.mark.parametrize("token", ["", "x", "WyJhIl0.abc"])
def test_a_forged_link_confirms_nothing(at: datetime, token: str) -> None:
    comment = sent(a_strict_consultation(), at)
    with pytest.raises(VoidLinkError):
        confirm(comment, at, token)


def test_the_link_of_another_submission_or_of_another_key_confirms_nothing(at: datetime) -> None:
    consultation = a_strict_consultation()
    comment = sent(consultation, at)
    other = a_comment(comment.version, email="other@example.org")
    for token in (
        vouching_token(other.submission, SECRET, at),
        vouching_token(comment.submission, "another key" * 4, at),
    ):
        with pytest.raises(VoidLinkError):
            confirm(comment, at, token)
    with pytest.raises(VoidLinkError):
        confirm(comment, at, number="0000-0000-0000")


def test_the_link_says_nothing_of_the_address(at: datetime) -> None:
    comment = sent(a_strict_consultation(), at)
    assert "ilze" not in vouching_token(comment.submission, SECRET, at)


def test_a_link_to_an_address_that_was_erased_confirms_nothing(at: datetime) -> None:
    comment = sent(a_strict_consultation(), at)
    token = vouching_token(comment.submission, SECRET, at)
    with transaction():
        submission = db.session.get_one(Submission, comment.submission_id)
        submission.email, submission.person_erased_at = "", at
    with pytest.raises(VoidLinkError):
        confirm(comment, at, token)
    assert awaits_confirmation(stored(comment.submission.number).submission, comment.consultation)


def test_another_letter_goes_to_the_address_for_the_secret_or_an_older_link(at: datetime) -> None:
    submission = sent(a_strict_consultation(), at).submission
    old = vouching_token(submission, SECRET, at - 2 * LASTS)
    for proof in (
        {"secret": secret_of(submission.number, SECRET), "token": ""},
        {"secret": "", "token": old},
    ):
        ask_for_confirming_letter(submission.number, **proof, secret_key=SECRET, at=at)
    assert letters() == ["receipt", "confirm_submission", "confirm_submission"]


@pytest.mark.parametrize("proof", [{"secret": "wrong", "token": ""}, {"secret": "", "token": "forged"}])
def test_nobody_else_gets_another_letter_sent(at: datetime, proof: dict[str, str]) -> None:
    submission = sent(a_strict_consultation(), at).submission
    with pytest.raises(NotFoundError):
        ask_for_confirming_letter(submission.number, **proof, secret_key=SECRET, at=at)
    assert letters() == ["receipt"]


def test_no_letter_asks_to_confirm_what_is_confirmed(at: datetime) -> None:
    comment = sent(a_strict_consultation(), at)
    confirm(comment, at)
    number = comment.submission.number
    proof = {"secret": secret_of(number, SECRET), "token": ""}
    ask_for_confirming_letter(number, **proof, secret_key=SECRET, at=at)
    assert letters() == ["receipt"]


# ---------------------------------------------------------------- what moderators see of it


def test_the_queue_leaves_out_what_waits_for_its_author_and_a_filter_shows_it(at: datetime) -> None:
    consultation = a_strict_consultation()
    comment, moderator = sent(consultation, at), a_person(Role.MODERATOR)
    waits = a_comment(
        comment.version, email="b@example.org", email_confirmed_at=at, at=at + timedelta(hours=1)
    )

    def shown(state: str) -> list[int]:
        page = queue_page(consultation, Sieve(state=state), by=moderator)
        return [one.id for one in page.comments]

    assert shown(State.WAITING) == [waits.id]
    assert shown(UNCONFIRMED) == [comment.id]
    confirm(comment, at)
    assert shown(State.WAITING) == [comment.id, waits.id]
    assert shown(UNCONFIRMED) == []


def test_what_waits_for_its_author_is_counted_among_what_waits_and_told_apart(at: datetime) -> None:
    consultation = a_strict_consultation()
    comment, moderator = sent(consultation, at), a_person(Role.MODERATOR)
    a_comment(comment.version, email="b@example.org", email_confirmed_at=at, at=at + timedelta(hours=1))
    waiting = waiting_in(consultation, by=moderator)
    assert (waiting.number, waiting.unconfirmed) == (2, 1)
    assert waiting.oldest_at == at + timedelta(hours=1)
    assert states_of(consultation)[State.WAITING] == waiting.number
    [listed] = consultations_to_moderate(moderator)
    assert (listed.number, listed.unconfirmed) == (2, 1)


def test_publishing_it_is_refused_and_not_offered_but_rejecting_is(at: datetime) -> None:
    comment, moderator = sent(a_strict_consultation(), at), a_person(Role.MODERATOR)
    assert next_states(comment) == (State.REJECTED, State.SPAM)
    with pytest.raises(InvalidError) as refused:
        decide(comment.id, State.PUBLISHED, expected_changes=0, by=moderator, at=at)
    assert refused.value.problems == {"to_state": "unconfirmed"}
    confirm(comment, at)
    decide(comment.id, State.PUBLISHED, expected_changes=0, by=moderator, at=at)
    assert stored(comment.submission.number).state == State.PUBLISHED


def test_a_moderator_who_saw_it_before_it_was_let_in_is_told_that_it_changed(at: datetime) -> None:
    comment = sent(a_strict_consultation(ModerationPolicy.AFTER), at)
    confirm(comment, at)
    with pytest.raises(ChangedMeanwhileError):
        decide(comment.id, State.SPAM, expected_changes=0, by=a_person(Role.MODERATOR), at=at)


@pytest.mark.parametrize(
    "came",
    [{"channel": Channel.LETTER, "email": "a@example.org"}, {"email": ""}],
    ids=["on paper", "earlier"],
)
def test_what_came_on_paper_or_before_an_address_was_asked_for_waits_for_nobody(
    at: datetime, came: dict[str, Any]
) -> None:
    comment = a_comment(a_strict_version(), **came)
    moderator = a_person(Role.MODERATOR)
    assert waiting_in(comment.consultation, by=moderator).unconfirmed == 0
    decide(comment.id, State.PUBLISHED, expected_changes=0, by=moderator, at=at)
