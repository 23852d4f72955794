"""What respondents have written and not sent yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base
from app.models.comment import Comment, Submission
from app.models.consultation import Consultation
from app.models.draft import Paragraph, Version
from app.models.people import Person


class Sitting(Base):
    """A submission before it is sent: comments collected as one goes, and what is known of the respondent.

    It is reached with its keys only. `particulars` are the fields of the form as they were filled in. The
    code that colleagues join with is derived from `codes`, how many it has had, and kept as a digest. Once
    sent it holds no comments any more and names the submission, until it is purged.
    """

    __tablename__ = "sitting"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    language: Mapped[str] = mapped_column(String(12))
    particulars: Mapped[dict[str, str]] = mapped_column(default=dict)
    code_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    codes: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    consultation: Mapped[Consultation] = relationship()
    submission: Mapped[Submission | None] = relationship()
    keys: Mapped[list[SittingKey]] = relationship(
        back_populates="sitting", order_by="SittingKey.id", cascade="all, delete-orphan"
    )
    comments: Mapped[list[UnsentComment]] = relationship(
        back_populates="sitting", order_by="UnsentComment.id", cascade="all, delete-orphan"
    )


class SittingKey(Base):
    """One browser, or one signed-in person, that a sitting belongs to; colleagues say their name.

    `reference_digest` is the SHA-256 of what the browser's cookie holds. Whoever left a colleague's sitting
    has neither that nor a person: the key is there for the name beside their comments alone.
    """

    __tablename__ = "sitting_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    reference_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    contributor: Mapped[str] = mapped_column(String(200), default="")
    is_owner: Mapped[bool] = mapped_column(default=True)
    joined_at: Mapped[datetime]
    sitting: Mapped[Sitting] = relationship(back_populates="keys")
    person: Mapped[Person | None] = relationship()

    @property
    def opens(self) -> bool:
        """Whether anybody reaches the sitting with it."""
        return self.reference_digest is not None or self.person_id is not None


class UnsentComment(Base):
    """A comment as far as it is written, on the text that stood beside it: kept exactly as it was typed.

    `form_digest` is that of the copy of the form that wrote it last: the same copy writes it again.
    `is_added`: it is part of the submission, as somebody said; its words change only when they say so again.
    `replaces_id`: it holds changes to an added comment that nobody has saved yet, and is never sent itself.
    """

    __tablename__ = "unsent_comment"
    __table_args__ = (Index("ix_unsent_comment_at", "sitting_id", "paragraph_id", "parent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    key_id: Mapped[int | None] = mapped_column(ForeignKey("sitting_key.id"))
    paragraph_id: Mapped[int | None] = mapped_column(ForeignKey("paragraph.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    language: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(20), default="")
    importance: Mapped[str] = mapped_column(String(2), default="")
    body: Mapped[str] = mapped_column(default="")
    suggestion: Mapped[str] = mapped_column(default="")
    quotation: Mapped[dict[str, Any] | None]
    began_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changes: Mapped[int] = mapped_column(default=0)
    form_digest: Mapped[str] = mapped_column(String(64), default="")
    is_added: Mapped[bool] = mapped_column(default=False)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("unsent_comment.id", ondelete="SET NULL"))
    sitting: Mapped[Sitting] = relationship(back_populates="comments")
    key: Mapped[SittingKey | None] = relationship()
    paragraph: Mapped[Paragraph | None] = relationship()
    parent: Mapped[Comment | None] = relationship()
    version: Mapped[Version] = relationship()

    @property
    def is_ready(self) -> bool:
        """Whether it goes when its sitting is sent: what somebody has not saved, or not added, does not."""
        if self.replaces_id is not None:
            return False
        author = self.key
        return self.is_added or author is None or author.is_owner or not author.opens
