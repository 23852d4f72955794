"""The preview of a basket is what the public will see of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.services.activity import touch_public_pages
from app.web import limits
from tests.builders import a_comment, paragraphs_of
from tests.conftest import NOON
from tests.histories import a_later_version
from tests.stopped_clock import clock
from tests.web.baskets import (
    BASKET,
    CONSULTATION,
    FIRST,
    PARTICULARS,
    SECOND,
    WHOLE,
    add,
    consultation,
    hidden_in,
    preview,
    send,
    sent,
    typed_in,
    unsent,
    version,
)
from tests.words_on_pages import all_words_of

__all__ = ["clock", "consultation", "version"]
ORGANISATION = {
    "capacity": "organisation",
    "organisation": "Municipality of Bø",
    "organisation_kind": "public_body",
    "has_authority": "y",
}


def notes_in(html: str) -> list[str]:
    """The notes of a page, without their numbers and instants and without what a reader can do."""
    notes = [
        re.sub(r'<p class="note__acts">.*?</p>', "", note.partition("</article>")[0], flags=re.S)
        for note in html.split('<article class="note"')[1:]
    ]
    notes = [re.sub(r'id="[^"]*"|datetime="[^"]*"|#c-[-\d]+', "", note) for note in notes]
    return [" ".join(note.partition('<div class="note__replies">')[0].split()) for note in notes]


@pytest.mark.parametrize("speaks", [{}, ORGANISATION], ids=["individual", "organisation"])
def test_the_preview_of_all_comments_is_what_the_public_sees(
    app: Flask,
    client: FlaskClient,
    version: Version,
    clock: time_machine.Traveller,
    speaks: dict[str, Any],
) -> None:
    wording = "Everybody should try new ways."
    spoken = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED, suggestion=wording)
    add(client, "On the *second*.", SECOND, kind="objection")
    add(client, "On all of it.", WHOLE)
    add(client, "On the first.", FIRST, quotation="try new ways", suggestion="Everybody must try new ways.")
    add(client, "Once more.", f"{FIRST}?another=1", suggestion="Everybody must try new ways.")
    add(client, "As they say.", f"{FIRST}?another=1", suggestion=wording)
    add(client, "So do I.", f"{CONSULTATION}/comments/{spoken.id}/reply")
    add(client, "", f"{SECOND}?another=1", importance="4")
    answer = preview(client, **speaks)
    assert answer.status_code == 200
    section = answer.text.partition('id="preview"')[2].partition("</section>")[0]
    seen = notes_in(section)
    assert len(seen) == 6
    assert "Preview: nothing is sent yet" in all_words_of(answer)
    assert "There is nothing to read: only how much it matters to you is counted." in all_words_of(answer)
    assert sent() == [spoken.source]
    assert send(client, clock, **speaks).status_code == 303
    with transaction():
        for comment in db.session.scalars(select(Comment)):
            comment.state, comment.published_at = State.PUBLISHED, NOON
            touch_public_pages(comment.consultation_id)
    visitor = app.test_client()
    published = [note for page in (WHOLE, FIRST, SECOND) for note in notes_in(visitor.get(page).text)]
    for note in seen:
        assert note in published
    assert len(published) == len(seen) + 1


@pytest.mark.usefixtures("version")
def test_the_preview_of_all_comments_keeps_every_word_and_says_who_sees_the_rest(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    add(client, "Mine.")
    answer = preview(client, email="ilze@example.org")
    words = all_words_of(answer)
    assert "When a moderator has read it, the public sees exactly this:" in words
    assert "Moderators and the authors of the draft see all that you filled in" in words
    assert "Nobody else sees your e-mail address." in words
    assert 'value="ilze@example.org"' in client.get(BASKET).text
    # The page below the preview is the same copy, which is sent from there.
    clock.shift(5)
    form = {**hidden_in(answer), **PARTICULARS, "consent": "y", "act": "send"}
    assert client.post(BASKET, data=form).status_code == 303
    assert sent() == ["Mine."]


def test_what_cannot_be_sent_together_is_not_previewed(client: FlaskClient, version: Version) -> None:
    add(client, "On the second.", SECOND)
    refused = preview(client, name="")
    assert refused.status_code == 422
    assert 'id="preview"' not in refused.text
    assert "Write your name." in all_words_of(refused)
    a_later_version(version, ("p2", "Everybody should try new ways."))
    gone = preview(client)
    assert gone.status_code == 422
    assert "Paragraph 2: The paragraph is no longer in the text." in all_words_of(gone)
    assert unsent() == ["On the second."]
    assert preview(client, csrf_token="x").status_code == 422


def test_after_the_closing_nothing_is_previewed(
    client: FlaskClient, consultation: Consultation, clock: time_machine.Traveller
) -> None:
    add(client, "Mine.")
    hidden = hidden_in(client.get(BASKET))
    clock.move_to(consultation.closes_at)
    refused = client.post(BASKET, data={**hidden, **PARTICULARS, "act": "preview"})
    assert refused.status_code == 403
    assert "came after the closing" in all_words_of(refused)
    assert unsent() == ["Mine."]


@pytest.mark.usefixtures("version")
def test_previews_are_limited_by_themselves(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "preview", "1/10minutes")
    limits._items.cache_clear()
    data = {**hidden_in(client.get(FIRST)), **PARTICULARS, "body": "Mine.", "consent": "y", "act": "preview"}
    assert [client.post(FIRST, data=data).status_code for _ in range(2)] == [200, 429]
    again = client.post(FIRST, data=data)
    assert "Many comments came from your network." in all_words_of(again)
    assert typed_in(again) == "Mine."
    hidden = hidden_in(client.get(BASKET))
    assert client.post(BASKET, data={**hidden, **PARTICULARS, "act": "preview"}).status_code == 429
    limits._items.cache_clear()
