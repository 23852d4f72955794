"""Comments are collected in a basket, found there again by their browser alone, and edited from it."""

from __future__ import annotations

import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Submission
from app.models.draft import Version
from app.models.sitting import UnsentComment
from app.services.sittings.sittings import KEPT_FOR
from tests.stopped_clock import clock
from tests.web.baskets import (
    BASKET,
    CONSULTATION,
    COOKIE,
    FIRST,
    SECOND,
    WHOLE,
    act,
    add,
    form_on,
    hidden_in,
    number_of,
    send,
    sent,
    typed_in,
    unsent,
    version,
)
from tests.words_on_pages import all_words_of

__all__ = ["clock", "version"]


@pytest.mark.usefixtures("version")
def test_comments_are_collected_edited_removed_and_sent_together(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    added = add(client, "On the first.")
    assert added.status_code == 303
    page = client.get(added.location)
    assert "Kept. It is not sent yet. On the first. Edit Remove" in all_words_of(page)
    assert "<textarea" not in form_on(page)
    assert "1 comment not yet sent" in all_words_of(client.get(CONSULTATION))
    add(client, "On the second.", SECOND)
    add(client, "On all of it.", WHOLE)
    add(client, "A slip.", f"{FIRST}?another=1")
    basket = all_words_of(client.get(BASKET))
    assert "4 comments not yet sent" in basket
    assert basket.index("On all of it.") < basket.index("On the first.") < basket.index("On the second.")
    slip, second = (
        db.session.scalars(select(UnsentComment.id).where(UnsentComment.body == body)).one()
        for body in ("A slip.", "On the second.")
    )
    asked = client.get(act(client, remove=slip).location)
    assert "Remove this comment?" in all_words_of(asked)
    act(client, removed=slip)
    edit = client.get(act(client, edit=second).location.partition("#")[0])
    assert typed_in(edit) == "On the second."
    client.post(SECOND, data={**hidden_in(edit), "body": "On the second, better.", "act": "add"})
    assert unsent() == ["On the first.", "On the second, better.", "On all of it."]
    receipt = send(client, clock)
    assert receipt.status_code == 303
    assert "/receipts/" in receipt.location
    assert sent() == ["On the first.", "On the second, better.", "On all of it."]
    assert len(db.session.scalars(select(Submission)).all()) == 1
    assert client.get_cookie(COOKIE) is None
    assert "not yet sent" not in all_words_of(client.get(CONSULTATION))


@pytest.mark.usefixtures("version")
def test_who_only_reads_gets_no_cookie_and_a_kept_page(client: FlaskClient) -> None:
    for address in (CONSULTATION, FIRST, BASKET, FIRST):
        assert "Set-Cookie" not in client.get(address).headers
    assert client.get(FIRST).headers["Cache-Control"] == "private, no-cache"
    add(client, "Something.")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    assert cookie.max_age == KEPT_FOR.total_seconds()
    answer = client.get(CONSULTATION)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "1 comment not yet sent" in all_words_of(answer)


def test_another_visitor_sees_nothing_of_it(app: Flask, client: FlaskClient, version: Version) -> None:
    add(client, "Mine alone.")
    other = app.test_client()
    for address in (CONSULTATION, FIRST, BASKET):
        assert "Mine alone." not in other.get(address).text
        assert "not yet sent" not in all_words_of(other.get(address))
    assert other.get(f"{BASKET}/text").status_code == 404
    other.set_cookie(COOKIE, "a" * 32)
    assert "Mine alone." not in other.get(BASKET).text


@pytest.mark.usefixtures("version")
def test_an_empty_form_is_not_added(client: FlaskClient) -> None:
    answer = add(client, "   ")
    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers
    # The field for other wording begins with the paragraph's own text.
    assert add(client, "", suggestion="Everybody may try new ways.").status_code == 422
    assert unsent() == []


@pytest.mark.usefixtures("version")
def test_particulars_typed_in_one_form_stand_in_the_next(client: FlaskClient) -> None:
    add(client, "One.", name="Ilze K.", country="LV")
    for address in (SECOND, BASKET):
        page = client.get(address).text
        assert 'value="Ilze K."' in page
        assert re.search(r'<option selected value="LV"', page)
    act(client, act="save", name="Ilze Kalniņa")
    assert 'value="Ilze Kalniņa"' in client.get(SECOND).text


@pytest.mark.usefixtures("version")
def test_the_token_of_a_form_opens_nothing_of_what_was_typed_into_it(app: Flask, client: FlaskClient) -> None:
    hidden = hidden_in(client.get(FIRST))
    client.post(FIRST, data={**hidden, "body": "Mine.", "act": "add"})
    stranger = app.test_client()
    asked = {"csrf_token": hidden["csrf_token"], "paragraph": "p2", "body": "Theirs."}
    assert stranger.post(f"{BASKET}/save", data=asked).status_code == 303
    mine, theirs = client.get_cookie(COOKIE), stranger.get_cookie(COOKIE)
    assert mine is not None
    assert theirs is not None
    assert mine.value != theirs.value
    assert "Mine." not in all_words_of(stranger.get(BASKET))
    assert unsent() == ["Mine.", "Theirs."]


@pytest.mark.usefixtures("version")
def test_editing_from_the_basket_saves_and_leads_back_to_it(client: FlaskClient) -> None:
    add(client, "On the first.", name="Ilze K.")
    number = number_of("On the first.")
    page = client.get(act(client, edit=number).location.partition("#")[0])
    form = form_on(page)
    assert re.findall(r"<button[^>]*name=\"act\" value=\"(\w+)\"", form) == ["save"]
    assert f'href="{BASKET}#unsent-{number}"' in form
    saved = client.post(FIRST, data={**hidden_in(page), "body": "Better.", "act": "save"})
    assert (saved.status_code, saved.location) == (303, f"{BASKET}#unsent-{number}")
    assert unsent() == ["Better."]
    assert 'value="Ilze K."' in client.get(BASKET).text
    empty = client.post(FIRST, data={**hidden_in(client.get(f"{FIRST}?unsent={number}")), "act": "save"})
    assert empty.status_code == 422
    assert re.findall(r"<button[^>]*name=\"act\" value=\"(\w+)\"", form_on(empty)) == ["save"]
