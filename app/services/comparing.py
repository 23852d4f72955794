"""Two versions of a draft compared."""

from __future__ import annotations

from app.services.differing import Piece, word_changes

__all__ = ["Piece", "word_changes"]
