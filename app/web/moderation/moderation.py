"""Moderating: the queues, their comments, and the decisions on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.models.comment import Comment, State
from app.models.consultation import Consultation, WhoMayComment
from app.models.moderation import Decision
from app.models.roles import Permission
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.moderation.appealing import number_of_appeals, numbers_of_appeals
from app.services.moderation.approving import number_of_corrections, numbers_of_corrections
from app.services.moderation.moderating import comment_to_moderate, decide
from app.services.moderation.queueing import (
    consultation_to_moderate,
    consultations_to_moderate,
    next_in_queue,
    paragraphs_in,
    queue_page,
    waiting_in,
)
from app.services.permissions import countries_of
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.moderation.moderation_forms import DecisionForm, SieveForm, decision_form, sieve_form
from app.web.moderation.moderation_views import entries_of, queue_view

pages = Blueprint("moderation", __name__)

LARGEST_NUMBER = 2**31 - 1
REFUSED, CHANGED = 422, 409
FILTERS = ("state", "paragraph", "language", "country", "kind")
PLACE = (*FILTERS, "after", "before")
A_COMMENT = f"/<lang>/moderation/comments/<int(max={LARGEST_NUMBER}):comment_id>"


@pages.route("/<lang>/moderation")
@requires(Permission.MODERATE)
def index() -> ResponseReturnValue:
    """The consultations whose comments the person moderates."""
    at, person = now(), signed_in_person()
    corrections, appeals = numbers_of_corrections(by=person), numbers_of_appeals(by=person)
    queues = [
        replace(
            queue_view(waiting, at), corrections=corrections.get(number, 0), appeals=appeals.get(number, 0)
        )
        for waiting in consultations_to_moderate(person)
        for number in [waiting.consultation.id]
    ]
    return render_template("moderation/index.html", queues=queues)


@pages.route("/<lang>/moderation/<slug>")
@requires(Permission.MODERATE)
def queue(slug: str) -> ResponseReturnValue:
    """A consultation's comments, oldest first, each with the form to decide on it."""
    person = signed_in_person()
    consultation = consultation_to_moderate(slug, by=person)
    form = _sieve_form(consultation)
    page = queue_page(consultation, form.sieve(), by=person, after=_number("after"), before=_number("before"))
    return render_template(
        "moderation/queue.html",
        queue=queue_view(waiting_in(consultation, by=person), now()),
        form=form,
        page=page,
        asked=_asked(FILTERS),
        place=_asked(PLACE),
        entries=entries_of(page.comments),
        corrections=number_of_corrections(consultation, by=person),
        appeals=number_of_appeals(consultation, by=person),
    )


@pages.route(A_COMMENT)
@requires(Permission.MODERATE)
def comment(comment_id: int) -> ResponseReturnValue:
    """One comment, with the form to decide on it."""
    return _comment_page(comment_to_moderate(comment_id, by=signed_in_person()))


@pages.route(A_COMMENT, methods=["POST"])
@requires(Permission.MODERATE)
def decide_on(comment_id: int) -> ResponseReturnValue:
    """The decision is taken, and the queue goes on with the next comment."""
    person = signed_in_person()
    decided = comment_to_moderate(comment_id, by=person)
    form = decision_form(decided, request.form)
    if not form.validate():
        return _comment_page(decided, form, REFUSED)
    following = next_in_queue(decided, _sieve_form(decided.consultation).sieve(), by=person)
    try:
        decision = decide(
            comment_id,
            form.to_state.data or "",
            expected_changes=request.form.get("changes", -1, type=int),
            reason=form.reason.data or None,
            note=form.note.data or "",
            by=person,
            at=now(),
        )
    except InvalidError as error:
        form.add_problems(error.problems)
        return _comment_page(comment_to_moderate(comment_id, by=person), form, REFUSED)
    except ChangedMeanwhileError:
        return _comment_page(comment_to_moderate(comment_id, by=person), form, CHANGED)
    flash(_words_of(decision))
    return redirect(_onward(decided, following), 303)


def _comment_page(
    comment: Comment, form: DecisionForm | None = None, status: int = 200
) -> ResponseReturnValue:
    entry = entries_of([comment])[0]
    return render_template(
        "moderation/comment.html",
        entry=replace(entry, form=form or entry.form),
        has_changed=status == CHANGED,
        consultation=comment.consultation,
        back=_place_in_queue(comment, comment.id),
        place=_asked(PLACE),
    ), status


def _place_in_queue(comment: Comment, at_comment: int | None) -> str:
    anchor = f"comment-{at_comment}" if at_comment else None
    return url_for("moderation.queue", slug=comment.consultation.slug, **_asked(PLACE), _anchor=anchor)


def _onward(decided: Comment, following: int | None) -> str:
    """The queue at the comment that follows; at its heading when none does."""
    consultation, person = decided.consultation, signed_in_person()
    sieve = _sieve_form(consultation).sieve()
    shown = queue_page(consultation, sieve, by=person, after=_number("after"), before=_number("before"))
    place = _asked(PLACE)
    if following not in {one.id for one in shown.comments}:
        place = _asked(FILTERS) | ({"after": decided.id} if following else {})
    anchor = f"comment-{following}" if following else "queue-title"
    return url_for("moderation.queue", slug=consultation.slug, **place, _anchor=anchor)


def _words_of(decision: Decision) -> Markup:
    said = {
        State.PUBLISHED: _("The comment is published."),
        State.REJECTED: _("The comment is rejected."),
        State.SPAM: _("The comment is marked as spam."),
        State.WAITING: _("The comment waits again."),
    }
    again = url_for("moderation.comment", comment_id=decision.comment_id)
    return Markup('{} <a href="{}">{}</a>').format(
        said[State(decision.to_state)], again, _("Look at it again")
    )


def _sieve_form(consultation: Consultation) -> SieveForm:
    bounded_to = countries_of(signed_in_person(), Permission.MODERATE, consultation.id)
    return sieve_form(
        request.args,
        paragraphs_in(consultation),
        bounded_to,
        asks_to_confirm=consultation.who_may_comment == WhoMayComment.CONFIRMED_EMAIL,
    )


def _asked(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: request.args[name] for name in names if request.args.get(name)}


def _number(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_NUMBER else None
