"""Consultations and drafts as editors see them, in the words of the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.i18n import direction_of, name_of_language
from app.models.comment import State
from app.models.consultation import Consultation
from app.models.draft import ParagraphKind, Version
from app.services.aligning import original_of
from app.services.drafting import versions_of
from app.services.reporting import states_of
from app.web.dates import date_words, time_words, zone_words
from app.web.locales import page_locale
from app.web.presenting import Words, words_in


@dataclass(frozen=True)
class ConsultationView:
    """One line of the list: where the consultation stands and what has come in."""

    slug: str
    title: Words
    state: str
    is_listed: bool
    opens: str
    closes: str
    received: int
    waiting: int
    draft: str


@dataclass(frozen=True)
class TextCell:
    """What a paragraph says in one language."""

    html: Markup
    language: str
    direction: str
    notes: list[str]


@dataclass(frozen=True)
class ParagraphRow:
    """One paragraph with its texts side by side."""

    key: str
    label: str
    kind: str
    kind_words: str
    level: int
    cells: list[TextCell]


@dataclass(frozen=True)
class TranslationView:
    """A column of the split: a language, and what the text is there."""

    id: int
    language: str
    name: str
    is_original: bool
    title: str
    direction: str


@dataclass(frozen=True)
class VersionView:
    """A version with all its texts."""

    number: int
    is_sealed: bool
    sealed: str
    digest: str
    size: str
    translations: list[TranslationView]
    rows: list[ParagraphRow]


def consultation_view(consultation: Consultation, at: datetime) -> ConsultationView:
    """The consultation as the list shows it at that instant."""
    states = states_of(consultation)
    return ConsultationView(
        slug=consultation.slug,
        title=words_in(consultation.titles),
        state=_state_words(consultation, at),
        is_listed=consultation.is_listed,
        opens=instant_words(consultation.opens_at, consultation.zone),
        closes=instant_words(consultation.closes_at, consultation.zone),
        received=sum(states.values()),
        waiting=states[State.WAITING],
        draft=_draft_words(versions_of(consultation)),
    )


def version_view(version: Version, zone: str) -> VersionView:
    """The version with its texts side by side, the original first."""
    translations = sorted(version.translations, key=lambda text: (not text.is_original, text.language))
    rows = [
        ParagraphRow(
            key=texts[0].paragraph.key,
            label=texts[0].label,
            kind=texts[0].kind,
            kind_words=_kind_words(texts[0].kind),
            level=texts[0].level,
            cells=[
                TextCell(Markup(text.html), column.language, direction_of(column.language), text.notes)  # noqa: S704 - sanitised on writing
                for text, column in zip(texts, translations, strict=True)
            ],
        )
        for texts in zip(*(translation.texts for translation in translations), strict=True)
    ]
    return VersionView(
        number=version.number,
        is_sealed=version.sealed_at is not None,
        sealed=instant_words(version.sealed_at, zone) if version.sealed_at else "",
        digest=version.digest or "",
        size=_size_words(rows),
        translations=[
            TranslationView(
                text.id,
                text.language,
                name_of_language(text.language, page_locale()),
                text.is_original,
                text.title,
                direction_of(text.language),
            )
            for text in translations
        ],
        rows=rows,
    )


def instant_words(instant: datetime, zone: str) -> str:
    """“22 February 2030, 23:59 Paris time”."""
    return f"{date_words(instant, zone)}, {time_words(instant, zone)} {zone_words(zone)}"


def original_language(consultation: Consultation) -> str:
    """The language of the newest original, or of the first title before there is one."""
    originals = (original_of(version) for version in versions_of(consultation))
    return next((text.language for text in originals if text), next(iter(consultation.titles)))


def _state_words(consultation: Consultation, at: datetime) -> str:
    if at < consultation.opens_at:
        return str(_("Coming"))
    return str(_("Open") if consultation.is_open(at) else _("Closed"))


def _draft_words(versions: list[Version]) -> str:
    if not versions:
        return str(_("No draft yet"))
    number = versions[0].number
    is_sealed = versions[0].sealed_at is not None
    return str(
        _("Version %(number)s, sealed", number=number)
        if is_sealed
        else _("Version %(number)s, not sealed yet", number=number)
    )


def _kind_words(kind: str) -> str:
    words = {
        ParagraphKind.HEADING: _("Heading"),
        ParagraphKind.PARAGRAPH: _("Paragraph"),
        ParagraphKind.ITEM: _("Item"),
    }
    return str(words[ParagraphKind(kind)])


def _size_words(rows: list[ParagraphRow]) -> str:
    headings = sum(row.kind == ParagraphKind.HEADING for row in rows)
    paragraphs = len(rows) - headings
    return ", ".join(
        [
            ngettext("%(num)s heading", "%(num)s headings", headings),
            ngettext("%(num)s paragraph or item", "%(num)s paragraphs and items", paragraphs),
        ]
    )
