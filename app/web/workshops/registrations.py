"""A registration for whoever has its secret: how it stands, and changing, accepting or giving it back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.workshop import Registration
from app.services.errors import InvalidError, NotFoundError
from app.services.workshops.inviting import event_of_registration, is_seated, method_for
from app.services.workshops.seating import (
    accept_offer,
    cancel_registration,
    change_registration,
    decline_offer,
    registration_behind,
)
from app.services.workshops.seats import NoPlaceError, Refusal
from app.web.access import public
from app.web.clock import now
from app.web.errors import error_page
from app.web.forms import PageForm, Required, TextField
from app.web.limits import network_of, wait_before
from app.web.ports import ports
from app.web.presenting import words_in
from app.web.secret_links import private, secret_asked
from app.web.sharing.atom import absolute
from app.web.sharing.calendars import site_host
from app.web.workshops.registration_form import RegistrationForm, change_form
from app.web.workshops.registration_views import Standing, standing_of
from app.web.workshops.workshop_views import languages_words, when_words

pages = Blueprint("registrations", __name__)
RegistrationView = Callable[[Registration], ResponseReturnValue]
GuardedView = Callable[..., ResponseReturnValue]
ASKED = frozenset({"cancel", "decline"})
REFUSALS = {
    Refusal.CANCELLED: _l("This workshop does not take place. Nothing was changed."),
    Refusal.STARTED: _l("The workshop has begun. Nothing was changed."),
    Refusal.OFFER_OVER: _l("The place is no longer kept for you, or you have answered already."),
}


class SecretForm(PageForm):
    """For somebody who has the number and the secret on paper."""

    class Meta(PageForm.Meta):
        csrf = False  # it only asks for a page

    secret = TextField(_l("Secret"), [Required(_l("Write the secret from the link in your letter."))])


def behind_secret(view: RegistrationView) -> GuardedView:
    """The view gets the registration; without its secret the reader is asked for it instead."""

    @wraps(view)
    def guarded(number: str) -> ResponseReturnValue:
        if not secret_asked():
            return _ask(number, SecretForm())
        if wait_before("receipt", network_of(request)):
            return error_page(429)
        try:
            registration = registration_behind(number, secret_asked())
        except NotFoundError:
            form = SecretForm()
            form.secret.errors = [_("This number and this secret do not belong together.")]
            return _ask(number, form), 404
        return private(view(registration))

    return guarded


@pages.route("/<lang>/registrations/<number>")
@public
@behind_secret
def registration(registration: Registration) -> ResponseReturnValue:
    """How the registration stands, and what its holder can do; `ask` asks once more before giving it back."""
    standing = standing_of(registration, now())
    asked = request.args.get("ask", "")
    if asked in ASKED and standing.can_cancel:
        return _sure_page(registration, standing, asked, PageForm())
    return _page(registration, standing, change_form(registration))


@pages.route("/<lang>/registrations/<number>", methods=["POST"])
@public
@behind_secret
def act(registration: Registration) -> ResponseReturnValue:
    """What the pressed button says is done, or the page comes back saying why it was not."""
    asked = request.form.get("act", "change")
    if asked not in ACTS:
        return error_page(422)
    form = change_form(registration, request.form) if asked == "change" else change_form(registration)
    token_form = form if asked == "change" else PageForm(request.form)
    try:
        if not token_form.validate():
            form.form_errors.extend(words for _id, words in token_form.error_list)
            return _page(registration, standing_of(registration, now()), form), 422
        ACTS[asked](registration, form)
    except InvalidError as error:
        form.add_problems(error.problems)
        return _page(registration, standing_of(registration, now()), form), 422
    except NoPlaceError as error:
        refusal = str(REFUSALS.get(error.reason) or REFUSALS[Refusal.OFFER_OVER])
        return _page(registration, standing_of(registration, now()), form, refusal=refusal), 403
    return redirect(_address(registration, done=asked), 303)


@pages.route("/<lang>/registrations/<number>/calendar.ics")
@public
@behind_secret
def calendar(registration: Registration) -> ResponseReturnValue:
    """The workshop for the person's calendar; whoever has never had a place has nothing to put there."""
    if not is_seated(registration) and registration.sequence == 0:
        return error_page(404)
    slug = registration.workshop.slug
    event = event_of_registration(
        registration, host=site_host(), address=absolute("workshops.workshop", slug=slug)
    )
    method = method_for(event)
    content = ports().calendars["ics"].write([event], method=method)
    response = Response(content, content_type=f"text/calendar; charset=utf-8; method={method}")
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}.ics")
    return response


def _change(registration: Registration, form: RegistrationForm) -> None:
    applicant = form.applicant(registration.language, registration.email)
    change_registration(registration.id, applicant, at=now())


def _accept(registration: Registration, _form: RegistrationForm) -> None:
    accept_offer(registration.id, at=now())


def _decline(registration: Registration, _form: RegistrationForm) -> None:
    decline_offer(registration.id, at=now())


def _cancel(registration: Registration, _form: RegistrationForm) -> None:
    cancel_registration(registration.id, at=now())


ACTS = {"change": _change, "accept": _accept, "decline": _decline, "cancel": _cancel}
DONE = {
    "change": _l("Saved. What you see below is how it stands now."),
    "accept": _l("The place is yours. A letter with the calendar file is on its way."),
    "decline": _l("Declined. The place is offered to the next in line."),
    "cancel": _l("Cancelled. Thank you for telling us: somebody else can come."),
}


def _page(
    registration: Registration, standing: Standing, form: RegistrationForm, *, refusal: str = ""
) -> str:
    workshop = registration.workshop
    done = DONE.get(request.args.get("done", "")) if request.method == "GET" else None
    return render_template(
        "registrations/registration.html",
        registration=registration,
        workshop=workshop,
        standing=standing,
        title=words_in(workshop.titles),
        place=words_in(workshop.addresses),
        access=words_in(workshop.accesses),
        cancel_reason=words_in(workshop.cancel_reasons),
        when=when_words(workshop),
        languages_said=languages_words(workshop),
        form=form,
        refusal=refusal,
        at=now(),
        done=str(done) if done else "",
        address=_address(registration),
        ask=lambda what: _address(registration, ask=what),
        calendar=url_for("registrations.calendar", number=registration.number, secret=secret_asked()),
    )


def _sure_page(registration: Registration, standing: Standing, asked: str, form: PageForm) -> str:
    workshop = registration.workshop
    return render_template(
        "registrations/sure.html",
        registration=registration,
        standing=standing,
        title=words_in(workshop.titles),
        when=when_words(workshop),
        asked=asked,
        form=form,
        back=_address(registration),
    )


def _ask(number: str, form: SecretForm) -> Response:
    return private(render_template("registrations/ask.html", number=number, form=form))


def _address(registration: Registration, *, ask: str | None = None, done: str | None = None) -> str:
    number, secret = registration.number, secret_asked()
    return url_for("registrations.registration", number=number, secret=secret, ask=ask, done=done)
