"""Moderating: the queues, their comments, and the decisions on them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.models.comment import Comment, State
from app.models.moderation import Decision
from app.models.roles import Permission
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.moderating import comment_to_moderate, decide
from app.services.permissions import countries_of
from app.services.queueing import (
    consultation_to_moderate,
    consultations_to_moderate,
    next_in_queue,
    paragraphs_in,
    queue_page,
    waiting_in,
)
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.moderation_forms import DecisionForm, SieveForm, decision_form, sieve_form
from app.web.moderation_views import language_names, queue_view, views_of

pages = Blueprint("moderation", __name__)

LARGEST_NUMBER = 2**31 - 1
A_COMMENT = f"/<lang>/moderation/comments/<int(max={LARGEST_NUMBER}):comment_id>"


@pages.route("/<lang>/moderation")
@requires(Permission.MODERATE)
def index() -> ResponseReturnValue:
    """The consultations whose comments the person moderates."""
    at = now()
    queues = [queue_view(waiting, at) for waiting in consultations_to_moderate(signed_in_person())]
    return render_template("moderation/index.html", queues=queues)


@pages.route("/<lang>/moderation/<slug>")
@requires(Permission.MODERATE)
def queue(slug: str) -> ResponseReturnValue:
    """A consultation's comments, oldest first, each with the form to decide on it."""
    person = signed_in_person()
    consultation = consultation_to_moderate(slug, by=person)
    sieve = _sieve_form(consultation.id, paragraphs_in(consultation))
    page = queue_page(
        consultation, sieve.sieve(), by=person, after=_number("after"), before=_number("before")
    )
    return render_template(
        "moderation/queue.html",
        queue=queue_view(waiting_in(consultation, by=person), now()),
        sieve=sieve,
        page=page,
        place=_place(),
        entries=views_of(page.comments),
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
        return _comment_page(decided, form, status=422)
    following = next_in_queue(decided, _sieve(decided), by=person)
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
        return _comment_page(comment_to_moderate(comment_id, by=person), form, status=422)
    except ChangedMeanwhileError:
        return _comment_page(comment_to_moderate(comment_id, by=person), form, status=409)
    flash(_said(decision))
    anchor = f"comment-{following}" if following else None
    return redirect(url_for("moderation.queue", slug=decided.consultation.slug, **_place(), _anchor=anchor), 303)
