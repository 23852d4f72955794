"""Confirming the e-mail address of a submission: the page behind the link in the letter, with one button."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField

from app.models.comment import Capacity, Submission
from app.models.consultation import ModerationPolicy
from app.services.comments.receipts import secret_of
from app.services.comments.vouching import (
    address_of_submission,
    ask_for_confirming_letter,
    awaits_confirmation,
    confirm_address,
    submission_to_confirm,
)
from app.services.errors import NotFoundError
from app.services.people.links import VoidLinkError
from app.web.access import public
from app.web.clock import now
from app.web.dates import date_words
from app.web.forms import PageForm, TextField
from app.web.limits import network_of, private_key, wait_before
from app.web.people.account_forms import add_error, words_for_wait
from app.web.ports import settings
from app.web.presenting import words_in

pages = Blueprint("confirming", __name__)


class ConfirmForm(PageForm):
    """One button."""


class NewLetterForm(PageForm):
    """For somebody whose link works no more: the receipt's secret, or the token of that link."""

    secret = TextField(_l("Secret of the receipt"))
    link = HiddenField()

    @property
    def proof(self) -> dict[str, str]:
        """What shows that the letter may be sent; the secret, where there are both."""
        secret = self.secret.data or ""
        return {"secret": secret, "token": "" if secret else self.link.data or ""}


@dataclass(frozen=True)
class ConfirmingView:
    """What the receipt says of an address that is not confirmed, and the form for another letter."""

    words: str
    is_awaited: bool
    form: NewLetterForm
    action: str


def confirming_view(submission: Submission, secret: str) -> ConfirmingView | None:
    """What templates/receipts/confirming.html shows; None where there is nothing to confirm."""
    if not submission.email or submission.email_confirmed_at is not None:
        return None
    is_awaited = awaits_confirmation(submission, submission.consultation)
    return ConfirmingView(
        words=_waiting_words(submission) if is_awaited else _wish_words(submission),
        is_awaited=is_awaited,
        form=NewLetterForm(data={"secret": secret}),
        action=url_for("confirming.letter", number=submission.number),
    )


@pages.after_request
def keep_link_secret(response: Response) -> Response:
    """The address of a link goes into no index and to no other page."""
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.route("/<lang>/receipts/<number>/confirm")
@public
def confirm(number: str) -> ResponseReturnValue:
    """What the link confirms, and a button: programs that only look at links confirm nothing."""
    try:
        submission = _submission(number)
    except VoidLinkError:
        return _void_page(number, NewLetterForm(data={"link": _token()}), 410)
    return _page(submission, ConfirmForm())


@pages.route("/<lang>/receipts/<number>/confirm", methods=["POST"])
@public
def confirmed(number: str) -> ResponseReturnValue:
    """The address is confirmed."""
    form = ConfirmForm(request.form)
    try:
        submission = _submission(number)
        if not form.validate():
            return _page(submission, form, 422)
        confirm_address(number, _token(), secret_key=settings().secret_key, at=now())
    except VoidLinkError:
        return _void_page(number, NewLetterForm(data={"link": _token()}), 410)
    return redirect(url_for("confirming.confirm", number=submission.number, token=_token()), 303)


@pages.route("/<lang>/receipts/<number>/confirm/letter", methods=["POST"])
@public
def letter(number: str) -> ResponseReturnValue:
    """Another letter is on its way, to the address that was given with the submission and to no other."""
    form = NewLetterForm(request.form)
    if not form.validate():
        return _void_page(number, form, 422)
    try:
        wait = wait_before("receipt", network_of(request)) or _wait_for_letter(number, form.proof)
        if wait:
            add_error(form, "secret", words_for_wait(wait))
            return _void_page(number, form, 429)
        ask_for_confirming_letter(number, **form.proof, secret_key=settings().secret_key, at=now())
    except NotFoundError:
        add_error(form, "secret", _("This number and this secret do not belong together."))
        return _void_page(number, form, 422)
    return redirect(url_for("confirming.sent", number=number), 303)


@pages.route("/<lang>/receipts/<number>/confirm/sent")
@public
def sent(number: str) -> ResponseReturnValue:
    """That a letter is on its way."""
    return render_template("receipts/confirm_sent.html", number=number)


def _wait_for_letter(number: str, proof: dict[str, str]) -> int:
    address = address_of_submission(number, **proof, secret_key=settings().secret_key)
    network = network_of(request)
    key = private_key(address.casefold())
    return wait_before("letter_from_network", network) or wait_before("letter", network, key)


def _submission(number: str) -> Submission:
    return submission_to_confirm(number, _token(), secret_key=settings().secret_key, at=now())


def _token() -> str:
    return request.args.get("token", "")


def _page(submission: Submission, form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    consultation = submission.consultation
    secret = secret_of(submission.number, settings().secret_key)
    page = render_template(
        "receipts/confirm.html",
        form=form,
        submission=submission,
        title=words_in(consultation.titles),
        received=date_words(submission.received_at, consultation.zone),
        is_confirmed=submission.email_confirmed_at is not None,
        consequence=_consequence(submission),
        receipt=url_for("receipts.receipt", number=submission.number, secret=secret),
    )
    return make_response(page, status)


def _void_page(number: str, form: NewLetterForm, status: int) -> ResponseReturnValue:
    return render_template("receipts/confirm_void.html", number=number, form=form), status


def _waiting_words(submission: Submission) -> str:
    count = len(submission.comments)
    return str(
        ngettext(
            "Your comment is kept and waits until you confirm your e-mail address.",
            "Your %(num)s comments are kept and wait until you confirm your e-mail address.",
            count,
        )
    )


def _wish_words(submission: Submission) -> str:
    if submission.capacity == Capacity.ORGANISATION:
        return str(_("Confirm your e-mail address, and the name of your organisation is shown as confirmed."))
    return str(_("Your e-mail address is not confirmed. You can confirm it, but need not."))


def _consequence(submission: Submission) -> str:
    """What confirming does, before it is done."""
    if awaits_confirmation(submission, submission.consultation):
        return _awaited_words(submission)
    if submission.capacity == Capacity.ORGANISATION:
        return str(_("The name of your organisation is then shown as confirmed."))
    return ""


def _awaited_words(submission: Submission) -> str:
    count = len(submission.comments)
    if submission.consultation.moderation == ModerationPolicy.AFTER:
        return str(ngettext("Your comment is then published.", "Your comments are then published.", count))
    return str(
        ngettext(
            "A moderator then reads your comment before it is published.",
            "A moderator then reads your comments before they are published.",
            count,
        )
    )
