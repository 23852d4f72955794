"""Moderating: the queues, their comments, and the decisions on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_number
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
    is_in_queue,
    next_in_queue,
    number_in_queue,
    paragraphs_in,
    previous_in_queue,
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
        matching=_number_matching(consultation, form),
        asked=_asked(FILTERS),
        place=_asked(PLACE),
        entries=entries_of(page.comments),
        told_at=_told_at(page.comments),
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
    return _go_on(decided, decision, following)


def _comment_page(
    comment: Comment, form: DecisionForm | None = None, status: int = 200
) -> ResponseReturnValue:
    entry, person = entries_of([comment])[0], signed_in_person()
    sieve = _sieve_form(comment.consultation).sieve()
    following = next_in_queue(comment, sieve, by=person)
    stands = is_in_queue(comment, sieve, by=person)
    return render_template(
        "moderation/comment.html",
        entry=replace(entry, form=form or entry.form),
        has_changed=status == CHANGED,
        consultation=comment.consultation,
        back=_address_at(comment.id, comment) if stands else _queue_address(comment, _asked(PLACE)),
        onward=_address_at(following, comment) if following else "",
        place=_asked(PLACE),
    ), status


def _go_on(decided: Comment, decision: Decision, following: int | None) -> ResponseReturnValue:
    """Leads to the comment that follows, or to this one when it is back in the queue, and says it there."""
    sieve = _sieve_form(decided.consultation).sieve()
    goal = decided.id if is_in_queue(decided, sieve, by=signed_in_person()) else following
    flash(_words_of(decision), f"comment-{goal}")
    return redirect(_address_at(goal, decided), 303)


def _address_at(goal: int | None, comment: Comment) -> str:
    """The queue at this comment or the one that follows it; at its heading when none does."""
    consultation, person, place = comment.consultation, signed_in_person(), _asked(PLACE)
    sieve = _sieve_form(consultation).sieve()
    shown = queue_page(consultation, sieve, by=person, after=_number("after"), before=_number("before"))
    if goal not in {one.id for one in shown.comments}:
        before_goal = previous_in_queue(comment, sieve, by=person) if goal == comment.id else comment.id
        place = _asked(FILTERS) | ({"after": before_goal} if goal and before_goal else {})
    return _queue_address(comment, place, f"comment-{goal}" if goal else "queue-title")


def _queue_address(comment: Comment, place: dict[str, Any], anchor: str | None = None) -> str:
    return url_for("moderation.queue", slug=comment.consultation.slug, **place, _anchor=anchor)


def _told_at(comments: Sequence[Comment]) -> int | None:
    """The comment on the page at which it is said what was just decided, if any."""
    shown = {f"comment-{one.id}": one.id for one in comments}
    categories = [told[0] for told in get_flashed_messages(with_categories=True)]
    return next((shown[category] for category in categories if category in shown), None)


def _number_matching(consultation: Consultation, form: SieveForm) -> str:
    """How many comments the filters let through; nothing where none is chosen."""
    if not form.number_chosen():
        return ""
    return str(format_number(number_in_queue(consultation, form.sieve(), by=signed_in_person())))


def _words_of(decision: Decision) -> Markup:
    said = {
        State.PUBLISHED: _("The comment is published."),
        State.REJECTED: _("The comment is rejected."),
        State.SPAM: _("The comment is marked as spam."),
        State.WAITING: _("The comment waits again."),
    }
    again = url_for("moderation.comment", comment_id=decision.comment_id, **_asked(PLACE))
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
