"""Rows turned into what pages show, in the words, dates and names of the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from babel import Locale
from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import best_text, direction_of, name_of_language
from app.models.comment import Capacity
from app.models.consultation import Consultation
from app.services.public.reading import ReadDraft, Text
from app.web.locales import page_locale
from app.web.openings import ClosingView, closing_view
from app.wording import KINDS_BESIDE_A_NAME


@dataclass(frozen=True)
class Words:
    """Words and the language they are in."""

    text: str
    language: str

    @property
    def is_other(self) -> bool:
        """Whether they are in another language than the page."""
        return self.language != page_locale()

    @property
    def direction(self) -> str:
        """The value of HTML's dir."""
        return direction_of(self.language)


@dataclass(frozen=True)
class EntryView:
    """A consultation in the list of consultations."""

    slug: str
    title: Words
    body: Words
    summary: Words
    closing: ClosingView
    has_outcome: bool


def words_in(texts: dict[str, str]) -> Words:
    """The text in the page's language, or else in the best there is."""
    return Words(*best_text(texts, page_locale()))


def name_of(capacity: str, name: str, organisation: str, *, is_erased: bool = False) -> str:
    """Who speaks: the organisation or group when the respondent speaks for one, otherwise the person."""
    speaks_for = organisation if capacity != Capacity.INDIVIDUAL else ""
    nobody = _("Name erased") if is_erased else _("Somebody who gave no name")
    return speaks_for or name or str(nobody)


def capacity_words(capacity: str, group_size: int | None, organisation_kind: str = "") -> str:
    """“organisation”, “trade union” or “group of 12 people”; nothing for an individual."""
    if capacity == Capacity.ORGANISATION:
        words = KINDS_BESIDE_A_NAME.get(organisation_kind)
        return str(words or _("organisation"))
    if capacity == Capacity.GROUP and group_size:
        return str(ngettext("group of %(num)s person", "group of %(num)s people", group_size))
    return str(_("group")) if capacity == Capacity.GROUP else ""


def place_words(text: Text | None) -> str:
    """“Paragraph 3”, or “The whole draft” where there is none."""
    return str(_("Paragraph %(label)s", label=text.label)) if text else str(_("The whole draft"))


def country_name(code: str) -> str:
    """The country's name in the page's language; the code when it has none."""
    return _country_name(code, page_locale())


def in_language(code: str) -> str:
    """“In Latvian”, for a text in another language than the page."""
    return _in_language(code, page_locale())


def entry_view(consultation: Consultation, at: datetime, *, has_outcome: bool) -> EntryView:
    """The consultation as the list shows it at that instant."""
    return EntryView(
        slug=consultation.slug,
        title=words_in(consultation.titles),
        body=words_in(consultation.bodies),
        summary=words_in(consultation.summaries),
        closing=closing_view(consultation, at),
        has_outcome=has_outcome,
    )


def contents_of(draft: ReadDraft) -> list[Text]:
    """The headings that a contents list names: the two highest levels that the draft has."""
    headings = [text for text in draft.texts if text.is_heading]
    levels = sorted({heading.level for heading in headings})[:2]
    return [heading for heading in headings if heading.level in levels]


# A page says the same few words hundreds of times; the page's language is part of what is remembered.


@lru_cache(maxsize=2048)
def _country_name(code: str, page_language: str) -> str:
    return str(Locale.parse(page_language).territories.get(code, code))


@lru_cache(maxsize=512)
def _in_language(code: str, page_language: str) -> str:
    return str(_("In %(language)s", language=name_of_language(code, page_language)))
