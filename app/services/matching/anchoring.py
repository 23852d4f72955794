"""What two texts surely have in common: the same words, in order or moved."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Links = dict[int, int]


def anchors(before: Sequence[str], after: Sequence[str], certain: Mapping[int, int]) -> Links:
    """Newer places by the older ones that say the same: what says it once anywhere, else in its company.

    `certain` are pairs, newer by older place, that are known already.
    """
    links: Links = dict(certain)
    taken = set(links.values())
    by_words = _places_by_words(before, after, links)
    for olds, news in by_words.values():
        if len(olds) == len(news) == 1:
            links[olds[0]] = news[0]
            taken.add(news[0])
    _spread(before, after, links, taken)
    _pair_repeated(by_words, links, taken, len(before), len(after))
    return links


def longest_rise(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising choice of the numbers."""
    ends: list[int] = []
    last_at: list[int] = []
    came_from: list[int | None] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        came_from.append(last_at[length - 1] if length else None)
        if length == len(ends):
            ends.append(number)
            last_at.append(place)
        else:
            ends[length], last_at[length] = number, place
    kept: set[int] = set()
    now = last_at[-1] if last_at else None
    while now is not None:
        kept.add(now)
        now = came_from[now]
    return kept


class Gaps:
    """Between which paragraphs in common order the places of both texts stand."""

    def __init__(self, links: Iterable[tuple[int, int]]) -> None:
        in_order = sorted(links)
        kept = longest_rise([new for _old, new in in_order])
        self._olds = [old for place, (old, _new) in enumerate(in_order) if place in kept]
        self._news = [new for place, (_old, new) in enumerate(in_order) if place in kept]

    def of_old(self, place: int) -> int:
        """The number of the gap that the older place stands in."""
        return bisect_right(self._olds, place)

    def of_new(self, place: int) -> int:
        """The number of the gap that the newer place stands in."""
        return bisect_right(self._news, place)


def _places_by_words(
    before: Sequence[str], after: Sequence[str], links: Links
) -> dict[str, tuple[list[int], list[int]]]:
    found: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    taken = set(links.values())
    for old, words in enumerate(before):
        if old not in links:
            found[words][0].append(old)
    for new, words in enumerate(after):
        if new not in taken and words in found:
            found[words][1].append(new)
    return found


def _spread(before: Sequence[str], after: Sequence[str], links: Links, taken: set[int]) -> None:
    """Beside what is the same, the same words are the same paragraph.

    What follows is taken before what precedes: a paragraph belongs to what stands above it.
    """
    for step in (1, -1):
        for old, new in list(links.items()):
            here, there = old + step, new + step
            while 0 <= here < len(before) and 0 <= there < len(after):
                if here in links or there in taken or before[here] != after[there]:
                    break
                links[here] = there
                taken.add(there)
                here, there = here + step, there + step


def _pair_repeated(
    by_words: Mapping[str, tuple[list[int], list[int]]],
    links: Links,
    taken: set[int],
    before: int,
    after: int,
) -> None:
    """Words that stand in several places are paired in order within a gap, and in order if all are left."""
    gaps = Gaps(links.items())
    for olds, news in by_words.values():
        free_olds = [old for old in olds if old not in links]
        free_news = [new for new in news if new not in taken]
        if len(free_olds) == len(olds) == len(free_news) == len(news):
            pairs = list(zip(free_olds, free_news, strict=True))
        else:
            pairs = _in_same_gap(free_olds, free_news, gaps)
        for old, new in pairs:
            links[old] = new
            taken.add(new)


def _in_same_gap(olds: list[int], news: list[int], gaps: Gaps) -> list[tuple[int, int]]:
    waiting: dict[int, list[int]] = defaultdict(list)
    for new in reversed(news):
        waiting[gaps.of_new(new)].append(new)
    return [(old, waiting[gaps.of_old(old)].pop()) for old in olds if waiting[gaps.of_old(old)]]
