"""Drafts: versions, translations, and paragraphs that keep their key."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base
from app.models.consultation import Consultation


class ParagraphKind(StrEnum):
    """What a paragraph is in the structure of its draft."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


class Draft(Base):
    """The text under consultation."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), unique=True)
    last_key: Mapped[int] = mapped_column(default=0)
    consultation: Mapped[Consultation] = relationship()


class Version(Base):
    """One state of a draft: working while `sealed_at` is empty, unchangeable afterwards.

    `digest` is the SHA-256 of the translations' digests, in the order of their languages.
    """

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    number: Mapped[int]
    sealed_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64))
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
    """What a paragraph says in one translation of one version, and where it stands there."""

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
    paragraph: Mapped[Paragraph] = relationship(lazy="joined", innerjoin=True)
    translation: Mapped[Translation] = relationship(back_populates="texts")
