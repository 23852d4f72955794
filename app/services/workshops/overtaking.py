"""Overtaking: who saves from an older state of a workshop is told, and undoes nobody’s work unseen."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from app.models.workshop import Workshop
from app.services.errors import ChangedMeanwhileError
from app.services.text import digest_of

PLANNED = (
    "titles", "purposes", "audiences", "programmes", "facilitators", "addresses", "accesses", "online_link",
    "zone", "starts_at", "ends_at", "register_by", "working_language", "interpretation", "places",
    "has_waiting_list", "questions", "paragraph_keys", "contact_name", "contact_email", "offer_hours",
    "reminder_hours", "retention_days",
)  # fmt: skip


def state_of_plan(workshop: Workshop) -> str:
    """What tells one state of what is planned from every other; notes and materials are no part of it."""
    return _state(*(getattr(workshop, name) for name in PLANNED))


def state_of_notes(workshop: Workshop) -> str:
    """What tells one state of the notes from every other."""
    return _state(workshop.notes)


def state_of_materials(workshop: Workshop) -> str:
    """What tells one state of the materials from every other."""
    return _state(workshop.materials)


def refuse_if_overtaken(seen: str | None, stands: str) -> None:
    """Raises ChangedMeanwhileError unless what was seen is what stands; None was not asked to look."""
    if seen is not None and seen != stands:
        raise ChangedMeanwhileError("overtaken")


def _state(*facts: Any) -> str:
    return digest_of(json.dumps(facts, default=_instant))


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
