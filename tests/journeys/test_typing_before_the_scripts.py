"""On a slow line a page is written in before its scripts are there, and they lose nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from app.adapters.importing.markdown import create
from app.models.people import Person
from app.services.drafts.drafting import import_translation
from tests.browser import OpenPage, PageOf
from tests.builders import a_consultation
from tests.journeys.sittings import NARROW, paragraph, unsent_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

TEXT = Path(__file__).parent.parent / "texts" / "declaration.en.md"


@contextmanager
def opened_without_its_scripts(page: Page, address: str) -> Iterator[None]:
    """The page is there, and its scripts come when this ends."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if is_there:
            route.continue_()
        else:
            held.append(route)

    is_there = False
    page.route("**/*.js", hold)
    page.goto(address, wait_until="commit")
    yield
    is_there = True
    for route in held:
        route.continue_()
    page.wait_for_load_state()


@pytest.fixture
def divided(slug: str, within: None) -> str:
    """A consultation whose working version is divided into paragraphs."""
    at = datetime.now(UTC)
    consultation = a_consultation(titles={"en": "Open Consultation"}, at=at)
    text = create().read(TEXT.read_bytes())
    import_translation(consultation, "en", text, is_original=True, by=None, at=at)
    import_translation(consultation, "lv", text, is_original=False, by=None, at=at)
    return str(consultation.slug)


def test_a_comment_begun_before_the_scripts_came_is_saved(open_page: OpenPage, slug: str) -> None:
    page = open_page(viewport=NARROW)
    with opened_without_its_scripts(page, paragraph(slug, "p2")):
        page.locator("#body").fill("From the train.")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert unsent_in(slug) == ["From the train."]


def test_a_page_only_read_before_the_scripts_came_is_not_saved(open_page: OpenPage, slug: str) -> None:
    page = open_page(viewport=NARROW)
    with opened_without_its_scripts(page, paragraph(slug, "p2")):
        expect(page.locator("#body")).to_have_value("")
    page.wait_for_timeout(3000)
    assert page.context.cookies() == []
    assert unsent_in(slug) == []


def test_a_page_opened_again_is_not_saved_for_what_the_browser_remembers_of_it(
    open_page: OpenPage, slug: str
) -> None:
    page = open_page(viewport=NARROW)
    page.route("**/basket.js", lambda route: route.abort())
    page.goto(paragraph(slug, "p2"))
    page.locator("#body").fill("Sent already, perhaps.")
    page.goto(f"/en/consultations/{slug}")
    page.unroute("**/basket.js")
    page.go_back()
    expect(page.locator("#body")).to_have_value("Sent already, perhaps.")
    page.wait_for_timeout(3000)
    assert unsent_in(slug) == []


def test_a_paragraph_mended_before_the_scripts_came_is_saved(
    page_of: PageOf, editor: Person, divided: str
) -> None:
    page = page_of(editor)
    page.goto(f"/en/manage/consultations/{divided}/draft/split")
    row = page.locator("#split-rows > .piece", has_text="Say who decides")
    address = row.locator(".piece__edit").get_attribute("href")
    assert address
    with opened_without_its_scripts(page, address):
        page.get_by_label("Text", exact=True).fill("Say who decides, when, and why.")
        page.get_by_label("Label").fill("1.z")
    expect(page.get_by_label("Text", exact=True)).to_have_value("Say who decides, when, and why.")
    expect(page.locator('#split-state[data-kind="saved"]')).to_be_visible()
    page.reload()
    expect(page.locator('#split-rows > .piece[data-label="1.z"] .piece__words')).to_have_text(
        "Say who decides, when, and why."
    )


def test_a_translation_begun_before_the_scripts_came_is_saved(
    page_of: PageOf, editor: Person, divided: str
) -> None:
    page = page_of(editor)
    with opened_without_its_scripts(page, f"/en/manage/consultations/{divided}/translations/lv"):
        twin = page.locator(".twin", has_text="Say who decides")
        twin.get_by_text("Change").click()
        twin.locator(".twin__box").fill("Sakiet, kurš lemj.")
    expect(page.locator("#translation-told")).to_have_text("Saved")
    page.reload()
    expect(page.locator(".twin__words", has_text="Sakiet, kurš lemj.")).to_be_visible()
