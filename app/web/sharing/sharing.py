"""What others see of a page before they open it: short addresses, cards, and facts for machines."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.i18n import page_languages
from app.models.consultation import Consultation
from app.models.workshop import Workshop
from app.services.public.reading import ReadDraft
from app.services.sharing.feeding import workshop_announced
from app.services.sharing.showing import Card
from app.web.access import public
from app.web.caching import keep
from app.web.clock import now
from app.web.locales import best_language, page_locale
from app.web.openings import closing_view, true_until
from app.web.ports import ports, settings
from app.web.presenting import words_in
from app.web.public.consultations import consultation_to_read
from app.web.sharing.atom import absolute, atom_instant

pages = Blueprint("sharing", __name__)


@pages.app_context_processor
def template_words() -> dict[str, object]:
    """Templates can make whole addresses, and tell machines the facts of a page."""
    return {
        "whole": lambda path: settings().base_url + path,
        "consultation_facts": consultation_facts,
        "workshop_facts": workshop_facts,
        "short_address": short_address,
    }


@pages.route("/c/<slug>")
@public
def consultation(slug: str) -> ResponseReturnValue:
    """The consultation in the language that the browser likes best; the address that is printed."""
    return _in_best_language("consultations.draft", consultation_to_read(slug.lower()).slug)


@pages.route("/w/<slug>")
@public
def workshop(slug: str) -> ResponseReturnValue:
    """The workshop in the language that the browser likes best; the address that is printed."""
    return _in_best_language("workshops.workshop", workshop_announced(slug.lower()).slug)


@pages.route("/<lang>/consultations/<slug>/card.png")
@public
def card(slug: str) -> ResponseReturnValue:
    """The picture that stands for the consultation where its address is shared."""
    found, at = consultation_to_read(slug), now()
    stamp, closing = found.public_stamp, closing_view(found, at)
    painted = (
        ports()
        .painters["png"]
        .paint(
            Card(
                overline=words_in(found.bodies).text,
                title=words_in(found.titles).text,
                line=f"{closing.heading} {closing.day}, {closing.time} {closing.zone}",
                address=without_scheme(short_address("sharing.consultation", slug)),
            )
        )
    )
    answer = Response(painted, mimetype="image/png")
    return keep(answer, consultation_id=found.id, stamp=stamp, until=true_until(found, at))


def short_address(endpoint: str, slug: str) -> str:
    """The whole address that leads to the best language, short enough to be typed."""
    return absolute(endpoint, slug=slug)


def without_scheme(address: str) -> str:
    """The address as people write it on paper."""
    return address.partition("://")[2]


def consultation_facts(found: Consultation, draft: ReadDraft | None = None) -> dict[str, Any]:
    """The consultation in the words of schema.org: a work, and the act of commenting on it."""
    body = words_in(found.bodies).text
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "name": words_in(found.titles).text,
        "abstract": words_in(found.summaries).text,
        "url": absolute("consultations.draft", slug=found.slug),
        "inLanguage": list(draft.languages) if draft else list(found.titles),
        "potentialAction": {
            "@type": "CommentAction",
            "name": str(_("Comment on the draft")),
            "startTime": atom_instant(found.opens_at),
            "endTime": atom_instant(found.closes_at),
            "target": absolute("consultations.draft", slug=found.slug),
        },
    }
    if body:
        facts["publisher"] = {"@type": "GovernmentOrganization", "name": body}
    if draft:
        facts |= {"version": draft.number, "datePublished": atom_instant(draft.sealed_at)}
    return facts


def workshop_facts(found: Workshop) -> dict[str, Any]:
    """The workshop in the words of schema.org: an event."""
    address = absolute("workshops.workshop", slug=found.slug)
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": words_in(found.titles).text,
        "description": words_in(found.purposes).text,
        "url": address,
        "startDate": atom_instant(found.starts_at),
        "endDate": atom_instant(found.ends_at),
        "inLanguage": found.working_language,
        "isAccessibleForFree": True,
        "maximumAttendeeCapacity": found.places,
        "eventStatus": f"https://schema.org/{'EventCancelled' if found.is_cancelled else 'EventScheduled'}",
    }
    return facts | _where(found, address)


def _where(found: Workshop, address: str) -> dict[str, Any]:
    """In a place, on line (only whoever is registered learns where), or both."""
    place = words_in(found.addresses).text
    places: list[dict[str, Any]] = [{"@type": "Place", "address": place}] if place else []
    if found.online_link or not place:
        places.append({"@type": "VirtualLocation", "url": address})
    mode = "Mixed" if len(places) > 1 else "Offline" if place else "Online"
    return {
        "location": places if len(places) > 1 else places[0],
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
    }


def _in_best_language(endpoint: str, slug: str) -> ResponseReturnValue:
    lang = page_locale() if page_locale() in page_languages() else best_language()
    response = redirect(url_for(endpoint, slug=slug, lang=lang))
    response.vary.add("Accept-Language")
    return response
