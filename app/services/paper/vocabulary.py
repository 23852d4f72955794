"""The code words that a paper's particulars may have, where no form has offered them."""

from __future__ import annotations

from functools import cache

from babel import Locale

from app.models.comment import Capacity, Kind, Meeting, OrganisationKind
from app.services.comments.checking import Words

MOST_IMPORTANT = 5
LONGEST_LANGUAGE = 12
NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
VOCABULARY: dict[str, frozenset[str]] = {
    "capacity": frozenset(Capacity),
    "organisation_kind": frozenset(OrganisationKind),
    "meeting": frozenset(Meeting),
    "kind": frozenset(Kind),
}


def problems_of_codes(words: Words) -> dict[str, str]:
    """Which of the particulars hold a word that is none of the site's."""
    problems = {
        name: "unknown"
        for name, known in VOCABULARY.items()
        if getattr(words, name) and getattr(words, name) not in known
    }
    if words.country and words.country not in known_countries():
        problems["country"] = "unknown"
    if not is_language(words.language):
        problems["language"] = "unknown"
    if words.importance is not None and not 1 <= words.importance <= MOST_IMPORTANT:
        problems["importance"] = "out_of_range"
    return problems


@cache
def known_countries() -> frozenset[str]:
    """The codes of countries (ISO 3166-1 alpha-2)."""
    codes = {str(code) for code in Locale("en").territories}
    return frozenset(code for code in codes - NOT_COUNTRIES if len(code) == 2 and code.isalpha())


def is_language(code: str) -> bool:
    """Whether a text can be said to be in this language, by its code like “en” or “pt-BR”."""
    return _languages_has(code.partition("-")[0].lower()) and len(code) <= LONGEST_LANGUAGE


@cache
def _languages_has(language: str) -> bool:
    return language in Locale("en").languages
