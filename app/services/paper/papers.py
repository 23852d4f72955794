"""What came on paper, as it was filled in for whoever sent it, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from app.models.comment import Channel
from app.services.comments.checking import Words
from app.services.comments.receiving import Remark
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.paper.documenting import Documented

MOST_COMMENTS = 50  # of one submission that is entered
CHANNELS = (Channel.LETTER, Channel.EMAIL, Channel.WORKSHOP, Channel.OTHER)


class Consent(StrEnum):
    """How the respondent agreed that the comment is published."""

    WRITTEN = "written"
    FORM = "form"
    MINUTES = "minutes"


class Problem(NamedTuple):
    """What is wrong with a paper: at which of its comments (None: with all of it), in which field."""

    comment: int | None
    field: str
    code: str


class UnfitPaperError(InvalidError):
    """A paper that cannot be entered as it was filled in; `found` says why."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__({one.field: one.code for one in found})
        self.found = list(found)


class EnteredBeforeError(ChangedMeanwhileError):
    """The same file was entered before: when, and by whom."""

    def __init__(self, entered_at: datetime, name: str) -> None:
        super().__init__("entered before")
        self.entered_at = entered_at
        self.name = name


@dataclass(frozen=True)
class PaperComment:
    """One comment of a paper: its words with the respondent's particulars, and where it says it belongs."""

    words: Words
    place: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Paper:
    """What one respondent sent, as it was filled in for them; `received` is the documented day (and time)."""

    channel: str
    received: str
    consent: str
    comments: tuple[PaperComment, ...]
    with_letter: bool = True
    workshop_id: int | None = None


@dataclass(frozen=True)
class CheckedPaper:
    """A paper that can be entered."""

    paper: Paper
    documented: Documented
    words: Words
    remarks: list[Remark]
