"""A comment's proof: taken from the receipt, the record and the feed, and checked without the site."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.models.base import db
from app.models.people import Person
from app.models.witness import TreeRoot
from app.services.exports.exporting import consultation_called
from app.services.proof.witnessing import newest_root, publish_root
from tests.browser import OpenPage, sign_in_address
from tests.pages import comment_on, entry_in_queue, paragraph_called, read_draft, sign_in_by_link

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]
SAID = "=Say who pays; =and when."


@pytest.mark.parametrize("page", ["visitor", "visitor_without_script"])
def test_a_respondent_takes_the_proof_from_the_receipt_and_checks_it_without_the_site(
    page: str, slug: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    respondent: Page = request.getfixturevalue(page)
    receipt = comment_on(respondent, slug, SAID)
    root = _published(slug)
    respondent.goto(receipt.address)
    respondent.locator(".receipt__proof summary").click()
    expect(respondent.locator(".receipt__proof")).to_contain_text(root.digest)
    proof = _downloaded(respondent, "Download the proof", tmp_path)

    respondent.get_by_role("link", name="How to check it without us").click()
    expect(respondent.get_by_role("cell", name=root.digest)).to_be_visible()
    script = _downloaded(respondent, "verify.py", tmp_path)
    assert _verified(script, proof, root.digest) == "2 checks, 0 fail."
    altered = tmp_path / "altered.json"
    altered.write_text(proof.read_text(encoding="utf-8").replace("who pays", "nobody pays"), encoding="utf-8")
    assert _verified(script, altered, root.digest).startswith("FAILS: leaf 0: its words")


def test_the_newest_root_is_on_the_draft_and_in_the_feed(visitor: Page, slug: str) -> None:
    comment_on(visitor, slug, SAID)
    root = _published(slug)
    read_draft(visitor, slug)
    expect(visitor.get_by_role("link", name=f"The record: root {root.digest[:8]}…")).to_be_visible()
    feed = visitor.locator("link[type='application/atom+xml']").get_attribute("href")
    assert feed
    assert root.digest in visitor.request.get(feed).text()


def test_an_analyst_checks_an_export_without_the_site(
    visitor: Page, open_page: OpenPage, slug: str, tmp_path: Path
) -> None:
    for label in ("1", "2", "3"):
        comment_on(visitor, slug, f"{SAID} {label}", label=label)
    root = _published(slug)
    analyst = open_page()
    sign_in_by_link(analyst, sign_in_address("administrator@example.org"))
    analyst.goto("/en/manage/exports")
    row = analyst.get_by_role("row").filter(has=analyst.locator(f"a[href*='/{slug}.csv']"))
    with analyst.expect_download() as table:
        row.get_by_role("link", name=re.compile("^CSV")).click()
    with analyst.expect_download() as leaves:
        row.get_by_role("link", name=re.compile("^Digests")).click()
    script = _downloaded(analyst, "verify.py", tmp_path)
    said = _verified(script, table.value.path(), leaves.value.path(), root.digest).splitlines()
    after = f"{root.size} of them under this root, {3 - root.size} after it"
    assert said == [
        f"3 rows match, {after}.",
        "0 erased, words not compared; 0 leaves have no row here: none",
        "7 checks, 0 fail.",
    ]


def test_an_editor_answers_and_the_public_and_the_author_read_it(
    visitor: Page, open_page: OpenPage, slug: str, editor: Person
) -> None:
    receipt = comment_on(visitor, slug, SAID)
    moderator = open_page()
    sign_in_by_link(moderator, sign_in_address("moderator@example.org"))
    moderator.goto(f"/en/moderation/{slug}")
    entry_in_queue(moderator, SAID).get_by_role("button", name="Publish").click()
    expect(moderator.get_by_role("status")).to_contain_text("The comment is published.")

    drafter = open_page(java_script_enabled=False)
    sign_in_by_link(drafter, sign_in_address(editor.email))
    drafter.goto(f"/en/manage/consultations/{slug}/answers")
    drafter.get_by_label("What you did with it").select_option(label="Accepted in part")
    drafter.get_by_role("button", name="Publish the answer").click()
    expect(drafter.locator("#error-summary")).to_contain_text("Say why")
    drafter.get_by_label("Reason", exact=True).fill("The budget says *who*.")
    drafter.get_by_label("Paragraphs that changed because of it").fill("2")
    drafter.get_by_role("button", name="Publish the answer").click()
    expect(drafter.get_by_role("status")).to_contain_text("The answer is published.")

    read_draft(visitor, slug)
    paragraph = paragraph_called(visitor, "1")
    paragraph.locator("summary").first.click()
    expect(paragraph.locator(".answer")).to_contain_text("Accepted in part")
    expect(paragraph.locator(".answer")).to_contain_text("Paragraph 2 changed.")
    visitor.goto(receipt.address)
    expect(visitor.locator(".history")).to_contain_text("The budget says who.")


def _published(slug: str) -> TreeRoot:
    """The root that the worker has published, over what had come by then, or else one over all that came."""
    db.session.rollback()
    consultation = consultation_called(slug)
    root = publish_root(consultation, datetime.now(UTC)) or newest_root(consultation.id)
    assert root is not None
    return root


def _downloaded(page: Page, link: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def _verified(*arguments: Path | str) -> str:
    done = subprocess.run(
        [sys.executable, "-I", *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.stdout.strip()
