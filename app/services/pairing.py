"""The cheapest way of going through two texts at once, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

# How many of the one are how many of the other: a pair, one that is missing or surplus, and joined ones.
MOVES = ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2), (3, 1), (1, 3))
COST_OF_GAP = 4.0
NARROWEST_BAND = 30
NEVER = float("inf")

Cost = Callable[[int, int, int, int], float]
Costs = dict[tuple[int, int], float]


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


def cheapest_steps(stretch: Stretch, cost: Cost) -> list[Step]:
    """The steps through the stretch that cost least together, in order."""
    if not stretch.paragraphs or not stretch.pieces:
        return _only_gaps(stretch)
    behind, moves = _costs_behind(stretch, cost)
    ahead = _costs_ahead(stretch, cost)
    steps = []
    cell = (stretch.paragraphs, stretch.pieces)
    while cell != (0, 0):
        taken, given = moves[cell]
        cell = (cell[0] - taken, cell[1] - given)
        steps.append(_step(stretch, cell, (taken, given), cost))
    best = ahead[0, 0]
    others = _best_by_first_paragraph(stretch, cost, behind, ahead, steps)
    return [replace(step, margin=others.get(step, NEVER) - best) for step in reversed(steps)]


def cost_of_step(cost: Cost, place: int, found: int, taken: int, given: int) -> float:
    """What a step costs: a gap always the same, anything else as unlikely as it is."""
    return cost(place, found, taken, given) if taken and given else COST_OF_GAP


def _only_gaps(stretch: Stretch) -> list[Step]:
    missing = [Step(stretch.place + n, stretch.found, 1, 0, COST_OF_GAP) for n in range(stretch.paragraphs)]
    surplus = [Step(stretch.place, stretch.found + n, 0, 1, COST_OF_GAP) for n in range(stretch.pieces)]
    return missing + surplus


def _step(stretch: Stretch, cell: tuple[int, int], move: tuple[int, int], cost: Cost) -> Step:
    place, found = stretch.place + cell[0], stretch.found + cell[1]
    return Step(place, found, *move, cost_of_step(cost, place, found, *move))


def _cells(stretch: Stretch) -> Iterator[tuple[int, int]]:
    """Where a way may lead: not far from the diagonal, so that long texts take no square of time."""
    width = max(NARROWEST_BAND, 2 * abs(stretch.paragraphs - stretch.pieces))
    slope = stretch.pieces / stretch.paragraphs
    for place in range(stretch.paragraphs + 1):
        middle = round(place * slope)
        first, last = max(0, middle - width), min(stretch.pieces, middle + width)
        yield from product((place,), range(first, last + 1))


def _moves_from(stretch: Stretch, cell: tuple[int, int]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for taken, given in MOVES:
        goal = (cell[0] + taken, cell[1] + given)
        if goal[0] <= stretch.paragraphs and goal[1] <= stretch.pieces:
            yield (taken, given), goal


def _costs_behind(stretch: Stretch, cost: Cost) -> tuple[Costs, dict[tuple[int, int], tuple[int, int]]]:
    """What it costs at least to come to each cell, and the last move of that way."""
    behind: Costs = {(0, 0): 0.0}
    moves: dict[tuple[int, int], tuple[int, int]] = {}
    for cell in _cells(stretch):
        here = behind.get(cell)
        if here is None:
            continue
        for move, goal in _moves_from(stretch, cell):
            total = here + _step(stretch, cell, move, cost).cost
            if total < behind.get(goal, NEVER):
                behind[goal], moves[goal] = total, move
    return behind, moves


def _costs_ahead(stretch: Stretch, cost: Cost) -> Costs:
    """What it costs at least to come from each cell to the end."""
    ahead: Costs = {(stretch.paragraphs, stretch.pieces): 0.0}
    for cell in reversed(list(_cells(stretch))):
        ways = [
            _step(stretch, cell, move, cost).cost + ahead[goal]
            for move, goal in _moves_from(stretch, cell)
            if goal in ahead
        ]
        if ways:
            ahead[cell] = min(ways)
    return ahead


def _best_by_first_paragraph(
    stretch: Stretch, cost: Cost, behind: Costs, ahead: Costs, steps: list[Step]
) -> dict[Step, float]:
    """For each step, what the best way costs that takes the step's first paragraph otherwise."""
    chosen = {step.place - stretch.place: step for step in steps if step.taken}
    others: dict[Step, float] = {}
    for cell, here in behind.items():
        for move, goal in _moves_from(stretch, cell):
            if not move[0] or goal not in ahead:
                continue
            other = _step(stretch, cell, move, cost)
            total = here + other.cost + ahead[goal]
            for place in range(cell[0], goal[0]):
                step = chosen.get(place)
                if step is not None and step != other and total < others.get(step, NEVER):
                    others[step] = total
    return others
