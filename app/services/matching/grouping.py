"""Relations between two texts gathered into what belongs together, in the order in which it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from app.services.matching.deriving import Relation


@dataclass(frozen=True)
class Group:
    """Paragraphs of the older text and what they have become; one of both sides may be empty."""

    olds: tuple[int, ...]
    news: tuple[int, ...]


def groups_of(relations: Iterable[Relation], before: Sequence[int], after: Sequence[int]) -> list[Group]:
    """The groups in the newer text's order; what is removed stands where it stood, after what it followed."""
    to_new: dict[int, list[int]] = defaultdict(list)
    to_old: dict[int, list[int]] = defaultdict(list)
    for old, new in relations:
        if old is not None and new is not None:
            to_new[old].append(new)
            to_old[new].append(old)
    place = {old: number for number, old in enumerate(before)}, {new: n for n, new in enumerate(after)}
    groups, seen = [], set()
    for new in after:
        if new not in seen:
            olds, news = _reached(new, to_new, to_old)
            seen |= news
            groups.append(Group(_sorted(olds, place[0]), _sorted(news, place[1])))
    return groups


def interleave(groups: Sequence[Group], before: Sequence[int], wanderers: Set[int]) -> list[Group | int]:
    """The groups, and between them the older paragraphs that stood there and do not any more.

    Those are what is removed, and the wanderers: older paragraphs that moved.
    """
    row_of = {old: row for row, group in enumerate(groups) for old in group.olds}
    behind: dict[int, list[int]] = defaultdict(list)
    row = -1
    for old in before:
        if old in wanderers or old not in row_of:
            behind[row].append(old)
        else:
            row = row_of[old]
    rows: list[Group | int] = [*behind[-1]]
    for number, group in enumerate(groups):
        rows += [group, *behind[number]]
    return rows


def _reached(
    new: int, to_new: dict[int, list[int]], to_old: dict[int, list[int]]
) -> tuple[set[int], set[int]]:
    olds: set[int] = set()
    news = {new}
    while True:
        more_olds = {old for each in news for old in to_old.get(each, ())}
        more_news = {one for each in more_olds for one in to_new[each]} | news
        if (more_olds, more_news) == (olds, news):
            return olds, news
        olds, news = more_olds, more_news


def _sorted(paragraphs: set[int], place: dict[int, int]) -> tuple[int, ...]:
    return tuple(sorted(paragraphs, key=lambda paragraph: place[paragraph]))
