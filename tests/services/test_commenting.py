"""Posting comments: what is received, what is refused, and what a form sent twice becomes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.models.activity import Activity, Job
from app.models.base import db
from app.models.comment import Comment, Submission
from app.models.consultation import USUAL_ASKING, Consultation
from app.services.activity import verify_chain
from app.services.comments.checking import LONGEST_COMMENT, Words
from app.services.comments.commenting import post_comment
from app.services.comments.receipts import Receipt, submission_behind
from app.services.errors import ClosedError, ForbiddenError, InvalidError, NotFoundError, NotYetOpenError
from tests.builders import a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import SECRET
from tests.rows import count

pytestmark = pytest.mark.usefixtures("app")
ILZE = Words(
    body="Who *pays*?", language="lv", name="Ilze", email="ilze@example.org", country="LV", consent=True
)


def post(consultation: Consultation, words: Words = ILZE, **more: Any) -> Receipt:
    usual: dict[str, Any] = {"paragraph_id": None, "form": "copy-1", "by": None, "secret_key": SECRET}
    given = {**usual, **more}
    return post_comment(consultation, given.pop("paragraph_id"), words, **given)


def problems_of(words: Words, at: datetime, **changes: Any) -> dict[str, str]:
    consultation = a_consultation(**changes)
    a_draft(consultation)
    with pytest.raises(InvalidError) as refused:
        post(consultation, words, at=at)
    assert count(Comment) == 0
    return refused.value.problems


def test_a_comment_on_a_paragraph_waits_and_is_behind_its_receipt(at: datetime) -> None:
    consultation = a_consultation()
    paragraph = paragraphs_of(a_draft(consultation))[1]
    receipt = post(consultation, paragraph_id=paragraph.id, at=at)
    submission = submission_behind(receipt.number, receipt.secret)
    [comment] = submission.comments
    assert comment.paragraph is not None
    assert (comment.paragraph.key, comment.state, comment.html) == (
        "p3",
        "waiting",
        "<p>Who <em>pays</em>?</p>",
    )
    assert (submission.name, submission.country, submission.received_at) == ("Ilze", "LV", at)


def test_the_secret_is_kept_only_as_a_digest_and_the_activity_names_nobody(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    receipt = post(consultation, at=at)
    kept = " ".join(
        str(value)
        for table in (Submission.__table__, Comment.__table__, Job.__table__, Activity.__table__)
        for row in db.session.execute(select(table))
        for value in row
    )
    assert receipt.secret not in kept
    lines = db.session.scalars(select(Activity)).all()
    assert [(line.verb, line.subject.split(":")[0]) for line in lines] == [
        ("submission received", "submission")
    ]
    assert verify_chain() is None


def test_the_same_form_sent_twice_makes_one_comment_and_the_same_receipt(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    first = post(consultation, at=at)
    again = post(consultation, at=at + timedelta(seconds=1))
    assert first == again
    assert count(Comment) == 1


def test_the_same_form_sent_again_after_closing_still_shows_its_receipt(at: datetime) -> None:
    consultation = a_consultation(closes_at=at + timedelta(seconds=1))
    a_draft(consultation)
    first = post(consultation, at=at)
    assert post(consultation, at=at + timedelta(minutes=1)) == first


def test_the_same_words_from_another_copy_of_the_form_are_another_comment(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    assert post(consultation, at=at).number != post(consultation, form="copy-2", at=at).number
    assert count(Comment) == 2


def test_other_words_from_the_same_copy_of_the_form_are_another_comment(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    post(consultation, at=at)
    post(consultation, ILZE._replace(body="And when?"), at=at)
    assert count(Comment) == 2


@pytest.mark.parametrize(
    ("offset", "error"),
    [
        (timedelta(0), ClosedError),
        (timedelta(microseconds=1), ClosedError),
        (timedelta(days=-22, microseconds=-1), NotYetOpenError),
    ],
)
def test_outside_the_opening_and_the_closing_nothing_is_written(
    at: datetime, offset: timedelta, error: type[Exception]
) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    with pytest.raises(error):
        post(consultation, at=consultation.closes_at + offset)
    assert count(Comment) == count(Activity) == count(Job) == 0


def test_the_last_microsecond_before_closing_is_in_time(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    post(consultation, at=consultation.closes_at - timedelta(microseconds=1))
    assert count(Comment) == 1


def test_the_instant_of_opening_is_in_time() -> None:
    consultation = a_consultation()
    a_draft(consultation)
    post(consultation, at=consultation.opens_at)
    assert count(Comment) == 1


def test_an_unlisted_consultation_takes_no_comments(at: datetime) -> None:
    consultation = a_consultation(is_listed=False)
    a_draft(consultation)
    with pytest.raises(NotYetOpenError):
        post(consultation, at=at)


def test_everything_that_is_missing_is_said_at_once(at: datetime) -> None:
    problems = problems_of(Words(body=" \n ", language="en"), at)
    assert problems == {
        "name": "required",
        "country": "required",
        "body": "required",
        "consent": "required",
    }


def test_what_is_not_asked_for_is_neither_demanded_nor_kept(at: datetime) -> None:
    consultation = a_consultation(asking=dict.fromkeys(USUAL_ASKING, "no"))
    a_draft(consultation)
    receipt = post(consultation, ILZE._replace(kind="wording", importance=5), at=at)
    submission = submission_behind(receipt.number, receipt.secret)
    assert (submission.name, submission.email, submission.country) == ("", "", "")
    assert (submission.comments[0].kind, submission.comments[0].importance) == ("other", None)


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"email": "ilze@"}, {"email": "invalid"}),
        ({"email": "ilze@example.org\nBcc: x@example.org"}, {"email": "invalid"}),
        ({"name": "I" * 201}, {"name": "too_long"}),
        ({"body": "é" * (LONGEST_COMMENT + 1)}, {"body": "too_long"}),
        ({"consent": False}, {"consent": "required"}),
        (
            {"capacity": "organisation"},
            {"organisation": "required", "has_authority": "required"},
        ),
        (
            {"capacity": "group", "organisation": "Class 4", "has_authority": True},
            {"group_size": "required"},
        ),
        (
            {"capacity": "group", "organisation": "Class 4", "has_authority": True, "group_size": 1},
            {"group_size": "required"},
        ),
        ({"body": "<!-- -->"}, {}),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field(
    at: datetime, changed: dict[str, Any], problems: dict[str, str]
) -> None:
    words = ILZE._replace(**changed)
    if problems:
        assert problems_of(words, at) == problems
        return
    consultation = a_consultation()
    a_draft(consultation)
    post(consultation, words, at=at)
    assert count(Comment) == 1


def test_characters_are_counted_as_a_person_counts_them(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    family = "👩‍👩‍👧‍👦"
    post(consultation, ILZE._replace(body=family * LONGEST_COMMENT), at=at)
    assert count(Comment) == 1


def test_a_group_keeps_its_size_and_an_individual_keeps_no_organisation(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    group = ILZE._replace(capacity="group", organisation="Class 4", group_size=24, has_authority=True)
    alone = ILZE._replace(organisation="left over", group_size=3)
    kept = [
        submission_behind(receipt.number, receipt.secret)
        for receipt in (post(consultation, group, at=at), post(consultation, alone, at=at))
    ]
    assert [(s.organisation, s.group_size) for s in kept] == [("Class 4", 24), ("", None)]


def test_only_signed_in_people_comment_where_that_is_the_rule(at: datetime) -> None:
    consultation = a_consultation(who_may_comment="signed_in")
    a_draft(consultation)
    with pytest.raises(ForbiddenError):
        post(consultation, at=at)
    post(consultation, by=a_person(), at=at)
    assert count(Comment) == 1


def test_nobody_comments_on_a_heading_or_on_a_paragraph_of_another_draft(at: datetime) -> None:
    consultation = a_consultation()
    heading = a_draft(consultation).translations[0].texts[0].paragraph
    elsewhere = paragraphs_of(a_draft(a_consultation()))[0]
    for paragraph in (heading, elsewhere):
        with pytest.raises(NotFoundError):
            post(consultation, paragraph_id=paragraph.id, at=at)


def test_where_moderation_comes_after_publication_a_comment_is_public_at_once(at: datetime) -> None:
    consultation = a_consultation(moderation="after")
    a_draft(consultation)
    stamp = consultation.public_stamp
    post(consultation, at=at)
    comment = db.session.scalar(select(Comment))
    assert comment is not None
    assert (comment.state, comment.published_at) == ("published", at)
    db.session.refresh(consultation)
    assert consultation.public_stamp > stamp
    assert set(db.session.scalars(select(Job.name))) == {"letter", "index_comment"}


def test_a_wrong_secret_and_a_mistyped_number_open_no_receipt(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    receipt = post(consultation, at=at)
    mistyped = ("0" if receipt.number[0] != "0" else "1") + receipt.number[1:]
    for number, secret in ((receipt.number, "x" * 32), (receipt.number, ""), (mistyped, receipt.secret)):
        with pytest.raises(NotFoundError):
            submission_behind(number, secret)


def test_a_receipt_number_may_be_typed_carelessly(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    receipt = post(consultation, at=at)
    careless = receipt.number.lower().replace("-", " ").replace("0", "o")
    assert submission_behind(careless, receipt.secret).number == receipt.number


def test_a_letter_with_a_tower_of_marks_costs_no_time_and_keeps_ten(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    post(consultation, ILZE._replace(body="b" + "\u0301\u0327" * 40_000), at=at)
    comment = db.session.scalar(select(Comment))
    assert comment is not None
    assert len(comment.source) <= 11


def test_names_are_one_clean_line(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    receipt = post(consultation, ILZE._replace(name=" Bo\n\u202e  gro "), at=at)
    assert submission_behind(receipt.number, receipt.secret).name == "Bo gro"


def test_an_address_is_kept_as_mail_servers_take_it(at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation)
    receipt = post(consultation, ILZE._replace(email="ilze@exämple.org"), at=at)
    assert submission_behind(receipt.number, receipt.secret).email == "ilze@xn--exmple-cua.org"
