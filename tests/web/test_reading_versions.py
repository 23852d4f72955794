"""Versions and fates as readers, holders of receipts and moderators see them."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.base import transaction
from app.models.comment import State
from app.models.consultation import Consultation
from app.models.draft import ParagraphText, Version
from app.models.roles import Role
from tests.builders import a_comment, a_draft, a_person, paragraphs_of, seal
from tests.drafts import publish, put, text_saying, translate
from tests.histories import a_later_version
from tests.signing import sign_in
from tests.stopped_clock import clock
from tests.web.commented_versions import DRAFT, ONE, SAID, THREE, TWO, consultation, filled, version
from tests.words_on_pages import all_words_of, words_in

__all__ = ["clock", "consultation", "version"]

HALVES = (
    "Offices ask everybody who is concerned before anything is decided.",
    "Shops answer every letter that they receive within three months.",
)
LONG = " ".join(HALVES)


def section(answer: TestResponse, key: str) -> str:
    """The visible words of the section with that id."""
    found = re.search(rf'<section[^>]* id="{key}".*?</section>', answer.text, flags=re.S)
    assert found is not None
    return words_in(found[0])


# The newest version


def test_comments_of_an_earlier_version_say_what_became_of_their_text(
    client: FlaskClient, version: Version
) -> None:
    a_later_version(version, ("p2", "Everybody should try new ways."), ("p3", TWO))
    page = client.get(DRAFT)
    first = section(page, "p2")
    assert "On version 1. This paragraph was reworded in version 2." in first
    assert "Everybody − deleted: may end of change + inserted: should end of change try new ways." in first
    assert f'href="{DRAFT}/compare/1...2#p2"' in page.text
    second = section(page, "p3")
    assert "On version 1 · 10 February 2030" in second
    assert "This paragraph" not in second


def test_what_a_translation_does_not_follow_yet_is_shown_in_the_originals_words(
    client: FlaskClient, consultation: Consultation, at: datetime
) -> None:
    first = put(consultation, ONE, TWO, at=at)
    translate(first, "nb", "Alle kan prøve nye måter.", "Det som er lært, kunngjøres.", at=at)
    publish(consultation, ONE, TWO, at=at)
    a_comment(first, text_saying(first, ONE).paragraph, state=State.PUBLISHED)
    publish(consultation, ONE.replace("may", "should"), TWO, at=at)
    told = "Not translated yet: the original, in English."
    beside = section(client.get(f"{DRAFT}?text=nb"), "p1")
    assert "was reworded in version 2. The original has changed since this was translated." in beside
    assert f"{told} Everybody − deleted: may end of change + inserted: should" in beside
    compared = section(client.get(f"{DRAFT}/compare/1...2?text=nb"), "p1")
    assert "Reworded" in compared
    assert told in compared


def test_comments_on_merged_paragraphs_say_which_of_them_they_were_on(
    client: FlaskClient, version: Version
) -> None:
    a_later_version(version, ("p2 p3", f"{ONE} {TWO}"), ("p4", THREE))
    merged = "Paragraphs were merged in version 2: 1 and 2 became 1."
    beside = section(client.get(DRAFT), "p2")
    assert f"On version 1, as 1. {merged}" in beside
    assert f"On version 1, as 2. {merged}" in beside


def test_the_original_stands_first_among_the_languages_of_every_version(
    client: FlaskClient, consultation: Consultation, at: datetime
) -> None:
    first = put(consultation, ONE, at=at)
    translate(first, "ar", "يجوز للجميع.", at=at)
    publish(consultation, ONE, at=at)
    publish(consultation, ONE.replace("may", "should"), at=at)
    languages = "English (original), Arabic (working translation)"
    assert all_words_of(client.get(f"{DRAFT}/versions")).count(languages) == 2


def test_the_part_of_a_split_without_the_comments_says_where_they_are(
    client: FlaskClient, consultation: Consultation, at: datetime
) -> None:
    first = publish(consultation, LONG, THREE, at=at)
    whole = text_saying(first, "Offices").paragraph
    a_comment(first, whole, state=State.PUBLISHED)
    second = publish(consultation, *HALVES, THREE, at=at)
    part = next(
        text_saying(second, words) for words in HALVES if text_saying(second, words).paragraph != whole
    )
    label = next(text_saying(second, words).label for words in HALVES if words not in part.plain)
    told = f"Split from ¶1 of version 1. The comments on it are at {label}."
    assert told in section(client.get(DRAFT), part.paragraph.key)
    page = client.get(f"{DRAFT}/paragraphs/{part.paragraph.key}")
    assert told in all_words_of(page)
    assert f'href="{DRAFT}/paragraphs/{whole.key}#comments"' in page.text
    assert "Split from" not in all_words_of(client.get(f"{DRAFT}/paragraphs/{whole.key}"))


def test_an_older_translation_of_a_paragraph_that_was_split_says_that_it_is_of_all_parts(
    client: FlaskClient, consultation: Consultation, at: datetime
) -> None:
    first = put(consultation, LONG, THREE, at=at)
    translate(first, "nb", "Kontorer spør alle. Butikker svarer på alt.", "Ingen betaler.", at=at)
    publish(consultation, LONG, THREE, at=at)
    second = publish(consultation, *HALVES, THREE, at=at)
    key = text_saying(first, "Offices").paragraph.key
    labels = " and ".join(text_saying(second, words).label for words in HALVES)
    told = f"The original has changed since this was translated. This older translation is still of {labels}"
    assert told in section(client.get(f"{DRAFT}?text=nb"), key)


def test_words_that_look_like_markup_are_compared_as_words(client: FlaskClient, version: Version) -> None:
    a_later_version(version, ("p2", f"{ONE} <script>alert(1)</script>"))
    for address in (DRAFT, f"{DRAFT}/paragraphs/p2"):
        page = client.get(address)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


def test_comments_on_a_paragraph_that_is_gone_have_a_place_of_their_own_and_count(
    client: FlaskClient, version: Version
) -> None:
    a_later_version(version, ("p2 p3", f"{ONE} {TWO}"))
    page = client.get(DRAFT)
    counts = [int(number) for number in re.findall(r"<bdi>(\d+) comments?<", page.text)]
    assert counts == [2, 1, 1]
    merged = section(page, "p2")
    assert "Paragraphs were merged in version 2: 1 and 2 became 1." in merged
    assert "On version 1, as 2." in merged
    assert "1 paragraph of earlier versions, with 1 comment." in all_words_of(page)
    assert THREE in section(page, "p4")
    assert "This paragraph was removed in version 2." in section(page, "p4")


def test_an_earlier_version_has_its_own_comments_and_leads_to_the_newest_and_to_what_changed(
    client: FlaskClient, version: Version
) -> None:
    a_later_version(version, ("p2", ONE))
    page = client.get(f"{DRAFT}/versions/1")
    assert "You are reading version 1. The newest is version 2." in all_words_of(page)
    assert f'href="{DRAFT}/compare/1...2"' in page.text
    assert "Comment 2." in section(page, "p3")
    assert "On version 1" not in section(page, "p3")
    assert "no longer in the text" not in all_words_of(page)


def test_a_row_of_a_table_is_a_list_of_its_cells(client: FlaskClient, consultation: Consultation) -> None:
    a_later_version(a_draft(consultation), ("p2", "Year | Budget | *Spent*"))
    page = client.get(DRAFT).text
    assert '<ul class="cells" role="list"><li>Year</li><li>Budget</li><li><em>Spent</em></li></ul>' in page


def test_a_heading_that_was_a_paragraph_keeps_its_comments(
    client: FlaskClient, consultation: Consultation
) -> None:
    first = a_draft(consultation)
    paragraph = paragraphs_of(first)[0]
    a_comment(first, paragraph, state=State.PUBLISHED, body="Keep me.")
    later = a_later_version(first, ("p2", ONE), sealed=False)
    with transaction():
        for text in later.translations[0].texts:
            if text.paragraph_id == paragraph.id:
                text.kind = "heading"
        seal(later)
    assert "Keep me." in client.get(DRAFT).text
    page = client.get(f"{DRAFT}/paragraphs/p2")
    assert page.status_code == 200
    assert "It is a heading now." in all_words_of(page)
    assert "Keep me." in page.text


# Paragraphs that are gone


def test_a_removed_paragraph_keeps_its_address_its_last_text_and_its_comments(
    client: FlaskClient, version: Version
) -> None:
    a_later_version(version, ("p2", ONE), ("p3", TWO))
    page = client.get(f"{DRAFT}/paragraphs/p4")
    words = all_words_of(page)
    assert "Paragraph 3 in version 1" in words
    assert THREE in words
    assert "This paragraph was removed in version 2." in words
    assert "Comment 3." in words
    assert "Comment on the whole draft" in words
    assert "<form method" not in page.text


def test_a_merged_paragraph_says_where_it_went(client: FlaskClient, version: Version) -> None:
    a_later_version(version, ("p2 p3", f"{ONE} {TWO}"), ("p4", THREE))
    page = client.get(f"{DRAFT}/paragraphs/p3")
    words = all_words_of(page)
    assert "Paragraphs were merged in version 2: 1 and 2 became 1." in words
    assert "Read paragraph 1, with 2 comments" in words
    assert f'href="{DRAFT}/paragraphs/p2#comments"' in page.text


@pytest.mark.parametrize("key", ["p1", "p99"])
def test_what_never_was_a_paragraph_has_no_page(client: FlaskClient, version: Version, key: str) -> None:
    a_later_version(version, ("p2", ONE))
    assert client.get(f"{DRAFT}/paragraphs/{key}").status_code == 404
    assert client.post(f"{DRAFT}/paragraphs/{key}", data=SAID).status_code == 404


# The list of versions


def test_the_list_of_versions_says_what_changed_in_each(client: FlaskClient, version: Version) -> None:
    second = a_later_version(
        version, ("p2", "Everybody should try."), ("", "New."), change_log={"en": "We *listened*."}
    )
    page = client.get(f"{DRAFT}/versions")
    words = all_words_of(page)
    assert re.findall(r"Version \d", words) == ["Version 2", "Version 1"]
    assert "We listened ." in words
    assert "Since version 1 1 reworded, 2 removed, 1 new, 1 unchanged" in words
    assert "Written on it 4 comments" in words
    assert "English (original), Latvian (working translation)" in words
    assert second.digest is not None
    assert second.digest in words
    assert f'href="{DRAFT}/compare/1...2"' in page.text
    assert client.get("/en/consultations/other/versions").status_code == 404


# Translations


def test_what_is_not_translated_stands_in_the_words_of_the_original_and_is_counted(
    client: FlaskClient, consultation: Consultation
) -> None:
    version = a_draft(consultation, languages=("en", "lv"), sealed=False)
    missing, older = paragraphs_of(version)
    with transaction():
        latvian = version.translations[1]
        texts: dict[int, ParagraphText] = {text.paragraph_id: text for text in latvian.texts}
        latvian.texts.remove(texts[missing.id])
        texts[older.id].original_digest = "f" * 64
        seal(version)
    page = client.get("/lv/consultations/innovation")
    assert re.search(rf'id="{missing.key}".*?<div class="paragraph__text" lang="en"', page.text, flags=re.S)
    assert page.text.count('class="paragraph__state"') == 2
    assert page.text.count('<div class="paragraph__text" lang="en"') == 1
    assert client.get(DRAFT).text.count('class="paragraph__state"') == 0


# The receipt, and the moderator


def test_the_receipt_shows_the_text_commented_on_and_what_became_of_it(
    client: FlaskClient, clock: time_machine.Traveller, version: Version
) -> None:
    address = f"{DRAFT}/paragraphs/p2"
    receipt = client.post(address, data=filled(client, clock, address)).location
    assert "reworded" not in all_words_of(client.get(receipt))
    a_later_version(version, ("p2", "Everybody should try new ways."), ("p3", TWO))
    words = all_words_of(client.get(receipt))
    assert f"On version 1 1 {ONE}" in words
    assert "This paragraph was reworded in version 2." in words


def test_moderators_see_the_version_and_what_became_of_the_text(
    client: FlaskClient, version: Version
) -> None:
    waiting = a_comment(version, paragraphs_of(version)[0])
    a_later_version(version, ("p3", TWO))
    sign_in(client, a_person(Role.MODERATOR))
    for address in ("/en/moderation/innovation", f"/en/moderation/comments/{waiting.id}"):
        words = all_words_of(client.get(address))
        assert "Paragraph 1, version 1" in words
        assert "This paragraph was removed in version 2." in words
