"""What is received: replies, leaves of the tree, minutes of grace, and comments without words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment, State, Submission
from app.models.consultation import Consultation
from app.models.draft import Version
from app.services.activity import verify_chain
from app.services.comments.checking import Quotation, Words
from app.services.comments.commenting import post_comment
from app.services.comments.receipts import Receipt
from app.services.comments.receiving import suggestion_digest
from app.services.errors import ClosedError, InvalidError
from app.services.proof.leaves import Leaf, digest_of_leaf
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.conftest import SECRET

pytestmark = pytest.mark.usefixtures("app")
ILZE = Words(body="Who pays?", language="lv", name="Ilze", country="LV", consent=True)


@pytest.fixture
def consultation() -> Consultation:
    return a_consultation(grace_minutes=5)


def send(version: Version, words: Words = ILZE, **more: Any) -> Receipt:
    usual: dict[str, Any] = {"paragraph_id": paragraphs_of(version)[0].id, "form": "copy-1", "by": None}
    given = {**usual, "secret_key": SECRET, **more}
    return post_comment(version.draft.consultation, given.pop("paragraph_id"), words, **given)


def received(receipt: Receipt) -> Comment:
    """The comment behind the receipt, read anew."""
    db.session.expire_all()
    return db.session.scalars(
        select(Comment).join(Comment.submission).where(Submission.number == receipt.number)
    ).one()


def test_a_reply_stands_under_the_comment_that_it_answers(version: Version, at: datetime) -> None:
    first = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    reply = received(send(version, parent_id=first.id, at=at))
    assert (reply.parent_id, reply.paragraph_id) == (first.id, first.paragraph_id)


def _waits(version: Version) -> Comment:
    return a_comment(version, paragraphs_of(version)[0])


def _stands_at_another_paragraph(version: Version) -> Comment:
    return a_comment(version, paragraphs_of(version)[1], state=State.PUBLISHED)


def _stands_in_another_consultation(_version: Version) -> Comment:
    other = a_draft(a_consultation())
    return a_comment(other, paragraphs_of(other)[0], state=State.PUBLISHED)


def _is_a_reply_itself(version: Version) -> Comment:
    first = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    return a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED, parent=first)


@pytest.mark.parametrize(
    "that", [_waits, _stands_at_another_paragraph, _stands_in_another_consultation, _is_a_reply_itself]
)
def test_nobody_replies_to_a_comment_that(version: Version, at: datetime, that: Any) -> None:
    parent = that(version)
    with pytest.raises(InvalidError) as refused:
        send(version, parent_id=parent.id, at=at)
    assert refused.value.problems == {"parent": "gone"}


def test_replies_are_refused_where_they_are_switched_off(at: datetime) -> None:
    version = a_draft(a_consultation(takes_replies=False))
    first = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    with pytest.raises(InvalidError):
        send(version, parent_id=first.id, at=at)


def test_leaves_are_numbered_one_after_the_other(version: Version, at: datetime) -> None:
    leaves = [received(send(version, form=f"copy {number}", at=at)).leaf for number in range(3)]
    assert leaves == [0, 1, 2]
    assert version.draft.consultation.leaves == 3


def test_what_is_refused_takes_no_leaf(version: Version, at: datetime) -> None:
    with pytest.raises(InvalidError):
        send(version, ILZE._replace(name=""), at=at)
    assert received(send(version, at=at)).leaf == 0
    assert verify_chain() is None


def test_each_consultation_numbers_its_own_leaves(version: Version, at: datetime) -> None:
    elsewhere = a_draft(a_consultation())
    assert [received(send(one, form=f"for {one.id}", at=at)).leaf for one in (version, elsewhere)] == [0, 0]


def test_a_leaf_is_the_digest_of_what_was_said_where_and_when(version: Version, at: datetime) -> None:
    first = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    words = ILZE._replace(kind="wording", importance=4)
    comment = received(send(version, words, at=at))
    reply = received(send(version, words, parent_id=first.id, form="reply", at=at))
    whole = Leaf(at, 1, "p2", None, "lv", "wording", 4, "Who pays?")
    assert comment.leaf_digest == digest_of_leaf(whole, comment.leaf_salt)
    answered = whole._replace(reply_to=first.leaf, importance=None)
    assert reply.leaf_digest == digest_of_leaf(answered, reply.leaf_salt)
    assert comment.leaf_salt != reply.leaf_salt


@pytest.mark.parametrize(
    ("opened_before", "comes_after", "is_taken"),
    [
        (timedelta(seconds=1), timedelta(minutes=5, microseconds=-1), True),
        (timedelta(seconds=1), timedelta(minutes=5), False),
        (timedelta(0), timedelta(0), False),
        (timedelta(seconds=-1), timedelta(seconds=2), False),
    ],
)
def test_the_minutes_of_grace_are_for_forms_opened_before_the_closing(
    version: Version, opened_before: timedelta, comes_after: timedelta, is_taken: bool
) -> None:
    closes_at = version.draft.consultation.closes_at
    when: dict[str, Any] = {"opened_at": closes_at - opened_before, "at": closes_at + comes_after}
    if is_taken:
        assert received(send(version, **when)).received_at == when["at"]
        return
    with pytest.raises(ClosedError):
        send(version, **when)


def test_an_importance_without_words_is_published_at_once_and_has_no_words(
    version: Version, at: datetime
) -> None:
    weighed = received(send(version, ILZE._replace(body="", importance=5), at=at))
    said = received(send(version, ILZE._replace(importance=5), form="copy-2", at=at))
    assert (weighed.state, weighed.published_at, weighed.has_words) == (State.PUBLISHED, at, False)
    assert (said.state, said.published_at, said.has_words) == (State.WAITING, None, True)


def test_a_suggestion_alone_is_words_enough_to_wait_for_a_moderator(version: Version, at: datetime) -> None:
    comment = received(send(version, ILZE._replace(body="", suggestion="Everybody may."), at=at))
    assert (comment.state, comment.has_words) == (State.WAITING, True)


def test_suggestions_that_differ_in_white_space_only_are_the_same(version: Version, at: datetime) -> None:
    wordings = ("Everybody  may try.", " Everybody may\ntry. ", "Everybody may try!")
    digests = [
        received(send(version, ILZE._replace(suggestion=said), form=said, at=at)).suggestion_digest
        for said in wordings
    ]
    assert digests[0] == digests[1] == suggestion_digest("Everybody may try.")
    assert digests[2] != digests[0]
    assert received(send(version, form="none", at=at)).suggestion_digest is None


def test_a_quotation_is_kept_as_a_selector_and_nothing_where_there_is_none(
    version: Version, at: datetime
) -> None:
    quoted = Quotation("may try", "Everybody ", " new ways.")
    comment = received(send(version, ILZE._replace(quotation=quoted), at=at))
    assert comment.quotation == {
        "type": "TextQuoteSelector",
        "exact": "may try",
        "prefix": "Everybody ",
        "suffix": " new ways.",
    }
    send(version, form="none", at=at)
    kept = db.session.scalars(select(Comment.id).where(Comment.quotation.is_(None))).all()
    assert len(kept) == 1


def test_the_same_form_with_another_suggestion_or_reply_is_another_comment(
    version: Version, at: datetime
) -> None:
    first = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    sent = [
        send(version, at=at),
        send(version, ILZE._replace(suggestion="Everybody may."), at=at),
        send(version, parent_id=first.id, at=at),
        send(version, at=at + timedelta(seconds=1)),
    ]
    assert len({receipt.number for receipt in sent}) == 3
    assert sent[0] == sent[3]


def test_a_comment_that_waits_makes_no_page_stale_and_one_that_is_public_does(
    version: Version, at: datetime
) -> None:
    stamp = version.draft.consultation.public_stamp
    send(version, at=at)
    db.session.expire_all()
    assert version.draft.consultation.public_stamp == stamp
    send(version, ILZE._replace(body="", importance=2), form="copy-2", at=at)
    db.session.expire_all()
    assert version.draft.consultation.public_stamp > stamp
