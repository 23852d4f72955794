"""Comments are collected over days, through a closing or the next version, and sent once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.draft import Draft, Version
from app.services.activity import touch_public_pages
from app.services.public.reading import consultation_called
from tests.browser import OpenPage, address_for, assert_without_barriers
from tests.builders import a_person
from tests.histories import a_later_version
from tests.journeys.sittings import (
    NARROW,
    WITH_AND_WITHOUT_SCRIPT,
    add,
    basket,
    copy_of,
    fill_in_particulars,
    paragraph,
    send,
    sent_in,
    unsent_in,
)
from tests.pages import is_wider_than_screen, press_enter, sign_in_by_link, tab_to, type_particulars

pytestmark = pytest.mark.browser


@WITH_AND_WITHOUT_SCRIPT
def test_comments_collected_over_days_are_sent_with_one_receipt(
    open_page: OpenPage, slug: str, script: bool
) -> None:
    page = open_page(java_script_enabled=script, viewport=NARROW)
    add(page, paragraph(slug, "p2"), "On the first.")
    add(page, paragraph(slug, "p3"), "On the second.")
    add(page, f"/en/consultations/{slug}/comments/new", "On all of it.")
    page = copy_of(page.context, open_page, java_script_enabled=script, viewport=NARROW)
    page.goto(f"/en/consultations/{slug}")
    page.get_by_role("link", name="3 comments not yet sent").click()
    page.get_by_role("button", name="Edit – Paragraph 2").click()
    expect(page.locator("#body")).to_have_value("On the second.")
    page.locator("#body").fill("On the second, better.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your submission")
    expect(page.locator(".unsent").last).to_contain_text("On the second, better.")
    sign_in_by_link(page, address_for(a_person()))
    page.goto(basket(slug))
    expect(page.locator(".basket__kept")).to_contain_text("Kept with your account")
    assert not is_wider_than_screen(page)
    fill_in_particulars(page)
    send(page, "Send 3 comments")
    expect(page.locator(".receipt__number")).to_be_visible()
    assert sent_in(slug) == [["On the first.", "On the second, better.", "On all of it."]]
    assert unsent_in(slug) == []
    page.goto(f"/en/consultations/{slug}")
    expect(page.locator("#site-basket")).to_be_hidden()


@WITH_AND_WITHOUT_SCRIPT
def test_a_page_left_open_in_another_window_leads_to_the_receipt_of_what_was_sent(
    open_page: OpenPage, slug: str, script: bool
) -> None:
    page = open_page(java_script_enabled=script, viewport=NARROW)
    add(page, paragraph(slug, "p2"), "Sent once.")
    page.goto(basket(slug))
    fill_in_particulars(page)
    other = page.context.new_page()
    other.goto(basket(slug))
    fill_in_particulars(other)
    send(page, "Send 1 comment")
    number = page.locator(".receipt__number").inner_text()
    assert page.context.cookies() == []
    send(other, "Send 1 comment")
    expect(other.locator(".receipt__number")).to_have_text(number)
    assert sent_in(slug) == [["Sent once."]]


def _close(slug: str) -> None:
    consultation = consultation_called(slug)
    with transaction():
        consultation.closes_at = datetime.now(UTC) - timedelta(seconds=1)
        touch_public_pages(consultation.id)


@WITH_AND_WITHOUT_SCRIPT
def test_the_closing_in_the_middle_leaves_the_text_to_be_taken_away(
    open_page: OpenPage, slug: str, script: bool
) -> None:
    page = open_page(java_script_enabled=script)
    add(page, paragraph(slug, "p2"), "Almost in time.")
    page.goto(basket(slug))
    fill_in_particulars(page)
    _close(slug)
    send(page, "Send 1 comment")
    expect(page.get_by_role("alert")).to_contain_text("came after the closing")
    expect(page.locator("#as-text")).to_have_value(re.compile("Almost in time."))
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download as text").click()
    assert "Almost in time." in downloading.value.path().read_text(encoding="utf-8")
    assert sent_in(slug) == []


@WITH_AND_WITHOUT_SCRIPT
def test_the_next_version_in_the_middle_asks_to_look_again(
    open_page: OpenPage, slug: str, script: bool
) -> None:
    page = open_page(java_script_enabled=script)
    add(page, paragraph(slug, "p2"), "On the first.")
    add(page, paragraph(slug, "p4"), "On the third.")
    consultation = consultation_called(slug)
    version = db.session.scalars(
        select(Version).join(Draft).where(Draft.consultation_id == consultation.id)
    ).one()
    a_later_version(
        version, ("p2", "Everybody should try new ways."), ("p3", "What was learned is published.")
    )
    page.goto(basket(slug))
    fill_in_particulars(page)
    send(page, "Send 2 comments")
    expect(page.locator("#error-summary")).to_contain_text("Look at your comment again.")
    expect(page.locator("#error-summary")).to_contain_text("no longer in the text")
    page.get_by_role("button", name="My comment still fits").click()
    page.get_by_role("button", name="Move it to: The whole draft").click()
    expect(page.locator("#name")).to_have_value("Ilze K.")
    fill_in_particulars(page)
    send(page, "Send 2 comments")
    expect(page.locator(".receipt__number")).to_be_visible()
    assert sent_in(slug) == [["On the first.", "On the third."]]


def test_all_of_it_by_keyboard_alone(open_page: OpenPage, slug: str) -> None:
    page = open_page(viewport=NARROW, java_script_enabled=False)
    page.goto(paragraph(slug, "p2"))
    tab_to(page, "#body")
    page.keyboard.type("By keyboard.")
    tab_to(page, "button[value=add]")
    press_enter(page)
    expect(page.locator("#kept")).to_contain_text("Kept.")
    tab_to(page, "#kept > p a")
    press_enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your submission")
    type_particulars(page)
    # Enter in a field sends, and presses none of the buttons beside the comments.
    page.keyboard.press("Shift+Tab")
    tab_to(page, "#name", key="Shift+Tab")
    press_enter(page)
    expect(page.locator(".receipt__number")).to_be_visible()
    assert sent_in(slug) == [["By keyboard."]]


def test_no_page_of_it_has_a_barrier(open_page: OpenPage, slug: str) -> None:
    page = open_page(viewport=NARROW)
    page.goto(basket(slug))
    assert_without_barriers(page)
    add(page, paragraph(slug, "p2"), "On the first.")
    assert_without_barriers(page)
    add(page, paragraph(slug, "p4"), "On the third.")
    consultation = consultation_called(slug)
    version = db.session.scalars(
        select(Version).join(Draft).where(Draft.consultation_id == consultation.id)
    ).one()
    a_later_version(version, ("p2", "Everybody should try new ways."))
    page.goto(basket(slug))
    send(page, "Send 2 comments")
    expect(page.locator("#error-summary")).to_be_visible()
    assert_without_barriers(page)
    assert not is_wider_than_screen(page)
    page.get_by_role("button", name=re.compile("^Remove")).first.click()
    expect(page.get_by_role("button", name="Remove it")).to_be_visible()
    assert_without_barriers(page)
    page.goto(f"{basket(slug)}/together")
    assert_without_barriers(page)
    page.get_by_label("On behalf of a group").check()
    page.locator("#organisation").fill("Makers of long words without a single space in between")
    page.get_by_role("button", name="Make an address to share").click()
    expect(page.locator("#shared")).to_be_visible()
    assert_without_barriers(page)
    assert not is_wider_than_screen(page)
    page.goto(re.sub(r"^https?://[^/]+", "", page.locator("#shared").inner_text()))
    assert_without_barriers(page)
