"""Drafts: versions, translations, paragraphs that keep their key, and what became of each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base
from app.models.consultation import Consultation
from app.models.kinds import ParagraphKind as ParagraphKind


class Fate(StrEnum):
    """What became of a paragraph in the next version."""

    SAME = "same"
    REWORDED = "reworded"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    REMOVED = "removed"
    NEW = "new"


class Draft(Base):
    """The text under consultation."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), unique=True)
    last_key: Mapped[int] = mapped_column(default=0)
    consultation: Mapped[Consultation] = relationship()


class Version(Base):
    """One state of a draft: working while `sealed_at` is empty, unchangeable afterwards.

    `digest` is the SHA-256 of the translations' digests, in the order of their languages. `change_log` is
    what the editors say of the changes, by language.
    """

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    number: Mapped[int]
    sealed_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    change_log: Mapped[dict[str, str]] = mapped_column(default=dict)
    draft: Mapped[Draft] = relationship()
    translations: Mapped[list[Translation]] = relationship(
        back_populates="version", order_by="Translation.id"
    )


class Translation(Base):
    """The text of a version in one language; exactly one of a version is the original."""

    __tablename__ = "translation"
    __table_args__ = (UniqueConstraint("version_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    language: Mapped[str] = mapped_column(String(12))
    is_original: Mapped[bool]
    is_official: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str]
    version: Mapped[Version] = relationship(back_populates="translations")
    texts: Mapped[list[ParagraphText]] = relationship(
        back_populates="translation", order_by="ParagraphText.position", cascade="all, delete-orphan"
    )


class Paragraph(Base):
    """The smallest unit that can be commented on; its key is constant over versions and languages."""

    __tablename__ = "paragraph"
    __table_args__ = (UniqueConstraint("draft_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    key: Mapped[str] = mapped_column(String(20))
    draft: Mapped[Draft] = relationship()


class ParagraphText(Base):
    """What a paragraph says in one translation of one version, and where it stands there.

    A paragraph without a text in a translation is not translated yet. `original_digest` is the digest of the
    original's text that a translation was made from ("" when nobody said so): where the original has another
    digest now, the translation is older. `found_position` is where the file had it that it was imported from;
    `doubts` are what the import asks the editor to look at.
    """

    __tablename__ = "paragraph_text"
    __table_args__ = (
        UniqueConstraint("translation_id", "paragraph_id"),
        Index("ix_paragraph_text_order", "translation_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(ForeignKey("translation.id"))
    paragraph_id: Mapped[int] = mapped_column(ForeignKey("paragraph.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    level: Mapped[int]
    label: Mapped[str] = mapped_column(String(60))
    source: Mapped[str]
    html: Mapped[str]
    plain: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    notes: Mapped[list[str]] = mapped_column(default=list)
    original_digest: Mapped[str] = mapped_column(String(64), default="")
    found_position: Mapped[int | None]
    doubts: Mapped[list[str]] = mapped_column(default=list)
    paragraph: Mapped[Paragraph] = relationship(lazy="joined", innerjoin=True)
    translation: Mapped[Translation] = relationship(back_populates="texts")


class FoundText(Base):
    """A piece of the file that a translation was imported from, as it was found there."""

    __tablename__ = "found_text"
    __table_args__ = (UniqueConstraint("translation_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(ForeignKey("translation.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    level: Mapped[int]
    marker: Mapped[str] = mapped_column(String(60))
    html: Mapped[str]
    doubts: Mapped[list[str]] = mapped_column(default=list)


class ParagraphLink(Base):
    """That a paragraph of a version comes from one of the version before, with its fate.

    Without `after_id` the paragraph of the version before is removed; without `before_id` the one of this
    version is new. Two rows with one `before_id` are a split, two with one `after_id` a merger. `score` is
    how alike the texts are, from 0 to 1. A fate that nobody confirmed is a proposal.
    """

    __tablename__ = "paragraph_link"
    __table_args__ = (
        UniqueConstraint("version_id", "before_id", "after_id"),
        CheckConstraint("before_id IS NOT NULL OR after_id IS NOT NULL", name="links_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    before_id: Mapped[int | None] = mapped_column(ForeignKey("paragraph.id"), index=True)
    after_id: Mapped[int | None] = mapped_column(ForeignKey("paragraph.id"), index=True)
    fate: Mapped[str] = mapped_column(String(12))
    score: Mapped[float]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    version: Mapped[Version] = relationship()


class Standing(Base):
    """Where the comments on a paragraph are read in the newest sealed version.

    `place_id` is the paragraph itself while it stands, the one that it went into when it was merged, and
    empty when it was removed. Written whenever a version is sealed.
    """

    __tablename__ = "standing"

    paragraph_id: Mapped[int] = mapped_column(
        ForeignKey("paragraph.id", ondelete="CASCADE"), primary_key=True
    )
    place_id: Mapped[int | None] = mapped_column(ForeignKey("paragraph.id", ondelete="CASCADE"), index=True)


class DraftEdit(Base):
    """One act on a working version, with what it takes to undo it."""

    __tablename__ = "draft_edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    act: Mapped[str] = mapped_column(String(20))
    paragraph_key: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(12))
    before: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
