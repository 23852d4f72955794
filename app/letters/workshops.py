"""Letters to whoever registered for a workshop, with what their calendar must hear of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app, url_for
from flask_babel import force_locale

from app.dates import minutes_words, stretch_words
from app.i18n import best_text
from app.letters.writing import page_language, written_letter
from app.models.activity import Job
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.comments.receipts import secret_of
from app.services.ports import Ports
from app.services.subscriptions.notifying import Invitation, Letter
from app.services.text import digest_of
from app.services.workshops.inviting import (
    event_of_registration,
    has_place,
    is_seated,
    method_for,
    registration_to_write_to,
)
from app.services.workshops.seats import LIVE, rank_in_line
from app.wording import facts_that_changed, languages_of_workshop
from config import Config

CONFIRMED, WAITING, OFFERED, CANCELLED = (
    RegistrationState.CONFIRMED,
    RegistrationState.WAITING,
    RegistrationState.OFFERED,
    RegistrationState.CANCELLED,
)
# A letter that comes late may tell of what is so no more: then another letter tells how it is.
TRUE_WHILE = {
    "registration_confirmed": {CONFIRMED},
    "registration_waiting": {WAITING},
    "registration_offered": {OFFERED},
    "registration_changed": LIVE,
    "registration_cancelled": {CANCELLED},
    "registration_expired": {CANCELLED},
    "workshop_changed": LIVE,
    "workshop_reminder": {CONFIRMED},
}
OF_WHAT_TAKES_PLACE = TRUE_WHILE.keys() - {"registration_cancelled"}
WITH_INVITATION = {
    "registration_confirmed",
    "registration_changed",
    "registration_cancelled",
    "workshop_changed",
    "workshop_cancelled",
    "workshop_reminder",
}


def letter_on_registration(job: Job, config: Config, at: datetime) -> Letter | None:
    """The letter, or None when the registration is gone or what the letter would tell is so no more."""
    registration = registration_to_write_to(int(job.payload["registration_id"]))
    name = str(job.payload["letter"])
    if registration is None or not _is_true(name, registration):
        return None
    with force_locale(page_language(registration.language)):
        context = {
            **_facts_of(registration.workshop, page_language(registration.language), at),
            **_standing(registration, config),
            **_told(job.payload, page_language(registration.language)),
            "is_again": bool(job.payload.get("is_again")),
        }
        letter = written_letter(name, registration.email, context, job, at)
    return replace(
        letter,
        reply_to=registration.workshop.contact_email,
        invitation=_invitation(name, registration, config),
    )


def registration_address(registration: Registration, config: Config) -> str:
    """The secret address of the registration; without its secret once the site's key has changed."""
    number = registration.number
    secret: str | None = secret_of(number, config.secret_key)
    if digest_of(secret or "") != registration.secret_digest:
        secret = None
    language = page_language(registration.language)
    return url_for("registrations.registration", lang=language, number=number, secret=secret, _external=True)


def _is_true(name: str, registration: Registration) -> bool:
    if registration.workshop.is_cancelled and name in OF_WHAT_TAKES_PLACE:
        return False
    return registration.state in TRUE_WHILE.get(name, {registration.state})


def _facts_of(workshop: Workshop, language: str, at: datetime) -> dict[str, Any]:
    return {
        "workshop": workshop,
        "title": best_text(workshop.titles, language)[0],
        "when": stretch_words(workshop.starts_at, workshop.ends_at, workshop.zone, language),
        "place": best_text(workshop.addresses, language)[0],
        "access": best_text(workshop.accesses, language)[0],
        "languages": languages_of_workshop(workshop.working_language, workshop.interpretation, language),
        "reason": best_text(workshop.cancel_reasons, language)[0],
        "is_open": workshop.takes_registrations(at),
        "page_link": _page_address(workshop, language),
    }


def _standing(registration: Registration, config: Config) -> dict[str, Any]:
    """How it stands with the registration, in words, and the link that opens it."""
    workshop, ends_at = registration.workshop, registration.offer_ends_at
    language = page_language(registration.language)
    return {
        "registration": registration,
        "link": registration_address(registration, config),
        "has_place": has_place(registration),
        "had_entry": _had_entry(registration),
        "rank": rank_in_line(registration),
        "offer_ends": minutes_words(ends_at, workshop.zone, language) if ends_at else "",
        "online_link": workshop.online_link if has_place(registration) else "",
        "is_online": bool(workshop.online_link),
    }


def _told(payload: Mapping[str, Any], language: str) -> dict[str, str]:
    """What the organiser changed or wrote, in words; empty where the letter tells of no such thing."""
    return {
        "changed": facts_that_changed(payload.get("changed", []), language),
        "written_subject": best_text(payload.get("subjects", {}), language)[0],
        "written_text": best_text(payload.get("texts", {}), language)[0],
    }


def _invitation(name: str, registration: Registration, config: Config) -> Invitation | None:
    """What the person's calendar must hear of: nothing as long as the person has never had a place."""
    if name not in WITH_INVITATION or not _had_entry(registration):
        return None
    host = urlsplit(config.base_url).hostname or "localhost"
    address = _page_address(registration.workshop, page_language(registration.language))
    event = event_of_registration(registration, host=host, address=address)
    method = method_for(event)
    ports = cast("Ports", current_app.extensions["ports"])
    return Invitation(method.value, ports.calendars["ics"].write([event], method=method))


def _had_entry(registration: Registration) -> bool:
    """Whether a calendar holds an entry for it: who gives a place back raises the sequence."""
    return is_seated(registration) or (registration.state == CANCELLED and registration.sequence > 0)


def _page_address(workshop: Workshop, language: str) -> str:
    return url_for("workshops.workshop", lang=language, slug=workshop.slug, _external=True)
