"""What else a comment can say: with mouse, touch and keyboard, with script and without, on narrow screens."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.services.activity import touch_public_pages
from app.services.public.reading import consultation_called
from tests.browser import OpenPage
from tests.pages import (
    fill_in_comment,
    is_wider_than_screen,
    paragraph_called,
    press_enter,
    read_draft,
    send_comment,
    tab_to,
    take_time,
    type_particulars,
)

pytestmark = pytest.mark.browser

NARROW = {"viewport": {"width": 390, "height": 800}}
QUOTED = "may try new"


def open_form(page: Page, slug: str, label: str = "1") -> None:
    read_draft(page, slug)
    page.goto(paragraph_called(page, label).locator(".paragraph__act").get_attribute("href") or "")


def publish(slug: str) -> Comment:
    """Everything received is published; the newest comment."""
    db.session.rollback()
    consultation = consultation_called(slug)
    with transaction():
        comments = list(
            db.session.scalars(
                select(Comment).where(Comment.consultation_id == consultation.id).order_by(Comment.id)
            )
        )
        for comment in comments:
            comment.state = State.PUBLISHED
        touch_public_pages(consultation.id)
    return comments[-1]


def send(page: Page) -> None:
    send_comment(page)
    expect(page.locator(".receipt__number")).to_be_visible()


def unfold(page: Page, words: str) -> None:
    page.locator("summary").filter(has_text=words).click()


def select_words(page: Page, words: str) -> None:
    """Somebody drags over the words with a mouse."""
    page.locator(".spread__text > p").evaluate(
        """(paragraph, words) => {
            const text = paragraph.firstChild, start = text.data.indexOf(words);
            getSelection().setBaseAndExtent(text, start, text, start + words.length);
        }""",
        words,
    )


def note_of(page: Page, comment: Comment) -> Locator:
    return page.locator(f"#c-{comment.id}")


def test_words_are_selected_and_quoted(open_page: OpenPage, slug: str) -> None:
    page = open_page()
    open_form(page, slug)
    select_words(page, QUOTED)
    page.get_by_role("button", name="Quote these words").click()
    expect(page.locator("#quotation")).to_have_value(QUOTED)
    expect(page.locator("#quotation")).to_be_visible()
    expect(page.locator("#body")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text=f"Quoted: {QUOTED}")).to_be_visible()
    fill_in_comment(page, "New to whom?")
    send(page)
    comment = publish(slug)
    assert comment.quotation is not None
    assert (comment.quotation["exact"], comment.quotation["prefix"]) == (QUOTED, "Everybody ")
    open_form(page, slug)
    expect(note_of(page, comment).locator(".note__quote")).to_have_text(QUOTED)
    expect(page.locator(".spread__text mark")).to_have_text(QUOTED)


def test_words_are_quoted_and_all_is_sent_by_keyboard_alone(open_page: OpenPage, slug: str) -> None:
    page = open_page(**NARROW)
    open_form(page, slug)
    tab_to(page, "button", "Mark words to quote")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox", name="Words of the paragraph")).to_be_focused()
    page.keyboard.press("ArrowRight")
    for _extending in range(2):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_text(QUOTED.split())
    page.keyboard.press("Enter")
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.type("New to whom?")
    expect(page.locator("#quotation")).to_have_value(QUOTED)
    tab_to(page, "summary", "Propose other wording")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("Everybody should try new ways.")
    type_particulars(page)
    assert not is_wider_than_screen(page)
    tab_to(page, "button", "Send comment")
    press_enter(page)
    expect(page.locator(".receipt__number")).to_be_visible()
    comment = publish(slug)
    assert (comment.source, comment.suggestion) == ("New to whom?", "Everybody should try new ways.")


def test_leaving_the_marking_changes_nothing(open_page: OpenPage, slug: str) -> None:
    page = open_page()
    open_form(page, slug)
    begin = page.get_by_role("button", name="Mark words to quote")
    begin.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Escape")
    expect(begin).to_be_focused()
    expect(page.locator(".spread__text > p")).to_be_visible()
    expect(page.get_by_role("listbox", name="Words of the paragraph")).to_have_count(0)
    expect(page.locator("#quotation")).to_have_value("")


def test_words_are_quoted_by_touch(open_page: OpenPage, slug: str) -> None:
    page = open_page(**NARROW, has_touch=True, is_mobile=True)
    open_form(page, slug)
    page.get_by_role("button", name="Mark words to quote").tap()
    page.get_by_role("option", name="may", exact=True).tap()
    page.get_by_role("option", name="new", exact=True).tap()
    page.get_by_role("button", name="Quote the marked words").tap()
    expect(page.locator("#quotation")).to_have_value(QUOTED)
    assert not is_wider_than_screen(page)


def test_without_script_a_comment_is_previewed_sent_and_replied_to(open_page: OpenPage, slug: str) -> None:
    page = open_page(java_script_enabled=False, **NARROW)
    open_form(page, slug)
    expect(page.get_by_role("button", name="Mark words to quote")).to_have_count(0)
    expect(page.locator("#suggestion")).to_be_hidden()
    unfold(page, "Quote words of the paragraph")
    page.locator("#quotation").fill("MAY try  new")
    unfold(page, "Propose other wording")
    expect(page.locator("#suggestion")).to_have_value("Everybody may try new ways.")
    page.locator("#suggestion").fill("Everybody should try new ways.")
    fill_in_comment(page, "New to whom?")
    page.get_by_role("button", name="Preview").click()
    preview = page.locator("#preview .note")
    expect(preview.locator(".note__quote")).to_have_text(QUOTED)
    expect(preview.locator("ins")).to_contain_text("should")
    assert not is_wider_than_screen(page)
    take_time(page)
    send(page)
    comment = publish(slug)
    open_form(page, slug)
    note_of(page, comment).get_by_role("link", name="Reply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reply to Ilze K.")
    fill_in_comment(page, "To me.", name="Ola N.", country="NO")
    send(page)
    reply = publish(slug)
    open_form(page, slug)
    expect(note_of(page, comment).locator(".note__replies").locator(f"#c-{reply.id}")).to_contain_text(
        "To me."
    )
    assert not is_wider_than_screen(page)


@pytest.mark.parametrize("has_script", [True, False])
def test_how_much_it_matters_is_said_without_words(open_page: OpenPage, slug: str, has_script: bool) -> None:
    page = open_page(java_script_enabled=has_script)
    open_form(page, slug, "2")
    unfold(page, "Say how much it matters")
    page.get_by_label("5 – very much").check()
    fill_in_comment(page, "")
    send(page)
    db.session.rollback()
    [comment] = db.session.scalars(
        select(Comment).where(Comment.consultation_id == consultation_called(slug).id)
    )
    assert (comment.importance, comment.has_words, comment.state) == (5, False, State.PUBLISHED)


def test_only_what_a_capacity_needs_is_asked(open_page: OpenPage, slug: str) -> None:
    page = open_page(java_script_enabled=False, **NARROW)
    open_form(page, slug)
    shown = {
        "As an individual": [],
        "On behalf of an organisation": ["organisation", "organisation_kind", "has_authority"],
        "On behalf of a group": ["organisation", "group_size", "meeting", "has_authority"],
    }
    for capacity, names in shown.items():
        page.get_by_label(capacity).check()
        for name in ("organisation", "organisation_kind", "group_size", "meeting", "has_authority"):
            expect(page.locator(f"#{name}")).to_be_visible(visible=name in names)
