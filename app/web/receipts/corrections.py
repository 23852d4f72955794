"""Correcting a comment from the receipt."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from app.models.comment import Comment, CommentRevision, State, Submission
from app.services.errors import ChangedMeanwhileError, ClosedError, InvalidError, NotYetOpenError
from app.services.moderation.revising import correct, may_be_corrected
from app.services.moderation.revisions import waiting_correction
from app.services.public.tracing import traces_beside
from app.web.access import public
from app.web.clock import now
from app.web.comment_forms.comment_problems import add_problems
from app.web.comment_forms.words_form import WordsForm, ask_for_words
from app.web.forms import small_number
from app.web.receipts.receipt_views import instant_words, is_open_for
from app.web.receipts.receipt_words import PROBLEMS
from app.web.secret_links import behind_secret, comment_at, receipt_address

pages = Blueprint("corrections", __name__)
PAGE = "/<lang>/receipts/<number>/correct/<int:place>"


class CorrectionForm(WordsForm):
    """The words of a comment as they should be; `changes` says which ones stood in the form at first."""

    changes = HiddenField()

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message); what concerns the whole form comes first."""
        return [("csrf_token", str(message)) for message in self.form_errors] + super().error_list


@pages.route(PAGE)
@public
@behind_secret
def ask(submission: Submission, place: int) -> ResponseReturnValue:
    """The comment in a form, to be corrected."""
    comment = comment_at(submission, place)
    return _page(submission, place, _form(comment))


@pages.route(PAGE, methods=["POST"])
@public
@behind_secret
def take(submission: Submission, place: int) -> ResponseReturnValue:
    """The correction is in the record, or comes back with every word and what is to be mended."""
    comment = comment_at(submission, place)
    form = _form(comment, request.form)
    is_valid = form.validate()
    try:
        if is_valid or not is_open_for(comment.consultation, now()):
            _correct(comment, form)
            return redirect(f"{receipt_address(submission)}&done=corrected#comment-{place}", 303)
    except InvalidError as error:
        _add_problems(form, error.problems)
    except ChangedMeanwhileError:
        form.changes.data = str(comment_at(submission, place).changes)
        form.form_errors.append(
            _("The comment was changed meanwhile, here or by a moderator. Check your words and send again.")
        )
    except (ClosedError, NotYetOpenError):
        return _page(submission, place, form, is_given_back=True), 403
    return _page(submission, place, form), 422


def _correct(comment: Comment, form: CorrectionForm) -> CommentRevision:
    return correct(
        comment.id,
        form.said(comment.language),
        expected_changes=small_number(form.changes.data) or 0,
        at=now(),
        opened_at=form.token.made_at if form.token else None,
    )


def _page(submission: Submission, place: int, form: CorrectionForm, *, is_given_back: bool = False) -> str:
    comment, consultation = comment_at(submission, place), submission.consultation
    trace = traces_beside([comment], g.lang).get(comment.id)
    at = now()
    return render_template(
        "receipts/correct.html",
        submission=submission,
        comment=comment,
        place=place,
        text=trace.text if trace else None,
        form=form,
        back=receipt_address(submission, f"comment-{place}"),
        can_correct=may_be_corrected(comment),
        is_open=is_open_for(consultation, at) and not is_given_back,
        is_given_back=is_given_back,
        closing=instant_words(consultation.closes_at, consultation.zone),
        has_waiting=waiting_correction(comment) is not None,
        waits=_will_wait(comment),
    )


def _will_wait(comment: Comment) -> bool:
    """Whether the public goes on reading the old words for a while."""
    is_moderated = comment.consultation.moderation == "before"
    return comment.state == State.REJECTED or (is_moderated and comment.state == State.PUBLISHED)


def _form(comment: Comment, sent: MultiDict[str, str] | None = None) -> CorrectionForm:
    form = CorrectionForm(sent, data=_as_it_is(comment))
    ask_for_words(form, comment.consultation, is_on_paragraph=comment.paragraph_id is not None)
    if comment.parent_id is not None:
        for name in ("quotation", "quotation_prefix", "suggestion", "importance"):
            if name in form:
                del form[name]
    return form


def _as_it_is(comment: Comment) -> dict[str, Any]:
    """What was sent last: the correction that waits, or else the comment."""
    text: Comment | CommentRevision = waiting_correction(comment) or comment
    quotation = text.quotation or {}
    return {
        "body": text.source,
        "kind": text.kind,
        "importance": str(text.importance or ""),
        "suggestion": text.suggestion,
        "quotation": quotation.get("exact", ""),
        "quotation_prefix": quotation.get("prefix", ""),
        "changes": str(comment.changes),
    }


def _add_problems(form: CorrectionForm, problems: dict[str, str]) -> None:
    """Problems of corrections have words of their own, the others those of the comment form."""
    for name, problem in problems.items():
        words = PROBLEMS.get((name, problem))
        if words is None:
            add_problems(form, {name: problem})
        elif name in form:
            form[name].errors = [*form[name].errors, words]
        else:
            form.form_errors.append(str(words))
