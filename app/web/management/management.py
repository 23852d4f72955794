"""Managing: setting up consultations, and importing and sealing their drafts."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from app.i18n import name_of_language
from app.models.consultation import Consultation
from app.models.roles import Permission
from app.services.consultations.consulting import (
    change_consultation,
    consultation_to_manage,
    consultations_managed_by,
    create_consultation,
    list_consultation,
    unlist_consultation,
    zones,
)
from app.services.drafts.drafting import (
    draft_of,
    import_translation,
    remove_translation,
    seal_version,
    translation_in,
    versions_of,
)
from app.services.errors import InvalidError, NotFoundError
from app.services.files.importing import UnreadableError
from app.services.files.language_codes import are_other_languages
from app.services.permissions import allows, is_allowed_somewhere
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.dates import zone_words
from app.web.locales import page_locale
from app.web.management.draft_form import DraftForm, ListingForm, SealForm, draft_form, sent_draft
from app.web.management.draft_page import draft_page, version_numbered
from app.web.management.management_forms import ConsultationForm, consultation_form
from app.web.management.management_views import consultation_view, original_language
from app.web.management.removal_form import removal_form
from app.wording import DRAFT_PROBLEMS

pages = Blueprint("management", __name__)

REFUSED = 422
SETTINGS = "/<lang>/manage/consultations/<slug>"
GET_AND_POST = ("GET", "POST")


@pages.route("/<lang>/manage")
@requires(Permission.MANAGE_CONSULTATIONS)
def index() -> ResponseReturnValue:
    """The consultations that the person may change."""
    person, at = signed_in_person(), now()
    return render_template(
        "management/index.html",
        consultations=[consultation_view(one, at) for one in consultations_managed_by(person)],
        may_add=allows(person, Permission.MANAGE_CONSULTATIONS),
        may_write_letters=allows(person, Permission.SEND_NEWSLETTERS),
        may_export=is_allowed_somewhere(person, Permission.EXPORT_COMMENTS),
        may_moderate=is_allowed_somewhere(person, Permission.MODERATE),
    )


@pages.route("/<lang>/manage/consultations/new", methods=GET_AND_POST)
@requires(Permission.MANAGE_CONSULTATIONS)
def new() -> ResponseReturnValue:
    """The form for a new consultation."""
    form = consultation_form(request.form)
    if request.method == "GET":
        return _settings_page(form, None)
    if not (form.validate() & form.require_slug() & form.require_texts() & form.require_times(None)):
        return _settings_page(form, None, REFUSED)
    try:
        plan = form.plan(form.slug.data or "", None)
        consultation = create_consultation(plan, by=signed_in_person(), at=now())
    except InvalidError as refused:
        return _refused_settings(form, refused, None)
    flash(_("The consultation is set up. Import its draft next."))
    return redirect(url_for("management.draft", slug=consultation.slug), 303)


@pages.route(SETTINGS, methods=GET_AND_POST)
@requires(Permission.MANAGE_CONSULTATIONS)
def settings(slug: str) -> ResponseReturnValue:
    """The form for a consultation's settings."""
    consultation = _consultation(slug)
    form = consultation_form(request.form, consultation, original_language(consultation))
    if request.method == "GET":
        return _settings_page(form, consultation)
    if not (form.validate() & form.require_texts() & form.require_times(consultation)):
        return _settings_page(form, consultation, REFUSED)
    try:
        plan = form.plan(slug, consultation)
        change_consultation(consultation, plan, by=signed_in_person(), at=now())
    except InvalidError as refused:
        return _refused_settings(form, refused, consultation)
    flash(_("The settings are saved."))
    return redirect(url_for("management.settings", slug=slug), 303)


