"""How well pieces of a translation fit paragraphs of the original, which is in another language.

What languages share: how long a text is beside the others (Gale and Church, 1993), where it stands in the
structure, its numbers, names and notes, and words with the same beginning (Simard and others, 1992).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from app.models.draft import ParagraphKind

VARIANCE = 6.8
STRANGEST_LENGTH = 20.0
WORTH_OF_WORDS = 8.0
WORTH_OF_LABEL = 2.0
OTHER_LABEL = 3.0
OTHER_KIND = 2.5
OTHER_ROW = 5.0
HEADING_OR_NOT = 9.0
OTHER_LEVEL = 1.5
OTHER_NUMBERS = 2.0
NOTE_TOO_MANY = 1.0
JOINING = 3.0
HOPELESS = 4.0  # dearer than leaving every paragraph alone
USUAL_WORTH = 2.0  # of a sign that the original does not have
COUNTED = "¶"  # a label with it counts paragraphs, so one missing paragraph changes all that follow
BEGINNING = 4
WORD = re.compile(r"[^\W_]+")

CostOfStep = Callable[[int, int, int, int], float]


@dataclass(frozen=True)
class Piece:
    """What can be compared of a paragraph: its place in the structure, and what its words give away."""

    kind: str
    level: int
    label: str
    length: int
    notes: int
    signs: frozenset[str]
    numbers: frozenset[str]

    @property
    def is_heading(self) -> bool:
        """Whether it names what follows."""
        return self.kind == ParagraphKind.HEADING


def piece_of(kind: str, level: int, label: str, plain: str, notes: Sequence[str]) -> Piece:
    """What can be compared of a text that stands there."""
    signs = frozenset(_signs(plain))
    numbers = frozenset(sign for sign in signs if sign.isdecimal())
    return Piece(kind, level, label, len(plain), len(notes), signs, numbers)


def cost_between(original: Sequence[Piece], pieces: Sequence[Piece], ratio: float) -> CostOfStep:
    """How unlikely it is that so many paragraphs from one place are so many pieces from another.

    `ratio` is how many characters the translation has for each of the original.
    """
    likeness = _Likeness(original, pieces)

    @cache
    def cost(place: int, found: int, taken: int, given: int) -> float:
        here, there = original[place : place + taken], pieces[found : found + given]
        total = _strangeness(here, there, ratio) + _distance(here[0], there[0])
        if taken + given > 2:
            total += _cost_of_joining([*here, *there])
        if total - WORTH_OF_WORDS >= HOPELESS * (taken + given):
            return total
        ours, theirs = _union(piece.numbers for piece in here), _union(piece.numbers for piece in there)
        if ours and theirs and ours.isdisjoint(theirs):
            total += OTHER_NUMBERS
        return total - WORTH_OF_WORDS * likeness.of(here, there)

    return cost


def has_same_structure(original: Sequence[Piece], pieces: Sequence[Piece]) -> bool:
    """Whether both have the same kinds and levels in the same order."""
    return [(one.kind, one.level) for one in original] == [(one.kind, one.level) for one in pieces]


def ratio_of(original: Iterable[Piece], pieces: Iterable[Piece]) -> float:
    """How many characters the second have for each of the first."""
    return max(1, sum(one.length for one in pieces)) / max(1, sum(one.length for one in original))


def _signs(plain: str) -> Iterable[str]:
    """Numbers, names and beginnings of words, in letters and digits that other languages have too."""
    for word in WORD.findall(unicodedata.normalize("NFKD", plain)):
        letters = "".join(letter for letter in word if not unicodedata.combining(letter))
        if letters.isdecimal():
            yield str(int(letters))
        elif letters.isupper() and len(letters) > 1:
            yield letters
        elif len(letters) >= BEGINNING:
            yield letters.lower()[:BEGINNING]


class _Likeness:
    """How many signs two texts share; what few paragraphs have tells more than what many have."""

    def __init__(self, original: Sequence[Piece], pieces: Sequence[Piece]) -> None:
        counts = Counter(sign for piece in original for sign in piece.signs)
        self._worth = {sign: math.log((len(original) + 1) / count) for sign, count in counts.items()}
        self._total = {
            signs: self._worth_of(signs) for signs in {piece.signs for piece in [*original, *pieces]}
        }

    def of(self, here: Sequence[Piece], there: Sequence[Piece]) -> float:
        """From 0 for nothing shared to 1 for the same signs."""
        ours, theirs = _union(piece.signs for piece in here), _union(piece.signs for piece in there)
        shared = sum(self._worth.get(sign, 0.0) for sign in ours & theirs)
        if not shared:
            return 0.0
        most = sum(self._total[piece.signs] for piece in here) * sum(
            self._total[piece.signs] for piece in there
        )
        return shared / math.sqrt(most)

    def _worth_of(self, signs: frozenset[str]) -> float:
        return sum(self._worth.get(sign, USUAL_WORTH) for sign in signs)


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    first, *others = sets
    return first.union(*others) if others else first


def _strangeness(here: Sequence[Piece], there: Sequence[Piece], ratio: float) -> float:
    """How unlikely the lengths are beside each other, as the negative logarithm of their probability."""
    expected = ratio * sum(piece.length for piece in here)
    length = sum(piece.length for piece in there)
    deviation = abs(length - expected) / math.sqrt(VARIANCE * max(1.0, (expected + length) / 2))
    probability = math.erfc(deviation / math.sqrt(2))
    return min(-math.log(probability), STRANGEST_LENGTH) if probability else STRANGEST_LENGTH


def _distance(here: Piece, there: Piece) -> float:
    """How differently the two stand in the structure; less than 0 where a label or note says the same."""
    notes = abs(here.notes - there.notes) or -min(here.notes, there.notes)
    return _distance_of_kinds(here, there) + _distance_of_labels(here, there) + NOTE_TOO_MANY * notes


def _distance_of_kinds(here: Piece, there: Piece) -> float:
    if here.is_heading != there.is_heading:
        return HEADING_OR_NOT
    if here.kind != there.kind:
        return OTHER_ROW if ParagraphKind.ROW in {here.kind, there.kind} else OTHER_KIND
    return OTHER_LEVEL if here.level != there.level else 0.0


def _distance_of_labels(here: Piece, there: Piece) -> float:
    if COUNTED in here.label + there.label or not (here.label and there.label):
        return 0.0
    if here.label == there.label:
        return -WORTH_OF_LABEL
    has_same_end = here.label.rpartition(".")[2] == there.label.rpartition(".")[2]
    return 0.0 if has_same_end else OTHER_LABEL


def _cost_of_joining(pieces: Sequence[Piece]) -> float:
    """Headings and rows are hardly ever joined with what stands beside them."""
    kinds = {piece.kind for piece in pieces}
    if kinds & {ParagraphKind.HEADING, ParagraphKind.ROW}:
        return JOINING + HEADING_OR_NOT
    return JOINING * (len(pieces) - 2) + (OTHER_KIND if len(kinds) > 1 else 0.0)
