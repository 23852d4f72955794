"""A subscriber confirms, gets a letter about an extension, and unsubscribes: with script and without."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.people import Person
from app.models.subscription import Subscriber
from tests.browser import OpenPage, PageOf, assert_without_barriers, consultation_of_ones_own
from tests.live_site import LiveSite, wait_until
from tests.pages import is_wider_than_screen, read_draft

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

PHONE = {"viewport": {"width": 390, "height": 844}}
RULE = "-" * 72


def letters_to(site: LiveSite, email: str) -> list[str]:
    """The letters to that address that the site has sent so far."""
    return [letter for letter in site.said.split(RULE) if f"To: {email}\n" in letter]


def letter_about(site: LiveSite, email: str, words: str) -> str:
    """The newest letter to that address with these words in it, as soon as it has come."""
    found: list[str] = []

    def has_come() -> bool:
        found[:] = [letter for letter in letters_to(site, email) if words in letter]
        return bool(found)

    wait_until(has_come)
    assert found, site.said
    return found[-1]


def link_in(letter: str, pattern: str) -> str:
    found = re.search(rf"https?://[^/\s]+({pattern})", letter)
    assert found is not None, letter
    return found[1]


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def look_at(page: Page, name: str, has_script: bool) -> None:
    """The page fits a phone and has no barrier."""
    assert not is_wider_than_screen(page)
    if has_script:
        assert_without_barriers(page, name)


def subscribe(page: Page, consultation: Consultation, email: str, has_script: bool) -> None:
    read_draft(page, consultation.slug)
    page.get_by_role("link", name="Hear by e-mail what happens").click()
    expect(page.locator(".lead")).to_have_text("The consultation “Declaration on trying”")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.locator("#error-summary")).to_contain_text("Tick that we may send you these letters.")
    look_at(page, "subscribing", has_script)
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_label("Send me these letters until I end them.").check()
    page.get_by_role("button", name="Send me the link").click()
    expect(heading(page)).to_have_text("Look into your mailbox")


def extend(page: Page, consultation: Consultation) -> None:
    page.goto(f"/en/manage/consultations/{consultation.slug}/extend")
    later = (consultation.closes_at + timedelta(days=20)).strftime("%Y-%m-%dT18:00")
    page.get_by_label("New closing").fill(later)
    page.get_by_label("Reason").first.fill("Many asked for more time.")
    page.get_by_role("button", name="See what will be announced").click()
    page.get_by_role("button", name="Extend and announce").click()
    expect(page.locator("main")).to_contain_text("The consultation is extended")


def subscribers(email: str) -> list[Subscriber]:
    db.session.rollback()
    return list(db.session.scalars(select(Subscriber).where(Subscriber.email == email)))


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_subscriber_hears_of_an_extension_and_unsubscribes(
    open_page: OpenPage, page_of: PageOf, site: LiveSite, editor: Person, has_script: bool
) -> None:
    email = f"ilze-{has_script}@example.org".lower()
    consultation = consultation_of_ones_own()
    page = open_page(java_script_enabled=has_script, **PHONE)
    subscribe(page, consultation, email, has_script)

    page.goto(
        link_in(letter_about(site, email, "Only then do letters come"), r"/en/subscriptions/confirm/\S+")
    )
    expect(heading(page)).to_have_text("Do you want these letters?")
    look_at(page, "confirming", has_script)
    page.get_by_role("button", name="Yes, send me these letters").click()
    expect(page.get_by_role("status")).to_have_text("Your subscription is confirmed.")
    look_at(page, "own subscriptions", has_script)
    page.get_by_label("Language of the letters").select_option("lv")
    page.get_by_role("button", name="Save the languages").click()
    expect(page.get_by_label("Language of the letters")).to_have_value("lv")

    extend(page_of(editor), consultation)
    letter = letter_about(site, email, "Many asked for more time.")
    assert "Deklarācija par mēģināšanu" in letter

    page.goto(link_in(letter, r"/lv/subscriptions/\S+/unsubscribe\?\S+").replace("/lv/", "/en/", 1))
    expect(heading(page)).to_have_text("End your subscription?")
    look_at(page, "unsubscribing", has_script)
    assert len(subscribers(email)) == 1
    page.get_by_role("button", name="End it").click()
    expect(heading(page)).to_have_text("Your subscriptions")
    expect(page.locator("main")).to_contain_text("we have deleted your address")
    assert subscribers(email) == []
    assert page.context.cookies() == []
    page.goto("/en/newsletter")
    look_at(page, "newsletter", has_script)
