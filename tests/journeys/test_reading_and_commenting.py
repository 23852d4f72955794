"""A visitor reads a draft and comments on a paragraph, with script and without, in English and in Latvian."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Response, expect

from app.models.base import transaction
from app.models.comment import State
from app.services.activity import touch_public_pages
from app.services.consultations.reporting import states_of
from app.services.public.reading import consultation_called
from tests.browser import OpenPage
from tests.live_site import LiveSite, wait_until
from tests.pages import (
    begin_comment,
    comment_on,
    fill_in_comment,
    paragraph_called,
    press_enter,
    read_draft,
    receipt_on,
    send_comment,
    tab_until,
    take_time,
)

pytestmark = pytest.mark.browser

LONGER_THAN_RESTING = 3_000


def test_a_visitor_finds_a_draft_comments_and_gets_a_receipt(visitor: Page, site: LiveSite) -> None:
    visitor.goto("/")
    visitor.get_by_role("link", name="Declaration on innovation in public services").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(
        "Draft declaration on innovation in public services"
    )
    begin_comment(visitor, "2.c")
    expect(visitor.locator(".spread__text")).to_contain_text("it must not become the only door to a right")
    fill_in_comment(visitor, "My mother has *no* telephone.", email="ilze@example.org")
    send_comment(visitor)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Thank you. We have received your comment.")
    expect(visitor.locator(".receipt__comment")).to_contain_text("My mother has no telephone.")
    expect(visitor.locator(".receipt__comment")).to_contain_text("Waiting")
    receipt = receipt_on(visitor)
    wait_until(lambda: receipt.address in site.said)
    assert receipt.address in site.said, "the receipt was not sent by e-mail"
    visitor.goto(receipt.address)
    expect(visitor.locator(".receipt__number")).to_have_text(receipt.number)


def test_a_visitor_without_script_comments_and_gets_a_receipt(
    visitor_without_script: Page, slug: str
) -> None:
    receipt = comment_on(visitor_without_script, slug, "Say who pays.", label="2")
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", receipt.number)
    visitor_without_script.goto(f"/en/receipts/{receipt.number}")
    visitor_without_script.get_by_label("Secret").fill(receipt.address.partition("secret=")[2])
    visitor_without_script.get_by_role("button", name="Show the receipt").click()
    expect(visitor_without_script.locator(".receipt__comment")).to_contain_text("Say who pays.")


def test_a_visitor_comments_in_latvian(visitor: Page, slug: str) -> None:
    read_draft(visitor, slug)
    visitor.locator(".languages a[hreflang=lv]").click()
    expect(visitor.locator("html")).to_have_attribute("lang", "lv")
    expect(visitor.get_by_role("heading", level=1)).not_to_have_attribute("lang", "en")
    begin_comment(visitor, "1")
    expect(visitor.get_by_role("button", name="Nosūtīt komentāru")).to_be_visible()
    fill_in_comment(visitor, "Kas par to maksās?")
    send_comment(visitor)
    expect(visitor.locator("html")).to_have_attribute("lang", "lv")
    expect(visitor.locator(".receipt__comment .note__words")).to_have_text("Kas par to maksās?")
    expect(visitor.locator(".receipt__comment .note__words")).to_have_attribute("lang", "lv")


def test_a_refused_form_says_what_to_mend_and_keeps_every_word(visitor: Page, slug: str) -> None:
    read_draft(visitor, slug)
    begin_comment(visitor, "1")
    visitor.get_by_label("Your comment").fill("Say who pays.\n\n*All of it.*")
    visitor.get_by_label("Your e-mail address").fill("ilze at example")
    visitor.get_by_label("As an individual").check()
    take_time(visitor)
    send_comment(visitor)
    summary = visitor.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_text(
        [
            "Write your name.",
            "This is not an e-mail address. It should look like name@example.org.",
            "Choose your country.",
            "Tick the box: we may not publish your comment without your consent.",
        ]
    )
    expect(visitor.get_by_label("Your comment")).to_have_value("Say who pays.\n\n*All of it.*")
    expect(visitor.get_by_label("Your e-mail address")).to_have_value("ilze at example")
    summary.get_by_role("link", name="Write your name.").click()
    expect(visitor.get_by_label("Your name")).to_be_focused()
    fill_in_comment(visitor, "Say who pays.\n\n*All of it.*", email="ilze@example.org")
    send_comment(visitor)
    expect(visitor.locator(".receipt__comment")).to_contain_text("All of it.")


def test_a_double_click_sends_one_comment(visitor: Page, slug: str) -> None:
    read_draft(visitor, slug)
    begin_comment(visitor, "1")
    fill_in_comment(visitor, "Say it once.")
    visitor.get_by_role("button", name="Send comment").dblclick(no_wait_after=True)
    expect(visitor.locator(".receipt__comment")).to_contain_text("Say it once.")
    assert states_of(consultation_called(slug)).get(State.WAITING) == 1


@pytest.mark.parametrize("has_script", [True, False])
def test_a_comment_sent_after_the_closing_is_given_back(
    visitor: Page, visitor_without_script: Page, slug: str, has_script: bool
) -> None:
    page = visitor if has_script else visitor_without_script
    read_draft(page, slug)
    begin_comment(page, "1")
    closes_at = datetime.now(UTC) + timedelta(seconds=1)
    with transaction():
        consultation = consultation_called(slug)
        consultation.closes_at = closes_at
        touch_public_pages(consultation.id)
    fill_in_comment(page, "I was writing for long.")
    assert datetime.now(UTC) > closes_at
    with page.expect_response(is_answer_to_form) as answered:
        send_comment(page)
    assert answered.value.status == 403
    expect(page.get_by_role("heading", name="Your comment was not received")).to_be_visible()
    expect(page.get_by_label("What you wrote")).to_have_value("I was writing for long.")
    expect(page.get_by_role("button", name="Send comment")).to_have_count(0)


def is_answer_to_form(answer: Response) -> bool:
    """Whether a form was sent, and not saved by the script meanwhile."""
    return answer.request.method == "POST" and answer.request.is_navigation_request()


def test_a_comment_is_written_and_sent_with_the_keyboard_alone(visitor: Page, slug: str) -> None:
    read_draft(visitor, slug)
    visitor.keyboard.press("Tab")
    expect(visitor.get_by_role("link", name="Skip to the content")).to_be_focused()
    press_enter(visitor)
    _tab_to(visitor, "Comment on 2")
    press_enter(visitor)
    visitor.wait_for_url(re.compile("/paragraphs/"))
    _tab_to(visitor, "Your comment")
    visitor.keyboard.type("Typed without a mouse.")
    _tab_to(visitor, "Your name")
    visitor.keyboard.type("Ilze K.")
    _tab_to(visitor, "Your country")
    visitor.keyboard.type("Latvia")
    _tab_to(visitor, "I agree")
    visitor.keyboard.press("Space")
    take_time(visitor)
    _tab_to(visitor, "Send comment")
    press_enter(visitor)
    expect(visitor.locator(".receipt__comment")).to_contain_text("Typed without a mouse.")


def test_changing_the_language_stays_at_the_paragraph(visitor: Page) -> None:
    visitor.goto("/en/consultations/innovation")
    third = paragraph_called(visitor, "3.b")
    key = third.get_attribute("id")
    visitor.goto(f"/en/consultations/innovation#{key}")
    visitor.locator(".languages a[hreflang=lv]").click()
    visitor.wait_for_url(re.compile(f"/lv/consultations/innovation#{key}$"))
    expect(paragraph_called(visitor, "3.b")).to_be_in_viewport()


def test_changing_the_language_goes_to_what_was_read_since_and_not_to_an_old_address(visitor: Page) -> None:
    visitor.goto("/en/consultations/innovation")
    first, later = (paragraph_called(visitor, label).get_attribute("id") for label in ("1.a", "4.a"))
    visitor.goto(f"/en/consultations/innovation#{first}")
    paragraph_called(visitor, "4.a").scroll_into_view_if_needed()
    visitor.wait_for_timeout(LONGER_THAN_RESTING)
    visitor.evaluate("scrollTo(0, 0)")
    visitor.locator(".languages a[hreflang=lv]").click()
    visitor.wait_for_url(re.compile(r"/lv/consultations/innovation#p\d+$"))
    assert not visitor.url.endswith(f"#{first}")
    expect(visitor.locator(f"#{later}")).to_be_in_viewport()


def test_changing_the_language_without_script_stays_on_the_page_of_the_paragraph(
    visitor_without_script: Page, slug: str
) -> None:
    read_draft(visitor_without_script, slug)
    begin_comment(visitor_without_script, "3")
    path = visitor_without_script.url.partition("#")[0].partition("/en/")[2]
    visitor_without_script.locator(".languages a[hreflang=lv]").click()
    visitor_without_script.wait_for_url(re.compile(f"/lv/{re.escape(path)}$"))


def _tab_to(page: Page, words: str) -> None:
    """Presses the Tab key until what carries those words has the focus."""
    focused = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent"
    tab_until(page, lambda: " ".join(str(page.evaluate(focused)).split()).startswith(words), words)


def test_a_reader_in_riga_sees_the_closing_by_a_clock_in_riga_too(open_page: OpenPage) -> None:
    page = open_page(timezone_id="Europe/Riga")
    page.goto("/lv/consultations/innovation")
    expect(page.locator(".closing").first).to_contain_text("Rīg")
    elsewhere = open_page(timezone_id="Europe/Paris")
    elsewhere.goto("/lv/consultations/innovation")
    expect(elsewhere.locator(".closing").first).to_contain_text("Parīz")
    expect(elsewhere.locator(".closing__own")).to_have_count(0)
