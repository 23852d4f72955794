"""Beginning a version from the last one, and writing what changed in it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.roles import Permission
from app.services.consultations.consulting import consultation_to_manage
from app.services.drafts.drafting import begin_version, versions_of, write_change_log
from app.services.errors import InvalidError
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.drafts.sealed_page import sealed_page
from app.web.forms import PageForm
from app.web.management.changes_form import changes_form
from app.web.management.draft_page import draft_page

pages = Blueprint("versioning", __name__)

REFUSED = 422
DRAFT = "/<lang>/manage/consultations/<slug>/draft"


@pages.route(f"{DRAFT}/begin", methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def begin(slug: str) -> ResponseReturnValue:
    """The next version stands ready with all the texts of the last."""
    consultation = consultation_to_manage(slug, by=signed_in_person())
    form = PageForm(request.form)
    if not form.validate():
        return draft_page(consultation, small_form=form, status=REFUSED)
    try:
        version = begin_version(consultation, by=signed_in_person(), at=now())
    except InvalidError:
        flash(_("Import the original first."), "warning")
        return redirect(url_for("management.draft", slug=slug), 303)
    flash(_("Version %(number)s is begun with the texts of the one before.", number=version.number))
    return redirect(url_for("management.draft", slug=slug), 303)


@pages.route(f"{DRAFT}/changes", methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def write_changes(slug: str) -> ResponseReturnValue:
    """What changed in the working version is told in every language that has words."""
    consultation = consultation_to_manage(slug, by=signed_in_person())
    version = next(iter(versions_of(consultation)), None)
    if version is None or version.sealed_at is not None:
        return sealed_page(consultation)
    form = changes_form(request.form, version.change_log)
    if not form.validate():
        return draft_page(consultation, changed=form, status=REFUSED)
    for language, words in form.said.items():
        if words.strip() != version.change_log.get(language, ""):
            write_change_log(version, language, words, by=signed_in_person(), at=now())
    flash(_("The list of changes is saved."))
    return redirect(url_for("management.draft", slug=slug, _anchor="changes-title"), 303)
