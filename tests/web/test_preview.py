"""Before sending: the preview is the very note that the public sees, and says who sees the rest."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.models.base import db, transaction
from app.models.comment import Comment, State, Submission
from app.models.consultation import USUAL_ASKING, Asking, Consultation, Particular
from app.models.contact_point import ContactPoint
from app.services.activity import touch_public_pages
from app.services.consultations.consulting import add_contact_point
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.conftest import NOON
from tests.stopped_clock import clock
from tests.web.comment_forms import ADDRESS, FILLED
from tests.words_on_pages import all_words_of, value_of

__all__ = ["clock"]

ORGANISATION = {
    "capacity": "organisation",
    "organisation": "Municipality of Bø",
    "organisation_kind": "public_body",
    "has_authority": "y",
}
GROUP = {"capacity": "group", "organisation": "Class 4", "group_size": "24", "has_authority": "y"}
SUGGESTION: dict[str, Any] = {"suggestion": "Everybody should try new ways."}
QUOTATION = {"quotation": "try new ways"}
ALL: dict[str, Any] = dict.fromkeys(Particular)


def begin(consultation: Consultation) -> str:
    """The address of a reply's form to the one comment that there is."""
    version = a_draft(consultation)
    comment = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    return f"/en/consultations/{consultation.slug}/comments/{comment.id}/reply"


def fill(client: FlaskClient, address: str, **changes: Any) -> dict[str, Any]:
    page = client.get(address)
    version = re.findall(r'name="version" value="(\d+)"', page.text)[0]
    filled = {**FILLED, "csrf_token": value_of(page, "csrf_token"), "version": version, **changes}
    return {name: value for name, value in filled.items() if value is not None}


def preview(client: FlaskClient, address: str, filled: dict[str, Any]) -> TestResponse:
    return client.post(address, data={**filled, "act": "preview"})


def previewed_note(answer: TestResponse) -> str:
    return as_compared(answer.text.partition('id="preview"')[2].partition("</article>")[0])


def published_note(client: FlaskClient) -> str:
    """The note of the comment that was sent last, once everything is published."""
    with transaction():
        for comment in db.session.scalars(select(Comment)):
            comment.state, comment.published_at = State.PUBLISHED, NOON
            touch_public_pages(comment.consultation_id)
        number = db.session.scalar(select(func.max(Comment.id)))
    page = client.get(ADDRESS).text
    return as_compared(page.partition(f'id="c-{number}"')[2].partition("</article>")[0])


def as_compared(html: str) -> str:
    """What a note says, without its number, its instant and what a reader can do."""
    note = html[html.index('<h3 class="note__by"') :]
    note = re.sub(r'<p class="note__acts">.*?</p>', "", note, flags=re.S)
    note = re.sub(r'datetime="[^"]*"', "", note)
    return "\n".join(line.strip() for line in note.splitlines() if line.strip())


@pytest.mark.parametrize("speaks", [{}, ORGANISATION, GROUP], ids=["individual", "organisation", "group"])
@pytest.mark.parametrize("says", [{}, {**SUGGESTION, **QUOTATION}], ids=["words", "all"])
def test_the_preview_is_what_the_public_sees(
    app: Flask,
    client: FlaskClient,
    clock: time_machine.Traveller,
    speaks: dict[str, Any],
    says: dict[str, Any],
) -> None:
    begin(a_consultation(slug="innovation"))
    filled = fill(client, ADDRESS, **speaks, **says)
    seen = previewed_note(preview(client, ADDRESS, filled))
    assert "Who pays – and <em>when</em>?" in seen
    assert ("try new ways</p>" in seen, "inserted:" in seen) == (bool(says), bool(says))
    clock.shift(30)
    assert client.post(ADDRESS, data=filled).status_code == 303
    assert published_note(app.test_client()) == seen


