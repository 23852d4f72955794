"""What came on paper: a letter with its scan, a spreadsheet that is mended, and late intake."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import FilePayload, Page, expect

from app.models.consultation import Consultation
from app.models.roles import Role
from app.services.paper.tabulating import COLUMNS
from tests.adapters.written_sheets import as_xlsx
from tests.browser import OpenPage, address_for, consultation_of_ones_own, sign_in_address
from tests.builders import a_person
from tests.pages import entry_in_queue, is_wider_than_screen, sign_in_by_link

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

SCAN: FilePayload = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a letter"}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PHONE = {"width": 390, "height": 800}


@pytest.fixture
def norway(open_page: OpenPage) -> Page:
    """The Norwegian contact point's browser: no script, as wide as a phone."""
    page = open_page(java_script_enabled=False, viewport=PHONE)
    sign_in_by_link(page, address_for(a_person(Role.CONTACT_POINT, country="NO")))
    return page


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Paris")).date()


def desk(slug: str) -> str:
    return f"/en/manage/consultations/{slug}/intake"


def press(page: Page, role: Literal["button", "link"], name: str) -> None:
    """What is called so is reached and pressed with keys alone."""
    page.get_by_role(role, name=name, exact=True).press("Enter")


def fill_in_letter(page: Page, said: str, day: date) -> None:
    page.get_by_label("By letter").focus()
    page.keyboard.press("Space")
    page.locator("#received_date").fill(day.isoformat())
    page.locator("#comments-0-paragraph").fill("2")
    page.locator("#comments-0-body").fill(said)
    page.locator("#name").fill("Kari Nordmann")
    page.locator("#consent").focus()
    page.keyboard.press("Space")


def row(said: str, **changes: str) -> list[str]:
    usual = {
        "received_at": today().isoformat(), "channel": "workshop", "name": "Ola", "paragraph": "1",
        "comment": said, "consent": "minutes",
    }  # fmt: skip
    return [{**usual, **changes}.get(column, "") for column in COLUMNS]


def choose(page: Page, *rows: list[str]) -> None:
    content = as_xlsx([list(COLUMNS), *rows])
    page.locator("#file").set_input_files({"name": "notes.xlsx", "mimeType": WORKBOOK, "buffer": content})
    press(page, "button", "Check the file")


def queue_of(open_page: OpenPage, slug: str) -> Page:
    moderator = open_page()
    sign_in_by_link(moderator, sign_in_address("moderator@example.org"))
    moderator.goto(f"/en/moderation/{slug}")
    return moderator


def test_a_letter_is_entered_with_its_scan_by_keyboard_on_a_phone(
    norway: Page, open_page: OpenPage, slug: str
) -> None:
    said = "Nobody asked the fishermen."
    press(norway, "link", "Intake")
    norway.goto(desk(slug))
    press(norway, "link", "Enter one")
    expect(norway.locator("main")).to_contain_text("Country: Norway.")
    assert not is_wider_than_screen(norway)
    fill_in_letter(norway, said, today())
    norway.locator("#file").set_input_files(SCAN)
    press(norway, "button", "Add another comment")
    expect(norway.locator("main")).to_contain_text("Chosen: letter.pdf")
    norway.locator("#comments-1-body").fill("All of it is too long.")
    press(norway, "button", "Enter it")

    expect(norway.get_by_role("status")).to_contain_text("It is entered.")
    expect(norway.locator("main")).to_contain_text("By letter")
    assert not is_wider_than_screen(norway)
    link = norway.locator(".intake-address").inner_text()
    with norway.expect_download() as scan:
        press(norway, "link", "letter.pdf")
    assert scan.value.path().read_bytes() == SCAN["buffer"]

    respondent = open_page()
    respondent.goto(re.sub(r"^https?://[^/]+", "", link))
    expect(respondent.locator("main")).to_contain_text(said)
    expect(respondent.locator("main")).to_contain_text("All of it is too long.")
    entry = entry_in_queue(queue_of(open_page, slug), said)
    expect(entry).to_contain_text("What was learned is published.")
    expect(entry).to_contain_text("By letter, entered on")


def test_a_spreadsheet_with_two_bad_rows_is_mended_and_entered(
    norway: Page, open_page: OpenPage, slug: str
) -> None:
    norway.goto(f"{desk(slug)}/spreadsheet")
    with norway.expect_download() as template:
        press(norway, "link", "Template as XLSX")
    assert template.value.suggested_filename == f"{slug}-intake.xlsx"
    choose(norway, row("=Good."), row("No place.", paragraph="9.z"), row("No day.", received_at="soon"))
    expect(norway.get_by_role("heading", name="2 rows have to be mended")).to_be_visible()
    expect(norway.get_by_role("row", name=re.compile("^3 paragraph 9.z"))).to_be_visible()
    expect(norway.get_by_role("row", name=re.compile("^4 received_at soon"))).to_be_visible()
    assert not is_wider_than_screen(norway)
    with norway.expect_download() as problems:
        press(norway, "button", "Download this list (CSV)")
    assert "9.z" in problems.value.path().read_text("utf-8-sig")

    choose(norway, row("=Good."), row("No place.", paragraph=""), row("No day.", receipt_group="A"))
    expect(norway.get_by_role("status")).to_contain_text("holds 3 submissions with 3 comments")
    press(norway, "button", "Enter 3 submissions")
    expect(norway.get_by_role("status")).to_contain_text("Entered: 3 submissions with 3 comments.")
    assert not is_wider_than_screen(norway)
    queue = queue_of(open_page, slug)
    for said in ("=Good.", "No place.", "No day."):
        expect(entry_in_queue(queue, said)).to_contain_text("From a workshop")


def test_after_the_closing_only_what_came_before_it_is_entered_and_marked(
    norway: Page, open_page: OpenPage
) -> None:
    closed: Consultation = consultation_of_ones_own(closes_at=datetime.now(UTC) - timedelta(days=2))
    norway.goto(f"{desk(closed.slug)}/new")
    expect(norway.locator("main")).to_contain_text("it is marked as late intake")
    fill_in_letter(norway, "It lay in the post.", today() - timedelta(days=1))
    press(norway, "button", "Enter it")
    expect(norway.locator("#error-summary")).to_contain_text("This was after the closing.")
    norway.locator("#received_date").fill((today() - timedelta(days=4)).isoformat())
    press(norway, "button", "Enter it")
    expect(norway.locator("#error-summary")).to_contain_text("After the closing, add a scan or file")
    norway.locator("#file").set_input_files(SCAN)
    press(norway, "button", "Enter it")
    expect(norway.locator("main")).to_contain_text("late intake")
    expect(norway.locator("main")).to_contain_text("It lay in the post.")
    entry = entry_in_queue(queue_of(open_page, closed.slug), "It lay in the post.")
    expect(entry).to_contain_text("late intake")
