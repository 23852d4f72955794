"""Keeping what is written and not sent: exactly as it was typed, and where it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Comment, Kind
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Translation, Version
from app.models.sitting import SittingKey, UnsentComment
from app.services.admitting import Spot
from app.services.commenting import sealed_version_of
from app.services.errors import InvalidError, NotFoundError
from app.services.quoting import CONTEXT
from app.services.sittings import (
    MOST_TOGETHER,
    Bearer,
    begin_sitting,
    key_of,
    lock_bearer,
    lock_sitting,
    touch,
    unsent_in,
)
from app.services.suggesting import is_unchanged, texts_at
from app.services.text import digest_of

MOST_NAMES = 20
LONGEST_PARTICULAR = 1000
# Much longer than what can be sent, so that what is pasted can be cut; nobody stores books here.
LONGEST_TEXT = 100_000
IMPORTANCES = frozenset({"1", "2", "3", "4", "5"})


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
    """What is kept now; `is_apart`: beside the text that stood in the form, which was changed meanwhile."""

    comment_id: int | None
    changes: int = 0
    is_apart: bool = False


def keep_unsent(
    consultation: Consultation,
    spot: Spot,
    typed: Typed,
    copy: Copy,
    *,
    bearer: Bearer,
    language: str,
    at: datetime,
    particulars: Mapping[str, str] | None = None,
    has_looked: bool = False,
) -> Kept:
    """What was typed is in the bearer's sitting, which begins with it, and the particulars with it.

    The same copy of the form writes the same comment again. A comment that was changed elsewhere since it
    stood in the form is left as it is, and what was typed is kept beside it. A form that was emptied leaves
    no comment. With `has_looked` a comment begun on an earlier text is one on the spot's text from now on.
    Raises InvalidError for one comment more than a submission can hold, and for a text much too long to send.

    Not a line of activity for each: nobody else may know what somebody has not sent.
    """
    _require_bounded(typed)
    with transaction():
        _require_commentable(spot)
        lock_bearer(bearer)
        typed = _without_what_stands(consultation, spot, typed)
        if typed.is_empty and key_of(consultation, bearer, at) is None:
            return Kept(None)
        key = begin_sitting(consultation, bearer, language, at)
        _keep_particulars(key, particulars or {})
        comment = _written_by(key, copy)
        if typed.is_empty:
            if comment is not None:
                db.session.delete(comment)
            return Kept(None)
        is_apart = comment is None and _stands(key, copy)
        if comment is None:
            comment = _new_comment(consultation, key, spot, language, at)
        elif has_looked:
            comment.paragraph_id, comment.parent_id, comment.version_id = _place(consultation, spot)
        _write(comment, typed, copy, at)
        db.session.flush()
        return Kept(comment.id, comment.changes, is_apart)


def keep_particulars(
    consultation: Consultation, particulars: Mapping[str, str], *, bearer: Bearer, at: datetime
) -> bool:
    """Whether the particulars are in the bearer's own open sitting now, as they were typed."""
    with transaction():
        key = _open_key(consultation, bearer, at)
        if key is None or not key.is_owner:
            return False
        _keep_particulars(key, particulars)
        touch(key.sitting, at)
        return True


def remove_unsent(consultation: Consultation, comment_id: int, *, bearer: Bearer, at: datetime) -> None:
    """The comment is in the sitting no more; raises NotFoundError unless the bearer may change it."""
    with transaction():
        key = _open_key(consultation, bearer, at)
        db.session.delete(_changeable(key, comment_id))


def move_unsent(
    consultation: Consultation, comment_id: int, spot: Spot, *, bearer: Bearer, at: datetime
) -> None:
    """The comment is one on the spot, beside the text that stands there now; its words stay as they are.

    With its own spot, that says that somebody has looked at it beside the new text.
    Raises NotFoundError unless the bearer may change it.
    """
    with transaction():
        key = _open_key(consultation, bearer, at)
        comment = _changeable(key, comment_id)
        place = _place(consultation, spot)
        comment.paragraph_id, comment.parent_id, comment.version_id = place
        comment.changes += 1
        comment.form_digest = ""
        touch(comment.sitting, at)


