"""What somebody fills in to register for a workshop, tidied and checked against what the workshop asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.services.comments.checking import LONGEST_LINE
from app.services.email_addresses import is_email, names_a_page, sendable_address
from app.services.errors import InvalidError
from app.services.text import normalise, one_line

LONGEST_ANSWER = 2_000
QUESTION = "q_"
Questions = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Applicant:
    """What was filled in; empty where nothing was given. `answers` are by the questions' keys."""

    name: str
    email: str
    language: str
    organisation: str = ""
    accessibility: str = ""
    diet: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    consent: bool = False

    @property
    def has_needs(self) -> bool:
        """Whether anything was said that is kept apart and purged first."""
        return bool(self.accessibility or self.diet)


def tidy_applicant(questions: Questions, applicant: Applicant) -> Applicant:
    """The same without what the workshop does not ask, on one line where a line is asked for."""
    return replace(
        applicant,
        name=one_line(applicant.name),
        email=sendable_address(applicant.email.strip()) or applicant.email.strip(),
        organisation=one_line(applicant.organisation),
        accessibility=normalise(applicant.accessibility),
        diet=normalise(applicant.diet),
        answers={
            question["key"]: normalise(applicant.answers.get(question["key"], "")) for question in questions
        },
    )


def check_applicant(questions: Questions, applicant: Applicant) -> Applicant:
    """What was filled in, tidied; raises InvalidError with every problem by form field.

    The codes are `required`, `invalid`, `too_long` and `address` (of a page); a question's field is its key
    after `q_`.
    """
    tidied = tidy_applicant(questions, applicant)
    problems = {
        **problems_of_words(questions, tidied),
        **_problems_of_email(tidied.email),
        **({} if applicant.consent else {"consent": "required"}),
    }
    if problems:
        raise InvalidError(problems)
    return tidied


def problems_of_words(questions: Questions, tidied: Applicant) -> dict[str, str]:
    """What is wrong with what a registered person may change later, by form field."""
    problems = {} if tidied.name else {"name": "required"}
    for line in ("name", "organisation"):
        if len(getattr(tidied, line)) > LONGEST_LINE:
            problems[line] = "too_long"
        elif names_a_page(getattr(tidied, line)):
            problems[line] = "address"
    for text in ("accessibility", "diet"):
        if len(getattr(tidied, text)) > LONGEST_ANSWER:
            problems[text] = "too_long"
    return problems | _problems_of_answers(questions, tidied.answers)


def _problems_of_answers(questions: Questions, answers: Mapping[str, str]) -> dict[str, str]:
    problems = {}
    for question in questions:
        answer = answers.get(question["key"], "")
        if question.get("is_required") and not answer:
            problems[QUESTION + question["key"]] = "required"
        elif len(answer) > LONGEST_ANSWER:
            problems[QUESTION + question["key"]] = "too_long"
    return problems


def _problems_of_email(email: str) -> dict[str, str]:
    if not email:
        return {"email": "required"}
    return {} if is_email(email) else {"email": "invalid"}
