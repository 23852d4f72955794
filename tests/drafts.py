"""Drafts in short: versions of plain paragraphs, imported, confirmed and sealed."""

from __future__ import annotations

from datetime import datetime

from app.models.consultation import Consultation
from app.models.draft import Fate, ParagraphText, Translation, Version
from app.services.drafts.aligning import original_of
from app.services.drafts.confirming import confirm_fates
from app.services.drafts.drafting import import_translation, seal_version, versions_of
from app.services.drafts.linking import links_between
from app.services.files.importing import FoundBlock, FoundDraft


def found(*texts: str, title: str = "A declaration") -> FoundDraft:
    """A file with these paragraphs; one that begins with "#" is a heading."""
    return FoundDraft(title, [_block(text) for text in texts])


def put(consultation: Consultation, *texts: str, at: datetime, language: str = "en") -> Version:
    """The working version's original says this."""
    translation = import_translation(consultation, language, found(*texts), is_original=True, by=None, at=at)
    return translation.version


def translate(version: Version, language: str, *texts: str, at: datetime) -> Translation:
    """The working version says this in that language."""
    consultation = version.draft.consultation
    return import_translation(consultation, language, found(*texts), is_original=False, by=None, at=at)


def publish(consultation: Consultation, *texts: str, at: datetime) -> Version:
    """The next version says this; what is proposed is confirmed, and it is sealed."""
    version = put(consultation, *texts, at=at)
    confirm_fates(version, by=None, at=at)
    return seal_version(version.draft, by=None, at=at)


def text_saying(version: Version, words: str) -> ParagraphText:
    """The original's text with these words in it."""
    original = original_of(version)
    assert original is not None
    return next(text for text in original.texts if words in text.plain)


def fates(version: Version) -> list[tuple[str | None, str, str | None]]:
    """For each link the first words before, the fate, and the first words now, in the order of the text."""
    before, after = (
        {text.paragraph_id: (text.position, text.plain.split()[0]) for text in _texts(one)}
        for one in (_previous(version), version)
    )
    rows = [
        (before.get(link.before_id or 0), link.fate, after.get(link.after_id or 0))
        for link in links_between(version)
    ]
    rows.sort(key=lambda row: (row[2] or (99, ""), row[0] or (99, "")))
    return [(old[1] if old else None, Fate(fate).value, new[1] if new else None) for old, fate, new in rows]


def _texts(version: Version | None) -> list[ParagraphText]:
    original = original_of(version) if version else None
    return original.texts if original else []


def _previous(version: Version) -> Version | None:
    versions = versions_of(version.draft.consultation)
    return next((one for one in versions if one.number == version.number - 1), None)


def _block(text: str) -> FoundBlock:
    return (
        FoundBlock("heading", 1, "", text[2:])
        if text.startswith("# ")
        else FoundBlock("paragraph", 0, "", text)
    )
