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
from itertools import accumulate
from statistics import median

from app.models.draft import ParagraphKind

VARIANCE = 6.8
STRANGEST = 40.0
STRANGEST_PAIR = 7.5
WORTH_OF_WORDS = 8.0
WORTH_OF_LABEL = 2.0
OTHER_LABEL = 3.0
OTHER_KIND = 2.5
OTHER_ROW = 5.0
HEADING_OR_NOT = 9.0
OTHER_LEVEL = 1.5
OTHER_NUMBER = 1.0
WORTH_OF_NUMBER = 1.5
MOST_NUMBERS = 2
NOTE_TOO_MANY = 1.0
JOINING = 4.0
BEST_SIGNS = WORTH_OF_WORDS + WORTH_OF_NUMBER * MOST_NUMBERS
HOPELESS = 4.0  # dearer than leaving every paragraph alone
MUCH_THE_SAME = 0.05
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


class Costs:
    """How unlikely it is that so many paragraphs from one place are so many pieces from another."""

    def __init__(self, original: Sequence[Piece], pieces: Sequence[Piece]) -> None:
        self._original = original
        self._pieces = pieces
        self._likeness = _Likeness(original, pieces)
        self._ours = [0, *accumulate(piece.length for piece in original)]
        self._theirs = [0, *accumulate(piece.length for piece in pieces)]
        self._known: dict[tuple[int, int, int, int], float] = {}

    def with_ratio(self, ratio: float) -> CostOfStep:
        """The costs when the translation has so many characters for each of the original."""
        ours, theirs = self._ours, self._theirs

        def cost(place: int, found: int, taken: int, given: int) -> float:
            expected = ratio * (ours[place + taken] - ours[place])
            strangeness = _strangeness(expected, theirs[found + given] - theirs[found])
            if taken == given:
                # Somebody may have added a sentence: that is less strange than that both stand alone.
                strangeness = min(strangeness, STRANGEST_PAIR)
            elif strangeness - BEST_SIGNS >= HOPELESS * (taken + given):
                return strangeness
            return strangeness + self._of_all_else(place, found, taken, given)

        return cost

    def _of_all_else(self, place: int, found: int, taken: int, given: int) -> float:
        step = (place, found, taken, given)
        if step not in self._known:
            here, there = self._original[place : place + taken], self._pieces[found : found + given]
            total = _distance(here[0], there[0]) + _cost_of_numbers(here, there)
            if taken + given > 2:
                total += _cost_of_joining([*here, *there])
            self._known[step] = total - WORTH_OF_WORDS * self._likeness.of(here, there)
        return self._known[step]


def has_same_structure(original: Sequence[Piece], pieces: Sequence[Piece]) -> bool:
    """Whether both have the same kinds and levels in the same order."""
    return [(one.kind, one.level) for one in original] == [(one.kind, one.level) for one in pieces]


def likely_ratios(original: Sequence[Piece], pieces: Sequence[Piece]) -> list[float]:
    """How many characters the second may have for each of the first.

    What is missing or surplus spoils the ratio of the wholes, less so that of the usual lengths.
    """
    if not original or not pieces:
        return [1.0]
    lengths = [[one.length for one in texts] for texts in (original, pieces)]
    of_wholes = max(1, sum(lengths[1])) / max(1, sum(lengths[0]))
    of_usual = max(1.0, median(lengths[1])) / max(1.0, median(lengths[0]))
    return [of_wholes] if abs(of_usual / of_wholes - 1) < MUCH_THE_SAME else [of_wholes, of_usual]


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


def _cost_of_numbers(here: Sequence[Piece], there: Sequence[Piece]) -> float:
    """Less than 0 for numbers that both have; what one has alone speaks against the pair."""
    ours, theirs = _union(piece.numbers for piece in here), _union(piece.numbers for piece in there)
    if not ours and not theirs:
        return 0.0
    alone = OTHER_NUMBER * min(len(ours ^ theirs), MOST_NUMBERS)
    return alone - WORTH_OF_NUMBER * min(len(ours & theirs), MOST_NUMBERS)


def _strangeness(expected: float, length: int) -> float:
    """How unlikely the length is beside the one expected, as the negative logarithm of its probability."""
    deviation = abs(length - expected) / math.sqrt(VARIANCE * max(1.0, (expected + length) / 2))
    probability = math.erfc(deviation / math.sqrt(2))
    return min(-math.log(probability), STRANGEST) if probability else STRANGEST


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
