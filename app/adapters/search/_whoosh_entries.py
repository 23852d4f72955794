"""Entries as Whoosh keeps them: every word of a text at its place, with all its stems."""

from __future__ import annotations

from functools import lru_cache

from app.services.search.searching import Entry
from app.services.search.words import analysed_language, words_in


def document_of(entry: Entry) -> dict[str, str]:
    """The fields that an entry has in the index."""
    return {
        "key": entry.key,
        "kind": entry.kind,
        "consultation": str(entry.consultation_id),
        "language": entry.language,
        "words": _slots(entry.text, entry.language),
    }


def _slots(text: str, language: str) -> str:
    name = analysed_language(language)
    return " ".join(_slot(name, word.stems) for word in words_in(text, language))


@lru_cache(maxsize=2**16)
def _slot(language: str, stems: tuple[str, ...]) -> str:
    return "|".join(f"{language}:{stem}" for stem in stems)
