"""Which passage of a newer text comes from which of an older one.

What says the same in both is paired first; it shows where the rest stands. Then rounds pair what is alike,
the surest first: alike anywhere, parts of what was split or merged, and less alike where the place fits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from app.models.kinds import ParagraphKind
from app.services.matching.anchoring import Gaps, anchors
from app.services.matching.weighing import Scales, Terms, likeness, words_of

NEARLY_THE_SAME = 0.7
ALIKE_ANYWHERE = 0.5
ALIKE_IN_PLACE = 0.27
ALIKE_BETWEEN_THE_SAME = 0.2
ALIKE_HEADINGS = 0.12
FEW_WORDS = 4  # of so few hardly any is by chance the same
ALIKE_OF_FEW_WORDS = 0.7
PART = 0.75  # how much of a part stands in the whole
PART_IN_PLACE = 0.6
NEW_IN_WHOLE = 0.5  # and how much of it no other part accounts for
ALIKE_REST = 0.42  # of a part with what no other part accounts for
SHORTEST_PART = 3
SHORTEST_PART_AWAY = 5
CANDIDATES = 6
WINDOW = 6
NEIGHBOUR, SAME_LABEL, SAME_GAP, OTHER_KIND = 0.06, 0.05, 0.03, 0.15


OLD, NEW = 0, 1
BOTH = 2


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
    if not before or not after:
        gone = [Pair(old, None, 0.0) for old in range(len(before))]
        return [Pair(None, new, 0.0) for new in range(len(after))] + gone
    known = {old: new for new, old in (certain or {}).items()}
    matching = _Matching(before, after, known)
    matching.pair(NEARLY_THE_SAME, NEARLY_THE_SAME)
    matching.find_parts(PART)
    matching.pair(ALIKE_ANYWHERE, ALIKE_IN_PLACE)
    matching.find_parts(PART_IN_PLACE)
    return matching.pairs()


def words_with_notes(plain: str, notes: Sequence[str]) -> str:
    """What a paragraph says together with its notes."""
    return "\n".join([plain, *notes])


class _Matching:
    """What is paired so far: by side, the places of the other text that each place is linked with."""

    def __init__(
        self, before: Sequence[Passage], after: Sequence[Passage], certain: Mapping[int, int]
    ) -> None:
        self.sides = (before, after)
        texts = [passage.plain for passage in before], [passage.plain for passage in after]
        self.linked: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})
        self.scales = Scales(*texts)
        for old, new in anchors(*texts, certain).items():
            self._link(old, new)
        self._gaps = Gaps(())

    def pair(self, anywhere: float, in_place: float) -> None:
        """Passages that are so alike are paired, the surest first."""
        self._gaps = Gaps(self._alone())
        weighed = []
        for old, new in self._candidates():
            alike = self.scales.alike(old, new)
            if alike >= self._least(old, new, anywhere, in_place):
                weighed.append((alike + self._evidence(old, new), -new, -old))
        for _weight, new, old in sorted(weighed, reverse=True):
            if -old not in self.linked[OLD] and -new not in self.linked[NEW]:
                self._link(-old, -new)

    def find_parts(self, least: float) -> None:
        """What stands in a passage of the other text, and in none of its other parts, is a part of it."""
        self._gaps = Gaps(self._alone())
        for side in (NEW, OLD):
            free = self._free(side)
            other = range(len(self.sides[1 - side]))
            found = self.scales.candidates(side, free, other, CANDIDATES)
            for place in free:
                wholes = dict.fromkeys([*self._beside(side, place), *found[place]])
                weighed = [(self._part(side, place, whole, least), -whole) for whole in wholes]
                weight, whole = max(weighed, default=(0.0, 0))
                if weight:
                    self._link(*((-whole, place) if side == NEW else (place, -whole)))

    def pairs(self) -> list[Pair]:
        """All that was found, in the order of the newer text; what is gone stands last."""
        before, after = self.sides
        found: list[Pair] = []
        for new, passage in enumerate(after):
            olds = sorted(self.linked[NEW].get(new, ()))
            found += [Pair(old, new, likeness(before[old].plain, passage.plain)) for old in olds]
            if not olds:
                found.append(Pair(None, new, 0.0))
        return found + [Pair(old, None, 0.0) for old in self._free(OLD)]

    def _link(self, old: int, new: int) -> None:
        self.linked[OLD].setdefault(old, []).append(new)
        self.linked[NEW].setdefault(new, []).append(old)

    def _free(self, side: int) -> list[int]:
        return [place for place in range(len(self.sides[side])) if place not in self.linked[side]]

    def _alone(self) -> Iterator[tuple[int, int]]:
        for old, news in self.linked[OLD].items():
            if len(news) == 1 and len(self.linked[NEW][news[0]]) == 1:
                yield old, news[0]

    def _candidates(self) -> Iterator[tuple[int, int]]:
        """Pairs that may be alike: near each other, under the same label, or with the same rare words."""
        olds, news = self._free(OLD), self._free(NEW)
        by_words = self.scales.candidates(NEW, news, olds, CANDIDATES)
        by_label: dict[tuple[str, str], list[int]] = defaultdict(list)
        in_gap: dict[int, list[int]] = defaultdict(list)
        for old in olds:
            by_label[self.sides[OLD][old].kind, self.sides[OLD][old].label].append(old)
            in_gap[self._gaps.of_old(old)].append(old)
        rank: Counter[int] = Counter()
        for new in news:
            passage, gap = self.sides[NEW][new], self._gaps.of_new(new)
            near = in_gap[gap][max(0, rank[gap] - WINDOW) : rank[gap] + WINDOW + 1]
            rank[gap] += 1
            same_label = by_label[passage.kind, passage.label][:CANDIDATES] if passage.label else []
            for old in dict.fromkeys([*near, *same_label, *by_words[new]]):
                yield old, new

    def _neighbours(self, old: int, new: int) -> int:
        linked = self.linked[OLD]
        return sum(new + step in linked.get(old + step, ()) for step in (-1, 1))

    def _least(self, old: int, new: int, anywhere: float, in_place: float) -> float:
        """How alike the two must be: less where both stand at the same place."""
        here, there = self.sides[OLD][old], self.sides[NEW][new]
        neighbours = self._neighbours(old, new)
        if neighbours == BOTH:
            return min(in_place, ALIKE_HEADINGS if _is_heading(here) else ALIKE_BETWEEN_THE_SAME)
        if neighbours or self._gaps.of_old(old) == self._gaps.of_new(new):
            return in_place
        fewest = min(len(words_of(here.plain)), len(words_of(there.plain)))
        return max(anywhere, ALIKE_OF_FEW_WORDS) if fewest < FEW_WORDS else anywhere

    def _evidence(self, old: int, new: int) -> float:
        here, there = self.sides[OLD][old], self.sides[NEW][new]
        evidence = NEIGHBOUR * self._neighbours(old, new)
        if here.label and here.label == there.label:
            evidence += SAME_LABEL
        if self._gaps.of_old(old) == self._gaps.of_new(new):
            evidence += SAME_GAP
        return evidence - (OTHER_KIND if _is_heading(here) != _is_heading(there) else 0.0)

    def _beside(self, side: int, place: int) -> list[int]:
        """What the places beside this one are linked with in the other text."""
        return [other for step in (-1, 1) for other in self.linked[side].get(place + step, ())]

    def _part(self, side: int, place: int, whole: int, least: float) -> float:
        """How surely the passage is a part of that one of the other text; 0 when it is not."""
        passage, other = self.sides[side][place], self.sides[1 - side][whole]
        if _is_heading(passage) != _is_heading(other):
            return 0.0
        terms, around = self.scales.terms[side][place], self.scales.terms[1 - side][whole]
        is_beside = whole in self._beside(side, place)
        if len(words_of(passage.plain)) < (SHORTEST_PART if is_beside else SHORTEST_PART_AWAY):
            return 0.0
        share = self.scales.share(terms, around)
        enough = least if is_beside else max(least, PART)
        if share < (min(enough, ALIKE_REST / 2) if is_beside else enough):
            return 0.0
        rest = self._rest(side, whole)
        if share >= enough:
            of_rest = self.scales.share(terms, rest)
            return share + of_rest + NEIGHBOUR * is_beside if of_rest >= NEW_IN_WHOLE else 0.0
        alike = self.scales.alike_terms(terms, rest)
        return alike if alike >= ALIKE_REST else 0.0

    def _rest(self, side: int, whole: int) -> Terms:
        """What no part of the passage accounts for so far."""
        rest = self.scales.terms[1 - side][whole].copy()
        for part in self.linked[1 - side].get(whole, ()):
            rest.subtract(self.scales.terms[side][part])
        return +rest


def _is_heading(passage: Passage) -> bool:
    return passage.kind == ParagraphKind.HEADING
