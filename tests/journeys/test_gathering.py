"""Colleagues gather one submission, each in a browser of their own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment
from app.services.public.reading import consultation_called
from tests.browser import OpenPage, assert_without_barriers
from tests.journeys.sittings import (
    NARROW,
    WITH_AND_WITHOUT_SCRIPT,
    add,
    basket,
    fill_in_particulars,
    paragraph,
    send,
    sent_in,
    unsent_in,
)
from tests.pages import is_wider_than_screen

pytestmark = pytest.mark.browser


def gather(owner: Page, colleague: Page, slug: str) -> None:
    """Marta joins the submission of makers, in which its owner has one comment."""
    add(owner, paragraph(slug, "p2"), "Mine.")
    owner.goto(basket(slug))
    owner.get_by_role("link", name=re.compile("Gather the submission")).click()
    owner.get_by_label("On behalf of an organisation").check()
    owner.locator("#organisation").fill("Association of Makers")
    owner.get_by_role("button", name="Make an address to share").click()
    address = owner.locator("#shared").inner_text()
    colleague.goto(re.sub(r"^https?://[^/]+", "", address))
    expect(colleague.locator("main")).to_contain_text("Association of Makers gathers its comments")
    colleague.locator("#contributor").fill("Marta")
    colleague.get_by_role("button", name="Join").click()


def contributions_in(slug: str) -> list[tuple[str, str]]:
    """What was sent, and who contributed it."""
    db.session.rollback()
    consultation = consultation_called(slug)
    comments = db.session.scalars(select(Comment).where(Comment.consultation_id == consultation.id))
    return sorted((comment.source, comment.contributor) for comment in comments)


@WITH_AND_WITHOUT_SCRIPT
def test_whoever_speaks_for_others_finds_how_to_gather_in_the_form(
    open_page: OpenPage, slug: str, script: bool
) -> None:
    page = open_page(java_script_enabled=script, viewport=NARROW)
    page.goto(paragraph(slug, "p2"))
    way = page.get_by_role("link", name="Gather with colleagues")
    expect(way).to_be_hidden()
    page.get_by_role("radio", name="On behalf of an organisation").check()
    assert not is_wider_than_screen(page)
    way.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gather with colleagues")
    if script:
        assert_without_barriers(page)
    page.get_by_role("radio", name="On behalf of an organisation").check()
    page.get_by_label("Name of the organisation or group").fill("Makers")
    page.get_by_role("button", name="Make an address to share").click()
    expect(page.locator("#shared")).to_contain_text("/together/")
    page.goto(basket(slug))
    page.get_by_role("link", name="The address to share").click()
    expect(page.locator("#shared")).to_contain_text("/together/")


@WITH_AND_WITHOUT_SCRIPT
def test_colleagues_gather_one_submission(open_page: OpenPage, slug: str, script: bool) -> None:
    owner = open_page(java_script_enabled=script, viewport=NARROW)
    colleague = open_page(java_script_enabled=script, viewport=NARROW)
    gather(owner, colleague, slug)
    add(colleague, paragraph(slug, "p3"), "From Marta.", "the submission of Association of Makers")
    expect(colleague.locator(".comment-form form button")).to_have_count(0)
    assert not is_wider_than_screen(colleague)
    colleague.goto(basket(slug))
    expect(colleague.locator(".unsent")).to_have_count(2)
    expect(colleague.get_by_role("button", name=re.compile("^Edit"))).to_have_count(1)
    owner.goto(basket(slug))
    expect(owner.locator(".basket__comments")).to_contain_text("Marta")
    owner.locator("#has_authority").check()
    fill_in_particulars(owner)
    send(owner, "Send 2 comments")
    expect(owner.locator(".receipt__number")).to_be_visible()
    assert contributions_in(slug) == [("From Marta.", "Marta"), ("Mine.", "")]
    assert unsent_in(slug) == []
    colleague.goto(f"/en/consultations/{slug}")
    colleague.get_by_role("link", name="Sent by your colleague").click()
    told = colleague.locator(".basket__sent")
    expect(told).to_contain_text("The submission of Association of Makers was sent By Ilze K.:")
    assert not is_wider_than_screen(colleague)
    colleague.get_by_role("button", name="I have seen it").click()
    expect(told).to_have_count(0)


def test_what_a_colleague_is_typing_while_the_owner_sends_stays_with_them(
    open_page: OpenPage, slug: str
) -> None:
    owner, colleague = open_page(viewport=NARROW), open_page(viewport=NARROW)
    gather(owner, colleague, slug)
    colleague.goto(paragraph(slug, "p3"))
    assert_without_barriers(colleague)
    colleague.locator("#body").press_sequentially("Half a sent")
    expect(colleague.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d, not added yet"))
    owner.goto(basket(slug))
    expect(owner.locator(".unsent__state").first).to_contain_text("Still being written by Marta.")
    assert_without_barriers(owner)
    assert not is_wider_than_screen(owner)
    owner.locator("#has_authority").check()
    fill_in_particulars(owner)
    send(owner, "Send 1 comment")
    expect(owner.locator(".receipt__number")).to_be_visible()
    assert contributions_in(slug) == [("Mine.", "")]
    colleague.locator("#body").press_sequentially("ence.")
    expect(colleague.locator("[data-saved]")).not_to_contain_text("not added yet")
    assert unsent_in(slug) == ["Half a sentence."]
    colleague.get_by_role("button", name=re.compile("^Add to the submission")).click()
    expect(colleague.locator("#kept")).to_contain_text("Kept. It is not sent yet.")
    colleague.goto(basket(slug))
    expect(colleague.locator(".basket__sent")).to_contain_text("What you see here was not sent with it.")
    assert_without_barriers(colleague)
    assert not is_wider_than_screen(colleague)
    fill_in_particulars(colleague)
    send(colleague, "Send 1 comment")
    expect(colleague.locator(".receipt__number")).to_be_visible()
    assert contributions_in(slug) == [("Half a sentence.", ""), ("Mine.", "")]


@WITH_AND_WITHOUT_SCRIPT
def test_what_a_colleague_added_stays_whatever_they_type_afterwards(
    open_page: OpenPage, slug: str, script: bool
) -> None:
    owner = open_page(java_script_enabled=script, viewport=NARROW)
    colleague = open_page(java_script_enabled=script, viewport=NARROW)
    gather(owner, colleague, slug)
    to = "the submission of Association of Makers"
    add(colleague, paragraph(slug, "p3"), "Added.", to)
    for _time in range(2):
        expect(colleague.locator("#kept .note__words")).to_have_text("Added.")
        expect(colleague.locator("#body")).to_have_count(0)
        colleague.goto(paragraph(slug, "p3"))
    if script:
        assert_without_barriers(colleague)
    assert not is_wider_than_screen(colleague)
    colleague.get_by_role("link", name="Write another comment here").click()
    expect(colleague.locator("#body")).to_have_value("")
    colleague.locator("#body").fill("Another.")
    colleague.get_by_role("button", name=f"Add to {to}").click()
    expect(colleague.locator("#kept .note__words")).to_have_text(["Added.", "Another."])
    colleague.get_by_role("link", name="Edit").first.click()
    expect(colleague.locator("#body")).to_have_value("Added.")
    colleague.locator("#body").fill("Typed over it")
    if script:
        expect(colleague.locator("[data-saved]")).to_contain_text("not added yet")
        owner.goto(basket(slug))
        expect(owner.locator(".basket__comments")).to_contain_text("Added.")
        colleague.goto(paragraph(slug, "p3"))
        expect(colleague.locator("#kept")).to_contain_text("have not saved the changes")
        colleague.get_by_role("link", name="Edit").first.click()
        expect(colleague.locator("#body")).to_have_value("Typed over it")
    colleague.locator("#body").fill("Typed over it, and saved.")
    colleague.get_by_role("button", name="Save").click()
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Your submission")
    owner.goto(basket(slug))
    owner.locator("#has_authority").check()
    fill_in_particulars(owner)
    send(owner, "Send 3 comments")
    expect(owner.locator(".receipt__number")).to_be_visible()
    assert sent_in(slug) == [["Mine.", "Typed over it, and saved.", "Another."]]
    assert unsent_in(slug) == []
