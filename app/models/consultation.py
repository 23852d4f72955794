"""Consultations and the contact points that take part in them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base


class WhoMayComment(StrEnum):
    """Who may send a comment."""

    VISITORS = "visitors"
    CONFIRMED_EMAIL = "confirmed_email"
    SIGNED_IN = "signed_in"


class ModerationPolicy(StrEnum):
    """Whether comments wait for a moderator before the public sees them."""

    BEFORE = "before"
    AFTER = "after"


class Asking(StrEnum):
    """What the form does with one particular of the respondent."""

    NO = "no"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Particular(StrEnum):
    """The fields that a consultation can leave out, ask for, or require; their names are the form's."""

    NAME = "name"
    EMAIL = "email"
    COUNTRY = "country"
    CAPACITY = "capacity"
    KIND = "kind"
    IMPORTANCE = "importance"


USUAL_ASKING: dict[str, str] = {
    Particular.NAME: Asking.REQUIRED,
    Particular.EMAIL: Asking.OPTIONAL,
    Particular.COUNTRY: Asking.REQUIRED,
    Particular.CAPACITY: Asking.REQUIRED,
    Particular.KIND: Asking.OPTIONAL,
    Particular.IMPORTANCE: Asking.OPTIONAL,
}


class Consultation(Base):
    """A text put to the public for a time, with its rules.

    Comments are accepted from `opens_at` until just before `closes_at`, by the server's clock; a form that
    was opened before is still taken for `grace_minutes`. `public_stamp` grows with every change that its
    public pages show at once, `leaves` with every text that is received: they number the leaves of its tree.
    """

    __tablename__ = "consultation"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    titles: Mapped[dict[str, str]]
    summaries: Mapped[dict[str, str]]
    bodies: Mapped[dict[str, str]]
    privacy_notices: Mapped[dict[str, str]]
    privacy_notice_version: Mapped[int] = mapped_column(default=1)
    zone: Mapped[str] = mapped_column(String(60))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    who_may_comment: Mapped[str] = mapped_column(String(20), default=WhoMayComment.VISITORS)
    moderation: Mapped[str] = mapped_column(String(10), default=ModerationPolicy.BEFORE)
    asking: Mapped[dict[str, str]] = mapped_column(default=lambda: dict(USUAL_ASKING))
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    is_listed: Mapped[bool] = mapped_column(default=False)
    public_stamp: Mapped[int] = mapped_column(default=1)
    leaves: Mapped[int] = mapped_column(default=0)
    grace_minutes: Mapped[int] = mapped_column(default=0)
    late_notices: Mapped[dict[str, str]] = mapped_column(default=dict)
    takes_replies: Mapped[bool] = mapped_column(default=True)
    asks_register_number: Mapped[bool] = mapped_column(default=False)
    asks_proof_of_work: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    def asks(self, particular: Particular) -> Asking:
        """Whether the form leaves this particular out, asks for it, or requires it."""
        return Asking(self.asking.get(particular, USUAL_ASKING[particular]))

    def is_open(self, at: datetime) -> bool:
        """Whether a comment received at that instant is in time."""
        return self.opens_at <= at < self.closes_at


class Extension(Base):
    """A closing that was moved later; never changed afterwards. `reasons` are public, by language."""

    __tablename__ = "extension"
    __table_args__ = (CheckConstraint("old_closes_at < new_closes_at", name="later"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    old_closes_at: Mapped[datetime]
    new_closes_at: Mapped[datetime]
    reasons: Mapped[dict[str, str]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    extended_at: Mapped[datetime]
    consultation: Mapped[Consultation] = relationship()


class Outcome(Base):
    """The published report that closes the loop, in one language; figures are frozen on publishing."""

    __tablename__ = "outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    language: Mapped[str] = mapped_column(String(12))
    source: Mapped[str]
    html: Mapped[str]
    received: Mapped[int]
    published: Mapped[int]
    published_at: Mapped[datetime]
    consultation: Mapped[Consultation] = relationship()
