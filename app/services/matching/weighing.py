"""How alike passages of two texts are, in which rare words weigh more than those that stand everywhere."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import nsmallest
from itertools import pairwise

import regex
from rapidfuzz.distance import Indel

# Scripts that put no space between words are read sign by sign.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
WORD = regex.compile(rf"[{UNSPACED}]|[\w--[{UNSPACED}]]+", regex.VERSION1)
SIGN = regex.compile(rf"[{UNSPACED}]", regex.VERSION1)
STEM = 6
# A word that more passages have leads to none of them.
COMMON = 40
Weights = dict[str, float]
Terms = Counter[str]


def likeness(before: str, after: str) -> float:
    """How much of two texts is the same words in the same order, from 0 to 1."""
    if before == after:
        return 1.0
    return float(Indel.normalized_similarity(words_of(before), words_of(after)))


@lru_cache(maxsize=16_384)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in small letters; its signs where it has no word."""
    return tuple(WORD.findall(text.lower())) or tuple(text.split())


class Scales:
    """The passages of two texts, weighed against each other by their places."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self._in_order = [[_terms(text) for text in side] for side in (before, after)]
        self.terms = [[Counter(terms) for terms in side] for side in self._in_order]
        self._weights = _weights([*self.terms[0], *self.terms[1]])
        self._known: dict[tuple[int, int], float] = {}

    def alike(self, old: int, new: int) -> float:
        """How alike two passages are, from 0 to 1."""
        if (old, new) not in self._known:
            same_words = self.alike_terms(self.terms[0][old], self.terms[1][new])
            in_order = Indel.normalized_similarity(self._in_order[0][old], self._in_order[1][new])
            self._known[old, new] = (same_words + in_order) / 2
        return self._known[old, new]

    def share(self, part: Terms, whole: Terms) -> float:
        """How much of the part stands in the whole, by weight."""
        weight = self._sum(part)
        return self._shared(part, whole) / weight if weight else 0.0

    def alike_terms(self, one: Terms, other: Terms) -> float:
        """How much of both together they share, by weight."""
        weight = self._sum(one) + self._sum(other)
        return 2 * self._shared(one, other) / weight if weight else 0.0

    def candidates(
        self, side: int, places: Iterable[int], among: Iterable[int], most: int
    ) -> dict[int, list[int]]:
        """For places of one side (0 or 1), those of the other that share most of their rarer words."""
        with_word: dict[str, list[int]] = defaultdict(list)
        for other in among:
            for word in self.terms[1 - side][other]:
                with_word[word].append(other)
        return {place: self._best(self.terms[side][place], with_word, most) for place in places}

    def _best(self, terms: Terms, with_word: dict[str, list[int]], most: int) -> list[int]:
        found: dict[int, float] = defaultdict(float)
        for word in terms:
            places = with_word.get(word, ())
            if len(places) <= COMMON:
                for old in places:
                    found[old] += self._weights[word]
        return nsmallest(most, found, key=lambda old: (-found[old], old))

    def _shared(self, one: Terms, other: Terms) -> float:
        weights = self._weights
        if len(other) < len(one):
            one, other = other, one
        return sum([weights[term] * min(one[term], other[term]) for term in one.keys() & other.keys()])

    def _sum(self, terms: Terms) -> float:
        weights = self._weights
        return sum([weights[term] * count for term, count in terms.items()])


def _weights(passages: Sequence[Counter[str]]) -> Weights:
    counts = Counter(term for passage in passages for term in passage)
    # A passage and its newer form count as one: what stands in no other is as rare as can be.
    number = max(len(passages) / 2, 1)
    return {term: 0.1 + math.log(1 + number / max(count / 2, 1)) for term, count in counts.items()}


def _terms(text: str) -> list[str]:
    """Words without most endings; of scripts without spaces, two signs at a time."""
    terms = []
    run: list[str] = []
    for word in words_of(text):
        if SIGN.match(word):
            run.append(word)
        else:
            terms += [*_twos(run), word[:STEM]]
            run = []
    return terms + _twos(run)


def _twos(run: list[str]) -> list[str]:
    return [one + other for one, other in pairwise(run)] if len(run) > 1 else run
