"""Two languages side by side, and texts of other directions and scripts, as a reader sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.adapters.importing.markdown import create
from app.models.comment import State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.services.drafts.drafting import draft_of, import_translation, seal_version, versions_of
from app.services.files.importing import FoundDraft
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.words_on_pages import words_of

TEXTS = Path(__file__).parent.parent / "texts"
NOW = datetime.now(UTC)
PATH = "/en/consultations/open/side-by-side"


def found(language: str) -> FoundDraft:
    return create().read((TEXTS / f"declaration.{language}.md").read_bytes())


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """A consultation whose sealed text is in English, Arabic and Chinese."""
    return in_languages("open", "en", "ar", "zh")


def in_languages(slug: str, *languages: str, without: int | None = None, at: datetime = NOW) -> Consultation:
    """Sealed in those languages, the first of which is the original; the last may lack a paragraph."""
    consultation = a_consultation(slug=slug, titles={"en": "Open Consultation"}, at=at)
    for language in languages:
        text = found(language)
        if without is not None and language == languages[-1]:
            del text.blocks[without]
        is_original = language == languages[0]
        import_translation(consultation, language, text, is_original=is_original, by=None, at=at)
    draft = draft_of(consultation)
    assert draft is not None
    seal_version(draft, by=None, at=at)
    return consultation


def sealed(consultation: Consultation) -> Version:
    return versions_of(consultation)[0]


def cells_of(response: TestResponse) -> list[tuple[str, str, str]]:
    """(language, direction, first words) of every cell with a paragraph's words."""
    cells = re.findall(
        r'<div class="twin__words" lang="([\w-]+)" dir="(\w+)">\s*<p>(.*?)</p>', response.text, re.DOTALL
    )
    return [(language, direction, re.sub("<[^>]+>", "", words)[:12]) for language, direction, words in cells]


def test_every_paragraph_stands_beside_its_translation(
    client: FlaskClient, consultation: Consultation
) -> None:
    cells = cells_of(client.get(f"{PATH}?text=en&beside=ar"))

    assert len(cells) == 16
    assert cells[:4] == [
        ("en", "ltr", "We, the publ"),
        ("ar", "rtl", "نحن، الهيئات"),
        ("en", "ltr", "A question t"),
        ("ar", "rtl", "السؤال الذي "),
    ]


def test_the_page_language_stands_beside_the_original_when_nothing_is_chosen(
    client: FlaskClient, consultation: Consultation
) -> None:
    languages = [language for language, _direction, _words in cells_of(client.get(PATH))[:2]]

    assert languages[0] == "en"
    assert languages[1] in {"ar", "zh"}


def test_two_languages_that_no_page_is_in_can_be_chosen(
    client: FlaskClient, consultation: Consultation
) -> None:
    response = client.get(f"{PATH}?text=zh&beside=ar")

    assert [cell[0] for cell in cells_of(response)[:2]] == ["zh", "ar"]
    assert '<option value="zh" selected>Chinese</option>' in response.text
    assert '<option value="ar" selected>Arabic</option>' in response.text
    assert "Chinese, working translation" in words_of(response)


def test_the_same_language_twice_is_not_shown(client: FlaskClient, consultation: Consultation) -> None:
    languages = [cell[0] for cell in cells_of(client.get(f"{PATH}?text=ar&beside=ar"))[:2]]

    assert languages == ["ar", "en"]


def test_comments_of_all_languages_are_counted_at_their_paragraph(
    client: FlaskClient, consultation: Consultation
) -> None:
    version = sealed(consultation)
    paragraph = paragraphs_of(version)[0]
    for language in ("en", "ar", "zh"):
        a_comment(version, paragraph, language=language, state=State.PUBLISHED)

    for chosen in ("text=en&beside=ar", "text=zh&beside=en"):
        assert "3 comments on ¶1" in words_of(client.get(f"{PATH}?{chosen}"))
    link = f"/en/consultations/open/paragraphs/{paragraph.key}#comments"
    assert f'href="{link}"' in client.get(PATH).text


