"""How a registration stands, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.models.workshop import Registration, RegistrationState
from app.services.workshops.inviting import has_place, is_seated
from app.services.workshops.seats import LIVE, is_offer_open, rank_in_line
from app.web.dates import minutes_words


@dataclass(frozen=True)
class Standing:
    """How it stands with a registration, and what its holder can do now.

    `had_entry`: a calendar may hold the workshop for this person, which a file takes out.
    """

    heading: str
    rank: int | None
    offer_ends: str
    has_place: bool
    had_entry: bool
    can_change: bool
    can_cancel: bool


def standing_of(registration: Registration, at: datetime) -> Standing:
    """How the registration stands at that instant."""
    workshop, rank = registration.workshop, rank_in_line(registration)
    is_offered = is_offer_open(registration, workshop, at) and not workshop.is_cancelled
    takes_place = not workshop.is_cancelled and at < workshop.starts_at
    is_lapsed = registration.state == RegistrationState.OFFERED and not is_offered
    can_act = takes_place and registration.state in LIVE and not is_lapsed
    ends_at = registration.offer_ends_at
    return Standing(
        heading=_heading(registration, rank, is_offered=is_offered, at=at),
        rank=None if workshop.is_cancelled else rank,
        offer_ends=minutes_words(min(ends_at, workshop.starts_at), workshop.zone)
        if is_offered and ends_at
        else "",
        has_place=has_place(registration),
        had_entry=is_seated(registration) or registration.sequence > 0,
        can_change=can_act,
        can_cancel=can_act,
    )


def _heading(registration: Registration, rank: int | None, *, is_offered: bool, at: datetime) -> str:
    workshop, state = registration.workshop, registration.state
    if workshop.is_cancelled:
        return str(_("This workshop does not take place"))
    if state == RegistrationState.ATTENDED:
        return str(_("You took part"))
    if state == RegistrationState.CANCELLED:
        return str(_("Your registration is cancelled"))
    if has_place(registration):
        return str(_("You have a place") if at < workshop.ends_at else _("You had a place"))
    if state == RegistrationState.WAITING:
        if at >= workshop.starts_at:
            return str(_("No place became free"))
        return str(_("You are number %(rank)s on the waiting list", rank=rank))
    return str(_("A place is free for you") if is_offered else _("The place is no longer kept for you"))
