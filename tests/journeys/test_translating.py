"""A translation that lacks paragraphs and joins two is imported, corrected, sealed and read side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.adapters.importing.markdown import create
from app.models.people import Person
from app.services.drafts.drafting import draft_of, import_translation, seal_version
from app.services.public.reading import consultation_called
from tests.browser import OpenPage, PageOf, assert_without_barriers
from tests.builders import a_consultation
from tests.pages import is_wider_than_screen

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

TEXTS = Path(__file__).parent.parent / "texts"
JOINED = (
    "b) تُنشر الأرقام: 97 مساهمة من 38 بلدًا تعني 97 ردًا.",
    "c) يُحفظ السجل الكامل عشر سنوات على [عنوان ثابت](https://example.org/account).",
)
MISSING = (
    "a) يُنشر المشروع بجميع لغات الأشخاص المعنيين به.",
    "يقرأ كلَّ تعليق إنسانٌ. وتبيّن توصية OECD لعام 2012 سبب أهمية ذلك.",
)


@pytest.fixture
def slug(within: None) -> str:
    """A consultation whose working version is in English."""
    at = datetime.now(UTC)
    consultation = a_consultation(titles={"en": "Open Consultation"}, at=at)
    text = create().read((TEXTS / "declaration.en.md").read_bytes())
    import_translation(consultation, "en", text, is_original=True, by=None, at=at)
    return str(consultation.slug)


def arabic_with_gaps() -> str:
    text = (TEXTS / "declaration.ar.md").read_text()
    for missing in MISSING:
        assert missing in text
        text = text.replace(f"{missing}\n\n", "")
    first, second = JOINED
    return text.replace(f"{first}\n\n{second}", f"{first} {second.removeprefix('c) ')}")


def import_arabic(page: Page, slug: str) -> None:
    page.goto(f"/en/manage/consultations/{slug}/draft")
    page.locator("#language").select_option("ar")
    page.get_by_label("A translation").check()
    page.locator("#pasted").fill(arabic_with_gaps())
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Arabic, version 1")).to_be_visible()


def pair_called(page: Page, words: str) -> Locator:
    """The paragraph whose original says so, with its text in both languages."""
    return page.locator(".twin").filter(has=page.locator(".twin__original", has_text=words))


def confirm_the_rest(page: Page) -> None:
    """What the import guessed is right."""
    buttons = page.get_by_role("button", name="This is right")
    for left in range(buttons.count(), 0, -1):
        buttons.first.click()
        expect(buttons).to_have_count(left - 1)


def assert_open_to_all(page: Page) -> None:
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert not is_wider_than_screen(page)
    assert_without_barriers(page)


@pytest.mark.parametrize("has_script", [True, False])
def test_a_translation_with_gaps_is_corrected_and_read_beside_its_original(
    open_page: OpenPage, page_of: PageOf, editor: Person, slug: str, *, has_script: bool
) -> None:
    page = page_of(editor, java_script_enabled=has_script)
    import_arabic(page, slug)
    expect(page.locator(".twin-filters")).to_contain_text("3 missing")

    joined = pair_called(page, "Publish the figures")
    expect(joined).to_contain_text("This seems to hold the next paragraph too. Split it.")
    joined.get_by_text("Change").click()
    box = joined.locator(".twin__box")
    box.fill(box.input_value().replace("ردًا. ", "ردًا.\n"))
    joined.get_by_text("Move, split, join").click()
    joined.get_by_role("button", name="Rest to the next paragraph").click()
    expect(pair_called(page, "Keep the whole account").locator(".twin__translation")).to_contain_text("السجل")

    for original, words in (
        ("Publish the draft", MISSING[0].removeprefix("a) ")),
        ("Every comment is read", MISSING[1]),
    ):
        missing = pair_called(page, original)
        missing.locator(".twin__box").fill(words)
        missing.get_by_role("button", name="Save", exact=True).click()
        expect(missing.locator(".twin__words").last).to_have_text(words)
    expect(page.locator(".twin-filters")).not_to_contain_text("missing")
    confirm_the_rest(page)
    expect(page.get_by_text("Every paragraph is translated")).to_be_visible()
    if has_script:
        assert_open_to_all(page)

    draft = draft_of(consultation_called(slug))
    assert draft
    seal_version(draft, by=None, at=datetime.now(UTC))
    reader = open_page(java_script_enabled=has_script)
    reader.goto(f"/en/consultations/{slug}")
    reader.get_by_role("link", name="Two languages side by side").click()
    expect(reader.locator(".twin__words[lang=ar]")).to_have_count(8)
    second = reader.locator("section.twin", has_text="Publish the draft").locator(".twin__words")
    expect(second.nth(1)).to_have_text(MISSING[0].removeprefix("a) "))
    expect(second.nth(1)).to_have_attribute("dir", "rtl")
    if has_script:
        assert_open_to_all(reader)


def test_what_is_typed_elsewhere_stays_when_a_paragraph_is_saved(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    page = page_of(editor)
    import_arabic(page, slug)
    first = pair_called(page, "Publish the draft")
    second = pair_called(page, "Every comment is read")

    second.locator(".twin__box").fill("نص\nغير محفوظ")  # with a line break nothing is saved by itself
    first.locator(".twin__box").fill("نص محفوظ")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.locator(".twin__words").last).to_have_text("نص محفوظ")

    expect(second.locator(".twin__box")).to_have_value("نص\nغير محفوظ")
    second.locator(".twin__box").fill("نص آخر")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.locator(".twin__words").last).to_have_text("نص آخر")


def test_what_is_typed_is_kept_when_the_editor_pauses(page_of: PageOf, editor: Person, slug: str) -> None:
    page = page_of(editor)
    import_arabic(page, slug)

    pair_called(page, "Publish the draft").locator(".twin__box").fill("نص محفوظ وحده")
    expect(page.locator("#translation-told")).to_have_text("Saved")
    page.reload()

    expect(pair_called(page, "Publish the draft").locator(".twin__words").last).to_have_text("نص محفوظ وحده")


def test_the_second_of_two_editors_sees_what_the_first_one_wrote(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    one, other = page_of(editor), page_of(editor)
    import_arabic(one, slug)
    other.goto(one.url)
    for page, words in ((one, "الأول"), (other, "الثاني")):
        told = pair_called(page, "Publish the draft")
        told.locator(".twin__box").fill(words)
        told.get_by_role("button", name="Save", exact=True).click()
        expect(told.locator(".twin__words").last).to_have_text("الأول")

    expect(told).to_contain_text("Somebody else changed this translation meanwhile.")
    expect(told.locator(".twin__box")).to_have_value("الثاني")
