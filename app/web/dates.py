"""Instants, days and time zones in the words of the page's language."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location
from flask_babel import gettext as _

from app.web.locales import page_locale

# Where a language names no country, dates are written as its readers in Europe write them.
DATE_LOCALES = {"en": "en_GB"}
WITH_WEEKDAY = {"en": "EEEE d MMMM y"}


def date_words(instant: datetime, zone: str, language: str | None = None) -> str:
    """“3 February 2030”, in the page's language unless another is given."""
    return _date(instant.astimezone(zone_called(zone)).date(), "long", language or page_locale())


def long_date_words(instant: datetime, zone: str) -> str:
    """“Friday 22 February 2030”."""
    language = page_locale()
    return _date(instant.astimezone(zone_called(zone)).date(), WITH_WEEKDAY.get(language, "full"), language)


def time_words(instant: datetime, zone: str) -> str:
    """“23:59”."""
    return format_time(instant, "short", tzinfo=zone_called(zone), locale=_locale(page_locale()))


def seconds_words(instant: datetime, zone: str) -> str:
    """“Friday 22 February 2030, 23:58:07 Paris time”: an instant as a receipt tells it, to the second."""
    clock = format_time(instant, "medium", tzinfo=zone_called(zone), locale=_locale(page_locale()))
    return f"{long_date_words(instant, zone)}, {clock} {zone_words(zone)}"


def zone_words(zone: str) -> str:
    """“Paris time”; “UTC” where no city gives the zone its name."""
    city = city_of(zone)
    return city if city == "UTC" else str(_("%(city)s time", city=city))


def city_of(zone: str) -> str:
    """The city by which people know the zone, in the page's language."""
    return get_timezone_location(zone_called(zone), locale=_locale(page_locale()), return_city=True)


@lru_cache(maxsize=128)
def zone_called(name: str) -> ZoneInfo:
    """The time zone of that name in the tz database."""
    return ZoneInfo(name)


@lru_cache(maxsize=4096)
def _date(day: date, form: str, language: str) -> str:
    return format_date(day, form, locale=_locale(language))


def _locale(language: str) -> str:
    return DATE_LOCALES.get(language, language)
