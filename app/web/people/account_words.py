"""What the page about one's account says of roles and of what was sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.comment import Submission
from app.models.consultation import Consultation
from app.models.people import Membership
from app.models.roles import Role
from app.services.comments.receipts import secret_of
from app.web.dates import date_words
from app.web.ports import settings
from app.web.presenting import Words, country_name, words_in
from app.wording import STATES

ROLES: dict[Role, Any] = {
    Role.RESPONDENT: _l("Respondent"),
    Role.MODERATOR: _l("Moderator"),
    Role.ANALYST: _l("Analyst"),
    Role.CONTACT_POINT: _l("Contact point"),
    Role.EDITOR: _l("Editor"),
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.AUDITOR: _l("Auditor"),
}


@dataclass(frozen=True)
class SentLine:
    """One submission as its respondent sees it in a list."""

    number: str
    href: str
    title: Words
    received: str
    received_at: str
    states: str


def role_words(membership: Membership, consultation: Consultation | None) -> str:
    """The role and where it holds, for example “Contact point for Norway”."""
    role = str(ROLES[membership.as_role])
    title = words_in(consultation.titles).text if consultation else ""
    country = country_name(membership.country) if membership.country else ""
    if country and title:
        return str(_("%(role)s for %(country)s in “%(title)s”", role=role, country=country, title=title))
    if country:
        return str(_("%(role)s for %(country)s", role=role, country=country))
    return str(_("%(role)s in “%(title)s”", role=role, title=title)) if title else role


def sent_lines(submissions: Iterable[Submission]) -> list[SentLine]:
    """The submissions with the way to each one's receipt."""
    return [_line(submission) for submission in submissions]


def _line(submission: Submission) -> SentLine:
    consultation, number = submission.consultation, submission.number
    return SentLine(
        number=number,
        href=url_for("receipts.receipt", number=number, secret=secret_of(number, settings().secret_key)),
        title=words_in(consultation.titles),
        received=date_words(submission.received_at, consultation.zone),
        received_at=submission.received_at.isoformat(timespec="seconds"),
        states=", ".join(str(STATES[comment.state]) for comment in submission.comments),
    )
