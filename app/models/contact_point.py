"""The offices that speak for one country each."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class ContactPoint(Base):
    """The office that speaks for one country (ISO 3166-1 alpha-2, upper case)."""

    __tablename__ = "contact_point"

    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    names: Mapped[dict[str, str]]
    zone: Mapped[str] = mapped_column(String(60))
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
