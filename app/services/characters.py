"""Characters: the one form in which texts are kept, counted and digested."""

from __future__ import annotations

import hashlib
import unicodedata

import regex

# Besides what commands: overrides of direction, and what Unicode says is no character (XML refuses it).
CONTROL = regex.compile(r"[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069\uFDD0-\uFDEF\uFFFE\uFFFF]")
GRAPHEME = regex.compile(r"\X")
# No script stacks more; sorting a long run of them (NFC) would take time that grows with its square.
STACKED_MARKS = regex.compile(r"(\p{M}{10})\p{M}+")


def normalise(text: str) -> str:
    """The text in Unicode NFC with line feeds only, without control and direction-override characters.

    Of more than ten combining marks on one letter the first ten stay.
    """
    joined = STACKED_MARKS.sub(r"\1", text.replace("\r\n", "\n").replace("\r", "\n"))
    return CONTROL.sub("", unicodedata.normalize("NFC", joined)).strip()


def one_line(text: str) -> str:
    """The text, normalised, with every run of white space as one space."""
    return " ".join(normalise(text).split())


def count_characters(text: str) -> int:
    """How many characters a person sees: extended grapheme clusters (Unicode UAX #29)."""
    return sum(1 for _ in GRAPHEME.finditer(text))


def digest_of(text: str) -> str:
    """SHA-256, in hexadecimal, of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
