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
STRANGEST_LENGTH = 14.0
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

    @property
    def is_heading(self) -> bool:
        """Whether it names what follows."""
        return self.kind == ParagraphKind.HEADING


def piece_of(kind: str, level: int, label: str, plain: str, notes: Sequence[str]) -> Piece:
    """What can be compared of a text that stands there."""
    return Piece(kind, level, label, len(plain), len(notes), frozenset(_signs(plain)))


def cost_between(original: Sequence[Piece], pieces: Sequence[Piece], ratio: float) -> CostOfStep:
    """How unlikely it is that so many paragraphs from one place are so many pieces from another.

    `ratio` is how many characters the translation has for each of the original.
    """
    worth = _worth_of_signs(original)

    @cache
    def cost(place: int, found: int, taken: int, given: int) -> float:
        here, there = original[place : place + taken], pieces[found : found + given]
        fits = _strangeness(here, there, ratio) - WORTH_OF_WORDS * _likeness(here, there, worth)
        clash = OTHER_NUMBERS if _numbers_differ(here, there) else 0.0
        if taken == given == 1:
            return fits + clash + _distance(here[0], there[0])
        return fits + clash + _cost_of_joining([*here, *there]) + _distance(here[0], there[0])

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


def _worth_of_signs(pieces: Sequence[Piece]) -> dict[str, float]:
    """What few paragraphs have tells more than what many have."""
    counts = Counter(sign for piece in pieces for sign in piece.signs)
    return {sign: math.log((len(pieces) + 1) / count) for sign, count in counts.items()}


def _likeness(here: Sequence[Piece], there: Sequence[Piece], worth: dict[str, float]) -> float:
    """From 0 for nothing shared to 1 for the same signs; rare signs weigh more."""
    ours = frozenset().union(*(piece.signs for piece in here))
    theirs = frozenset().union(*(piece.signs for piece in there))
    shared = sum(worth.get(sign, 0.0) for sign in ours & theirs)
    most = sum(worth.get(sign, 0.0) for sign in ours)
    usual = most / max(1, len(ours))
    all_theirs = sum(worth.get(sign, usual) for sign in theirs)
    return shared / math.sqrt(most * all_theirs) if most and all_theirs else 0.0


def _numbers_differ(here: Sequence[Piece], there: Sequence[Piece]) -> bool:
    ours = {sign for piece in here for sign in piece.signs if sign.isdecimal()}
    theirs = {sign for piece in there for sign in piece.signs if sign.isdecimal()}
    return bool(ours and theirs) and not ours & theirs


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
