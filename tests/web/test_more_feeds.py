"""Feeds of many consultations, of comments and of workshops, read by a second programme; and calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from flask.testing import FlaskClient
from lxml import etree

from app.models.comment import Capacity, State
from app.models.contact_point import ContactPoint
from app.models.roles import Role
from app.services.consultations.consulting import add_contact_point
from app.services.consultations.extending import extend
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON
from tests.gatherings import a_workshop

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = timedelta(days=1)
NEEDED_OF_A_FEED = ("id", "title", "updated", "author")
NEEDED_OF_AN_ENTRY = ("id", "title", "updated", "link")


@pytest.fixture(autouse=True)
def _time(app: object) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def feed_at(client: FlaskClient, address: str) -> etree._Element:
    """The feed, which holds what RFC 4287 asks of every one."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.data)
    assert [feed.find(ATOM + name) is not None for name in NEEDED_OF_A_FEED] == [True] * 4
    ids = [feed.findtext(f"{ATOM}id")]
    for entry in feed.findall(f"{ATOM}entry"):
        assert [entry.find(ATOM + name) is not None for name in NEEDED_OF_AN_ENTRY] == [True] * 4
        ids.append(entry.findtext(f"{ATOM}id"))
    assert len(ids) == len(set(ids))
    return feed


def titles_in(feed: etree._Element) -> list[str]:
    return [str(entry.findtext(f"{ATOM}title")) for entry in feed.findall(f"{ATOM}entry")]


def test_one_feed_tells_what_happened_to_all_consultations_the_newest_first(client: FlaskClient) -> None:
    a_draft(a_consultation(titles={"en": "Charter"}, opens_at=NOON - 10 * DAY))
    a_consultation(titles={"en": "Rules"}, opens_at=NOON - DAY)
    a_consultation(titles={"en": "Hidden"}, is_listed=False)
    a_consultation(titles={"en": "Coming"}, opens_at=NOON + DAY)
    assert titles_in(feed_at(client, "/feeds/consultations.atom")) == [
        "Rules: Open for comments",
        "Charter: Open for comments",
        "Charter: Version 1 of the draft",
    ]


def test_the_feed_of_all_consultations_learns_of_an_opening_by_the_clock(client: FlaskClient) -> None:
    a_consultation(titles={"en": "Coming"}, opens_at=NOON + DAY)
    assert titles_in(feed_at(client, "/feeds/consultations.atom")) == []
    with time_machine.travel(NOON + DAY, tick=False):
        assert titles_in(feed_at(client, "/feeds/consultations.atom")) == ["Coming: Open for comments"]


def test_the_feed_of_comments_holds_what_the_public_reads_and_nothing_else(client: FlaskClient) -> None:
    version = a_draft(a_consultation(slug="charter", titles={"en": "Charter"}))
    first = paragraphs_of(version)[1]
    a_comment(
        version, first, state=State.PUBLISHED, body="Say who *decides*.", name="Ilze", email="i@example.org"
    )
    a_comment(version, None, state=State.PUBLISHED, body="A good draft.", name="Kari")
    a_comment(version, first, state=State.WAITING, body="Nobody has read this.")
    answer = client.get("/feeds/consultations/charter/comments.atom").text
    assert sorted(titles_in(feed_at(client, "/feeds/consultations/charter/comments.atom"))) == [
        "Ilze on paragraph 2",
        "Kari on the whole draft",
    ]
    assert "Say who decides." in answer
    assert "Nobody has read" not in answer
    assert "i@example.org" not in answer


def test_workshops_have_a_feed_that_tells_of_cancelled_ones(client: FlaskClient) -> None:
    a_workshop(titles={"en": "Together"}, changed_at=NOON - DAY)
    a_workshop(titles={"en": "Apart"}, changed_at=NOON, cancelled_at=NOON)
    a_workshop(titles={"en": "Not yet"}, published_at=None)
    assert titles_in(feed_at(client, "/feeds/workshops.atom")) == ["Cancelled: Apart", "Together"]


