"""Instants, days and time zones in the words of a language, for pages and letters alike."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location
from flask_babel import gettext as _

# Where a language names no country, dates are written as its readers in Europe write them.
DATE_LOCALES = {"en": "en_GB"}
WITH_WEEKDAY = {"en": "EEEE d MMMM y"}
# Latvian says in the endings of a day and its month that something happens then: the locative.
ENDINGS_OF_WHEN = {"lv": ((r"diena\b", "dien"), (r"is$", "ī"), (r"s$", "ā"))}


def date_words(instant: datetime, zone: str, language: str) -> str:
    """“3 February 2030”."""
    return _date(instant.astimezone(zone_called(zone)).date(), "long", language)


def long_date_words(instant: datetime, zone: str, language: str) -> str:
    """“Friday 22 February 2030”."""
    return _date(instant.astimezone(zone_called(zone)).date(), WITH_WEEKDAY.get(language, "full"), language)


def day_of_event_words(instant: datetime, zone: str, language: str) -> str:
    """“Friday 22 February 2030”, as it follows on words for what happens that day: “closes in 3 days, …”."""
    words = long_date_words(instant, zone, language)
    for ending, when in ENDINGS_OF_WHEN.get(language, ()):
        words = re.sub(ending, when, words)
    return words


def time_words(instant: datetime, zone: str, language: str) -> str:
    """“23:59”."""
    return format_time(instant, "short", tzinfo=zone_called(zone), locale=_locale(language))


def minutes_words(instant: datetime, zone: str, language: str) -> str:
    """“Friday 22 February 2030, 23:59 Paris time”: an instant as a closing is told, to the minute."""
    day, clock = long_date_words(instant, zone, language), time_words(instant, zone, language)
    return f"{day}, {clock} {zone_words(zone, language)}"


def seconds_words(instant: datetime, zone: str, language: str) -> str:
    """“Friday 22 February 2030, 23:58:07 Paris time”: an instant as a receipt tells it, to the second."""
    clock = format_time(instant, "medium", tzinfo=zone_called(zone), locale=_locale(language))
    return f"{long_date_words(instant, zone, language)}, {clock} {zone_words(zone, language)}"


def stretch_words(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> str:
    """“Saturday 23 February 2030, 13:00 to 16:00 Riga time”; a stretch of several days names both."""
    begin, end = (long_date_words(instant, zone, language) for instant in (starts_at, ends_at))
    clocks = [time_words(instant, zone, language) for instant in (starts_at, ends_at)]
    facts = {"day": begin, "start": clocks[0], "end": clocks[1], "zone": zone_words(zone, language)}
    if begin == end:
        return str(_("%(day)s, %(start)s to %(end)s %(zone)s", **facts))
    return str(_("%(day)s, %(start)s to %(last_day)s, %(end)s %(zone)s", last_day=end, **facts))


def zone_words(zone: str, language: str) -> str:
    """“Paris time”; “UTC” where no city gives the zone its name."""
    city = city_of(zone, language)
    return city if city == "UTC" else str(_("%(city)s time", city=city))


def city_of(zone: str, language: str) -> str:
    """The city by which people know the zone."""
    return get_timezone_location(zone_called(zone), locale=_locale(language), return_city=True)


@lru_cache(maxsize=128)
def zone_called(name: str) -> ZoneInfo:
    """The time zone of that name in the tz database."""
    return ZoneInfo(name)


@lru_cache(maxsize=4096)
def _date(day: date, form: str, language: str) -> str:
    return format_date(day, form, locale=_locale(language))


def _locale(language: str) -> str:
    return DATE_LOCALES.get(language, language)
