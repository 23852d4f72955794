"""Answering comments, as an editor's browser without script sees it, and where answers are read."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Outcome
from app.models.draft import Version
from app.models.moderation import Answer, Disposition
from app.models.people import Person
from app.models.roles import Role
from app.services.comments.receipts import secret_of
from app.services.consultations.answering import answer_comment
from app.services.public.paging import PAGE_LENGTH
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON, SECRET
from tests.signing import sign_in
from tests.words_on_pages import words_of

LIST = "/en/manage/consultations/charter/answers"


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(slug="charter", zone="UTC"), languages=("en", "lv"))


@pytest.fixture
def comment(version: Version) -> Comment:
    return a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED, body="Who pays?")


def send(client: FlaskClient, comment: Comment, **fields: Any) -> TestResponse:
    """The comment's form as it stands on the list, filled in and sent."""
    page = client.get(LIST + "?answered=").text
    form = page.partition(f'id="comment-{comment.id}"')[2].partition("</form>")[0]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    seen = re.search(r'name="seen" value="(\d*)"', form)
    assert token
    assert seen
    usual = {"answer": "accepted", "reason": "", "changed": "", "language": "en"}
    sent = {**usual, "csrf_token": token[1], "seen": seen[1], **fields}
    return client.post(f"{LIST}/{comment.id}?answered=no", data=sent)


def last() -> Disposition | None:
    return db.session.query(Disposition).order_by(Disposition.id.desc()).first()


# ---------------------------------------------------------------- answering


def test_an_editor_answers_from_the_list(client: FlaskClient, editor: Person, comment: Comment) -> None:
    sent = send(client, comment, answer="in_part", reason="We *name* the budget.", changed="1, 2")
    assert (sent.status_code, sent.location) == (303, f"{LIST}?answered=no#answers-title")
    answer = last()
    assert answer is not None
    assert (answer.answer, answer.source, answer.changed_keys) == (
        "in_part",
        "We *name* the budget.",
        ["p2", "p3"],
    )
    page = words_of(client.get(f"{LIST}?answered=yes"))
    told = "Accepted in part We name the budget. Paragraphs 1 and 2 changed."
    assert f"Answered by the authors of the draft: {told}" in page
    assert "Not answered yet 0 Answered 1" in page


def test_answering_leads_to_the_next_comment_without_an_answer(
    client: FlaskClient, editor: Person, version: Version, comment: Comment
) -> None:
    second, third = (a_comment(version, state=State.PUBLISHED, body=body) for body in ("When?", "Why?"))
    answer_comment(second.id, "accepted", "", [], language="en", seen=None, by=editor, at=NOON)
    answer = send(client, comment)
    assert answer.location == f"{LIST}?answered=no#comment-{third.id}"
    assert f'id="comment-{third.id}" tabindex="-1"' in client.get(answer.location).text
    assert 'id="answers-title" tabindex="-1"' in client.get(answer.location).text


def test_the_list_begins_with_what_is_not_answered(
    client: FlaskClient, editor: Person, comment: Comment
) -> None:
    assert f'id="comment-{comment.id}"' in client.get(LIST).text
    send(client, comment)
    assert f'id="comment-{comment.id}"' not in client.get(LIST).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answer": ""}, "Choose what you did with the comment."),
        ({"answer": "not_accepted"}, "Say why: whoever wrote the comment reads it."),
        ({"changed": "1, 9.z"}, "The newest version has no paragraph with this label: 9.z"),
        ({"reason": "x" * 10_001}, "The reason is too long: at most 10000 characters."),
    ],
)
def test_a_refused_answer_comes_back_with_its_words(
    client: FlaskClient, editor: Person, comment: Comment, fields: dict[str, str], words: str
) -> None:
    sent = send(client, comment, **{"reason": "", **fields})
    assert sent.status_code == 422
    assert words in words_of(sent)
    for typed in fields.values():
        assert typed in sent.text
    assert last() is None


