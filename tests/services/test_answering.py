"""What drafters did with comments, and who may say it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.models.activity import Job
from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.moderation import Answer, Disposition
from app.models.people import Person
from app.models.roles import Role
from app.services.activity import verify_chain
from app.services.consultations.answering import (
    AnswerSieve,
    answer_comment,
    answers_to,
    comments_to_answer,
    numbers_of_answers,
)
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError, NotFoundError
from app.services.public.paging import PAGE_LENGTH
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.histories import a_later_version


def answered(comment: Comment, editor: Person, at: datetime, **changes: Any) -> Disposition:
    usual: dict[str, Any] = {"answer": Answer.ACCEPTED, "source": "We *agree*.", "changed_keys": ["p2"]}
    given = {**usual, "language": "en", "seen": None, "by": editor, "at": at, **changes}
    return answer_comment(comment.id, **given)


def published(version: Version, **more: Any) -> Comment:
    return a_comment(version, state=State.PUBLISHED, **more)


# ---------------------------------------------------------------- answering


def test_an_answer_tells_what_was_done_why_and_what_changed(
    version: Version, editor: Person, at: datetime
) -> None:
    comment = published(version)
    answer = answered(comment, editor, at)
    assert answers_to([comment.id]) == {comment.id: answer}
    assert (answer.answer, answer.plain, answer.changed_keys) == ("accepted", "We agree.", ["p2"])
    assert "<em>agree</em>" in answer.html


def test_an_answer_is_recorded_shown_and_sent_to_the_author(
    version: Version, editor: Person, at: datetime
) -> None:
    comment = published(version)
    stamp = db.session.get_one(Consultation, comment.consultation_id, populate_existing=True).public_stamp
    answer = answered(comment, editor, at)
    assert (
        db.session.get_one(Consultation, comment.consultation_id, populate_existing=True).public_stamp > stamp
    )
    assert verify_chain() is None
    [payload] = [
        job.payload for job in db.session.scalars(select(Job)) if job.payload.get("letter") == "answered"
    ]
    assert payload == {"letter": "answered", "comment_id": comment.id, "disposition_id": answer.id}


def test_a_new_answer_takes_the_place_of_the_last_one_which_is_kept(
    version: Version, editor: Person, at: datetime
) -> None:
    comment = published(version)
    first = answered(comment, editor, at)
    second = answered(comment, editor, at + timedelta(days=1), answer=Answer.NOTED, seen=first.id)
    assert answers_to([comment.id])[comment.id].id == second.id
    assert db.session.query(Disposition).count() == 2


def test_an_answer_sent_twice_is_one_answer(version: Version, editor: Person, at: datetime) -> None:
    comment = published(version)
    assert answered(comment, editor, at).id == answered(comment, editor, at).id
    assert db.session.query(Disposition).count() == 1


def test_who_did_not_see_the_last_answer_takes_no_place(
    version: Version, editor: Person, at: datetime
) -> None:
    comment = published(version)
    answered(comment, editor, at)
    with pytest.raises(ChangedMeanwhileError):
        answered(comment, editor, at, answer=Answer.NOTED)
    assert db.session.query(Disposition).count() == 1


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"answer": "perhaps"}, {"answer": "required"}),
        ({"answer": ""}, {"answer": "required"}),
        ({"answer": Answer.NOT_ACCEPTED, "source": " "}, {"reason": "required"}),
        ({"answer": Answer.IN_PART, "source": ""}, {"reason": "required"}),
        ({"source": "x" * 10_001}, {"reason": "too_long"}),
        ({"changed_keys": ["p2", "p77"]}, {"changed": "unknown"}),
    ],
)
def test_an_answer_that_says_too_little_is_refused(
    version: Version, editor: Person, at: datetime, changes: dict[str, Any], problems: dict[str, str]
) -> None:
    comment = published(version)
    with pytest.raises(InvalidError) as refused:
        answered(comment, editor, at, **changes)
    assert refused.value.problems == problems
    assert db.session.query(Disposition).count() == 0


@pytest.mark.parametrize("answer", [Answer.ACCEPTED, Answer.NOTED])
def test_an_acceptance_needs_no_reason(
    version: Version, editor: Person, at: datetime, answer: Answer
) -> None:
    assert answered(published(version), editor, at, answer=answer, source="").plain == ""


@pytest.mark.parametrize("state", [State.WAITING, State.REJECTED, State.SPAM, State.ERASED, State.WITHDRAWN])
def test_only_what_the_public_reads_is_answered(
    version: Version, editor: Person, at: datetime, state: State
) -> None:
    with pytest.raises(NotFoundError):
        answered(a_comment(version, state=state), editor, at)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ANALYST, Role.CONTACT_POINT, Role.AUDITOR])
def test_only_who_manages_the_consultation_answers(version: Version, at: datetime, role: Role) -> None:
    with pytest.raises(ForbiddenError):
        answered(published(version), a_person(role), at)
    elsewhere = a_person(Role.EDITOR, consultation=a_consultation())
    with pytest.raises(ForbiddenError):
        answered(published(version, body="Another."), elsewhere, at)


# ---------------------------------------------------------------- the list


def test_the_list_holds_what_the_public_reads_in_order(
    version: Version, editor: Person, at: datetime
) -> None:
    first, second = published(version), published(version, body="Second.")
    a_comment(version)
    published(a_draft(a_consultation()))
    answered(first, editor, at)
    consultation = version.draft.consultation

    def shown(is_answered: str) -> list[int]:
        return [comment.id for comment in comments_to_answer(consultation, AnswerSieve(is_answered)).comments]

    assert (shown(""), shown("no"), shown("yes")) == ([first.id, second.id], [second.id], [first.id])


def test_the_list_is_sifted_by_the_paragraph_where_a_comment_is_read_now(version: Version) -> None:
    one, other = paragraphs_of(version)
    came, stayed, whole = (
        published(version, paragraph=other),
        published(version, paragraph=one),
        published(version),
    )
    a_later_version(version, ("p2 p3", "Both together."))
    consultation = version.draft.consultation

    def shown(paragraph: str) -> list[int]:
        sieve = AnswerSieve(paragraph=paragraph)
        return [comment.id for comment in comments_to_answer(consultation, sieve).comments]

    assert shown("p2") == [came.id, stayed.id]
    assert shown("draft") == [whole.id]


def test_long_lists_have_pages(version: Version) -> None:
    comments = [published(version, body=f"Remark {n}.") for n in range(PAGE_LENGTH + 3)]
    consultation, all_of_them = version.draft.consultation, AnswerSieve()
    first = comments_to_answer(consultation, all_of_them)
    assert [len(first.comments), first.before] == [PAGE_LENGTH, None]
    second = comments_to_answer(consultation, all_of_them, after=first.after)
    assert [comment.id for comment in second.comments] == [comment.id for comment in comments[-3:]]
    back = comments_to_answer(consultation, all_of_them, before=second.before)
    assert [comment.id for comment in back.comments] == [comment.id for comment in first.comments]
    assert (back.before, back.after) == (None, first.after)


def test_answers_are_counted_by_what_was_done(version: Version, editor: Person, at: datetime) -> None:
    comments = [published(version, body=f"Remark {n}.") for n in range(3)]
    first = answered(comments[0], editor, at)
    answered(comments[0], editor, at, answer=Answer.NOTED, seen=first.id)
    answered(comments[1], editor, at)
    assert numbers_of_answers(version.draft.consultation) == {
        "": 1, "accepted": 1, "in_part": 0, "not_accepted": 0, "out_of_scope": 0, "noted": 1,
    }  # fmt: skip


def test_who_withdrew_after_the_closing_is_still_answered(
    version: Version, editor: Person, at: datetime
) -> None:
    comment = a_comment(version, state=State.WITHDRAWN)
    with transaction():
        comment.is_marked = True
    assert answered(comment, editor, at).answer == Answer.ACCEPTED
