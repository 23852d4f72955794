"""The part of a text that answers a question, with the words found marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.services.search.words import Word, words_in

EXCERPT_LENGTH = 320
BEGINNING = 80
LEAD = 60
MOST_NEAR = 40
ELLIPSIS = "…"
PUNCTUATION = " ,;:.!?…–—-"


@dataclass(frozen=True)
class Piece:
    """Some characters of an excerpt as they were written, marked or not; whoever shows them escapes them."""

    text: str
    is_marked: bool


def excerpt_of(text: str, language: str, marked: frozenset[str]) -> list[Piece]:
    """The stretch of the text that has most of the words looked for; all of a short text."""
    words = list(words_in(text, language))
    found = [word for word in words if not marked.isdisjoint(word.stems)]
    start, end = _stretch(text, words, _richest(found, marked))
    inside = [word for word in found if start <= word.start and word.end <= end]
    return [
        *([Piece(ELLIPSIS, False)] if start else []),
        *_pieces(text, start, end, inside),
        *([Piece(ELLIPSIS, False)] if end < len(text) else []),
    ]


def first_words(text: str, most: int = BEGINNING) -> str:
    """How the text begins, cut after a word where it has any, with no further points before the ellipsis."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[:most]
    whole, space, _part = cut.rpartition(" ")
    return f"{(whole if space else cut).rstrip(PUNCTUATION)}{ELLIPSIS}"


def _richest(found: list[Word], marked: frozenset[str]) -> int:
    """Where the found words begin that have the most different ones close together."""

    def different(first: int) -> int:
        near = found[first : first + MOST_NEAR]
        end = near[0].start + EXCERPT_LENGTH - LEAD
        return len({stem for word in near if word.end <= end for stem in word.stems} & marked)

    return found[max(range(len(found)), key=different)].start if found else 0


def _stretch(text: str, words: list[Word], around: int) -> tuple[int, int]:
    if len(text) <= EXCERPT_LENGTH:
        return 0, len(text)
    start = max(0, min(around - LEAD, len(text) - EXCERPT_LENGTH))
    end = start + EXCERPT_LENGTH
    inside = [word for word in words if start <= word.start and word.end <= end]
    if inside and start > 0:
        start = inside[0].start
    if inside and end < len(text):
        end = inside[-1].end
    return start, end


def _pieces(text: str, start: int, end: int, found: list[Word]) -> Iterator[Piece]:
    for word in found:
        if start < word.start:
            yield Piece(text[start : word.start], False)
        yield Piece(text[word.start : word.end], True)
        start = word.end
    if start < end:
        yield Piece(text[start:end], False)
