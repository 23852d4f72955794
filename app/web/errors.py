"""Refusals and failures as pages in plain words, each domain error mapped once to a status."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, abort, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from app.services.errors import (
    ChangedMeanwhileError,
    ClosedError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotYetOpenError,
)
from app.web.bodies import UnreadableForm
from app.web.forms import has_errors

NUL = "\0"
STATUSES: dict[type[DomainError], int] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    NotYetOpenError: 403,
    ClosedError: 403,
    ChangedMeanwhileError: 409,
    InvalidError: 422,
}


def install(app: Flask) -> None:
    """Refusals and failures are answered with pages; their titles can say that a form has errors."""
    for error, status in STATUSES.items():
        app.register_error_handler(error, _page_for(status))
    app.add_template_global(has_errors)
    app.before_request(_refuse_nul)
    app.register_error_handler(UnreadableForm, _unreadable_page)
    app.register_error_handler(HTTPException, _http_page)
    app.register_error_handler(500, _http_page)


def _refuse_nul() -> None:
    # No address of ours holds it, and PostgreSQL refuses to be asked for it.
    if NUL in request.path:
        abort(404)


def error_page(status: int) -> Response:
    """The page for a status, in the page's language."""
    return _page(status, *_words(status))


def _page(status: int, title: str, words: str) -> Response:
    page = render_template("errors/error.html", status=status, title=title, words=words)
    return make_response(page, status)


def _page_for(status: int) -> Callable[[DomainError], Response]:
    return lambda _error: error_page(status)


def _unreadable_page(_error: UnreadableForm) -> Response:
    words = _(
        "Nothing of it was taken. Go back: your words should still stand in the form. Send them again; if "
        "that does not help, copy them, open the page anew and paste them there."
    )
    return _page(400, _("What you sent could not be read as text"), words)


def _http_page(error: Exception) -> Response | HTTPException:
    if not isinstance(error, HTTPException):
        return error_page(500)
    said = error.get_response()
    if said.status_code < 400:
        return error
    page = error_page(said.status_code)
    if "Allow" in said.headers:
        page.headers["Allow"] = said.headers["Allow"]
    return page


def _words(status: int) -> tuple[str, str]:
    known = {
        403: (_("You may not do this"), _("Your account does not have the right to see or do this.")),
        404: (
            _("This page does not exist"),
            _("The address may be mistyped, or the page was moved. The search finds drafts and comments."),
        ),
        405: (_("This address cannot be used that way"), _("Go back and use the form on the page.")),
        409: (
            _("Somebody else was here first"),
            _("What you wanted to change was changed meanwhile. Nothing was overwritten: look again."),
        ),
        413: (_("That was too large"), _("What you sent is larger than we can take.")),
        422: (_("Something could not be accepted"), _("Go back, check what you wrote and send again.")),
        429: (_("That was a bit fast"), _("Wait a little and try again.")),
    }
    server = (_("Something went wrong on our side"), _("We have noted it. Try again in a few minutes."))
    other = (_("This could not be answered"), _("Go back and try again."))
    return known.get(status, server if status >= 500 else other)
