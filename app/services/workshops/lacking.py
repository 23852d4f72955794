"""Lacking: which of a workshop’s texts and questions are missing in which of its languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.models.workshop import Workshop
from app.services.workshops.arranging import LONGEST


@dataclass(frozen=True)
class Lacking:
    """What is said in another language only: texts by their names, questions by their numbers from 1."""

    language: str
    texts: list[str]
    questions: list[int]


def languages_of(workshop: Workshop) -> list[str]:
    """The languages in which the workshop says anything, those of its title first."""
    said = [workshop.titles, *_texts(workshop).values(), *_questions(workshop).values()]
    return list(dict.fromkeys(code for texts in said for code, text in texts.items() if text))


def lacking_in(workshop: Workshop) -> list[Lacking]:
    """What is missing in each of its languages, leaving out those that have all there is."""
    texts, questions = _texts(workshop), _questions(workshop)
    found = [
        Lacking(
            code,
            [name for name, said in texts.items() if _is_missing(said, code)],
            [number for number, said in questions.items() if _is_missing(said, code)],
        )
        for code in languages_of(workshop)
    ]
    return [one for one in found if one.texts or one.questions]


def _is_missing(said: Mapping[str, str], code: str) -> bool:
    return not said.get(code) and any(said.values())


def _texts(workshop: Workshop) -> dict[str, Mapping[str, str]]:
    return {name: getattr(workshop, name) or {} for name in LONGEST}


def _questions(workshop: Workshop) -> dict[int, Mapping[str, str]]:
    return {number: one["labels"] for number, one in enumerate(workshop.questions, start=1)}