def test_who_was_later_sees_what_the_other_answered(
    client: FlaskClient, editor: Person, comment: Comment
) -> None:
    send(client, comment, answer="noted", reason="Seen by the first.")
    sent = send(client, comment, answer="accepted", reason="By the second.", seen="")
    assert sent.status_code == 409
    words = words_of(sent)
    assert "Somebody else has answered this comment meanwhile." in words
    assert "Seen by the first." in words
    assert "By the second." in sent.text


def test_a_long_list_has_pages(client: FlaskClient, editor: Person, version: Version) -> None:
    comments = [a_comment(version, state=State.PUBLISHED, body=f"R{n}.") for n in range(PAGE_LENGTH + 1)]
    first = client.get(LIST)
    assert f'id="comment-{comments[-1].id}"' not in first.text
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    assert f'id="comment-{comments[-1].id}"' in client.get(unescape(following[1])).text


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ANALYST])
def test_others_may_not_answer(client: FlaskClient, comment: Comment, role: Role) -> None:
    sign_in(client, a_person(role))
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}/{comment.id}").status_code == 403


def test_a_comment_is_answered_at_its_own_consultation(
    client: FlaskClient, editor: Person, comment: Comment
) -> None:
    a_draft(a_consultation(slug="other"))
    assert client.get(f"/en/manage/consultations/other/answers/{comment.id}").status_code == 404
    assert client.get(f"{LIST}/{comment.id}").status_code == 200


# ---------------------------------------------------------------- where answers are read


@pytest.fixture
def answered(comment: Comment) -> Comment:
    answer_comment(
        comment.id, Answer.IN_PART, "We *name* the budget.", ["p3"],
        language="en", seen=None, by=a_person(Role.EDITOR), at=NOON,
    )  # fmt: skip
    return comment


@pytest.mark.parametrize("page", ["", "/paragraphs/p2"])
def test_the_public_reads_the_answer_under_the_comment(
    client: FlaskClient, answered: Comment, page: str
) -> None:
    words = words_of(client.get(f"/en/consultations/charter{page}"))
    assert (
        "Answered by the authors of the draft: Accepted in part We name the budget. Paragraph 2 changed."
        in words
    )


def test_an_answer_appears_on_a_page_that_was_kept(client: FlaskClient, comment: Comment) -> None:
    page = "/en/consultations/charter/paragraphs/p2"
    assert "Answered by the authors of the draft" not in words_of(client.get(page))
    answer_comment(
        comment.id, Answer.NOTED, "", [], language="en", seen=None, by=a_person(Role.EDITOR), at=NOON
    )
    assert "Answered by the authors of the draft: Noted" in words_of(client.get(page))


def test_an_answer_in_another_language_says_so_to_browsers(client: FlaskClient, answered: Comment) -> None:
    page = client.get("/lv/consultations/charter/paragraphs/p2").text
    assert re.search(r'class="answer__words" lang="en" dir="ltr"', page)


def test_the_author_reads_the_answer_on_the_receipt(client: FlaskClient, answered: Comment) -> None:
    number = answered.submission.number
    words = words_of(client.get(f"/en/receipts/{number}?secret={secret_of(number, SECRET)}"))
    assert "We name the budget." in words


def test_the_outcome_counts_the_answers(client: FlaskClient, version: Version, answered: Comment) -> None:
    a_comment(version, state=State.PUBLISHED, body="Nobody answered this.")
    with transaction():
        consultation = version.draft.consultation
        consultation.closes_at = NOON - timedelta(days=1)
        said = {"source": "Done.", "html": "<p>Done.</p>", "received": 2, "published": 2}
        db.session.add(Outcome(consultation_id=consultation.id, language="en", published_at=NOON, **said))
    words = words_of(client.get("/en/consultations/charter/outcome"))
    assert "Accepted 0 Accepted in part 1 Not accepted 0" in words
    assert "Not answered 1" in words
