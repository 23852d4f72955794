"""The receipt, as its holder's browser without script sees it: what it says, and who can open it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from app import create_app
from app.models.base import db, transaction
from app.models.comment import Capacity, Channel, Kind, Meeting, OrganisationKind, State
from app.models.draft import Version
from app.models.people import Person
from app.services.comments.receipts import secret_of
from app.services.moderation.moderating import decide
from config import Config
from tests.builders import a_comment, paragraphs_of
from tests.conftest import NOON, SECRET
from tests.rows import stored
from tests.stopped_clock import clock
from tests.web.receipt_pages import SOON, address, consultation, moderator, send
from tests.words_on_pages import words_of

__all__ = ["clock", "consultation", "moderator"]


def test_the_receipt_says_what_was_sent_by_whom_and_what_became_of_it(
    client: FlaskClient, version: Version, moderator: Person
) -> None:
    comment = a_comment(
        version,
        paragraphs_of(version)[0],
        kind=Kind.CLARITY,
        importance=4,
        capacity=Capacity.GROUP,
        organisation="Klase 9.b",
        group_size=24,
        meeting=Meeting.CLASS,
        has_authority=True,
        email="ilze@example.org",
    )
    decide(comment.id, State.PUBLISHED, expected_changes=0, note="Thank you.", by=moderator, at=NOON + SOON)
    words = words_of(client.get(address(comment)))
    news = "Your comment Paragraph 1 Published 10 February 2030, 12:05"
    assert f"Receipt {comment.submission.number} {news}" in words
    assert "Thank you. We" not in words
    assert "Received, by our clock Sunday 10 February 2030, 12:00:00 UTC" in words
    assert "Paragraph 1 Published On version 1 1 Everybody may try new ways." in words
    assert "Clarity · importance 4 of 5" in words
    assert "10 February 2030, 12:00 Received 10 February 2030, 12:05 Published “Thank you.”" in words
    assert "Group Klase 9.b Capacity group of 24 people" in words
    assert "How the group met As a class Country Latvia E-mail, never published ilze@example.org" in words
    assert comment.leaf_digest in words
    assert moderator.name not in words


def test_the_receipt_thanks_as_long_as_nothing_else_is_news(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version)
    with time_machine.travel(NOON + SOON, tick=False):
        assert "Thank you. We have received your comment." in words_of(client.get(address(comment)))
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        words = words_of(client.get(address(comment)))
    assert "Thank you" not in words
    assert f"Receipt {comment.submission.number} Your comment The whole draft Waiting" in words


def test_an_organisation_and_what_came_on_paper_are_told_in_full(
    client: FlaskClient, version: Version
) -> None:
    comment = a_comment(
        version,
        capacity=Capacity.ORGANISATION,
        organisation="Rīgas skolas",
        organisation_kind=OrganisationKind.PUBLIC_BODY,
        register_number="40003",
        channel=Channel.LETTER,
        entered_at=NOON + timedelta(days=13),
        is_late=True,
    )
    words = words_of(client.get(address(comment)))
    assert "Entered 23 February 2030 Late intake It came in time and was entered after the closing." in words
    assert "Kind of organisation Public body Register number 40003" in words


def test_many_comments_are_a_clear_list(client: FlaskClient, version: Version) -> None:
    first = a_comment(version, paragraphs_of(version)[0])
    second = a_comment(version, body="And on the whole.", state=State.PUBLISHED)
    with transaction():
        stored(second).submission_id = first.submission_id
    words = words_of(client.get(address(stored(first))))
    assert "Thank you. We have received your 2 comments." in words
    assert "Your comments Paragraph 1 Waiting The whole draft Published" in words
    assert words.index("Say who pays for it.") < words.index("And on the whole.")
    assert "Withdraw all your comments" in words


def test_the_code_leads_to_the_receipt_and_has_words_beside_it(client: FlaskClient, version: Version) -> None:
    page = client.get(address(a_comment(version))).text
    code = page.partition('<figure class="receipt__code"')[2].partition("</figure>")[0]
    assert 'role="img" aria-label="Code that leads to this receipt' in code
    assert "<svg" in code
    assert "style" not in code


@pytest.mark.parametrize(
    "part", ["", "/correct/1", "/withdraw", "/appeal", "/erase", "/letters", "/data.json", "/receipt.pdf"]
)
def test_every_page_needs_number_and_secret_and_is_kept_by_nobody(
    client: FlaskClient, version: Version, part: str
) -> None:
    comment = a_comment(version)
    opened = client.get(address(comment, part))
    assert opened.status_code == 200
    assert opened.headers["Cache-Control"] == "private, no-store"
    assert opened.headers["Referrer-Policy"] == "strict-origin"
    assert opened.headers["X-Robots-Tag"] == "noindex"
    number = comment.submission.number
    for secret in ("", "?secret=wrong"):
        refused = client.get(f"/en/receipts/{number}{part}{secret}")
        assert refused.status_code == (404 if secret else 303 if part else 200)
        if refused.status_code == 303:
            refused = client.get(refused.location)
        assert "write its secret here" in words_of(refused)
        assert "Say who pays" not in refused.text


def test_a_secret_that_is_typed_leads_on(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version)
    number = comment.submission.number
    sent = send(client, f"/en/receipts/{number}", secret=secret_of(number, SECRET))
    assert sent.location == address(comment)


def test_after_the_sites_key_was_changed_the_secret_still_opens_the_receipt(
    config: Config, version: Version
) -> None:
    comment = a_comment(version)
    other = create_app(Config(**{**vars(config), "secret_key": "f" * 64}))
    page = other.test_client().get(address(comment))
    assert page.status_code == 200
    assert secret_of(comment.submission.number, SECRET) in page.text
    with other.app_context():
        db.engine.dispose()
    other.extensions["ports"].changes.close()
