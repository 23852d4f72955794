"""Comments that were sent while a new version of the draft appeared."""

from __future__ import annotations

import re

import pytest
import time_machine
from flask.testing import FlaskClient

from app.models.base import transaction
from app.models.draft import Version
from tests.builders import seal
from tests.histories import a_later_version
from tests.stopped_clock import clock
from tests.web.commented_versions import DRAFT, ONE, THREE, TWO, consultation, filled, received_on, version
from tests.words_on_pages import all_words_of, value_of

__all__ = ["clock", "consultation", "version"]


def test_a_comment_written_beside_an_earlier_text_comes_back_with_what_changed(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    address = f"{DRAFT}/paragraphs/p2"
    form = filled(client, clock, address)
    later = a_later_version(version, ("p2", "Everybody should try new ways."), ("p3", TWO))
    answer = client.post(address, data=form)
    assert answer.status_code == 422
    words = all_words_of(answer)
    assert "While you were writing, version 2 of the draft appeared." in words
    assert "deleted: may end of change" in words
    assert "Who pays?" in answer.text
    assert received_on(version) + received_on(later) == 0
    clock.shift(30)
    again = {name: value_of(answer, name) for name in ("csrf_token", "version")}
    assert client.post(address, data={**form, **again}).status_code == 303
    assert (received_on(version), received_on(later)) == (0, 1)


def test_words_meant_for_a_merged_paragraph_can_be_sent_where_it_went(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    form = filled(client, clock, f"{DRAFT}/paragraphs/p3")
    later = a_later_version(version, ("p2 p3", f"{ONE} {TWO}"), ("p4", THREE))
    answer = client.post(f"{DRAFT}/paragraphs/p3", data=form)
    assert answer.status_code == 422
    assert "The paragraph that you commented on is no longer in the text." in all_words_of(answer)
    assert "You can send your comment on paragraph 1 instead." in all_words_of(answer)
    action = re.findall(r'<form method="post" action="([^"#]+)', answer.text)
    assert action == [f"{DRAFT}/paragraphs/p2"]
    clock.shift(30)
    again = {name: value_of(answer, name) for name in ("csrf_token", "version")}
    assert client.post(action[0], data={**form, **again}).status_code == 303
    assert received_on(later) == 1


def test_words_meant_for_a_removed_paragraph_can_be_sent_on_the_whole_draft(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    form = filled(client, clock, f"{DRAFT}/paragraphs/p4")
    a_later_version(version, ("p2", ONE), ("p3", TWO))
    answer = client.post(f"{DRAFT}/paragraphs/p4", data=form)
    assert answer.status_code == 422
    words = all_words_of(answer)
    assert THREE in words
    assert "You can send your comment on the whole draft instead." in words
    assert "Who pays?" in answer.text
    assert re.findall(r'<form method="post" action="([^"#]+)', answer.text) == [f"{DRAFT}/comments/new"]


def test_wording_for_a_removed_paragraph_goes_on_in_the_comment(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    form = filled(client, clock, f"{DRAFT}/paragraphs/p4")
    a_later_version(version, ("p2", ONE), ("p3", TWO))
    further = {"suggestion": "Something else.", "quotation": THREE, "act": "preview"}
    for answer in (
        client.post(f"{DRAFT}/paragraphs/p4", data={**form, **further}),
        client.post(f"{DRAFT}/paragraphs/p4", data={**form, **further, "act": ""}),
    ):
        assert answer.status_code == 422
        assert f"Who pays?\n\nQuoted: {THREE}\n\nProposed wording: Something else." in (
            answer.text.replace("\r", "")
        )
        assert 'name="suggestion"' not in answer.text


def test_a_form_sent_twice_shows_its_receipt_though_a_new_version_came_between(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    form = filled(client, clock, f"{DRAFT}/paragraphs/p4")
    first = client.post(f"{DRAFT}/paragraphs/p4", data=form)
    a_later_version(version, ("p2", ONE), ("p3", TWO))
    again = client.post(f"{DRAFT}/paragraphs/p4", data=form)
    assert (again.status_code, again.location) == (303, first.location)
    assert received_on(version) == 1


def test_a_form_that_does_not_say_what_it_stood_beside_goes_to_the_newest_version(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    form = filled(client, clock, f"{DRAFT}/paragraphs/p2")
    later = a_later_version(version, ("p2", ONE), ("p3", TWO))
    del form["version"]
    assert client.post(f"{DRAFT}/paragraphs/p2", data=form).status_code == 303
    assert received_on(later) == 1


@pytest.mark.parametrize("said", ["0", "-1", "x", "9" * 40])
def test_a_version_that_cannot_be_is_another_one(
    client: FlaskClient, clock: time_machine.Traveller, version: Version, said: str
) -> None:
    form = {**filled(client, clock, f"{DRAFT}/paragraphs/p2"), "version": said}
    answer = client.post(f"{DRAFT}/paragraphs/p2", data=form)
    assert answer.status_code == 422
    assert "Who pays?" in answer.text
    assert "/compare/" not in answer.text
    assert received_on(version) == 0


def test_a_paragraph_that_says_the_same_in_the_new_version_is_said_to(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    form = filled(client, clock, f"{DRAFT}/paragraphs/p2")
    a_later_version(version, ("p2", ONE), ("p3", "Another text."))
    answer = client.post(f"{DRAFT}/paragraphs/p2", data={**form, "consent": ""})
    assert answer.status_code == 422
    assert "This paragraph says the same as before." in all_words_of(answer)


def test_a_comment_on_a_paragraph_that_still_says_the_same_is_received_with_the_new_version(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    form = filled(client, clock, f"{DRAFT}/paragraphs/p2")
    later = a_later_version(version, ("p2", ONE), ("p3", "Another text."))
    assert client.post(f"{DRAFT}/paragraphs/p2", data=form).status_code == 303
    assert (received_on(version), received_on(later)) == (0, 1)


def test_a_paragraph_with_another_label_or_another_translation_is_not_the_same(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    forms = {key: filled(client, clock, f"{DRAFT}/paragraphs/{key}") for key in ("p2", "p4")}
    later = a_later_version(version, ("p2", ONE), ("p4", THREE), sealed=False)
    with transaction():
        translated = next(one for one in later.translations if one.language == "lv")
        translated.texts[1].html = "Visi drīkst."
        seal(later)
    for key, form in forms.items():
        assert client.post(f"{DRAFT}/paragraphs/{key}", data=form).status_code == 422
    assert received_on(later) == 0
