"""Submissions and the comments they hold."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base
from app.models.consultation import Consultation
from app.models.draft import Paragraph, Version


class Capacity(StrEnum):
    """For whom a respondent speaks."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"
    GROUP = "group"


class Kind(StrEnum):
    """What a comment is about: the kinds that the OECD asked for on its own declaration, and three more."""

    CLARITY = "clarity"
    WORDING = "wording"
    TERMINOLOGY = "terminology"
    ACTION = "action"
    IMPLICATION = "implication"
    SUPPORT = "support"
    OBJECTION = "objection"
    OTHER = "other"


class State(StrEnum):
    """Where a comment stands; every received comment is in exactly one state."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Submission(Base):
    """One sitting by one respondent, with one receipt.

    The receipt's secret is kept only as its SHA-256. `form_digest` is the same for every sending of one
    filled-in form, which is how a double click makes one comment.
    """

    __tablename__ = "submission"
    __table_args__ = (
        CheckConstraint("group_size IS NULL OR group_size > 1", name="group_of_more_than_one"),
        Index("ix_submission_of_consultation", "consultation_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    secret_digest: Mapped[str] = mapped_column(String(64))
    form_digest: Mapped[str] = mapped_column(String(64), unique=True)
    capacity: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    organisation: Mapped[str] = mapped_column(String(200), default="")
    group_size: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(12))
    privacy_notice_version: Mapped[int]
    received_at: Mapped[datetime]
    consultation: Mapped[Consultation] = relationship()
    comments: Mapped[list[Comment]] = relationship(back_populates="submission", order_by="Comment.id")


class Comment(Base):
    """What somebody says on a paragraph (or, with no paragraph, on the whole draft).

    `source` is what was written, `html` what is shown: sanitised once, on writing. `country` is the
    respondent's, kept here too so that a contact point's queue is read from one index.
    """

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("importance IS NULL OR importance BETWEEN 1 AND 5", name="importance_1_to_5"),
        Index("ix_comment_at_paragraph", "version_id", "state", "paragraph_id", "received_at"),
        Index("ix_comment_queue", "consultation_id", "state", "received_at", "id"),
        Index("ix_comment_queue_of_country", "consultation_id", "state", "country", "received_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    paragraph_id: Mapped[int | None] = mapped_column(ForeignKey("paragraph.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    language: Mapped[str] = mapped_column(String(12))
    country: Mapped[str] = mapped_column(String(2), default="")
    kind: Mapped[str] = mapped_column(String(20), default=Kind.OTHER)
    importance: Mapped[int | None]
    source: Mapped[str]
    html: Mapped[str]
    plain: Mapped[str]
    state: Mapped[str] = mapped_column(String(12), default=State.WAITING)
    received_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    changes: Mapped[int] = mapped_column(default=0)
    submission: Mapped[Submission] = relationship(back_populates="comments")
    consultation: Mapped[Consultation] = relationship()
    paragraph: Mapped[Paragraph | None] = relationship()
    version: Mapped[Version] = relationship()
