"""The receipt: what was sent, and what became of it, for whoever has the secret."""

from __future__ import annotations

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.comment import Submission
from app.services.comments.receipts import submission_behind
from app.services.errors import NotFoundError
from app.services.exports.copying import copy_of
from app.services.exports.printing import printer_for
from app.services.moderation.erasing import is_erased
from app.web.access import public
from app.web.clock import now
from app.web.codes import code_of
from app.web.dates import date_words, seconds_words
from app.web.errors import error_page
from app.web.limits import network_of, wait_before
from app.web.ports import ports
from app.web.presenting import words_in
from app.web.receipts.confirming import confirming_view
from app.web.receipts.receipt_files import printed_receipt
from app.web.receipts.receipt_views import arrival_facts, is_open_for, lines_of, sender_facts
from app.web.secret_links import (
    SecretForm,
    ask_for_secret,
    behind_secret,
    private,
    secret_asked,
    secret_link,
    wrong_secret,
)

pages = Blueprint("receipts", __name__)


@pages.route("/<lang>/receipts/<number>")
@public
def receipt(number: str) -> ResponseReturnValue:
    """The receipt, or without the secret the form that asks for it."""
    secret = secret_asked()
    if not secret:
        return ask_for_secret(number, SecretForm())
    if wait_before("receipt", network_of(request)):
        words = _("Many receipts were asked for from your network. Wait a little.")
        return ask_for_secret(number, SecretForm(), words), 429
    try:
        submission = submission_behind(number, secret)
    except NotFoundError:
        return wrong_secret(number)
    return private(_page(submission))


@pages.route("/<lang>/receipts/<number>", methods=["POST"])
@public
def open_receipt(number: str) -> ResponseReturnValue:
    """The secret that was typed leads to the receipt."""
    form = SecretForm(request.form)
    if not form.validate():
        return ask_for_secret(number, form), 422
    return redirect(url_for("receipts.receipt", number=number, secret=form.secret.data), 303)


@pages.route("/<lang>/receipts/<number>/receipt.<suffix>")
@public
@behind_secret
def file(submission: Submission, suffix: str) -> ResponseReturnValue:
    """The receipt as a file, in the page's language."""
    printer = printer_for(ports().printers, f".{suffix}")
    if suffix == "pdf" and wait_before("receipt_pdf", network_of(request)):
        return error_page(429)
    written = printer.write(printed_receipt(submission, secret_link(submission), now()))
    return _attached(written, printer.media_type, f"innspill-{submission.number}{printer.suffix}")


@pages.route("/<lang>/receipts/<number>/data.json")
@public
@behind_secret
def data(submission: Submission) -> ResponseReturnValue:
    """All that is held about the submission."""
    written = json.dumps(copy_of(submission), ensure_ascii=False, indent=2) + "\n"
    return _attached(written.encode(), "application/json", f"innspill-{submission.number}.json")


def _page(submission: Submission) -> str:
    at, consultation = now(), submission.consultation
    link = secret_link(submission)
    erased_at = submission.person_erased_at
    return render_template(
        "receipts/receipt.html",
        submission=submission,
        consultation=consultation,
        secret=secret_asked(),
        title=words_in(consultation.titles),
        received=seconds_words(submission.received_at, consultation.zone),
        arrival=arrival_facts(submission),
        sender=sender_facts(submission),
        lines=lines_of(submission, at),
        is_open=is_open_for(consultation, at),
        is_erased=is_erased(submission),
        person_erased=date_words(erased_at, consultation.zone) if erased_at else "",
        done=request.args.get("done", ""),
        confirming=confirming_view(submission, secret_asked()),
        code=code_of(link),
        secret_link=link,
    )


def _attached(content: bytes, content_type: str, name: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
