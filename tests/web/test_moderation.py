"""Moderating, as a browser without script sees it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.letters import letter_for
from app.models.activity import Job
from app.models.base import db, transaction
from app.models.comment import Capacity, Kind, State
from app.models.draft import Version
from app.models.moderation import Decision, Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.public.paging import PAGE_LENGTH
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.rows import stored
from tests.signing import sign_in
from tests.web.queues import QUEUE, comments_on, hidden_in, send
from tests.words_on_pages import words_of

NOW = datetime.now(UTC)


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(
        a_consultation(slug="charter", titles={"en": "Charter"}, zone="UTC"), languages=("en", "lv")
    )


# ---------------------------------------------------------------- the list of queues


def test_the_list_says_how_many_wait_and_for_how_long(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    a_comment(version, at=NOW - timedelta(days=3))
    a_comment(version, at=NOW)
    words = words_of(client.get("/en/moderation"))
    assert words.endswith("Consultation Waiting Oldest Corrections Appeals Charter 2 3 days 0 0")


def test_a_visitor_is_asked_to_sign_in_and_others_are_refused(client: FlaskClient, version: Version) -> None:
    assert client.get(QUEUE).location == "/en/sign-in?next=/en/moderation/charter"
    sign_in(client, a_person(Role.EDITOR))
    assert client.get(QUEUE).status_code == 403
    assert client.get("/en/moderation").status_code == 403


# ---------------------------------------------------------------- the queue


def test_a_comment_stands_beside_its_paragraph_with_all_that_is_needed_to_decide(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    a_comment(
        version,
        paragraphs_of(version)[0],
        body="Who *pays*?",
        kind=Kind.CLARITY,
        importance=4,
        language="lv",
        at=datetime(2026, 2, 1, 12, 30, tzinfo=UTC),
        capacity=Capacity.ORGANISATION,
        name="Ilze K.",
        organisation="Rīgas skolas",
        email="ilze@example.org",
    )
    page = client.get(QUEUE)
    words = words_of(page)
    assert "Paragraph 1, version 1 Everybody may try new ways." in words
    assert "Ilze K. , Rīgas skolas, organisation, Latvia Clarity Who pays ?" in words
    assert "Waiting · In Latvian · 1 February 2026, 12:30 UTC · importance 4 of 5" in words
    assert "Publish Reject with this reason Mark as spam" in words
    assert "ilze@example.org" not in page.text


def test_a_comment_on_the_whole_draft_says_so(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    a_comment(version)
    assert "On the whole draft, version 1" in words_of(client.get(QUEUE))


def test_an_empty_queue_says_so(client: FlaskClient, moderator: Person, version: Version) -> None:
    assert words_of(client.get(QUEUE)).endswith("Nothing waits here.")
    assert "No comment is like that." in words_of(client.get(f"{QUEUE}?language=lv"))


def test_twenty_comments_stand_on_a_page_and_links_lead_through_the_rest(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    made = [a_comment(version, at=NOW + timedelta(seconds=n)).id for n in range(PAGE_LENGTH + 1)]
    first = client.get(QUEUE)
    later = re.findall(r'rel="next" href="([^"]+)"', first.text)[0]
    second = client.get(later)
    assert comments_on(first) == made[:PAGE_LENGTH]
    assert comments_on(second) == made[PAGE_LENGTH:]
    earlier = re.findall(r'rel="prev" href="([^"]+)"', second.text)[0]
    assert comments_on(client.get(earlier)) == made[:PAGE_LENGTH]


def test_filters_are_part_of_the_address_and_stay_chosen(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    paragraph = paragraphs_of(version)[1]
    a_comment(version)
    wanted = a_comment(version, paragraph, language="lv", country="NO", kind=Kind.WORDING, state=State.SPAM)
    page = client.get(f"{QUEUE}?state=spam&paragraph={paragraph.key}&language=lv&country=NO&kind=wording")
    assert comments_on(page) == [wanted.id]
    assert re.findall(r'<option[^>]* selected value="([^"]+)"', page.text) == [
        "spam",
        paragraph.key,
        "lv",
        "NO",
        "wording",
    ]


def test_the_whole_draft_is_among_the_paragraphs_to_choose_from(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    wanted = a_comment(version)
    a_comment(version, paragraphs_of(version)[0])
    value = re.findall(r'<option value="([^"]+)">The whole draft<', client.get(QUEUE).text)[0]
    page = client.get(f"{QUEUE}?paragraph={value}")
    assert comments_on(page) == [wanted.id]
    assert f'<option selected value="{value}">The whole draft<' in page.text


def test_paragraphs_to_choose_from_are_told_to_be_in_their_language(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    page = client.get(QUEUE.replace("/en/", "/lv/"))
    key = paragraphs_of(version)[0].key
    assert f'<option lang="en" value="{key}">1 Everybody may try new ways.<' in page.text


@pytest.mark.parametrize(
    "query",
    [
        "state=erased",
        "language=klingon",
        "paragraph='",
        "kind=x",
        "after=x",
        "before=-1",
        f"after={2**31 - 1}",
        f"before={2**31 - 1}",
        f"before={2**31}",
    ],
)
def test_what_is_not_on_offer_counts_as_not_chosen(
    query: str, client: FlaskClient, moderator: Person, version: Version
) -> None:
    comment = a_comment(version)
    assert comments_on(client.get(f"{QUEUE}?{query}")) == [comment.id]


def test_a_contact_point_sees_only_its_own_country(client: FlaskClient, version: Version) -> None:
    sign_in(client, a_person(Role.CONTACT_POINT, country="NO"))
    own, other = a_comment(version, country="NO"), a_comment(version, country="LV")
    page = client.get(QUEUE)
    assert comments_on(page) == [own.id]
    assert "Latvia" not in words_of(page).partition("On the whole draft")[2]
    assert client.get(f"/en/moderation/comments/{other.id}").status_code == 403
    assert send(client, other, State.PUBLISHED).status_code == 403


# ---------------------------------------------------------------- deciding


def test_a_rejection_keeps_reason_and_note_and_both_are_seen_afterwards(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    comment = a_comment(version)
    assert send(client, comment, State.REJECTED, reason=Reason.INSULT, note="Be kind.").status_code == 303
    words = words_of(client.get(f"/en/moderation/comments/{comment.id}"))
    assert f"Rejected by {moderator.name}" in words
    assert "It insults somebody – “Be kind.”" in words
    assert "Publish Put back" in words


def test_a_rejection_without_a_reason_comes_back_with_every_word(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    comment = a_comment(version)
    answer = send(client, comment, State.REJECTED, reason="", note="Too <rude>.")
    assert answer.status_code == 422
    assert "There is something to mend Choose the reason why you reject the comment." in words_of(answer)
    assert f'href="#reason-{comment.id}"' in answer.text
    assert "Too &lt;rude&gt;.</textarea>" in answer.text
    assert stored(comment).state == State.WAITING


@pytest.mark.parametrize(("state", "button"), [("waiting", "published"), ("published", "waiting")])
def test_publishing_or_putting_back_with_a_reason_for_rejecting_comes_back_with_every_word(
    state: State, button: str, client: FlaskClient, moderator: Person, version: Version
) -> None:
    comment = a_comment(version, state=state)
    answer = send(client, comment, button, reason=Reason.INSULT, note="Be kind.")
    assert answer.status_code == 422
    words = "You chose a reason for rejecting. Take it away, or reject."
    assert f'<a class="ds-link" href="#reason-{comment.id}">{words}</a>' in answer.text
    assert '<option selected value="insult">' in answer.text
    assert "Be kind.</textarea>" in answer.text
    assert stored(comment).state == state


@pytest.mark.parametrize("button", ["", "erased", "waiting", "\x00"])
def test_a_button_that_is_not_there_decides_nothing(
    button: str, client: FlaskClient, moderator: Person, version: Version
) -> None:
    comment = a_comment(version)
    answer = send(client, comment, button)
    assert answer.status_code == 422
    assert "Choose one of the buttons" in words_of(answer)
    assert stored(comment).changes == 0


def test_a_note_that_is_too_long_comes_back_whole(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    answer = send(client, a_comment(version), State.PUBLISHED, note="n" * 1001)
    assert answer.status_code == 422
    assert "at most 1000 characters" in words_of(answer)
    assert "n" * 1001 in answer.text


def test_a_comment_withdrawn_meanwhile_can_no_longer_be_decided_on(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    comment = a_comment(version)
    path = f"/en/moderation/comments/{comment.id}"
    hidden = hidden_in(client.get(path))
    with transaction():
        withdrawn = stored(comment)
        withdrawn.state, withdrawn.changes = State.WITHDRAWN, 1
    answer = client.post(path, data={**hidden, "to_state": "published"})
    assert answer.status_code == 409
    assert "The comment is now: Withdrawn." in words_of(answer)
    assert "Nothing can be decided on this comment any more." in words_of(answer)


def test_the_words_of_an_erased_comment_are_not_shown(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    comment = a_comment(version, body="Forget me.", state=State.ERASED)
    page = client.get(f"/en/moderation/comments/{comment.id}")
    assert "The words of this comment are erased." in words_of(page)
    assert "Forget me." not in page.text


def test_a_form_from_elsewhere_decides_nothing(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    comment = a_comment(version)
    answer = client.post(
        f"/en/moderation/comments/{comment.id}", data={"to_state": "published", "changes": "0"}
    )
    assert answer.status_code == 422
    assert db.session.scalars(select(Decision)).all() == []


@pytest.mark.parametrize("number", ["404", str(2**31), str(10**30)])
def test_a_comment_that_does_not_exist_is_not_found(
    number: str, client: FlaskClient, moderator: Person
) -> None:
    assert client.get(f"/en/moderation/comments/{number}").status_code == 404


# ---------------------------------------------------------------- letters


def test_the_author_is_told_of_a_rejection_with_the_reason_and_the_receipt(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    comment = a_comment(version, body="You fools.", email="ilze@example.org")
    send(client, comment, State.REJECTED, reason=Reason.INSULT, note="Be kind.")
    letter = letter_for(last_letter_job(), NOW)
    assert letter is not None
    number = comment.submission.number
    assert letter.to == "ilze@example.org"
    assert letter.subject == f"Your comment is not published – receipt {number}"
    assert "The reason: It insults somebody." in letter.text
    assert "Be kind." in letter.text
    assert f"http://localhost/en/receipts/{number}?secret=" in letter.text


def test_the_author_is_told_of_publication(client: FlaskClient, moderator: Person, version: Version) -> None:
    comment = a_comment(version, email="ilze@example.org")
    send(client, comment, State.PUBLISHED)
    letter = letter_for(last_letter_job(), NOW)
    assert letter is not None
    assert letter.text.startswith("Your comment on “Charter” is published.")
    assert "moderator" not in letter.text


def last_letter_job() -> Job:
    return db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id.desc())).one()
