"""Two texts as one, with the words that came in and the words that went out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

import regex

from app.services.matching.weighing import UNSPACED

LETTERS = rf"[\w--[{UNSPACED}]]+"
# A word with what joins its halves, a sign of a script without spaces, or a mark; with the space before it.
PART = regex.compile(
    rf"(?P<space>[^\S\n]*)(?P<word>{LETTERS}(?:[’'\-.,]{LETTERS})*|\n|\S|(?<=[^\S\n])$)", regex.VERSION1
)
INSERTED, DELETED, KEPT = "+", "−", ""
BREAK = "\n"  # between paragraphs that are compared together; no paragraph has one inside
# Passages with fewer words in common are easier to read whole: the old one, then the new one.
TOO_DIFFERENT = 0.3
SMALL_ISLAND = 1
MUCH_CHANGED = 4


class Piece(NamedTuple):
    """A run of words: kept (""), inserted ("+") or deleted ("−")."""

    words: str
    sign: str


class _Part(NamedTuple):
    """A word of one text, and the space before it."""

    space: str
    word: str


class _Run(NamedTuple):
    """Parts of the older text, and the parts of the newer one that stand for them."""

    old: list[_Part]
    new: list[_Part]

    @property
    def is_kept(self) -> bool:
        return [part.word for part in self.old] == [part.word for part in self.new]


Pieces = tuple[Piece, ...]


@lru_cache(maxsize=4096)
def word_changes(before: str, after: str, language: str = "") -> Pieces:
    """The newer text in pieces, with what was deleted where it stood.

    Kept and inserted pieces together are the newer text; scripts without spaces are compared sign by sign.
    """
    runs = _calm(_runs(_parts(before), _parts(after))) if before != after else []
    if before == after or not runs:
        return _whole(before, after)
    return tuple(_pieces(runs))


def pieces_by_paragraph(
    before: Sequence[str], after: Sequence[str]
) -> tuple[tuple[Pieces, ...], tuple[Pieces, ...]]:
    """The pieces of each older paragraph, without insertions, and of each newer one, with deletions."""
    pieces = word_changes(BREAK.join(before), BREAK.join(after))
    old_side = [piece for piece in pieces if piece.sign != INSERTED]
    return _cut(old_side, DELETED), _cut(pieces, INSERTED)


def _whole(before: str, after: str) -> Pieces:
    if before == after:
        return (Piece(after, KEPT),) if after else ()
    return tuple(Piece(words, sign) for words, sign in ((before, DELETED), (after, INSERTED)) if words)


def _parts(text: str) -> list[_Part]:
    return [_Part(found["space"], found["word"]) for found in PART.finditer(text)]


def _runs(old: list[_Part], new: list[_Part]) -> list[_Run]:
    """Kept and changed runs in turn; none where too little is kept."""
    matcher = SequenceMatcher(None, [part.word for part in old], [part.word for part in new], autojunk=False)
    if matcher.ratio() < TOO_DIFFERENT:
        return []
    return [_Run(old[a:b], new[c:d]) for _act, a, b, c, d in matcher.get_opcodes()]


def _calm(runs: list[_Run]) -> list[_Run]:
    """The runs without single kept words between long changes, which would only be in a reader's way."""
    calm: list[_Run] = []
    for place, run in enumerate(runs):
        follows_change = bool(calm) and not calm[-1].is_kept
        right = runs[place + 1] if place + 1 < len(runs) else None
        if follows_change and (not run.is_kept or (right and _is_island(calm[-1], run, right))):
            calm[-1] = _Run(calm[-1].old + run.old, calm[-1].new + run.new)
        else:
            calm.append(run)
    return calm


def _is_island(left: _Run, run: _Run, right: _Run) -> bool:
    if any(part.word == BREAK for part in run.new):
        return False
    words = sum(part.word.isalnum() for part in run.new)
    changed = min(max(len(side.old), len(side.new)) for side in (left, right))
    return words <= SMALL_ISLAND and changed >= MUCH_CHANGED


def _pieces(runs: Iterable[_Run]) -> Iterator[Piece]:
    gone = come = ""
    for run in runs:
        if run.is_kept:
            # The space before a kept word belongs to the change where only one text has it.
            old_space, new_space = run.old[0].space, run.new[0].space
            is_same = old_space == new_space
            yield from _change(gone, come) if is_same else _change(gone + old_space, come + new_space)
            yield Piece(_text(run.new)[0 if is_same else len(new_space) :], KEPT)
            gone = come = ""
        else:
            gone, come = gone + _text(run.old), come + _text(run.new)
    yield from _change(gone, come)


def _change(gone: str, come: str) -> Iterator[Piece]:
    if gone[:1] == come[:1] == " ":
        yield Piece(" ", KEPT)
        gone, come = gone[1:], come[1:]
    if gone:
        yield Piece(gone, DELETED)
    if come:
        yield Piece(come, INSERTED)


def _text(parts: list[_Part]) -> str:
    return "".join(part.space + part.word for part in parts)


def _cut(pieces: Iterable[Piece], own: str) -> tuple[Pieces, ...]:
    """Pieces by paragraph: a break counts where it is kept or the side's own."""
    paragraphs: list[list[Piece]] = [[]]
    for words, sign in pieces:
        runs = words.split(BREAK) if sign in {KEPT, own} else [words.replace(BREAK, " ")]
        for place, run in enumerate(runs):
            if place:
                paragraphs.append([])
            if run.strip():
                paragraphs[-1].append(Piece(run, sign))
            elif run and sign in {KEPT, own}:  # nobody sees that a space is another
                paragraphs[-1].append(Piece(run, KEPT))
    return tuple(tuple(paragraph) for paragraph in paragraphs)
