"""Where in which version something on paper belongs, by the label or key that stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Translation, Version
from app.services.errors import InvalidError
from app.services.paper.documenting import day_in

AROUND_LABELS = " .()[]§¶"


@dataclass(frozen=True)
class Labelled:
    """A paragraph that can be commented on, as its version names it."""

    paragraph_id: int
    key: str
    label: str
    plain: str


@dataclass(frozen=True)
class SealedVersion:
    """A sealed version with its paragraphs, those of the original first."""

    id: int
    number: int
    sealed_at: datetime
    language: str
    paragraphs: list[Labelled]
    others: list[Labelled] = field(default_factory=list)
    translated: dict[str, list[Labelled]] = field(default_factory=dict)

    def paragraphs_in(self, language: str) -> list[Labelled]:
        """The paragraphs in that language where they are translated, else as the original has them."""
        theirs = {one.paragraph_id: one.plain for one in self.translated.get(language, ())}
        return [replace(one, plain=theirs.get(one.paragraph_id) or one.plain) for one in self.paragraphs]


def sealed_versions(consultation: Consultation) -> list[SealedVersion]:
    """All sealed versions of the consultation's draft, the newest first."""
    versions: dict[int, SealedVersion] = {}
    rows = db.session.execute(
        select(
            Version.id, Version.number, Version.sealed_at, Translation.language, Translation.is_original,
            ParagraphText.paragraph_id, Paragraph.key, ParagraphText.label, ParagraphText.plain,
        )
        .select_from(ParagraphText)
        .join(Paragraph, Paragraph.id == ParagraphText.paragraph_id)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .join(Version.draft)
        .where(
            Draft.consultation_id == consultation.id,
            Version.sealed_at.is_not(None),
            ParagraphText.kind != ParagraphKind.HEADING,
        )
        .order_by(
            Version.number.desc(), Translation.is_original.desc(), Translation.id, ParagraphText.position
        )
    )  # fmt: skip
    for version_id, number, sealed_at, language, is_original, paragraph_id, key, label, plain in rows:
        if sealed_at is not None:
            new = SealedVersion(version_id, number, sealed_at, language, paragraphs=[])
            version = versions.setdefault(version_id, new)
            found = Labelled(paragraph_id, key, label, plain)
            (version.paragraphs if is_original else version.others).append(found)
            version.translated.setdefault(language, []).append(found)
    return list(versions.values())


def version_about(
    versions: Sequence[SealedVersion], number: int | None, received_at: datetime, zone: str
) -> SealedVersion:
    """The version that a paper is about: the one it names, or the newest that was sealed by then.

    Raises InvalidError for `version`: there is none of that number, or it was not sealed by that day.
    """
    if number is None:
        return next((one for one in versions if one.sealed_at <= received_at), versions[-1])
    named = next((one for one in versions if one.number == number), None)
    if named is None:
        raise InvalidError({"version": "unknown"})
    if day_in(zone, named.sealed_at) > day_in(zone, received_at) and named is not versions[-1]:
        raise InvalidError({"version": "later"})
    return named


def paragraph_called(version: SealedVersion, written: str) -> Labelled | None:
    """The paragraph with that label, or else that key; None for the whole draft (nothing is written).

    Raises InvalidError for `place` when the version has no such paragraph, or several.
    """
    if not written.strip():
        return None
    asked = _bare(written) or written.strip()
    for paragraphs in (version.paragraphs, version.others):
        found = _named(paragraphs, written.strip(), asked)
        if len(found) > 1:
            raise InvalidError({"place": "several"})
        if found:
            return found[0]
    by_key = next((one for one in version.paragraphs if one.key.casefold() == asked), None)
    if by_key is None:
        raise InvalidError({"place": "unknown"})
    return by_key


def labels_of_number(version: SealedVersion, number: str) -> list[str]:
    """The labels that a spreadsheet may have made this number of: "1.1" and "1.10" alike."""
    value = float(number)
    return [one.label for one in version.paragraphs if _as_number(_bare(one.label)) == value]


def _named(paragraphs: Sequence[Labelled], written: str, asked: str) -> list[Labelled]:
    """Those with just that label, or else those whose label is the same but for brackets and full stops."""
    exactly = {one.paragraph_id: one for one in paragraphs if one.label == written}
    nearly = {one.paragraph_id: one for one in paragraphs if _bare(one.label) == asked}
    return list((exactly or nearly).values())


def _bare(label: str) -> str:
    return label.strip(AROUND_LABELS).casefold()


def _as_number(label: str) -> float | None:
    try:
        return float(label)
    except ValueError:
        return None
