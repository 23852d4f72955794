"""Words for what people say, who they are, and what became of it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.comment import Capacity, Channel, Kind, Meeting, OrganisationKind, State
from app.models.moderation import Answer, Reason

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

ORGANISATION_KINDS: dict[str, Any] = {
    OrganisationKind.PUBLIC_BODY: _l("Public body"),
    OrganisationKind.ASSOCIATION: _l("Association or foundation"),
    OrganisationKind.BUSINESS: _l("Business"),
    OrganisationKind.TRADE_UNION: _l("Trade union"),
    OrganisationKind.RESEARCH: _l("Research or education"),
    OrganisationKind.OTHER: _l("Another organisation"),
}

# Beside an organisation's name.
KINDS_BESIDE_A_NAME: dict[str, Any] = {
    OrganisationKind.PUBLIC_BODY: _l("public body"),
    OrganisationKind.ASSOCIATION: _l("association or foundation"),
    OrganisationKind.BUSINESS: _l("business"),
    OrganisationKind.TRADE_UNION: _l("trade union"),
    OrganisationKind.RESEARCH: _l("research or education"),
}

MEETINGS: dict[str, Any] = {
    Meeting.WORKSHOP: _l("At a workshop"),
    Meeting.MEETING: _l("At a meeting"),
    Meeting.CLASS: _l("As a class"),
    Meeting.ONLINE: _l("Online"),
    Meeting.OTHER: _l("In another way"),
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

ANSWERS: dict[str, Any] = {
    Answer.ACCEPTED: _l("Accepted"),
    Answer.IN_PART: _l("Accepted in part"),
    Answer.NOT_ACCEPTED: _l("Not accepted"),
    Answer.OUT_OF_SCOPE: _l("Outside the scope of the draft"),
    Answer.NOTED: _l("Noted"),
}


def words_for_reason(reason: str) -> str:
    """The reason in the language of whom it is told to."""
    return str(REASONS[reason])


def in_quotes(words: str) -> str:
    """The words between the quotation marks of the page's language."""
    return str(_("“%(words)s”", words=words))


CHANNELS: dict[str, Any] = {
    Channel.WEB: _l("On this site"),
    Channel.SIGNED_IN: _l("On this site, signed in"),
    Channel.LETTER: _l("By letter"),
    Channel.EMAIL: _l("By e-mail"),
    Channel.WORKSHOP: _l("From a workshop"),
    Channel.OTHER: _l("In another way"),
}
