"""What is sealed never changes: the digest of a version, and the guard that keeps it true."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Mapper, object_session

from app.models.base import Base
from app.models.draft import ParagraphText, Translation, Version
from app.services.errors import InvalidError
from app.services.text import digest_of


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
    _refuse_if_sealed(connection, version, version.id)


@event.listens_for(Translation, "before_update")
@event.listens_for(Translation, "before_delete")
def _keep_translation(_mapper: Mapper[Any], connection: Connection, translation: Translation) -> None:
    _refuse_if_sealed(connection, translation, translation.version_id)


@event.listens_for(ParagraphText, "before_update")
@event.listens_for(ParagraphText, "before_delete")
def _keep_text(_mapper: Mapper[Any], connection: Connection, text: ParagraphText) -> None:
    version_of = select(Translation.version_id).where(Translation.id == text.translation_id)
    _refuse_if_sealed(connection, text, connection.scalar(version_of))


def _refuse_if_sealed(connection: Connection, record: Base, version_id: int | None) -> None:
    session = object_session(record)
    is_deleted = session is not None and record in session.deleted
    if session is None or not (is_deleted or session.is_modified(record, include_collections=False)):
        return
    # The row is asked, not the object: what the object says may be what somebody wants to write.
    if connection.scalar(select(Version.sealed_at).where(Version.id == version_id)) is not None:
        raise SealedError
