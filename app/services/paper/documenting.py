"""When something came on paper: the documented day and time, and whether that was in time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from app.models.consultation import Consultation
from app.services.consultations.planning import instant_in
from app.services.errors import InvalidError, NotYetOpenError

DAY_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}")
DAY_FIRST = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?!\d)")


@dataclass(frozen=True)
class Documented:
    """When something was received by what is documented, and whether it was entered after the closing."""

    received_at: datetime
    is_late: bool


def documented(consultation: Consultation, written: str, at: datetime) -> Documented:
    """When it was received, from the day (and time) as written down; a clock in the consultation's zone.

    A day alone counts as its beginning, or on the opening day as the opening. After the closing, what came on
    the day of the closing needs its time. Raises NotYetOpenError before the opening, and InvalidError for
    `received_at`.
    """
    if at < consultation.opens_at or not consultation.is_listed:
        raise NotYetOpenError
    told = _year_first(written.strip())
    received_at = _instant(consultation, told)
    problem = _why_not(consultation, received_at, at)
    if not problem and at >= consultation.closes_at and told == _closing_day(consultation):
        problem = "time_needed"
    if problem:
        raise InvalidError({"received_at": problem})
    return Documented(received_at, is_late=at >= consultation.closes_at)


def day_in(zone: str, instant: datetime) -> date:
    """The day that a calendar in the zone shows at that instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


def _closing_day(consultation: Consultation) -> str:
    return day_in(consultation.zone, consultation.closes_at).isoformat()


def _why_not(consultation: Consultation, received_at: datetime, at: datetime) -> str:
    if received_at > at:
        return "future"
    if received_at < consultation.opens_at:
        return "before_opening"
    return "after_closing" if received_at >= consultation.closes_at else ""


def _year_first(written: str) -> str:
    """The same with “21.2.2030” as “2030-02-21”."""
    return DAY_FIRST.sub(lambda found: f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}", written)


def _instant(consultation: Consultation, written: str) -> datetime:
    if not written:
        raise InvalidError({"received_at": "required"})
    try:
        if DAY_ALONE.fullmatch(written):
            return _beginning(consultation, date.fromisoformat(written))
        told = datetime.fromisoformat(written.replace(" ", "T", 1))
        return told.astimezone(UTC) if told.tzinfo else _told_by_clock(consultation.zone, told)
    except (ValueError, OverflowError) as error:
        raise InvalidError({"received_at": "unreadable"}) from error


def _beginning(consultation: Consultation, day: date) -> datetime:
    begins = datetime.combine(day, time.min, ZoneInfo(consultation.zone)).astimezone(UTC)
    is_opening_day = day == day_in(consultation.zone, consultation.opens_at)
    return max(begins, consultation.opens_at) if is_opening_day else begins


def _told_by_clock(zone: str, local: datetime) -> datetime:
    try:
        return instant_in(zone, local)
    except InvalidError as error:
        raise InvalidError({"received_at": next(iter(error.problems.values()))}) from error
