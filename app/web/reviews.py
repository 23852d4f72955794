"""Moderating what respondents send afterwards: corrections, and appeals for a second look."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.roles import Permission
from app.services.appealing import appeal_to_decide, appeals_waiting, decide_appeal
from app.services.approving import correction_to_decide, corrections_waiting, decide_correction
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError
from app.services.queueing import consultation_to_moderate
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.presenting import words_in
from app.web.review_views import ReviewForm, appeal_entries, correction_entries, review_form

pages = Blueprint("reviews", __name__)
LARGEST_NUMBER = 2**31 - 1
FORBIDDEN, REFUSED, CHANGED = 403, 422, 409


@pages.route("/<lang>/moderation/<slug>/corrections")
@requires(Permission.MODERATE)
def corrections(slug: str) -> ResponseReturnValue:
    """The corrections that wait, oldest first, each with what it changes."""
    return _corrections(slug)


@pages.route(f"/<lang>/moderation/corrections/<int(max={LARGEST_NUMBER}):revision_id>", methods=["POST"])
@requires(Permission.MODERATE)
def decide_on_correction(revision_id: int) -> ResponseReturnValue:
    """The corrected words are published, or the words before them stay."""
    person = signed_in_person()
    slug = correction_to_decide(revision_id, by=person).comment.consultation.slug
    form = review_form(revision_id, request.form)
    if not form.validate() or form.outcome.data not in {"approved", "rejected"}:
        return _corrections(slug, {revision_id: form}), REFUSED
    is_approved = form.outcome.data == "approved"
    try:
        decide_correction(
            revision_id, is_approved=is_approved, note=form.note.data or "", by=person, at=now()
        )
    except InvalidError as error:
        form.add_problems(error.problems)
        return _corrections(slug, {revision_id: form}), REFUSED
    except ChangedMeanwhileError:
        return _corrections(slug, has_changed=True), CHANGED
    flash(_("The correction is published.") if is_approved else _("The words before the correction stay."))
    return redirect(url_for("reviews.corrections", slug=slug), 303)


@pages.route("/<lang>/moderation/<slug>/appeals")
@requires(Permission.MODERATE)
def appeals(slug: str) -> ResponseReturnValue:
    """The appeals that nobody has decided, oldest first, each with the decision that it is about."""
    return _appeals(slug)


@pages.route(f"/<lang>/moderation/appeals/<int(max={LARGEST_NUMBER}):appeal_id>", methods=["POST"])
@requires(Permission.MODERATE)
def decide_on_appeal(appeal_id: int) -> ResponseReturnValue:
    """The comment is published after all, or the decision upheld."""
    person = signed_in_person()
    slug = appeal_to_decide(appeal_id, by=person).comment.consultation.slug
    form = review_form(appeal_id, request.form)
    if not form.validate():
        return _appeals(slug, {appeal_id: form}), REFUSED
    try:
        decide_appeal(appeal_id, form.outcome.data or "", note=form.note.data or "", by=person, at=now())
    except ForbiddenError:
        return _appeals(slug, {appeal_id: form}), FORBIDDEN
    except InvalidError as error:
        form.add_problems(error.problems)
        return _appeals(slug, {appeal_id: form}), REFUSED
    except ChangedMeanwhileError:
        return _appeals(slug, has_changed=True), CHANGED
    is_published = form.outcome.data == "published"
    flash(_("The comment is published.") if is_published else _("The decision is upheld."))
    return redirect(url_for("reviews.appeals", slug=slug), 303)


def _corrections(slug: str, forms: dict[int, ReviewForm] | None = None, *, has_changed: bool = False) -> str:
    person = signed_in_person()
    consultation = consultation_to_moderate(slug, by=person)
    return render_template(
        "moderation/corrections.html",
        slug=slug,
        title=words_in(consultation.titles),
        entries=correction_entries(corrections_waiting(consultation, by=person), forms or {}),
        has_changed=has_changed,
    )


def _appeals(slug: str, forms: dict[int, ReviewForm] | None = None, *, has_changed: bool = False) -> str:
    person = signed_in_person()
    consultation = consultation_to_moderate(slug, by=person)
    return render_template(
        "moderation/appeals.html",
        slug=slug,
        title=words_in(consultation.titles),
        entries=appeal_entries(appeals_waiting(consultation, by=person), forms or {}, person),
        has_changed=has_changed,
    )