def drop_sent(consultation: Consultation, copy: Copy, *, bearer: Bearer, at: datetime) -> None:
    """What was sent at once is not kept as unsent any more."""
    if key_of(consultation, bearer, at) is None:
        return
    with transaction():
        key = _open_key(consultation, bearer, at)
        comment = _written_by(key, copy) if key else None
        if comment is not None:
            db.session.delete(comment)


def unsent_at(
    consultation: Consultation, spot: Spot, *, bearer: Bearer, at: datetime, comment_id: int | None = None
) -> UnsentComment | None:
    """The bearer's unsent comment with that number, or else the last one that they wrote at the spot."""
    key = key_of(consultation, bearer, at)
    if key is None:
        return None
    mine = [comment for comment in unsent_in(key.sitting) if may_change(key, comment)]
    if comment_id is not None:
        return next((comment for comment in mine if comment.id == comment_id), None)
    here = [
        comment
        for comment in mine
        if comment.key_id == key.id
        and (comment.paragraph_id, comment.parent_id) == (spot.paragraph_id, spot.parent_id)
    ]
    return max(here, key=lambda comment: (comment.changed_at, comment.id), default=None)


def may_change(key: SittingKey, comment: UnsentComment) -> bool:
    """Whether the comment is the key's own, or the key its sitting's owner's."""
    return comment.sitting_id == key.sitting_id and (key.is_owner or comment.key_id == key.id)


def _open_key(consultation: Consultation, bearer: Bearer, at: datetime) -> SittingKey | None:
    lock_bearer(bearer)
    key = key_of(consultation, bearer, at)
    sitting = lock_sitting(key.sitting_id) if key else None
    # It may have been sent while we waited for it.
    return key if key and sitting and sitting.submission_id is None else None


def _changeable(key: SittingKey | None, comment_id: int) -> UnsentComment:
    comment = _fresh(comment_id)
    if key is None or comment is None or not may_change(key, comment):
        raise NotFoundError(f"unsent comment {comment_id}")
    return comment


def _written_by(key: SittingKey, copy: Copy) -> UnsentComment | None:
    """The comment that this copy of the form wrote last, or that stood in it and was not changed since."""
    if copy.form:
        written = db.session.scalar(
            select(UnsentComment)
            .where(
                UnsentComment.sitting_id == key.sitting_id,
                UnsentComment.form_digest == digest_of(copy.form),
            )
            .execution_options(populate_existing=True)
        )
        if written is not None and may_change(key, written):
            return written
    comment = _fresh(copy.comment_id)
    if comment is None or not may_change(key, comment) or comment.changes != copy.changes:
        return None
    return comment


def _stands(key: SittingKey, copy: Copy) -> bool:
    comment = _fresh(copy.comment_id)
    return comment is not None and may_change(key, comment)


def _fresh(comment_id: int | None) -> UnsentComment | None:
    if comment_id is None:
        return None
    return db.session.get(UnsentComment, comment_id, populate_existing=True)


def _new_comment(
    consultation: Consultation, key: SittingKey, spot: Spot, language: str, at: datetime
) -> UnsentComment:
    if len(unsent_in(key.sitting)) >= MOST_TOGETHER:
        raise InvalidError({"comments": "too_many"})
    paragraph_id, parent_id, version_id = _place(consultation, spot)
    comment = UnsentComment(
        sitting_id=key.sitting_id,
        key_id=key.id,
        paragraph_id=paragraph_id,
        parent_id=parent_id,
        version_id=version_id,
        language=language,
        began_at=at,
        changed_at=at,
        changes=0,
    )
    db.session.add(comment)
    return comment


