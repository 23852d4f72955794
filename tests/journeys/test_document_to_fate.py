"""A Word document becomes a draft that is commented on; the next version says what became of that."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from app.models.consultation import ModerationPolicy
from app.models.people import Person
from tests.adapters.office_documents import WORD_TYPE, docx, para
from tests.browser import OpenPage, address_for
from tests.builders import a_consultation
from tests.pages import comment_on, paragraph_called, read_draft, sign_in_by_link

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

TITLE = para("Charter on benches", "Title")
FIRST = docx(
    TITLE
    + para("1. Where they stand", "Heading1")
    + para("Every square has a bench in the shade. Nobody needs to buy anything to sit there.")
    + para("2. Who looks after them", "Heading1")
    + para("The city mends what is broken within a week.")
)
SECOND = docx(
    TITLE
    + para("1. Where they stand", "Heading1")
    + para("Every square has at least two benches in the shade.")
    + para("Nobody needs to buy anything to sit there.")
    + para("2. Who looks after them", "Heading1")
    + para("The city mends what is broken within a week.")
)


@pytest.fixture
def slug(within: None) -> str:
    """A consultation without a draft, whose comments are published at once."""
    now = datetime.now(UTC)
    titles = {"en": "Benches", "lv": "Soliņi"}
    return str(a_consultation(titles=titles, at=now, moderation=ModerationPolicy.AFTER).slug)


def test_from_a_word_document_to_the_fate_of_a_comment(
    open_page: OpenPage, visitor: Page, editor: Person, slug: str
) -> None:
    desk = open_page()
    sign_in_by_link(desk, address_for(editor))
    import_document(desk, slug, FIRST)
    split_at(desk, "1", "Nobody needs")
    seal(desk, slug, 1)

    comment_on(visitor, slug, "One bench is not enough.", label="1")

    import_document(desk, slug, SECOND)
    desk.goto(f"/en/manage/consultations/{slug}/fates")
    expect(desk.locator("#p2")).to_contain_text("Reworded")
    desk.get_by_role("button", name="Confirm this one").click()
    expect(desk.get_by_text("Everything is confirmed. The version can be sealed.")).to_be_visible()
    seal(desk, slug, 2)

    read_draft(visitor, slug)
    commented = paragraph_called(visitor, "1")
    commented.locator("summary").first.click()
    expect(commented).to_contain_text("One bench is not enough.")
    expect(commented).to_contain_text("On version 1. This paragraph was reworded in version 2.")
    commented.get_by_text("What changed in its words").click()
    commented.get_by_role("link", name="Compare versions 1 and 2").click()
    visitor.wait_for_url(re.compile(r"/compare/1\.\.\.2#p2$"))
    expect(visitor.locator("#p2 ins").first).to_contain_text("at least two benches")
    visitor.locator(".languages a[hreflang=lv]").click()
    visitor.wait_for_url(re.compile(r"/lv/consultations/.*/compare/1\.\.\.2"))
    expect(visitor.locator("#p2")).to_contain_text("Pārformulēta")


def import_document(page: Page, slug: str, document: bytes) -> None:
    page.goto(f"/en/manage/consultations/{slug}/draft")
    page.get_by_role("radio", name="The original").check()
    page.locator("#language").select_option("en")
    page.locator("#file").set_input_files({"name": "benches.docx", "mimeType": WORD_TYPE, "buffer": document})
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("Divide version . into paragraphs"))).to_be_visible()


def split_at(page: Page, label: str, words: str) -> None:
    """The paragraph is divided before those words, with the mark that works without script too."""
    row = page.locator(f'#split-rows > .piece[data-label="{label}"]').nth(1)
    row.get_by_role("link", name="Edit").click()
    text = page.get_by_label("Text")
    text.fill(text.input_value().replace(words, f"¶{words}"))
    page.get_by_role("button", name="Split here").click()
    expect(page.get_by_role("region", name=f"{label} ¶2")).to_be_visible()


def seal(page: Page, slug: str, number: int) -> None:
    page.goto(f"/en/manage/consultations/{slug}/draft")
    page.get_by_label("I have read the text").check()
    page.get_by_role("button", name=f"Seal version {number}").click()
    expect(page.get_by_text(f"Version {number} is sealed.")).to_be_visible()
