"""What is typed into one of many forms of a page stays, whichever of the others is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Draft, Version
from app.models.people import Person
from app.models.roles import Role
from app.services.people.passwords import hash_password
from tests.browser import PageOf
from tests.builders import a_comment, a_person, paragraphs_of
from tests.pages import entry_in_queue

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

PASSWORD = "four little seals dive"
KEPT = (
    "JSON.stringify(Object.entries(sessionStorage).filter(([place]) => place.startsWith('innspill:notes')))"
)


@pytest.fixture
def comments(slug: str) -> list[Comment]:
    """Three comments that wait for a moderator."""
    return three_comments(slug, State.WAITING)


def three_comments(slug: str, state: State) -> list[Comment]:
    wanted = select(Version).join(Version.draft).join(Draft.consultation).where(Consultation.slug == slug)
    version = db.session.scalars(wanted).one()
    return [_comment(version, body, state) for body in ("Said first.", "Said second.", "Said third.")]


def _comment(version: Version, body: str, state: State) -> Comment:
    return a_comment(version, paragraphs_of(version)[0], body=body, state=state, at=datetime.now(UTC))


def note_on(page: Page, words: str) -> Locator:
    return entry_in_queue(page, words).get_by_label("Note to the author")


def reason_on(page: Page, words: str) -> Locator:
    return entry_in_queue(page, words).get_by_label("Reason for rejecting")


def kept(page: Page) -> list[list[str]]:
    """What the window keeps of notes: place and words."""
    found: list[list[str]] = json.loads(page.evaluate(KEPT))
    return found


def test_deciding_on_one_comment_keeps_what_is_typed_at_the_others(
    page_of: PageOf, slug: str, comments: list[Comment]
) -> None:
    page = page_of(a_person(Role.MODERATOR))
    page.goto(f"/en/moderation/{slug}")
    note_on(page, "Said first.").fill("Sent at once.")
    note_on(page, "Said second.").fill("Half a note")
    reason_on(page, "Said second.").select_option("insult")
    entry_in_queue(page, "Said first.").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("The comment is published.")
    expect(note_on(page, "Said second.")).to_have_value("Half a note")
    expect(reason_on(page, "Said second.")).to_have_value("insult")
    expect(note_on(page, "Said third.")).to_have_value("")
    [[place, words]] = kept(page)
    assert place.endswith(f":moderation/comments/{comments[1].id}")
    assert [name for name, *_values in json.loads(words)] == ["reason", "note"]
    entry_in_queue(page, "Said second.").get_by_role("button", name="Reject with this reason").click()
    expect(page.get_by_role("status")).to_contain_text("The comment is rejected.")
    page.goto(f"/en/moderation/{slug}?state=rejected")
    expect(note_on(page, "Said second.")).to_have_value("")
    assert kept(page) == []


def test_a_refused_decision_keeps_its_words_on_the_way_back_to_the_queue(
    page_of: PageOf, slug: str, comments: list[Comment]
) -> None:
    page = page_of(a_person(Role.MODERATOR))
    page.goto(f"/en/moderation/{slug}")
    note_on(page, "Said first.").fill("Without a reason.")
    entry_in_queue(page, "Said first.").get_by_role("button", name="Reject with this reason").click()
    expect(page.locator("#error-summary")).to_contain_text("Choose the reason")
    note = page.get_by_label("Note to the author")
    expect(note).to_have_value("Without a reason.")
    page.wait_for_load_state()  # the script is there, too
    note.fill("With a reason soon.")
    page.get_by_role("link", name="Back to the queue").click()
    expect(note_on(page, "Said first.")).to_have_value("With a reason soon.")


def test_publishing_one_answer_keeps_what_is_typed_at_the_others(
    page_of: PageOf, slug: str, editor: Person
) -> None:
    three_comments(slug, State.PUBLISHED)
    page = page_of(editor)
    page.goto(f"/en/manage/consultations/{slug}/answers")
    first, second = entry_in_queue(page, "Said first."), entry_in_queue(page, "Said second.")
    second.get_by_label("What you did with it").select_option("in_part")
    second.get_by_label("Reason", exact=True).fill("A long reason,\nnot yet complete")
    first.get_by_label("What you did with it").select_option("accepted")
    first.get_by_role("button", name="Publish the answer").click()
    expect(page.get_by_role("status")).to_contain_text("The answer is published.")
    expect(first).to_have_count(0)
    expect(second.get_by_label("What you did with it")).to_have_value("in_part")
    expect(second.get_by_label("Reason", exact=True)).to_have_value("A long reason,\nnot yet complete")
    page.goto(f"/en/manage/consultations/{slug}/answers?answered=yes")
    first.get_by_text("Answer anew").click()
    first.get_by_label("Reason", exact=True).fill("Said better.")
    page.reload()
    expect(first.get_by_label("Reason", exact=True)).to_be_visible()
    expect(first.get_by_label("Reason", exact=True)).to_have_value("Said better.")


def test_words_sent_after_the_sign_in_ended_are_found_again_after_signing_in(
    page_of: PageOf, slug: str, comments: list[Comment]
) -> None:
    maija = a_person(Role.MODERATOR)
    with transaction():
        maija.password_hash = hash_password(PASSWORD)
    page = page_of(maija)
    page.goto(f"/en/moderation/{slug}")
    note_on(page, "Said first.").fill("Typed for ten minutes.")
    reason_on(page, "Said first.").select_option("insult")
    page.context.clear_cookies()
    entry_in_queue(page, "Said first.").get_by_role("button", name="Reject with this reason").click()
    expect(page.get_by_role("alert")).to_contain_text("what you sent was not saved")
    page.locator("#email").fill(maija.email)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Comment {comments[0].id}")
    expect(page.get_by_label("Note to the author")).to_have_value("Typed for ten minutes.")
    expect(page.get_by_label("Reason for rejecting")).to_have_value("insult")


def test_nobody_else_finds_what_was_typed(page_of: PageOf, slug: str, comments: list[Comment]) -> None:
    page, other = page_of(a_person(Role.MODERATOR)), page_of(a_person(Role.MODERATOR))
    page.goto(f"/en/moderation/{slug}")
    note_on(page, "Said first.").fill("Between us.")
    page.context.clear_cookies()
    page.context.add_cookies(other.context.cookies())  # type: ignore[arg-type]  # read and written alike
    page.reload()
    expect(note_on(page, "Said first.")).to_have_value("")
    assert kept(page) == []
    note_on(page, "Said second.").fill("Until I go.")
    assert len(kept(page)) == 1
    page.goto("/en/account")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert kept(page) == []
