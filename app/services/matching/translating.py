"""Which paragraph of the original each piece of a translation is, found by structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.models.draft import ParagraphText
from app.services.files.importing import Doubt, FoundBlock
from app.services.files.labelling import LabelledBlock
from app.services.matching.pairing import Step, Stretch, cheapest_steps, cost_of_step
from app.services.matching.resembling import (
    CostOfStep,
    Costs,
    Piece,
    has_same_structure,
    likely_ratios,
    piece_of,
)
from app.services.text import render_paragraph

CERTAIN = 6.0
CLOSE_CALL = 1.5
POOR_FIT = 5.0


@dataclass(frozen=True)
class Match:
    """What each paragraph of the original is in the translation.

    `texts` has one entry for each paragraph of the original: its text, with the original's kind, level and
    label and with what is doubtful about it, or None where the translation has nothing. `places` says which
    of the blocks each begins with. `left_over` are the blocks that are no paragraph's text.
    """

    texts: list[LabelledBlock | None]
    places: list[int | None]
    left_over: list[int]

    @property
    def missing(self) -> list[int]:
        """Which paragraphs of the original have no text."""
        return [place for place, text in enumerate(self.texts) if text is None]


def match_to_original(original: Sequence[ParagraphText], blocks: Sequence[LabelledBlock]) -> Match:
    """Which block is which original paragraph’s text; exact where both have the same structure."""
    pieces = [_piece_of_block(labelled) for labelled in blocks]
    originals = [_piece_of_text(text) for text in original]
    anchors = _anchors_by_key(original, blocks) or _anchors_by_headings(originals, pieces)
    steps = _steps(originals, pieces, anchors)
    texts: list[LabelledBlock | None] = [None] * len(original)
    places: list[int | None] = [None] * len(original)
    left_over: list[int] = []
    for step in steps:
        if not step.taken:
            left_over.append(step.found)
        elif step.given:
            texts[step.place] = _text(original[step.place], blocks, step)
            places[step.place] = step.found
    return Match(texts, places, left_over)


def _steps(originals: list[Piece], pieces: list[Piece], anchors: list[tuple[int, int]]) -> list[Step]:
    one_to_one: list[Step] = []
    if has_same_structure(originals, pieces):
        one_to_one = [Step(place, place, 1, 1) for place in range(len(pieces))]
    ways: list[tuple[float, list[Step]]] = []
    costs = Costs(originals, pieces)
    for ratio in likely_ratios(originals, pieces):
        cost = costs.with_ratio(ratio)
        if one_to_one and all(_cost_of(step, cost) < CERTAIN for step in one_to_one):
            return one_to_one
        steps = _between(originals, pieces, anchors, cost)
        total = _total(steps, cost)
        if one_to_one and _total(one_to_one, cost) <= total + CERTAIN:
            return one_to_one
        ways.append((total, steps))
    return min(ways, key=lambda way: way[0])[1]


def _between(
    originals: list[Piece], pieces: list[Piece], anchors: list[tuple[int, int]], cost: CostOfStep
) -> list[Step]:
    """The cheapest steps, through the anchors."""
    steps: list[Step] = []
    ends = [(-1, -1), *anchors, (len(originals), len(pieces))]
    for before, after in pairwise(ends):
        if before != (-1, -1):
            steps.append(Step(*before, 1, 1))
        place, found = before[0] + 1, before[1] + 1
        steps += cheapest_steps(Stretch(place, found, after[0] - place, after[1] - found), cost)
    return steps


def _total(steps: list[Step], cost: CostOfStep) -> float:
    return sum(_cost_of(step, cost) for step in steps)


def _cost_of(step: Step, cost: CostOfStep) -> float:
    return cost_of_step(cost, step.place, step.found, step.taken, step.given)


def _anchors_by_key(
    original: Sequence[ParagraphText], blocks: Sequence[LabelledBlock]
) -> list[tuple[int, int]]:
    """The pairs that a file tells itself which we wrote; out of order they tell nothing."""
    places = {text.paragraph.key: place for place, text in enumerate(original)}
    anchors: list[tuple[int, int]] = []
    for found, labelled in enumerate(blocks):
        place = places.get(labelled.block.key, -1)
        if place > (anchors[-1][0] if anchors else -1):
            anchors.append((place, found))
    return anchors


def _anchors_by_headings(originals: list[Piece], pieces: list[Piece]) -> list[tuple[int, int]]:
    """The headings, where both texts have the same: then no paragraph goes past one."""
    ours = [place for place, piece in enumerate(originals) if piece.is_heading]
    theirs = [place for place, piece in enumerate(pieces) if piece.is_heading]
    shapes = [[(one.level, one.label) for one in texts if one.is_heading] for texts in (originals, pieces)]
    return list(zip(ours, theirs, strict=True)) if shapes[0] == shapes[1] else []


def _text(text: ParagraphText, blocks: Sequence[LabelledBlock], step: Step) -> LabelledBlock:
    """What the step gives the first of its paragraphs."""
    given = [labelled.block for labelled in blocks[step.found : step.found + step.given]]
    doubts = [doubt for block in given for doubt in block.doubts] + _doubts(text, given, step)
    block = replace(
        given[0],
        kind=text.kind,
        level=text.level,
        source=" ".join(block.source for block in given),
        notes=tuple(note for block in given for note in block.notes),
        doubts=tuple(dict.fromkeys(doubts)),
    )
    return LabelledBlock(block, text.label)


def _doubts(text: ParagraphText, given: list[FoundBlock], step: Step) -> list[str]:
    if step.given > 1:
        return [Doubt.JOINED]
    if step.taken > 1:
        return [Doubt.HOLDS_NEXT]
    is_other = (given[0].kind, given[0].level) != (text.kind, text.level)
    is_guess = step.cost > POOR_FIT or step.margin < CLOSE_CALL or (is_other and not step.is_certain)
    return [Doubt.GUESSED_PLACE] if is_guess else []


def _piece_of_text(text: ParagraphText) -> Piece:
    return piece_of(text.kind, text.level, text.label, text.plain, text.notes or ())


def _piece_of_block(labelled: LabelledBlock) -> Piece:
    block = labelled.block
    plain = render_paragraph(block.source).plain
    return piece_of(block.kind, block.level, labelled.label, plain, block.notes)
