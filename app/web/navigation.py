"""The links that every page has at its top."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request
from flask_babel import gettext as _

from app.models.people import Person
from app.models.roles import Permission
from app.services.permissions import is_allowed_somewhere
from app.web.access import current_person

MANAGING = (Permission.MANAGE_CONSULTATIONS, Permission.MANAGE_PEOPLE)


@dataclass(frozen=True)
class SiteLink:
    """One link of the navigation."""

    words: str
    href: str
    is_current: bool


def site_links() -> list[SiteLink]:
    """What whoever asks can go to from every page."""
    return [_link(words, path) for words, path in _places(current_person())]


def search_address() -> str:
    """Where the search field sends what was typed."""
    return f"/{g.lang}/search"


def _places(person: Person | None) -> list[tuple[str, str]]:
    places = [(_("Consultations"), "/")]
    if person is None:
        return places
    if is_allowed_somewhere(person, Permission.MODERATE):
        places.append((_("Moderation"), "/moderation"))
    if any(is_allowed_somewhere(person, permission) for permission in MANAGING):
        places.append((_("Manage"), "/manage"))
    return [*places, (_("Account"), "/account")]


def _link(words: str, path: str) -> SiteLink:
    href = f"/{g.lang}{path}"
    return SiteLink(words, href, request.path == href)
