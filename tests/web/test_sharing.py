"""What others see of a page before they open it, and how machines find all pages."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree, html
from PIL import Image

from app.models.consultation import Consultation
from tests.builders import a_consultation, a_draft
from tests.gatherings import a_workshop

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
PNG_SIZE = (1200, 630)


@pytest.fixture
def consultation(app: object) -> Consultation:
    found = a_consultation(
        slug="charter", titles={"en": "Charter </script><b>", "lv": "Harta"}, bodies={"en": "Laboratory"}
    )
    a_draft(found, languages=("en", "lv"))
    return found


def head_of(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200
    page: Any = html.fromstring(answer.data)
    return page.head


def words_of(page: str) -> str:
    """What stands in the page's article."""
    article: Any = html.fromstring(page).find(".//article")
    return " ".join(article.text_content().split())


def told(head: Any) -> dict[str, str]:
    return {
        str(meta.get("property") or meta.get("name")): str(meta.get("content"))
        for meta in head.findall("meta")
        if meta.get("property") or meta.get("name")
    }


@pytest.mark.usefixtures("consultation")
def test_a_shared_consultation_shows_its_title_what_it_asks_and_a_picture(client: FlaskClient) -> None:
    card = told(head_of(client, "/lv/consultations/charter"))
    assert card["og:title"] == "A declaration"
    assert card["og:description"] == card["description"] == "Tell us what is unclear."
    assert card["og:url"] == "http://localhost/lv/consultations/charter"
    assert card["og:image"] == "http://localhost/lv/consultations/charter/card.png"
    assert card["og:locale"] == "lv"


@pytest.mark.usefixtures("consultation")
def test_every_page_of_a_consultation_leads_to_its_other_languages(client: FlaskClient) -> None:
    head = head_of(client, "/en/consultations/charter")
    others = {link.get("hreflang"): link.get("href") for link in head.findall("link") if link.get("hreflang")}
    assert others["nb"] == "http://localhost/nb/consultations/charter"
    assert set(others) == {"en", "fr", "lv", "nb"}


@pytest.mark.usefixtures("consultation")
def test_the_picture_has_the_size_that_others_expect_and_stays_the_same(client: FlaskClient) -> None:
    first, again = (client.get("/lv/consultations/charter/card.png") for _ in range(2))
    assert first.content_type == "image/png"
    assert Image.open(io.BytesIO(first.data)).size == PNG_SIZE
    assert first.data == again.data
    assert first.data != client.get("/en/consultations/charter/card.png").data


def test_a_title_in_any_script_and_of_any_length_is_painted(app: object, client: FlaskClient) -> None:
    for number, title in enumerate(("مرحبا بكم " * 30, "宣言" * 200, "Word " * 100, "x" * 500, "😀")):
        a_consultation(slug=f"odd-{number}", titles={"en": title})
        answer = client.get(f"/en/consultations/odd-{number}/card.png")
        assert Image.open(io.BytesIO(answer.data)).size == PNG_SIZE


@pytest.mark.usefixtures("consultation")
def test_machines_read_when_comments_are_taken_and_nothing_ends_the_block_early(client: FlaskClient) -> None:
    head = head_of(client, "/en/consultations/charter")
    [block] = head.xpath(".//script[@type='application/ld+json']")
    facts = json.loads(block.text)
    assert facts["@type"] == "CreativeWork"
    assert facts["name"] == "Charter </script><b>"
    assert facts["potentialAction"]["startTime"] < facts["potentialAction"]["endTime"]
    assert facts["publisher"] == {"@type": "GovernmentOrganization", "name": "Laboratory"}


@pytest.mark.parametrize(("language", "page"), [("lv,en;q=0.5", "lv"), ("de", "en")])
@pytest.mark.usefixtures("consultation")
def test_the_short_address_leads_to_the_best_language(client: FlaskClient, language: str, page: str) -> None:
    answer = client.get("/c/charter", headers={"Accept-Language": language})
    assert answer.status_code == 302
    assert answer.location == f"/{page}/consultations/charter"
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.usefixtures("consultation")
def test_a_short_address_is_found_in_capitals_too(client: FlaskClient) -> None:
    assert client.get("/c/CHARTER").location == "/en/consultations/charter"


def test_a_short_address_of_nothing_is_no_page(client: FlaskClient) -> None:
    assert client.get("/c/nothing").status_code == 404
    assert client.get("/w/nothing").status_code == 404


def test_what_is_not_announced_is_on_no_map_and_has_no_short_address(client: FlaskClient) -> None:
    hidden = a_consultation(slug="hidden", is_listed=False)
    a_workshop(hidden, slug="hidden-workshop")
    a_workshop(slug="draft-workshop", published_at=None)
    for address in (
        "/c/hidden",
        "/w/hidden-workshop",
        "/w/draft-workshop",
        "/en/consultations/hidden/poster",
    ):
        assert client.get(address).status_code == 404
    assert b"hidden" not in client.get("/sitemap.xml").data
    assert b"draft-workshop" not in client.get("/sitemap.xml").data


@pytest.mark.usefixtures("consultation")
def test_the_map_names_every_public_page_in_every_language_and_each_of_them_answers(
    client: FlaskClient,
) -> None:
    a_workshop(slug="together")
    answer = client.get("/sitemap.xml")
    addresses = etree.fromstring(answer.data).findall(f"{SITEMAP}url")
    places = [str(address.findtext(f"{SITEMAP}loc")) for address in addresses]
    assert {"http://localhost/lv/consultations/charter", "http://localhost/fr/workshops/together"} < set(
        places
    )
    assert len(places) == len(set(places))
    for address in addresses:
        assert len(address.findall(f"{XHTML}link")) == 4
    for place in places:
        assert client.get(place.removeprefix("http://localhost")).status_code == 200
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text


@pytest.mark.usefixtures("consultation")
def test_a_poster_says_until_when_and_where_and_its_code_leads_there(client: FlaskClient) -> None:
    page = client.get("/lv/consultations/charter/poster").text
    words = words_of(page)
    assert "Harta" in words
    assert "localhost/c/charter" in words
    assert re.search(r"<svg[^>]*viewBox", page)


def test_a_poster_of_a_workshop_says_where_when_and_until_when_to_register(client: FlaskClient) -> None:
    a_workshop(
        slug="together",
        titles={"en": "Together"},
        working_language="lv",
        interpretation=["en"],
        accesses={"en": "Step-free."},
    )
    words = words_of(client.get("/en/workshops/together/poster").text)
    for said in (
        "Together",
        "1 Example Street, 3rd floor, Riga",
        "Riga time",
        "Register by",
        "Latvian, with interpretation into English",
        "Step-free.",
        "localhost/w/together",
    ):
        assert said in words
