"""An editor types into one form of the draft's page, and presses the button of another."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, expect

from app.models.people import Person
from tests.browser import PageOf

pytestmark = pytest.mark.browser

WORDS = "Å spørre kommer først."


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_words_typed_in_one_form_are_not_lost_to_another_without_a_question(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    page, questions = page_of(editor), []

    def stay(question: Dialog) -> None:
        questions.append(question.type)
        question.dismiss()

    page.on("dialog", stay)
    page.goto(f"/en/manage/consultations/{slug}/draft")
    press(page, "Begin from version 1")
    page.locator("#changes_nb").fill(WORDS)
    page.wait_for_load_state()  # the script is there, too
    with page.expect_event("dialog"):
        press(page, "Take it off the public list")
    expect(page.locator("#changes_nb")).to_have_value(WORDS)
    press(page, "Save what changed")
    expect(page.locator(".message")).to_be_visible()
    expect(page.locator("#changes_nb")).to_have_value(WORDS)
    press(page, "Take it off the public list")
    expect(page.locator("#error-summary")).to_contain_text("Tick the box")
    assert questions == ["beforeunload"]
