"""Where a comment that is not sent yet stands: a place of the consultation’s own draft, or all of it."""

from __future__ import annotations

from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Translation, Version
from app.services.comments.admitting import Spot
from app.services.comments.commenting import sealed_version_of
from app.services.errors import NotFoundError


def require_commentable(spot: Spot) -> None:
    """Raises NotFoundError unless the paragraph can be commented on, or could before it went."""
    if spot.paragraph_id is None:
        return
    found = db.session.scalar(
        select(ParagraphText.id)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .where(
            ParagraphText.paragraph_id == spot.paragraph_id,
            ParagraphText.kind != ParagraphKind.HEADING,
            Version.sealed_at.is_not(None),
        )
        .limit(1)
    )
    if found is None:
        raise NotFoundError(f"paragraph {spot.paragraph_id}")


def place_of(consultation: Consultation, spot: Spot) -> tuple[int | None, int | None, int]:
    """Paragraph, comment replied to and version, as far as they are this consultation's."""
    paragraph = _of_draft(consultation, Paragraph, spot.paragraph_id)
    read = _of_draft(consultation, Version, spot.read_version)
    parent = db.session.get(Comment, spot.parent_id) if spot.parent_id else None
    if parent is not None and parent.consultation_id != consultation.id:
        parent = None
    is_sealed = isinstance(read, Version) and read.sealed_at is not None
    version_id = read.id if read and is_sealed else sealed_version_of(consultation).id
    return paragraph.id if paragraph else None, parent.id if parent else None, version_id


def _of_draft(
    consultation: Consultation, record: type[Paragraph] | type[Version], number: int | None
) -> Paragraph | Version | None:
    if not number:
        return None
    found = db.session.scalar(
        select(record)
        .join(Draft, Draft.id == record.draft_id)
        .where(record.id == number, Draft.consultation_id == consultation.id)
    )
    return found if isinstance(found, Paragraph | Version) else None
