"""The one place where the web asks what time it is."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, by the server's clock, in UTC."""
    return datetime.now(UTC)
