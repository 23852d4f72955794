"""Calendar files, as three readers understand them: by the letter, by icalendar and by vobject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar import Event as IcalendarEvent

from app.adapters import adapter
from app.services.characters import normalise, one_line
from app.services.sharing.scheduling import CalendarEvent, CalendarWriter, Method
from tests.adapters.calendar_lines import Component, changes_told, instant_of, read_strictly

WRITER: CalendarWriter = adapter("calendars", "ics").create()
STARTS = datetime(2030, 2, 23, 11, 0, tzinfo=UTC)
ZONES = (
    "Europe/Riga",
    "Europe/Dublin",  # its standard time is that of summer
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Auckland",
    "Etc/GMT+5",
    "UTC",
)
HOSTILE = (
    "One\r\nATTENDEE:mailto:all@example.org",
    "One\rSUMMARY:Two",
    "One\nEND:VEVENT\nBEGIN:VEVENT",
    "One\u2028SUMMARY:Two\u2029\x85Three\x0b\x0c\x00\x1b[31m",
    'A "quoted", name; with: all = signs\\ ^n ^',
    "שלום עולם " * 30,
    "\u202eevil\u202c مرحبا",
    "ļoti garš vārds " * 60,
    "👩‍👩‍👧‍👦" * 40,
    "x" * 1000,
)


def an_event(**changes: Any) -> CalendarEvent:
    usual: dict[str, Any] = {
        "uid": "registration-ABCD-EFGH-JKMN@consult.example.org",
        "sequence": 3,
        "summary": "Darbnīca par deklarāciju",
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=3),
        "zone": "Europe/Riga",
        "changed_at": datetime(2030, 2, 10, 12, 0, tzinfo=UTC),
        "description": "Purpose, first; second.\n\nhttps://consult.example.org/lv/workshops/riga",
        "location": "Brīvības iela 36, 3. stāvs",
        "address": "https://consult.example.org/lv/workshops/riga",
        "language": "lv",
        "organizer_name": "A contact person",
        "organizer_email": "workshops@example.org",
        "attendee_name": "Ilze Kalniņa",
        "attendee_email": "ilze@example.org",
    }
    return CalendarEvent(**{**usual, **changes})


def public(event: CalendarEvent) -> CalendarEvent:
    return replace(event, attendee_name="", attendee_email="")


def written(*events: CalendarEvent, method: Method = Method.REQUEST, name: str = "") -> bytes:
    return WRITER.write(events, method=method, name=name)


def the_event(content: bytes) -> Component:
    [event] = read_strictly(content).within("VEVENT")
    return event


def by_icalendar(content: bytes) -> IcalendarEvent:
    calendar = Calendar.from_ical(content)
    assert not calendar.errors
    [event] = calendar.events
    assert not event.errors
    return event


def by_vobject(content: bytes) -> Any:
    calendar = vobject.readOne(content.decode())
    calendar.validate(raiseException=True)
    return calendar.vevent


def instants_read(content: bytes) -> list[tuple[datetime, datetime]]:
    """From when to when, as each reader understands it."""
    calendar = read_strictly(content)
    [strict] = calendar.within("VEVENT")
    other, third = by_icalendar(content), by_vobject(content)
    return [
        (instant_of(calendar, strict["DTSTART"]), instant_of(calendar, strict["DTEND"])),
        (other.DTSTART.astimezone(UTC), other.DTEND.astimezone(UTC)),
        (third.dtstart.value.astimezone(UTC), third.dtend.value.astimezone(UTC)),
    ]


# ---------------------------------------------------------------- what every reader finds


def test_an_invitation_says_who_what_where_and_when_to_every_reader() -> None:
    event = an_event()
    content = written(event)
    strict, other, third = the_event(content), by_icalendar(content), by_vobject(content)
    assert strict.text("UID") == str(other["UID"]) == third.uid.value == event.uid
    assert int(strict.text("SEQUENCE")) == other.sequence == int(third.sequence.value) == 3
    assert strict.text("SUMMARY") == str(other["SUMMARY"]) == third.summary.value == event.summary
    assert strict.text("LOCATION") == str(other["LOCATION"]) == third.location.value == event.location
    assert strict.text("DESCRIPTION") == str(other["DESCRIPTION"]) == third.description.value
    assert strict.text("DESCRIPTION") == event.description
    assert strict.text("URL") == str(other["URL"]) == third.url.value == event.address
    assert strict.text("DTSTAMP") == "20300210T120000Z"
    assert strict.text("STATUS") == "CONFIRMED"


def test_texts_say_in_which_language_they_are() -> None:
    strict = the_event(written(an_event()))
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        assert strict[name].parameters == {"LANGUAGE": "lv"}


def test_an_invitation_names_organizer_and_attendee_who_has_accepted() -> None:
    content = written(an_event())
    strict, third = the_event(content), by_vobject(content)
    assert read_strictly(content).text("METHOD") == "REQUEST"
    assert strict["ORGANIZER"].value == third.organizer.value == "mailto:workshops@example.org"
    assert strict["ORGANIZER"].parameters["CN"] == third.organizer.cn_param == "A contact person"
    assert strict["ATTENDEE"].value == third.attendee.value == "mailto:ilze@example.org"
    assert strict["ATTENDEE"].parameters == {
        "CN": "Ilze Kalniņa",
        "CUTYPE": "INDIVIDUAL",
        "LANGUAGE": "lv",
        "PARTSTAT": "ACCEPTED",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "FALSE",
    }


def test_a_cancellation_is_one_for_every_reader() -> None:
    content = written(an_event(is_cancelled=True, sequence=4), method=Method.CANCEL)
    assert read_strictly(content).text("METHOD") == "CANCEL"
    assert the_event(content).text("STATUS") == "CANCELLED"
    assert str(by_icalendar(content)["STATUS"]) == by_vobject(content).status.value == "CANCELLED"


def test_what_is_for_everybody_invites_nobody() -> None:
    content = written(public(an_event()), method=Method.PUBLISH)
    assert the_event(content).all("ATTENDEE") == []
    assert read_strictly(content).text("METHOD") == "PUBLISH"


def test_a_calendar_to_subscribe_to_has_a_name_and_all_its_events() -> None:
    events = [
        public(an_event(uid=f"workshop-{number}@example.org", zone=zone)) for number, zone in enumerate(ZONES)
    ]
    content = written(*events, method=Method.PUBLISH, name="Workshops, all; of them")
    calendar = read_strictly(content)
    assert calendar.text("NAME") == calendar.text("X-WR-CALNAME") == "Workshops, all; of them"
    assert calendar["REFRESH-INTERVAL"].parameters == {"VALUE": "DURATION"}
    found = [(one.text("UID"), instant_of(calendar, one["DTSTART"])) for one in calendar.within("VEVENT")]
    assert found == [(event.uid, STARTS) for event in events]


def test_a_calendar_without_events_is_a_calendar() -> None:
    calendar = read_strictly(written(method=Method.PUBLISH, name="Nothing yet"))
    assert calendar.components == []


def test_the_same_events_give_the_same_bytes() -> None:
    assert written(an_event()) == written(an_event())
    assert written(an_event()) != written(an_event(sequence=4))


# ---------------------------------------------------------------- when


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("month", [1, 7])
def test_every_reader_understands_the_instants_that_are_meant(zone: str, month: int) -> None:
    starts_at = datetime(2030, month, 20, 11, 0, tzinfo=UTC)
    event = an_event(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), zone=zone)
    assert set(instants_read(written(event))) == {(event.starts_at, event.ends_at)}


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Riga", datetime(2030, 3, 31, 1, 0, tzinfo=UTC)),
        ("Europe/Riga", datetime(2030, 10, 27, 1, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2030, 11, 3, 6, 0, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2030, 4, 6, 15, 0, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("minutes", [-90, -30, 0, 30, 90])
def test_an_event_over_the_change_of_the_clocks_stays_where_it_is(
    zone: str, change: datetime, minutes: int
) -> None:
    starts_at = change + timedelta(minutes=minutes)
    assert (
        change.astimezone(ZoneInfo(zone)).utcoffset()
        != (change - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).utcoffset()
    )
    event = an_event(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), zone=zone)
    calendar = read_strictly(written(event))
    [strict] = calendar.within("VEVENT")
    assert instant_of(calendar, strict["DTSTART"]) == event.starts_at
    assert instant_of(calendar, strict["DTEND"]) == event.ends_at


@pytest.mark.parametrize("zone", [*ZONES, "Australia/Lord_Howe"])
def test_clocks_change_in_the_file_when_they_change_in_the_place(zone: str) -> None:
    for change, before, after in changes_told(read_strictly(written(an_event(zone=zone)))):
        moment_before = (change - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
        assert (moment_before.utcoffset(), change.astimezone(ZoneInfo(zone)).utcoffset()) == (before, after)


def test_a_place_with_summer_time_tells_every_change_of_its_clocks() -> None:
    told = changes_told(read_strictly(written(an_event(zone="Europe/Riga"))))
    assert len(told) == 6  # two a year, in the year of the event and those beside it


def test_times_are_written_by_the_clock_of_the_place() -> None:
    start = the_event(written(an_event()))["DTSTART"]
    assert (start.value, start.parameters) == ("20300223T130000", {"TZID": "Europe/Riga"})


def test_a_zone_is_described_once_for_all_events_and_only_for_their_years() -> None:
    events = [public(an_event(uid=f"{number}@example.org")) for number in range(50)]
    calendar = read_strictly(written(*events, method=Method.PUBLISH))
    [zone] = calendar.within("VTIMEZONE")
    assert zone.text("TZID") == "Europe/Riga"
    assert {one.value[:4] for part in zone.components for one in part.all("DTSTART")} <= {"2029"}
    assert len(zone.components) == 3


# ---------------------------------------------------------------- what people type


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_is_typed_stays_within_its_line(words: str) -> None:
    event = an_event(
        summary=words, description=words, location=words, organizer_name=words, attendee_name=words
    )
    content = written(event)
    strict, other, third = the_event(content), by_icalendar(content), by_vobject(content)
    assert len(strict.all("ATTENDEE")) == 1
    assert strict["ATTENDEE"].value == "mailto:ilze@example.org"
    tidy = one_line(words.translate({ord(sign): "\n" for sign in "\x85\u2028\u2029"}))
    assert strict.text("SUMMARY") == str(other["SUMMARY"]) == third.summary.value == tidy
    assert strict.text("LOCATION") == str(other["LOCATION"]) == third.location.value == tidy
    name = tidy.replace('"', "'").replace("^", "^^")
    assert strict["ATTENDEE"].parameters["CN"] == name
    assert str(other["ATTENDEE"].params["CN"]) == name.replace("^^", "^")


@pytest.mark.parametrize(
    "email",
    ["a@b.example\r\nX-EVIL:1", "a@b.example,c@d.example", 'a"b@c.example', "ā@b.example", "a:b;c@d.e"],
)
def test_an_address_stays_an_address(email: str) -> None:
    strict = the_event(written(an_event(attendee_email=email, organizer_email=email)))
    assert len(strict.all("ATTENDEE")) == 1
    assert strict.all("X-EVIL") == []


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://a.example/\r\nX-EVIL:1", "data:text/html,x"]
)
def test_the_link_leads_to_the_web_or_is_left_out(address: str) -> None:
    strict = the_event(written(an_event(address=address)))
    assert strict.all("X-EVIL") == []
    assert all(one.value.startswith("https://a.example/") for one in strict.all("URL"))


lines = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(summary=lines, description=lines, name=lines)
def test_no_text_at_all_breaks_a_file(summary: str, description: str, name: str) -> None:
    event = an_event(summary=f"S{summary}", description=f"D{description}", attendee_name=f"N{name}")
    content = written(event)
    strict, other = the_event(content), by_icalendar(content)
    ends = {ord(sign): "\n" for sign in "\x85\u2028\u2029"}
    assert strict.text("SUMMARY") == str(other["SUMMARY"]) == one_line(event.summary.translate(ends))
    assert strict.text("DESCRIPTION") == normalise(event.description.translate(ends))
    assert len(strict.all("ATTENDEE")) == 1


def test_the_reader_of_these_tests_forgives_nothing() -> None:
    content = written(an_event())
    broken: Sequence[bytes] = (
        content.replace(b"\r\n", b"\n"),
        content[:-2],
        content.replace(b"END:VEVENT\r\n", b""),
        content.replace(b"36\\,", b"36,"),
        content.replace(b"TZID:Europe/Riga", b"TZID:Europe/Rome"),
        content.replace(b"UID:", b"X-UID:"),
        content.replace(b"SEQUENCE:3", b"SEQUENCE:3" + b"3" * 80),
    )
    for each in broken:
        with pytest.raises(AssertionError):
            read_strictly(each)
