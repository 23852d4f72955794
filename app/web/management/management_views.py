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
from app.models.draft import ParagraphKind, ParagraphText, Translation, Version
from app.services.consultations.reporting import states_of
from app.services.drafts.aligning import original_of
from app.services.drafts.drafting import versions_of
from app.services.drafts.linking import open_fates
from app.services.mending.collating import doubts_about_whole
from app.web.dates import date_words, time_words, zone_words
from app.web.locales import page_locale
from app.web.presenting import Words, words_in
from app.wording import PARAGRAPH_KINDS


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
    """What a paragraph says in one language; nothing where it is not translated."""

    html: Markup
    language: str
    direction: str
    notes: list[str]
    is_missing: bool = False


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
    """A language of the version: what its text is, and what there is still to do about it."""

    id: int
    language: str
    name: str
    is_original: bool
    is_official: bool
    title: str
    direction: str
    texts: str
    missing: int
    older: int
    doubts: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing of it is missing, older or doubtful."""
        return not (self.missing or self.older or self.doubts)


@dataclass(frozen=True)
class VersionView:
    """A version with all its texts; `open_fates` are those that nobody has confirmed."""

    number: int
    is_sealed: bool
    sealed: str
    digest: str
    size: str
    open_fates: int
    has_changes: bool
    translations: list[TranslationView]
    rows: list[ParagraphRow]


@dataclass(frozen=True)
class VersionLine:
    """A version in the list of them all."""

    number: int
    state: str
    changes: Words | None


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
    original = translations[0].texts if translations else []
    said = [{text.paragraph_id: text for text in column.texts} for column in translations]
    rows = [
        ParagraphRow(
            key=text.paragraph.key,
            label=text.label,
            kind=text.kind,
            kind_words=str(PARAGRAPH_KINDS[ParagraphKind(text.kind)]),
            level=text.level,
            cells=[
                _cell(texts.get(text.paragraph_id), column.language)
                for texts, column in zip(said, translations, strict=True)
            ],
        )
        for text in original
    ]
    return VersionView(
        number=version.number,
        is_sealed=version.sealed_at is not None,
        sealed=instant_words(version.sealed_at, zone) if version.sealed_at else "",
        digest=version.digest or "",
        size=_size_words(rows),
        open_fates=open_fates(version) if version.sealed_at is None else 0,
        has_changes=bool(version.change_log),
        translations=[_translation_view(text, original) for text in translations],
        rows=rows,
    )


def version_lines(versions: list[Version], zone: str) -> list[VersionLine]:
    """All versions in a list, the last one first."""
    return [
        VersionLine(
            version.number,
            str(_("sealed on %(when)s", when=instant_words(version.sealed_at, zone)))
            if version.sealed_at
            else str(_("not sealed yet")),
            words_in(version.change_log) if version.change_log else None,
        )
        for version in versions
    ]


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


def _cell(text: ParagraphText | None, language: str) -> TextCell:
    direction = direction_of(language)
    if text is None:
        return TextCell(Markup(), language, direction, [], is_missing=True)
    return TextCell(Markup(text.html), language, direction, text.notes)  # noqa: S704 - sanitised on writing


def _translation_view(translation: Translation, original: list[ParagraphText]) -> TranslationView:
    digests = {text.paragraph_id: text.digest for text in original}
    texts = translation.texts
    older = [text for text in texts if text.original_digest not in {"", digests.get(text.paragraph_id)}]
    whole = len(doubts_about_whole(translation)) if translation.is_original else 0
    return TranslationView(
        id=translation.id,
        language=translation.language,
        name=name_of_language(translation.language, page_locale()),
        is_original=translation.is_original,
        is_official=translation.is_official,
        title=translation.title,
        direction=direction_of(translation.language),
        texts=str(ngettext("%(num)s text", "%(num)s texts", len(texts))),
        missing=len(digests.keys() - {text.paragraph_id for text in texts}),
        older=0 if translation.is_original else len(older),
        doubts=sum(len(text.doubts) for text in texts) + whole,
    )


def _size_words(rows: list[ParagraphRow]) -> str:
    headings = sum(row.kind == ParagraphKind.HEADING for row in rows)
    paragraphs = len(rows) - headings
    return ", ".join(
        [
            ngettext("%(num)s heading", "%(num)s headings", headings),
            ngettext("%(num)s paragraph or item", "%(num)s paragraphs and items", paragraphs),
        ]
    )
