"""Contact points: who speaks for a country, what is open there, and how to hear of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.services.consultations.contacting import contact_point_called, contact_points
from app.services.public.reading import consultations_at
from app.services.sharing.feeding import MOST_ENTRIES, news_of_all, next_change, workshops_announced
from app.web.access import public
from app.web.clock import now
from app.web.locales import page_locale
from app.web.ports import ports
from app.web.presenting import Words, country_name, entry_view, words_in
from app.web.public.closing import instant_words
from app.web.sharing.atom import LONG_AGO, Feed, absolute, choose_language, feed_answer, tag
from app.web.sharing.feeds import entry_of, workshop_entry

pages = Blueprint("contact_points", __name__)


@dataclass(frozen=True)
class PointView:
    """A contact point in a list."""

    country: str
    country_words: str
    name: Words


@pages.route("/<lang>/contact-points")
@public
def index() -> ResponseReturnValue:
    """The contact points, by the names of their countries."""
    views = [
        PointView(point.country, country_name(point.country), words_in(point.names))
        for point in contact_points()
    ]
    return render_template(
        "contact_points/index.html", points=sorted(views, key=lambda view: view.country_words.casefold())
    )


@pages.route("/<lang>/contact-points/<country>")
@public
def contact_point(country: str) -> ResponseReturnValue:
    """One contact point: whom to ask, open consultations, its workshops, and how to follow it."""
    at, point = now(), contact_point_called(country)
    lists = consultations_at(at)
    return render_template(
        "contact_points/contact_point.html",
        point=point,
        country=country_name(point.country),
        name=words_in(point.names),
        open=[entry_view(each, at, has_outcome=False) for each in lists.open],
        coming=[entry_view(each, at, has_outcome=False) for each in lists.coming],
        workshops=[
            (each, words_in(each.titles), instant_words(each.starts_at, each.zone))
            for each in sorted(workshops_announced(point.country), key=lambda workshop: workshop.starts_at)
            if at < each.ends_at and not each.is_cancelled
        ],
    )


@pages.route("/feeds/contact-points/<country>.atom")
@public
def feed(country: str) -> ResponseReturnValue:
    """What the contact point invites to: its workshops, and the consultations that open and close."""
    at, stamp = now(), ports().changes.stamp(None)
    point = contact_point_called(country)
    choose_language(*point.names)
    entries = [entry_of(news, found) for found, news in news_of_all(at)]
    entries += [workshop_entry(each) for each in workshops_announced(point.country)]
    entries.sort(key=lambda entry: (entry.updated, entry.id), reverse=True)
    told = Feed(
        id=tag(LONG_AGO, f"contact-points/{point.country}"),
        title=words_in(point.names),
        author=words_in(point.names).text,
        own=absolute("contact_points.feed", country=point.country, lang=page_locale()),
        page=absolute("contact_points.contact_point", country=point.country),
        entries=entries[:MOST_ENTRIES],
    )
    return feed_answer(told, consultation_id=None, stamp=stamp, until=next_change(at))
