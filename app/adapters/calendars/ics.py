"""Calendar files (RFC 5545), invitations, updates and cancellations among them (RFC 5546)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration, vText, vUri

from app.services.characters import normalise, one_line
from app.services.sharing.scheduling import CalendarEvent, Method

PRODUCT = "-//Innspill//Innspill//EN"
OFTEN_ENOUGH = timedelta(hours=12)
MOMENT = timedelta(seconds=1)
ALLOWED_IN_ADDRESS = "@!#$&'*+-/=?^_`{|}~."
WEB = frozenset({"http", "https"})
# What ends a line for some readers, though not for RFC 5545.
LINE_ENDS = {ord(sign): "\n" for sign in "\x85\u2028\u2029"}


def create() -> IcsWriter:
    """The writer of .ics files."""
    return IcsWriter()


class IcsWriter:
    """UTF-8, lines ended by CRLF and folded at 75 bytes, and of every zone what the events need of it."""

    content_type = "text/calendar; charset=utf-8"
    suffix = ".ics"

    def write(self, events: Sequence[CalendarEvent], *, method: Method, name: str = "") -> bytes:
        """The file; the same events give the same bytes. `name` is that of a calendar to subscribe to."""
        calendar = Calendar()
        calendar.add("prodid", PRODUCT)
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", method.value)
        if name:
            _call(calendar, name)
        for zone in _zones(events):
            calendar.add_component(zone)
        for event in events:
            calendar.add_component(_entry(event))
        return bytes(calendar.to_ical())


def _call(calendar: Calendar, name: str) -> None:
    """The calendar has a name, by the standard (RFC 7986) and as older programmes know it."""
    calendar.add("name", vText(_line(name)))
    calendar.add("x-wr-calname", vText(_line(name)))
    calendar.add("refresh-interval", vDuration(OFTEN_ENOUGH, params={"VALUE": "DURATION"}))
    calendar.add("x-published-ttl", vDuration(OFTEN_ENOUGH))


def _entry(event: CalendarEvent) -> Event:
    entry = Event()
    entry.add("uid", vText(_line(event.uid)))
    entry.add("dtstamp", event.changed_at.astimezone(UTC))
    entry.add("last-modified", event.changed_at.astimezone(UTC))
    entry.add("sequence", event.sequence)
    entry.add("dtstart", _local(event.starts_at, event.zone))
    entry.add("dtend", _local(event.ends_at, event.zone))
    entry.add("summary", _text(_line(event.summary), event.language))
    if event.location:
        entry.add("location", _text(_line(event.location), event.language))
    if event.description:
        entry.add("description", _text(normalise(event.description.translate(LINE_ENDS)), event.language))
    if urlsplit(event.address).scheme in WEB:
        entry.add("url", vUri(quote(_line(event.address), safe="%/:=&?~#+!$,;'@()*[]")))
    entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    _invite(entry, event)
    return entry


def _invite(entry: Event, event: CalendarEvent) -> None:
    """Who invites whom; whoever registered has accepted already, and no answer is waited for."""
    if event.organizer_email:
        entry.add("organizer", _person(event.organizer_name, event.organizer_email, event.language))
    if event.attendee_email:
        attendee = _person(event.attendee_name, event.attendee_email, event.language)
        part = "DECLINED" if event.is_cancelled else "ACCEPTED"
        attendee.params.update(CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", PARTSTAT=part, RSVP="FALSE")
        entry.add("attendee", attendee)


def _person(name: str, email: str, language: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{quote(_line(email), safe=ALLOWED_IN_ADDRESS)}")
    if _line(name):
        # In a parameter a quotation mark has to be written in a way that not every programme reads.
        person.params.update(CN=_line(name).replace('"', "'"), LANGUAGE=_line(language))
    return person


def _text(words: str, language: str) -> vText:
    return vText(words, params={"LANGUAGE": _line(language)})


def _line(words: str) -> str:
    return one_line(words.translate(LINE_ENDS))


def _local(instant: datetime, zone: str) -> datetime:
    """The instant by the place's clock; in UTC where that clock shows the same time for the second time."""
    local = instant.astimezone(ZoneInfo(zone))
    return instant.astimezone(UTC) if local.fold else local


def _zones(events: Sequence[CalendarEvent]) -> Iterator[Timezone]:
    """What each zone's clocks do in the years of the events, and a year before and after."""
    if not events:
        return
    first = date(min(event.starts_at for event in events).year - 1, 1, 1)
    last = date(max(event.ends_at for event in events).year + 1, 12, 31)
    for name in sorted({event.zone for event in events if event.zone not in {"UTC", "Etc/UTC"}}):
        zone = Timezone.from_tzid(name, first_date=first, last_date=last)
        zone.pop("comment", None)
        for rule in zone.subcomponents:
            _tell_by_the_clock_before(rule, ZoneInfo(name))
        yield zone


def _tell_by_the_clock_before(rule: Any, zone: ZoneInfo) -> None:
    """A change of clocks is told by the clock as it was before (RFC 5545, 3.6.5).

    The library tells one that goes forward by the clock after it.
    """
    before, after = rule["tzoffsetfrom"].td, rule["tzoffsetto"].td
    onset = (rule["dtstart"].dt - before).replace(tzinfo=UTC).astimezone(zone)
    if after <= before or (onset.astimezone(UTC) - MOMENT).astimezone(zone).utcoffset() == before:
        return
    further = rule.pop("rdate").dts if "rdate" in rule else []
    told = [rule.pop("dtstart").dt, *(each.dt for each in further)]
    first, *others = [each - (after - before) for each in told]
    rule.add("dtstart", first)
    if others:
        rule.add("rdate", others)
