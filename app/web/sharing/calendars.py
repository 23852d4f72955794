"""Calendars to subscribe to (RFC 5545): when consultations open and close, and when workshops take place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.consultation import Consultation
from app.services.consultations.extending import extensions_of
from app.services.public.reading import consultations_at
from app.services.sharing.feeding import workshops_announced
from app.services.sharing.scheduling import CalendarEvent, Method
from app.services.workshops.inviting import event_of_workshop
from app.web.access import public
from app.web.clock import now
from app.web.locales import page_locale
from app.web.ports import ports, settings
from app.web.presenting import words_in
from app.web.sharing.atom import absolute, choose_language

pages = Blueprint("calendars", __name__)
# How long an opening and the last stretch before a closing stand in a calendar, which shows no bare instants.
STRETCH = timedelta(hours=1)


@pages.route("/feeds/consultations.ics")
@public
def consultations() -> ResponseReturnValue:
    """The openings and closings of all listed consultations; a closing ends at the closing instant."""
    choose_language()
    lists = consultations_at(now())
    events = [
        event for each in (*lists.open, *lists.coming, *lists.closed) for event in _opening_and_closing(each)
    ]
    return calendar_answer(events, name=str(_("Consultations: openings and closings")))


@pages.route("/feeds/workshops.ics")
@public
def workshops() -> ResponseReturnValue:
    """All workshops that were announced, the cancelled ones marked as such."""
    choose_language()
    events = [
        event_of_workshop(
            workshop,
            page_locale(),
            host=site_host(),
            address=absolute("workshops.workshop", slug=workshop.slug),
        )
        for workshop in workshops_announced()
    ]
    return calendar_answer(events, name=str(_("Workshops")))


def calendar_answer(events: Sequence[CalendarEvent], *, name: str = "") -> Response:
    """A calendar for everybody, as a file."""
    content = ports().calendars["ics"].write(events, method=Method.PUBLISH, name=name)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Language"] = page_locale()
    response.headers["Cache-Control"] = "public, max-age=900"
    return response


def site_host() -> str:
    """The host that identities are made with."""
    return urlsplit(settings().base_url).hostname or "localhost"


def _opening_and_closing(found: Consultation) -> Iterator[CalendarEvent]:
    title = words_in(found.titles).text
    opening = str(_("Opens for comments: %(title)s", title=title))
    closing = str(_("Closes: %(title)s", title=title))
    extensions = extensions_of(found)
    changed_at = extensions[0].extended_at if extensions else found.created_at
    yield _event(found, opening, f"opening-{found.slug}", found.opens_at, found.created_at)
    ending = _event(found, closing, f"closing-{found.slug}", found.closes_at - STRETCH, changed_at)
    yield replace(ending, sequence=len(extensions))


def _event(
    found: Consultation, summary: str, name: str, starts_at: datetime, changed_at: datetime
) -> CalendarEvent:
    return CalendarEvent(
        uid=f"{name}@{site_host()}",
        sequence=0,
        summary=summary,
        starts_at=starts_at,
        ends_at=starts_at + STRETCH,
        zone=found.zone,
        changed_at=changed_at,
        description=words_in(found.summaries).text,
        address=absolute("consultations.draft", slug=found.slug),
        language=page_locale(),
    )
