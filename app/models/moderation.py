"""What moderators decided, and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
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
    """A moderator's act on a comment; never changed afterwards."""

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
