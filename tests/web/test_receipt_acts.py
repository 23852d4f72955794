"""What the holder of a receipt does with it without script: correcting, withdrawing, erasing, appealing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.moderation import Appeal
from app.models.people import Person
from app.models.roles import Role
from app.services.moderation.appealing import decide_appeal
from app.services.moderation.approving import decide_correction
from app.services.moderation.revisions import waiting_correction
from tests.builders import a_comment, a_person, paragraphs_of
from tests.conftest import NOON
from tests.rows import stored
from tests.stopped_clock import clock
from tests.web.receipt_pages import SOON, address, consultation, hidden_in, moderator, rejected, send
from tests.words_on_pages import words_of

__all__ = ["clock", "consultation", "moderator"]


# ---------------------------------------------------------------- correcting


def test_a_correction_stands_on_the_receipt_while_the_public_reads_the_old_words(
    client: FlaskClient, version: Version, moderator: Person
) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    page = client.get(address(comment, "/correct/1"))
    assert "A moderator reads your correction first." in words_of(page)
    assert "Say who pays for it.</textarea>" in page.text
    sent = send(client, address(comment, "/correct/1"), body="Say who pays, and when.")
    assert sent.location == f"{address(comment)}&done=corrected#comment-1"
    words = words_of(client.get(sent.location.partition("#")[0]))
    assert "Your correction is in the record." in words
    assert "You corrected it; a moderator reads the new words first" in words
    assert "Your correction, which waits Say who pays, and when." in words
    assert "and when" not in client.get("/en/consultations/charter/comments/new").text
    revision = waiting_correction(stored(comment))
    assert revision is not None
    decide_correction(revision.id, is_approved=True, by=moderator, at=NOON + SOON)
    assert "Your correction is published" in words_of(client.get(address(comment)))
    assert "and when" in client.get("/en/consultations/charter/comments/new").text


def test_of_two_tabs_the_second_keeps_its_words(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version)
    other_tab = hidden_in(client.get(address(comment, "/correct/1")))
    send(client, address(comment, "/correct/1"), body="From the first tab.")
    late = client.post(
        address(comment, "/correct/1"),
        data={**other_tab, "body": "From the second tab."},
    )
    assert late.status_code == 422
    assert "The comment was changed meanwhile" in words_of(late)
    assert "From the second tab.</textarea>" in late.text
    client.post(address(comment, "/correct/1"), data={**hidden_in(late), "body": "From the second tab."})
    assert stored(comment).source == "From the second tab."


def test_after_the_closing_the_words_are_given_back(
    client: FlaskClient, version: Version, consultation: Consultation, clock: time_machine.Traveller
) -> None:
    comment = a_comment(version)
    opened = hidden_in(client.get(address(comment, "/correct/1")))
    clock.move_to(consultation.closes_at)
    late = client.post(
        address(comment, "/correct/1"),
        data={**opened, "body": "A minute too late."},
    )
    assert late.status_code == 403
    assert "The consultation closed on 22 February 2030, 12:00 UTC." in words_of(late)
    assert "A minute too late.</textarea>" in late.text
    assert stored(comment).source == "Say who pays for it."
    assert "Correct" not in words_of(client.get(address(comment))).split()
    asked = words_of(client.get(address(comment, "/correct/1")))
    assert "Comments cannot be corrected any more, only withdrawn." in asked


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"body": "Say who pays for it."}, "This is what you sent already."),
        ({"body": " "}, "Write your comment. To take it back, withdraw it."),
        ({"body": "Better.", "quotation": "not there"}, "These words are not in the paragraph."),
        ({"body": "x" * 10_001}, "This is too long"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_every_word(
    client: FlaskClient, version: Version, fields: dict[str, str], told: str
) -> None:
    comment = a_comment(version, paragraphs_of(version)[0])
    answer = send(client, address(comment, "/correct/1"), **fields)
    assert answer.status_code == 422
    assert told in words_of(answer)
    assert f"{fields['body']}</textarea>" in answer.text


def test_a_place_that_the_receipt_does_not_have_is_no_page(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version)
    for page in ("/correct/2", "/correct/0"):
        assert client.get(address(comment, page)).status_code == 404
    assert client.get(address(comment, "/withdraw", comment=9)).status_code == 404
    assert client.get(address(comment, "/appeal", comment=9)).status_code == 404


# ---------------------------------------------------------------- withdrawing and erasing


def test_a_comment_is_withdrawn_after_a_question(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    assert "Say who pays" in client.get("/en/consultations/charter/comments/new").text
    asked = words_of(client.get(address(comment, "/withdraw", comment=1)))
    assert "Withdraw this comment?" in asked
    assert "gone from view at once, for good" in asked
    assert stored(comment).state == State.PUBLISHED
    sent = send(client, address(comment, "/withdraw", comment=1))
    assert sent.status_code == 303
    words = words_of(client.get(sent.location))
    assert "Withdrawn. What you see below is how it stands now." in words
    assert "You withdrew it" in words
    assert "Say who pays" not in client.get("/en/consultations/charter/comments/new").text
    assert "There is nothing to withdraw" in words_of(client.get(address(comment, "/withdraw")))


def test_after_the_closing_the_question_says_that_it_stays_in_view(
    client: FlaskClient, version: Version, consultation: Consultation, clock: time_machine.Traveller
) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    clock.move_to(consultation.closes_at)
    asked = words_of(client.get(address(comment, "/withdraw")))
    assert "It stays in view, marked as withdrawn by its author, with the date." in asked
    send(client, address(comment, "/withdraw"))
    assert "You withdrew it after the closing: it stays in view, marked" in words_of(
        client.get(address(comment))
    )


def test_erasing_is_explained_and_takes_a_tick(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version, state=State.PUBLISHED, name="Ilze Kalniņa")
    page = address(comment, "/erase")
    assert "What stays: that there were comments" in words_of(client.get(page))
    refused = send(client, page, what="everything")
    assert (refused.status_code, stored(comment).state) == (422, State.PUBLISHED)
    assert "Tick the box: this cannot be undone." in words_of(refused)
    assert send(client, page, sure="y").status_code == 422
    sent = send(client, page, what="person", sure="y")
    words = words_of(client.get(sent.location))
    assert "Name Name erased" in words
    assert "Who you are was erased on 10 February 2030." in words
    assert "Kalniņa" not in client.get("/en/consultations/charter/comments/new").text
    send(client, page, what="everything", sure="y")
    words = words_of(client.get(address(comment)))
    assert "The words of this comment are erased." in words
    assert "Say who pays" not in words
    assert comment.leaf_digest in words
    assert "Everything is erased already." in words_of(client.get(page))


# ---------------------------------------------------------------- appealing


def test_an_appeal_is_made_once_and_its_answer_stands_on_the_receipt(
    client: FlaskClient, version: Version, moderator: Person
) -> None:
    comment = rejected(version, moderator)
    receipt = words_of(client.get(address(comment)))
    assert "Not published: It insults somebody" in receipt
    assert "Ask a second moderator to look until 24 February 2030, 12:00 UTC" in receipt
    page = address(comment, "/appeal", comment=1)
    other_tab = hidden_in(client.get(page))
    assert send(client, page, words=" ").status_code == 422
    sent = send(client, page, words="It insults nobody.")
    assert sent.location.endswith("&done=appealed#comment-1")
    words = words_of(client.get(address(comment)))
    assert "You asked for a second look “It insults nobody.”" in words
    assert "Ask a second moderator" not in words
    again = client.post(page, data={**other_tab, "words": "Again."})
    assert again.status_code == 422
    assert "You have asked for a second look at this decision already." in words_of(again)
    assert "Again.</textarea>" in again.text
    [found] = db.session.scalars(select(Comment)).all()
    assert found.state == State.REJECTED


def test_after_fourteen_days_nobody_is_asked_any_more(
    client: FlaskClient, version: Version, moderator: Person, clock: time_machine.Traveller
) -> None:
    comment = rejected(version, moderator)
    clock.move_to(NOON + timedelta(days=14))
    page = address(comment, "/appeal")
    assert "for 14 days" in words_of(client.get(page))
    assert "<textarea" not in client.get(page).text.partition("<main")[2]


def test_what_the_second_moderator_writes_is_read_on_the_receipt(
    client: FlaskClient, version: Version, moderator: Person
) -> None:
    comment = rejected(version, moderator)
    send(client, address(comment, "/appeal"), words="It insults nobody.")
    appeal = db.session.scalars(select(Appeal)).one()
    decide_appeal(appeal.id, "upheld", note="It does.", by=a_person(Role.MODERATOR), at=NOON + SOON)
    words = words_of(client.get(address(comment)))
    assert "Not published after a second look either: It insults somebody “It does.”" in words
