"""Persons with an account, what they may do, and where they are signed in."""

from __future__ import annotations

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base
from app.models.roles import Role


class Person(UserMixin, Base):  # type: ignore[misc]  # flask-login ships no types
    """Somebody with an account; the e-mail is kept lower-cased and is never shown to others."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(12))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    registered_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="person", lazy="selectin", order_by="Membership.id"
    )


class Membership(Base):
    """A role of a person: everywhere, or only in one consultation or one country."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))
    country: Mapped[str | None] = mapped_column(String(2))
    person: Mapped[Person] = relationship(back_populates="memberships")

    @property
    def as_role(self) -> Role:
        """The role as the policy table knows it."""
        return Role(self.role)


class SignIn(Base):
    """One browser in which a person is signed in, until it is ended or expires."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
