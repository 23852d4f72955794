"""A sitting as somebody fills it in a browser, and what of it is sent and kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Submission
from app.models.sitting import UnsentComment
from app.services.public.reading import consultation_called
from tests.browser import OpenPage
from tests.pages import take_time

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
