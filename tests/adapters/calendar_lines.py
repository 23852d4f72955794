"""A reader of calendar files that forgives nothing: RFC 5545 by the letter, written for these tests alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LONGEST_LINE = 75
CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
NAME = r"[A-Za-z0-9-]+"
PARAMETER = re.compile(rf';({NAME})=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
TEXTS = frozenset(
    {"SUMMARY", "DESCRIPTION", "LOCATION", "UID", "STATUS", "PRODID", "NAME", "X-WR-CALNAME", "TZNAME"}
)
ONCE = frozenset({"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS", "ORGANIZER", "URL"})
ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}


@dataclass
class Property:
    """One content line, unfolded and unescaped."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Component:
    """What stands between BEGIN and END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)

    def __getitem__(self, name: str) -> Property:
        """The one property of that name."""
        found = self.all(name)
        assert len(found) == 1, f"{len(found)} of {name}"
        return found[0]

    def all(self, name: str) -> list[Property]:
        """Every property of that name."""
        return [one for one in self.properties if one.name == name]

    def within(self, name: str) -> list[Component]:
        """The components of that name."""
        return [one for one in self.components if one.name == name]

    def text(self, name: str) -> str:
        """The value of the one property of that name."""
        return self[name].value


def read_strictly(content: bytes) -> Component:
    """The calendar; raises AssertionError for anything that the standard does not allow."""
    lines = _unfolded(content)
    root = Component("")
    open_components = [root]
    for line in lines:
        one = _property(line)
        if one.name == "BEGIN":
            open_components.append(Component(one.value))
            open_components[-2].components.append(open_components[-1])
        elif one.name == "END":
            assert open_components.pop().name == one.value, line
        else:
            open_components[-1].properties.append(one)
    assert open_components == [root], "something is not ended"
    assert not root.properties
    [calendar] = root.components
    _check(calendar)
    return calendar


def instant_of(calendar: Component, one: Property) -> datetime:
    """The instant that a property names, by the clocks that the file itself describes."""
    if one.value.endswith("Z"):
        assert "TZID" not in one.parameters
        return datetime.strptime(one.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    local = datetime.strptime(one.value, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    [zone] = [each for each in calendar.within("VTIMEZONE") if each.text("TZID") == one.parameters["TZID"]]
    begun = [
        (onset, _offset(observance.text("TZOFFSETTO")))
        for observance in zone.components
        for onset in _onsets(observance)
        if onset <= local
    ]
    assert begun, "the zone says nothing of that time"
    return local - max(begun)[1]


def changes_told(calendar: Component) -> list[tuple[datetime, timedelta, timedelta]]:
    """When clocks change by the file, with the offsets before and after (RFC 5545, 3.6.5)."""
    return [
        (onset - before, before, after)
        for zone in calendar.within("VTIMEZONE")
        for observance in zone.components
        for before in [_offset(observance.text("TZOFFSETFROM"))]
        for after in [_offset(observance.text("TZOFFSETTO"))]
        for onset in _onsets(observance)
        if before != after
    ]


def _unfolded(content: bytes) -> list[str]:
    assert content.endswith(b"\r\n")
    physical = content[:-2].split(b"\r\n")
    for line in physical:
        assert b"\r" not in line, line
        assert b"\n" not in line, line
        assert 0 < len(line) <= LONGEST_LINE, line
        line.decode()  # no letter is cut in two
    lines: list[str] = []
    for line in physical:
        if line.startswith((b" ", b"\t")):
            lines[-1] += line[1:].decode()
        else:
            lines.append(line.decode())
    for unfolded in lines:
        assert not CONTROL.search(unfolded), unfolded
    return lines


def _property(line: str) -> Property:
    name = re.match(NAME, line)
    assert name, line
    place, parameters = name.end(), {}
    while found := PARAMETER.match(line, place):
        assert found[1].upper() not in parameters, line
        parameters[found[1].upper()] = found[2].strip('"')
        place = found.end()
    assert line[place : place + 1] == ":", line
    value = line[place + 1 :]
    called = name[0].upper()
    return Property(called, parameters, _unescaped(value) if called in TEXTS else value)


def _unescaped(value: str) -> str:
    rest = re.sub(r"\\[\\;,nN]", "", value)
    assert not set(rest) & set("\\;,"), value
    return re.sub(r"\\[\\;,nN]", lambda found: ESCAPES[found[0]], value)


def _check(calendar: Component) -> None:
    assert calendar.name == "VCALENDAR"
    assert calendar.text("VERSION") == "2.0"
    assert calendar.text("PRODID")
    method = calendar.text("METHOD")
    zones = [zone.text("TZID") for zone in calendar.within("VTIMEZONE")]
    assert len(zones) == len(set(zones))
    for event in calendar.within("VEVENT"):
        for name in ONCE:
            assert len(event.all(name)) <= 1, name
        for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY"):
            assert event.text(name), name
        assert event.text("DTSTAMP").endswith("Z")
        # RFC 5546, 3.2: who invites is always named, whom only in what is sent to them.
        assert len(event.all("ORGANIZER")) == 1 or method == "PUBLISH"
        assert bool(event.all("ATTENDEE")) == (method in {"REQUEST", "CANCEL"})
        for person in (*event.all("ORGANIZER"), *event.all("ATTENDEE")):
            assert re.fullmatch(r"mailto:[!-~]+", person.value), person
        for name in ("DTSTART", "DTEND"):
            zone = event[name].parameters.get("TZID")
            assert zone is None or zone in zones, zone


def _onsets(observance: Component) -> list[datetime]:
    written = [observance.text("DTSTART")]
    for one in observance.all("RDATE"):
        written += one.value.split(",")
    return [datetime.strptime(each, "%Y%m%dT%H%M%S").replace(tzinfo=UTC) for each in written]


def _offset(written: str) -> timedelta:
    assert re.fullmatch(r"[+-]\d{4}(\d{2})?", written), written
    seconds = int(written[1:3]) * 3600 + int(written[3:5]) * 60 + int(written[5:7] or 0)
    return timedelta(seconds=-seconds if written.startswith("-") else seconds)
