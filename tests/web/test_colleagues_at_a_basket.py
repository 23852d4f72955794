"""A colleague adds to a basket, whose owner sends what was added and nothing that is still being written."""

from __future__ import annotations

import re

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.stopped_clock import clock
from tests.web.baskets import (
    BASKET,
    CONSULTATION,
    COOKIE,
    MAKERS,
    PARTICULARS,
    SECOND,
    act,
    add,
    form_on,
    hidden_in,
    marta,
    number_of,
    preview,
    save,
    send,
    sent,
    typed_in,
    unsent,
    unsent_by,
    version,
)
from tests.words_on_pages import all_words_of

__all__ = ["clock", "marta", "version"]


def test_the_form_of_a_colleague_has_the_words_and_one_button(
    client: FlaskClient, marta: FlaskClient
) -> None:
    form = form_on(marta.get(SECOND))
    assert re.findall(r"<button[^>]*name=\"act\" value=\"(\w+)\"", form) == ["add"]
    assert "Add to the submission of <bdi>Makers</bdi>" in form
    for name in ("body", "quotation", "suggestion", "importance", "kind"):
        assert f'name="{name}"' in form
    for name in ("capacity", "organisation", "name", "email", "country", "consent", "website"):
        assert f'name="{name}"' not in form
    added = marta.get(add(marta, "From Marta.", SECOND).location)
    assert "Added to the submission of Makers" in all_words_of(added)
    # The owner's form is the whole one.
    assert 'name="consent"' in form_on(client.get(SECOND))


@pytest.mark.parametrize("known", [{}, {"name": "Ilze K."}], ids=["nothing", "a name"])
def test_the_button_names_the_owner_as_far_as_they_are_known(
    client: FlaskClient, marta: FlaskClient, known: dict[str, str]
) -> None:
    act(client, act="save", **{"capacity": "individual", "organisation": "", "name": "", **known})
    said = all_words_of(marta.get(SECOND))
    assert f"Add to the submission of {known.get('name', 'your colleague')}" in said


def test_a_form_that_sends_is_not_taken_from_a_colleague_and_no_word_is_lost(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    for act_ in ("send", "preview", "sign_in", ""):
        hidden = hidden_in(marta.get(f"{SECOND}?another=1"))
        clock.shift(5)
        body = f"Forged {act_}."
        answer = marta.post(SECOND, data={**hidden, **PARTICULARS, "consent": "y", "body": body, "act": act_})
        if act_ != "sign_in":
            assert answer.status_code == 422
            assert "Your comment was not sent: it is kept." in all_words_of(answer)
            assert typed_in(answer) == body
            assert "Add to the submission of Makers" in all_words_of(answer)
        assert "Still being written by Marta" in unsent_by(client, body)
    assert sent() == []
    # Nor does what she filled in speak for the organisation.
    assert "Ilze K." not in client.get(BASKET).text


def test_what_a_colleague_is_still_writing_is_said_and_not_sent(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    told = save(marta, "Half a sent")
    assert told["words"] == "Saved 13:00, not added yet"
    said = unsent_by(client, "Half a sent")
    assert "Still being written by Marta . If you send now, it is not sent with the others" in said
    page = all_words_of(client.get(BASKET))
    assert "Send 1 comment" in page
    assert "1 comment that a colleague is still writing is not sent." in page
    assert (
        "Half a sent" not in all_words_of(preview(client)).partition("Preview:")[2].partition("About you")[0]
    )
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    assert sent() == ["Mine."]
    assert unsent() == ["Half a sent"]
    page = all_words_of(marta.get(BASKET))
    assert "The submission of Makers was sent" in page
    assert "By Ilze K. : 10 February 2030, 13:00 Paris time." in page
    assert "What you see here was not sent with it. You can send it yourself" in page
    assert "Send 1 comment" in page
    assert send(marta, clock).status_code == 303
    assert sent() == ["Mine.", "Half a sent"]


def test_a_colleague_adds_from_the_basket_what_is_still_being_written(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    save(marta, "Whole.")
    number = number_of("Whole.")
    assert "You are still writing this." in unsent_by(marta, "Whole.")
    assert act(client, added=number).status_code == 404
    assert act(marta, added=number).status_code == 303
    assert "still writing" not in unsent_by(marta, "Whole.")
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    assert sent() == ["Mine.", "Whole."]


def test_who_sent_it_is_told_until_it_was_seen(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    add(marta, "From Marta.", SECOND)
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    assert sent() == ["Mine.", "From Marta."]
    assert "Sent by your colleague" in all_words_of(marta.get(CONSULTATION))
    assert "What you write now is your own." in all_words_of(marta.get(SECOND))
    page = marta.get(BASKET)
    assert "The submission of Makers was sent" in all_words_of(page)
    assert "not sent with it" not in all_words_of(page)
    seen = re.search(r'name="seen" value="(\d+)"', page.text)
    assert seen is not None
    assert act(marta, seen=seen[1]).status_code == 303
    assert "was sent" not in all_words_of(marta.get(BASKET))
    assert marta.get_cookie(COOKIE) is None


def test_what_is_added_after_it_was_sent_is_kept_as_ones_own(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    form = hidden_in(marta.get(SECOND))
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    added = marta.post(SECOND, data={**form, "body": "One breath too late.", "act": "add"})
    page = marta.get(added.location)
    assert "The submission of Makers was sent. What you write now is your own." in all_words_of(page)
    assert "Kept. It is not sent yet. One breath too late." in all_words_of(page)
    assert 'name="consent"' in form_on(marta.get(f"{SECOND}?another=1"))
    assert sent() == ["Mine."]


def test_when_only_colleagues_are_writing_there_is_nothing_to_send(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    save(marta, "Half")
    act(client, removed=number_of("Mine."))
    page = all_words_of(client.get(BASKET))
    assert "1 comment that a colleague is still writing is not sent." in page
    assert "Send 0" not in page
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 422
    assert (sent(), unsent()) == ([], ["Half"])
