"""A form for a workshop that comes back: what is to be mended, and who sends too much or too fast."""

from __future__ import annotations

import re
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient

from app.models.consultation import Consultation
from app.web.limits import LIMITS
from tests.stopped_clock import clock
from tests.web.registrants import ILZE, PAGE, QUESTIONS, consultation, register, registrations, riga
from tests.words_on_pages import token_in, words_of

__all__ = ["clock", "consultation"]


@pytest.mark.parametrize(
    ("fields", "id_", "message"),
    [
        ({"name": "  "}, "name", "Write your name."),
        ({"email": ""}, "email", "Write your e-mail address: the answer goes there."),
        ({"email": "ilze"}, "email", "This is not an e-mail address."),
        ({"consent": ""}, "consent", "Tick the box"),
        ({"q_1": ""}, "q_1", "Answer this question."),
        ({"diet": "x" * 2001}, "diet", "This is too long: at most 2\u202f000 characters."),
        ({"name": "x" * 300}, "name", "This is too long: at most 200 characters."),
        ({"name": "www.win.example"}, "name", "Write your name without the address of a page."),
        (
            {"organisation": "https://win.example"},
            "organisation",
            "Write the organisation’s name without the address of a page.",
        ),
    ],
)
def test_what_is_to_be_mended_is_said_on_top_and_every_word_is_kept(
    client: FlaskClient,
    clock: time_machine.Traveller,
    consultation: Consultation,
    fields: dict[str, str],
    id_: str,
    message: str,
) -> None:
    riga(consultation, questions=QUESTIONS)
    sent = {"q_1": "A <b>", "q_2": "“Yes”", "organisation": "Rīgas dome", "diet": "Fish", **fields}
    page = register(client, clock, **sent)
    assert page.status_code == 422
    assert registrations() == []
    summary = page.text.partition('id="error-summary"')[2].partition("</div>")[0]
    assert f'href="#{id_}"' in summary
    assert message in unescape(summary)
    shown = unescape(page.text)
    for word in (value for value in {**ILZE, **sent}.values() if value.strip() and value != "y"):
        assert word in shown


def test_problems_are_listed_in_the_order_of_the_page(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation, questions=QUESTIONS)
    page = register(client, clock, name="", email="", q_1="", diet="x" * 3000, consent="")
    summary = page.text.partition('id="error-summary"')[2].partition("</div>")[0]
    assert re.findall(r'href="#(\w+)"', summary) == ["name", "email", "q_1", "diet", "consent"]


def test_a_robot_and_a_hasty_form_come_back(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation)
    assert register(client, clock, website="https://spam.example").status_code == 422
    token = token_in(client.get(PAGE))
    hasty = client.post(PAGE, data={**ILZE, "csrf_token": token})
    assert hasty.status_code == 429
    assert "That was very fast." in words_of(hasty)
    assert "ilze@example.org" in hasty.text
    assert registrations() == []


def test_a_form_of_another_site_is_refused(client: FlaskClient, consultation: Consultation) -> None:
    riga(consultation)
    page = client.post(PAGE, data=ILZE, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 422
    assert "This form came from another site." in words_of(page)
    assert registrations() == []


def test_one_address_gets_no_more_letters_than_the_limit_says(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation)
    most = int(LIMITS["registration_letter"].partition("/")[0])
    for number in range(most):
        assert register(client, clock, name=f"Person {number % 2}").status_code == 303
    refused = register(client, clock, name="One more", email="ILZE@example.org")
    assert refused.status_code == 429
    assert "Nothing is lost." in words_of(refused)
    assert "One more" in refused.text
    assert len(registrations()) == 2


def test_what_came_back_to_be_mended_counts_for_no_address(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation)
    most = int(LIMITS["registration_letter"].partition("/")[0])
    assert {register(client, clock, consent="").status_code for _time in range(most)} == {422}
    assert register(client, clock).status_code == 303


def test_the_fourth_with_one_address_reads_how_many_there_can_be(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    riga(consultation)
    for number in range(3):
        assert register(client, clock, name=f"Person {number}").status_code == 303
    refused = register(client, clock, name="One more", email="ILZE@example.org")
    assert refused.status_code == 422
    assert "At most 3 people can register with one e-mail address." in words_of(refused)
    assert "One more" in refused.text
    assert len(registrations()) == 3
