"""An editor pastes from a word processor, and answers how the letters of an old file are to be read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.models.people import Person
from tests.browser import PageOf, assert_without_barriers
from tests.builders import a_consultation
from tests.pages import is_wider_than_screen

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

WORD = (
    "<p class=MsoTitle>Charter</p><h1>Listen</h1><p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
    "<span style='mso-list:Ignore'>a)</span>Ask everybody.</p>"
)
LETTERS = "Charter\nListen\na)\tAsk everybody."
# What the keyboard does with a clipboard that holds both.
PASTE = """([html, text]) => {
    const held = new DataTransfer();
    held.setData("text/html", html);
    held.setData("text/plain", text);
    const box = document.querySelector("#pasted");
    box.focus();
    box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: held, bubbles: true, cancelable: true}));
    document.execCommand("insertText", false, text);
}"""
STATUS = "#pasted_html-status"


@pytest.fixture
def slug(within: None) -> str:
    """A consultation without a draft."""
    return str(a_consultation(titles={"en": "Charter"}, at=datetime.now(UTC), is_listed=False).slug)


def paste(page: Page, slug: str) -> None:
    """The editor pastes what was copied in a word processor."""
    page.goto(f"/en/manage/consultations/{slug}/draft")
    page.evaluate(PASTE, [WORD, LETTERS])


def import_old_file(page: Page, slug: str, folder: Path) -> None:
    """The editor imports a file of which nobody can say how its letters are to be read, and is asked."""
    file = folder / "harta.txt"
    file.write_bytes("Pils\n\nun âçî".encode("windows-1252"))
    page.goto(f"/en/manage/consultations/{slug}/draft")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("group", name="How the letters of the file are to be read")).to_be_visible()


def test_what_the_word_processor_gave_is_kept_beside_the_letters(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    page = page_of(editor)
    paste(page, slug)
    expect(page.locator(STATUS)).to_contain_text("Headings, lists and notes are kept")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Ask everybody.").filter(visible=True).first).to_be_visible()
    expect(page.get_by_text("a) Ask everybody.")).to_have_count(0)


def test_whoever_changes_the_letters_has_written_a_plain_text(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    page = page_of(editor)
    paste(page, slug)
    expect(page.locator(STATUS)).to_contain_text("Headings")
    page.locator("#pasted").press("End")
    page.keyboard.type(" And ask again.")
    expect(page.locator(STATUS)).to_be_empty()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Ask everybody. And ask again.").filter(visible=True).first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_question_how_to_read_a_file_is_answered_without_choosing_it_again(
    page_of: PageOf, editor: Person, slug: str, tmp_path: Path, width: int
) -> None:
    page = page_of(editor, java_script_enabled=False)
    page.set_viewport_size({"width": width, "height": 900})
    import_old_file(page, slug, tmp_path)
    assert not is_wider_than_screen(page)
    page.get_by_label("Baltic: āēī").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("un āēī").filter(visible=True).first).to_be_visible()


def test_the_question_can_be_understood_by_everybody(
    page_of: PageOf, editor: Person, slug: str, tmp_path: Path
) -> None:
    page = page_of(editor)
    import_old_file(page, slug, tmp_path)
    assert_without_barriers(page)
