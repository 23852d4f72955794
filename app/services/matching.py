"""Which passage of a newer text comes from which of an older one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import regex
from rapidfuzz.distance import Indel

# Scripts that put no space between words are read sign by sign.
WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|\w+|[^\w\s]", regex.VERSION1
)
ALIKE = 0.5


class Passage(NamedTuple):
    """What is known of one paragraph: what it is, how it is cited, and what it says."""

    kind: str
    level: int
    label: str
    plain: str


class Pair(NamedTuple):
    """That a passage comes from another: their places, None where there is none, and how alike they are."""

    before: int | None
    after: int | None
    score: float


def match(
    before: Sequence[Passage], after: Sequence[Passage], certain: Mapping[int, int] | None = None
) -> list[Pair]:
    """How the newer passages come from the older ones: every passage stands in at least one pair.

    `certain` says from which older place a newer one comes where that is known (by a key in a file).
    """
    taken: dict[int, int] = {}
    given = dict(certain or {})
    free = [place for place in range(len(before)) if place not in set(given.values())]
    for place, passage in enumerate(after):
        best = max(free, key=lambda old: likeness(before[old].plain, passage.plain), default=None)
        if place in given:
            taken[place] = given[place]
        elif best is not None and likeness(before[best].plain, passage.plain) >= ALIKE:
            taken[place] = best
            free.remove(best)
    pairs = [
        Pair(taken[place], place, likeness(before[taken[place]].plain, passage.plain))
        if place in taken
        else Pair(None, place, 0.0)
        for place, passage in enumerate(after)
    ]
    return pairs + [Pair(old, None, 0.0) for old in range(len(before)) if old not in set(taken.values())]


def likeness(before: str, after: str) -> float:
    """How much of two texts is the same words in the same order, from 0 to 1."""
    if before == after:
        return 1.0
    return float(Indel.normalized_similarity(words_of(before), words_of(after)))


@lru_cache(maxsize=16_384)
def words_of(text: str) -> tuple[str, ...]:
    """The words and signs of a text, in small letters."""
    return tuple(WORD.findall(text.lower()))


def words_with_notes(plain: str, notes: Sequence[str]) -> str:
    """What a paragraph says together with its notes."""
    return "\n".join([plain, *notes])
