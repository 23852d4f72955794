"""Running workshops: the list of them, and setting one up, changing and copying it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.models.consultation import Consultation
from app.models.roles import Permission
from app.models.workshop import Workshop
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.workshops.convening import change_workshop, create_workshop
from app.services.workshops.hosting import (
    consultations_to_convene_on,
    countries_to_convene_in,
    workshop_to_run,
    workshops_run_by,
    zone_of_country,
)
from app.services.workshops.seats import seats_of
from app.services.workshops.telling import Change, LettersAheadError, number_to_tell
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.organising.workshop_ahead import ahead_page, is_foreseen
from app.web.organising.workshop_choices import offer_choices
from app.web.organising.workshop_forms import ALL_COUNTRIES, WorkshopForm, present, workshop_form
from app.web.organising.workshop_lacking import lacking_lines
from app.web.organising.workshop_management_views import (
    language_named,
    languages_for,
    places_of,
    workshop_line,
)
from app.web.organising.workshop_overtaken import Standing, standing_otherwise
from app.web.presenting import country_name, words_in

pages = Blueprint("workshop_management", __name__)

REFUSED = 422
GET_AND_POST = ("GET", "POST")
WORKSHOPS = "/<lang>/manage/workshops"
ONE = f"{WORKSHOPS}/<slug>"


@pages.route(WORKSHOPS)
@requires(Permission.RUN_WORKSHOPS)
def index() -> ResponseReturnValue:
    """The workshops that the person runs: those to come first, then those that are over."""
    at = now()
    lines = [workshop_line(one, at) for one in workshops_run_by(signed_in_person())]
    coming = [line for line in reversed(lines) if not line.has_ended]
    over = [line for line in lines if line.has_ended]
    return render_template("workshop_management/index.html", coming=coming, over=over)


@pages.route(f"{WORKSHOPS}/new", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def new() -> ResponseReturnValue:
    """First which consultation it is about, then the form for a new workshop."""
    consultations = consultations_to_convene_on(signed_in_person())
    chosen = request.args.get("consultation", "")
    consultation = next((one for one in consultations if one.slug == chosen), None)
    if consultation is None:
        choices = [(one.slug, words_in(one.titles)) for one in consultations]
        return render_template("workshop_management/choose.html", consultations=choices)
    return _set_up(consultation, _usual(consultation))


@pages.route(f"{ONE}/copy", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def copy(slug: str) -> ResponseReturnValue:
    """The form for a new workshop, filled in as an earlier one was."""
    earlier = workshop_to_run(slug, by=signed_in_person())
    return _set_up(earlier.consultation, present(earlier, is_copy=True), earlier)


@pages.route(ONE, methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def edit(slug: str) -> ResponseReturnValue:
    """The form for a workshop that is set up; what letters will tell of it is seen before they are sent."""
    workshop = _workshop(slug)
    form = _form(workshop.consultation, present(workshop), workshop, request.form)
    if request.method == "GET" or workshop.is_cancelled:
        return _edit_page(form, workshop)
    if (answer := _asks_for_more(form)) is not None:
        return _edit_page(form, workshop, answer)
    return _save(form, workshop)


def _save(form: WorkshopForm, workshop: Workshop) -> ResponseReturnValue:
    plan, before = form.plan(workshop.slug, workshop.country, workshop), workshop.places
    seen, may_write = form.seen.data or "", is_foreseen(form)
    try:
        change = change_workshop(
            workshop, plan, seen=seen, may_write=may_write, by=signed_in_person(), at=now()
        )
    except LettersAheadError as ahead:
        return ahead_page(form, workshop, plan, ahead.change)
    except InvalidError as refused:
        form.add_problems(refused.problems)
        return _edit_page(form, workshop, REFUSED)
    except ChangedMeanwhileError:
        if workshop.is_cancelled:
            raise
        others = standing_otherwise(form, _form(workshop.consultation, present(workshop), workshop, None))
        if others:
            return _edit_page(form, workshop, REFUSED, others)
        change = Change([])  # The same form, sent twice.
    _tell_of(change, workshop, before)
    return redirect(url_for("workshop_management.edit", slug=workshop.slug), 303)


def _tell_of(change: Change, workshop: Workshop, places_before: int) -> None:
    if change.letters:
        flash(ngettext(
            "The workshop is saved. %(num)s person gets a letter that says what changed.",
            "The workshop is saved. %(num)s people get a letter that says what changed.",
            change.letters,
        ))  # fmt: skip
    else:
        flash(_("The workshop is saved."))
    seats = seats_of(workshop)
    if change.offered:
        flash(ngettext("%(num)s place is offered to who waits.", "%(num)s places are offered to who waits.",
                       change.offered))  # fmt: skip
    elif seats.places < min(places_before, seats.taken):
        flash(ngettext(
            "There is %(num)s more person than places: nobody loses theirs.",
            "There are %(num)s more people than places: nobody loses theirs.",
            seats.taken - seats.places,
        ))  # fmt: skip


def _workshop(slug: str) -> Workshop:
    return workshop_to_run(slug, by=signed_in_person())


def _usual(consultation: Consultation) -> dict[str, Any]:
    countries = countries_to_convene_in(signed_in_person(), consultation)
    country = countries[0] if countries else None
    return {
        "country": country or ALL_COUNTRIES,
        "zone": zone_of_country(country) or consultation.zone,
        "working_language": next(iter(consultation.titles)),
        "contact_name": consultation.contact_name,
        "contact_email": consultation.contact_email,
    }


def _form(
    consultation: Consultation, shown: dict[str, Any], workshop: Workshop | None, sent: Any
) -> WorkshopForm:
    codes = [one.code for one in languages_for(consultation)]
    further = [code for code in workshop.titles if code not in codes] if workshop else []
    form = workshop_form([*codes, *further], sent, shown=shown)
    offer_choices(form, consultation, None if workshop else signed_in_person())
    if workshop is not None:
        del form["slug"], form["country"]
    return form


def _set_up(
    consultation: Consultation, shown: dict[str, Any], earlier: Workshop | None = None
) -> ResponseReturnValue:
    person = signed_in_person()
    countries = countries_to_convene_in(person, consultation)
    if not countries:
        raise NotFoundError("country")
    form = _form(consultation, shown, None, request.form)
    if len(countries) == 1:
        del form["country"]
    if request.method == "GET":
        return _new_page(form, consultation, earlier)
    if (answer := _asks_for_more(form)) is not None:
        return _new_page(form, consultation, earlier, answer)
    try:
        plan = form.plan(form.slug.data or "", form.chosen_country(countries[0]), None)
        workshop = create_workshop(consultation, plan, by=person, at=now())
    except InvalidError as refused:
        form.add_problems(refused.problems)
        return _new_page(form, consultation, earlier, REFUSED)
    flash(_("The workshop is set up. Look at it once more, then publish it."))
    return redirect(url_for("workshop_publishing.publish", slug=workshop.slug), 303)


def _asks_for_more(form: WorkshopForm) -> int | None:
    """The status with which the form comes back at once; None where it is to be saved."""
    if not form.validate():
        return REFUSED
    if "more" in request.form:
        form.add_question()
        return 200
    return 200 if "back" in request.form else None


def _new_page(
    form: WorkshopForm, consultation: Consultation, earlier: Workshop | None, status: int = 200
) -> ResponseReturnValue:
    countries = countries_to_convene_in(signed_in_person(), consultation)
    only = countries[0] if len(countries) == 1 else None
    return render_template(
        "workshop_management/edit.html",
        form=form,
        view=None,
        earlier=workshop_line(earlier, now()) if earlier else None,
        consultation=words_in(consultation.titles),
        country=country_name(only) if only else "",
        languages_of_texts=[language_named(code) for code in form.languages],
        places_to_choose=places_of(consultation),
        number_told=0,
        lacking=(),
        others=(),
    ), status


def _edit_page(
    form: WorkshopForm, workshop: Workshop, status: int = 200, others: Sequence[Standing] = ()
) -> ResponseReturnValue:
    return render_template(
        "workshop_management/edit.html",
        form=form,
        view=workshop_line(workshop, now()),
        earlier=None,
        consultation=words_in(workshop.consultation.titles),
        country="",
        languages_of_texts=[language_named(code) for code in form.languages],
        places_to_choose=places_of(workshop.consultation),
        number_told=number_to_tell(workshop) if workshop.is_published else 0,
        lacking=lacking_lines(workshop) if request.method == "GET" else (),
        others=others,
    ), status
