"""What stands in the tables now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.models.base import db
from app.models.comment import Comment


def count(record: Any) -> int:
    """How many there are of these records."""
    return db.session.scalar(select(func.count()).select_from(record)) or 0


def stored(comment: Comment) -> Comment:
    """The comment as it is now."""
    return db.session.get_one(Comment, comment.id, populate_existing=True)
