"""A comment's way: sent, moderated, read at its paragraph, found by search, taken away as a file."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.models.roles import Role
from tests.browser import OpenPage, PageOf, sign_in_address
from tests.builders import a_person
from tests.pages import (
    MILLISECONDS_OF_PATIENCE,
    Receipt,
    comment_on,
    entry_in_queue,
    paragraph_called,
    press_enter,
    read_draft,
    sign_in_by_link,
)

PHONE = {"width": 390, "height": 844}
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]


def test_a_published_comment_is_read_found_and_taken_away(
    visitor: Page, open_page: OpenPage, slug: str
) -> None:
    said = "Hedgehogs should be asked before anything is tried."
    receipt = comment_on(visitor, slug, said, label="2", country="NO")
    read_draft(visitor, slug)
    expect(visitor.get_by_text(said)).to_have_count(0)

    moderator = open_page()
    sign_in_by_link(moderator, sign_in_address("moderator@example.org"))
    moderator.get_by_role("link", name="Moderation").click()
    moderator.goto(f"/en/moderation/{slug}")
    expect(entry_in_queue(moderator, said)).to_contain_text("What was learned is published.")
    entry_in_queue(moderator, said).get_by_role("button", name="Publish").click()
    expect(moderator.get_by_role("status")).to_contain_text("The comment is published.")
    expect(entry_in_queue(moderator, said)).to_have_count(0)

    visitor.reload()
    paragraph = paragraph_called(visitor, "2")
    paragraph.locator("summary").click()
    expect(paragraph.locator(".note__words")).to_have_text(said)
    expect(paragraph.locator(".note__by")).to_contain_text("Ilze K.")
    visitor.goto(receipt.address)
    expect(visitor.locator(".receipt__comment")).to_contain_text("Published")

    _look_for(visitor, "hedgehog")
    hit = visitor.locator(".hit").filter(has_text="Hedgehogs should")
    hit.get_by_role("link").click()
    expect(visitor.locator(".note__words").filter(has_text=said)).to_be_visible()

    row = _row_taken_away(open_page, slug, receipt)
    assert said in row.values()
    assert "NO" in row.values()
    assert "published" in row.values()
    assert not [value for value in row.values() if "@" in value]


def test_a_rejected_comment_stays_unread_and_its_author_learns_why(
    visitor: Page, open_page: OpenPage, slug: str
) -> None:
    said = "Buy my wonderful teapots."
    receipt = comment_on(visitor, slug, said)
    moderator = open_page(java_script_enabled=False)
    sign_in_by_link(moderator, sign_in_address("moderator@example.org"))
    moderator.goto(f"/en/moderation/{slug}")
    entry = entry_in_queue(moderator, said)
    entry.get_by_role("button", name="Reject with this reason").click()
    expect(moderator.locator("#error-summary")).to_contain_text(
        "Choose the reason why you reject the comment."
    )
    moderator.get_by_label("Reason for rejecting").select_option(label="It advertises something")
    moderator.get_by_label("Note to the author").fill("Teapots have their own market.")
    moderator.get_by_role("button", name="Reject with this reason").click()
    expect(moderator.get_by_role("status")).to_contain_text("The comment is rejected.")
    visitor.goto(receipt.address)
    line = visitor.locator(".receipt__comment")
    expect(line).to_contain_text("Rejected")
    expect(line).to_contain_text("Not published: It advertises something")
    expect(line).to_contain_text("Teapots have their own market.")
    read_draft(visitor, slug)
    expect(visitor.get_by_text(said)).to_have_count(0)


def test_the_second_of_two_moderators_is_told_and_overwrites_nothing(
    visitor: Page, open_page: OpenPage, slug: str
) -> None:
    said = "Two of you will read this."
    receipt = comment_on(visitor, slug, said)
    first, second = open_page(), open_page()
    for moderator in (first, second):
        sign_in_by_link(moderator, sign_in_address("moderator@example.org"))
        moderator.goto(f"/en/moderation/{slug}")
    entry_in_queue(first, said).get_by_role("button", name="Publish").click()
    expect(first.get_by_role("status")).to_contain_text("The comment is published.")
    entry_in_queue(second, said).get_by_role("button", name="Mark as spam").click()
    expect(second.get_by_role("alert")).to_contain_text("Somebody else was here first.")
    visitor.goto(receipt.address)
    expect(visitor.locator(".receipt__comment")).to_contain_text("Published")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_double_click_decides_once_and_what_was_done_can_be_seen_and_taken_back(
    visitor: Page, page_of: PageOf, slug: str, script: bool
) -> None:
    said, next_said = "Click on me.", "Then on me."
    comment_on(visitor, slug, said)
    comment_on(visitor, slug, next_said)
    moderator = page_of(a_person(Role.MODERATOR), java_script_enabled=script, viewport=PHONE)
    moderator.goto(f"/en/moderation/{slug}")
    expect(moderator.locator("#language")).to_be_hidden()
    entry_in_queue(moderator, said).get_by_role("button", name="Publish").dblclick()
    told = entry_in_queue(moderator, next_said).get_by_role("status")
    expect(told).to_have_text("The comment is published. Look at it again")
    expect(told).to_be_in_viewport()
    told.get_by_role("link", name="Look at it again").click()
    moderator.get_by_role("button", name="Put back").click()
    told = entry_in_queue(moderator, said).get_by_role("status")
    expect(told).to_contain_text("The comment waits again.")
    expect(told).to_be_in_viewport()


def _look_for(page: Page, words: str) -> None:
    """Asks until the index, which follows a moment later, has the answer."""
    until = time.monotonic() + MILLISECONDS_OF_PATIENCE / 1000
    page.get_by_role("searchbox").first.fill(words)
    press_enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    while page.locator(".hit").count() == 0 and time.monotonic() < until:
        page.wait_for_timeout(300)
        page.reload()


def _row_taken_away(open_page: OpenPage, slug: str, receipt: Receipt) -> dict[str, str]:
    office = open_page()
    sign_in_by_link(office, sign_in_address("contact-point.no@example.org"))
    office.goto("/en/manage/exports")
    with office.expect_download() as download:
        office.locator(f'a[href$="/{slug}.csv"]').click()
    written = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written, newline="")))
    (row,) = [row for row in rows if receipt.number in row.values()]
    return row
