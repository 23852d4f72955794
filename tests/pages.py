"""What people do on the pages, in their words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Locator, Page, expect

SECONDS_OF_WRITING = 2.2
MILLISECONDS_OF_PATIENCE = 60_000
MOST_TABS = 120
expect.set_options(timeout=MILLISECONDS_OF_PATIENCE)


@dataclass(frozen=True)
class Receipt:
    """What the respondent takes away."""

    number: str
    address: str


def read_draft(page: Page, slug: str, lang: str = "en") -> None:
    """The draft is open."""
    page.goto(f"/{lang}/consultations/{slug}")


def begin_comment(page: Page, label: str) -> None:
    """From the draft to the form of the paragraph with that label."""
    paragraph_called(page, label).locator(".paragraph__act").click()
    page.wait_for_url(re.compile("/paragraphs/"))


def fill_in_comment(
    page: Page, body: str, *, name: str = "Ilze K.", country: str = "LV", email: str = ""
) -> None:
    """The form says all that it must, and has been open long enough for somebody to have written it."""
    began = time.monotonic()
    page.locator("#body").fill(body)
    page.locator("#name").fill(name)
    page.locator("#email").fill(email)
    page.locator("#country").select_option(country)
    page.locator("#consent").check()
    take_time(page, began)


def take_time(page: Page, began: float | None = None) -> None:
    """As long as it takes to write: the site believes nobody who is done in less than two seconds."""
    left = SECONDS_OF_WRITING - (time.monotonic() - began if began else 0)
    page.wait_for_timeout(max(0, left) * 1000)


def send_comment(page: Page) -> None:
    """The form is sent."""
    page.locator(".comment-form form button[data-variant=primary]").click()


def receipt_on(page: Page) -> Receipt:
    """What the receipt page gives."""
    number = page.locator(".receipt__number").inner_text()
    return Receipt(number, page.locator(".receipt__address").inner_text())


def comment_on(
    page: Page, slug: str, body: str, *, label: str = "1", lang: str = "en", **particulars: str
) -> Receipt:
    """A visitor reads the draft, comments on the paragraph and keeps the receipt."""
    read_draft(page, slug, lang)
    begin_comment(page, label)
    fill_in_comment(page, body, **particulars)
    send_comment(page)
    expect(page.locator(".receipt__number")).to_be_visible()
    return receipt_on(page)


def paragraph_called(page: Page, label: str) -> Locator:
    """The paragraph of the draft with that label."""
    return page.locator(f'section.paragraph[aria-label="{label}"]')


def tab_until(page: Page, has_come: Callable[[], object], wanted: str, key: str = "Tab") -> None:
    """The key is pressed until the focus has come to what is wanted."""
    for _step in range(MOST_TABS):
        page.keyboard.press(key)
        if has_come():
            return
    raise AssertionError(f"{wanted} is not reached by {key}")


def tab_to(page: Page, selector: str, words: str = "", key: str = "Tab") -> None:
    """The key is pressed until what the selector names, with those words in it, has the focus."""
    wanted = page.locator(selector).filter(has_text=words) if words else page.locator(selector)
    has_come = partial(wanted.evaluate_all, "(all) => all.includes(document.activeElement)")
    tab_until(page, has_come, f"{selector} {words}".strip(), key)


def press_to(page: Page, name: str) -> None:
    """Tabs to the link or button of that name, and presses Enter."""
    tab_until(page, lambda: page.evaluate("document.activeElement.innerText") == name, name)
    press_enter(page)


def press_enter(page: Page) -> None:
    """Enter is pressed where the focus is; where that leads to another page, it has begun to come.

    The keyboard of Playwright does not wait for it, and the next address asked for would cut it short.
    """
    page.locator(":focus").press("Enter")


def type_particulars(page: Page) -> None:
    """Who writes says so with keys alone, and takes as long as it takes to write."""
    tab_to(page, "#name")
    page.keyboard.type("Ilze K.")
    tab_to(page, "#country")
    page.keyboard.type("Latvia")
    tab_to(page, "#consent")
    page.keyboard.press("Space")
    take_time(page)


def sign_in_by_link(page: Page, address: str) -> None:
    """The link is opened and its button pressed."""
    page.goto(address)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".site-nav a[href$='/account']")).to_be_visible()


def entry_in_queue(page: Page, words: str) -> Locator:
    """The comment with those words in the moderator's queue."""
    return page.locator(".queue-entry").filter(has_text=words)


def is_wider_than_screen(page: Page) -> bool:
    """Whether the page must be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
