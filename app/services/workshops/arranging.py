"""What a workshop is to be, and what it cannot be: its times, its places, its questions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from app.i18n import best_text
from app.models.workshop import Workshop
from app.services.consultations.consulting import LONGEST_SLUG, SLUG, TAKEN_SLUGS
from app.services.consultations.planning import LONGEST_LINE, LONGEST_WORDS, filled, zones
from app.services.email_addresses import is_email
from app.services.text import one_line

LONGEST = {
    "titles": LONGEST_LINE,
    "addresses": 500,
    "purposes": LONGEST_WORDS,
    "audiences": LONGEST_WORDS,
    "programmes": LONGEST_WORDS,
    "facilitators": LONGEST_WORDS,
    "accesses": LONGEST_WORDS,
}
LONGEST_LINK = 500
LONGEST_QUESTION = 300
MOST_PLACES = 900  # who came is one form, and forms have 1,000 fields at most
MOST_QUESTIONS = 10
HOURS_OF_TWO_WEEKS = 14 * 24
TEXTS_TOLD = {"place": "addresses", "access": "accesses", "title": "titles"}
RANGES = {
    "places": (1, MOST_PLACES),
    "offer_hours": (1, HOURS_OF_TWO_WEEKS),
    "reminder_hours": (0, HOURS_OF_TWO_WEEKS),
    "retention_days": (7, 730),
}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


@dataclass(frozen=True)
class Question:
    """What is asked on registering; without a key as long as it was never asked."""

    labels: Mapping[str, str]
    is_required: bool = False
    key: str = ""


@dataclass(frozen=True)
class WorkshopPlan:
    """What a workshop is to be; texts are by language, `country` is None for all countries together.

    `unread` says by field what could not be understood: the plan is refused, with all else that is wrong.
    """

    slug: str
    titles: Mapping[str, str]
    zone: str
    starts_at: datetime
    ends_at: datetime
    register_by: datetime
    working_language: str
    places: int
    contact_name: str
    contact_email: str
    country: str | None = None
    purposes: Mapping[str, str] = field(default_factory=dict)
    audiences: Mapping[str, str] = field(default_factory=dict)
    programmes: Mapping[str, str] = field(default_factory=dict)
    facilitators: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    accesses: Mapping[str, str] = field(default_factory=dict)
    online_link: str = ""
    interpretation: Sequence[str] = ()
    has_waiting_list: bool = True
    questions: Sequence[Question] = ()
    paragraph_keys: Sequence[str] = ()
    offer_hours: int = 48
    reminder_hours: int = 0
    retention_days: int = 90
    unread: Mapping[str, str] = field(default_factory=dict)


def problems_of(plan: WorkshopPlan, known_keys: Collection[str]) -> dict[str, str]:
    """What no workshop can be, by field; `known_keys` are those of the draft’s paragraphs."""
    problems = {} if filled(plan.titles) else {"titles": "required"}
    for name, longest in LONGEST.items():
        if any(len(text) > longest for text in getattr(plan, name).values()):
            problems[name] = "too_long"
    for name, (least, most) in RANGES.items():
        if not least <= getattr(plan, name) <= most:
            problems[name] = "out_of_range"
    if set(plan.paragraph_keys) - set(known_keys):
        problems["paragraph_keys"] = "unknown"
    problems |= _problems_of_times(plan) | _problems_of_place(plan) | _problems_of_asking(plan)
    return problems | dict(plan.unread)


def problems_of_slug(slug: str, *, is_taken: bool) -> dict[str, str]:
    """Why no new workshop can have this address; empty when one can."""
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        return {"slug": "invalid"}
    return {"slug": "taken"} if is_taken or slug in TAKEN_SLUGS else {}


def promises_broken(
    workshop: Workshop, plan: WorkshopPlan, at: datetime, *, has_registrations: bool
) -> dict[str, str]:
    """What the plan would change although people rely on it, by field."""
    if not workshop.is_published:
        return {}
    problems = {}
    moves_start = plan.starts_at != workshop.starts_at
    is_read = not {"zone", "starts_at", "ends_at"} & set(plan.unread)
    if is_read and at >= workshop.starts_at and (moves_start or plan.ends_at != workshop.ends_at):
        problems["starts_at"] = "has_begun"
    elif is_read and moves_start and plan.starts_at <= at:
        problems["starts_at"] = "past"
    if has_registrations and plan.retention_days > workshop.retention_days:
        problems["retention_days"] = "longer"
    return problems


def unready(workshop: Workshop, at: datetime) -> dict[str, str]:
    """Why the workshop cannot be published at that instant, by field; empty when it can."""
    problems = {}
    if workshop.starts_at <= at:
        problems["starts_at"] = "past"
    if workshop.register_by <= at:
        problems["register_by"] = "past"
    if not workshop.consultation.is_listed:
        problems["consultation"] = "unlisted"
    return problems


def changes_told(workshop: Workshop, plan: WorkshopPlan) -> list[str]:
    """What the plan changes, in any language, of what people who come must know."""
    times = ("starts_at", "ends_at", "zone")
    changed = {
        "time": any(getattr(plan, name) != getattr(workshop, name) for name in times),
        **{name: texts_of(plan, texts) != getattr(workshop, texts) for name, texts in TEXTS_TOLD.items()},
        "link": plan.online_link.strip() != workshop.online_link,
    }
    return [name for name, is_changed in changed.items() if is_changed]


def changes_read(workshop: Workshop, plan: WorkshopPlan, told: Sequence[str], language: str) -> list[str]:
    """Those of `changes_told` that are new to whoever reads the language, or the best there is instead."""

    def is_new(name: str) -> bool:
        texts = TEXTS_TOLD.get(name)
        if texts is None:
            return True
        before, after = getattr(workshop, texts), texts_of(plan, texts)
        return best_text(before, language)[0] != best_text(after, language)[0]

    return [name for name in told if is_new(name)]


def texts_of(plan: WorkshopPlan, name: str) -> dict[str, str]:
    """The plan's texts of that name as they would be kept, by language."""
    return (lines if name == "titles" else filled)(getattr(plan, name))


