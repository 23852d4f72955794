"""A sitting in a browser: collected, kept through whatever comes, sent once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Comment, Submission
from app.models.draft import Draft, Version
from app.models.sitting import UnsentComment
from app.services.activity import touch_public_pages
from app.services.public.reading import consultation_called
from tests.browser import OpenPage, address_for, assert_without_barriers
from tests.builders import a_person
from tests.histories import a_later_version
from tests.pages import (
    is_wider_than_screen,
    press_enter,
    sign_in_by_link,
    tab_to,
    take_time,
    type_particulars,
)

pytestmark = pytest.mark.browser
NARROW = {"width": 390, "height": 844}
WITH_AND_WITHOUT_SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


def paragraph(slug: str, key: str) -> str:
    return f"/en/consultations/{slug}/paragraphs/{key}"


def basket(slug: str) -> str:
    return f"/en/consultations/{slug}/submission"


def add(page: Page, address: str, body: str, to: str = "my submission") -> None:
    page.goto(address)
    page.locator("#body").fill(body)
    page.get_by_role("button", name=f"Add to {to}").click()
    said = "Kept. It is not sent yet." if to == "my submission" else f"Added to {to}."
    expect(page.locator("#kept")).to_contain_text(said)


def fill_in_particulars(page: Page) -> None:
    page.locator("#name").fill("Ilze K.")
    page.locator("#country").select_option("LV")
    page.locator("#consent").check()
    take_time(page)


def send(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).last.click()


def sent_in(slug: str) -> list[list[str]]:
    """The comments of every submission."""
    db.session.rollback()
    consultation = consultation_called(slug)
    submissions = db.session.scalars(
        select(Submission).where(Submission.consultation_id == consultation.id).order_by(Submission.id)
    )
    return [[comment.source for comment in submission.comments] for submission in submissions]


def unsent_in(slug: str) -> list[str]:
    db.session.rollback()
    consultation = consultation_called(slug)
    return list(
        db.session.scalars(
            select(UnsentComment.body)
            .where(UnsentComment.sitting.has(consultation_id=consultation.id))
            .order_by(UnsentComment.id)
        )
    )


def copy_of(context: BrowserContext, open_page: OpenPage, **options: object) -> Page:
    """The browser was closed, and is opened again with the cookies that it kept."""
    page = open_page(**options)
    page.context.add_cookies([cookie for cookie in context.cookies() if cookie.get("expires", -1) != -1])  # type: ignore[misc]
    context.close()
    return page


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


def test_what_is_typed_is_saved_and_found_after_the_browser_was_closed(
    open_page: OpenPage, slug: str
) -> None:
    page = open_page(viewport=NARROW)
    page.goto(paragraph(slug, "p2"))
    assert page.context.cookies() == []
    page.locator("#body").press_sequentially("Half a sent")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    expect(page.locator("#site-basket")).to_have_text("1 comment not yet sent")
    assert page.evaluate("document.activeElement.id") == "body"
    page.locator("#body").press_sequentially("ence")
    page.wait_for_timeout(2500)
    assert unsent_in(slug) == ["Half a sentence"]
    page = copy_of(page.context, open_page)
    page.goto(paragraph(slug, "p2"))
    expect(page.locator("#body")).to_have_value("Half a sentence")


def test_what_is_typed_just_before_leaving_is_saved_too(open_page: OpenPage, slug: str) -> None:
    page = open_page()
    page.goto(paragraph(slug, "p2"))
    page.locator("#body").fill("In a hurry.")
    page.goto(f"/en/consultations/{slug}")
    page.wait_for_timeout(500)
    assert unsent_in(slug) == ["In a hurry."]


def test_without_a_connection_the_words_stay_and_are_saved_later(open_page: OpenPage, slug: str) -> None:
    page = open_page()
    page.goto(paragraph(slug, "p2"))
    page.route("**/submission/save", lambda route: route.abort())
    page.locator("#body").fill("In a tunnel.")
    expect(page.locator("[data-saved]")).to_contain_text("Not saved: no connection.")
    # Even opened again, the window holds the words.
    page.reload()
    expect(page.locator("#body")).to_have_value("In a tunnel.")
    page.unroute("**/submission/save")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert unsent_in(slug) == ["In a tunnel."]


def test_signing_in_in_another_window_in_the_middle_of_writing_takes_nothing_away(
    open_page: OpenPage, slug: str
) -> None:
    page = open_page()
    page.goto(paragraph(slug, "p2"))
    page.locator("#body").fill("Begun as a visitor")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    other = page.context.new_page()
    sign_in_by_link(other, address_for(a_person()))
    page.locator("#body").fill("Begun as a visitor, ended signed in.")
    page.wait_for_timeout(2500)
    assert unsent_in(slug) == ["Begun as a visitor, ended signed in."]
    other.goto(basket(slug))
    expect(other.locator(".note__words")).to_have_text("Begun as a visitor, ended signed in.")


@WITH_AND_WITHOUT_SCRIPT
def test_who_signs_in_first_finds_what_was_typed(open_page: OpenPage, slug: str, script: bool) -> None:
    page = open_page(java_script_enabled=script)
    page.goto(paragraph(slug, "p2"))
    page.locator("#body").fill("Typed before.")
    page.get_by_role("button", name="Sign in first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in_by_link(page, address_for(a_person()))
    page.goto(paragraph(slug, "p2"))
    expect(page.locator("#body")).to_have_value("Typed before.")


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


def _close(slug: str) -> None:
    consultation = consultation_called(slug)
    with transaction():
        consultation.closes_at = datetime.now(UTC) - timedelta(seconds=1)
        touch_public_pages(consultation.id)


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
