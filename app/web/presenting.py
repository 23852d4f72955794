"""Rows turned into what pages show, in the words, dates and names of the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import best_text, direction_of, name_of_language
from app.models.comment import Capacity
from app.models.consultation import Consultation
from app.services.consultations.reporting import Figures
from app.services.public.reading import ReadDraft, Text
from app.services.public.tallying import Importances
from app.web.dates import long_date_words, time_words, zone_words
from app.web.locales import page_locale
from app.wording import KINDS_BESIDE_A_NAME

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
COUNTED_IN_DAYS = 2 * DAY


@dataclass(frozen=True)
class Words:
    """Words and the language they are in."""

    text: str
    language: str

    @property
    def is_other(self) -> bool:
        """Whether they are in another language than the page."""
        return self.language != page_locale()

    @property
    def direction(self) -> str:
        """The value of HTML's dir."""
        return direction_of(self.language)


@dataclass(frozen=True)
class ClosingView:
    """When comments are accepted, in words: `state` is open, coming or closed."""

    state: str
    heading: str
    day: str
    time: str
    zone: str
    zone_id: str
    instant: str
    remaining: str
    announcement: str


@dataclass(frozen=True)
class FiguresView:
    """What has come in, in words; empty where nothing has."""

    submissions: str
    countries: str
    capacities: list[str]


@dataclass(frozen=True)
class EntryView:
    """A consultation in the list of consultations."""

    slug: str
    title: Words
    body: Words
    summary: Words
    closing: ClosingView
    has_outcome: bool


def words_in(texts: dict[str, str]) -> Words:
    """The text in the page's language, or else in the best there is."""
    return Words(*best_text(texts, page_locale()))


def name_of(capacity: str, name: str, organisation: str, *, is_erased: bool = False) -> str:
    """Who speaks: the organisation or group when the respondent speaks for one, otherwise the person."""
    speaks_for = organisation if capacity != Capacity.INDIVIDUAL else ""
    nobody = _("Name erased") if is_erased else _("Somebody who gave no name")
    return speaks_for or name or str(nobody)


def capacity_words(capacity: str, group_size: int | None, organisation_kind: str = "") -> str:
    """“organisation”, “trade union” or “group of 12 people”; nothing for an individual."""
    if capacity == Capacity.ORGANISATION:
        words = KINDS_BESIDE_A_NAME.get(organisation_kind)
        return str(words or _("organisation"))
    if capacity == Capacity.GROUP and group_size:
        return str(ngettext("group of %(num)s person", "group of %(num)s people", group_size))
    return str(_("group")) if capacity == Capacity.GROUP else ""


def place_words(text: Text | None) -> str:
    """“Paragraph 3”, or “The whole draft” where there is none."""
    return str(_("Paragraph %(label)s", label=text.label)) if text else str(_("The whole draft"))


def country_name(code: str) -> str:
    """The country's name in the page's language; the code when it has none."""
    return _country_name(code, page_locale())


def in_language(code: str) -> str:
    """“In Latvian”, for a text in another language than the page."""
    return _in_language(code, page_locale())


def closing_view(consultation: Consultation, at: datetime) -> ClosingView:
    """When comments are accepted, as it stands at that instant."""
    zone = consultation.zone
    if at < consultation.opens_at:
        state, instant, heading = "coming", consultation.opens_at, _("Opens for comments")
    elif at < consultation.closes_at:
        state, instant, heading = "open", consultation.closes_at, _("Open for comments until")
    else:
        state, instant, heading = "closed", consultation.closes_at, _("Closed for comments since")
    return ClosingView(
        state=state,
        heading=heading,
        day=long_date_words(instant, zone),
        time=time_words(instant, zone),
        zone=zone_words(zone),
        zone_id=zone,
        instant=instant.isoformat(),
        remaining=_remaining_words(state, instant - at),
        announcement=_announcement(state, instant - at),
    )


def entry_view(consultation: Consultation, at: datetime, *, has_outcome: bool) -> EntryView:
    """The consultation as the list shows it at that instant."""
    return EntryView(
        slug=consultation.slug,
        title=words_in(consultation.titles),
        body=words_in(consultation.bodies),
        summary=words_in(consultation.summaries),
        closing=closing_view(consultation, at),
        has_outcome=has_outcome,
    )


