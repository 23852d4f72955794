"""What became of each paragraph, as it follows from where the paragraphs come from, stand and say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from app.models.draft import Fate
from app.services.matching.anchoring import longest_rise
from app.services.matching.matching import Passage

Relation = tuple[int | None, int | None]


def derive_fates(
    relations: Sequence[Relation], before: Mapping[int, Passage], after: Mapping[int, Passage]
) -> list[Fate]:
    """The fate that each relation tells of; both texts are given by paragraph, in their order."""
    linked = [(old, new) for old, new in relations if old is not None and new is not None]
    parts = Counter(old for old, _new in linked)
    sources = Counter(new for _old, new in linked)
    alone = [(old, new) for old, new in linked if parts[old] == 1 and sources[new] == 1]
    moved = _out_of_order(alone, before, after)
    fates = []
    for old, new in relations:
        if old is None or new is None:
            fates.append(Fate.NEW if old is None else Fate.REMOVED)
        elif parts[old] > 1:
            fates.append(Fate.SPLIT)
        elif sources[new] > 1:
            fates.append(Fate.MERGED)
        elif new in moved:
            fates.append(Fate.MOVED)
        else:
            fates.append(Fate.SAME if before[old].plain == after[new].plain else Fate.REWORDED)
    return fates


def _out_of_order(
    alone: list[tuple[int, int]], before: Mapping[int, Passage], after: Mapping[int, Passage]
) -> set[int]:
    """The newer paragraphs outside the longest order that both texts have in common."""
    old_place = {paragraph: place for place, paragraph in enumerate(before)}
    new_place = {paragraph: place for place, paragraph in enumerate(after)}
    in_order = sorted(alone, key=lambda pair: new_place[pair[1]])
    kept = longest_rise([old_place[old] for old, _new in in_order])
    return {new for place, (_old, new) in enumerate(in_order) if place not in kept}
