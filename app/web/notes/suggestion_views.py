"""Proposed wording as pages show it: what it changes, and who else proposes it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from babel.lists import format_list
from flask import get_template_attribute
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.i18n import direction_of
from app.services.comments.suggesting import Suggestion
from app.services.matching.differing import Piece
from app.services.public.tallying import Proposers
from app.web.counts import count_words
from app.web.locales import page_locale


class SuggestionView(NamedTuple):
    """Proposed wording, with what it changes, and who else proposes it."""

    changes: Markup
    language: str
    direction: str
    is_other: bool
    alike: str


def suggestion_view(suggestion: Suggestion, proposers: Proposers | None = None) -> SuggestionView:
    """The suggestion in words and marks; who else proposes it, where there is anybody."""
    return SuggestionView(
        changes=change_marks(suggestion.changes),
        language=suggestion.language,
        direction=direction_of(suggestion.language),
        is_other=suggestion.language != page_locale(),
        alike=_alike(proposers) if proposers and proposers.total > 1 else "",
    )


def change_marks(pieces: tuple[Piece, ...]) -> Markup:
    """Words with what came in and went out marked, as templates/components/changes.html writes them."""
    return _change_marks(pieces, page_locale())


def _alike(proposers: Proposers) -> str:
    if proposers.total == proposers.individuals:
        return str(
            ngettext(
                "%(num)s person proposes this wording.",
                "%(num)s people propose this wording.",
                proposers.total,
            )
        )
    who = count_words(
        proposers.individuals, proposers.organisations, proposers.groups, proposers.people_in_groups
    )
    return str(
        _("This wording is proposed by %(respondents)s.", respondents=format_list(who, locale=page_locale()))
    )


# A page says the same few words hundreds of times; the page's language is part of what is remembered.
@lru_cache(maxsize=2048)
def _change_marks(pieces: tuple[Piece, ...], _page_language: str) -> Markup:
    if not pieces:
        return Markup()
    written = get_template_attribute("components/changes.html", "changes")(pieces)
    return Markup(written)  # noqa: S704 - the template escapes
