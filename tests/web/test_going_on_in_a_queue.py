"""Going on from comment to comment in a queue, and back to one, as a browser without script does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.moderation import Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.moderation.moderating import decide
from app.services.public.paging import PAGE_LENGTH
from tests.builders import a_comment, a_consultation, a_person
from tests.rows import stored
from tests.web.queues import QUEUE, comments_on, hidden_in, page_of_comment, send, way
from tests.words_on_pages import words_in, words_of

NOW = datetime.now(UTC)


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return a_consultation(slug="charter", titles={"en": "Charter"}, zone="UTC")


def several(version: Version, number: int, language: str = "en") -> list[Comment]:
    """Comments in the order in which they came."""
    return [a_comment(version, at=NOW + timedelta(seconds=n), language=language) for n in range(number)]


def said_at(page: TestResponse, comment: Comment) -> str:
    """The words of the comment’s entry above its heading."""
    entry = page.text.partition(f'id="comment-{comment.id}"')[2]
    return words_in("<" + entry.partition("<h2")[0])


# ---------------------------------------------------------------- onward


def test_publishing_leads_back_to_the_queue_at_the_next_comment(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    first, second = a_comment(version, at=NOW, language="lv"), a_comment(version, at=NOW, language="lv")
    answer = send(client, first, State.PUBLISHED, "?language=lv")
    assert (answer.status_code, answer.location) == (303, f"{QUEUE}?language=lv#comment-{second.id}")
    page = client.get(answer.location)
    assert "The comment is published. Look at it again" in words_of(page)
    assert comments_on(page) == [second.id]
    assert stored(first).state == State.PUBLISHED


def test_after_the_last_comment_the_queue_begins_anew_at_its_heading(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    first, last = a_comment(version, at=NOW), a_comment(version, at=NOW)
    answer = send(client, last, State.PUBLISHED, f"?language=en&after={first.id}")
    assert answer.location == f"{QUEUE}?language=en#queue-title"
    page = client.get(answer.location)
    assert 'id="queue-title" tabindex="-1"' in page.text
    assert comments_on(page) == [first.id]


def test_what_was_done_is_said_at_the_comment_that_the_moderator_is_led_to_and_nowhere_else(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    first, second, third = several(version, 3)
    page = client.get(send(client, first, State.PUBLISHED).location)
    assert said_at(page, second).endswith("The comment is published. Look at it again")
    assert "published" not in said_at(page, third)
    assert page.text.count('role="status"') == 1


def test_what_was_done_is_said_at_the_top_when_the_next_comment_is_not_shown(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    first, _second = several(version, 2)
    send(client, first, State.PUBLISHED)
    page = client.get("/en/moderation")
    assert '<div class="ds-alert message" role="status" data-color="success">' in page.text
    assert words_of(page).startswith("The comment is published.")


def test_a_button_pressed_twice_decides_once_and_says_so_once(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    first, second = several(version, 2)
    data = {**hidden_in(client.get(page_of_comment(first))), "to_state": "published"}
    answers = [client.post(page_of_comment(first), data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.location for answer in answers} == {f"{QUEUE}#comment-{second.id}"}
    assert words_of(client.get(QUEUE)).count("The comment is published.") == 1
    assert stored(first).changes == 1


# ---------------------------------------------------------------- back again


def test_what_is_put_back_stands_in_the_same_list_and_is_shown(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    made = several(version, PAGE_LENGTH + 3, "lv")
    query, comment = f"?language=lv&after={made[PAGE_LENGTH - 1].id}", made[PAGE_LENGTH + 1]
    page = client.get(send(client, comment, State.PUBLISHED, query).location)
    again = way(page, "Look at it again")
    assert again == page_of_comment(comment, query)
    back = send(client, comment, State.WAITING, again.removeprefix(page_of_comment(comment)))
    assert back.location == f"{QUEUE}{query}#comment-{comment.id}"
    page = client.get(back.location)
    assert said_at(page, comment).endswith("The comment waits again. Look at it again")


@pytest.mark.parametrize("place", [0, PAGE_LENGTH])
def test_what_is_put_back_is_looked_for_where_it_stands(
    place: int, client: FlaskClient, moderator: Person, version: Version
) -> None:
    made = several(version, PAGE_LENGTH + 2)
    elsewhere = "" if place else f"?after={made[PAGE_LENGTH].id}"
    send(client, made[place], State.SPAM)
    answer = send(client, made[place], State.WAITING, elsewhere)
    assert answer.location.endswith(f"#comment-{made[place].id}")
    assert made[place].id in comments_on(client.get(answer.location))


def test_who_puts_back_what_was_rejected_goes_on_with_what_was_rejected(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    first, second = (a_comment(version, state=State.REJECTED, at=NOW) for _ in range(2))
    answer = send(client, first, State.WAITING, "?state=rejected")
    assert answer.location == f"{QUEUE}?state=rejected#comment-{second.id}"


def test_the_way_back_to_the_queue_leads_to_the_comment_only_while_it_stands_there(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    _first, second = several(version, 2)
    address = page_of_comment(second, "?language=en")
    assert way(client.get(address), "Back to the queue") == f"{QUEUE}?language=en#comment-{second.id}"
    send(client, second, State.PUBLISHED)
    assert way(client.get(address), "Back to the queue") == f"{QUEUE}?language=en"


# ---------------------------------------------------------------- two moderators


def test_the_second_of_two_moderators_sees_what_the_first_decided_and_keeps_the_note(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    comment, other = a_comment(version, at=NOW), a_person(Role.MODERATOR)
    hidden = hidden_in(client.get(f"/en/moderation/comments/{comment.id}"))
    decide(comment.id, State.REJECTED, expected_changes=0, reason=Reason.HATE, note="No.", by=other, at=NOW)
    data = {**hidden, "to_state": "published", "note": "Well said."}
    answer = client.post(f"/en/moderation/comments/{comment.id}", data=data)
    assert answer.status_code == 409
    words = words_of(answer)
    assert f"Somebody else was here first. The comment is now: Rejected, by {other.name}" in words
    assert "It stirs up hatred. “No.” Your decision was not saved. Look again and decide." in words
    assert "Well said.</textarea>" in answer.text
    assert (stored(comment).state, stored(comment).changes) == (State.REJECTED, 1)
    assert (
        client.post(answer.request.path, data={**hidden_in(answer), "to_state": "published"}).status_code
        == 303
    )


def test_the_second_of_two_moderators_can_go_on_and_no_button_is_more_inviting_than_another(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    first, second = several(version, 2)
    address = page_of_comment(first, "?language=en")
    page = client.get(address)
    assert 'data-variant="primary"' in page.text
    assert "Go on to the next" not in words_of(page)
    data = {**hidden_in(page), "to_state": "rejected", "reason": Reason.INSULT}
    other = a_person(Role.MODERATOR)
    decide(first.id, State.REJECTED, expected_changes=0, reason=Reason.HATE, by=other, at=NOW)
    answer = client.post(address, data=data)
    assert answer.status_code == 409
    assert 'data-variant="primary"' not in answer.text
    assert way(answer, "Go on to the next") == f"{QUEUE}?language=en#comment-{second.id}"
    assert way(answer, "Back to the queue") == f"{QUEUE}?language=en"


# ---------------------------------------------------------------- what the queue says of itself


def test_with_filters_the_queue_says_how_many_match(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    several(version, 3)
    several(version, PAGE_LENGTH + 1, "lv")
    a_comment(version, state=State.SPAM, language="lv")
    assert "Charter Waiting 24 Oldest" in words_of(client.get(QUEUE))
    assert "Charter Waiting 21 of 24 Oldest" in words_of(client.get(f"{QUEUE}?language=lv"))
    assert "Charter Waiting 24 Spam 1 Oldest" in words_of(client.get(f"{QUEUE}?state=spam"))


def test_the_filters_are_unfolded_when_one_is_chosen(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    folded, unfolded = client.get(QUEUE), client.get(f"{QUEUE}?language=lv&kind=wording&state=waiting")
    assert '<details class="sieve">' in folded.text
    assert '<details class="sieve" open>' in unfolded.text
    assert "Filters (2)" in words_of(unfolded)


def test_moderation_is_marked_as_where_one_is_on_all_its_pages(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    pages = ["/en/moderation", QUEUE, page_of_comment(a_comment(version)), f"{QUEUE}/appeals", "/en/account"]
    marked = [
        re.findall(r'aria-current="(\w+)">(Moderation|Account)<', client.get(page).text) for page in pages
    ]
    within = [("true", "Moderation")]
    assert marked == [[("page", "Moderation")], within, within, within, [("page", "Account")]]
