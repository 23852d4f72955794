"""Inviting: a workshop as an entry of a calendar, for everybody or for one person who has a place."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import joinedload

from app.i18n import best_text
from app.models.base import db
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.sharing.scheduling import CalendarEvent, Method

SEATED = frozenset({RegistrationState.CONFIRMED, RegistrationState.ATTENDED, RegistrationState.ABSENT})


def has_place(registration: Registration) -> bool:
    """Whether the person has a place at the workshop, or had one when it took place."""
    return is_seated(registration) and not registration.workshop.is_cancelled


def is_seated(registration: Registration) -> bool:
    """Whether a place is the person’s, at a workshop that was cancelled too: calendars hold it."""
    return registration.state in SEATED


def registration_to_write_to(registration_id: int) -> Registration | None:
    """Whose letter it is, with the workshop; None when nobody is to be written to any more."""
    registration = db.session.get(
        Registration, registration_id, options=[joinedload(Registration.workshop)], populate_existing=True
    )
    if registration is None or registration.purged_at is not None or not registration.email:
        return None
    return registration


def event_of_workshop(
    workshop: Workshop, language: str, *, host: str, address: str = "", online: str = ""
) -> CalendarEvent:
    """The workshop's public entry; its online link is not in it.

    `online` is what stands for a place where there is none but the link, `address` that of the public page.
    """
    place, _language = best_text(workshop.addresses, language)
    title, of_title = best_text(workshop.titles, language)
    return CalendarEvent(
        uid=f"workshop-{workshop.slug}@{host}",
        sequence=workshop.sequence,
        summary=title,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        zone=workshop.zone,
        changed_at=workshop.changed_at,
        description=_description(workshop, language, address),
        location=place or (online if workshop.online_link else ""),
        address=address,
        language=of_title,
        organizer_name=workshop.contact_name,
        organizer_email=_organizer(workshop, host),
        is_cancelled=workshop.is_cancelled,
    )


def event_of_registration(registration: Registration, *, host: str, address: str = "") -> CalendarEvent:
    """The workshop's entry in one person's calendar; the online link is in it while there is a place."""
    workshop, language = registration.workshop, registration.language
    is_cancelled = not has_place(registration)
    link = "" if is_cancelled else workshop.online_link
    public = event_of_workshop(workshop, language, host=host, address=address)
    return replace(
        public,
        uid=f"registration-{registration.number}@{host}",
        sequence=workshop.sequence + registration.sequence,
        changed_at=max(workshop.changed_at, registration.changed_at),
        description=_description(workshop, language, link, address),
        location=public.location or link,
        attendee_name=registration.name,
        attendee_email=registration.email,
        is_cancelled=is_cancelled,
    )


def method_for(event: CalendarEvent) -> Method:
    """What a person's calendar is to do with the entry."""
    return Method.CANCEL if event.is_cancelled else Method.REQUEST


def _description(workshop: Workshop, language: str, *addresses: str) -> str:
    texts = (best_text(written, language)[0] for written in (workshop.purposes, workshop.accesses))
    return "\n\n".join(part for part in (*texts, *addresses) if part)


def _organizer(workshop: Workshop, host: str) -> str:
    """Who invites: an invitation without an organizer is none (RFC 5546, 3.2)."""
    return workshop.contact_email or workshop.consultation.contact_email or f"noreply@{host}"
