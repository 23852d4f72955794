"""A version of a draft as a file: what the file says, and what a format has to know to write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import or_, select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.draft import Draft, ParagraphText, Translation, Version
from app.models.kinds import ParagraphKind
from app.services.errors import NotFoundError
from app.services.files.importing import escape_markdown
from app.services.files.labelling import number_of_heading
from app.services.files.spans import Span, spans_of

UNSEEN = re.compile("[\u00ad\ufeff]")


@dataclass(frozen=True)
class WrittenParagraph:
    """What one paragraph says, with its key and its place in the structure."""

    key: str
    kind: str
    level: int
    label: str
    source: str
    html: str
    plain: str
    notes: tuple[str, ...] = ()

    @property
    def is_heading(self) -> bool:
        """Whether it only names what follows."""
        return self.kind == ParagraphKind.HEADING

    @property
    def shown_label(self) -> str | None:
        """The label that stands before its words; None where the words say it themselves ("Article 1")."""
        says_it = self.is_heading and number_of_heading(self.source) == (self.label, self.source)
        return None if says_it else self.label

    @property
    def spans(self) -> list[Span]:
        """Its words in runs that look the same."""
        return spans_of(self.html)

    @property
    def is_plain(self) -> bool:
        """Whether its source is its words alone, so that nobody reading them could write it otherwise."""
        return self.source == self.plain == escape_markdown(self.plain) and not UNSEEN.search(self.source)


@dataclass(frozen=True)
class WrittenDraft:
    """One text of one version, with all that a file says of it; `sealed_at` is None for a working version."""

    slug: str
    consultation: str
    body: str
    begun_on: date
    number: int
    sealed_at: datetime | None
    digest: str
    language: str
    is_original: bool
    title: str
    paragraphs: tuple[WrittenParagraph, ...]

    @property
    def unseen(self) -> list[str]:
        """The title, labels and notes with characters that importers take for layout, like soft hyphens."""
        texts = [self.title, *(text for one in self.paragraphs for text in (one.label, *one.notes))]
        return [text for text in dict.fromkeys(texts) if UNSEEN.search(text)]


class DraftWriter(Protocol):
    """Writes one format; the same draft gives the same bytes."""

    suffix: str
    media_type: str

    def write(self, draft: WrittenDraft) -> bytes:
        """The whole file."""


def written_draft(translation: Translation) -> WrittenDraft:
    """A translation of a version with all that a file says of it."""
    version = translation.version
    consultation = version.draft.consultation
    return WrittenDraft(
        slug=consultation.slug,
        consultation=_in_language(consultation.titles, translation.language),
        body=_in_language(consultation.bodies, translation.language),
        begun_on=consultation.created_at.date(),
        number=version.number,
        sealed_at=version.sealed_at,
        digest=version.digest or "",
        language=translation.language,
        is_original=translation.is_original,
        title=translation.title,
        paragraphs=tuple(map(_written, translation.texts)),
    )


def sealed_translation(consultation: Consultation, number: int, language: str) -> Translation:
    """The text of a sealed version in that language, else the original; raises NotFoundError."""
    found = db.session.scalar(
        select(Translation)
        .join(Translation.version)
        .join(Version.draft)
        .where(
            Draft.consultation_id == consultation.id,
            Version.number == number,
            Version.sealed_at.is_not(None),
            or_(Translation.language == language, Translation.is_original),
        )
        .order_by(Translation.is_original)
        .limit(1)
    )
    if found is None:
        raise NotFoundError(f"version {number}")
    return found


def writer_for(writers: Mapping[str, DraftWriter], suffix: str) -> DraftWriter:
    """The writer whose files end so (".docx"); raises NotFoundError."""
    for writer in writers.values():
        if writer.suffix == suffix:
            return writer
    raise NotFoundError(f"format {suffix}")


def file_name(draft: WrittenDraft, suffix: str) -> str:
    """A name that tells drafts, versions and languages apart: "innovation-2-en.docx"."""
    return f"{draft.slug}-{draft.number}-{draft.language}{suffix}"


def _written(text: ParagraphText) -> WrittenParagraph:
    return WrittenParagraph(
        key=text.paragraph.key,
        kind=text.kind,
        level=text.level,
        label=text.label,
        source=text.source,
        html=text.html,
        plain=text.plain,
        notes=tuple(text.notes),
    )


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
