"""Calendars: what happens when, and who writes it as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Method(StrEnum):
    """What a calendar file is for (RFC 5546, 1.4)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class CalendarEvent:
    """One entry of a calendar, in the language of whom it is for.

    `uid` stays the same over all changes, which `sequence` counts; `changed_at` is when it was last changed.
    `zone` is the place's: start and end are written in it. Without an `attendee_email` it invites nobody.
    """

    uid: str
    sequence: int
    summary: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    changed_at: datetime
    description: str = ""
    location: str = ""
    address: str = ""
    language: str = "en"
    organizer_name: str = ""
    organizer_email: str = ""
    attendee_name: str = ""
    attendee_email: str = ""
    is_cancelled: bool = False


class CalendarWriter(Protocol):
    """Writes calendar files (RFC 5545)."""

    def write(self, events: Sequence[CalendarEvent], *, method: Method, name: str = "") -> bytes:
        """The file; the same events give the same bytes. `name` is that of a calendar to subscribe to."""
