"""What many comments in a row ask for, kept in memory as long as the consultation's public stamp stays."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.models.consultation import Consultation
from app.services.freshness import ChangeSign
from app.services.public.reading import consultation_of, consultation_row, paragraph_called


class _Known(NamedTuple):
    row: Any
    paragraphs: dict[str, int]


class Recollection:
    """Consultations and the numbers of their paragraphs, read once for many comments.

    A comment is accepted by the rules as they stand under the write lock, whatever is recalled here.
    """

    def __init__(self, changes: ChangeSign) -> None:
        self._changes = changes
        self._known: dict[str, _Known] = {}

    def consultation(self, slug: str) -> Consultation:
        """As of `consultation_as_it_stands`."""
        known = self._known.get(slug)
        if known is None or self._changes.stamp(known.row.id) != known.row.public_stamp:
            known = self._known[slug] = _Known(consultation_row(slug), {})
        return consultation_of(known.row)

    def paragraph(self, consultation: Consultation, key: str) -> int:
        """As of `paragraph_called`."""
        known = self._known.get(consultation.slug)
        if known is None or known.row.public_stamp != consultation.public_stamp:
            return paragraph_called(consultation, key)
        if key not in known.paragraphs:
            known.paragraphs[key] = paragraph_called(consultation, key)
        return known.paragraphs[key]
