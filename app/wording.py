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


def words_for_reason(reason: str) -> str:
    """The reason in the language of whom it is told to."""
    return str(REASONS[reason])


# What is wrong with a file or text that was to become a draft.
DRAFT_PROBLEMS: dict[str, Any] = {
    "too_large": _l("The file is larger than 2 MB."),
    "empty": _l("There is nothing in it."),
    "unknown_format": _l("This kind of file cannot be read."),
    "not_text": _l("This is not a text file. Save it as Markdown or plain text and try again."),
    "not_utf8": _l("Its letters cannot be read. Save it with the encoding UTF-8 and try again."),
    "no_title": _l(
        "It does not begin with a title. Write the title alone on the first line, in Markdown after “# ”."
    ),
    "no_paragraphs": _l("It holds no paragraphs, only headings."),
    "too_many_blocks": _l("It holds more than 5,000 paragraphs."),
    "block_too_long": _l("One paragraph is longer than 20,000 characters. Divide it by empty lines."),
    "too_deep": _l("Its lists or quotations are nested too deeply."),
    "unknown": _l("This is not a language code. Write one like “en” or “pt-BR”."),
    "no_original": _l("There is no original yet. Import the original first, then its translations."),
    "is_original": _l(
        "The original is in this language. Import it as the original, or choose another language."
    ),
    "other_original": _l("The original is in another language. Import this text as a translation."),
    "has_translations": _l("The original has translations. Remove those first."),
    "sealed": _l(
        "The last version is sealed, its translations included. Import the original to begin the next one."
    ),
    "nothing_to_seal": _l("There is no working version to seal. Import the original first."),
    "misaligned": _l("The translation does not have the same paragraphs as the original."),
}

# What is wrong with a consultation's settings, by field and problem.
CONSULTATION_PROBLEMS: dict[str, Any] = {
    "slug invalid": _l("Write the address in small letters, digits and single hyphens, like “open-data”."),
    "slug taken": _l("Another consultation has this address. Choose another one."),
    "titles required": _l("Write a title."),
    "titles too_long": _l("Shorten the title to 200 characters."),
    "summaries too_long": _l("Shorten the summary to 5,000 characters."),
    "bodies too_long": _l("Shorten the name of the body to 200 characters."),
    "zone unknown": _l("Choose a time zone from the list, like “Europe/Paris”."),
    "opens_at unreadable": _l("Choose the date and time of opening."),
    "opens_at has_opened": _l("The consultation has opened already. Its opening cannot be moved any more."),
    "closes_at unreadable": _l("Choose the date and time of closing."),
    "closes_at before_opening": _l("Choose a closing that is later than the opening."),
    "closes_at earlier": _l(
        "People were promised more time. Once a consultation is open, its closing cannot be moved earlier."
    ),
    "closes_at has_closed": _l("The consultation has closed. Its closing cannot be moved any more."),
    "contact_email invalid": _l("Write the e-mail address of the contact person like name@example.org."),
    "local gap": _l("This time does not exist: the clocks go forward over it that day. Choose another time."),
    "local repeated": _l("This time comes twice: the clocks go back over it that day. Choose another time."),
    "local unreadable": _l("Write a date and a time, like 2030-01-31T09:00."),
}
