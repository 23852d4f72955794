"""Whoever speaks for others shares an address, at which colleagues join and leave the submission."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment
from app.models.consultation import USUAL_ASKING
from app.models.draft import Version
from app.models.sitting import Sitting, UnsentComment
from tests.builders import a_consultation, a_draft
from tests.stopped_clock import clock
from tests.web.baskets import (
    BASKET,
    CONSULTATION,
    COOKIE,
    FIRST,
    SECOND,
    act,
    add,
    hidden_in,
    send,
    sent,
    version,
)
from tests.words_on_pages import all_words_of

__all__ = ["clock", "version"]


def test_colleagues_join_by_the_address_and_the_owner_sends(
    app: Flask, client: FlaskClient, version: Version, clock: time_machine.Traveller
) -> None:
    add(client, "Mine.")
    together = f"{BASKET}/together"
    asked = client.get(together)
    missing = client.post(together, data={**hidden_in(asked), "act": "share", "capacity": "group"})
    assert missing.status_code == 422
    shared = {**hidden_in(asked), "act": "share", "capacity": "organisation", "organisation": "Makers"}
    assert client.post(together, data=shared).status_code == 303
    page = client.get(together)
    found = re.search(r"http://localhost(/en/consultations/innovation/together/[a-z2-7]{32})", page.text)
    assert found is not None
    invitation = found[1]
    marta = app.test_client()
    welcome = marta.get(invitation)
    assert "Makers gathers its comments" in all_words_of(welcome)
    assert "Mine." not in welcome.text
    assert marta.post(invitation, data={**hidden_in(welcome), "contributor": " "}).status_code == 422
    marta.post(invitation, data={**hidden_in(welcome), "contributor": "Marta"})
    add(marta, "From Marta.", SECOND)
    seen = all_words_of(marta.get(BASKET))
    assert "Mine." in seen
    assert "Send" not in seen
    mine = db.session.scalars(select(UnsentComment.id).where(UnsentComment.body == "Mine.")).one()
    assert act(marta, removed=mine).status_code == 404
    jon = app.test_client()
    jon.post(invitation, data={**hidden_in(jon.get(invitation)), "contributor": "Jon"})
    number = db.session.scalars(select(Sitting.id)).one()
    assert "Leave this submission" in all_words_of(jon.get(BASKET))
    assert "Leave this submission" not in all_words_of(client.get(BASKET))
    assert "Marta" in all_words_of(client.get(together))
    assert "Jon" in all_words_of(client.get(together))
    assert act(jon, leave=number).status_code == 303
    assert "Mine." not in all_words_of(jon.get(BASKET))
    assert jon.get_cookie(COOKIE) is None
    assert "Jon" not in all_words_of(client.get(together))
    assert "Marta" in all_words_of(client.get(together))
    sender = {"capacity": "organisation", "organisation": "Makers", "has_authority": "y"}
    assert send(client, clock, **sender).status_code == 303
    comments = db.session.scalars(select(Comment).order_by(Comment.id)).all()
    assert [(comment.source, comment.contributor) for comment in comments] == [
        ("Mine.", ""),
        ("From Marta.", "Marta"),
    ]
    assert "Marta" not in client.get(SECOND).text


@pytest.mark.usefixtures("version")
def test_the_form_leads_whoever_speaks_for_others_to_gathering_before_a_word_is_written(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    found = re.search(r'Are you several\? <a [^>]*href="([^"]+)"', client.get(FIRST).text)
    assert found is not None
    asked = client.get(found[1])
    assert "Make an address to share" in all_words_of(asked)
    assert client.get_cookie(COOKIE) is None
    missing = client.post(found[1], data={**hidden_in(asked), "act": "share", "capacity": "group"})
    assert (missing.status_code, client.get_cookie(COOKIE)) == (422, None)
    assert db.session.scalars(select(Sitting)).all() == []
    shared = {**hidden_in(asked), "act": "share", "capacity": "organisation", "organisation": "Makers"}
    assert client.post(found[1], data=shared).status_code == 303
    address = re.search(
        r"http://localhost(/en/consultations/innovation/together/[a-z2-7]{32})", client.get(found[1]).text
    )
    assert address is not None
    assert "The address to share" in all_words_of(client.get(BASKET))
    marta = app.test_client()
    marta.post(address[1], data={**hidden_in(marta.get(address[1])), "contributor": "Marta"})
    add(marta, "From Marta.", SECOND)
    sender = {"capacity": "organisation", "organisation": "Makers", "has_authority": "y"}
    assert send(client, clock, **sender).status_code == 303
    assert sent() == ["From Marta."]


@pytest.mark.usefixtures("version")
def test_a_gathering_without_a_comment_is_not_forgotten_by_its_browser(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    together = f"{BASKET}/together"
    shared = {"act": "share", "capacity": "organisation", "organisation": "Makers"}
    client.post(together, data={**hidden_in(client.get(together)), **shared})
    add(client, "Mine.")
    number = db.session.scalars(select(UnsentComment.id)).one()
    assert act(client, removed=number).status_code == 303
    assert client.get_cookie(COOKIE) is not None
    assert "The address to share" in all_words_of(client.get(BASKET))


def test_where_nobody_is_asked_for_whom_they_speak_nothing_is_gathered(
    app: Flask, client: FlaskClient
) -> None:
    a_draft(a_consultation(slug="innovation", asking={**USUAL_ASKING, "capacity": "no"}))
    assert "Are you several?" not in client.get(FIRST).text
    assert client.get(f"{BASKET}/together").location == BASKET
    assert "with colleagues" not in all_words_of(client.get(BASKET))


@pytest.mark.usefixtures("version")
def test_after_the_closing_nothing_is_gathered_any_more(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    together = f"{BASKET}/together"
    hidden = hidden_in(client.get(together))
    clock.shift(timedelta(days=60))
    assert client.get(together).location == BASKET
    shared = {**hidden, "act": "share", "capacity": "organisation", "organisation": "Makers"}
    assert client.post(together, data=shared).location == BASKET
    assert db.session.scalars(select(Sitting)).all() == []


def test_an_address_that_is_not_shared_any_more_opens_nothing(client: FlaskClient, version: Version) -> None:
    assert client.get(f"{CONSULTATION}/together/{'a' * 32}").status_code == 404
