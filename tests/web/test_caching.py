"""Pages kept for visitors: fresh at the next request, never a person's, small on the wire."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.models.comment import Comment, State
from app.models.draft import Version
from app.models.roles import Role
from app.services.moderation.moderating import decide
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON
from tests.signing import sign_in
from tests.stopped_clock import clock

__all__ = ["clock"]


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(slug="innovation"))


DRAFT = "/en/consultations/innovation"
PARAGRAPH = f"{DRAFT}/paragraphs/p2"


def publish(comment: Comment) -> None:
    moderator = a_person(Role.MODERATOR)
    decide(
        comment.id,
        State.PUBLISHED,
        expected_changes=comment.changes,
        reason=None,
        note="",
        by=moderator,
        at=NOON,
    )


@pytest.mark.parametrize("address", ["/en/", DRAFT, PARAGRAPH])
def test_an_unchanged_page_is_not_sent_again(client: FlaskClient, version: Version, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("address", ["/en/", DRAFT, PARAGRAPH])
def test_a_visitor_gets_no_cookie(client: FlaskClient, version: Version, address: str) -> None:
    for answer in (client.get(address), client.get(address)):
        assert "Set-Cookie" not in answer.headers
        assert set(answer.headers["Vary"].split(", ")) >= {"Cookie", "Accept-Encoding"}


def test_a_published_comment_is_on_the_page_at_the_next_request(
    client: FlaskClient, version: Version
) -> None:
    comment = a_comment(version, paragraphs_of(version)[0], body="Say who pays.")
    etag = client.get(DRAFT).headers["ETag"]
    assert "Say who pays." not in client.get(DRAFT).text
    publish(comment)
    answer = client.get(DRAFT, headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert "Say who pays." in answer.text
    assert "Say who pays." in client.get(PARAGRAPH).text


def test_a_change_elsewhere_leaves_the_page_as_it_is(client: FlaskClient, version: Version) -> None:
    etag = client.get(DRAFT).headers["ETag"]
    elsewhere = a_draft(a_consultation())
    publish(a_comment(elsewhere, paragraphs_of(elsewhere)[0]))
    assert client.get(DRAFT, headers={"If-None-Match": etag}).status_code == 304


def test_the_page_says_that_it_has_closed_when_the_clock_says_so(
    client: FlaskClient, version: Version
) -> None:
    assert "Send comment" in client.get(PARAGRAPH).text
    closes_at = version.draft.consultation.closes_at
    with time_machine.travel(closes_at - timedelta(seconds=1), tick=False):
        assert "Send comment" in client.get(PARAGRAPH).text
    with time_machine.travel(closes_at, tick=False):
        assert "Send comment" not in client.get(PARAGRAPH).text


def test_every_visitor_gets_a_form_token_of_their_own(client: FlaskClient, version: Version) -> None:
    tokens = {
        re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(PARAGRAPH).text)[0] for _ in range(5)
    }
    assert len(tokens) == 5
    assert client.get(PARAGRAPH).headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("address", ["/en/", DRAFT, PARAGRAPH])
def test_a_squeezed_page_reads_the_same(client: FlaskClient, version: Version, address: str) -> None:
    def words(text: str) -> str:
        return re.sub(r'name="csrf_token"[^>]*value="[^"]+"', "", text)

    squeezed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert int(squeezed.headers["Content-Length"]) == len(squeezed.data)
    assert words(gzip.decompress(squeezed.data).decode()) == words(client.get(address).text)


def test_a_signed_in_persons_page_is_kept_by_nobody(
    app: Flask, client: FlaskClient, version: Version
) -> None:
    before = client.get(DRAFT).text
    browser = app.test_client()
    sign_in(browser, a_person(Role.EDITOR))
    answer = browser.get(DRAFT)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "/en/account" in answer.text
    assert client.get(DRAFT).text == before


def test_addresses_with_a_question_are_not_kept(client: FlaskClient, version: Version) -> None:
    assert "ETag" not in client.get(f"{DRAFT}?text=en").headers


def test_a_page_that_does_not_exist_is_not_kept(client: FlaskClient, version: Version) -> None:
    assert client.get("/en/consultations/nowhere").status_code == 404
    a_draft(a_consultation(slug="nowhere"))
    assert client.get("/en/consultations/nowhere").status_code == 200


@pytest.mark.parametrize("address", ["/en/", DRAFT, PARAGRAPH, "/en/sign-in"])
def test_a_question_for_the_headers_gets_the_same_headers(
    client: FlaskClient, version: Version, address: str
) -> None:
    for _turn in range(2):
        head, whole = client.head(address), client.get(address)
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers.get("ETag") == whole.headers.get("ETag")


def test_gzip_that_is_not_wanted_is_not_sent(client: FlaskClient, version: Version) -> None:
    assert "Content-Encoding" not in client.get(DRAFT, headers={"Accept-Encoding": "gzip;q=0, br"}).headers
