"""The sitemap (sitemaps.org): every public page, in every language of the site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.i18n import page_languages
from app.services.consultations.contacting import contact_points
from app.services.consultations.reporting import with_outcome
from app.services.public.reading import consultations_at
from app.services.sharing.feeding import workshops_announced
from app.web.access import public
from app.web.clock import now
from app.web.ports import settings

pages = Blueprint("sitemap", __name__)


@dataclass(frozen=True)
class Place:
    """A page by the languages that it is in: code and whole address."""

    addresses: list[tuple[str, str]]


@pages.route("/sitemap.xml")
@public
def sitemap() -> ResponseReturnValue:
    """Every public page, with its other languages."""
    written = render_template("feeds/sitemap.xml", places=[_place(*one) for one in _public_pages()])
    response = Response(written, content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=900"
    return response


def _public_pages() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "consultations.index", {}
    lists = consultations_at(now())
    for found in (*lists.open, *lists.coming, *lists.closed):
        yield "consultations.draft", {"slug": found.slug}
    closed = {found.id: found.slug for found in lists.closed}
    for consultation_id in sorted(with_outcome(lists.closed)):
        yield "consultations.outcome", {"slug": closed[consultation_id]}
    yield "workshops.index", {}
    for workshop in workshops_announced():
        yield "workshops.workshop", {"slug": workshop.slug}
    yield "contact_points.index", {}
    for point in contact_points():
        yield "contact_points.contact_point", {"country": point.country}
    for endpoint in ("newsletter.index", "home.accessibility", "home.privacy"):
        yield endpoint, {}


def _place(endpoint: str, values: dict[str, Any]) -> Place:
    return Place(
        [(code, settings().base_url + url_for(endpoint, lang=code, **values)) for code in page_languages()]
    )
