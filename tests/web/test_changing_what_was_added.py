"""What was added to a shared basket stays as it was until its changes are saved."""

from __future__ import annotations

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.stopped_clock import clock
from tests.web.baskets import (
    BASKET,
    MAKERS,
    SECOND,
    act,
    add,
    form_on,
    hidden_in,
    marta,
    number_of,
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


def test_the_owner_who_saves_what_a_colleague_was_writing_sends_it(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller
) -> None:
    save(marta, "Half a sent")
    page = client.get(f"{SECOND}?unsent={number_of('Half a sent')}")
    client.post(SECOND, data={**hidden_in(page), "body": "Half a sentence.", "act": "save"})
    assert "Still being written" not in unsent_by(client, "Half a sentence.")
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    assert sent() == ["Mine.", "Half a sentence."]


def test_what_was_added_stands_to_be_read_and_no_form_holds_it(
    client: FlaskClient, marta: FlaskClient
) -> None:
    added = add(marta, "From Marta.", SECOND)
    edit = f"{SECOND}?unsent={number_of('From Marta.')}"
    for address in (added.location, SECOND):
        page = marta.get(address)
        assert "Added to the submission of Makers . Marta From Marta. Edit Remove" in all_words_of(page)
        assert f'href="{edit}#comment-form"' in page.text
        assert "<textarea" not in form_on(page)
    assert typed_in(marta.get(f"{SECOND}?another=1")) == ""
    assert "From Marta." in form_on(marta.get(f"{SECOND}?another=1"))
    assert typed_in(marta.get(edit)) == "From Marta."
    # What is typed into another form is another comment, and stands in it again.
    save(marta, "Other words.", f"{SECOND}?another=1")
    page = marta.get(SECOND)
    assert typed_in(page) == "Other words."
    assert "From Marta." in form_on(page)
    assert "Still being written" not in unsent_by(client, "From Marta.")


@pytest.mark.parametrize("is_owner", [True, False], ids=["owner", "colleague"])
def test_what_was_added_is_sent_as_it_was_until_changes_are_saved(
    client: FlaskClient, marta: FlaskClient, clock: time_machine.Traveller, is_owner: bool
) -> None:
    who = client if is_owner else marta
    form = hidden_in(who.get(SECOND))
    who.post(SECOND, data={**form, "body": "Added.", "act": "add"})
    # The browser goes back to the form that it has still, and somebody types other words into it.
    told = who.post(
        f"{BASKET}/save", data={**form, "body": "Typed over it."}, headers={"Accept": "application/json"}
    ).get_json()
    assert (told["words"], told["link"]) == ("Saved 13:00, not added yet", "2 comments not yet sent")
    assert unsent() == ["Mine.", "Added.", "Typed over it."]
    assert "have not saved the changes" in all_words_of(who.get(SECOND))
    assert typed_in(who.get(f"{SECOND}?unsent={number_of('Added.')}")) == "Typed over it."
    assert "have not saved the changes" in unsent_by(who, "Typed over it.")
    assert "Send 2 comments" in all_words_of(client.get(BASKET))
    assert ("Typed over it." in marta.get(BASKET).text) is not is_owner
    assert send(client, clock, **MAKERS, has_authority="y").status_code == 303
    assert sent() == ["Mine.", "Added."]
    assert unsent() == ["Typed over it."]
    assert "Typed over it." in all_words_of(who.get(BASKET))


@pytest.mark.parametrize("is_owner", [True, False], ids=["owner", "colleague"])
def test_changes_to_what_was_added_are_saved_in_the_form_or_in_the_list(
    client: FlaskClient, marta: FlaskClient, is_owner: bool
) -> None:
    who = client if is_owner else marta
    add(who, "Added.", SECOND)
    edit = f"{SECOND}?unsent={number_of('Added.')}"
    save(who, "Better.", edit)
    who.post(SECOND, data={**hidden_in(who.get(edit)), "body": "Better still.", "act": "save"})
    assert unsent() == ["Mine.", "Better still."]
    save(who, "Best.", edit)
    assert act(who, added=number_of("Best.")).status_code == 303
    assert unsent() == ["Mine.", "Best."]
    empty = who.post(SECOND, data={**hidden_in(who.get(edit)), "body": "", "act": "save"})
    assert empty.status_code == 422
    assert unsent() == ["Mine.", "Best."]
    # The page that came back still stands for the same comment.
    who.post(SECOND, data={**hidden_in(empty), "body": "Last.", "act": "save"})
    assert unsent() == ["Mine.", "Last."]
