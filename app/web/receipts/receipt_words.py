"""What receipts say of what happened, and of what cannot be done."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.services.exports.recounting import Event, Happened
from app.services.moderation.appealing import LONGEST_APPEAL
from app.wording import ANSWERS, REASONS

EVENTS: dict[str, Any] = {
    Happened.RECEIVED: _l("Received"),
    Happened.PUBLISHED: _l("Published"),
    Happened.REJECTED: _l("Not published"),
    Happened.SPAM: _l("Marked as spam"),
    Happened.PUT_BACK: _l("Put back: a moderator looks at it again"),
    Happened.CORRECTED: _l("You corrected it"),
    Happened.CORRECTION_WAITS: _l("You corrected it; a moderator reads the new words first"),
    Happened.CORRECTION_REPLACED: _l("Your later correction took the place of this one"),
    Happened.CORRECTION_APPROVED: _l("Your correction is published"),
    Happened.CORRECTION_REJECTED: _l("Your correction is not published; the words before it stay"),
    Happened.APPEALED: _l("You asked for a second look"),
    Happened.APPEAL_WON: _l("Published after a second look"),
    Happened.APPEAL_UPHELD: _l("Not published after a second look either"),
    Happened.WITHDRAWN: _l("You withdrew it"),
    Happened.MARKED: _l("You withdrew it after the closing: it stays in view, marked"),
    Happened.ANSWERED: _l("Answered by the authors of the draft"),
    Happened.ERASED: _l("Erased"),
}

PROBLEMS: dict[tuple[str, str], Any] = {
    ("body", "same"): _l("This is what you sent already. Change something, or leave it as it is."),
    ("body", "required"): _l("Write your comment. To take it back, withdraw it."),
    ("state", "not_from_here"): _l("This comment cannot be corrected any more."),
    ("words", "required"): _l("Write why you think that the decision is wrong."),
    ("words", "too_long"): _l("This is too long: at most %(most)s characters.", most=LONGEST_APPEAL),
    ("decision", "once"): _l("You have asked for a second look at this decision already."),
    ("decision", "not_any_more"): _l("A second look at this decision cannot be asked for any more."),
}


def event_words(event: Event) -> str:
    """What happened, and for which reason or with which answer."""
    words = str(EVENTS[event.what])
    if event.answer is not None:
        return f"{words}: {ANSWERS[event.answer.answer]}"
    return f"{words}: {REASONS[event.reason]}" if event.reason else words