def lines(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that say something, each on one line."""
    return {language: one_line(text) for language, text in filled(texts).items()}


def is_web_address(written: str) -> bool:
    """Whether it is an address of a page that is fetched by https."""
    try:
        parts = urlsplit(written)
        return parts.scheme == "https" and bool(parts.hostname) and not any(map(str.isspace, written))
    except ValueError:
        return False


def _problems_of_times(plan: WorkshopPlan) -> dict[str, str]:
    problems = {} if plan.zone in zones() else {"zone": "unknown"}
    if {"zone", "starts_at"} & set(plan.unread):
        return problems
    if plan.ends_at <= plan.starts_at:
        problems["ends_at"] = "before_start"
    if plan.register_by > plan.starts_at:
        problems["register_by"] = "after_start"
    return problems


def _problems_of_place(plan: WorkshopPlan) -> dict[str, str]:
    problems = {}
    link = plan.online_link.strip()
    if not filled(plan.addresses) and not link:
        problems["addresses"] = "required"
    if link and not is_web_address(link):
        problems["online_link"] = "invalid"
    elif len(link) > LONGEST_LINK:
        problems["online_link"] = "too_long"
    languages = [plan.working_language, *plan.interpretation]
    if not all(LANGUAGE.fullmatch(code) for code in languages):
        problems["working_language"] = "unknown"
    return problems


def _problems_of_asking(plan: WorkshopPlan) -> dict[str, str]:
    problems = {}
    if not plan.contact_name.strip():
        problems["contact_name"] = "required"
    elif len(plan.contact_name) > LONGEST_LINE:
        problems["contact_name"] = "too_long"
    if not plan.contact_email.strip():
        problems["contact_email"] = "required"
    elif not is_email(plan.contact_email.strip()):
        problems["contact_email"] = "invalid"
    asked = [question for question in plan.questions if filled(question.labels)]
    if len(asked) > MOST_QUESTIONS:
        problems["questions"] = "too_many"
    if any(len(label) > LONGEST_QUESTION for question in asked for label in question.labels.values()):
        problems["questions"] = "too_long"
    return problems
