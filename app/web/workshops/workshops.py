"""Workshops: the list, the page of one with the form to register, and its calendar file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer

from app.models.consultation import Consultation
from app.models.workshop import RegistrationState, Workshop
from app.services.errors import InvalidError, NotFoundError
from app.services.workshops.announcing import workshop_to_show, workshops_at, workshops_of
from app.services.workshops.inviting import event_of_workshop
from app.services.workshops.seating import Registered, register_for
from app.services.workshops.seats import NoPlaceError, Refusal, newcomer, refusal_of, seats_of, seats_of_all
from app.web.access import current_person, public
from app.web.caching import keep
from app.web.clock import now
from app.web.dates import date_words, minutes_words
from app.web.locales import page_locale
from app.web.ports import ports, settings
from app.web.presenting import words_in
from app.web.sharing.atom import absolute
from app.web.sharing.calendars import calendar_answer, site_host
from app.web.workshops.registration_form import RegistrationForm, registration_form, status_of_refusal
from app.web.workshops.workshop_views import (
    WorkshopEntry,
    entry_of,
    finding_views,
    languages_words,
    passages_of,
    prospect_words,
    refusal_words,
    rendered,
    when_words,
)

pages = Blueprint("workshops", __name__)
NOTE_SALT = "what registering answered"


@pages.route("/<lang>/workshops")
@public
def index() -> ResponseReturnValue:
    """The workshops to come, and those that ended."""
    stamp, at = ports().changes.stamp(None), now()
    lists = workshops_at(at)
    seats = seats_of_all([*lists.coming, *lists.past])
    groups = {
        name: [entry_of(workshop, seats[workshop.id], at) for workshop in group]
        for name, group in (("coming", lists.coming), ("past", lists.past))
    }
    until = [instant for workshop in lists.coming if (instant := _next_change(workshop, at))]
    page = render_template("workshops/index.html", **groups)
    return keep(page, consultation_id=None, stamp=stamp, until=min(until, default=None))


@pages.route("/<lang>/workshops/<slug>")
@public
def workshop(slug: str) -> ResponseReturnValue:
    """One workshop: all about it, and the form to register while that is possible."""
    found = workshop_to_show(slug, to=current_person())
    at, stamp = now(), found.consultation.public_stamp
    person = current_person()
    form = registration_form(found, email=person.email if person else "")
    page = _page(found, form, at, registered=_read_note(found))
    is_open = found.is_published and refusal_of(found, at) is None
    return keep(
        page,
        consultation_id=found.consultation_id,
        stamp=stamp,
        until=_next_change(found, at),
        token=form.written_token if is_open else "",
    )


@pages.route("/<lang>/workshops/<slug>", methods=["POST"])
@public
def register(slug: str) -> ResponseReturnValue:
    """Somebody registers, or the form comes back with every word and what is to be mended."""
    found, at = workshop_to_show(slug, to=current_person()), now()
    if not found.is_published:
        raise NotFoundError(f"workshop {slug}")
    form = registration_form(found, request.form)
    refused, closed = status_of_refusal(form, found, at), refusal_of(found, at)
    if refused is not None and closed is None:
        return _page(found, form, at), refused
    try:
        if refused is not None and closed is not None:
            raise NoPlaceError(closed)
        return _to_note(found, _register(found, form, at))
    except InvalidError as error:
        form.add_problems(error.problems)
        return _page(found, form, at), 422
    except NoPlaceError as error:
        return _page(found, form, at, refusal=error.reason), 403


@pages.route("/<lang>/workshops/<slug>/calendar.ics")
@public
def calendar(slug: str) -> ResponseReturnValue:
    """The workshop as a calendar file for everybody; its online link is not in it."""
    found = workshop_to_show(slug, to=None)
    address = absolute("workshops.workshop", slug=slug)
    event = event_of_workshop(
        found, page_locale(), host=site_host(), address=address, online=str(_("Online"))
    )
    response = calendar_answer([event])
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}.ics")
    return response


@pages.app_template_global("workshops_coming_in")
def coming_entries(consultation: Consultation) -> list[WorkshopEntry]:
    """The consultation's workshops that have not ended, for its page."""
    at, found = now(), workshops_of(consultation, now())
    seats = seats_of_all(found) if found else {}
    return [entry_of(workshop, seats[workshop.id], at) for workshop in found]


