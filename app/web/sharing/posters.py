"""Posters: pages made for printing, with a code that leads a telephone to what they invite to."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.services.sharing.feeding import workshop_announced
from app.web.access import public
from app.web.caching import keep
from app.web.clock import now
from app.web.codes import code_of
from app.web.dates import long_date_words, time_words, zone_words
from app.web.locales import page_locale
from app.web.openings import closing_view, true_until
from app.web.presenting import words_in
from app.web.public.closing import instant_words
from app.web.public.consultations import consultation_to_read
from app.web.sharing.atom import absolute
from app.web.sharing.sharing import short_address, without_scheme
from app.wording import languages_of_workshop

pages = Blueprint("posters", __name__)


@pages.route("/<lang>/consultations/<slug>/poster")
@public
def consultation(slug: str) -> ResponseReturnValue:
    """An invitation to comment, for a wall."""
    found, at = consultation_to_read(slug), now()
    stamp, address = found.public_stamp, short_address("sharing.consultation", slug)
    page = render_template(
        "posters/consultation.html",
        consultation=found,
        title=words_in(found.titles),
        lead=words_in(found.summaries),
        body=words_in(found.bodies),
        closing=closing_view(found, at),
        # The code speaks the poster's language; who types the address gets the browser's.
        code=code_of(absolute("consultations.draft", slug=slug)),
        address=without_scheme(address),
    )
    return keep(page, consultation_id=found.id, stamp=stamp, until=true_until(found, at))


@pages.route("/<lang>/workshops/<slug>/poster")
@public
def workshop(slug: str) -> ResponseReturnValue:
    """An invitation to the workshop, for a wall."""
    found = workshop_announced(slug)
    address = short_address("sharing.workshop", slug)
    day = long_date_words(found.starts_at, found.zone)
    hours = f"{time_words(found.starts_at, found.zone)}–{time_words(found.ends_at, found.zone)}"
    page = render_template(
        "posters/workshop.html",
        workshop=found,
        title=words_in(found.titles),
        lead=words_in(found.purposes),
        place=words_in(found.addresses),
        body=words_in(found.consultation.bodies),
        day=day,
        hours=f"{hours} {zone_words(found.zone)}",
        register_by=instant_words(found.register_by, found.zone),
        access=words_in(found.accesses),
        spoken=languages_of_workshop(found.working_language, found.interpretation, page_locale()),
        code=code_of(absolute("workshops.workshop", slug=slug)),
        address=without_scheme(address),
    )
    return keep(page, consultation_id=found.consultation_id, stamp=found.consultation.public_stamp)
