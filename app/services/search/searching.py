"""The search index: what stands in it, and how it follows the database.

An index can be thrown away at any time. It only says where to look; what a reader is shown is read from the
database (services/search/finding.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from app.models.base import db
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Draft, ParagraphText, Translation, Version

BATCH = 500


class EntryKind(StrEnum):
    """What can be found."""

    PARAGRAPH = "paragraph"
    COMMENT = "comment"


@dataclass(frozen=True)
class Entry:
    """A paragraph text or published comment as the index knows it; its key is like `comment:7`."""

    key: str
    kind: str
    consultation_id: int
    language: str
    text: str


@dataclass(frozen=True)
class Question:
    """What somebody looks for; an empty filter lets everything through.

    Texts in the `reader_language` come before others that fit as well.
    """

    words: str
    consultation_id: int | None = None
    kind: str = ""
    language: str = ""
    reader_language: str = ""


@dataclass(frozen=True)
class Found:
    """Keys of hits, best first; `has_all_words` is False when no entry had them all and some were enough."""

    keys: list[str]
    has_all_words: bool = True


class IndexBusyError(Exception):
    """Somebody else has been writing to the index for too long; nothing was written: try again later."""


class SearchIndex(Protocol):
    """An index that can be thrown away and rebuilt from the database; any thread may use it."""

    def is_built(self) -> bool:
        """Whether there is an index that this version of Innspill can read."""

    def update(self, entries: Iterable[Entry], removed: Iterable[str]) -> None:
        """Adds or replaces entries and removes keys, in one commit; raises IndexBusyError."""

    def compact(self) -> None:
        """Nothing of what was removed stands in the index's files any more; raises IndexBusyError."""

    def rebuild(self, entries: Iterable[Entry]) -> int:
        """Replaces the whole index while searches go on; answers how many entries it holds."""

    def find(self, question: Question, *, limit: int) -> Found:
        """The best hits for the question; nothing for words that mean nothing, or without an index."""

    def languages(self) -> list[str]:
        """Codes of the languages that entries are in, in alphabetical order."""


def apply_changes(index: SearchIndex, comment_ids: Sequence[int], consultation_ids: Sequence[int]) -> None:
    """The index says of these comments, and of these consultations' drafts, what the database says now."""
    if not index.is_built():
        rebuild(index)
        return
    entries = {entry.key: entry for entry in _entries_of_comments(Comment.id.in_(comment_ids))}
    asked = {key_of(EntryKind.COMMENT, comment_id) for comment_id in comment_ids}
    for consultation_id in dict.fromkeys(consultation_ids):
        here = Consultation.id == consultation_id
        entries |= {entry.key: entry for entry in _entries_of_paragraphs(here)}
        asked |= {key_of(EntryKind.PARAGRAPH, text_id) for text_id in _paragraph_texts_ever(consultation_id)}
    _update_in_batches(index, list(entries.values()), sorted(asked - entries.keys()))


def rebuild(index: SearchIndex) -> int:
    """The index holds what the database holds, and nothing else; answers how many entries that is."""
    return index.rebuild(all_entries())


def all_entries() -> Iterator[Entry]:
    """Everything that can be found: the newest sealed text of listed drafts, and published comments."""
    yield from _by_batches(_paragraphs(), ParagraphText.id, EntryKind.PARAGRAPH)
    yield from _by_batches(_comments(), Comment.id, EntryKind.COMMENT)


def number_of_entries() -> int:
    """How many entries `all_entries` gives."""
    return sum(
        db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
        for rows in (_paragraphs(), _comments())
    )


def key_of(kind: EntryKind, number: int) -> str:
    """The key of an entry."""
    return f"{kind}:{number}"


def is_newest_sealed() -> ColumnElement[bool]:
    """The condition that a version is the one that the public reads."""
    other = aliased(Version)
    newest = select(func.max(other.number)).where(
        other.draft_id == Version.draft_id, other.sealed_at.is_not(None)
    )
    return Version.number == newest.correlate(Version).scalar_subquery()


def _paragraphs() -> Select[int, int, str, str]:
    return (
        select(ParagraphText.id, Draft.consultation_id, Translation.language, ParagraphText.plain)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .join(Version.draft)
        .join(Draft.consultation)
        .where(Consultation.is_listed, is_newest_sealed())
    )


def _comments() -> Select[int, int, str, str]:
    # Whether their consultation is listed is asked when they are shown, so that listing changes nothing here.
    return select(Comment.id, Comment.consultation_id, Comment.language, Comment.plain).where(
        Comment.state == State.PUBLISHED, Comment.has_words
    )


def _entries_of_paragraphs(condition: ColumnElement[bool]) -> list[Entry]:
    return [_entry(EntryKind.PARAGRAPH, row) for row in db.session.execute(_paragraphs().where(condition))]


def _entries_of_comments(condition: ColumnElement[bool]) -> list[Entry]:
    return [_entry(EntryKind.COMMENT, row) for row in db.session.execute(_comments().where(condition))]


def _entry(kind: EntryKind, row: Any) -> Entry:
    number, consultation_id, language, text = row
    return Entry(key_of(kind, number), kind, consultation_id, language, text)


def _paragraph_texts_ever(consultation_id: int) -> Iterable[int]:
    return db.session.scalars(
        select(ParagraphText.id)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .join(Version.draft)
        .where(Draft.consultation_id == consultation_id)
    )


def _by_batches(rows: Select[int, int, str, str], number: Any, kind: EntryKind) -> Iterator[Entry]:
    last = 0
    while True:
        batch = db.session.execute(rows.where(number > last).order_by(number).limit(BATCH)).all()
        # A long reading would hold old states of a busy database: each batch is one of its own.
        db.session.rollback()
        yield from (_entry(kind, row) for row in batch)
        if len(batch) < BATCH:
            return
        last = batch[-1][0]


def _update_in_batches(index: SearchIndex, entries: list[Entry], removed: list[str]) -> None:
    size = max(len(entries), len(removed))
    for first in range(0, size, BATCH):
        index.update(entries[first : first + BATCH], removed[first : first + BATCH])
