"""Countries, by their names in the page's language."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.web.locales import page_locale

ISO_COUNTRY_LENGTH = 2
NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def countries() -> list[SelectChoice]:
    """Countries (ISO 3166-1 alpha-2) by their names in the page's language, in its alphabetical order."""
    names = Locale.parse(page_locale(), sep="-").territories
    named = [(code, names[code]) for code in country_codes() if code in names]
    return [SelectChoice(code, name) for code, name in sorted(named, key=lambda pair: sort_key(pair[1]))]


@cache
def country_codes() -> frozenset[str]:
    """The codes of all countries (ISO 3166-1 alpha-2)."""
    return frozenset(
        code
        for code in map(str, Locale("en").territories)
        if len(code) == ISO_COUNTRY_LENGTH and code.isalpha() and code not in NOT_COUNTRIES
    )


def sort_key(name: str) -> str:
    """A name without accents, in small letters: near enough to alphabetical order in our languages."""
    return unicodedata.normalize("NFKD", name.casefold())
