"""What moderators decided, and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base
from app.models.comment import Comment
from app.models.people import Person


class Reason(StrEnum):
    """Why a comment was rejected; the list is published."""

    OFF_TOPIC = "off_topic"
    PERSONAL_DATA = "personal_data"
    INSULT = "insult"
    HATE = "hate"
    ADVERTISING = "advertising"
    DUPLICATE = "duplicate"
    NOT_A_COMMENT = "not_a_comment"


class Decision(Base):
    """A moderator's act on a comment; never changed afterwards.

    Where the state stays the same, it was about a correction that was sent, or upheld a decision on appeal.
    """

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    from_state: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime]
    comment: Mapped[Comment] = relationship()
    person: Mapped[Person | None] = relationship()


class AppealOutcome(StrEnum):
    """What came of an appeal; reopened when a moderator put the comment back before it was decided."""

    PUBLISHED = "published"
    UPHELD = "upheld"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


class Appeal(Base):
    """A respondent asks a second moderator to look at a rejection again; one for each decision.

    `outcome` is empty until somebody else than the first moderator has decided.
    """

    __tablename__ = "appeal"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    words: Mapped[str]
    made_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    comment: Mapped[Comment] = relationship()
    decision: Mapped[Decision] = relationship()
    person: Mapped[Person | None] = relationship()


class FlagKind(StrEnum):
    """Why a moderator should look twice at a comment."""

    SAME_WORDS = "same_words"
    MANY_LINKS = "many_links"


class Flag(Base):
    """A comment that a moderator should look at twice; it is in the queue like all others.

    `figure` says how many: networks that sent the same words, or links.
    """

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("comment_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    kind: Mapped[str] = mapped_column(String(20))
    figure: Mapped[int]
    flagged_at: Mapped[datetime]


class Answer(StrEnum):
    """What the drafters did with a comment."""

    ACCEPTED = "accepted"
    IN_PART = "in_part"
    NOT_ACCEPTED = "not_accepted"
    OUT_OF_SCOPE = "out_of_scope"
    NOTED = "noted"


class Disposition(Base):
    """What the drafters did with a comment, with their reason and the keys of the paragraphs that changed.

    A new answer to the same comment is a new row; the last one counts.
    """

    __tablename__ = "disposition"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    answer: Mapped[str] = mapped_column(String(20))
    source: Mapped[str]
    html: Mapped[str]
    plain: Mapped[str]
    language: Mapped[str] = mapped_column(String(12))
    changed_keys: Mapped[list[str]] = mapped_column(default=list)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime]
    comment: Mapped[Comment] = relationship()
    person: Mapped[Person | None] = relationship()
