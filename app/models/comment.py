"""Submissions and the comments they hold."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, index_where_known
from app.models.consultation import Consultation
from app.models.draft import Paragraph, Version


class Capacity(StrEnum):
    """For whom a respondent speaks."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"
    GROUP = "group"


class Channel(StrEnum):
    """The way by which a submission came."""

    WEB = "web"
    SIGNED_IN = "signed_in"
    LETTER = "letter"
    EMAIL = "email"
    WORKSHOP = "workshop"
    OTHER = "other"


class OrganisationKind(StrEnum):
    """What an organisation is."""

    PUBLIC_BODY = "public_body"
    ASSOCIATION = "association"
    BUSINESS = "business"
    TRADE_UNION = "trade_union"
    RESEARCH = "research"
    OTHER = "other"


class Meeting(StrEnum):
    """How a group met."""

    WORKSHOP = "workshop"
    MEETING = "meeting"
    CLASS = "class"
    ONLINE = "online"
    OTHER = "other"


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
    filled-in form, which is how a double click makes one comment. `letters_off` names the letters that the
    respondent does not want. What came on paper has `entered_by_id` and `entered_at`; its `received_at` is
    the documented day of arrival, and `is_late` says that it was entered after the closing. What a workshop
    said has its `workshop_id`.
    """

    __tablename__ = "submission"
    __table_args__ = (
        CheckConstraint("group_size IS NULL OR group_size > 1", name="group_of_more_than_one"),
        Index("ix_submission_of_consultation", "consultation_id", "received_at"),
        index_where_known("ix_submission_person_id", "person_id"),
        index_where_known("ix_submission_workshop_id", "workshop_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    secret_digest: Mapped[str] = mapped_column(String(64))
    form_digest: Mapped[str] = mapped_column(String(64), unique=True)
    capacity: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    organisation: Mapped[str] = mapped_column(String(200), default="")
    organisation_kind: Mapped[str] = mapped_column(String(20), default="")
    register_number: Mapped[str] = mapped_column(String(60), default="")
    has_authority: Mapped[bool] = mapped_column(default=False)
    group_size: Mapped[int | None]
    meeting: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(12))
    privacy_notice_version: Mapped[int]
    email_confirmed_at: Mapped[datetime | None]
    letters_off: Mapped[list[str]] = mapped_column(default=list)
    channel: Mapped[str] = mapped_column(String(20), default=Channel.WEB)
    workshop_id: Mapped[int | None] = mapped_column(ForeignKey("workshop.id"))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(default=False)
    person_erased_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    consultation: Mapped[Consultation] = relationship()
    comments: Mapped[list[Comment]] = relationship(back_populates="submission", order_by="Comment.id")


class Comment(Base):
    """What somebody says on a paragraph (or, with no paragraph, on the whole draft).

    `source` is what was written, `html` what is shown: sanitised once, on writing. `country` is the
    respondent's, kept here too so that a contact point's queue is read from one index. A reply has a
    `parent_id`; replies have no replies. `has_words` is false where only the importance was given.
    `suggestion` is wording proposed for the paragraph; the same wording has the same `suggestion_digest`.
    `quotation` is a TextQuoteSelector (W3C Web Annotation): exact, prefix, suffix.

    `leaf_digest` is the digest of what was received (see services/proof/leaves.py), the leaf numbered `leaf`
    in the consultation's tree; `leaf_salt` opens it and goes when the comment is erased. `words_digest` and
    `network_digest` (48 hours) show the same words coming from many networks. A comment that was withdrawn
    after the closing stays in view, marked (`is_marked`).
    """

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("importance IS NULL OR importance BETWEEN 1 AND 5", name="importance_1_to_5"),
        Index("ix_comment_leaf", "consultation_id", "leaf", unique=True),
        Index("ix_comment_words", "consultation_id", "words_digest"),
        index_where_known("ix_comment_suggestion", "paragraph_id", "suggestion_digest"),
        index_where_known("ix_comment_parent_id", "parent_id"),
        Index("ix_comment_at_paragraph", "version_id", "state", "paragraph_id", "received_at"),
        Index("ix_comment_queue", "consultation_id", "state", "received_at", "id"),
        Index("ix_comment_queue_of_country", "consultation_id", "state", "country", "received_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    paragraph_id: Mapped[int | None] = mapped_column(ForeignKey("paragraph.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    language: Mapped[str] = mapped_column(String(12))
    country: Mapped[str] = mapped_column(String(2), default="")
    kind: Mapped[str] = mapped_column(String(20), default=Kind.OTHER)
    importance: Mapped[int | None]
    source: Mapped[str]
    html: Mapped[str]
    plain: Mapped[str]
    has_words: Mapped[bool] = mapped_column(default=True)
    suggestion: Mapped[str] = mapped_column(default="")
    suggestion_digest: Mapped[str | None] = mapped_column(String(64))
    quotation: Mapped[dict[str, Any] | None]
    contributor: Mapped[str] = mapped_column(String(200), default="")
    links: Mapped[int] = mapped_column(default=0)
    words_digest: Mapped[str | None] = mapped_column(String(64))
    network_digest: Mapped[str | None] = mapped_column(String(32))
    leaf: Mapped[int]
    leaf_digest: Mapped[str] = mapped_column(String(64))
    leaf_salt: Mapped[str] = mapped_column(String(32), default="")
    state: Mapped[str] = mapped_column(String(12), default=State.WAITING)
    received_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    is_marked: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[int] = mapped_column(default=0)
    submission: Mapped[Submission] = relationship(back_populates="comments")
    consultation: Mapped[Consultation] = relationship()
    paragraph: Mapped[Paragraph | None] = relationship()
    version: Mapped[Version] = relationship()


class CommentRevision(Base):
    """One text of a corrected comment: the first one, and each correction; append-only but for erasing.

    A correction waits for a moderator where the consultation moderates before publication; `decided_at` is
    empty until then. Number 0 is what was received first. Each has its own leaf in the consultation's tree.
    """

    __tablename__ = "comment_revision"
    __table_args__ = (
        UniqueConstraint("comment_id", "number"),
        UniqueConstraint("consultation_id", "leaf"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    importance: Mapped[int | None]
    source: Mapped[str]
    html: Mapped[str]
    plain: Mapped[str]
    suggestion: Mapped[str] = mapped_column(default="")
    quotation: Mapped[dict[str, Any] | None]
    leaf: Mapped[int]
    leaf_digest: Mapped[str] = mapped_column(String(64))
    leaf_salt: Mapped[str] = mapped_column(String(32), default="")
    received_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    is_approved: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    comment: Mapped[Comment] = relationship()


class Support(Base):
    """Somebody agrees with a published comment: once each, and without a name.

    `supporter_digest` is a keyed digest of the person, or of a visitor's confirmed e-mail address.
    """

    __tablename__ = "support"
    __table_args__ = (UniqueConstraint("comment_id", "supporter_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    supporter_digest: Mapped[str] = mapped_column(String(64), index=True)
    supported_at: Mapped[datetime]


class IntakeFile(Base):
    """The scan or file that a submission came as, kept apart from what is published."""

    __tablename__ = "intake_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes]
    submission: Mapped[Submission] = relationship()
