"""Workshops and the registrations for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint


class RegistrationState(StrEnum):
    """Where a registration stands. Who is confirmed, attended or absent has a place; an offer holds one."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    ABSENT = "absent"


class Workshop(Base):
    """A meeting with a limited number of places, joined to a consultation.

    Texts are by language; `programmes` and `notes` are small Markdown as written. It is a draft until
    `published_at`; `sequence` counts the changes that calendars must hear of (RFC 5545, 3.8.7.4).
    `questions` are asked on registering: a list of {"key", "labels" by language, "is_required"};
    `materials` a list of {"titles" by language, "address"}. An offer of a place lasts `offer_hours`;
    a reminder goes out `reminder_hours` before the start, none if 0.
    """

    __tablename__ = "workshop"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("places > 0", name="has_places"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    country: Mapped[str | None] = mapped_column(ForeignKey("contact_point.country"), index=True)
    titles: Mapped[dict[str, str]]
    purposes: Mapped[dict[str, str]] = mapped_column(default=dict)
    audiences: Mapped[dict[str, str]] = mapped_column(default=dict)
    programmes: Mapped[dict[str, str]] = mapped_column(default=dict)
    facilitators: Mapped[dict[str, str]] = mapped_column(default=dict)
    addresses: Mapped[dict[str, str]] = mapped_column(default=dict)
    accesses: Mapped[dict[str, str]] = mapped_column(default=dict)
    notes: Mapped[dict[str, str]] = mapped_column(default=dict)
    online_link: Mapped[str] = mapped_column(String(500), default="")
    zone: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    register_by: Mapped[datetime]
    working_language: Mapped[str] = mapped_column(String(12))
    interpretation: Mapped[list[str]] = mapped_column(default=list)
    places: Mapped[int]
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    paragraph_keys: Mapped[list[str]] = mapped_column(default=list)
    materials: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    offer_hours: Mapped[int] = mapped_column(default=48)
    reminder_hours: Mapped[int] = mapped_column(default=0)
    retention_days: Mapped[int] = mapped_column(default=90)
    sequence: Mapped[int] = mapped_column(default=0)
    line_length: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reasons: Mapped[dict[str, str]] = mapped_column(default=dict)
    consultation: Mapped[Consultation] = relationship()
    contact_point: Mapped[ContactPoint | None] = relationship()

    @property
    def is_published(self) -> bool:
        """Whether the public sees it; a cancelled one stays in view, marked."""
        return self.published_at is not None

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.cancelled_at is not None

    def takes_registrations(self, at: datetime) -> bool:
        """Whether a registration received at that instant is in time; there may be no place left."""
        return self.is_published and not self.is_cancelled and at < self.register_by

    def purges_at(self) -> datetime:
        """The instant from which registrations hold no personal data any more."""
        return self.ends_at + timedelta(days=self.retention_days)


class Registration(Base):
    """A request for a place; opened with its number and a secret that is derived, as a receipt's is.

    `form_digest` is the same for every sending of one filled-in form. `place_in_line` orders those who wait
    and is never given twice in one workshop. `sequence` counts what the calendar of this one person must
    hear of beyond the workshop's own changes. `answers` are by the questions' keys.
    """

    __tablename__ = "registration"
    __table_args__ = (
        Index("ix_registration_in_line", "workshop_id", "state", "place_in_line"),
        Index("ix_registration_offer", "state", "offer_ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    secret_digest: Mapped[str] = mapped_column(String(64))
    form_digest: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    organisation: Mapped[str] = mapped_column(String(200), default="")
    answers: Mapped[dict[str, str]] = mapped_column(default=dict)
    language: Mapped[str] = mapped_column(String(12))
    consented_at: Mapped[datetime]
    privacy_notice_version: Mapped[int]
    place_in_line: Mapped[int | None]
    offer_ends_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    purged_at: Mapped[datetime | None]
    workshop: Mapped[Workshop] = relationship()
    needs: Mapped[Needs | None] = relationship(back_populates="registration", cascade="all, delete-orphan")


class Needs(Base):
    """What somebody needs to take part; kept apart from the registration and purged first."""

    __tablename__ = "needs"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    accessibility: Mapped[str] = mapped_column(default="")
    diet: Mapped[str] = mapped_column(default="")
    registration: Mapped[Registration] = relationship(back_populates="needs")