def test_a_missing_translation_is_told_and_the_original_stands_once(client: FlaskClient) -> None:
    in_languages("gap", "en", "ar", without=3)

    response = client.get("/en/consultations/gap/side-by-side?text=ar&beside=en")

    assert "Not translated into Arabic yet." in words_of(response)
    assert words_of(response).count("A question that is asked after the decision is not a question.") == 1
    assert len(cells_of(response)) == 15


def test_one_version_can_be_read_side_by_side(client: FlaskClient, consultation: Consultation) -> None:
    response = client.get("/en/consultations/open/versions/1/side-by-side?text=en&beside=zh")

    assert [cell[0] for cell in cells_of(response)[:2]] == ["en", "zh"]
    assert client.get("/en/consultations/open/versions/2/side-by-side").status_code == 404


def test_a_text_in_one_language_has_nothing_beside_it(client: FlaskClient) -> None:
    a_draft(a_consultation(slug="alone"))

    response = client.get("/en/consultations/alone/side-by-side")

    assert (response.status_code, response.location) == (303, "/en/consultations/alone")


def test_unlisted_consultations_are_not_shown(client: FlaskClient) -> None:
    a_draft(a_consultation(slug="hidden", is_listed=False), languages=("en", "lv"))

    assert client.get("/en/consultations/hidden/side-by-side").status_code == 404


def test_the_page_is_the_same_for_every_visitor_until_something_changes(
    client: FlaskClient, consultation: Consultation
) -> None:
    first = client.get(PATH)
    again = client.get(PATH, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, no-cache"
    assert again.status_code == 304


def test_the_draft_leads_to_its_languages_side_by_side(
    client: FlaskClient, consultation: Consultation
) -> None:
    assert 'href="/en/consultations/open/side-by-side"' in client.get("/en/consultations/open").text


def test_a_text_right_to_left_has_its_labels_and_headings_on_the_right(
    client: FlaskClient, consultation: Consultation
) -> None:
    page = client.get("/en/consultations/open?text=ar").text

    assert '<div class="draft__text" dir="rtl">' in page
    assert re.search(r'<h2 class="draft__heading" id="p1" lang="ar" dir="rtl">\s*<span>الديباجة', page)
    assert '<div class="paragraph__text" lang="ar" dir="rtl">' in page
    assert '<section class="paragraph whole" id="whole-draft" dir="ltr"' in page


def test_whoever_reads_arabic_finds_arabic_at_the_paragraph_and_in_its_form(
    client: FlaskClient, consultation: Consultation
) -> None:
    draft = client.get("/en/consultations/open?text=ar").text
    link = re.search(r'href="(/en/consultations/open/paragraphs/\w+\?text=ar)#comment-form"', draft)
    assert link
    paragraph = client.get(link[1])

    assert "نحن، الهيئات العامة" in words_of(paragraph)
    assert f'action="{link[1]}#error-summary"' in paragraph.text
    assert "You are reading the translation into Arabic." in words_of(paragraph)
    assert 'href="/en/consultations/open?text=ar#' in paragraph.text


def test_whoever_reads_the_language_of_the_page_has_plain_addresses(
    client: FlaskClient, consultation: Consultation
) -> None:
    assert "?text=en" not in client.get("/en/consultations/open?text=en").text.partition("<main")[2]


def test_the_languages_of_the_page_keep_the_language_of_the_text(
    client: FlaskClient, consultation: Consultation
) -> None:
    page = client.get("/en/consultations/open?text=ar").text

    assert 'href="/lv/consultations/open?text=ar"' in page


def test_a_language_that_cannot_be_one_is_not_written_into_links(
    client: FlaskClient, consultation: Consultation
) -> None:
    page = client.get('/en/consultations/open?text="><script>').text

    assert "<script>" not in page.partition("<main")[2]
    assert "We, the public bodies" in page


def test_a_comment_has_the_direction_of_its_own_words(
    client: FlaskClient, consultation: Consultation
) -> None:
    version = sealed(consultation)
    paragraph = paragraphs_of(version)[0]
    a_comment(version, paragraph, body="أوافق (OECD 2019).", language="ar", state=State.PUBLISHED)

    page = client.get(f"/en/consultations/open/paragraphs/{paragraph.key}").text

    assert '<div class="note__words" lang="ar" dir="auto">' in page
