"""What a respondent filled in, tidied and checked against what the consultation asks."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.models.comment import Capacity, Meeting, OrganisationKind
from app.models.consultation import Asking, Consultation, Particular, WhoMayComment
from app.services.email_addresses import is_email, sendable_address
from app.services.errors import InvalidError
from app.services.text import SafeText, count_characters, normalise, one_line, render_normal_comment

LONGEST_COMMENT = 10_000
LONGEST_LINE = 200
LONGEST_NUMBER = 60
# One visible character may be made of several code points: a family emoji of seven.
MOST_CODE_POINTS = 10
LARGEST_GROUP = 1_000_000
KNOWN = frozenset({"", *OrganisationKind, *Meeting})
NOT_OF_REPLIES = frozenset({Particular.IMPORTANCE})


class Quotation(NamedTuple):
    """Words of a paragraph as a TextQuoteSelector (W3C Web Annotation Data Model 4.2.4)."""

    exact: str
    prefix: str = ""
    suffix: str = ""

    def as_selector(self) -> dict[str, Any]:
        """The selector as it is kept and exported."""
        return {"type": "TextQuoteSelector", **self._asdict()}


class Words(NamedTuple):
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
    suggestion: str = ""
    quotation: Quotation | None = None
    organisation_kind: str = ""
    register_number: str = ""
    has_authority: bool = False
    meeting: str = ""

    @property
    def says_something(self) -> bool:
        """Whether a comment without a body is one: wording was proposed, or an importance given."""
        return bool(self.suggestion.strip() or self.importance)


def render_said(body: str) -> SafeText | None:
    """The comment made safe, or None when it is too long: that is refused before it costs anything."""
    if len(body) > LONGEST_COMMENT * MOST_CODE_POINTS:
        return None
    source = normalise(body)
    if len(source) > LONGEST_COMMENT and count_characters(source) > LONGEST_COMMENT:
        return None
    return render_normal_comment(source)


def tidy(consultation: Consultation, words: Words, *, is_reply: bool = False) -> Words:
    """The words without what is not asked for, and without what another capacity left over.

    A reply is about a comment: it neither weighs the paragraph nor quotes or replaces its words.
    """
    asked = {particular for particular in Particular if asks(consultation, particular)}
    if is_reply:
        asked -= NOT_OF_REPLIES
        words = words._replace(suggestion="", quotation=None)
    capacity = words.capacity if Particular.CAPACITY in asked and words.capacity else Capacity.INDIVIDUAL
    return words._replace(
        name=one_line(words.name) if Particular.NAME in asked else "",
        email=_tidy_email(words.email) if Particular.EMAIL in asked else "",
        country=words.country if Particular.COUNTRY in asked else "",
        capacity=capacity,
        organisation="" if capacity == Capacity.INDIVIDUAL else one_line(words.organisation),
        organisation_kind=words.organisation_kind if capacity == Capacity.ORGANISATION else "",
        register_number=one_line(words.register_number) if _asks_register(consultation, capacity) else "",
        has_authority=words.has_authority and capacity != Capacity.INDIVIDUAL,
        group_size=words.group_size if capacity == Capacity.GROUP else None,
        meeting=words.meeting if capacity == Capacity.GROUP else "",
        suggestion=normalise(words.suggestion),
        kind=words.kind if Particular.KIND in asked else "",
        importance=words.importance if Particular.IMPORTANCE in asked else None,
    )


def require_valid(
    consultation: Consultation, words: Words, said: SafeText | None, *, is_reply: bool = False
) -> tuple[Words, SafeText]:
    """The words tidied, and the comment made safe; raises InvalidError with every problem there is."""
    tidied = tidy(consultation, words, is_reply=is_reply)
    missing = _missing(consultation, words)
    problems = {
        **{name: problem for name, problem in missing.items() if not (is_reply and name in NOT_OF_REPLIES)},
        **_unfit(tidied),
        **_problems_of_body(said, tidied),
        **({} if words.consent else {"consent": "required"}),
    }
    if said is None or problems:
        raise InvalidError(problems)
    return tidied, said


def asks(consultation: Consultation, particular: Particular) -> bool:
    """Whether the form has a field for this particular."""
    return consultation.asks(particular) != Asking.NO or requires(consultation, particular)


def requires(consultation: Consultation, particular: Particular) -> bool:
    """Whether nobody may leave this particular out; where e-mail is to be confirmed, there must be one."""
    if particular == Particular.EMAIL and consultation.who_may_comment == WhoMayComment.CONFIRMED_EMAIL:
        return True
    return consultation.asks(particular) == Asking.REQUIRED


def _tidy_email(typed: str) -> str:
    return sendable_address(typed.strip()) or typed.strip()


def _missing(consultation: Consultation, words: Words) -> dict[str, str]:
    return {
        str(particular): "required"
        for particular in Particular
        if requires(consultation, particular) and not str(getattr(words, particular) or "").strip()
    }


def _unfit(words: Words) -> dict[str, str]:
    problems: dict[str, str] = {}
    if words.email and not is_email(words.email):
        problems["email"] = "invalid"
    if words.capacity != Capacity.INDIVIDUAL and not words.organisation:
        problems["organisation"] = "required"
    if words.capacity != Capacity.INDIVIDUAL and not words.has_authority:
        problems["has_authority"] = "required"
    if words.capacity == Capacity.GROUP and not 1 < (words.group_size or 0) <= LARGEST_GROUP:
        problems["group_size"] = "required"
    if {words.organisation_kind, words.meeting} - KNOWN:
        problems["capacity"] = "unknown"
    return problems | _too_long(words)


def _too_long(words: Words) -> dict[str, str]:
    most = {"name": LONGEST_LINE, "organisation": LONGEST_LINE, "register_number": LONGEST_NUMBER}
    return {line: "too_long" for line, length in most.items() if len(getattr(words, line)) > length}


def _problems_of_body(said: SafeText | None, words: Words) -> dict[str, str]:
    problems = {}
    if said is None:
        problems["body"] = "too_long"
    elif not said.plain and not words.says_something:
        problems["body"] = "required"
    if len(words.suggestion) > LONGEST_COMMENT:
        problems["suggestion"] = "too_long"
    return problems


def _asks_register(consultation: Consultation, capacity: str) -> bool:
    return consultation.asks_register_number and capacity == Capacity.ORGANISATION
