"""Paragraphs that the text no longer has, and texts that somebody read before the newest was sealed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from app.models.base import db
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Standing, Translation, Version
from app.services.errors import NotFoundError
from app.services.public.reading import ReadDraft, Text
from app.services.public.tracing import Trace, traces_of


@dataclass(frozen=True)
class Former:
    """A paragraph that could be commented on in an earlier version, and what became of it since.

    Its comments are read at `place`; where that is None or a heading, nowhere but at its own address.
    """

    paragraph_id: int
    key: str
    trace: Trace
    place: Text | None

    @property
    def heir(self) -> Text | None:
        """The paragraph that comments on it go to now."""
        return None if self.place is None or self.place.is_heading else self.place

    @property
    def spot(self) -> int:
        """Where comments that have no paragraph to go to are counted."""
        return self.place.paragraph_id if self.place else self.paragraph_id


def former_paragraph(draft: ReadDraft, key: str) -> Former:
    """What was at that key before the newest version, which is the draft given; or NotFoundError."""
    found = db.session.execute(
        select(Version.number, ParagraphText.paragraph_id, Standing.place_id)
        .select_from(ParagraphText)
        .join(ParagraphText.paragraph)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .join(Version.draft)
        .outerjoin(Standing, Standing.paragraph_id == ParagraphText.paragraph_id)
        .where(
            Draft.consultation_id == draft.consultation_id,
            Version.sealed_at.is_not(None),
            Paragraph.key == key,
            or_(ParagraphText.kind != ParagraphKind.HEADING, _has_taken_in_others()),
        )
        .order_by(Version.number.desc())
        .limit(1)
    ).first()
    if found is None or any(text.key == key and not text.is_heading for text in draft.texts):
        raise NotFoundError(f"paragraph {key}")
    origin = (found.number, found.paragraph_id)
    traces = traces_of(draft.consultation_id, [origin], draft.language)
    place = next((text for text in draft.texts if text.paragraph_id == found.place_id), None)
    return Former(found.paragraph_id, key, traces[origin], place)


def _has_taken_in_others() -> ColumnElement[bool]:
    """Whether comments on other paragraphs are read at this text's, a heading though it is."""
    other = aliased(Standing)
    return exists().where(
        other.place_id == ParagraphText.paragraph_id, other.paragraph_id != ParagraphText.paragraph_id
    )


def says_the_same(paragraph_id: int, version_id: int, newer_id: int) -> bool:
    """Whether all that the paragraph said in that sealed version, in any language, it says in the newer."""
    rows = db.session.execute(
        select(
            Translation.version_id, Translation.language, ParagraphText.kind, ParagraphText.label,
            ParagraphText.html, ParagraphText.notes,
        )
        .join(ParagraphText.translation)
        .join(Translation.version)
        .where(
            ParagraphText.paragraph_id == paragraph_id,
            Version.id.in_([version_id, newer_id]),
            Version.sealed_at.is_not(None),
        )
    )  # fmt: skip
    said: dict[int, list[tuple[object, ...]]] = {version_id: [], newer_id: []}
    for number, *text in rows:
        said[number].append(tuple(text))
    return bool(said[version_id]) and all(text in said[newer_id] for text in said[version_id])


def trace_since(draft: ReadDraft, version_id: int, paragraph_id: int) -> Trace | None:
    """What became of the paragraph since that version, if it stood there."""
    number = db.session.scalar(
        select(Version.number)
        .join(Version.draft)
        .where(Version.id == version_id, Draft.consultation_id == draft.consultation_id)
    )
    if number is None:
        return None
    return traces_of(draft.consultation_id, [(number, paragraph_id)], draft.language).get(
        (number, paragraph_id)
    )
