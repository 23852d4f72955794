"""The cheapest way of going through two texts at once, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

# How many of the one are how many of the other: a pair, one that is missing or surplus, and joined ones.
MOVES = ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2), (3, 1), (1, 3))
COST_OF_GAP = 4.0
NARROWEST_BAND = 20
NEVER = float("inf")

Cost = Callable[[int, int, int, int], float]
Cell = tuple[int, int]
Costs = dict[Cell, float]


@dataclass(frozen=True)
class Step:
    """So many paragraphs from `place` on are so many pieces from `found` on.

    `margin` is how much dearer the next best way is that takes the first of the paragraphs otherwise.
    """

    place: int
    found: int
    taken: int
    given: int
    cost: float = 0.0
    margin: float = NEVER

    @property
    def is_pair(self) -> bool:
        """Whether one paragraph is one piece."""
        return self.taken == self.given == 1

    @property
    def is_certain(self) -> bool:
        """Whether there was no other way to weigh."""
        return self.margin == NEVER


@dataclass(frozen=True)
class Stretch:
    """A part of both texts: from where, and how much of each."""

    place: int
    found: int
    paragraphs: int
    pieces: int


class _Way(NamedTuple):
    """From one cell to another: a cell is how many paragraphs and pieces lie behind."""

    cost: float
    start: Cell
    goal: Cell

    @property
    def taken(self) -> int:
        return self.goal[0] - self.start[0]

    def step(self, stretch: Stretch, margin: float) -> Step:
        given = self.goal[1] - self.start[1]
        place, found = stretch.place + self.start[0], stretch.found + self.start[1]
        return Step(place, found, self.taken, given, self.cost, margin)


Ways = dict[Cell, list[_Way]]


def cheapest_steps(stretch: Stretch, cost: Cost) -> list[Step]:
    """The steps through the stretch that cost least together, in order."""
    if not stretch.paragraphs or not stretch.pieces:
        return _only_gaps(stretch)
    ways = _ways(stretch, cost)
    behind, last = _costs_behind(ways)
    ahead = _costs_ahead(stretch, ways)
    chosen: list[_Way] = []
    cell = (stretch.paragraphs, stretch.pieces)
    while cell != (0, 0):
        chosen.append(last[cell])
        cell = last[cell].start
    chosen.reverse()
    others = _costs_otherwise(ways, behind, ahead, chosen)
    return [way.step(stretch, others.get(way, NEVER) - ahead[0, 0]) for way in chosen]


def cost_of_step(cost: Cost, place: int, found: int, taken: int, given: int) -> float:
    """What a step costs: a gap always the same, anything else as unlikely as it is."""
    return cost(place, found, taken, given) if taken and given else COST_OF_GAP


def _only_gaps(stretch: Stretch) -> list[Step]:
    missing = [Step(stretch.place + n, stretch.found, 1, 0, COST_OF_GAP) for n in range(stretch.paragraphs)]
    surplus = [Step(stretch.place, stretch.found + n, 0, 1, COST_OF_GAP) for n in range(stretch.pieces)]
    return missing + surplus


def _cells(stretch: Stretch) -> Iterator[Cell]:
    """Where a way may lead: not far from the diagonal, so that long texts take no square of time."""
    width = max(NARROWEST_BAND, 2 * abs(stretch.paragraphs - stretch.pieces))
    slope = stretch.pieces / stretch.paragraphs
    for place in range(stretch.paragraphs + 1):
        middle = round(place * slope)
        first, last = max(0, middle - width), min(stretch.pieces, middle + width)
        yield from product((place,), range(first, last + 1))


def _ways(stretch: Stretch, cost: Cost) -> Ways:
    """All steps that may be taken from each cell."""
    cells = list(_cells(stretch))
    reachable = set(cells)
    return {
        cell: [
            _Way(
                cost_of_step(cost, stretch.place + cell[0], stretch.found + cell[1], taken, given), cell, goal
            )
            for taken, given in MOVES
            if (goal := (cell[0] + taken, cell[1] + given)) in reachable
        ]
        for cell in cells
    }


def _costs_behind(ways: Ways) -> tuple[Costs, dict[Cell, _Way]]:
    """What it costs at least to come to each cell, and the last way to it."""
    behind: Costs = {(0, 0): 0.0}
    last: dict[Cell, _Way] = {}
    for cell, further in ways.items():
        here = behind.get(cell, NEVER)
        for way in further:
            if here + way.cost < behind.get(way.goal, NEVER):
                behind[way.goal], last[way.goal] = here + way.cost, way
    return behind, last


def _costs_ahead(stretch: Stretch, ways: Ways) -> Costs:
    """What it costs at least to come from each cell to the end."""
    ahead: Costs = {(stretch.paragraphs, stretch.pieces): 0.0}
    for cell, further in reversed(ways.items()):
        if further:
            ahead[cell] = min(way.cost + ahead.get(way.goal, NEVER) for way in further)
    return ahead


def _costs_otherwise(ways: Ways, behind: Costs, ahead: Costs, chosen: list[_Way]) -> dict[_Way, float]:
    """For each way that takes paragraphs, what it costs at least to take the first of them otherwise."""
    by_paragraph = {way.start[0]: way for way in chosen if way.taken}
    others: dict[_Way, float] = {}
    for cell, further in ways.items():
        for way in further:
            total = behind.get(cell, NEVER) + way.cost + ahead.get(way.goal, NEVER)
            for place in range(cell[0], way.goal[0]):
                own = by_paragraph.get(place)
                if own is not None and own != way and total < others.get(own, NEVER):
                    others[own] = total
    return others
