"""Pages for whoever has the number and the secret of a receipt: they are kept and indexed nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.comment import Comment, Submission
from app.services.comments.receipts import submission_behind
from app.services.errors import NotFoundError
from app.web.errors import error_page
from app.web.forms import PageForm, Required, TextField
from app.web.limits import network_of, wait_before
from app.web.ports import settings

SecretView = Callable[..., ResponseReturnValue]


class SecretForm(PageForm):
    """For somebody who has the number and the secret on paper."""

    secret = TextField(_l("Secret"), [Required(_l("Write the secret that came with the receipt."))])


def behind_secret(view: SecretView) -> SecretView:
    """The view gets the submission; without its secret the reader is asked for it instead."""

    @wraps(view)
    def guarded(number: str, **further: Any) -> ResponseReturnValue:
        if wait_before("receipt", network_of(request)):
            return error_page(429)
        try:
            submission = submission_behind(number, secret_asked())
        except NotFoundError:
            if secret_asked():
                return wrong_secret(number)
            return redirect(url_for("receipts.receipt", number=number), 303)
        return private(view(submission, **further))

    return guarded


def wrong_secret(number: str) -> ResponseReturnValue:
    """The answer to a number and a secret that do not belong together, whichever of them is wrong."""
    words = _("This number and this secret do not belong together.")
    return ask_for_secret(number, SecretForm(), words), 404


def ask_for_secret(number: str, form: SecretForm, problem: str = "") -> Response:
    """The form that asks for the secret, with what was wrong."""
    if problem:
        form.secret.errors = [problem]
    return private(render_template("receipts/ask.html", number=number, form=form))


def private(answer: ResponseReturnValue) -> Response:
    """The answer; its address holds the secret, which goes into no cache and to no other site."""
    response = make_response(answer)
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def secret_asked() -> str:
    """The secret in the address."""
    return request.args.get("secret", "")


def receipt_address(submission: Submission, anchor: str | None = None) -> str:
    """Where the receipt is, for whoever has come with its secret."""
    return url_for("receipts.receipt", number=submission.number, secret=secret_asked(), _anchor=anchor)


def secret_link(submission: Submission) -> str:
    """The whole address of the receipt, to be kept."""
    return settings().base_url + receipt_address(submission)


def comment_at(submission: Submission, place: int) -> Comment:
    """The comment at that place of the receipt, counted from 1; raises NotFoundError."""
    if not 1 <= place <= len(submission.comments):
        raise NotFoundError(f"comment {place}")
    return submission.comments[place - 1]
