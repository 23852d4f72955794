"""From the receipt: correcting, withdrawing, a second look, erasing; with script and without, by keyboard."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.models.base import db
from app.models.comment import Comment, State
from app.models.moderation import Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.comments.receipts import submission_behind
from app.services.moderation.moderating import decide
from tests.browser import OpenPage, PageOf, assert_without_barriers
from tests.builders import a_person
from tests.pages import Receipt, comment_on, is_wider_than_screen, press_to, read_draft, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def moderators(within: None) -> list[Person]:
    return [a_person(Role.MODERATOR, at=datetime.now(UTC)) for _number in range(2)]


def comment_behind(receipt: Receipt) -> Comment:
    db.session.rollback()
    secret = receipt.address.partition("secret=")[2]
    [comment] = submission_behind(receipt.number, secret).comments
    return comment


def decided(receipt: Receipt, state: State, by: Person, reason: Reason | None = None) -> None:
    comment = comment_behind(receipt)
    decide(comment.id, state, expected_changes=comment.changes, reason=reason, by=by, at=datetime.now(UTC))


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_published_comment_is_corrected_and_a_moderator_reads_the_correction_first(
    open_page: OpenPage, page_of: PageOf, slug: str, moderators: list[Person], script: bool
) -> None:
    respondent = open_page(java_script_enabled=script, viewport=PHONE)
    receipt = comment_on(respondent, slug, "Say who pays.")
    decided(receipt, State.PUBLISHED, moderators[0])
    respondent.goto(receipt.address)
    respondent.get_by_role("link", name="Correct", exact=True).click()
    expect(respondent.get_by_label("Your comment")).to_have_value("Say who pays.")
    if script:
        assert not is_wider_than_screen(respondent)
        assert_without_barriers(respondent, "correcting")
    respondent.get_by_label("Your comment").fill("Say who pays, and until when.")
    respondent.get_by_role("button", name="Send the correction").click()
    expect(respondent.get_by_role("status")).to_contain_text("Your correction is in the record.")

    moderator = page_of(moderators[0])
    moderator.goto(f"/en/moderation/{slug}")
    moderator.locator(".work-facts").get_by_role("link").click()
    expect(moderator.locator("ins")).to_contain_text("and until when")
    assert_without_barriers(moderator, "corrections")
    moderator.get_by_role("button", name="Publish the correction").click()
    expect(moderator.get_by_role("status")).to_contain_text("The correction is published.")

    respondent.goto(receipt.address)
    expect(respondent.locator(".history")).to_contain_text("Your correction is published")
    expect(respondent.locator(".receipt__comment .note__words").first).to_have_text(
        "Say who pays, and until when."
    )


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_rejected_comment_is_looked_at_by_a_second_moderator(
    open_page: OpenPage, page_of: PageOf, slug: str, moderators: list[Person], script: bool
) -> None:
    respondent = open_page(java_script_enabled=script, viewport=PHONE)
    receipt = comment_on(respondent, slug, "Ask the hedgehogs.")
    decided(receipt, State.REJECTED, moderators[0], Reason.NOT_A_COMMENT)
    respondent.goto(receipt.address)
    expect(respondent.locator(".history")).to_contain_text("It does not say anything about the draft")
    respondent.get_by_role("link", name="Ask a second moderator to look").click()
    respondent.get_by_role("button", name="Ask for a second look").click()
    expect(respondent.locator("#error-summary")).to_contain_text("Write why you think")
    respondent.get_by_label("Why should it be published?").fill("It is about paragraph 1.")
    respondent.get_by_role("button", name="Ask for a second look").click()
    expect(respondent.get_by_role("status")).to_contain_text("A second moderator will look")

    first = page_of(moderators[0])
    first.goto(f"/en/moderation/{slug}/appeals")
    expect(first.locator("main")).to_contain_text("You made this decision yourself")
    second = page_of(moderators[1])
    second.goto(f"/en/moderation/{slug}/appeals")
    assert_without_barriers(second, "appeals")
    second.get_by_label("Note to the author").fill("You are right.")
    second.get_by_role("button", name="Publish after all").click()
    expect(second.get_by_role("status")).to_contain_text("The comment is published.")
    respondent.goto(receipt.address)
    expect(respondent.locator(".history")).to_contain_text("Published after a second look")
    expect(respondent.locator(".history")).to_contain_text("You are right.")


def test_a_comment_is_withdrawn_and_everything_erased_by_keyboard_alone(
    open_page: OpenPage, slug: str
) -> None:
    page = open_page(viewport=PHONE)
    said = "Nobody should be blamed."
    receipt = comment_on(page, slug, said)
    page.goto(receipt.address)
    press_to(page, "Withdraw")
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw this comment?")
    press_to(page, "Withdraw")
    expect(page.get_by_role("status")).to_contain_text("Withdrawn.")
    press_to(page, "Have your name, or everything, erased")
    expect(page.get_by_role("heading", level=1)).to_have_text("Have something erased")
    tab_to(page, "input[type=radio]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#sure")
    page.keyboard.press("Space")
    press_to(page, "Erase")
    expect(page.get_by_role("status")).to_contain_text("Erased.")
    expect(page.locator("main")).not_to_contain_text(said)
    assert comment_behind(receipt).state == State.ERASED
    read_draft(page, slug)
    expect(page.locator("main")).not_to_contain_text(said)


def test_the_receipt_is_read_on_a_phone_and_taken_away(open_page: OpenPage, slug: str) -> None:
    page = open_page(viewport={"width": 320, "height": 640})
    receipt = comment_on(page, slug, "Šo var pateikt skaidrāk.")
    expect(page.locator(".receipt__code svg")).to_be_visible()
    assert not is_wider_than_screen(page)
    assert_without_barriers(page, "receipt")
    for name, begins in (("PDF", b"%PDF-"), ("plain text", f"Receipt {receipt.number}".encode())):
        with page.expect_download() as taken:
            page.get_by_role("link", name=name).click()
        assert Path(taken.value.path()).read_bytes().startswith(begins)
