"""Why what is not sent yet was not sent, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from app.services.errors import ClosedError, DomainError, NotYetOpenError


def perhaps_sent() -> str:
    """What is said where nothing waits any more that a page could send."""
    return str(
        _(
            "What stood on that page is not here any more. Perhaps you sent it already: its receipt is then "
            "among the pages that your browser has shown, and in our letter if you gave an e-mail address."
        )
    )


def refusal_words(error: DomainError) -> str:
    """Why a submission was not sent, and what to do."""
    if isinstance(error, ClosedError):
        return str(
            _("The consultation has closed. Your comments came after the closing and were not received.")
        )
    if isinstance(error, NotYetOpenError):
        return str(_("The consultation has not opened yet. Your comments were not received."))
    if str(error) == "owner":
        return str(_("Whoever shared this submission with you sends it."))
    return str(_("Only signed-in people can comment here. Sign in and send your comments: they are kept."))
