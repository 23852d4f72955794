"""Every kind of page: no barrier that axe finds, in light and dark; fit for a small screen and for paper."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from app.models.comment import Channel, State, Submission
from app.services.comments.commenting import sealed_version_of
from app.services.comments.receipts import secret_of
from app.services.people.accounts import person_with_email
from app.services.public.reading import consultation_called, read_draft
from tests.browser import PageOf, address_for, assert_without_barriers, consultation_of_ones_own
from tests.builders import a_comment, a_person, paragraphs_of
from tests.conftest import SECRET
from tests.pages import MILLISECONDS_OF_PATIENCE, is_wider_than_screen

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

INNOVATION = "/en/consultations/innovation"
PAGES_OF_VISITORS = {
    "list": "/en/",
    "list in Latvian": "/lv/",
    "draft": INNOVATION,
    "draft in Latvian": "/lv/consultations/innovation",
    "draft in two languages": "/en/consultations/innovation/side-by-side",
    "coming draft": "/en/consultations/plain-language",
    "closed draft": "/en/consultations/open-data",
    "version": "/en/consultations/open-data/versions/1",
    "versions": "/en/consultations/open-data/versions",
    "paragraph that was removed": "/en/consultations/open-data/paragraphs/{removed}",
    "paragraph that was merged": "/en/consultations/open-data/paragraphs/{merged}",
    "paragraph": f"{INNOVATION}/paragraphs/{{open}}",
    "paragraph of a coming draft": "/en/consultations/plain-language/paragraphs/{coming}",
    "paragraph of a closed draft": "/en/consultations/open-data/paragraphs/{closed}",
    "whole draft": f"{INNOVATION}/comments/new",
    "outcome": "/en/consultations/open-data/outcome",
    "record": f"{INNOVATION}/record",
    "search": "/en/search",
    "search with hits": "/en/search?q=service",
    "search without hits": "/en/search?q=xylophone",
    "receipt": "/en/receipts/{receipt}?secret={secret}",
    "receipt asked for": "/en/receipts/{receipt}",
    "newsletter": "/en/newsletter",
    "subscribe": "/en/subscriptions/new?topic=consultation&subject=innovation",
    "sign in": "/en/sign-in",
    "sign in by link": "/en/sign-in/link",
    "one-time link": "{link}",
    "void link": "/en/links/void",
    "letter sent": "/en/sign-in/sent?letter=confirm",
    "register": "/en/register",
    "reset": "/en/reset-password",
    "accessibility": "/en/accessibility",
    "privacy": "/en/privacy",
    "missing": "/en/nowhere",
}
PAGES_OF_STAFF = {
    "account": "/en/account",
    "password": "/en/account/password",
    "queues": "/en/moderation",
    "queue": "/en/moderation/innovation",
    "rejected": "/en/moderation/innovation?state=rejected",
    "one comment": "/en/moderation/comments/{comment}",
    "exports": "/en/manage/exports",
    "manage": "/en/manage",
    "set up": "/en/manage/consultations/new",
    "settings": "/en/manage/consultations/innovation",
    "draft import": "/en/manage/consultations/innovation/draft",
    "translations": "/en/manage/consultations/innovation/translations",
    "answers": "/en/manage/consultations/innovation/answers",
    "intake": "/en/manage/intake",
    "what was entered": "/en/manage/consultations/innovation/intake",
    "letter": "/en/manage/consultations/innovation/intake/new",
    "spreadsheet": "/en/manage/consultations/innovation/intake/spreadsheet",
    "entered letter": "/en/manage/consultations/{entered_slug}/intake/{entered}",
}
PAGES_WITH_ERRORS = {
    "comment": f"{INNOVATION}/paragraphs/{{open}}",
    "sign in": "/en/sign-in",
    "register": "/en/register",
    "receipt asked for": "/en/receipts/{receipt}",
}
WITH_LARGE_LETTERS = {
    "poster": f"{INNOVATION}/poster",
    **{
        name: PAGES_OF_VISITORS[name]
        for name in ("list in Latvian", "draft", "draft in Latvian", "closed draft", "record", "receipt")
    },
}
STAFF = {
    "queues": "moderator@example.org",
    "queue": "moderator@example.org",
    "rejected": "moderator@example.org",
    "one comment": "moderator@example.org",
    "exports": "contact-point.no@example.org",
}
REFUSED = {"/en/nowhere": 404, "/en/links/void": 410}


@pytest.fixture
def places(within: None) -> dict[str, str]:
    """What stands for the names in braces: records of the example, and a submission of this test's own."""
    open_, coming, closed = (
        paragraphs_of(sealed_version_of(consultation_called(slug)))[0].key
        for slug in ("innovation", "plain-language", "open-data")
    )
    removed, merged = (_key_of(label) for label in ("1.b", "¶2"))
    comment = a_comment(sealed_version_of(consultation_of_ones_own()), state=State.REJECTED)
    number = comment.submission.number
    letter = _entered_letter()
    return {
        "entered_slug": letter.consultation.slug,
        "entered": letter.number,
        "open": open_,
        "coming": coming,
        "closed": closed,
        "removed": removed,
        "merged": merged,
        "comment": str(comment.id),
        "receipt": number,
        "secret": secret_of(number, SECRET),
        "link": address_for(a_person()),
    }


