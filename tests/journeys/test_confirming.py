"""Letters answered by a button: an address confirmed, a comment agreed with; letters switched off."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment, State
from app.models.consultation import Consultation, ModerationPolicy, WhoMayComment
from app.models.draft import Draft, Version
from app.services.comments.receipts import secret_of
from app.services.subscriptions.notifying import Choice
from tests.browser import OpenPage, assert_without_barriers, consultation_of_ones_own
from tests.builders import a_comment, paragraphs_of
from tests.conftest import SECRET
from tests.live_site import LiveSite, wait_until
from tests.pages import (
    begin_comment,
    fill_in_comment,
    is_wider_than_screen,
    paragraph_called,
    press_enter,
    read_draft,
    receipt_on,
    tab_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

PHONE = {"viewport": {"width": 390, "height": 844}}
WITH_AND_WITHOUT = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])


def link_in_letter(site: LiveSite, pattern: str) -> str:
    """The path of the newest such link in the letters that the site has sent so far."""
    found: list[str] = []

    def has_come() -> bool:
        found[:] = re.findall(pattern, site.said)
        return bool(found)

    wait_until(has_come)
    assert found, site.said
    return found[-1]


def press_by_keyboard(page: Page, name: str) -> None:
    """The button is reached from the top of the page with the Tab key, and pressed."""
    button = page.get_by_role("button", name=name, exact=True)
    tab_until(page, lambda: button.evaluate("element => element === document.activeElement"), name)
    expect(button).to_be_focused()
    press_enter(page)


def a_published_comment(consultation: Consultation, email: str = "author@example.org") -> Comment:
    version = db.session.scalars(
        select(Version).join(Draft).where(Draft.consultation_id == consultation.id)
    ).one()
    said: dict[str, Any] = {"body": "Say who pays for hedgehogs.", "state": State.PUBLISHED, "email": email}
    return a_comment(version, paragraphs_of(version)[0], at=datetime.now(UTC), **said)


@WITH_AND_WITHOUT
def test_a_comment_is_kept_until_its_author_confirms_the_address(
    open_page: OpenPage, site: LiveSite, script: bool
) -> None:
    rules = {"who_may_comment": WhoMayComment.CONFIRMED_EMAIL, "moderation": ModerationPolicy.AFTER}
    slug = consultation_of_ones_own(**rules).slug
    page = open_page(java_script_enabled=script, **PHONE)
    read_draft(page, slug)
    begin_comment(page, "1")
    expect(page.locator(".becomes-public")).to_contain_text("waits until you confirm your e-mail address")
    fill_in_comment(page, "Hedgehogs first.", email="ilze@example.org")
    page.get_by_role("button", name="Send comment").click()
    kept = page.locator(".confirming")
    expect(kept).to_contain_text("Your comment is kept and waits until you confirm your e-mail address.")
    receipt = receipt_on(page)
    read_draft(page, slug)
    expect(page.get_by_text("Hedgehogs first.")).to_have_count(0)

    page.goto(link_in_letter(site, rf"/en/receipts/{receipt.number}/confirm\?token=\S+"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your e-mail address")
    assert not is_wider_than_screen(page)
    if script:
        assert_without_barriers(page, "confirming")
    press_by_keyboard(page, "Confirm the address")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your e-mail address is confirmed")
    page.get_by_role("link", name="To the receipt").click()
    expect(page.locator(".confirming")).to_have_count(0)
    read_draft(page, slug)
    paragraph_called(page, "1").locator("summary").click()
    expect(page.get_by_text("Hedgehogs first.")).to_be_visible()
    assert page.context.cookies() == []


@WITH_AND_WITHOUT
def test_a_visitor_agrees_by_letter_once_and_by_a_click_from_then_on(
    open_page: OpenPage, site: LiveSite, script: bool
) -> None:
    consultation = consultation_of_ones_own()
    comment, other = a_published_comment(consultation), a_published_comment(consultation)
    page = open_page(java_script_enabled=script, **PHONE)
    page.goto(f"/en/consultations/{consultation.slug}/paragraphs/p2")
    page.locator(f"#c-{comment.id}").get_by_role("link", name="I agree").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Do you agree with this comment?")
    assert not is_wider_than_screen(page)
    if script:
        assert_without_barriers(page, "agreeing")
    page.get_by_label("Your e-mail address").fill("ola@example.org")
    press_enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    page.goto(
        link_in_letter(site, rf"/en/consultations/\S+/comments/{comment.id}/support/confirm\?token=\S+")
    )
    press_by_keyboard(page, "I agree")
    expect(page.get_by_role("heading", level=1)).to_have_text("You agree with this comment")
    assert [cookie["name"] for cookie in page.context.cookies()] == ["innspill_supporter"]

    page.get_by_role("link", name="Back to the comment").click()
    expect(page.locator(f"#c-{comment.id}")).to_contain_text("1 person agrees")
    page.locator(f"#c-{other.id}").get_by_role("link", name="I agree").click()
    press_by_keyboard(page, "I agree")
    expect(page.locator(".note__when")).to_have_text("1 person agrees")
    press_by_keyboard(page, "Take it back")
    expect(page.locator(".note__when")).to_have_text("Nobody has said so yet")


def test_letters_are_switched_off_on_a_page_of_their_own_in_norwegian(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    comment = a_published_comment(consultation_of_ones_own())
    number = comment.submission.number
    page.goto(f"/nb/receipts/{number}/letters?secret={secret_of(number, SECRET)}")
    assert_without_barriers(page, "letters")
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(len(Choice))
    for box in boxes.all():
        expect(box).to_be_checked()
        box.uncheck()
    page.locator("main form button").click()
    expect(page.get_by_role("status")).to_be_visible()
    for box in boxes.all():
        expect(box).not_to_be_checked()
    assert not is_wider_than_screen(page)
