"""What belongs to no consultation: the way in, the pages about the site, and the signs for machines."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.i18n import direction_of, name_of_language, page_languages
from app.services.consultations.reporting import database_answers
from app.services.errors import NotFoundError
from app.web.access import public
from app.web.dates import city_of
from app.web.locales import best_language, page_locale
from app.web.navigation import site_links
from app.web.ports import settings

pages = Blueprint("home", __name__)

ROBOTS = """\
User-agent: *
Disallow: /*/search
Disallow: /*/receipts/
Disallow: /*/registrations/
Disallow: /*/subscriptions/
Disallow: /*/links/
Disallow: /*/sign-in
"""


@pages.app_context_processor
def template_words() -> dict[str, object]:
    """Templates know the links at the top of every page, and the names of languages in its language."""
    return {
        "site_links": site_links,
        "direction_of": direction_of,
        "language_name": lambda code: name_of_language(code, page_locale()),
        "page_languages": page_languages(),
    }


@pages.route("/")
@public
def best() -> ResponseReturnValue:
    """The consultations in the language that the browser likes best."""
    response = redirect(url_for("consultations.index", lang=best_language()))
    response.vary.add("Accept-Language")
    return response


@pages.route("/<lang>/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """How accessible the site is, and whom to tell when it is not."""
    return render_template("home/accessibility.html")


@pages.route("/<lang>/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is kept of visitors and respondents, and why."""
    return render_template("home/privacy.html")


@pages.route("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """What crawlers are asked to leave alone."""
    return Response(f"{ROBOTS}Sitemap: {settings().base_url}/sitemap.xml\n", mimetype="text/plain")


@pages.route("/health")
@public
def health() -> ResponseReturnValue:
    """That the process answers."""
    return Response("ok\n", mimetype="text/plain")


@pages.route("/ready")
@public
def ready() -> ResponseReturnValue:
    """Whether the site can serve: 200 when the database answers, 503 when it does not."""
    if database_answers():
        return Response("ready\n", mimetype="text/plain")
    return Response("the database does not answer\n", 503, mimetype="text/plain")


@pages.route("/<lang>/zones/<path:zone>")
@public
def city(zone: str) -> ResponseReturnValue:
    """The city by which the readers of a language know a time zone, for the script beside a closing."""
    if zone not in available_timezones():
        raise NotFoundError(f"zone {zone}")
    response = Response(city_of(zone), mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=2592000"
    return response
