"""Workshops as their organisers see them, in the words of the page's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from app.i18n import direction_of, name_of_language, page_languages
from app.models.consultation import Consultation
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.paper.locating import SealedVersion, sealed_versions
from app.services.text import render_report
from app.services.workshops.addressing import SentLetter
from app.services.workshops.attending import RegisteredLine, can_be_cancelled, numbers_by_state
from app.services.workshops.seats import Seats, seats_of
from app.web.dates import date_words, time_words
from app.web.locales import page_locale
from app.web.management.management_views import instant_words
from app.web.organising.workshop_forms import TEXTS
from app.web.paper.intake_views import PlaceView, shortened
from app.web.presenting import Words, country_name, words_in
from app.web.workshops.workshop_views import when_words
from app.wording import registration_words

OF_MARKDOWN = frozenset({"programme"})


@dataclass(frozen=True)
class WorkshopLine:
    """A workshop at the top of its work pages and in the list: when it is and how it stands."""

    slug: str
    title: Words
    state: str
    is_published: bool
    is_cancelled: bool
    has_begun: bool
    has_ended: bool
    when: str
    register_by: str
    country: str
    consultation: Words
    taken: str
    waiting: int


@dataclass(frozen=True)
class LanguageName:
    """A language in which something is filled in."""

    code: str
    name: str
    direction: str


@dataclass(frozen=True)
class ShownText:
    """A text as the public will read it: what it is, and its words."""

    label: str
    html: Markup


@dataclass(frozen=True)
class RegisteredView:
    """A registration as a line of the organiser's list."""

    id: int
    number: str
    state: str
    state_words: str
    rank: int | None
    name: str
    organisation: str
    email: str
    registered: str
    offer_ends: str
    answers: list[tuple[str, str]]
    needs: list[tuple[str, str]]
    attended: bool
    can_cancel: bool


def workshop_line(workshop: Workshop, at: datetime) -> WorkshopLine:
    """The workshop as it stands at that instant."""
    seats = seats_of(workshop)
    return WorkshopLine(
        slug=workshop.slug,
        title=words_in(workshop.titles),
        state=_state_words(workshop, at),
        is_published=workshop.is_published,
        is_cancelled=workshop.is_cancelled,
        has_begun=at >= workshop.starts_at,
        has_ended=at >= workshop.ends_at,
        when=when_words(workshop),
        register_by=instant_words(workshop.register_by, workshop.zone),
        country=country_name(workshop.country) if workshop.country else str(_("all countries")),
        consultation=words_in(workshop.consultation.titles),
        taken=_taken_words(workshop, seats),
        waiting=seats.waiting,
    )


def languages_for(consultation: Consultation) -> list[LanguageName]:
    """The languages of the workshop's texts: the consultation's first, then the pages' others."""
    codes = dict.fromkeys([*consultation.titles, *page_languages()])
    return [language_named(code) for code in codes]


def language_named(code: str) -> LanguageName:
    """The language with its own name."""
    return LanguageName(code, name_of_language(code), direction_of(code))


def places_of(consultation: Consultation) -> list[tuple[str, PlaceView]]:
    """The paragraphs of the newest sealed version, as (key, label and first words)."""
    return places_in(next(iter(sealed_versions(consultation)), None))


def places_in(version: SealedVersion | None) -> list[tuple[str, PlaceView]]:
    """The paragraphs of that sealed version, as (key, label and first words)."""
    found = version.paragraphs_in(page_locale()) if version else []
    return [(one.key, PlaceView(one.label, shortened(one.plain))) for one in found]


def shown_texts(workshop: Workshop, code: str) -> list[ShownText]:
    """All that the workshop says in that language, the title first."""
    texts = [
        (name, str(label), getattr(workshop, plural).get(code, ""))
        for name, (plural, label, _line) in TEXTS.items()
    ]
    return [
        ShownText(label, _safe_report(text) if name in OF_MARKDOWN else lines_of(text))
        for name, label, text in texts
        if text
    ]


def lines_of(text: str) -> Markup:
    """The text with its line breaks."""
    return Markup("<br>").join(text.splitlines())


