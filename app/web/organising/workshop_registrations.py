"""Who is registered for a workshop: the list, the file, the printed sheet, who came, and letters to them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import page_languages
from app.models.roles import Permission
from app.models.workshop import RegistrationState, Workshop
from app.services.errors import ForbiddenError, InvalidError
from app.services.workshops.addressing import (
    Message,
    check_message,
    letters_sent,
    recipients_of,
    states_to_write_to,
    write_to_some,
)
from app.services.workshops.attending import (
    RegisteredLine,
    export_header,
    export_registrations,
    mark_attendance,
    people_with_a_place,
    registrations_of,
)
from app.services.workshops.hosting import workshop_to_run
from app.services.workshops.minuting import has_begun
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.forms import PageForm, small_number
from app.web.management.management_views import instant_words
from app.web.organising.workshop_letter_form import LetterForm
from app.web.organising.workshop_management import GET_AND_POST, ONE, REFUSED
from app.web.organising.workshop_management_views import (
    registered_view,
    sent_lines,
    state_filters,
    state_words,
    workshop_line,
)
from app.web.ports import ports

pages = Blueprint("workshop_registrations", __name__)

EMPTY_LINES = 5


@pages.route(f"{ONE}/registrations")
@requires(Permission.RUN_WORKSHOPS)
def index(slug: str) -> ResponseReturnValue:
    """The registrations, all or those in one state; what people need only where it is asked for."""
    workshop, with_needs = _workshop(slug), request.args.get("needs") == "yes"
    state = request.args.get("state", "")
    chosen = [state] if state in set(RegistrationState) else []
    return render_template(
        "workshop_management/registrations.html",
        view=workshop_line(workshop, now()),
        lines=_views(workshop, registrations_of(workshop, chosen), with_needs=with_needs),
        filters=state_filters(workshop),
        state=state,
        with_needs=with_needs,
        asks=bool(workshop.questions),
    )


@pages.route(f"{ONE}/registrations.csv")
@requires(Permission.RUN_WORKSHOPS)
def download(slug: str) -> ResponseReturnValue:
    """The registrations as a file for a spreadsheet; what people need only where it is asked for."""
    workshop, with_needs = _workshop(slug), request.args.get("needs") == "yes"
    exporter = ports().exporters["csv"]
    rows = list(export_registrations(workshop, with_needs=with_needs))
    written = b"".join(exporter.write(export_header(workshop, with_needs=with_needs), rows))
    response = Response(written, content_type=exporter.content_type)
    name = f"{slug}-registrations{exporter.suffix}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@pages.route(f"{ONE}/sheet")
@requires(Permission.RUN_WORKSHOPS)
def sheet(slug: str) -> ResponseReturnValue:
    """The list to print and tick at the door."""
    workshop, at = _workshop(slug), now()
    return render_template(
        "workshop_management/sheet.html",
        view=workshop_line(workshop, at),
        people=people_with_a_place(workshop),
        empty_lines=EMPTY_LINES,
        printed=instant_words(at, workshop.zone),
    )


@pages.route(f"{ONE}/attendance", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def attendance(slug: str) -> ResponseReturnValue:
    """The list to tick after the start."""
    workshop, at = _workshop(slug), now()
    form = PageForm(request.form or None)
    if request.method == "POST" and form.validate():
        came, shown = _numbers(*request.form.getlist("came")), _numbers(request.form.get("shown", ""))
        try:
            mark_attendance(workshop, came, shown, by=signed_in_person(), at=at)
        except ForbiddenError:
            return _attendance_page(workshop, form, REFUSED)
        flash(_("It is noted who came."))
        return redirect(url_for("workshop_registrations.attendance", slug=slug), 303)
    return _attendance_page(workshop, form, REFUSED if request.method == "POST" else 200)


@pages.route(f"{ONE}/letters", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def letters(slug: str) -> ResponseReturnValue:
    """The form, then what will be sent to how many, then it is sent."""
    workshop = _workshop(slug)
    form = _letter_form(workshop)
    if request.method == "GET":
        return _letters_page(workshop, form)
    if not form.validate():
        return _letters_page(workshop, form, status=REFUSED)
    try:
        checked = check_message(workshop, form.message())
        if request.form.get("seen") != form.digest:
            return _letters_page(workshop, form, checked)
        nonce = form.token.nonce if form.token else ""
        number = write_to_some(workshop, checked, form=nonce, by=signed_in_person(), at=now())
    except InvalidError as refused:
        form.add_problems(refused.problems, _first_language(workshop))
        return _letters_page(workshop, form, status=REFUSED)
    if number:
        flash(ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", number))
    else:
        flash(_("This letter was on its way already. Nobody gets it twice."))
    return redirect(url_for("workshop_registrations.letters", slug=slug), 303)


def _workshop(slug: str) -> Workshop:
    return workshop_to_run(slug, by=signed_in_person())


def _first_language(workshop: Workshop) -> str:
    return next((code for code in workshop.titles if code in page_languages()), page_languages()[0])


def _views(workshop: Workshop, lines: list[RegisteredLine], *, with_needs: bool) -> list[Any]:
    at = now()
    return [registered_view(line, workshop, at, with_needs=with_needs) for line in lines]


def _numbers(*written: str) -> set[int]:
    return {number for one in " ".join(written).split() if (number := small_number(one))}


def _attendance_page(workshop: Workshop, form: PageForm, status: int = 200) -> ResponseReturnValue:
    at = now()
    sent = _numbers(*request.form.getlist("came")) if request.method == "POST" else None
    return render_template(
        "workshop_management/attendance.html",
        view=workshop_line(workshop, at),
        people=[
            (one, one.state == RegistrationState.ATTENDED if sent is None else one.id in sent)
            for one in people_with_a_place(workshop)
        ],
        is_noted=any(one.state != RegistrationState.CONFIRMED for one in people_with_a_place(workshop)),
        can_tick=has_begun(workshop, at),
        form=form,
    ), status


def _letter_form(workshop: Workshop) -> LetterForm:
    form = LetterForm(request.form or None, data={"states": [RegistrationState.CONFIRMED]})
    labels = {state: f"{words} ({number})" for state, words, number in state_filters(workshop)}
    form.states.choices = [(state, labels[state]) for state in states_to_write_to() if state in labels]
    form.persons.choices = [
        (str(line.registration.id), line.registration.name)
        for line in registrations_of(workshop)
        if line.registration.email
    ]
    return form


def _recipients(workshop: Workshop, message: Message) -> list[tuple[str, str]]:
    """Who would get the letter, as (name, organisation and state)."""
    return [
        (one.name, ", ".join(filter(None, [one.organisation, state_words(one, workshop)])))
        for one in recipients_of(workshop, message)
    ]


def _letters_page(
    workshop: Workshop, form: LetterForm, checked: Message | None = None, status: int = 200
) -> ResponseReturnValue:
    return render_template(
        "workshop_management/letters.html",
        view=workshop_line(workshop, now()),
        form=form,
        first=_first_language(workshop),
        checked=checked,
        recipients=_recipients(workshop, checked) if checked else [],
        sent=sent_lines(letters_sent(workshop), workshop.zone),
    ), status