def true_until(consultation: Consultation, at: datetime) -> datetime | None:
    """When the words of `closing_view` will be other than at that instant; None when never."""
    ahead = [instant for instant in (consultation.opens_at, consultation.closes_at) if at < instant]
    if not ahead:
        return None
    remaining = ahead[0] - at
    step = DAY if remaining >= COUNTED_IN_DAYS else HOUR
    count_falls = ahead[0] - (remaining // step) * step + MOMENT
    return min(ahead[0], count_falls)


def counted_until(at: datetime, *others: datetime | None) -> datetime:
    """Until when a page stays true that tells how much was received, counted at that instant.

    It is counted anew once a minute at most: hundreds may come in the minutes before a closing, and with each
    of them the page would have to be made anew for its readers.
    """
    return min([at + MINUTE, *(instant for instant in others if instant is not None)])


def figures_view(figures: Figures) -> FiguresView:
    """“97 submissions”, “from 38 countries”, and individuals, organisations and groups apart."""
    submissions = ngettext("%(num)s submission", "%(num)s submissions", figures.submissions)
    countries = ngettext("from %(num)s country", "from %(num)s countries", figures.countries)
    return FiguresView(
        submissions=submissions if figures.submissions else "",
        countries=countries if figures.countries else "",
        capacities=count_words(
            figures.individuals, figures.organisations, figures.groups, figures.people_in_groups
        ),
    )


def count_words(individuals: int, organisations: int, groups: int, people: int) -> list[str]:
    """“41 individuals”, “7 organisations” and “3 groups with 112 people in all”: those that there are."""
    named_groups = ngettext("%(num)s group", "%(num)s groups", groups)
    counted_people = ngettext("%(num)s person", "%(num)s people", people)
    words = (
        (individuals, ngettext("%(num)s individual", "%(num)s individuals", individuals)),
        (organisations, ngettext("%(num)s organisation", "%(num)s organisations", organisations)),
        (
            groups,
            _("%(groups)s with %(people)s in all", groups=named_groups, people=counted_people)
            if groups > 1
            else _("%(groups)s of %(people)s", groups=named_groups, people=counted_people),
        ),
    )
    return [str(said) for count, said in words if count]


def importance_words(importances: Importances) -> list[str]:
    """“12 people said how much this matters to them: 4.2 of 5.”, organisations and groups apart."""
    words = []
    if importances.individuals:
        number, mean = importances.individuals.respondents, _mean(importances.individuals.mean)
        words.append(
            ngettext(
                "%(num)s person said how much this paragraph matters: %(mean)s of 5.",
                "%(num)s people said how much this paragraph matters: %(mean)s of 5.",
                number,
                mean=mean,
            )
        )
    if importances.others:
        number, mean = importances.others.respondents, _mean(importances.others.mean)
        words.append(
            ngettext(
                "%(num)s organisation or group said so: %(mean)s of 5.",
                "%(num)s organisations and groups said so: %(mean)s of 5.",
                number,
                mean=mean,
            )
        )
    return [str(said) for said in words]


def contents_of(draft: ReadDraft) -> list[Text]:
    """The headings that a contents list names: the two highest levels that the draft has."""
    headings = [text for text in draft.texts if text.is_heading]
    levels = sorted({heading.level for heading in headings})[:2]
    return [heading for heading in headings if heading.level in levels]


# A page says the same few words hundreds of times; the page's language is part of what is remembered.


@lru_cache(maxsize=2048)
def _country_name(code: str, page_language: str) -> str:
    return str(Locale.parse(page_language).territories.get(code, code))


@lru_cache(maxsize=512)
def _in_language(code: str, page_language: str) -> str:
    return str(_("In %(language)s", language=name_of_language(code, page_language)))


def _mean(number: float) -> str:
    return str(format_decimal(number, "0.0", locale=page_locale()))


def _remaining_words(state: str, remaining: timedelta) -> str:
    if state != "open":
        return ""
    hours = remaining // HOUR
    if remaining >= COUNTED_IN_DAYS:
        return str(ngettext("%(num)s day left", "%(num)s days left", remaining.days))
    if hours:
        return str(ngettext("%(num)s hour left", "%(num)s hours left", hours))
    return str(_("less than an hour left"))


def _announcement(state: str, remaining: timedelta) -> str:
    if state == "closed":
        return str(_("closed"))
    is_open = state == "open"
    days, hours = remaining.days, remaining // HOUR
    if remaining >= COUNTED_IN_DAYS and is_open:
        return str(ngettext("closes in %(num)s day", "closes in %(num)s days", days))
    if remaining >= COUNTED_IN_DAYS:
        return str(ngettext("opens in %(num)s day", "opens in %(num)s days", days))
    if hours and is_open:
        return str(ngettext("closes in %(num)s hour", "closes in %(num)s hours", hours))
    if hours:
        return str(ngettext("opens in %(num)s hour", "opens in %(num)s hours", hours))
    return str(_("closes in less than an hour") if is_open else _("opens in less than an hour"))
