"""What is said at a field about what cannot be taken from it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.services.comments.checking import LONGEST_COMMENT, LONGEST_LINE, LONGEST_NUMBER
from app.services.sittings.sittings import MOST_TOGETHER
from app.services.sittings.typed import LONGEST_TEXT
from app.web.forms import PageForm

LONGEST = {
    "body": LONGEST_COMMENT,
    "suggestion": LONGEST_COMMENT,
    "quotation": LONGEST_TEXT,
    "register_number": LONGEST_NUMBER,
}
PROBLEMS: dict[tuple[str, str], Any] = {
    ("body", "required"): _l("Write your comment, propose other wording, or say how much it matters."),
    ("name", "required"): _l("Write your name."),
    ("email", "required"): _l("Write your e-mail address."),
    ("email", "invalid"): _l("This is not an e-mail address. It should look like name@example.org."),
    ("country", "required"): _l("Choose your country."),
    ("capacity", "required"): _l("Say for whom you speak."),
    ("capacity", "unknown"): _l("Say for whom you speak."),
    ("organisation_kind", "unknown"): _l("Choose what the organisation is."),
    ("meeting", "unknown"): _l("Choose how the group met."),
    ("country", "unknown"): _l("Choose your country."),
    ("kind", "unknown"): _l("Say what your comment is about."),
    ("importance", "unknown"): _l("Say how much this paragraph matters to you."),
    ("kind", "required"): _l("Say what your comment is about."),
    ("importance", "required"): _l("Say how much this paragraph matters to you."),
    ("organisation", "required"): _l("Write the name of the organisation or group."),
    ("has_authority", "required"): _l(
        "Tick the box if you may speak for them; otherwise speak as an individual."
    ),
    ("group_size", "required"): _l("Write how many people the group has: a number from 2 upwards."),
    ("quotation", "gone"): _l(
        "These words are not in the paragraph. Copy them from it exactly, or leave the field empty."
    ),
    ("parent", "gone"): _l("The comment that you replied to is no longer shown. Nothing is lost."),
    ("place", "changed"): _l("The text has changed since. Look at your comment again."),
    ("place", "gone"): _l("The paragraph is no longer in the text. Move your comment, or remove it."),
    ("comments", "too_many"): _l(
        "A submission can hold at most %(most)s comments. Send some at once, or remove some.",
        most=MOST_TOGETHER,
    ),
    ("consent", "required"): _l("Tick the box: we may not publish your comment without your consent."),
}


def add_problems(form: PageForm, problems: dict[str, str]) -> None:
    """The fields say in words what could not be taken; what has no field is said of the whole form."""
    for name, problem in problems.items():
        message = problem_words(name, problem)
        if name in form:
            form[name].errors = [*form[name].errors, message]
        else:
            form.form_errors.append(message)


def problem_words(name: str, problem: str) -> str:
    """What could not be taken, in words that say how to mend it."""
    return _too_long(name) if problem == "too_long" else str(PROBLEMS[name, problem])


def _too_long(name: str) -> str:
    most = LONGEST.get(name, LONGEST_LINE)
    return str(_("This is too long: at most %(most)s characters.", most=f"{most:,}".replace(",", "\u202f")))
