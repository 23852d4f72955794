"""Instants, days and time zones in the words of the page's language."""

from __future__ import annotations

from datetime import datetime

from app import dates
from app.dates import zone_called as zone_called
from app.web.locales import page_locale


def date_words(instant: datetime, zone: str, language: str | None = None) -> str:
    """“3 February 2030”, in the page's language unless another is given."""
    return dates.date_words(instant, zone, language or page_locale())


def long_date_words(instant: datetime, zone: str) -> str:
    """“Friday 22 February 2030”."""
    return dates.long_date_words(instant, zone, page_locale())


def day_of_event_words(instant: datetime, zone: str) -> str:
    """“Friday 22 February 2030”, as it follows on words for what happens that day."""
    return dates.day_of_event_words(instant, zone, page_locale())


def time_words(instant: datetime, zone: str) -> str:
    """“23:59”."""
    return dates.time_words(instant, zone, page_locale())


def seconds_words(instant: datetime, zone: str) -> str:
    """“Friday 22 February 2030, 23:58:07 Paris time”: an instant as a receipt tells it, to the second."""
    return dates.seconds_words(instant, zone, page_locale())


def stretch_words(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """“Saturday 23 February 2030, 13:00 to 16:00 Riga time”; a stretch of several days names both."""
    return dates.stretch_words(starts_at, ends_at, zone, page_locale())


def minutes_words(instant: datetime, zone: str) -> str:
    """“Friday 22 February 2030, 23:59 Paris time”: an instant to the minute."""
    return dates.minutes_words(instant, zone, page_locale())


def zone_words(zone: str) -> str:
    """“Paris time”; “UTC” where no city gives the zone its name."""
    return dates.zone_words(zone, page_locale())


def city_of(zone: str) -> str:
    """The city by which people know the zone, in the page's language."""
    return dates.city_of(zone, page_locale())
