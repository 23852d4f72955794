"""The language of a page, which is the first part of its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, current_app, g, has_request_context, request, url_for

from app.i18n import SOURCE_LANGUAGE, direction_of, name_of_language, page_languages


@dataclass(frozen=True)
class LanguageLink:
    """A language that the present page can be read in."""

    code: str
    name: str
    href: str
    is_current: bool


def install(app: Flask) -> None:
    """Addresses begin with a language from now on, and templates know it."""
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    app.context_processor(_template_words)


def page_locale() -> str:
    """The language of the page being made; English where there is none."""
    return str(g.get("lang", SOURCE_LANGUAGE)) if has_request_context() else SOURCE_LANGUAGE


def best_language() -> str:
    """The page language that the browser likes best."""
    return request.accept_languages.best_match(page_languages(), SOURCE_LANGUAGE) or SOURCE_LANGUAGE


def language_links() -> list[LanguageLink]:
    """The present page in every page language."""
    return [
        LanguageLink(code, name_of_language(code), _same_page_in(code), code == page_locale())
        for code in page_languages()
    ]


def _same_page_in(code: str) -> str:
    if request.endpoint is None or "lang" not in (request.url_rule.arguments if request.url_rule else ()):
        return url_for("consultations.index", lang=code)
    # What was asked for is added below, whatever links keep by themselves.
    values = {**(request.view_args or {}), "lang": code, "text": None}
    asked = urlencode(list(request.args.items(multi=True)))
    return url_for(request.endpoint, **values) + (f"?{asked}" if asked else "")


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is None or "lang" not in values:
        g.lang = _language_of_path()
        return
    g.lang = values.pop("lang")
    if g.lang not in page_languages():
        g.lang = best_language()
        abort(404)


def _language_of_path() -> str:
    # An address that does not exist is answered in the language that it begins with.
    beginning = request.path.split("/")[1]
    return beginning if beginning in page_languages() else best_language()


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and "lang" in g and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = g.lang


def _template_words() -> dict[str, Any]:
    lang = page_locale()
    return {"lang": lang, "direction": direction_of(lang), "languages": language_links}