def facts_of(workshop: Workshop) -> list[tuple[str, str]]:
    """What does not depend on a language, as (name of the fact, words)."""
    keys = dict(places_of(workshop.consultation))
    paragraphs = [keys[key].label if key in keys else key for key in workshop.paragraph_keys]
    interpretation = ", ".join(_language(code) for code in workshop.interpretation)
    facts = [
        (_("When"), when_words(workshop)),
        (_("Register by"), instant_words(workshop.register_by, workshop.zone)),
        (_("Places"), _places_words(workshop)),
        (_("Working language"), _language(workshop.working_language)),
        (_("Interpretation"), interpretation or str(_("none"))),
        (_("Link to take part online"), workshop.online_link),
        (_("Paragraphs"), ", ".join(paragraphs)),
        (_("Whom to ask"), f"{workshop.contact_name}, {workshop.contact_email}"),
        (_("Country"), country_name(workshop.country) if workshop.country else str(_("all countries"))),
    ]
    return [(name, words) for name, words in facts if words]


def registered_view(
    line: RegisteredLine, workshop: Workshop, at: datetime, *, with_needs: bool
) -> RegisteredView:
    """The registration as a line of the list; what the person needs only where it is asked for."""
    one, zone = line.registration, workshop.zone
    asked = [(words_in(question["labels"]).text, str(question["key"])) for question in workshop.questions]
    needs = one.needs if with_needs else None
    wanted = [
        (str(_("Accessibility")), needs.accessibility),
        (str(_("Diet")), needs.diet),
    ] if needs else []  # fmt: skip
    return RegisteredView(
        id=one.id,
        number=one.number,
        state=one.state,
        state_words=state_words(one, workshop),
        rank=line.rank,
        name=one.name or str(_("Name erased")),
        organisation=one.organisation,
        email=one.email,
        registered=f"{date_words(one.registered_at, zone)}, {time_words(one.registered_at, zone)}",
        offer_ends=instant_words(one.offer_ends_at, zone)
        if one.offer_ends_at and not workshop.is_cancelled
        else "",
        answers=[(label, one.answers[key]) for label, key in asked if one.answers.get(key)],
        needs=[(label, words) for label, words in wanted if words],
        attended=one.state == RegistrationState.ATTENDED,
        can_cancel=can_be_cancelled(one, at),
    )


def state_words(registration: Registration, workshop: Workshop) -> str:
    """How the registration stands, and that it stands for nothing once the workshop is cancelled."""
    return registration_words(registration.state, is_workshop_cancelled=workshop.is_cancelled)


def sent_lines(letters: Sequence[SentLetter], zone: str) -> list[tuple[Words | None, str, int]]:
    """The letters that were sent, as (subject where it is still known, when, to how many)."""
    return [
        (words_in(one.subjects) if one.subjects else None, instant_words(one.sent_at, zone), one.number)
        for one in letters
    ]


def state_filters(workshop: Workshop) -> list[tuple[str, str, int]]:
    """The states that can be chosen among, as (state, words, how many)."""
    numbers = numbers_by_state(workshop)
    return [
        (state, registration_words(state, is_workshop_cancelled=workshop.is_cancelled), number)
        for state, number in numbers.items()
        if number
    ]


def _state_words(workshop: Workshop, at: datetime) -> str:
    if workshop.is_cancelled:
        return str(_("Cancelled"))
    if not workshop.is_published:
        return str(_("Draft, not public"))
    if at >= workshop.ends_at:
        return str(_("Over"))
    if at >= workshop.starts_at:
        return str(_("Going on"))
    return str(_("Published, takes registrations") if at < workshop.register_by else _("Published, closed"))


def _taken_words(workshop: Workshop, seats: Seats) -> str:
    if workshop.is_cancelled:
        return "–"
    return str(_("%(taken)s of %(places)s", taken=seats.taken, places=seats.places))


def _places_words(workshop: Workshop) -> str:
    if workshop.has_waiting_list:
        return str(_("%(number)s, then a waiting list", number=workshop.places))
    return str(_("%(number)s, closed when full", number=workshop.places))


def _language(code: str) -> str:
    return name_of_language(code, page_locale())


def _safe_report(source: str) -> Markup:
    return Markup(render_report(source).html)  # noqa: S704 - sanitised by what renders it
