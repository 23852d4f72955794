"""What is typed is saved while somebody writes, and found again whatever comes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import OpenPage, address_for
from tests.builders import a_person
from tests.journeys.sittings import NARROW, WITH_AND_WITHOUT_SCRIPT, basket, copy_of, paragraph, unsent_in
from tests.live_site import wait_until
from tests.pages import sign_in_by_link

pytestmark = pytest.mark.browser


def test_what_is_typed_is_saved_and_found_after_the_browser_was_closed(
    open_page: OpenPage, slug: str
) -> None:
    page = open_page(viewport=NARROW)
    page.goto(paragraph(slug, "p2"))
    assert page.context.cookies() == []
    page.locator("#body").press_sequentially("Half a sent")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    expect(page.locator("#site-basket")).to_have_text("1 comment not yet sent")
    assert page.evaluate("document.activeElement.id") == "body"
    page.locator("#body").press_sequentially("ence")
    wait_until(lambda: unsent_in(slug) == ["Half a sentence"])
    assert unsent_in(slug) == ["Half a sentence"]
    page = copy_of(page.context, open_page)
    page.goto(paragraph(slug, "p2"))
    expect(page.locator("#body")).to_have_value("Half a sentence")


def test_what_is_typed_just_before_leaving_is_saved_too(open_page: OpenPage, slug: str) -> None:
    page = open_page()
    page.goto(paragraph(slug, "p2"))
    page.locator("#body").fill("In a hurry.")
    page.goto(f"/en/consultations/{slug}")
    wait_until(lambda: unsent_in(slug) == ["In a hurry."])
    assert unsent_in(slug) == ["In a hurry."]


def test_without_a_connection_the_words_stay_and_are_saved_later(open_page: OpenPage, slug: str) -> None:
    page = open_page()
    page.goto(paragraph(slug, "p2"))
    page.route("**/submission/save", lambda route: route.abort())
    page.locator("#body").fill("In a tunnel.")
    expect(page.locator("[data-saved]")).to_contain_text("Not saved: no connection.")
    # Even opened again, the window holds the words.
    page.reload()
    expect(page.locator("#body")).to_have_value("In a tunnel.")
    page.unroute("**/submission/save")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert unsent_in(slug) == ["In a tunnel."]


def test_signing_in_in_another_window_in_the_middle_of_writing_takes_nothing_away(
    open_page: OpenPage, slug: str
) -> None:
    page = open_page()
    page.goto(paragraph(slug, "p2"))
    page.locator("#body").fill("Begun as a visitor")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    other = page.context.new_page()
    sign_in_by_link(other, address_for(a_person()))
    page.locator("#body").fill("Begun as a visitor, ended signed in.")
    wait_until(lambda: unsent_in(slug) == ["Begun as a visitor, ended signed in."])
    assert unsent_in(slug) == ["Begun as a visitor, ended signed in."]
    other.goto(basket(slug))
    expect(other.locator(".note__words")).to_have_text("Begun as a visitor, ended signed in.")


@WITH_AND_WITHOUT_SCRIPT
def test_who_signs_in_first_finds_what_was_typed(open_page: OpenPage, slug: str, script: bool) -> None:
    page = open_page(java_script_enabled=script)
    page.goto(paragraph(slug, "p2"))
    page.locator("#body").fill("Typed before.")
    page.get_by_role("button", name="Sign in first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in_by_link(page, address_for(a_person()))
    page.goto(paragraph(slug, "p2"))
    expect(page.locator("#body")).to_have_value("Typed before.")