def test_a_contact_point_has_a_page_and_a_feed_with_its_own_workshops(client: FlaskClient) -> None:
    for country, name in (("LV", "Office of Latvia"), ("NO", "Office of Norway")):
        point = ContactPoint(
            country=country,
            names={"en": name},
            zone="Europe/Riga",
            contact_name="Anna",
            contact_email="a@example.org",
        )
        add_contact_point(point, at=NOON)
    a_workshop(a_consultation(titles={"en": "Charter"}), country="LV", titles={"en": "In Riga"})
    a_workshop(country="NO", titles={"en": "In Oslo"})
    page = client.get("/en/contact-points/LV").text
    assert "Office of Latvia" in page
    assert "In Riga" in page
    assert "Charter" in page
    assert "In Oslo" not in page
    titles = titles_in(feed_at(client, "/feeds/contact-points/LV.atom"))
    assert "In Riga" in titles
    assert "In Oslo" not in titles
    assert client.get("/en/contact-points/XX").status_code == 404
    assert "Office of Norway" in client.get("/en/contact-points").text


def test_the_calendar_of_consultations_follows_an_extension(client: FlaskClient) -> None:
    found = a_consultation(slug="charter", titles={"en": "Charter"})
    before = {str(event["uid"]): event for event in events_at(client, "/feeds/consultations.ics")}
    closing = before["closing-charter@localhost"]
    assert closing.end == found.closes_at
    assert closing["sequence"] == 0
    later = found.closes_at + 7 * DAY
    extend(found, later, {"en": "Many asked."}, original="en", by=a_person(Role.EDITOR), at=NOON)
    after = {str(event["uid"]): event for event in events_at(client, "/feeds/consultations.ics")}
    assert after["closing-charter@localhost"].end == later
    assert after["closing-charter@localhost"]["sequence"] == 1
    assert after["opening-charter@localhost"].start == found.opens_at


def test_the_calendar_of_workshops_tells_no_online_link(client: FlaskClient) -> None:
    a_workshop(slug="together", titles={"en": "Together"}, online_link="https://meet.example.org/secret")
    [event] = events_at(client, "/feeds/workshops.ics")
    assert event["uid"] == "workshop-together@localhost"
    assert b"meet.example.org" not in client.get("/feeds/workshops.ics").data


def test_no_workshop_falls_out_of_the_calendar_and_the_map_however_many_there_are(
    client: FlaskClient,
) -> None:
    consultation = a_consultation()
    for number in range(51):
        a_workshop(consultation, slug=f"workshop-{number:02}-of-many")
    assert len(events_at(client, "/feeds/workshops.ics")) == 51
    assert client.get("/sitemap.xml").text.count("<loc>http://localhost/en/workshops/workshop-") == 51
    assert len(titles_in(feed_at(client, "/feeds/workshops.atom"))) == 50


def test_a_contact_points_workshops_stand_in_the_order_in_which_they_take_place(client: FlaskClient) -> None:
    point = ContactPoint(country="LV", names={"en": "Office of Latvia"}, zone="Europe/Riga")
    add_contact_point(point, at=NOON)
    for days, title in ((9, "Second"), (5, "First")):
        a_workshop(country="LV", titles={"en": title}, starts_at=NOON + days * DAY, ends_at=NOON + 10 * DAY)
    page = client.get("/en/contact-points/LV").text
    assert page.index("First</a>") < page.index("Second</a>")


def events_at(client: FlaskClient, address: str) -> list[Any]:
    answer = client.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def test_an_organisation_speaks_in_the_feed_under_its_name(client: FlaskClient) -> None:
    version = a_draft(a_consultation(slug="charter"))
    a_comment(
        version,
        None,
        state=State.PUBLISHED,
        capacity=Capacity.ORGANISATION,
        organisation="League of Towns",
        name="Somebody",
    )
    titles = titles_in(feed_at(client, "/feeds/consultations/charter/comments.atom"))
    assert titles == ["League of Towns on the whole draft"]
