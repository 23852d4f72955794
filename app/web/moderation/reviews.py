"""Moderating what respondents send afterwards: corrections, and appeals for a second look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from flask import Blueprint, flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.consultation import Consultation
from app.models.moderation import Decision
from app.models.roles import Permission
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError
from app.services.moderation.appealing import appeal_to_decide, appeals_waiting, decide_appeal, next_appeal
from app.services.moderation.approving import (
    correction_to_decide,
    corrections_waiting,
    decide_correction,
    next_correction,
)
from app.services.moderation.queueing import consultation_to_moderate
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.moderation.review_views import (
    AppealEntry,
    CorrectionEntry,
    MissedReview,
    ReviewForm,
    appeal_entries,
    correction_entries,
    missed_appeal,
    missed_correction,
    review_form,
)
from app.web.presenting import words_in

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
    revision = correction_to_decide(revision_id, by=person)
    slug = revision.comment.consultation.slug
    form = review_form(revision_id, request.form)
    if not form.validate() or form.outcome.data not in {"approved", "rejected"}:
        return _corrections(slug, {revision_id: form}), REFUSED
    is_approved = form.outcome.data == "approved"
    deciding = partial(decide_correction, revision_id, is_approved=is_approved)
    missed = partial(missed_correction, revision)
    if refusal := _refusal(deciding, revision_id, form, partial(_corrections, slug), missed):
        return refusal
    words = _("The correction is published.") if is_approved else _("The words before the correction stay.")
    return _go_on("correction", slug, next_correction(revision, by=person), words)


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
    appeal = appeal_to_decide(appeal_id, by=person)
    slug = appeal.comment.consultation.slug
    form = review_form(appeal_id, request.form)
    if not form.validate():
        return _appeals(slug, {appeal_id: form}), REFUSED
    deciding = partial(decide_appeal, appeal_id, form.outcome.data or "")
    missed = partial(missed_appeal, appeal)
    if refusal := _refusal(deciding, appeal_id, form, partial(_appeals, slug), missed):
        return refusal
    is_published = form.outcome.data == "published"
    words = _("The comment is published.") if is_published else _("The decision is upheld.")
    return _go_on("appeal", slug, next_appeal(appeal, by=person), words)


def _go_on(kind: str, slug: str, following: int | None, words: str) -> ResponseReturnValue:
    """Leads to the one that follows, and says there what was decided; to the heading when none does."""
    anchor = f"{kind}-{following}" if following else "reviews-title"
    flash(words, anchor)
    return redirect(url_for(f"reviews.{kind}s", slug=slug, _anchor=anchor), 303)


def _refusal(
    deciding: Callable[..., Decision],
    number: int,
    form: ReviewForm,
    page: Callable[..., str],
    missed: Callable[[str], MissedReview],
) -> tuple[str, int] | None:
    """The page that says why the decision was not taken; nothing when it was."""
    try:
        deciding(note=form.note.data or "", by=signed_in_person(), at=now())
    except ForbiddenError:
        return page({number: form}), FORBIDDEN
    except InvalidError as error:
        form.add_problems(error.problems)
        return page({number: form}), REFUSED
    except ChangedMeanwhileError:
        return page(missed=missed(form.note.data or "")), CHANGED
    return None


def _corrections(
    slug: str, forms: dict[int, ReviewForm] | None = None, *, missed: MissedReview | None = None
) -> str:
    person = signed_in_person()
    consultation = consultation_to_moderate(slug, by=person)
    entries = correction_entries(corrections_waiting(consultation, by=person), forms or {})
    return _page("corrections", consultation, entries, missed)


def _appeals(
    slug: str, forms: dict[int, ReviewForm] | None = None, *, missed: MissedReview | None = None
) -> str:
    person = signed_in_person()
    consultation = consultation_to_moderate(slug, by=person)
    entries = appeal_entries(appeals_waiting(consultation, by=person), forms or {}, person)
    return _page("appeals", consultation, entries, missed)


def _page(
    name: str,
    consultation: Consultation,
    entries: Sequence[CorrectionEntry | AppealEntry],
    missed: MissedReview | None,
) -> str:
    shown = {f"{name.removesuffix('s')}-{entry.id}": entry.id for entry in entries}
    return render_template(
        f"moderation/{name}.html",
        told_at=_told_at(shown),
        slug=consultation.slug,
        title=words_in(consultation.titles),
        entries=entries,
        missed=missed,
    )


def _told_at(shown: dict[str, int]) -> int | None:
    """The one on the page at which it is said what was just decided, if any."""
    categories = [told[0] for told in get_flashed_messages(with_categories=True)]
    return next((shown[category] for category in categories if category in shown), None)
