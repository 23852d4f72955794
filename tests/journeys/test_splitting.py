"""An editor imports a text, mends how it was divided and seals it, with and without script."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from app.models.base import db, transaction
from app.models.draft import Translation
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.aligning import original_of
from app.services.drafts.drafting import draft_of, last_version
from app.services.mending.seeing import Seen
from app.services.mending.splitting import edit_text
from app.services.public.reading import consultation_called
from tests.browser import PageOf, assert_without_barriers
from tests.builders import a_consultation, a_person
from tests.pages import is_wider_than_screen, press_enter

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

TEXT = (
    "# Declaration on trying\n\n## 1. Listen\n\nListen first. Then speak.\n\na) Ask.\n\nb) Answer\n\n"
    "c) politely.\n\n## 2. Try\n\nEverybody may try."
)


@pytest.fixture
def slug(within: None) -> str:
    """A consultation without a draft."""
    return str(a_consultation(titles={"en": "Trying"}, at=datetime.now(UTC), is_listed=False).slug)


def import_text(page: Page, slug: str) -> None:
    page.goto(f"/en/manage/consultations/{slug}/draft")
    page.locator("#pasted").fill(TEXT)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Divide version 1 into paragraphs")).to_be_visible()
    page.wait_for_load_state()  # the script is there, too


def expect_mended(page: Page) -> None:
    """The first paragraphs are, by label and words, as they should be when all is mended."""
    rows = page.locator("#split-rows > .piece")
    for place, text in enumerate(MENDED):
        label, _colon, words = text.partition(": ")
        expect(rows.nth(place).locator(".piece__label")).to_have_text(f"Label {label}")
        expect(rows.nth(place).locator(".piece__words")).to_have_text(words)


def original_in(slug: str) -> Translation:
    """The text that is divided."""
    draft = draft_of(consultation_called(slug, unlisted=True))
    assert draft
    version = last_version(draft)
    assert version
    original = original_of(version)
    assert original
    return original


def kept(slug: str) -> list[str]:
    """Label and words of every paragraph, as the database has them."""
    db.session.rollback()
    db.session.expire_all()
    return [f"{text.label or '–'}: {text.plain}" for text in original_in(slug).texts]


def row_of(page: Page, label: str) -> Locator:
    return page.locator(f'#split-rows > .piece[data-label="{label}"]')


def wait_until_saved(page: Page) -> None:
    expect(page.locator('#split-state[data-kind="saved"]')).to_be_visible()


def seal_by_page(page: Page) -> None:
    page.get_by_role("link", name="Seal version 1").click()
    page.get_by_label("I have read the text").check()
    page.get_by_role("button", name="Seal version 1").click()
    expect(page.get_by_text("Version 1 is sealed.")).to_be_visible()


MENDED = [
    "1: Listen",
    "1: Listen first.",
    "1 ¶2: Then speak.",
    "1.a: Ask.",
    "1.b: Answer politely.",
    "2: Try",
]


def test_a_text_is_imported_mended_previewed_and_sealed_without_script(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    page = page_of(editor, java_script_enabled=False)
    import_text(page, slug)
    row_of(page, "1").nth(1).get_by_role("link", name="Edit").click()
    page.get_by_label("Text").fill("Listen first. ¶ Then speak.")
    page.get_by_role("button", name="Split here").click()
    expect(page.get_by_text("Split in 2.")).to_be_visible()
    expect(page).to_have_url(re.compile("#p8"))
    row_of(page, "1.b").get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Merge with the next").click()
    row_of(page, "1.b").get_by_role("link", name="Edit").click()
    page.get_by_label("Text").fill("Answer very politely.")
    page.get_by_role("button", name="Save").click()
    expect(row_of(page, "1.b").locator(".piece__words")).to_have_text("Answer very politely.")
    page.get_by_role("button", name="Undo Text changed: 1.b").first.click()
    expect_mended(page)
    page.get_by_role("link", name="Preview").click()
    expect(page.get_by_text("This is how the public will read version 1")).to_be_visible()
    expect(page.locator("section.paragraph")).to_have_count(5)
    page.go_back()
    seal_by_page(page)
    assert kept(slug)[:6] == MENDED


def test_a_text_is_mended_by_keyboard_while_it_saves_itself(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    page = page_of(editor)
    import_text(page, slug)
    page.locator("#split-rows .piece__edit").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    text = page.get_by_label("Text")
    expect(text).to_be_focused()
    expect(text).to_have_value("Listen first. Then speak.")
    page.keyboard.press("Home")
    for _letter in "Listen first.":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(text).to_have_value("Then speak.")
    wait_until_saved(page)
    page.keyboard.press("End")
    page.keyboard.type(" Loudly.")
    wait_until_saved(page)
    assert "1 ¶2: Then speak. Loudly." in kept(slug)
    page.keyboard.press("Escape")
    expect(row_of(page, "1 ¶2").locator(".piece__edit")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(row_of(page, "1 ¶2").locator(".piece__words")).to_have_text("Then speak.")

    row_of(page, "1.c").locator(".piece__words").click()
    expect(text).to_have_value("politely.")
    page.keyboard.press("Home")
    page.keyboard.press("Backspace")
    expect(text).to_have_value("Answer politely.")
    wait_until_saved(page)
    page.keyboard.press("Alt+Shift+ArrowRight")
    wait_until_saved(page)
    page.keyboard.press("Escape")
    expect(row_of(page, "1.b")).to_have_attribute("data-depth", "2")
    page.keyboard.press("Control+z")
    expect(row_of(page, "1.b")).to_have_attribute("data-depth", "1")
    expect_mended(page)
    assert kept(slug)[:6] == MENDED
    row_of(page, "1.a").locator(".piece__edit").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Number again (1 label)").click()
    expect(row_of(page, "1.a").locator(".piece__words")).to_have_text("Answer politely.")
    for words in ("Numbered again", "Paragraph deleted"):
        page.get_by_role("button", name=f"Undo {words}", exact=True).first.click()
    expect(row_of(page, "1.a").locator(".piece__words")).to_have_text("Ask.")
    page.reload()
    expect_mended(page)
    seal_by_page(page)


def test_a_kind_chosen_alone_brings_its_level_and_is_saved_at_an_hour_of_24(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    page = page_of(editor)
    import_text(page, slug)
    page.clock.set_fixed_time(datetime(2030, 1, 1, 15, 4))  # noqa: DTZ001 - the clock on the wall
    page.locator("#split-rows .piece__words").nth(1).click()
    page.get_by_label("Kind").select_option("Heading")
    expect(page.locator("#split-state")).to_have_text("Saved. 15:04")
    expect(page.get_by_label("Level")).to_have_value("1")
    expect(page.get_by_label("Level").locator("option[value='0']")).to_be_disabled()
    expect(page.locator("#split-rows > .piece").nth(1)).to_have_attribute("data-kind", "heading")


def test_words_written_without_a_connection_are_sent_when_there_is_one(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    page = page_of(editor)
    import_text(page, slug)
    row_of(page, "1.a").locator(".piece__words").click()
    page.route("**/draft/split/*", lambda route: route.abort("internetdisconnected"))
    page.get_by_label("Text").fill("Ask everybody.")
    expect(page.get_by_text("No connection.")).to_be_visible()
    page.unroute("**/draft/split/*")
    wait_until_saved(page)
    assert "1.a: Ask everybody." in kept(slug)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_the_second_of_two_editors_sees_both_texts(
    page_of: PageOf, editor: Person, slug: str, script: bool
) -> None:
    page = page_of(editor, java_script_enabled=script)
    import_text(page, slug)
    row_of(page, "1.a").get_by_role("link", name="Edit").click()
    _write_meanwhile(slug, "Ask", "Ask nobody.")
    page.get_by_label("Text").fill("Ask everybody.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Ask nobody.")).to_be_visible()
    expect(page.get_by_text("Somebody else was here first").first).to_be_visible()
    assert "1.a: Ask nobody." in kept(slug)
    page.get_by_role("button", name="Save my words instead").click()
    if script:
        wait_until_saved(page)
    else:
        expect(page.get_by_text("Saved.")).to_be_visible()
    assert "1.a: Ask everybody." in kept(slug)


def test_who_types_on_after_a_conflict_overwrites_nothing(page_of: PageOf, editor: Person, slug: str) -> None:
    page = page_of(editor)
    import_text(page, slug)
    row_of(page, "1.a").get_by_role("link", name="Edit").click()
    _write_meanwhile(slug, "Ask", "Ask nobody.")
    page.keyboard.type(" Ask everybody")
    expect(page.get_by_role("button", name="Save my words instead")).to_be_visible()
    text = page.get_by_label("Text")
    expect(text).to_be_focused()
    page.keyboard.type(" and wait for answers")
    expect(text).to_have_value("Ask. Ask everybody and wait for answers")
    expect(page.get_by_text("Ask nobody.")).to_be_visible()
    expect(page.locator("#split-state")).to_have_text("Not saved yet")
    assert "1.a: Ask nobody." in kept(slug)


def test_the_focus_stays_in_the_list_when_rows_are_exchanged(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    page = page_of(editor)
    import_text(page, slug)
    link = row_of(page, "1.a").locator(".piece__edit")
    link.focus()
    press_enter(page)
    page.keyboard.type(" Then wait.")
    page.keyboard.press("Escape")
    wait_until_saved(page)
    expect(row_of(page, "1.a").locator(".piece__words")).to_have_text("Ask. Then wait.")
    expect(link).to_be_focused()
    page.keyboard.press("Control+z")
    expect(row_of(page, "1.a").locator(".piece__words")).to_have_text("Ask.")
    expect(link).to_be_focused()

    press_enter(page)
    page.get_by_role("link", name="New paragraph below").press("Enter")
    page.keyboard.type("Wait.")
    page.keyboard.press("Enter")
    added = page.locator("#split-rows > .piece").filter(has_text="Wait.")
    expect(added.locator(".piece__edit")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(added).to_have_count(0)
    expect(link).to_be_focused()


def test_who_undoes_the_last_change_with_keys_is_told_where_the_focus_goes(
    page_of: PageOf, editor: Person, slug: str
) -> None:
    page = page_of(editor)
    import_text(page, slug)
    row_of(page, "1.a").locator(".piece__edit").focus()
    press_enter(page)
    page.keyboard.type(" Then wait.")
    page.keyboard.press("Escape")
    wait_until_saved(page)
    page.locator("#split-acts > [name=undo]").focus()
    press_enter(page)
    expect(row_of(page, "1.a").locator(".piece__words")).to_have_text("Ask.")
    expect(page.locator("#split-state")).to_be_focused()


def _write_meanwhile(slug: str, begins: str, words: str) -> None:
    original = original_in(slug)
    text = next(text for text in original.texts if text.plain.startswith(begins))
    seen = Seen(original.version, "en", text.paragraph.key, text.digest)
    edit_text(seen, words, by=a_person(Role.EDITOR, at=datetime.now(UTC)), at=datetime.now(UTC))


def test_the_split_screen_is_open_to_all(page_of: PageOf, editor: Person, slug: str) -> None:
    page = page_of(editor)
    import_text(page, slug)
    _doubt(slug)
    page.reload()
    assert page.locator("h1").count() == 1
    for state in ("list", "form", "new"):
        if state == "form":
            row_of(page, "1.a").get_by_role("link", name="Edit").click()
        if state == "new":
            page.get_by_role("link", name="New paragraph below").click()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert_without_barriers(page, f"{state}, {scheme}")
        page.set_viewport_size({"width": 320, "height": 640})
        assert not is_wider_than_screen(page), state
        page.set_viewport_size({"width": 1280, "height": 800})


def _doubt(slug: str) -> None:
    with transaction():
        original_in(slug).texts[2].doubts = ["guessed_break"]
