"""Withdrawing comments, and erasing a person or everything, from the receipt: each asks once more."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.models.comment import Comment, Submission
from app.services.moderation.erasing import erase_everything, erase_person, is_erased
from app.services.moderation.withdrawing import may_be_withdrawn, stays_in_view, withdraw
from app.web.access import public
from app.web.clock import now
from app.web.forms import PageForm, Required, small_number
from app.web.receipts.receipt_views import CommentLine, lines_of
from app.web.secret_links import behind_secret, comment_at, receipt_address

pages = Blueprint("withdrawals", __name__)
WITHDRAW = "/<lang>/receipts/<number>/withdraw"
ERASE = "/<lang>/receipts/<number>/erase"


class WithdrawForm(PageForm):
    """One button."""


class EraseForm(PageForm):
    """What is to be erased, and a tick: nothing is to be typed."""

    what = RadioField(
        _l("What is to be erased"),
        [Required(_l("Choose what is to be erased."))],
        choices=[
            SelectChoice("person", _l("Only who I am: my name, my e-mail address and my files")),
            SelectChoice("everything", _l("Everything: who I am, and every word that I sent")),
        ],
        validate_choice=False,
    )
    sure = BooleanField(
        _l("I understand that this cannot be undone"), [Required(_l("Tick the box: this cannot be undone."))]
    )


@pages.route(WITHDRAW)
@public
@behind_secret
def ask(submission: Submission) -> ResponseReturnValue:
    """The question whether a comment, or all of them, is to be withdrawn."""
    return _ask(submission, WithdrawForm())


@pages.route(WITHDRAW, methods=["POST"])
@public
@behind_secret
def take_back(submission: Submission) -> ResponseReturnValue:
    """The comments are withdrawn."""
    form = WithdrawForm(request.form)
    if not form.validate():
        return _ask(submission, form), 422
    withdraw(submission, [comment.id for comment in _chosen(submission)], at=now())
    return redirect(f"{receipt_address(submission)}&done=withdrawn", 303)


@pages.route(ERASE)
@public
@behind_secret
def ask_what(submission: Submission) -> ResponseReturnValue:
    """What can be erased, what goes and what stays."""
    return _ask_what(submission, EraseForm(data={"what": request.args.get("what", "")}))


@pages.route(ERASE, methods=["POST"])
@public
@behind_secret
def erase(submission: Submission) -> ResponseReturnValue:
    """The person, or everything, is erased."""
    form = EraseForm(request.form)
    if not form.validate() or form.what.data not in {"person", "everything"}:
        return _ask_what(submission, form), 422
    if form.what.data == "everything":
        erase_everything(submission.id, at=now())
    else:
        erase_person(submission.id, at=now())
    return redirect(f"{receipt_address(submission)}&done=erased", 303)


def _ask(submission: Submission, form: WithdrawForm) -> str:
    at, chosen = now(), {comment.id for comment in _chosen(submission)}
    lines = [line for line in lines_of(submission, at) if line.comment.id in chosen]
    return render_template(
        "receipts/withdraw.html",
        submission=submission,
        form=form,
        lines=lines,
        stay=[line for line in lines if stays_in_view(line.comment, at)],
        question=_question(lines),
        back=receipt_address(submission),
    )


def _question(lines: list[CommentLine]) -> str:
    if len(lines) == 1:
        return str(_("Withdraw this comment?"))
    return str(_("Withdraw all your comments?"))


def _ask_what(submission: Submission, form: EraseForm) -> str:
    return render_template(
        "receipts/erase.html",
        submission=submission,
        form=form,
        is_person_erased=submission.person_erased_at is not None,
        is_erased=is_erased(submission),
        back=receipt_address(submission),
    )


def _chosen(submission: Submission) -> list[Comment]:
    """The comment whose place is asked for, else all; without those that are withdrawn already."""
    place = small_number(request.args.get("comment"))
    comments = submission.comments if place is None else [comment_at(submission, place)]
    return [comment for comment in comments if may_be_withdrawn(comment)]
