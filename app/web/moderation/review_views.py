"""Corrections and appeals as moderators see them, in the words of the page's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import StringField, TextAreaField

from app.models.comment import Comment, CommentRevision
from app.models.moderation import Appeal, AppealOutcome
from app.models.people import Person
from app.services.matching.differing import word_changes
from app.services.moderation.appealing import LONGEST_NOTE
from app.web.forms import PageForm
from app.web.moderation.moderation_views import DecisionView, Entry, entries_of
from app.web.notes.suggestion_views import change_marks
from app.web.receipts.receipt_views import instant_words
from app.wording import KINDS

PROBLEMS: dict[tuple[str, str], Any] = {
    ("outcome", "unknown"): _l("Choose one of the buttons."),
    ("outcome", "unconfirmed"): _l("Its author has not confirmed the e-mail address yet."),
    ("note", "too_long"): _l("The note is too long: at most %(most)s characters.", most=LONGEST_NOTE),
}


class ReviewForm(PageForm):
    """A decision on a correction or an appeal; many stand on a page, so ids carry a number."""

    outcome = StringField()
    note = TextAreaField(_l("Note to the author"))

    def add_problems(self, problems: dict[str, str]) -> None:
        """The fields say in words what the service could not take."""
        for name, problem in problems.items():
            self[name].errors = [*self[name].errors, PROBLEMS[name, problem]]


@dataclass(frozen=True)
class CorrectionEntry:
    """A correction: what the public reads now, and what comes in and goes out of it."""

    id: int
    entry: Entry
    words: Markup
    suggestion: Markup
    facts: list[tuple[str, str, str]]
    sent: str
    form: ReviewForm


@dataclass(frozen=True)
class AppealEntry:
    """An appeal: the comment, what its author says, and whether this moderator may decide."""

    id: int
    entry: Entry
    words: str
    made: str
    is_own: bool
    form: ReviewForm


@dataclass(frozen=True)
class MissedReview:
    """What somebody else decided first, and the note that was typed for the decision that came too late."""

    comment_id: int
    outcome: str
    decision: DecisionView | None
    note: str


def review_form(number: int, sent: MultiDict[str, str] | None = None) -> ReviewForm:
    """The form to decide on the one of that number, filled with what was sent."""
    form = ReviewForm(sent)
    for field in form:
        field.id = f"{field.short_name}-{number}"
        field.label.field_id = field.id
    return form


def correction_entries(
    revisions: Sequence[CommentRevision], forms: dict[int, ReviewForm]
) -> list[CorrectionEntry]:
    """The corrections with their comments; one that was refused keeps its form."""
    entries = entries_of([revision.comment for revision in revisions])
    return [
        _correction(revision, entry, forms.get(revision.id) or review_form(revision.id))
        for revision, entry in zip(revisions, entries, strict=True)
    ]


def appeal_entries(
    appeals: Sequence[Appeal], forms: dict[int, ReviewForm], person: Person
) -> list[AppealEntry]:
    """The appeals with their comments; one that was refused keeps its form."""
    entries = entries_of([appeal.comment for appeal in appeals])
    return [
        AppealEntry(
            id=appeal.id,
            entry=entry,
            words=appeal.words,
            made=instant_words(appeal.made_at, appeal.comment.consultation.zone),
            is_own=appeal.decision.person_id == person.id,
            form=forms.get(appeal.id) or review_form(appeal.id),
        )
        for appeal, entry in zip(appeals, entries, strict=True)
    ]


def missed_correction(revision: CommentRevision, note: str) -> MissedReview:
    """How the correction was decided before this note could be sent."""
    outcome = (
        _("The correction is published.")
        if revision.is_approved
        else _("The words before the correction stay.")
    )
    return _missed(revision.comment, revision.decided_at, outcome, note)


def missed_appeal(appeal: Appeal, note: str) -> MissedReview:
    """How the appeal was decided before this note could be sent."""
    outcomes = {
        AppealOutcome.PUBLISHED: _("The comment is published."),
        AppealOutcome.UPHELD: _("The decision is upheld."),
        AppealOutcome.REOPENED: _("The comment waits again."),
    }
    return _missed(
        appeal.comment,
        appeal.decided_at,
        outcomes.get(AppealOutcome(appeal.outcome or AppealOutcome.WITHDRAWN), ""),
        note,
    )


def _missed(comment: Comment, decided_at: datetime | None, outcome: str, note: str) -> MissedReview:
    [entry] = entries_of([comment])
    # Nobody decided on what its author withdrew or replaced.
    instant = decided_at.isoformat() if decided_at else ""
    decision = next((one for one in reversed(entry.decisions) if one.instant == instant), None)
    said = outcome if decision else _("What you decided on was withdrawn or replaced.")
    return MissedReview(comment.id, str(said), decision, note)


def _correction(revision: CommentRevision, entry: Entry, form: ReviewForm) -> CorrectionEntry:
    comment = revision.comment
    return CorrectionEntry(
        id=revision.id,
        entry=entry,
        words=_changes(comment.plain, revision.plain, comment.language),
        suggestion=_changes(comment.suggestion, revision.suggestion, comment.language),
        facts=_changed_facts(comment, revision),
        sent=instant_words(revision.received_at, comment.consultation.zone),
        form=form,
    )


def _changes(before: str, after: str, language: str) -> Markup:
    return change_marks(word_changes(before, after, language)) if before or after else Markup()


def _changed_facts(comment: Comment, revision: CommentRevision) -> list[tuple[str, str, str]]:
    """(what, before, after) of what is no running text and differs."""
    facts = [
        (_("Kind"), str(KINDS[comment.kind]), str(KINDS[revision.kind])),
        (_("Importance"), str(comment.importance or "–"), str(revision.importance or "–")),
        (_("Quotation"), _quoted(comment), _quoted(revision)),
    ]
    return [(str(what), before, after) for what, before, after in facts if before != after]


def _quoted(text: Comment | CommentRevision) -> str:
    return str((text.quotation or {}).get("exact", "–"))
