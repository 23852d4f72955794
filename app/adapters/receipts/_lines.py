"""Dividing a text into lines, in a time that grows as the text does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

WORD_OR_GAP = re.compile(r" +|[^ ]+")


def lines_of(text: str, widths: Mapping[str, float], room: float) -> list[str]:
    """The lines, none wider than the room; a word that no line has room for is cut."""
    return [line for paragraph in text.split("\n") for line in _filled(paragraph, widths, room)]


def _filled(paragraph: str, widths: Mapping[str, float], room: float) -> Iterator[str]:
    line, used = "", 0.0
    for piece in WORD_OR_GAP.findall(paragraph):
        wide = sum(widths[sign] for sign in piece)
        if used + wide <= room:
            line, used = line + piece, used + wide
            continue
        if line.strip():
            yield line.rstrip()
            line, used = "", 0.0
        if piece.startswith(" "):
            continue
        *full, line = _cut(piece, widths, room)
        yield from full
        used = sum(widths[sign] for sign in line)
    yield line.rstrip()


def _cut(word: str, widths: Mapping[str, float], room: float) -> list[str]:
    parts, start, used = [], 0, 0.0
    for place, sign in enumerate(word):
        if used + widths[sign] > room and place > start:
            parts.append(word[start:place])
            start, used = place, 0.0
        used += widths[sign]
    return [*parts, word[start:]]
