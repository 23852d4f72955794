"""Answering comments: the editors' list, and the form beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_number
from flask_babel import gettext as _

from app.models.comment import Comment
from app.models.consultation import Consultation
from app.models.moderation import Disposition
from app.models.roles import Permission
from app.services.consultations.answering import (
    answer_comment,
    answers_to,
    comment_to_answer,
    comments_to_answer,
    next_to_answer,
    numbers_of_answers,
)
from app.services.consultations.consulting import consultation_to_manage
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.moderation.queueing import paragraphs_in
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.management.management_views import consultation_view, original_language
from app.web.moderation.answer_forms import AnswerForm, answer_form, answer_sieve_form
from app.web.moderation.moderation_views import Entry, entries_of
from app.web.notes.answer_views import AnswerView, answer_view, labels_of

pages = Blueprint("answers", __name__)

LARGEST_NUMBER = 2**31 - 1
REFUSED, CHANGED = 422, 409
FILTERS = ("answered", "paragraph")
PLACE = (*FILTERS, "after", "before")
LIST = "/<lang>/manage/consultations/<slug>/answers"
ONE = f"{LIST}/<int(max={LARGEST_NUMBER}):comment_id>"


@dataclass(frozen=True)
class AnswerEntry:
    """A comment, the answer that counts, and the form to answer it."""

    comment: Entry
    answer: AnswerView | None
    seen: str
    form: AnswerForm


@pages.route(LIST)
@requires(Permission.MANAGE_CONSULTATIONS)
def index(slug: str) -> ResponseReturnValue:
    """The published comments, each with its answer and the form to answer it."""
    consultation = consultation_to_manage(slug, by=signed_in_person())
    form = answer_sieve_form(request.args, paragraphs_in(consultation))
    page = comments_to_answer(consultation, form.sieve(), after=_number("after"), before=_number("before"))
    numbers = numbers_of_answers(consultation)
    return render_template(
        "answers/index.html",
        view=consultation_view(consultation, now()),
        form=form,
        page=page,
        asked=_asked(FILTERS),
        place=_asked(PLACE),
        entries=_entries(consultation, page.comments),
        answered=str(format_number(sum(numbers.values()) - numbers[""])),
        unanswered=str(format_number(numbers[""])),
    )


@pages.route(ONE)
@requires(Permission.MANAGE_CONSULTATIONS)
def one(slug: str, comment_id: int) -> ResponseReturnValue:
    """One comment, with the form to answer it."""
    return _comment_page(_comment(slug, comment_id))


@pages.route(ONE, methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def answer(slug: str, comment_id: int) -> ResponseReturnValue:
    """The answer is published, and the list goes on."""
    comment = _comment(slug, comment_id)
    consultation = comment.consultation
    form = answer_form(comment.id, None, [], original_language(consultation), request.form)
    if not form.validate():
        return _comment_page(comment, form, REFUSED)
    try:
        answer_comment(
            comment.id,
            form.answer.data or "",
            form.reason.data or "",
            form.changed_keys(paragraphs_in(consultation)),
            language=form.chosen_language(),
            seen=request.form.get("seen", type=int),
            by=signed_in_person(),
            at=now(),
        )
    except InvalidError as error:
        form.add_problems(error.problems)
        return _comment_page(_comment(slug, comment_id), form, REFUSED)
    except ChangedMeanwhileError:
        return _comment_page(_comment(slug, comment_id), form, CHANGED)
    flash(_("The answer is published."))
    return redirect(_onward(comment), 303)


def _comment(slug: str, comment_id: int) -> Comment:
    comment = comment_to_answer(comment_id, by=signed_in_person())
    if comment.consultation.slug != slug:
        raise NotFoundError(f"comment {comment_id}")
    return comment


def _onward(comment: Comment) -> str:
    """The list at the next comment that waits for an answer; at its heading when none does."""
    consultation = comment.consultation
    sieve = answer_sieve_form(request.args, paragraphs_in(consultation)).sieve()
    following = next_to_answer(comment, sieve)
    shown = comments_to_answer(consultation, sieve, after=_number("after"), before=_number("before")).comments
    place = _asked(PLACE)
    if following not in {one.id for one in shown}:
        place = _asked(FILTERS) | ({"after": comment.id} if following else {})
    anchor = f"comment-{following}" if following else "answers-title"
    return url_for("answers.index", slug=consultation.slug, **place, _anchor=anchor)


def _comment_page(comment: Comment, form: AnswerForm | None = None, status: int = 200) -> ResponseReturnValue:
    [entry] = _entries(comment.consultation, [comment], form)
    return render_template(
        "answers/one.html",
        view=consultation_view(comment.consultation, now()),
        entry=entry,
        has_changed=status == CHANGED,
        place=_asked(PLACE),
    ), status


def _entries(
    consultation: Consultation, comments: Sequence[Comment], sent: AnswerForm | None = None
) -> list[AnswerEntry]:
    answers = answers_to(comment.id for comment in comments)
    labels = {one.key: one.label for one in paragraphs_in(consultation)}
    original = original_language(consultation)
    return [
        _entry(entry, answers.get(entry.id), labels, original, consultation.zone, sent)
        for entry in entries_of(comments)
    ]


def _entry(
    entry: Entry,
    last: Disposition | None,
    labels: dict[str, str],
    original: str,
    zone: str,
    sent: AnswerForm | None,
) -> AnswerEntry:
    changed = labels_of(last.changed_keys, labels) if last else []
    return AnswerEntry(
        comment=entry,
        answer=answer_view(last, labels, zone) if last else None,
        seen=str(last.id) if last else "",
        form=sent or answer_form(entry.id, last, changed, original),
    )


def _asked(names: Sequence[str]) -> dict[str, Any]:
    return {name: request.args[name] for name in names if name in request.args}


def _number(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_NUMBER else None