def test_the_preview_of_a_reply_is_what_the_public_sees(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    address = begin(a_consultation(slug="innovation"))
    filled = fill(client, address, body="So do I.")
    seen = previewed_note(preview(client, address, filled))
    assert "So do I." in seen
    assert "not shown" not in seen
    clock.shift(30)
    assert client.post(address, data=filled).status_code == 303
    assert published_note(app.test_client()) == seen


@pytest.mark.parametrize("asking", [Asking.NO, Asking.OPTIONAL, Asking.REQUIRED])
def test_the_preview_shows_what_the_consultation_asks_and_no_more(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller, asking: Asking
) -> None:
    begin(a_consultation(slug="innovation", asking=dict.fromkeys(USUAL_ASKING, asking)))
    left_out = ALL if asking == Asking.OPTIONAL else {}
    filled = fill(client, ADDRESS, **left_out)
    seen = previewed_note(preview(client, ADDRESS, filled))
    assert ("Ilze Kalniņa" in seen) == (asking == Asking.REQUIRED)
    assert "ilze@example.org" not in seen
    clock.shift(30)
    assert client.post(ADDRESS, data=filled).status_code == 303
    assert published_note(app.test_client()) == seen


def test_the_second_of_two_alike_is_previewed_as_it_will_be(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    version = a_draft(a_consultation(slug="innovation"))
    a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED, **SUGGESTION)
    filled = fill(client, ADDRESS, **SUGGESTION)
    seen = previewed_note(preview(client, ADDRESS, filled))
    assert "Proposes the same wording as" in seen
    clock.shift(30)
    assert client.post(ADDRESS, data=filled).status_code == 303
    assert published_note(app.test_client()) == seen


def test_a_preview_writes_nothing_and_keeps_every_word(client: FlaskClient, app: Flask) -> None:
    begin(a_consultation(slug="innovation"))
    filled = fill(client, ADDRESS, consent=None, **SUGGESTION, **QUOTATION)
    answer = preview(client, ADDRESS, filled)
    assert answer.status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1
    assert value_of(answer, "quotation") == "try new ways"
    assert value_of(answer, "csrf_token") == filled["csrf_token"]
    assert "Preview: nothing is sent yet" in all_words_of(answer)


def test_what_cannot_be_sent_is_not_previewed(client: FlaskClient, app: Flask) -> None:
    begin(a_consultation(slug="innovation"))
    answer = preview(client, ADDRESS, fill(client, ADDRESS, name="", quotation="elsewhere"))
    assert answer.status_code == 422
    assert 'id="preview"' not in answer.text


def test_an_importance_alone_has_nothing_to_show(client: FlaskClient, app: Flask) -> None:
    begin(a_consultation(slug="innovation"))
    answer = preview(client, ADDRESS, fill(client, ADDRESS, body=""))
    words = all_words_of(answer)
    assert "There is nothing to read: only how much it matters to you is counted." in words
    assert "How much it matters to you is published as a mean only" in words


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "When a moderator has read it, the public sees exactly this:"),
        ({"moderation": "after"}, "The public sees exactly this, at once:"),
        ({"who_may_comment": "confirmed_email"}, "First you confirm your e-mail address"),
    ],
)
def test_who_sees_what_follows_the_settings(
    client: FlaskClient, app: Flask, settings: dict[str, Any], said: str
) -> None:
    begin(a_consultation(slug="innovation", **settings))
    point = ContactPoint(country="LV", names={"en": "State Chancellery"}, zone="Europe/Riga")
    add_contact_point(point, at=NOON)
    words = all_words_of(preview(client, ADDRESS, fill(client, ADDRESS)))
    assert said in words
    assert "Moderators and the authors of the draft see all that you filled in but your e-mail" in words
    assert "So does the contact point for Latvia: State Chancellery." in words
    assert "Nobody else sees your e-mail address." in words
    elsewhere = all_words_of(preview(client, ADDRESS, fill(client, ADDRESS, country="NO")))
    assert "contact point" not in elsewhere
