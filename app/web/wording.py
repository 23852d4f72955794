"""The words for kinds, states, capacities and reasons: the one place, in the page's language when shown."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.models.comment import Capacity, Kind, State
from app.models.moderation import Reason

KINDS: dict[str, Any] = {
    Kind.CLARITY: _l("Clarity"),
    Kind.WORDING: _l("Wording"),
    Kind.TERMINOLOGY: _l("Terminology"),
    Kind.ACTION: _l("Action"),
    Kind.IMPLICATION: _l("Implication"),
    Kind.SUPPORT: _l("Support"),
    Kind.OBJECTION: _l("Objection"),
    Kind.OTHER: _l("Other"),
}

STATES: dict[str, Any] = {
    State.WAITING: _l("Waiting"),
    State.PUBLISHED: _l("Published"),
    State.REJECTED: _l("Rejected"),
    State.SPAM: _l("Spam"),
    State.WITHDRAWN: _l("Withdrawn"),
    State.ERASED: _l("Erased"),
}

CAPACITIES: dict[str, Any] = {
    Capacity.INDIVIDUAL: _l("As an individual"),
    Capacity.ORGANISATION: _l("On behalf of an organisation"),
    Capacity.GROUP: _l("On behalf of a group"),
}

REASONS: dict[str, Any] = {
    Reason.OFF_TOPIC: _l("It is not about this draft"),
    Reason.PERSONAL_DATA: _l("It contains somebody’s personal data"),
    Reason.INSULT: _l("It insults somebody"),
    Reason.HATE: _l("It stirs up hatred"),
    Reason.ADVERTISING: _l("It advertises something"),
    Reason.DUPLICATE: _l("It has already been sent"),
    Reason.NOT_A_COMMENT: _l("It does not say anything about the draft"),
}
