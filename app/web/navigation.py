"""The links that every page has at its top."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from app.models.people import Person
from app.models.roles import Permission
from app.services.permissions import is_allowed_somewhere
from app.web.access import current_person

RUNNING = "workshop_management.index"
MODERATION = "moderation.index"
OF_MODERATION = ("moderation", "reviews")
WORK_FIRST = (
    MODERATION,
    "management.index",
    "intake.index",
    "workshop_management.index",
    "exports.index",
)


@dataclass(frozen=True)
class SiteLink:
    """One link of the navigation; `current` says so of this page, or of one that this page belongs to."""

    words: str
    href: str
    current: str


def site_links() -> list[SiteLink]:
    """What whoever asks can go to from every page."""
    return [_link(words, endpoint) for words, endpoint in _places(current_person())]


def first_page_for(person: Person) -> str:
    """Where somebody who has just signed in wants to go: their work, or else their account."""
    work = {endpoint for _words, endpoint in _work_of(person)}
    return url_for(next((one for one in WORK_FIRST if one in work), "accounts.account"))


def _places(person: Person | None) -> list[tuple[str, str]]:
    first, public_workshops = (_("Consultations"), "consultations.index"), (_("Workshops"), "workshops.index")
    if person is None:
        return [first, public_workshops]
    work = _work_of(person)
    # Who runs workshops finds the public list from there: two entries of one name would lead astray.
    shown = [] if any(endpoint == RUNNING for _words, endpoint in work) else [public_workshops]
    return [first, *shown, *work, (_("Account"), "accounts.account")]


def _work_of(person: Person) -> list[tuple[str, str]]:
    by_permission = (
        (Permission.MODERATE, _("Moderation"), MODERATION),
        (Permission.ENTER_COMMENTS, _("Intake"), "intake.index"),
        (Permission.MANAGE_CONSULTATIONS, _("Manage"), "management.index"),
        (Permission.RUN_WORKSHOPS, _("Workshops"), RUNNING),
        (Permission.EXPORT_COMMENTS, _("Exports"), "exports.index"),
    )
    return [
        (words, endpoint)
        for permission, words, endpoint in by_permission
        if is_allowed_somewhere(person, permission)
    ]


def _link(words: str, endpoint: str) -> SiteLink:
    href = url_for(endpoint)
    if request.path == href:
        return SiteLink(words, href, "page")
    is_within = endpoint == MODERATION and request.blueprint in OF_MODERATION
    return SiteLink(words, href, "true" if is_within else "")
