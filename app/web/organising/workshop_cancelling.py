"""Taking somebody out of a workshop, and deleting a draft that nobody has seen: both asked once more."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.roles import Permission
from app.services.workshops.attending import cancel_for, registration_for
from app.services.workshops.convening import delete_draft
from app.services.workshops.hosting import workshop_to_run
from app.services.workshops.seats import NoPlaceError
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.forms import PageForm
from app.web.organising.workshop_management import GET_AND_POST, ONE, REFUSED
from app.web.organising.workshop_management_views import registered_view, workshop_line

pages = Blueprint("workshop_cancelling", __name__)


@pages.route(f"{ONE}/registrations/<registration>/cancel", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def registration(slug: str, registration: str) -> ResponseReturnValue:
    """What it means for the person, then the registration is cancelled."""
    person = signed_in_person()
    workshop = workshop_to_run(slug, by=person)
    line = registration_for(workshop, registration)
    form = PageForm(request.form or None)
    status = 200
    if request.method == "POST":
        try:
            if form.validate():
                cancel_for(workshop, registration, by=person, at=now())
                flash(_("The registration is cancelled. A letter is on its way."))
                return redirect(url_for("workshop_registrations.index", slug=slug), 303)
            status = REFUSED
        except NoPlaceError:
            status = REFUSED
    return render_template(
        "workshop_management/cancel_registration.html",
        view=workshop_line(workshop, now()),
        one=registered_view(line, workshop, now(), with_needs=False),
        form=form,
    ), status


@pages.route(f"{ONE}/delete", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def draft(slug: str) -> ResponseReturnValue:
    """Whether the draft is really to go, then it is gone."""
    person = signed_in_person()
    workshop = workshop_to_run(slug, by=person)
    form = PageForm(request.form or None)
    if request.method == "POST" and form.validate():
        delete_draft(workshop, by=person, at=now())
        flash(_("The draft is deleted."))
        return redirect(url_for("workshop_management.index"), 303)
    return render_template(
        "workshop_management/delete.html", view=workshop_line(workshop, now()), form=form
    ), REFUSED if request.method == "POST" else 200
