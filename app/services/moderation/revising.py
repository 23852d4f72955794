"""Correcting what was sent: a new text that may wait again, while the one that was approved stays in view."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Comment, CommentRevision, Kind, State
from app.models.consultation import ModerationPolicy
from app.services.activity import enqueue, record, touch_public_pages
from app.services.comments.admitting import require_open
from app.services.comments.checking import LONGEST_COMMENT, Words, render_said
from app.services.comments.grounding import ground
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.moderation.revisions import has_words, newest_of, take_over, tidied_choices, write_revision
from app.services.text import SafeText, normalise

CAN_BE_CORRECTED = frozenset({State.WAITING, State.PUBLISHED, State.REJECTED})
LARGEST_IMPORTANCE = 5


def correct(
    comment_id: int,
    words: Words,
    *,
    expected_changes: int,
    at: datetime,
    opened_at: datetime | None = None,
) -> CommentRevision:
    """The correction is in the record, and in view unless a moderator must read it first.

    A correction that still waits is replaced. Writes nothing when it raises ClosedError or NotYetOpenError,
    ChangedMeanwhileError (the comment is not as the respondent saw it) or InvalidError (problems by field).
    Sent twice, it is one words.
    """
    said = render_said(words.body)
    with transaction():
        comment = locked_comment(comment_id)
        words = _about_its_text(comment, words)
        newest = newest_of(comment)
        if comment.changes != expected_changes:
            if newest is not None and _says(newest, comment, words, said):
                return newest
            raise ChangedMeanwhileError(f"comment {comment_id}")
        require_open(comment.consultation, at, opened_at)
        safe = _require_valid(comment, newest, words, said)
        revision = write_revision(comment, newest, words, safe, at)
        if not _must_wait(comment, revision):
            take_over(comment, revision, at=at)
        comment.changes += 1
        record("comment corrected", f"comment:{comment.id}", person_id=None, at=at)
        if revision.is_approved and comment.state == State.PUBLISHED:
            enqueue("index_comment", {"comment_id": comment.id}, at=at)
        touch_public_pages(comment.consultation_id)
    return revision


def locked_comment(comment_id: int) -> Comment:
    """The comment as it is now, kept from others until the transaction ends; raises NotFoundError."""
    comment = db.session.scalar(
        select(Comment)
        .where(Comment.id == comment_id)
        .with_for_update(of=Comment)
        .execution_options(populate_existing=True)
    )
    if comment is None:
        raise NotFoundError(f"comment {comment_id}")
    return comment


def may_be_corrected(comment: Comment) -> bool:
    """Whether a correction of the comment makes sense; whether it is in time is another question."""
    return comment.state in CAN_BE_CORRECTED


def _about_its_text(comment: Comment, words: Words) -> Words:
    """The words held against the text that the comment is about; a reply proposes no wording for it."""
    suggestion = "" if comment.parent_id else normalise(words.suggestion)
    return ground(words._replace(suggestion=suggestion), comment.version_id, comment.paragraph_id)


def _must_wait(comment: Comment, revision: CommentRevision) -> bool:
    """Whether a moderator reads the correction before anybody else."""
    if comment.state == State.WAITING or not has_words(revision):
        return False
    is_moderated = comment.consultation.moderation == ModerationPolicy.BEFORE
    return is_moderated or comment.state == State.REJECTED


def _says(text: Comment | CommentRevision, comment: Comment, words: Words, said: SafeText | None) -> bool:
    told = (text.source, text.kind, text.importance, text.suggestion, text.quotation)
    kind, importance = tidied_choices(comment.consultation, comment, words)
    quotation = words.quotation.as_selector() if words.quotation else None
    return said is not None and told == (
        said.source, kind, importance, words.suggestion, quotation,
    )  # fmt: skip


def _require_valid(
    comment: Comment, newest: CommentRevision | None, words: Words, said: SafeText | None
) -> SafeText:
    if not may_be_corrected(comment):
        raise InvalidError({"state": "not_from_here"})
    problems = {**_problems_of_words(comment, words, said), **_problems_of_choices(words)}
    if not problems and _says(_last_said(comment, newest), comment, words, said):
        problems["body"] = "same"
    if said is None or problems:
        raise InvalidError(problems)
    return said


def _problems_of_words(comment: Comment, words: Words, said: SafeText | None) -> dict[str, str]:
    problems = {}
    may_be_wordless = not comment.has_words and words.importance is not None
    if said is None:
        problems["body"] = "too_long"
    elif not said.plain and not words.suggestion and not may_be_wordless:
        problems["body"] = "required"
    if len(words.suggestion) > LONGEST_COMMENT:
        problems["suggestion"] = "too_long"
    return problems


def _problems_of_choices(words: Words) -> dict[str, str]:
    problems = {}
    if words.kind not in {"", *Kind}:
        problems["kind"] = "unknown"
    if words.importance is not None and not 1 <= words.importance <= LARGEST_IMPORTANCE:
        problems["importance"] = "unknown"
    return problems


def _last_said(comment: Comment, newest: CommentRevision | None) -> Comment | CommentRevision:
    return newest if newest is not None and newest.decided_at is None else comment
