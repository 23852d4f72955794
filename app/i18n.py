"""The languages of the pages: English, and one for each folder in translations/."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

TRANSLATIONS = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "en"
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})


@cache
def page_languages() -> tuple[str, ...]:
    """Codes of the languages that pages are in, English first."""
    found = sorted(path.name for path in TRANSLATIONS.iterdir() if catalogue_path(path.name).is_file())
    return (SOURCE_LANGUAGE, *(code for code in found if code != SOURCE_LANGUAGE))


def catalogue_path(language: str) -> Path:
    """Where the messages of a language are written."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


@cache
def translations_for(language: str) -> NullTranslations:
    """The messages of a language, read from its .po file: there is no compiled file to be forgotten."""
    path = catalogue_path(language)
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as written:
        catalogue = read_po(written, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


class CatalogueDomain(Domain):  # type: ignore[misc]  # flask-babel ships no types
    """Gives gettext the messages of the page's language."""

    def get_translations(self) -> NullTranslations:
        return translations_for(str(get_locale() or SOURCE_LANGUAGE))


def name_of_language(code: str, in_language: str | None = None) -> str:
    """The language's name, in itself unless another language is asked for; the code when unknown."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(in_language or code)
    except (ValueError, UnknownLocaleError):
        return code
    return name or code


def direction_of(code: str) -> str:
    """`rtl` for languages written from right to left, otherwise `ltr` (the values of HTML's dir)."""
    return "rtl" if code.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def best_text(texts: dict[str, str], language: str) -> tuple[str, str]:
    """The text in that language, else in English, else in the first there is; and its language."""
    for code in (language, SOURCE_LANGUAGE, *texts):
        if texts.get(code):
            return texts[code], code
    return "", language
