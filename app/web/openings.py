"""When comments are accepted, in the words of the page's language, and how long those words stay true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from app.models.consultation import Consultation
from app.web.dates import day_of_event_words, time_words, zone_words

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
COUNTED_IN_DAYS = 2 * DAY


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
        day=day_of_event_words(instant, zone),
        time=time_words(instant, zone),
        zone=zone_words(zone),
        zone_id=zone,
        instant=instant.isoformat(),
        remaining=_remaining_words(state, instant - at),
        announcement=_announcement(state, instant - at),
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