def _page(
    found: Workshop,
    form: RegistrationForm,
    at: datetime,
    *,
    refusal: Refusal | None = None,
    registered: dict[str, Any] | None = None,
) -> str:
    seats, reason = seats_of(found), refusal or refusal_of(found, at)
    return render_template(
        "workshops/workshop.html",
        workshop=found,
        consultation=found.consultation,
        consultation_title=words_in(found.consultation.titles),
        title=words_in(found.titles),
        purpose=words_in(found.purposes),
        audience=words_in(found.audiences),
        programme=rendered(found.programmes),
        facilitators=words_in(found.facilitators),
        place=words_in(found.addresses),
        access=words_in(found.accesses),
        notes=rendered(found.notes),
        materials=[(words_in(one["titles"]), one["address"]) for one in found.materials],
        findings=finding_views(found) if at >= found.starts_at else [],
        passages=passages_of(found),
        body=words_in(found.consultation.bodies),
        notice=words_in(found.consultation.privacy_notices),
        cancel_reason=words_in(found.cancel_reasons),
        when=when_words(found),
        register_by=minutes_words(found.register_by, found.zone),
        languages_said=languages_words(found),
        seats=seats,
        is_over=at >= found.ends_at,
        is_open=found.is_published and reason is None,
        prospect=prospect_words(seats, newcomer(seats, has_waiting_list=found.has_waiting_list)),
        why_closed=refusal_words(reason, found) if reason else "",
        is_refused=refusal is not None,
        given_back=_given_back(form) if refusal else "",
        kept_until=date_words(found.purges_at(), found.zone),
        form=form,
        registered=registered,
    )


def _register(found: Workshop, form: RegistrationForm, at: datetime) -> Registered:
    return register_for(
        found.id,
        form.applicant(g.lang),
        form=form.token.nonce if form.token else "",
        at=at,
        secret_key=settings().secret_key,
    )


def _given_back(form: RegistrationForm) -> str:
    """All that was written, as one text to copy."""
    written = [form.name, form.email, form.organisation, *form.questions, form.accessibility, form.diet]
    labels = {field.name: field.words.text for field in form.questions}
    return "\n".join(
        f"{labels.get(field.name, field.label.text)}: {field.data}" for field in written if field.data
    )


def _next_change(found: Workshop, at: datetime) -> datetime | None:
    """When the page will read otherwise though nobody changes anything."""
    instants = (found.register_by, found.starts_at, found.ends_at)
    return min((instant for instant in instants if at < instant), default=None)


# What registering answered stands in the address of the page that follows, signed: nobody is named by it, and
# it is the same whether the person was registered before or not.


def _to_note(found: Workshop, answer: Registered) -> Response | ResponseReturnValue:
    note = _signer().dumps([found.id, answer.state, answer.rank])
    return redirect(url_for("workshops.workshop", slug=found.slug, done=note, _anchor="answer"), 303)


def _read_note(found: Workshop) -> dict[str, Any] | None:
    try:
        workshop_id, state, rank = _signer().loads(request.args.get("done", ""))
    except (BadData, ValueError, TypeError):
        return None
    if workshop_id != found.id or found.is_cancelled:
        return None
    has_place = state == RegistrationState.CONFIRMED
    return {"has_place": has_place, "rank": rank, "heading": _heading(rank, has_place=has_place)}


def _heading(rank: int | None, *, has_place: bool) -> str:
    if has_place:
        return str(_("You have a place"))
    if rank:
        return str(_("You are number %(rank)s on the waiting list", rank=rank))
    return str(_("You have registered already"))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt=NOTE_SALT)
