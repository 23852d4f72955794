"""After the closing a basket is read and taken away; in the minutes of grace it is sent."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask.testing import FlaskClient

from app.models.consultation import Consultation
from tests.builders import a_consultation, a_draft
from tests.stopped_clock import clock
from tests.web.baskets import (
    BASKET,
    CONSULTATION,
    PARTICULARS,
    SECOND,
    add,
    consultation,
    hidden_in,
    number_of,
    preview,
    send,
    sent,
    unsent,
    version,
)
from tests.words_on_pages import all_words_of

__all__ = ["clock", "consultation", "version"]


def test_after_the_closing_it_is_read_and_taken_away_but_not_sent(
    client: FlaskClient, consultation: Consultation, clock: time_machine.Traveller
) -> None:
    add(client, "Too slow: {é}.")
    hidden = hidden_in(client.get(BASKET))
    late = hidden_in(client.get(SECOND))
    clock.move_to(consultation.closes_at)
    refused = client.post(BASKET, data={**hidden, **PARTICULARS, "consent": "y", "act": "send"})
    assert refused.status_code == 403
    assert "came after the closing" in all_words_of(refused)
    page = all_words_of(client.get(BASKET))
    assert "copy it or download it" in page
    assert "Send 1 comment" not in page
    text = client.get(f"{BASKET}/text")
    assert text.mimetype == "text/plain"
    assert "Too slow: {é}." in text.get_data(as_text=True)
    # What comes only now is refused, and kept too.
    answer = client.post(SECOND, data={**late, **PARTICULARS, "body": "Even later.", "consent": "y"})
    assert answer.status_code == 403
    assert "It is kept for you" in all_words_of(answer)
    assert unsent() == ["Too slow: {é}.", "Even later."]
    assert sent() == []


def test_in_the_minutes_of_grace_what_was_begun_before_is_sent(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    consultation = a_consultation(slug="innovation", grace_minutes=10)
    a_draft(consultation)
    add(client, "In time.")
    late = client.get(SECOND)
    clock.move_to(consultation.closes_at + timedelta(minutes=5))
    client.post(SECOND, data={**hidden_in(late), "body": "Late.", "act": "add"})
    page = all_words_of(client.get(BASKET))
    assert "What you wrote before the closing is still taken until" in page
    assert page.count("Written after the closing: it is not sent, and it stays here.") == 1
    assert "Send 1 comment" in page
    assert "Late." not in all_words_of(preview(client)).partition("Preview:")[2].partition("About you")[0]
    receipt = send(client, clock)
    assert receipt.status_code == 303
    assert sent() == ["In time."]
    assert unsent() == ["Late."]
    assert "1 comment not yet sent" in all_words_of(client.get(CONSULTATION))


def test_after_the_closing_the_form_says_where_the_text_is_kept(
    client: FlaskClient, consultation: Consultation, clock: time_machine.Traveller
) -> None:
    late = hidden_in(client.get(SECOND))
    clock.move_to(consultation.closes_at)
    answer = client.post(SECOND, data={**late, **PARTICULARS, "body": "Too late.", "consent": "y"})
    assert answer.status_code == 403
    assert "Nothing is lost. It is kept for you" in all_words_of(answer)
    assert "for you to copy" not in all_words_of(answer)
    assert f'href="{BASKET}#unsent-{number_of("Too late.")}"' in answer.text
    assert "Too late." in answer.text.partition('<textarea class="ds-input given-back"')[2]
    again = client.get(SECOND)
    assert "What you wrote here and did not send is kept:" in all_words_of(again)
