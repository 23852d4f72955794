"""Publishing a workshop once its texts were seen, and cancelling it with the reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from app.i18n import page_languages
from app.models.roles import Permission
from app.models.workshop import Workshop
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.workshops.convening import cancel_workshop, publish_workshop
from app.services.workshops.hosting import workshop_to_run
from app.services.workshops.lacking import languages_of
from app.services.workshops.telling import number_to_tell
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.forms import PageForm
from app.web.organising.workshop_lacking import lacking_lines
from app.web.organising.workshop_management import GET_AND_POST, ONE, REFUSED
from app.web.organising.workshop_management_views import (
    facts_of,
    language_named,
    shown_texts,
    workshop_line,
)
from app.web.presenting import words_in
from app.wording import workshop_words

pages = Blueprint("workshop_publishing", __name__)


class CancelForm(PageForm):
    """Why a workshop does not take place, in each language of the pages (the fields are added below)."""


for _code in page_languages():
    setattr(CancelForm, f"reason_{_code}", TextAreaField(_l("Reason")))


@pages.route(f"{ONE}/publish", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def publish(slug: str) -> ResponseReturnValue:
    """What the public will read in each language; then the workshop is published."""
    workshop = _workshop(slug)
    if request.method == "GET":
        return _publish_page(workshop, PageForm(), [])
    form = PageForm(request.form)
    if not form.validate():
        return _publish_page(workshop, form, [], REFUSED)
    try:
        publish_workshop(workshop, by=signed_in_person(), at=now())
    except InvalidError as refused:
        problems = [workshop_words(*one) for one in refused.problems.items()]
        return _publish_page(workshop, form, problems, REFUSED)
    flash(_("The workshop is published. People can register now."))
    return redirect(url_for("workshop_registrations.index", slug=slug), 303)


@pages.route(f"{ONE}/cancel", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def cancel(slug: str) -> ResponseReturnValue:
    """The form with the reasons; then the workshop is cancelled and everybody is told."""
    workshop = _workshop(slug)
    if workshop.is_cancelled:
        return redirect(url_for("workshop_registrations.index", slug=slug), 303)
    form = CancelForm(request.form or None)
    if request.method == "GET":
        return _cancel_page(workshop, form)
    if not form.validate():
        return _cancel_page(workshop, form, REFUSED)
    reasons = {code: form[f"reason_{code}"].data or "" for code in page_languages()}
    try:
        cancel_workshop(workshop, reasons, by=signed_in_person(), at=now())
    except InvalidError as refused:
        field: Any = form[f"reason_{_first_language(workshop)}"]
        field.errors = [workshop_words(*one) for one in refused.problems.items()]
        return _cancel_page(workshop, form, REFUSED)
    except ChangedMeanwhileError:  # the other click of a double one was first
        return redirect(url_for("workshop_registrations.index", slug=slug), 303)
    flash(_("The workshop is cancelled. Everybody who is registered is told."))
    return redirect(url_for("workshop_registrations.index", slug=slug), 303)


def _workshop(slug: str) -> Workshop:
    return workshop_to_run(slug, by=signed_in_person())


def _first_language(workshop: Workshop) -> str:
    return next((code for code in workshop.titles if code in page_languages()), page_languages()[0])


def _cancel_page(workshop: Workshop, form: CancelForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "workshop_management/cancel.html",
        view=workshop_line(workshop, now()),
        form=form,
        first=_first_language(workshop),
        number_told=number_to_tell(workshop),
    ), status


def _publish_page(
    workshop: Workshop, form: PageForm, problems: list[str], status: int = 200
) -> ResponseReturnValue:
    texts = [(language_named(code), shown_texts(workshop, code)) for code in languages_of(workshop)]
    return render_template(
        "workshop_management/publish.html",
        view=workshop_line(workshop, now()),
        texts=texts,
        lacking=lacking_lines(workshop),
        facts=facts_of(workshop),
        questions=[(words_in(one["labels"]), one["is_required"]) for one in workshop.questions],
        form=form,
        problems=problems,
    ), status
