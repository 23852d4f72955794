"""What the translations of a version have in common: the original that they were made from."""

from __future__ import annotations

from app.models.draft import Translation, Version


def original_of(version: Version) -> Translation | None:
    """The translation that the others were made from."""
    return next((translation for translation in version.translations if translation.is_original), None)
