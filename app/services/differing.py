"""Two texts as one, with the words that came in and the words that went out."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

import regex

UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
PART = regex.compile(
    rf"[{UNSPACED}]|[\w--[{UNSPACED}]]+(?:[’'\-.][\w--[{UNSPACED}]]+)*|\s+|.", regex.VERSION1
)
INSERTED, DELETED, KEPT = "+", "−", ""
# A passage with fewer words in common is easier to read whole: the old one, then the new one.
TOO_DIFFERENT = 0.25


class Piece(NamedTuple):
    """A run of words: kept (""), inserted ("+") or deleted ("−")."""

    words: str
    sign: str


@lru_cache(maxsize=4096)
def word_changes(before: str, after: str, language: str = "") -> tuple[Piece, ...]:
    """The newer text in pieces, with what was deleted where it stood; CJK is compared sign by sign."""
    if before == after:
        return (Piece(after, KEPT),) if after else ()
    old, new = PART.findall(before), PART.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < TOO_DIFFERENT:
        return tuple(Piece(*piece) for piece in ((before, DELETED), (after, INSERTED)) if piece[0])
    pieces: list[Piece] = []
    for _act, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if gone == come:
            pieces.append(Piece(come, KEPT))
        else:
            pieces += [Piece(*piece) for piece in ((gone, DELETED), (come, INSERTED)) if piece[0]]
    return tuple(pieces)
