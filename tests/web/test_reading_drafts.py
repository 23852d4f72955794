"""The page of a draft, as its readers see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.models.base import db, transaction
from app.models.comment import Capacity, Kind, State
from app.models.consultation import Consultation, Outcome
from app.models.draft import ParagraphText, Version
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of, seal
from tests.conftest import NOON
from tests.stopped_clock import clock
from tests.web.readers import DRAFT, consultation, page

__all__ = ["clock", "consultation"]


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
