"""Words for workshops and registrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.i18n import name_of_language
from app.models.workshop import RegistrationState

# What of a workshop was changed, said within a sentence.
CHANGED_FACTS: dict[str, Any] = {
    "time": _l("the time"),
    "place": _l("the place"),
    "access": _l("how to get in"),
    "link": _l("the link to take part online"),
    "title": _l("the title"),
}


def facts_that_changed(names: Sequence[str], language: str) -> str:
    """“the time and the place”; empty where none is named."""
    return _listed([str(CHANGED_FACTS[name]) for name in names], language)


def languages_of_workshop(working: str, interpretation: Sequence[str], language: str) -> str:
    """“English, with interpretation into Latvian and French”, or “English, without interpretation”."""
    spoken = name_of_language(working, language)
    into = _listed([name_of_language(code, language) for code in interpretation], language)
    if not into:
        return str(_("%(language)s, without interpretation", language=spoken))
    return str(_("%(language)s, with interpretation into %(languages)s", language=spoken, languages=into))


def _listed(words: Sequence[str], language: str) -> str:
    return format_list(words, locale=language) if words else ""


# How a registration stands, to the organiser of the workshop.
REGISTRATION_STATES: dict[str, Any] = {
    RegistrationState.CONFIRMED: _l("Confirmed"),
    RegistrationState.WAITING: _l("Waiting"),
    RegistrationState.OFFERED: _l("Place offered"),
    RegistrationState.CANCELLED: _l("Cancelled"),
    RegistrationState.ATTENDED: _l("Attended"),
    RegistrationState.ABSENT: _l("Absent"),
}

# The same once the workshop was cancelled: what a registration was, and that it stands for nothing now.
STATES_BEFORE_CANCELLING: dict[str, Any] = {
    RegistrationState.CONFIRMED: _l("Workshop cancelled; had a place"),
    RegistrationState.WAITING: _l("Workshop cancelled; was waiting"),
    RegistrationState.OFFERED: _l("Workshop cancelled; was offered a place"),
}


def registration_words(state: str, *, is_workshop_cancelled: bool) -> str:
    """How a registration stands, to the organiser of the workshop."""
    ended = STATES_BEFORE_CANCELLING if is_workshop_cancelled else {}
    return str(ended.get(state) or REGISTRATION_STATES[state])


# What is wrong with what an organiser filled in about a workshop, by field and problem.
WORKSHOP_PROBLEMS: dict[str, Any] = {
    "seen overtaken": _l(
        "Somebody else has changed this workshop since you opened it. Your words are below, theirs are "
        "shown above the form. Put together what is to stay, and save again."
    ),
    "slug invalid": _l(
        "Write the address in small letters, digits and single hyphens, like “riga-february”."
    ),
    "slug taken": _l("Another workshop has this address. Choose another one."),
    "country unknown": _l("There is no contact point for this country. Choose another one."),
    "titles required": _l("Write a title in one language at least."),
    "titles too_long": _l("Shorten the title to 200 characters."),
    "purposes too_long": _l("Shorten this to 5,000 characters."),
    "audiences too_long": _l("Shorten this to 5,000 characters."),
    "programmes too_long": _l("Shorten the programme to 5,000 characters."),
    "facilitators too_long": _l("Shorten this to 5,000 characters."),
    "accesses too_long": _l("Shorten this to 5,000 characters."),
    "addresses too_long": _l("Shorten the address to 500 characters."),
    "addresses required": _l("Write where it takes place, or give a link to take part online."),
    "online_link invalid": _l("Write the whole link; it begins with https://"),
    "online_link too_long": _l("Shorten the link to 500 characters."),
    "zone unknown": _l("Choose a time zone from the list."),
    "starts_at unreadable": _l("Write the day and the time of the start, like 2030-02-23T13:00."),
    "ends_at unreadable": _l("Write the day and the time of the end, like 2030-02-23T16:00."),
    "register_by unreadable": _l("Write until when people can register, like 2030-02-17T23:59."),
    "local gap": _l("This time does not exist: the clocks go forward over it. Choose another one."),
    "local repeated": _l("This time comes twice: the clocks go back over it. Choose another one."),
    "starts_at past": _l("The start must be still to come."),
    "starts_at has_begun": _l("It has begun. Start and end stay as they are."),
    "ends_at before_start": _l("The end must be after the start."),
    "register_by after_start": _l("Registering must end before the start, or with it."),
    "register_by past": _l("Registering must still be possible: set a later time."),
    "consultation unlisted": _l("The consultation is not public yet. Show it to the public first."),
    "working_language unknown": _l("Choose a language from the list."),
    "places out_of_range": _l("Write how many places there are: a number from 1 to 900."),
    "offer_hours out_of_range": _l("Write a number of hours from 1 to 336, which is two weeks."),
    "reminder_hours out_of_range": _l("Write a number of hours from 0 to 336, which is two weeks."),
    "retention_days out_of_range": _l("Write a number of days from 7 to 730, which is two years."),
    "retention_days longer": _l("People registered with a shorter time in view. It can only be shortened."),
    "questions too_many": _l("Ask 10 questions at most."),
    "questions too_long": _l("Shorten the question to 300 characters."),
    "paragraph_keys unknown": _l("Choose paragraphs of the draft from the list."),
    "contact_name required": _l("Write whom people can ask."),
    "contact_name too_long": _l("Shorten the name to 200 characters."),
    "contact_email required": _l("Write the address at which people can ask."),
    "contact_email invalid": _l("Write the address like name@example.org."),
    "reasons required": _l("Say in one language at least why it does not take place."),
    "reasons too_long": _l("Shorten the reason to 2,000 characters."),
    "reasons not_now": _l("Only a published workshop that has not ended can be cancelled."),
    "recipients required": _l("Choose somebody whom the letter is for. Nobody matches now."),
    "subjects required": _l("Write the subject."),
    "subjects incomplete": _l(
        "A text stands in this language, but no subject. Write it, or take out the text."
    ),
    "subjects too_long": _l("Shorten the subject to 150 characters."),
    "texts required": _l("Write the letter."),
    "texts incomplete": _l(
        "A subject stands in this language, but no text. Write it, or take out the subject."
    ),
    "texts too_long": _l("Shorten the letter to 5,000 characters."),
    "notes too_long": _l("Shorten the notes to 20,000 characters."),
    "notes not_yet": _l("The workshop has not begun yet."),
    "results not_yet": _l("The workshop has not begun yet."),
    "materials too_many": _l("Link 20 materials at most."),
    "material titles required": _l("Say in one language at least what it is."),
    "material titles too_long": _l("Shorten the title to 200 characters."),
    "material address required": _l("Write its address; it begins with https://"),
    "material address invalid": _l("Write the whole address; it begins with https://"),
}


def workshop_words(field: str, code: str) -> str:
    """What is wrong with what an organiser filled in, and how to mend it."""
    return str(WORKSHOP_PROBLEMS[f"{'local' if code in {'gap', 'repeated'} else field} {code}"])