def _entered_letter() -> Submission:
    """A letter that the example's editor entered."""
    editor = person_with_email("editor@example.org")
    assert editor
    return a_comment(
        sealed_version_of(consultation_of_ones_own()),
        channel=Channel.LETTER,
        entered_at=datetime.now(UTC),
        entered_by_id=editor.id,
        is_late=True,
    ).submission


def _key_of(label: str) -> str:
    """The key of the paragraph with that label in the first version of the example that has two."""
    first = read_draft(consultation_called("open-data"), "en", 1)
    return next(text.key for text in first.texts if text.label == label and not text.is_heading)


@pytest.mark.parametrize("name", PAGES_OF_VISITORS)
def test_pages_of_visitors_are_open_to_all(visitor: Page, places: dict[str, str], name: str) -> None:
    _open(visitor, PAGES_OF_VISITORS[name], places)
    if name == "search with hits":
        _wait_for_hits(visitor)
    _assert_open_to_all(visitor)


@pytest.mark.parametrize("name", PAGES_WITH_ERRORS)
def test_refused_forms_are_open_to_all(visitor: Page, places: dict[str, str], name: str) -> None:
    _open(visitor, PAGES_WITH_ERRORS[name], places)
    visitor.locator("main form button[type=submit]").last.click()
    visitor.locator("#error-summary").wait_for()
    _assert_open_to_all(visitor)


@pytest.mark.parametrize("name", WITH_LARGE_LETTERS)
def test_letters_of_twice_the_size_fit_a_telephone(visitor: Page, places: dict[str, str], name: str) -> None:
    _open(visitor, WITH_LARGE_LETTERS[name], places)
    visitor.evaluate("document.documentElement.style.fontSize = '200%'")
    visitor.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    for width in (390, 320):
        visitor.set_viewport_size({"width": width, "height": 640})
        assert not is_wider_than_screen(visitor), f"it must be scrolled sideways at {width} pixels"


@pytest.mark.parametrize("name", PAGES_OF_STAFF)
def test_pages_of_staff_are_open_to_all(page_of: PageOf, places: dict[str, str], name: str) -> None:
    person = person_with_email(STAFF.get(name, "editor@example.org"))
    assert person
    page = page_of(person)
    _open(page, PAGES_OF_STAFF[name], places)
    _assert_open_to_all(page)


def _open(page: Page, pattern: str, places: dict[str, str]) -> None:
    answer = page.goto(pattern.format(**places))
    assert answer
    assert answer.status == REFUSED.get(pattern, 200)


def _wait_for_hits(page: Page) -> None:
    until = time.monotonic() + MILLISECONDS_OF_PATIENCE / 1000
    while page.locator(".hit").count() == 0 and time.monotonic() < until:
        page.wait_for_timeout(300)
        page.reload()
    assert page.locator(".hit").count()


def _assert_open_to_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert page.locator("h1").count() == 1
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert_without_barriers(page, scheme)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not is_wider_than_screen(page), "it must be scrolled sideways at 320 pixels"
    page.emulate_media(media="print")
    assert page.locator("nav:visible").count() == 0, "navigation is printed"
