"""What a respondent filled in, tidied and checked against what the consultation asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from app.models.comment import Capacity
from app.models.consultation import Asking, Consultation, Particular
from app.services.errors import InvalidError
from app.services.text import SafeText, count_characters, normalise, one_line, render_comment

LONGEST_COMMENT = 10_000
LONGEST_LINE = 200
# One visible character may be made of several code points: a family emoji of seven.
MOST_CODE_POINTS = 10
LARGEST_GROUP = 1_000_000


@dataclass(frozen=True)
class Words:
    """What a respondent filled in; empty where nothing was asked or given."""

    body: str
    language: str
    name: str = ""
    email: str = ""
    country: str = ""
    capacity: str = Capacity.INDIVIDUAL
    organisation: str = ""
    group_size: int | None = None
    kind: str = ""
    importance: int | None = None
    consent: bool = False


def render_said(body: str) -> SafeText | None:
    """The comment made safe, or None when it is too long: that is refused before it costs anything."""
    if len(body) > LONGEST_COMMENT * MOST_CODE_POINTS:
        return None
    source = normalise(body)
    if count_characters(source) > LONGEST_COMMENT:
        return None
    return render_comment(source)


def tidy(consultation: Consultation, words: Words) -> Words:
    """The words without what is not asked for, and without what another capacity left over."""
    asked = {particular for particular in Particular if consultation.asks(particular) != Asking.NO}
    capacity = words.capacity if Particular.CAPACITY in asked and words.capacity else Capacity.INDIVIDUAL
    return replace(
        words,
        name=one_line(words.name) if Particular.NAME in asked else "",
        email=_tidy_email(words.email) if Particular.EMAIL in asked else "",
        country=words.country if Particular.COUNTRY in asked else "",
        capacity=capacity,
        organisation="" if capacity == Capacity.INDIVIDUAL else one_line(words.organisation),
        group_size=words.group_size if capacity == Capacity.GROUP else None,
        kind=words.kind if Particular.KIND in asked else "",
        importance=words.importance if Particular.IMPORTANCE in asked else None,
    )


def require_valid(consultation: Consultation, words: Words, said: SafeText | None) -> tuple[Words, SafeText]:
    """The words tidied, and the comment made safe; raises InvalidError with every problem there is."""
    tidied = tidy(consultation, words)
    problems = {
        **_missing(consultation, words),
        **_unfit(tidied),
        **_problems_of_body(said),
        **({} if words.consent else {"consent": "required"}),
    }
    if said is None or problems:
        raise InvalidError(problems)
    return tidied, said


def is_email(address: str) -> bool:
    """Whether mail could be sent there, by its form (RFC 5322)."""
    return sendable_address(address) is not None


@lru_cache(maxsize=16)  # one comment asks several times
def sendable_address(address: str) -> str | None:
    """The address as mail servers take it, its domain in ASCII; None when mail cannot be sent there."""
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return checked.ascii_email


def _tidy_email(typed: str) -> str:
    return sendable_address(typed.strip()) or typed.strip()


def _missing(consultation: Consultation, words: Words) -> dict[str, str]:
    return {
        str(particular): "required"
        for particular in Particular
        if consultation.asks(particular) == Asking.REQUIRED
        and not str(getattr(words, particular) or "").strip()
    }


def _unfit(words: Words) -> dict[str, str]:
    problems: dict[str, str] = {}
    if words.email and not is_email(words.email):
        problems["email"] = "invalid"
    if words.capacity != Capacity.INDIVIDUAL and not words.organisation:
        problems["organisation"] = "required"
    if words.capacity == Capacity.GROUP and not 1 < (words.group_size or 0) <= LARGEST_GROUP:
        problems["group_size"] = "required"
    for line in ("name", "organisation"):
        if len(getattr(words, line)) > LONGEST_LINE:
            problems[line] = "too_long"
    return problems


def _problems_of_body(said: SafeText | None) -> dict[str, str]:
    if said is None:
        return {"body": "too_long"}
    return {} if said.plain else {"body": "required"}
