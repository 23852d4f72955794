"""What proves that a comment is in the record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base
from app.models.consultation import Consultation


class TreeRoot(Base):
    """The published root of a consultation's Merkle tree over its first `size` leaves; never changed."""

    __tablename__ = "tree_root"
    __table_args__ = (UniqueConstraint("consultation_id", "size", "published_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    is_final: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime]
    consultation: Mapped[Consultation] = relationship()
