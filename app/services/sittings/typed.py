"""What somebody typed into a comment form, before anything in it is checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from app.models.consultation import Consultation
from app.services.comments.admitting import Spot
from app.services.comments.commenting import sealed_version_of
from app.services.comments.quoting import CONTEXT
from app.services.comments.suggesting import is_unchanged, texts_at
from app.services.errors import InvalidError

# Much longer than what can be sent, so that what is pasted can be cut; nobody stores books here.
LONGEST_TEXT = 100_000


@dataclass(frozen=True)
class Typed:
    """One comment as it was typed: nothing in it was checked."""

    body: str = ""
    suggestion: str = ""
    kind: str = ""
    importance: str = ""
    quotation: str = ""
    quotation_prefix: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it to keep; what a comment is about says nothing by itself."""
        words = (self.body, self.suggestion, self.importance, self.quotation)
        return not any(each.strip() for each in words)


@dataclass(frozen=True)
class Copy:
    """Which copy of a form writes, and which unsent comment stood in it, changed how many times."""

    form: str
    comment_id: int | None = None
    changes: int = 0


@dataclass(frozen=True)
class Kept:
    """What is kept now; `is_apart`: beside the text that stood in the form, which was changed meanwhile.

    `is_ready`: it is sent with its sitting; what a colleague is still writing is not.
    """

    comment_id: int | None
    changes: int = 0
    is_apart: bool = False
    is_ready: bool = True


def require_bounded(typed: Typed) -> None:
    """Raises InvalidError for a text that is much too long to be sent."""
    texts = {"body": typed.body, "suggestion": typed.suggestion, "quotation": typed.quotation}
    problems = {name: "too_long" for name, written in texts.items() if len(written) > LONGEST_TEXT}
    if problems:
        raise InvalidError(problems)


def without_what_stands(consultation: Consultation, spot: Spot, typed: Typed) -> Typed:
    """What was typed; the paragraph’s own text, with which the field for other wording begins, was not."""
    if not typed.suggestion:
        return typed
    newest = sealed_version_of(consultation).id
    texts = texts_at({(number, spot.paragraph_id) for number in (newest, spot.read_version or newest)})
    is_as_it_was = any(is_unchanged(said, typed.suggestion) for said in texts.values())
    return replace(typed, suggestion="") if is_as_it_was else typed


def quotation_of(typed: Typed) -> dict[str, Any] | None:
    """The words that were quoted, as they were typed."""
    if not typed.quotation:
        return None
    return {"exact": typed.quotation, "prefix": typed.quotation_prefix[-CONTEXT:]}
