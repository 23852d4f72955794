"""The reading pages as their readers see them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.i18n import page_languages
from app.models.base import db, transaction
from app.models.comment import Capacity, Kind, State
from app.models.consultation import Consultation, Outcome
from app.models.draft import ParagraphText, Version
from app.models.roles import Role
from app.web.openings import closing_view, true_until
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of, seal
from tests.conftest import NOON
from tests.signing import sign_in

DRAFT = "/en/consultations/innovation"
VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return a_consultation(slug="innovation", contact_name="Hélène", contact_email="ask@example.org")


@pytest.fixture
def version(consultation: Consultation) -> Version:
    return a_draft(consultation)


class Page(HTMLParser):
    """The visible text of a page, and of the elements asked for by class or tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.found: list[tuple[list[tuple[str, dict[str, str | None]]], str]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.found.append((list(self.open), data))

    def text(self, tag: str = "body", **attributes: str) -> str:
        """The words inside the elements of that tag that have those attributes."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        words = [data for above, data in self.found if any(_is(each, tag, wanted) for each in above)]
        return " ".join("".join(words).split())

    def texts(self, tag: str) -> list[str]:
        """The words of every element of that tag."""
        wanted = [element for element in self.elements if element[0] == tag]
        parts = [[data for above, data in self.found if any(each is one for each in above)] for one in wanted]
        return [" ".join("".join(words).split()) for words in parts]

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """The attributes of the elements of that tag that have those attributes."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [found for name, found in self.elements if _is((name, found), tag, wanted)]


def _is(element: tuple[str, dict[str, str | None]], tag: str, wanted: dict[str, str]) -> bool:
    name, attributes = element
    return name == tag and all(value in (attributes.get(key) or "").split() for key, value in wanted.items())


def page(client: FlaskClient, address: str, status: int = 200) -> Page:
    answer = client.get(address)
    assert answer.status_code == status
    return Page(answer.text)


# Every page


ADDRESSES = ["/en/", DRAFT, f"{DRAFT}/versions/1", "/en/accessibility", "/en/privacy"]


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("address", [*ADDRESSES, "/en/nothing-here"])
def test_every_page_has_a_title_one_h1_a_language_and_ids_of_its_own(
    client: FlaskClient, address: str
) -> None:
    found = Page(client.get(address).text)
    ids = [attributes["id"] for _tag, attributes in found.elements if "id" in attributes]
    assert found.text("title").endswith("Innspill")
    assert len(found.all("h1")) == 1
    assert found.all("html")[0]["lang"] == "en"
    assert len(ids) == len(set(ids))


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_visitor_gets_no_cookie(client: FlaskClient, address: str) -> None:
    assert "Set-Cookie" not in client.get(address).headers


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_has_script_or_style_inside_it(client: FlaskClient, address: str) -> None:
    found = page(client, address)
    run = [script for script in found.all("script") if script.get("type") != "application/ld+json"]
    assert all("src" in script for script in run)
    assert found.all("style") == []
    assert not [tag for tag, attributes in found.elements if "style" in attributes]


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_itself_in_the_other_languages(client: FlaskClient, address: str) -> None:
    offered = [link["href"] for link in page(client, address).all("a") if "hreflang" in link]
    assert offered == [address.replace("/en/", f"/{code}/", 1) for code in page_languages()]


def test_the_bare_address_leads_to_the_language_that_the_browser_likes_best(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Language": "xx, en;q=0.5"})
    assert (answer.status_code, answer.location) == (302, "/en/")
    assert "Accept-Language" in answer.headers["Vary"]


def test_visitors_find_the_way_to_sign_in_and_editors_the_way_to_their_work(client: FlaskClient) -> None:
    assert "Sign in" in page(client, "/en/").text("footer")
    sign_in(client, a_person(Role.EDITOR))
    found = page(client, "/en/")
    assert found.text("nav", class_="site-nav") == "Consultations Intake Manage Workshops Account"
    assert "Sign in" not in found.text("footer")


# The list


def test_the_list_says_what_is_open_coming_and_closed_and_for_how_long(client: FlaskClient) -> None:
    day = timedelta(days=1)
    closes = datetime(2030, 2, 22, 22, 59, tzinfo=UTC)
    a_consultation(titles={"en": "Open one"}, closes_at=closes)
    a_consultation(titles={"en": "Coming one"}, opens_at=NOON + 3 * day, closes_at=NOON + 9 * day)
    a_consultation(titles={"en": "Closed one"}, opens_at=NOON - 9 * day, closes_at=NOON - day)
    found = page(client, "/en/")
    assert found.texts("h2") == ["Open", "Coming", "Closed"]
    assert found.texts("h3") == ["Open one", "Coming one", "Closed one"]
    words = found.text("main")
    assert "closes in 12 days, Friday 22 February 2030, 23:59 Paris time" in words
    assert "opens in 3 days, Wednesday 13 February 2030, 13:00 Paris time" in words
    assert "closed, Saturday 9 February 2030, 13:00 Paris time" in words


def test_an_unlisted_consultation_is_seen_by_editors_only(client: FlaskClient) -> None:
    a_draft(a_consultation(slug="hidden", is_listed=False))
    page(client, "/en/consultations/hidden", 404)
    sign_in(client, a_person(Role.EDITOR))
    page(client, "/en/consultations/hidden")


# The draft


@pytest.mark.usefixtures("version")
def test_the_draft_begins_with_facts_and_has_a_place_to_comment_at_every_paragraph(
    client: FlaskClient,
) -> None:
    found = page(client, DRAFT)
    assert found.text("h1") == "A declaration"
    assert "Open for comments until Friday 22 February 2030, 13:00 Paris time 12 days left" in found.text(
        "dl"
    )
    assert "So far No submission yet" in found.text("dl")
    assert "Questions Hélène" in found.text("dl")
    assert found.text("section", id="p2") == "1 Everybody may try new ways. Comment on 1"
    acts = [link["href"] for link in found.all("a", class_="paragraph__act")]
    assert acts == [
        f"{DRAFT}/paragraphs/p2#comment-form",
        f"{DRAFT}/paragraphs/p3#comment-form",
        f"{DRAFT}/comments/new#comment-form",
    ]


def test_published_comments_unfold_at_their_paragraph_with_who_wrote_them(
    client: FlaskClient, version: Version
) -> None:
    paragraph = paragraphs_of(version)[1]
    a_comment(
        version, paragraph, state=State.PUBLISHED, body="Let *several* share.", kind=Kind.ACTION,
        country="NO", capacity=Capacity.ORGANISATION, organisation="Municipality of Bø", name="Kari",
    )  # fmt: skip
    found = page(client, DRAFT)
    assert found.text("summary") == "1 comment on 2"
    note = found.text("article", class_="note")
    assert note.startswith("Municipality of Bø · Norway · organisation Action")
    assert "Let several share." in note
    assert "10 February 2030" in note
    assert "Kari" not in found.text()
    assert "The comment on 2" in found.text("section", id="p3")


def test_a_comment_in_another_language_says_so_and_is_marked_for_screen_readers(
    client: FlaskClient, version: Version
) -> None:
    a_comment(
        version, paragraphs_of(version)[0], state=State.PUBLISHED, language="lv", body="Vārds nav skaidrs."
    )
    found = page(client, DRAFT)
    assert found.text("div", lang="lv") == "Vārds nav skaidrs."
    assert "In Latvian · 10 February 2030" in found.text("article", class_="note")


def test_a_comment_without_name_country_or_kind_has_no_empty_places(
    client: FlaskClient, version: Version
) -> None:
    a_comment(version, state=State.PUBLISHED, name="", country="", body="Good.")
    note = page(client, DRAFT).text("article", class_="note")
    assert note.startswith("Somebody who gave no nameGood. 10 February 2030")


def test_words_written_to_break_out_of_the_page_stay_words(client: FlaskClient, version: Version) -> None:
    a_comment(
        version, state=State.PUBLISHED, name="<b>Eve</b>", body="<script>alert(1)</script> [x](javascript:1)"
    )
    found = page(client, DRAFT)
    assert "<b>Eve</b>" in found.text("article", class_="note")
    run = [script for script in found.all("script") if script.get("type") != "application/ld+json"]
    assert all("src" in script for script in run)
    assert not [link for link in found.all("a") if (link.get("href") or "").startswith("javascript")]


def test_without_a_translation_the_original_is_shown_and_marked(client: FlaskClient) -> None:
    a_draft(a_consultation(slug="innovation"), languages=("ar", "fr"))
    found = page(client, DRAFT)
    assert "You are reading the original, in Arabic." in found.text("main")
    assert {(each["lang"], each["dir"]) for each in found.all("div", class_="paragraph__text")} == {
        ("ar", "rtl")
    }


def test_a_translation_into_a_language_without_pages_can_be_read_too(client: FlaskClient) -> None:
    a_draft(a_consultation(slug="innovation"), languages=("en", "es"))
    found = page(client, DRAFT)
    assert [link["href"] for link in found.all("a", rel="nofollow") if "text=" in (link["href"] or "")] == [
        f"{DRAFT}?text=es"
    ]
    assert page(client, f"{DRAFT}?text=es").all("div", class_="paragraph__text")[0]["lang"] == "es"


@pytest.mark.usefixtures("version")
def test_a_closed_draft_can_be_read_and_leads_to_its_outcome(
    client: FlaskClient, consultation: Consultation
) -> None:
    with transaction():
        db.session.add(
            Outcome(
                consultation_id=consultation.id, language="en", source="Done.", html="<p>Done.</p>",
                received=1, published=1, published_at=NOON,
            )
        )  # fmt: skip
    with time_machine.travel(consultation.closes_at, tick=False):
        found = page(client, DRAFT)
    assert found.all("a", class_="paragraph__act") == []
    assert f"{DRAFT}/outcome" in [link["href"] for link in found.all("a", class_="ds-link")]


@pytest.mark.usefixtures("version")
def test_a_coming_draft_can_be_read_and_says_when_it_opens(
    client: FlaskClient, consultation: Consultation
) -> None:
    with time_machine.travel(consultation.opens_at - timedelta(days=4), tick=False):
        found = page(client, DRAFT)
    assert "Opens for comments Thursday 31 January 2030, 13:00 Paris time" in found.text("dl")
    assert "submission" not in found.text("dl")
    assert found.all("a", class_="paragraph__act") == []


def test_an_older_version_leads_to_the_newest_and_takes_no_comments(
    client: FlaskClient, consultation: Consultation, version: Version
) -> None:
    a_comment(version, state=State.PUBLISHED)
    a_newer_version(version)
    found = page(client, f"{DRAFT}/versions/1")
    assert "You are reading version 1. The newest is version 2." in found.text("main")
    assert found.all("a", class_="paragraph__act") == []
    newest = page(client, DRAFT)
    assert "On version 1 · 10 February 2030" in newest.text("article", class_="note")
    assert f"{DRAFT}/versions" in [link.get("href") for link in newest.all("a")]


@pytest.mark.parametrize("address", [f"{DRAFT}/versions/7", f"{DRAFT}/outcome", "/en/consultations/other"])
@pytest.mark.usefixtures("version")
def test_what_does_not_exist_is_said_in_plain_words(client: FlaskClient, address: str) -> None:
    assert "This page does not exist" in page(client, address, 404).text("h1")


# The outcome


def test_the_outcome_accounts_for_every_comment(
    client: FlaskClient, consultation: Consultation, version: Version
) -> None:
    for state in (State.PUBLISHED, State.PUBLISHED, State.REJECTED, State.WITHDRAWN):
        a_comment(version, state=state)
    with transaction():
        db.session.add(
            Outcome(
                consultation_id=consultation.id, language="en", source="Done.", html="<p>Done.</p>",
                received=4, published=2, published_at=NOON,
            )
        )  # fmt: skip
    found = page(client, f"{DRAFT}/outcome")
    assert found.text("div", class_="report") == "Done."
    rows = ["Waiting 0", "Published 2", "Rejected 1", "Spam 0", "Withdrawn 1", "Erased 0", "Received 4"]
    assert found.texts("tr") == rows


# The closing in words


@pytest.mark.parametrize(
    ("before_closing", "words"),
    [
        (timedelta(days=12, hours=5), "12 days left"),
        (timedelta(days=2), "2 days left"),
        (timedelta(days=2) - timedelta(seconds=1), "47 hours left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(minutes=59), "less than an hour left"),
        (timedelta(), ""),
    ],
)
def test_what_remains_is_counted_in_days_and_then_in_hours(
    app: Flask, consultation: Consultation, before_closing: timedelta, words: str
) -> None:
    with app.test_request_context("/en/"):
        assert closing_view(consultation, consultation.closes_at - before_closing).remaining == words


@pytest.mark.parametrize(
    "before_closing", [timedelta(days=12, hours=5), timedelta(days=3), timedelta(minutes=90)]
)
def test_a_page_stays_true_exactly_until_its_words_would_differ(
    app: Flask, consultation: Consultation, before_closing: timedelta
) -> None:
    at = consultation.closes_at - before_closing
    until = true_until(consultation, at)
    moment = timedelta(microseconds=1)
    with app.test_request_context("/en/"):
        now = closing_view(consultation, at)
        assert until is not None
        assert closing_view(consultation, until - moment) == now
        assert closing_view(consultation, until) != now


def test_the_words_of_a_closed_consultation_stay_true(consultation: Consultation) -> None:
    assert true_until(consultation, consultation.closes_at) is None


def test_a_page_made_in_the_last_hour_is_true_until_the_closing_itself(consultation: Consultation) -> None:
    assert true_until(consultation, consultation.closes_at - timedelta(minutes=5)) == consultation.closes_at


# What the browser fetches


@pytest.mark.usefixtures("version")
def test_style_and_script_are_kept_for_a_year_at_addresses_that_tell_their_content(
    client: FlaskClient,
) -> None:
    found = page(client, DRAFT)
    for asset in [link["href"] for link in found.all("link", rel="stylesheet")]:
        assert asset is not None
        answer = client.get(asset, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert gzip.decompress(answer.data) == client.get(asset).data
        assert (
            client.get(asset, headers={"If-None-Match": client.get(asset).headers["ETag"]}).status_code == 304
        )


def test_an_address_of_style_that_is_out_of_date_is_answered_but_not_kept(client: FlaskClient) -> None:
    answer = client.get("/assets/0123456789ab/site.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["nothing.css", "../config.py", "%2e%2e/config.py", "vendor"])
def test_nothing_but_the_static_files_is_given_out(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/0123456789ab/{name}").status_code == 404


def test_the_first_view_of_a_draft_is_small(client: FlaskClient, consultation: Consultation) -> None:
    a_draft(
        consultation,
        texts=tuple(f"{number}. " + "Each ministry says what was learned. " * 8 for number in range(50)),
    )
    answer = client.get(DRAFT)
    parts = set(re.findall(r"/assets/[^\"]+\.(?:css|js)", answer.text))
    sizes = [len(client.get(part, headers={"Accept-Encoding": "gzip"}).data) for part in parts]
    assert len(gzip.compress(answer.data)) + sum(sizes) < 60_000


def test_fonts_that_an_english_page_needs_weigh_less_than_100_kilobytes(client: FlaskClient) -> None:
    style = client.get("/assets/x/site.css").text
    latin = [
        address
        for face in re.findall(r"@font-face \{(.*?)\}", style, flags=re.DOTALL)
        for address in re.findall(r'url\("(.*?)"\)', face)
        if "U+0000-00FF" in face
    ]
    assert len(latin) == 2
    assert sum(len(client.get(f"/assets/x/{address}", buffered=True).data) for address in latin) < 100_000


# Signs for machines


def test_the_process_and_the_database_say_that_they_answer(client: FlaskClient) -> None:
    assert (client.get("/health").text, client.get("/ready").text) == ("ok\n", "ready\n")


def test_the_city_of_a_zone_is_named_in_the_language_of_the_page(client: FlaskClient) -> None:
    assert client.get("/en/zones/Europe/Riga").text == "Riga"
    assert client.get("/en/zones/Europe/Nowhere").status_code == 404


def a_newer_version(version: Version) -> Version:
    """Version 2, sealed, with the same paragraphs."""
    with transaction():
        newer = Version(draft_id=version.draft_id, number=2)
        db.session.add(newer)
        for old in version.translations:
            texts = [ParagraphText(**{name: getattr(text, name) for name in COPIED}) for text in old.texts]
            newer.translations.append(
                type(old)(language=old.language, is_original=old.is_original, title=old.title, texts=texts)
            )
        seal(newer)
    return newer


COPIED = ("paragraph_id", "position", "kind", "level", "label", "source", "html", "plain", "digest")


def test_a_consultation_without_a_text_says_that_it_comes_later(
    client: FlaskClient, consultation: Consultation
) -> None:
    page = client.get(DRAFT)
    assert page.status_code == 200
    assert "The draft is not published yet." in page.text
    assert client.get(f"{DRAFT}/versions/1").status_code == 404
    a_draft(consultation)
    with transaction():
        consultation.public_stamp += 1
    assert "Everybody may try new ways." in client.get(DRAFT).text


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5000], ids=["20 digits", "5000 digits"])
@pytest.mark.parametrize("view", ["", "/side-by-side"])
def test_a_version_with_an_enormous_number_is_not_found(
    app: Flask, client: FlaskClient, number: str, view: str
) -> None:
    a_draft(a_consultation(slug="innovation"))
    assert client.get(f"/en/consultations/innovation/versions/{number}{view}").status_code == 404
