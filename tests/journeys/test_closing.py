"""The last hour, a closing in the middle of writing, an extension: on a phone, with script and without."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from app.models.base import db
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.models.people import Person
from app.services.consultations.extending import extensions_of
from tests.browser import OpenPage, PageOf, assert_without_barriers, consultation_of_ones_own
from tests.live_site import wait_until
from tests.pages import begin_comment, fill_in_comment, is_wider_than_screen, read_draft, send_comment

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}
WRONG_BY_AN_HOUR = """
const { now } = Date;
Date.now = () => now() + 3_600_000;
"""


def closing_in(seconds: float, **changes: object) -> Consultation:
    """A consultation of one's own that closes so many seconds from now."""
    return consultation_of_ones_own(closes_at=datetime.now(UTC) + timedelta(seconds=seconds), **changes)


def seconds_left(page: Page) -> int:
    minutes, seconds = re.findall(r"\d+", page.locator(".countdown__time").inner_text())
    return int(minutes) * 60 + int(seconds)


@pytest.mark.usefixtures("within")
def test_the_last_hour_is_counted_down_by_the_servers_clock(open_page: OpenPage) -> None:
    consultation = closing_in(29 * 60 + 45)
    page = open_page(**PHONE)
    page.add_init_script(WRONG_BY_AN_HOUR)
    read_draft(page, consultation.slug)
    expect(page.locator(".countdown__time")).to_have_text(re.compile(r"^\d\d:\d\d left$"))
    left = (consultation.closes_at - datetime.now(UTC)).total_seconds()
    assert abs(seconds_left(page) - left) < 60  # the page's own clock is wrong by much more
    before = seconds_left(page)
    expect(page.locator(".countdown__time")).not_to_have_text(f"{before // 60}:{before % 60:02} left")
    assert seconds_left(page) < before
    assert not is_wider_than_screen(page)


@pytest.mark.usefixtures("within")
def test_only_some_minutes_are_announced(open_page: OpenPage) -> None:
    consultation = closing_in(12 * 60)
    page = open_page()
    page.clock.install()
    read_draft(page, consultation.slug)
    said = page.locator(".countdown [role=status]")
    expect(page.locator(".countdown__time")).to_have_text(re.compile("left"))
    expect(said).to_have_text("")
    page.clock.run_for(2 * 60_000 + 3_000)
    expect(said).to_have_text("10 minutes left")
    page.clock.run_for(9 * 60_000)
    expect(said).to_have_text("1 minute left")
    page.clock.run_for(60_000)
    expect(said).to_have_text("The consultation has closed.")


@pytest.mark.usefixtures("within")
def test_a_closing_in_the_middle_of_writing_is_told_and_gives_the_text_back(open_page: OpenPage) -> None:
    consultation = closing_in(20)
    page = open_page(**PHONE)
    read_draft(page, consultation.slug)
    begin_comment(page, "1")
    fill_in_comment(page, "Too late by a breath.")
    expect(page.locator(".countdown")).to_contain_text("The consultation has closed.")
    expect(page.locator(".countdown__time")).to_contain_text("What you have written is kept.")
    send_comment(page)
    expect(page.locator("#refusal")).to_have_text("Your comment was not received")
    expect(page.locator(".given-back")).to_have_value("Too late by a breath.")
    assert comments_in(consultation) == 0


@pytest.mark.usefixtures("within")
def test_without_script_the_text_is_given_back_all_the_same(open_page: OpenPage) -> None:
    consultation = closing_in(20)
    page = open_page(java_script_enabled=False, **PHONE)
    read_draft(page, consultation.slug)
    begin_comment(page, "1")
    expect(page.locator(".contract").first).to_contain_text("your text is given back")
    assert not page.locator(".countdown").is_visible()
    fill_in_comment(page, "Too late by a breath.")
    wait_until(lambda: datetime.now(UTC) > consultation.closes_at)
    send_comment(page)
    expect(page.locator(".given-back")).to_have_value("Too late by a breath.")
    assert comments_in(consultation) == 0


@pytest.mark.usefixtures("within")
def test_a_form_opened_before_is_received_in_its_grace(open_page: OpenPage) -> None:
    consultation = closing_in(20, grace_minutes=5)
    page = open_page(**PHONE)
    read_draft(page, consultation.slug)
    begin_comment(page, "1")
    fill_in_comment(page, "Just in time.")
    expect(page.locator(".countdown__time")).to_contain_text(
        "This form was opened before: it is still received"
    )
    send_comment(page)
    expect(page.locator(".receipt__number")).to_be_visible()
    assert comments_in(consultation) == 1


@pytest.mark.usefixtures("within")
@pytest.mark.parametrize("has_script", [True, False])
def test_an_editor_extends_and_readers_see_it(
    open_page: OpenPage, page_of: PageOf, editor: Person, has_script: bool
) -> None:
    consultation = consultation_of_ones_own(zone="Europe/Riga")
    page = page_of(editor, java_script_enabled=has_script, **PHONE)
    page.goto(f"/en/manage/consultations/{consultation.slug}/extend")
    later = (consultation.closes_at + timedelta(days=400)).strftime("%Y-%m-%dT18:00")
    page.get_by_label("New closing").fill(later)
    page.get_by_label("Reason").first.fill("Many asked for more time.")
    page.get_by_role("button", name="See what will be announced").click()
    expect(page.locator("#preview")).to_contain_text("Many asked for more time.")
    if has_script:
        assert_without_barriers(page)
    page.get_by_role("button", name="Extend and announce").click()
    expect(page.locator("main")).to_contain_text("The consultation is extended")
    reader = open_page(java_script_enabled=has_script, **PHONE)
    read_draft(reader, consultation.slug)
    expect(reader.locator("#extensions")).to_contain_text("because: Many asked for more time.")
    if has_script:
        assert_without_barriers(reader)
        assert not is_wider_than_screen(reader)
    db.session.rollback()
    assert len(extensions_of(consultation)) == 1


@pytest.mark.usefixtures("within")
def test_a_browser_with_script_proves_that_it_worked(open_page: OpenPage) -> None:
    consultation = consultation_of_ones_own(asks_proof_of_work=True)
    page = open_page()
    read_draft(page, consultation.slug)
    begin_comment(page, "1")
    fill_in_comment(page, "I worked for this.")
    expect(page.locator("#proof")).to_have_value(re.compile("^[A-Za-z0-9+/=]{100,}$"))
    send_comment(page)
    expect(page.locator(".receipt__number")).to_be_visible()


def comments_in(consultation: Consultation) -> int:
    db.session.rollback()
    return db.session.query(Comment).filter_by(consultation_id=consultation.id).count()
