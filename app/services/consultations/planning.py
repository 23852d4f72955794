"""What a consultation is to be, and what it cannot be: its times, its lengths, and what was promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from app.models.consultation import (
    USUAL_ASKING,
    Asking,
    Consultation,
    ModerationPolicy,
    Particular,
    WhoMayComment,
)
from app.services.email_addresses import is_email
from app.services.errors import InvalidError
from app.services.text import normalise

LONGEST_LINE = 200
LONGEST_WORDS = 5_000
LONGEST = {
    "titles": LONGEST_LINE,
    "bodies": LONGEST_LINE,
    "summaries": LONGEST_WORDS,
    "late_notices": LONGEST_WORDS,
}
MOST_GRACE_MINUTES = 24 * 60
# Instants of these years have a local time in every zone, and room for what is reckoned from them.
FIRST_YEAR, LAST_YEAR = 1900, 2999


@dataclass(frozen=True)
class Plan:
    """What a consultation is to be; of `titles` and the like, the original's language comes first."""

    slug: str
    titles: Mapping[str, str]
    zone: str
    opens_at: datetime
    closes_at: datetime
    summaries: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    privacy_notices: Mapping[str, str] = field(default_factory=dict)
    who_may_comment: str = WhoMayComment.VISITORS
    moderation: str = ModerationPolicy.BEFORE
    asking: Mapping[str, str] = field(default_factory=lambda: dict(USUAL_ASKING))
    contact_name: str = ""
    contact_email: str = ""
    grace_minutes: int = 0
    late_notices: Mapping[str, str] = field(default_factory=dict)
    takes_replies: bool = True
    asks_register_number: bool = False
    asks_proof_of_work: bool = False


@cache
def zones() -> frozenset[str]:
    """The names of all time zones (IANA)."""
    return frozenset(available_timezones())


def instant_in(zone: str, local: datetime) -> datetime:
    """The instant that a clock in the zone shows as that local time.

    Raises InvalidError: `gap` for a time that summer time leaves out, `repeated` for one that comes twice,
    `unreadable` for a year that can only be a slip.
    """
    if zone not in zones():
        raise InvalidError({"zone": "unknown"})
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise InvalidError({"local": "unreadable"})
    earlier, later = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if earlier.utcoffset() == later.utcoffset():
        return earlier.astimezone(UTC)
    comes_back = earlier.astimezone(UTC).astimezone(earlier.tzinfo).replace(tzinfo=None) == local
    raise InvalidError({"local": "repeated" if comes_back else "gap"})


def filled(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that say something, tidied."""
    return {language: normalise(text) for language, text in texts.items() if text.strip()}


def problems_of(plan: Plan) -> dict[str, str]:
    """What no consultation can be, by field; empty when all is well."""
    problems: dict[str, str] = {}
    if not filled(plan.titles):
        problems["titles"] = "required"
    for name, longest in LONGEST.items():
        if any(len(text) > longest for text in getattr(plan, name).values()):
            problems[name] = "too_long"
    if plan.zone not in zones():
        problems["zone"] = "unknown"
    if plan.opens_at >= plan.closes_at:
        problems["closes_at"] = "before_opening"
    if plan.contact_email.strip() and not is_email(plan.contact_email.strip()):
        problems["contact_email"] = "invalid"
    return problems | _rule_problems(plan)


def _rule_problems(plan: Plan) -> dict[str, str]:
    problems = {}
    if plan.who_may_comment not in set(WhoMayComment):
        problems["who_may_comment"] = "unknown"
    if not 0 <= plan.grace_minutes <= MOST_GRACE_MINUTES:
        problems["grace_minutes"] = "out_of_range"
    if plan.moderation not in set(ModerationPolicy):
        problems["moderation"] = "unknown"
    if set(plan.asking) != set(Particular) or not set(plan.asking.values()) <= set(Asking):
        problems["asking"] = "unknown"
    return problems


def promises_broken(consultation: Consultation, plan: Plan, at: datetime) -> dict[str, str]:
    """Which of its times the plan would change although people rely on them, by field."""
    if at < consultation.opens_at:
        return {}
    problems = {}
    if plan.opens_at != consultation.opens_at:
        problems["opens_at"] = "has_opened"
    if plan.closes_at != consultation.closes_at and at >= consultation.closes_at:
        problems["closes_at"] = "has_closed"
    elif plan.closes_at < consultation.closes_at:
        problems["closes_at"] = "earlier"
    elif plan.closes_at > consultation.closes_at:
        problems["closes_at"] = "extend"
    if plan.grace_minutes != consultation.grace_minutes and at >= consultation.closes_at:
        problems["grace_minutes"] = "has_closed"
    elif plan.grace_minutes < consultation.grace_minutes:
        problems["grace_minutes"] = "shorter"
    return problems
