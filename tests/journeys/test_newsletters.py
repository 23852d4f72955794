"""An editor writes a newsletter in two languages, tries it, sends it; a subscriber reads it and leaves."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from app.models.people import Person
from app.models.subscription import Subscriber
from tests.browser import OpenPage, PageOf, assert_without_barriers
from tests.gatherings import a_subscriber
from tests.live_site import LiveSite, wait_until
from tests.pages import is_wider_than_screen

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

PHONE = {"viewport": {"width": 390, "height": 844}}
RULE = "-" * 72 + "\nTo: "
ENGLISH = "## What changed\n\nWe read **every** comment.\n\n- One paragraph was split\n- Two were reworded"
LATVIAN = "## Kas mainījās\n\nMēs izlasījām **katru** komentāru."


def letter_to(site: LiveSite, email: str, words: str) -> str:
    """The letter to that address with these words, as soon as it has come."""
    found: list[str] = []

    def has_come() -> bool:
        said = site.said.split(RULE)[1:]
        found[:] = [letter for letter in said if letter.startswith(f"{email}\n") and words in letter]
        return bool(found)

    wait_until(has_come)
    assert len(found) == 1, site.said
    return found[0]


def look_at(page: Page, name: str, has_script: bool) -> None:
    assert not is_wider_than_screen(page), name
    if has_script:
        assert_without_barriers(page, name)


def write(page: Page, slug: str, has_script: bool) -> None:
    page.goto("/en/manage/newsletters")
    page.get_by_role("link", name="Write a newsletter").click()
    page.get_by_label("Address").fill(slug)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#error-summary")).to_contain_text("Write the title, in one language at least.")
    look_at(page, "a newsletter that is given back", has_script)
    page.locator("#title_en").fill(f"What came of it, {slug}")
    page.locator("#source_en").fill(ENGLISH)
    page.locator("details", has=page.locator("#title_lv")).locator("summary").click()
    page.locator("#title_lv").fill(f"Kas no tā iznāca, {slug}")
    page.locator("#source_lv").fill(LATVIAN)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Only editors see it until it is sent.")).to_be_visible()
    look_at(page, "words of a newsletter", has_script)


def try_out(page: Page, site: LiveSite, editor: Person, slug: str, has_script: bool) -> None:
    page.get_by_role("link", name="Preview and test").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="What changed")).to_be_visible()
    expect(page.locator(".letter-lines")).to_contain_text("– One paragraph was split")
    look_at(page, "preview", has_script)
    page.get_by_role("link", name="Latvian").click()
    expect(page.locator(".letter-lines")).to_contain_text("Mēs izlasījām katru komentāru.")
    page.get_by_role("button", name="Send me a test").click()
    expect(page.get_by_text(f"A test is on its way to {editor.email}.")).to_be_visible()
    letter_to(site, editor.email, f"Subject: Test: Kas no tā iznāca, {slug}")


def send(page: Page, has_script: bool) -> None:
    page.get_by_role("link", name="Send", exact=True).click()
    look_at(page, "before sending", has_script)
    page.get_by_role("button", name=re.compile(r"^Send \d+ letters$")).click()
    for _look in range(60):
        if page.get_by_role("heading", level=2).first.inner_text() == "Sent":
            break
        page.wait_for_timeout(1000)
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Sent")
    look_at(page, "progress", has_script)


def leave(page: Page, letter: str, has_script: bool) -> None:
    ending = re.search(r"https?://[^/\s]+(/lv/subscriptions/\S+/unsubscribe\S+)", letter)
    assert ending
    page.goto(ending[1])
    look_at(page, "unsubscribing", has_script)
    page.locator("main form button").first.click()
    page.goto(ending[1])
    expect(page.locator("main form button")).to_have_count(0)


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_newsletter_from_its_first_word_to_whoever_leaves_the_list(
    open_page: OpenPage, page_of: PageOf, site: LiveSite, editor: Person, has_script: bool
) -> None:
    at = datetime.now(UTC)
    slug = f"{'with' if has_script else 'without'}-script"
    readers: list[Subscriber] = [a_subscriber(language=code, at=at) for code in ("en", "lv")]
    page = page_of(editor, java_script_enabled=has_script, **PHONE)
    write(page, slug, has_script)
    try_out(page, site, editor, slug, has_script)
    send(page, has_script)
    english, latvian = (
        letter_to(site, one.email, f"iznāca, {slug}" if one.language == "lv" else f"it, {slug}")
        for one in readers
    )
    assert "We read every comment." in english
    assert "Mēs izlasījām katru komentāru." in latvian
    reader = open_page(java_script_enabled=has_script, **PHONE)
    address = re.search(rf"https?://[^/\s]+(/lv/newsletter/{slug})", latvian)
    assert address
    reader.goto(address[1])
    expect(reader.get_by_role("heading", level=1)).to_have_text(f"Kas no tā iznāca, {slug}")
    look_at(reader, "a newsletter on the web", has_script)
    leave(reader, latvian, has_script)
