"""What became of each paragraph in a new version, for editors to confirm or to correct."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.models.consultation import Consultation
from app.models.draft import Fate, Version
from app.models.roles import Permission
from app.services.consultations.consulting import consultation_to_manage
from app.services.drafts.confirming import confirm_fates, say_places, say_sources
from app.services.drafts.linking import open_fates
from app.services.drafts.reviewing import Proposal, Review, nearest, review_of, version_to_review
from app.services.errors import NotFoundError
from app.services.public.reading import Text
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.dates import date_words
from app.web.drafts.sealed_page import sealed_page
from app.web.forms import PageForm, small_number
from app.web.management.management_views import consultation_view
from app.web.notes.changes import ChangeView, change_view, counted_words

pages = Blueprint("fates", __name__)

FATES = "/<lang>/manage/consultations/<slug>/fates"
SHOWN = ("open", "changed", "all")
SCORES = ((0.95, "nearly"), (0.7, "much"), (0.4, "partly"))
REFUSED = 422
MOST_LINKS = 20_000  # all proposals can be confirmed at once
GET_AND_POST = ("GET", "POST")
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class ProposalView:
    """One proposal as the page shows it."""

    change: ChangeView
    links: tuple[int, ...]
    alike: str
    needs_confirming: bool
    confirmed: str


@pages.route(FATES)
@requires(Permission.MANAGE_CONSULTATIONS)
def fates(slug: str) -> ResponseReturnValue:
    """What is proposed: the doubtful first, then the rest of what is not confirmed; or all that changed."""
    consultation = _consultation(slug)
    return _page(consultation, version_to_review(consultation), PageForm())


@pages.route(FATES, methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def confirm(slug: str) -> ResponseReturnValue:
    """The proposals that were sent are confirmed."""
    consultation = _consultation(slug)
    try:
        version = version_to_review(consultation)
    except NotFoundError:
        return sealed_page(consultation)
    request.max_form_parts = MOST_LINKS
    form = PageForm(request.form)
    if not form.validate():
        return _page(consultation, version, form, REFUSED)
    chosen = [small_number(number) for number in request.form.getlist("link")]
    known = [number for number in chosen if number is not None]
    before = open_fates(version)
    confirm_fates(version, known, by=signed_in_person(), at=now())
    number = before - open_fates(version)
    flash(ngettext("%(num)s proposal is confirmed.", "%(num)s proposals are confirmed.", number))
    return _back(slug)


@pages.route(f"{FATES}/<side>/<key>", methods=GET_AND_POST)
@requires(Permission.MANAGE_CONSULTATIONS)
def correct(slug: str, side: str, key: str) -> ResponseReturnValue:
    """Where a paragraph really comes from, or what it has become."""
    if side not in {BEFORE, AFTER}:
        abort(404)
    consultation = _consultation(slug)
    try:
        review = review_of(version_to_review(consultation), now())
    except NotFoundError:
        if request.method == "GET":
            raise
        return sealed_page(consultation)
    own, others = (
        (review.after.texts, review.before.texts)
        if side == AFTER
        else (review.before.texts, review.after.texts)
    )
    text = _called(own, key)
    form = PageForm(request.form if request.method == "POST" else None)
    chosen = {other.paragraph_id for other in others if other.key in request.form.getlist("paragraph")}
    if request.method == "POST" and form.validate():
        say = say_sources if side == AFTER else say_places
        say(review.version, text.paragraph_id, chosen, by=signed_in_person(), at=now())
        flash(_("It is corrected, and confirmed as you said."))
        return _back(slug)
    linked = chosen if form.errors else review.linked_with(text.paragraph_id, is_new=side == AFTER)
    near = [other for other in nearest(text, others) if other.paragraph_id not in linked]
    return render_template(
        "management/fate.html",
        view=consultation_view(consultation, now()),
        text=text,
        language=review.after.language,
        side=side,
        older=review.before.number,
        newer=review.after.number,
        linked=[other for other in others if other.paragraph_id in linked],
        near=near,
        rest=[other for other in others if other.paragraph_id not in linked and other not in near],
        form=form,
    ), REFUSED if form.errors else 200


def _page(
    consultation: Consultation, version: Version, form: PageForm, status: int = 200
) -> ResponseReturnValue:
    review = review_of(version, now())
    shown = request.args.get("show", SHOWN[0])
    opened = [one for one in review.proposals if one.needs_confirming]
    groups = {
        "doubtful": [one for one in opened if one.is_doubtful],
        "open": [one for one in opened if not one.is_doubtful],
    }
    if shown in {"changed", "all"}:
        groups = {shown: [one for one in review.proposals if shown == "all" or _is_changed(one)]}
    return render_template(
        "management/fates.html",
        view=consultation_view(consultation, now()),
        older=review.before.number,
        newer=review.after.number,
        groups={name: [_view(one, consultation) for one in proposals] for name, proposals in groups.items()},
        shown=shown,
        counts=_counts(review),
        still_open=open_fates(version),
        form=form,
    ), status


def _consultation(slug: str) -> Consultation:
    return consultation_to_manage(slug, by=signed_in_person())


def _back(slug: str) -> ResponseReturnValue:
    shown = request.args.get("show")
    asked = shown if shown in SHOWN[1:] else None
    return redirect(url_for("fates.fates", slug=slug, show=asked), 303)


def _is_changed(proposal: Proposal) -> bool:
    return proposal.change.fate != Fate.SAME


def _called(texts: list[Text], key: str) -> Text:
    for text in texts:
        if text.key == key:
            return text
    raise NotFoundError(f"paragraph {key}")


def _view(proposal: Proposal, consultation: Consultation) -> ProposalView:
    return ProposalView(
        change=change_view(proposal.change),
        links=proposal.links,
        alike=_alike(proposal),
        needs_confirming=proposal.needs_confirming,
        confirmed=_confirmed(proposal, consultation.zone),
    )


def _alike(proposal: Proposal) -> str:
    """How alike the texts are, in words; nothing where there is only one."""
    if not (proposal.change.olds and proposal.change.news):
        return ""
    if proposal.says_the_same:
        return str(_("the same words"))
    words = {"nearly": _("nearly the same words"), "much": _("much alike"), "partly": _("partly alike")}
    name = next((name for least, name in SCORES if proposal.score >= least), "")
    return str(words.get(name) or _("hardly alike"))


def _confirmed(proposal: Proposal, zone: str) -> str:
    if not proposal.is_confirmed or proposal.confirmed_at is None:
        return ""
    date = date_words(proposal.confirmed_at, zone)
    if not proposal.confirmed_by:
        return str(_("Confirmed on %(date)s", date=date))
    return str(_("Confirmed by %(name)s on %(date)s", name=proposal.confirmed_by, date=date))


def _counts(review: Review) -> list[str]:
    fates = [proposal.change.fate for proposal in review.proposals]
    return [counted_words(fate, fates.count(fate)) for fate in Fate if fate in fates]
