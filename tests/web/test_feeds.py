"""A consultation's feed, held against RFC 4287."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from lxml import etree

from app.models.base import db, transaction
from app.models.consultation import Consultation, Outcome
from app.models.draft import Version
from app.models.roles import Role
from app.services.consultations.extending import extend
from app.services.proof.witnessing import publish_root
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.conftest import NOON
from tests.histories import a_later_version

ADDRESS = "/feeds/consultations/charter.atom"
ATOM = "{http://www.w3.org/2005/Atom}"
DAY = timedelta(days=1)
LATER = NOON + timedelta(days=60)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# RFC 3986, as far as the standard asks: an absolute IRI.
IRI = re.compile(r"[a-z][a-z0-9+.-]*:\S+")


@pytest.fixture
def consultation(app: object) -> Consultation:
    return a_consultation(slug="charter", titles={"en": "Charter <& rules>", "lv": "Harta"})


@pytest.fixture
def version(consultation: Consultation) -> Version:
    return a_draft(consultation, languages=("lv", "en"))


@pytest.fixture
def eventful(consultation: Consultation, version: Version) -> Consultation:
    """A consultation to which everything has happened that can."""
    a_later_version(version, ("p2", "Other words."), at=NOON - DAY, change_log={"lv": "Citi vārdi."})
    a_comment(version)
    publish_root(consultation, NOON)
    editor = a_person(Role.EDITOR)
    closing = consultation.closes_at + 7 * DAY
    reasons = {"en": "Many asked & waited.", "lv": "Daudzi lūdza."}
    extend(consultation, closing, reasons, original="lv", by=editor, at=NOON + DAY)
    publish_root(consultation, closing + timedelta(minutes=1))
    with transaction():
        for language in ("en", "lv"):
            said = {"source": "Done.", "html": "<p>Done.</p>", "received": 1, "published": 0}
            row = Outcome(
                consultation_id=consultation.id, language=language, published_at=closing + DAY, **said
            )
            db.session.add(row)
    return consultation


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def feed_of(client: FlaskClient, address: str = ADDRESS) -> etree._Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return etree.fromstring(answer.data)


def said(element: etree._Element, name: str) -> str:
    [found] = element.findall(ATOM + name)
    return found.text or ""


def entries_of(feed: etree._Element) -> list[tuple[str, str]]:
    return [(said(entry, "title"), said(entry, "updated")) for entry in feed.findall(f"{ATOM}entry")]


# ---------------------------------------------------------------- the standard


def test_the_feed_has_what_the_standard_requires(client: FlaskClient, eventful: Consultation) -> None:
    feed = feed_of(client)
    assert feed.tag == f"{ATOM}feed"
    assert [author.findtext(f"{ATOM}name") for author in feed.iter(f"{ATOM}author")] == ["Observatory"]
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        assert IRI.fullmatch(said(element, "id"))
        assert said(element, "title")
        assert INSTANT.fullmatch(said(element, "updated"))
        links = [(link.get("rel"), link.get("href")) for link in element.findall(f"{ATOM}link")]
        assert all(href and href.startswith("http://localhost/") for _rel, href in links)
        assert [rel for rel, _href in links].count("alternate") == 1


def test_every_entry_has_an_identity_of_its_own_in_all_languages(
    client: FlaskClient, eventful: Consultation
) -> None:
    own = [said(entry, "id") for entry in feed_of(client).findall(f"{ATOM}entry")]
    assert len(own) == len(set(own)) == 8
    other = [said(entry, "id") for entry in feed_of(client, f"{ADDRESS}?lang=en").findall(f"{ATOM}entry")]
    assert own == other


def test_the_feed_names_its_own_address_and_the_page(client: FlaskClient, eventful: Consultation) -> None:
    links = {
        link.get("rel"): (link.get("type"), link.get("href"))
        for link in feed_of(client).findall(f"{ATOM}link")
    }
    assert links == {
        "self": ("application/atom+xml", f"http://localhost{ADDRESS}?lang=lv"),
        "alternate": ("text/html", "http://localhost/lv/consultations/charter"),
    }


def test_the_feed_was_updated_when_its_newest_entry_was(client: FlaskClient, eventful: Consultation) -> None:
    feed = feed_of(client)
    instants = [instant for _title, instant in entries_of(feed)]
    assert said(feed, "updated") == instants[0] == max(instants)
    assert instants == sorted(instants, reverse=True)


def test_control_characters_break_no_feed(client: FlaskClient, consultation: Consultation) -> None:
    with transaction():
        consultation.titles = {"en": "Charter\x0b \ufffe"}
    assert said(feed_of(client), "title") == "Charter "


# ---------------------------------------------------------------- what it tells


def test_the_feed_tells_all_that_happened(client: FlaskClient, eventful: Consultation) -> None:
    feed = feed_of(client, f"{ADDRESS}?lang=en")
    assert said(feed, "title") == "Charter <& rules>"
    assert entries_of(feed) == [
        ("The outcome is published", "2030-03-02T12:00:00Z"),
        ("Final root over 1 text received", "2030-03-01T12:01:00Z"),
        ("Closed for comments", "2030-03-01T12:00:00Z"),
        ("Extended: open for comments until Friday 1 March 2030, 13:00 Paris time", "2030-02-11T12:00:00Z"),
        ("Root over 1 text received", "2030-02-10T12:00:00Z"),
        ("Version 2 of the draft", "2030-02-09T12:00:00Z"),
        ("Open for comments", "2030-01-31T12:00:00Z"),
        ("Version 1 of the draft", "2030-01-26T12:00:00Z"),
    ]
    summaries = [summary.text for summary in feed.iter(f"{ATOM}summary")]
    assert "Many asked & waited." in summaries
    assert [len(words or "") for words in summaries].count(64) == 2


def test_what_nobody_translated_says_its_language(client: FlaskClient, eventful: Consultation) -> None:
    [other] = [
        summary
        for summary in feed_of(client, f"{ADDRESS}?lang=en").iter(f"{ATOM}summary")
        if summary.text == "Citi vārdi."
    ]
    assert other.get("{http://www.w3.org/XML/1998/namespace}lang") == "lv"


@pytest.mark.parametrize(("asked", "language"), [("", "lv"), ("?lang=en", "en"), ("?lang=xx", "lv")])
def test_the_language_is_the_one_asked_for_or_the_originals(
    client: FlaskClient, version: Version, asked: str, language: str
) -> None:
    feed = feed_of(client, ADDRESS + asked)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language


def test_what_is_still_to_come_is_not_told(client: FlaskClient, version: Version) -> None:
    with time_machine.travel(NOON, tick=False):
        titles = [title for title, _instant in entries_of(feed_of(client, f"{ADDRESS}?lang=en"))]
    assert titles == ["Open for comments", "Version 1 of the draft"]


def test_the_closing_is_told_when_it_comes(client: FlaskClient, version: Version) -> None:
    closing = version.draft.consultation.closes_at
    for instant, number in ((closing - DAY, 2), (closing, 3)):
        with time_machine.travel(instant, tick=False):
            assert len(entries_of(feed_of(client))) == number


def test_a_reader_that_has_the_feed_is_not_sent_it_again(client: FlaskClient, version: Version) -> None:
    for address in (ADDRESS, f"{ADDRESS}?lang=en"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_what_is_not_listed_has_no_feed(client: FlaskClient) -> None:
    a_draft(a_consultation(slug="charter", is_listed=False))
    assert client.get(ADDRESS).status_code == 404


@pytest.mark.parametrize("page", ["", "/record"])
def test_pages_lead_to_the_feed(client: FlaskClient, version: Version, page: str) -> None:
    text = client.get(f"/en/consultations/charter{page}").text
    assert f'type="application/atom+xml" title="News of this consultation" href="{ADDRESS}?lang=en"' in text
