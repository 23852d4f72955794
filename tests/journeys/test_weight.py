"""What a first visit to a draft costs, counted in bytes as they come over the line."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import current_app
from playwright.sync_api import Page

from app.services.consultations.consulting import Plan, create_consultation, list_consultation
from app.services.drafts.drafting import draft_of, import_translation, seal_version
from app.services.files.importing import read_draft
from app.services.sample.sampling import SAMPLE
from tests.browser import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

MOST_OF_PAGE = 60_000
MOST_OF_FONTS = 100_000
PARTS_OF_PAGE = ("Document", "Stylesheet", "Script", "Image", "Fetch", "Other")


def test_the_first_view_of_a_whole_draft_is_light(open_page: OpenPage) -> None:
    slug = _declaration_without_comments()
    page = open_page(viewport={"width": 1280, "height": 900})
    weights = _weights(page, f"/en/consultations/{slug}")
    assert page.locator("section.paragraph").count() >= 30
    assert 0 < sum(weights[part] for part in PARTS_OF_PAGE) <= MOST_OF_PAGE, weights
    assert 0 < weights["Font"] <= MOST_OF_FONTS, weights


def _weights(page: Page, address: str) -> Counter[str]:
    """Bytes received as they came, compressed, by kind of part."""
    begun: dict[str, tuple[str, int]] = {}
    weights: Counter[str] = Counter()

    def began(event: dict[str, Any]) -> None:
        begun[event["requestId"]] = event["type"], int(event["response"]["encodedDataLength"])

    def ended(event: dict[str, Any]) -> None:
        kind, headers = begun[event["requestId"]]
        weights[kind] += int(event["encodedDataLength"]) - headers

    line = page.context.new_cdp_session(page)
    line.on("Network.responseReceived", began)
    line.on("Network.loadingFinished", ended)
    line.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    return weights


def _declaration_without_comments() -> str:
    """The example's draft, newly put to the public."""
    at = datetime.now(UTC)
    importers = current_app.extensions["ports"].importers
    plan = Plan(
        slug=f"weighed-{int(at.timestamp())}",
        titles={"en": "Declaration on innovation"},
        summaries={"en": "Six principles by which public bodies can try new ways of serving people."},
        zone="Europe/Paris",
        opens_at=at - timedelta(days=1),
        closes_at=at + timedelta(days=30),
    )
    consultation = create_consultation(plan, by=None, at=at)
    written = (SAMPLE / "innovation" / "en.md").read_bytes()
    found = read_draft(importers, "en.md", written)
    import_translation(consultation, "en", found, is_original=True, by=None, at=at)
    draft = draft_of(consultation)
    assert draft
    seal_version(draft, by=None, at=at)
    list_consultation(consultation, by=None, at=at)
    return consultation.slug