@pages.route(f"{SETTINGS}/listing", methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def listing(slug: str) -> ResponseReturnValue:
    """The public sees the consultation, or does not see it any more."""
    consultation = _consultation(slug)
    form = ListingForm(request.form)
    if not (form.validate() and form.is_confirmed()):
        return draft_page(consultation, listing_form=form, status=REFUSED)
    shows = form.is_to_show
    change = list_consultation if shows else unlist_consultation
    change(consultation, by=signed_in_person(), at=now())
    flash(_("The public list shows it now.") if shows else _("The public does not see it any more."))
    return redirect(url_for("management.draft", slug=slug), 303)


@pages.route(f"{SETTINGS}/draft")
@requires(Permission.MANAGE_CONSULTATIONS)
def draft(slug: str) -> ResponseReturnValue:
    """The split of the draft as it was found, and the form to import a text."""
    return draft_page(_consultation(slug))


@pages.route(f"{SETTINGS}/draft", methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def import_text(slug: str) -> ResponseReturnValue:
    """The text stands in the working version."""
    consultation = _consultation(slug)
    try:
        form = draft_form(original_language(consultation), sent_draft())
    except RequestEntityTooLarge:
        form = draft_form(original_language(consultation))
        form.refuse_size()
        return draft_page(consultation, form, status=REFUSED)
    try:
        if not form.validate():
            return draft_page(consultation, form, status=REFUSED)
        _import(consultation, form)
    except (UnreadableError, InvalidError) as error:
        form.add_problem(error)
        return draft_page(consultation, form, status=REFUSED)
    if form.role.data == "original":
        flash(_("The text is imported. Check how it was divided."))
        return redirect(url_for("splitting.screen", slug=slug), 303)
    flash(_("The translation is imported. Check how it goes with the original."))
    return redirect(url_for("translating.translation", slug=slug, language=form.language.data), 303)


@pages.route(f"{SETTINGS}/draft/seal", methods=GET_AND_POST)
@requires(Permission.MANAGE_CONSULTATIONS)
def seal(slug: str) -> ResponseReturnValue:
    """The working version is sealed; whoever comes back to a refused sealing finds the draft."""
    consultation = _consultation(slug)
    if request.method == "GET":
        return redirect(url_for("management.draft", slug=slug), 303)
    form = SealForm(request.form)
    if not (form.validate() and form.is_confirmed()):
        return draft_page(consultation, seal_form=form, status=REFUSED)
    found = draft_of(consultation)
    if found is None:
        raise NotFoundError("draft")
    try:
        version = seal_version(found, by=signed_in_person(), at=now())
    except InvalidError as refused:
        form.confirmed.errors = [_why_not_sealed(problem) for problem in refused.problems.values()]
        return draft_page(consultation, seal_form=form, status=REFUSED)
    flash(_("Version %(number)s is sealed.", number=version.number))
    return redirect(url_for("management.draft", slug=slug), 303)


@pages.route(f"{SETTINGS}/draft/remove", methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def remove(slug: str) -> ResponseReturnValue:
    """One text is taken out of the working version; its loss is confirmed."""
    consultation = _consultation(slug)
    version = version_numbered(versions_of(consultation), None)
    if version is None:
        raise NotFoundError("version")
    text = translation_in(version, request.form.get("language", ""))
    form = removal_form(text, request.form)
    if not (form.validate() and form.is_confirmed()):
        return draft_page(consultation, removal=form, status=REFUSED)
    remove_translation(text, by=signed_in_person(), at=now())
    flash(_("The text is removed from the working version."))
    return redirect(url_for("management.draft", slug=slug), 303)


def _consultation(slug: str) -> Consultation:
    return consultation_to_manage(slug, by=signed_in_person())


def _settings_page(
    form: ConsultationForm, consultation: Consultation | None, status: int = 200
) -> ResponseReturnValue:
    return render_template(
        "management/settings.html",
        form=form,
        view=consultation_view(consultation, now()) if consultation else None,
        zone=zone_words(form.zone.data if form.zone.data in zones() else consultation.zone)
        if consultation
        else "",
        listing_form=ListingForm(),
    ), status


def _refused_settings(
    form: ConsultationForm, refused: InvalidError, consultation: Consultation | None
) -> ResponseReturnValue:
    for name, problem in refused.problems.items():
        form.add_problem(name, problem)
    return _settings_page(form, consultation, REFUSED)


def _why_not_sealed(problem: str) -> str:
    if problem == "open_fates":
        return str(_("First confirm what became of every paragraph of the version before."))
    return str(DRAFT_PROBLEMS[problem])


def _import(consultation: Consultation, form: DraftForm) -> None:
    found, chosen = form.found(), form.language.data
    import_translation(
        consultation,
        chosen,
        found,
        is_original=form.role.data == "original",
        by=signed_in_person(),
        at=now(),
        may_lose=form.may_lose,
    )
    if are_other_languages(found.language, chosen):
        named = name_of_language(found.language, page_locale())
        flash(_("The file says that it is in %(language)s.", language=named), "warning")
