"""A comment on one version, read beside the next: its fate, the comparison, the other language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.models.base import transaction
from app.models.consultation import ModerationPolicy
from app.models.draft import Version
from app.services.activity import touch_public_pages
from app.services.comments.commenting import sealed_version_of
from app.services.public.reading import consultation_called
from tests.browser import TEXTS, consultation_of_ones_own
from tests.histories import a_later_version
from tests.pages import (
    begin_comment,
    comment_on,
    fill_in_comment,
    paragraph_called,
    read_draft,
    receipt_on,
    send_comment,
    take_time,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

REWORDED = f"Now and then: {TEXTS[0]}"


@pytest.fixture
def slug(within: None) -> str:
    """An open consultation of this test's own, whose comments are published at once."""
    return consultation_of_ones_own(moderation=ModerationPolicy.AFTER).slug


def test_a_comment_on_one_version_is_read_beside_the_next(visitor: Page, slug: str) -> None:
    receipt = comment_on(visitor, slug, "Say who pays for it.")
    comment_on(visitor, slug, "This one goes.", label="2")
    seal_the_next(slug)
    read_draft(visitor, slug)
    first = paragraph_called(visitor, "1")
    first.locator("summary").first.click()
    expect(first).to_contain_text("On version 1. This paragraph was reworded in version 2.")
    first.get_by_text("What changed in its words").click()
    expect(first.locator("ins")).to_contain_text("Now and then:")
    gone = visitor.locator("#gone")
    expect(gone).to_contain_text("1 paragraph of earlier versions, with 1 comment.")
    first.get_by_role("link", name="Compare versions 1 and 2").click()
    visitor.wait_for_url(re.compile(r"/en/consultations/.*/compare/1\.\.\.2#p2$"))
    expect(visitor.locator("#p2")).to_contain_text("Reworded")
    visitor.locator(".languages a[hreflang=lv]").click()
    visitor.wait_for_url(re.compile(r"/lv/consultations/.*/compare/1\.\.\.2"))
    expect(visitor.locator("html")).to_have_attribute("lang", "lv")
    visitor.goto(receipt.address)
    expect(visitor.locator(".receipt__comment")).to_contain_text("This paragraph was reworded in version 2.")


def test_words_sent_beside_an_old_text_come_back_and_go_with_the_new_one(
    visitor_without_script: Page, slug: str
) -> None:
    page = visitor_without_script
    read_draft(page, slug)
    begin_comment(page, "1")
    seal_the_next(slug)
    fill_in_comment(page, "I was writing for long.")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        send_comment(page)
    assert answered.value.status == 422
    expect(page.locator("#error-summary")).to_contain_text("version 2 of the draft appeared")
    expect(page.locator(".since ins")).to_contain_text("Now and then:")
    expect(page.get_by_label("Your comment")).to_have_value("I was writing for long.")
    take_time(page)
    send_comment(page)
    expect(page.locator(".receipt__comment")).to_contain_text("On version 2")
    assert receipt_on(page).number


def seal_the_next(slug: str) -> Version:
    """Version 2 appears: the first paragraph is reworded, the second gone, the others as they were."""
    consultation = consultation_called(slug)
    kept = [(f"p{number}", text) for number, text in enumerate(TEXTS[2:], 4)]
    version = a_later_version(sealed_version_of(consultation), ("p2", REWORDED), *kept)
    with transaction():
        touch_public_pages(consultation.id)
    return version
