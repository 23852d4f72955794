"""What is sealed never changes: the digest of a version, and the guard that keeps it true."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, event, select
from sqlalchemy.orm import Mapper, object_session

from app.models.base import Base
from app.models.draft import ParagraphText, Translation, Version
from app.services.errors import InvalidError
from app.services.text import digest_of

SEALED_AT = select(Version.sealed_at)


class SealedError(InvalidError):
    """The version is sealed: its texts and translations stay as they are, and none is added."""

    def __init__(self) -> None:
        super().__init__({"version": "sealed"})


def require_working(version: Version) -> None:
    """Raises SealedError unless the version may still be changed."""
    if version.sealed_at is not None:
        raise SealedError


def digest_of_text(text: ParagraphText, key: str) -> str:
    """SHA-256 over all that a reader sees of a paragraph, and its key."""
    facts = [key, text.kind, text.level, text.label, text.source, text.notes]
    return digest_of(json.dumps(facts, ensure_ascii=False, separators=(",", ":")))


def digest_of_translation(translation: Translation) -> str:
    """SHA-256 over the title and the paragraphs' digests, in the order of the text."""
    return digest_of("\n".join([translation.title, *(text.digest for text in translation.texts)]))


def digest_of_version(version: Version) -> str:
    """SHA-256 over the translations' digests, in the order of their languages."""
    in_order = sorted(version.translations, key=lambda translation: translation.language)
    return digest_of("\n".join(digest_of_translation(translation) for translation in in_order))


@event.listens_for(Version, "before_update")
@event.listens_for(Version, "before_delete")
def _keep_version(_mapper: Mapper[Any], connection: Connection, version: Version) -> None:
    _refuse_if_sealed(connection, version, SEALED_AT.where(Version.id == version.id))


@event.listens_for(Translation, "before_update")
@event.listens_for(Translation, "before_delete")
def _keep_translation(_mapper: Mapper[Any], connection: Connection, translation: Translation) -> None:
    sealed_at = SEALED_AT.join(Version.translations).where(Translation.id == translation.id)
    _refuse_if_sealed(connection, translation, sealed_at)


@event.listens_for(ParagraphText, "before_update")
@event.listens_for(ParagraphText, "before_delete")
def _keep_text(_mapper: Mapper[Any], connection: Connection, text: ParagraphText) -> None:
    sealed_at = (
        SEALED_AT.join(Version.translations).join(Translation.texts).where(ParagraphText.id == text.id)
    )
    _refuse_if_sealed(connection, text, sealed_at)


def _refuse_if_sealed(connection: Connection, record: Base, sealed_at: Select[datetime | None]) -> None:
    # The rows are asked, not the objects: what an object says may be what somebody wants to write.
    session = object_session(record)
    is_deleted = session is not None and record in session.deleted
    is_changed = session is not None and session.is_modified(record, include_collections=False)
    if (is_deleted or is_changed) and connection.scalar(sealed_at) is not None:
        raise SealedError
