"""Asking a second moderator to look at a rejected comment, from the receipt."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from app.models.comment import Submission
from app.services.errors import InvalidError, NotFoundError
from app.services.moderation.appealing import LONGEST_APPEAL, appeal
from app.web.access import public
from app.web.clock import now
from app.web.forms import PageForm, small_number
from app.web.receipts.receipt_views import CommentLine, lines_of
from app.web.receipts.receipt_words import PROBLEMS
from app.web.secret_links import behind_secret, receipt_address

pages = Blueprint("appeals", __name__)
PAGE = "/<lang>/receipts/<number>/appeal"


class AppealForm(PageForm):
    """Why the decision is wrong, in the respondent's words."""

    words = TextAreaField(_l("Why should it be published?"))

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message); what concerns the whole form comes first."""
        return [("csrf_token", str(message)) for message in self.form_errors] + super().error_list


@pages.route(PAGE)
@public
@behind_secret
def ask(submission: Submission) -> ResponseReturnValue:
    """The comment, the decision on it, and room to say why it is wrong."""
    return _page(submission, AppealForm())


@pages.route(PAGE, methods=["POST"])
@public
@behind_secret
def make(submission: Submission) -> ResponseReturnValue:
    """A second moderator will look at the comment, or the words come back."""
    form, line = AppealForm(request.form), _line(submission)
    if not form.validate():
        return _page(submission, form), 422
    try:
        appeal(line.comment.id, form.words.data or "", at=now())
    except InvalidError as error:
        _add_problems(form, error.problems)
        return _page(submission, form), 422
    return redirect(f"{receipt_address(submission)}&done=appealed#comment-{line.place}", 303)


def _page(submission: Submission, form: AppealForm) -> str:
    line = _line(submission)
    return render_template(
        "receipts/appeal.html",
        submission=submission,
        form=form,
        line=line,
        most=LONGEST_APPEAL,
        back=receipt_address(submission, f"comment-{line.place}"),
    )


def _line(submission: Submission) -> CommentLine:
    """The comment whose place is asked for; of one comment no place need be said."""
    place = small_number(request.args.get("comment")) or 1
    lines = lines_of(submission, now())
    if place > len(lines):
        raise NotFoundError(f"comment {place}")
    return lines[place - 1]


def _add_problems(form: AppealForm, problems: dict[str, str]) -> None:
    for name, problem in problems.items():
        if name in form:
            form[name].errors = [*form[name].errors, PROBLEMS[name, problem]]
        else:
            form.form_errors.append(str(PROBLEMS[name, problem]))
