"""Which letters a respondent gets: the page behind the link in every letter's foot."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.models.comment import Submission
from app.services.comments.receipts import submission_behind
from app.services.errors import NotFoundError
from app.services.subscriptions.notifying import Choice, choose_letters
from app.web.access import public
from app.web.clock import now
from app.web.errors import error_page
from app.web.forms import PageForm
from app.web.limits import network_of, wait_before
from app.web.presenting import words_in
from app.web.secret_links import private, wrong_secret

pages = Blueprint("letters", __name__)

CHOICES: dict[Choice, Any] = {
    Choice.PUBLISHED: _l("When a comment of mine is published"),
    Choice.REJECTED: _l("When a comment of mine is not published, with the reason"),
    Choice.CORRECTED: _l("When a correction of mine has been decided on"),
    Choice.APPEAL: _l("When an appeal of mine has been decided on"),
    Choice.ANSWERED: _l("When the authors of the draft answer a comment of mine"),
    Choice.EXTENDED: _l("When the consultation stays open for longer"),
    Choice.OUTCOME: _l("When the outcome of the consultation is published"),
}


class LettersForm(PageForm):
    """A box for each letter; the fields are added below, in the order of the choices."""

    @property
    def wanted(self) -> set[str]:
        """The letters whose boxes are ticked."""
        return {str(choice) for choice in Choice if self[choice].data}


for _choice, _words in CHOICES.items():
    setattr(LettersForm, _choice, BooleanField(_words))


@pages.route("/<lang>/receipts/<number>/letters")
@public
def choose(number: str) -> ResponseReturnValue:
    """The letters, with those ticked that the respondent gets now."""
    submission = _submission(number)
    if not isinstance(submission, Submission):
        return submission
    wanted = {str(choice): choice not in submission.letters_off for choice in Choice}
    return _page(submission, LettersForm(data=wanted))


@pages.route("/<lang>/receipts/<number>/letters", methods=["POST"])
@public
def save(number: str) -> ResponseReturnValue:
    """The respondent gets the letters that are ticked."""
    submission = _submission(number)
    if not isinstance(submission, Submission):
        return submission
    form = LettersForm(request.form)
    if not form.validate():
        return _page(submission, form, 422)
    choose_letters(number, _secret(), form.wanted, at=now())
    return redirect(url_for("letters.choose", number=number, secret=_secret(), saved="1"), 303)


def _submission(number: str) -> Submission | ResponseReturnValue:
    """The submission; or where its secret is asked for, or that there were too many."""
    if wait_before("receipt", network_of(request)):
        return error_page(429)
    try:
        return submission_behind(number, _secret())
    except NotFoundError:
        if _secret():
            return wrong_secret(number)
        return redirect(url_for("receipts.receipt", number=number), 303)


def _page(submission: Submission, form: LettersForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "receipts/letters.html",
        form=form,
        submission=submission,
        title=words_in(submission.consultation.titles),
        saved=_saved_words(form) if request.args.get("saved") and status == 200 else "",
        receipt=url_for("receipts.receipt", number=submission.number, secret=_secret()),
    )
    return private(make_response(page, status))


def _saved_words(form: LettersForm) -> str:
    if not form.wanted:
        return str(_("Saved. You get no more letters about this submission."))
    return str(_("Saved. You get the letters that are ticked below."))


def _secret() -> str:
    return request.args.get("secret", "")