def _write(comment: UnsentComment, typed: Typed, copy: Copy, at: datetime) -> None:
    before = _words_in(comment)
    comment.body, comment.suggestion = typed.body, typed.suggestion
    comment.kind = typed.kind if typed.kind in {str(kind) for kind in Kind} else ""
    comment.importance = typed.importance if typed.importance in IMPORTANCES else ""
    comment.quotation = _quotation(typed)
    comment.form_digest = digest_of(copy.form) if copy.form else ""
    # What is only kept once more was still written when it was written.
    if _words_in(comment) != before:
        comment.changed_at = at
    comment.changes += 1


def _words_in(comment: UnsentComment) -> tuple[object, ...]:
    return comment.body, comment.suggestion, comment.kind, comment.importance, comment.quotation


def _without_what_stands(consultation: Consultation, spot: Spot, typed: Typed) -> Typed:
    """What was typed; the paragraph’s own text, with which the field for other wording begins, was not."""
    if not typed.suggestion:
        return typed
    newest = sealed_version_of(consultation).id
    texts = texts_at({(number, spot.paragraph_id) for number in (newest, spot.read_version or newest)})
    is_as_it_was = any(is_unchanged(said, typed.suggestion) for said in texts.values())
    return replace(typed, suggestion="") if is_as_it_was else typed


def _quotation(typed: Typed) -> dict[str, Any] | None:
    if not typed.quotation:
        return None
    return {"exact": typed.quotation, "prefix": typed.quotation_prefix[-CONTEXT:]}


def _require_bounded(typed: Typed) -> None:
    texts = {"body": typed.body, "suggestion": typed.suggestion, "quotation": typed.quotation}
    problems = {name: "too_long" for name, written in texts.items() if len(written) > LONGEST_TEXT}
    if problems:
        raise InvalidError(problems)


def _require_commentable(spot: Spot) -> None:
    """Raises NotFoundError unless the paragraph can be commented on, or could before it went."""
    if spot.paragraph_id is None:
        return
    found = db.session.scalar(
        select(ParagraphText.id)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .where(
            ParagraphText.paragraph_id == spot.paragraph_id,
            ParagraphText.kind != ParagraphKind.HEADING,
            Version.sealed_at.is_not(None),
        )
        .limit(1)
    )
    if found is None:
        raise NotFoundError(f"paragraph {spot.paragraph_id}")


def _place(consultation: Consultation, spot: Spot) -> tuple[int | None, int | None, int]:
    """Paragraph, comment replied to and version, as far as they are this consultation's."""
    paragraph = _of_draft(consultation, Paragraph, spot.paragraph_id)
    read = _of_draft(consultation, Version, spot.read_version)
    parent = db.session.get(Comment, spot.parent_id) if spot.parent_id else None
    if parent is not None and parent.consultation_id != consultation.id:
        parent = None
    is_sealed = isinstance(read, Version) and read.sealed_at is not None
    version_id = read.id if read and is_sealed else sealed_version_of(consultation).id
    return paragraph.id if paragraph else None, parent.id if parent else None, version_id


def _of_draft(
    consultation: Consultation, record: type[Paragraph] | type[Version], number: int | None
) -> Paragraph | Version | None:
    if not number:
        return None
    found = db.session.scalar(
        select(record)
        .join(Draft, Draft.id == record.draft_id)
        .where(record.id == number, Draft.consultation_id == consultation.id)
    )
    return found if isinstance(found, Paragraph | Version) else None


def _keep_particulars(key: SittingKey, particulars: Mapping[str, str]) -> None:
    # Whoever gathers with colleagues says for whom they all speak.
    if not key.is_owner or not particulars:
        return
    typed = {name: value[:LONGEST_PARTICULAR] for name, value in list(particulars.items())[:MOST_NAMES]}
    key.sitting.particulars = {**key.sitting.particulars, **typed}
