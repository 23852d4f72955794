"""The language that a draft is read in, where that is another than the page's: it stays with the reader."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, has_request_context, request

from app.web.locales import page_locale

pages = Blueprint("text_language", __name__)

KEEPING = frozenset(
    {"consultations.draft", "consultations.version", "comments.paragraph", "comments.whole_draft"}
)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


def text_language() -> str:
    """The language asked for by `text`, or else the page's."""
    return _asked() or page_locale()


@pages.app_url_defaults
def _stay(endpoint: str, values: dict[str, Any]) -> None:
    """A link from one reading page to another keeps the language of the text."""
    if endpoint in KEEPING and "text" not in values and has_request_context():
        asked = _asked()
        if asked and asked != page_locale():
            values["text"] = asked


def _asked() -> str:
    asked = request.args.get("text", "")
    return asked if LANGUAGE.fullmatch(asked) else ""
