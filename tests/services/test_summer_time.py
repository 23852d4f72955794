"""Closings on the days on which the clocks change, in Riga, Oslo and Paris."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.services.consultations.planning import instant_in
from app.services.errors import InvalidError

SPRING, AUTUMN = "2030-03-31", "2030-10-27"
# By how much a clock is ahead of UTC in winter, and the hour that is left out or comes twice.
ZONES = {"Europe/Riga": (2, 3), "Europe/Oslo": (1, 2), "Europe/Paris": (1, 2)}


def utc(day: str, time: str, hours: int) -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC) - timedelta(hours=hours)


def at(zone: str, day: str, time: str) -> datetime:
    return instant_in(zone, datetime.fromisoformat(f"{day}T{time}"))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("day", "before", "after"), [(SPRING, 0, 1), (AUTUMN, 1, 0)], ids=["spring", "autumn"]
)
def test_a_closing_is_the_instant_that_the_clock_on_the_wall_shows(
    zone: str, day: str, before: int, after: int
) -> None:
    winter, _hour = ZONES[zone]
    for time in ("00:00", "00:30", "01:59"):
        assert at(zone, day, time) == utc(day, time, winter + before)
    for time in ("04:00", "04:30", "23:59"):
        assert at(zone, day, time) == utc(day, time, winter + after)


@pytest.mark.parametrize(
    ("zone", "time", "expected"),
    [
        ("Europe/Paris", "03:00", f"{SPRING}T01:00"),
        ("Europe/Oslo", "03:30", f"{SPRING}T01:30"),
        ("Europe/Riga", "02:30", f"{SPRING}T00:30"),
        ("Europe/Riga", "02:59", f"{SPRING}T00:59"),
        ("Europe/Riga", "04:00", f"{SPRING}T01:00"),
    ],
)
def test_right_before_and_after_the_gap_a_closing_is_exact(zone: str, time: str, expected: str) -> None:
    assert at(zone, SPRING, time) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "time", "expected"),
    [
        ("Europe/Paris", "01:59", f"{AUTUMN}T23:59"),
        ("Europe/Oslo", "03:00", f"{AUTUMN}T02:00"),
        ("Europe/Oslo", "03:30", f"{AUTUMN}T02:30"),
        ("Europe/Riga", "02:30", f"{AUTUMN}T23:30"),
        ("Europe/Riga", "04:00", f"{AUTUMN}T02:00"),
    ],
)
def test_right_before_and_after_the_repeated_hour_a_closing_is_exact(
    zone: str, time: str, expected: str
) -> None:
    instant = datetime.fromisoformat(expected).replace(tzinfo=UTC)
    is_of_the_day_before = expected.endswith(("23:59", "23:30"))
    assert at(zone, AUTUMN, time) == instant - timedelta(days=is_of_the_day_before)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("day", "problem"), [(SPRING, "gap"), (AUTUMN, "repeated")])
@pytest.mark.parametrize("minute", ["00", "30", "59"])
def test_no_closing_stands_in_a_gap_or_in_an_hour_that_comes_twice(
    zone: str, day: str, problem: str, minute: str
) -> None:
    _winter, hour = ZONES[zone]
    with pytest.raises(InvalidError) as refused:
        at(zone, day, f"0{hour}:{minute}")
    assert refused.value.problems == {"local": problem}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_the_day_on_which_the_clocks_change_has_an_hour_less_or_more(zone: str, day: str, hours: int) -> None:
    next_day = (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()
    assert at(zone, next_day, "00:00") - at(zone, day, "00:00") == timedelta(hours=hours)
