"""Long texts, and edits of them made by chance: what nobody looked at while the matching was written."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from benchmarks.edits import EditedPair, Relation, passages_from
from benchmarks.texts import sentences

SENTENCES = (1, 1, 2, 2, 3, 4)
LONGEST_SENTENCE = 40
A_HEADING_EVERY = 12
PART_REWORDED = (0.1, 0.4)


@dataclass
class _Line:
    """A line of the edited text: its sign ("" for a paragraph), its words, and the places it comes from."""

    sign: str
    words: str
    sources: list[int] = field(default_factory=list)


def random_pair(seed: int, length: int, share: float) -> EditedPair:
    """A text of that many paragraphs, and the same with that share of its paragraphs edited."""
    chance = random.Random(seed)
    before = _text(chance, length)
    lines = [_Line(sign, words, [place]) for place, (sign, words) in enumerate(before)]
    for _edit in range(round(length * share)):
        chance.choice(EDITS)(lines, chance)
    relations: list[Relation] = []
    for place, line in enumerate(lines):
        relations += [(old, place) for old in line.sources]
        if not line.sources:
            relations.append((None, place))
    here = {old for old, _new in relations}
    gone: list[Relation] = [(old, None) for old in range(length) if old not in here]
    return EditedPair(
        f"chance {seed}",
        passages_from([f"{sign} {words}".strip() for sign, words in before]),
        passages_from([f"{line.sign} {line.words}".strip() for line in lines]),
        relations + gone,
    )


def _text(chance: random.Random, length: int) -> list[tuple[str, str]]:
    lines = []
    for place in range(length):
        if place % A_HEADING_EVERY == 0:
            words = " ".join(_sentence(chance).rstrip(".").split()[: chance.randint(2, 6)])
            lines.append(("#", words))
        else:
            sign = "-" if place % A_HEADING_EVERY in {3, 4, 5, 8, 9} else ""
            number = chance.choice(SENTENCES)
            lines.append((sign, " ".join(_sentence(chance) for _sentence_ in range(number))))
    return lines


def _sentence(chance: random.Random) -> str:
    """Words that follow each other in the sample texts."""
    begins, follows = _chains()
    words = [chance.choice(begins)]
    while len(words) < LONGEST_SENTENCE and follows.get(words[-1]):
        words.append(chance.choice(follows[words[-1]]))
        if words[-1].endswith(".") and len(words) > 6:
            break
    return " ".join(words).rstrip(".,;:") + "."


@cache
def _chains() -> tuple[list[str], dict[str, list[str]]]:
    follows: dict[str, list[str]] = defaultdict(list)
    begins = []
    for sentence in sentences("en"):
        words = sentence.split()
        begins.append(words[0])
        for one, other in pairwise(words):
            follows[one].append(other)
    return begins, dict(follows)


def _untouched(lines: list[_Line], chance: random.Random, *, heading: bool = False) -> int | None:
    """A line that no edit has touched yet."""
    for _attempt in range(30):
        place = chance.randrange(len(lines))
        line = lines[place]
        if len(line.sources) == 1 and (heading or line.sign != "#"):
            return place
    return None


def _reword(lines: list[_Line], chance: random.Random) -> None:
    place = _untouched(lines, chance)
    if place is None:
        return
    words = lines[place].words.split()
    others = _sentence(chance).split()
    for _change in range(max(1, round(len(words) * chance.uniform(*PART_REWORDED)))):
        at = chance.randrange(len(words))
        change = chance.random()
        if change < 0.5:
            words[at] = chance.choice(others)
        elif change < 0.75:
            words.insert(at, chance.choice(others))
        elif len(words) > 3:
            del words[at]
    lines[place].words = " ".join(words)


def _move(lines: list[_Line], chance: random.Random) -> None:
    place = _untouched(lines, chance)
    if place is not None:
        lines.insert(chance.randrange(len(lines)), lines.pop(place))


def _move_and_reword(lines: list[_Line], chance: random.Random) -> None:
    _reword(lines, chance)
    _move(lines, chance)


def _swap(lines: list[_Line], chance: random.Random) -> None:
    place = _untouched(lines, chance)
    if place is not None and place + 1 < len(lines) and lines[place + 1].sign == lines[place].sign:
        lines[place], lines[place + 1] = lines[place + 1], lines[place]


def _remove(lines: list[_Line], chance: random.Random) -> None:
    place = _untouched(lines, chance, heading=True)
    if place is not None:
        del lines[place]


def _add(lines: list[_Line], chance: random.Random) -> None:
    words = " ".join(_sentence(chance) for _number in range(chance.choice(SENTENCES)))
    lines.insert(chance.randrange(len(lines)), _Line("", words))


def _split(lines: list[_Line], chance: random.Random) -> None:
    place = _untouched(lines, chance)
    if place is None:
        return
    parts = re.split(r"(?<=\.) ", lines[place].words)
    if len(parts) < 2:
        return
    cut = chance.randrange(1, len(parts))
    line = lines[place]
    if all(len(" ".join(part).split()) >= 5 for part in (parts[:cut], parts[cut:])):
        # Two rows with one source are a split; a source named twice is never chosen again.
        lines[place : place + 1] = [
            _Line(line.sign, " ".join(parts[:cut]), [*line.sources]),
            _Line(line.sign, " ".join(parts[cut:]), [*line.sources]),
        ]


def _merge(lines: list[_Line], chance: random.Random) -> None:
    place = _untouched(lines, chance)
    if place is None or place + 1 >= len(lines):
        return
    line, other = lines[place], lines[place + 1]
    shared = [one for one in lines if set(one.sources) & {*line.sources, *other.sources}]
    if len(other.sources) == 1 and other.sign == line.sign and len(shared) == 2:
        lines[place : place + 2] = [
            _Line(line.sign, f"{line.words} {other.words}", line.sources + other.sources)
        ]


EDITS: tuple[Callable[[list[_Line], random.Random], None], ...] = (
    _reword, _reword, _reword, _move, _move_and_reword, _swap, _remove, _add, _add, _split, _merge,
)  # fmt: skip
