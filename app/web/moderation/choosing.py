"""What lists of comments are narrowed down by: paragraphs to choose from, and what of an address counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from app.services.moderation.queueing import BriefParagraph
from app.services.public.hearing import WHOLE_DRAFT

MOST_CHARACTERS = 60


def all_choice() -> tuple[str, str]:
    """Nothing is narrowed down."""
    return "", _("All")


def whole_draft_choice() -> tuple[str, str]:
    """Comments on the whole draft only."""
    return WHOLE_DRAFT, _("The whole draft")


def paragraph_choices(paragraphs: Sequence[BriefParagraph]) -> list[tuple[str, str, dict[str, Any]]]:
    """Each paragraph by its label and first words, told to be in the language that they are in."""
    return [
        (one.key, f"{one.label} {_begun(one.words)}".strip(), {"lang": one.language}) for one in paragraphs
    ]


def chosen(field: Any) -> str:
    """What was chosen; what is not on offer counts as the first that is."""
    offered = [choice.value for choice in field.iter_choices()]
    return str(field.data if field.data in offered else offered[0])


def _begun(words: str) -> str:
    return words if len(words) <= MOST_CHARACTERS else f"{words[:MOST_CHARACTERS].rstrip()}…"
