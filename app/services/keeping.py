"""Keeping what is written and not sent: exactly as it was typed, and where it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Kind
from app.models.consultation import Consultation
from app.models.sitting import SittingKey, UnsentComment
from app.services.admitting import Spot
from app.services.errors import InvalidError, NotFoundError
from app.services.sittings import (
    MOST_TOGETHER,
    Bearer,
    begin_sitting,
    key_of,
    lock_bearer,
    lock_sitting,
    touch,
)
from app.services.spots import place_of, require_commentable
from app.services.text import digest_of
from app.services.typed import Copy, Kept, Typed, quotation_of, require_bounded, without_what_stands
from app.services.unsent import may_change, unsent_in

MOST_NAMES = 20
LONGEST_PARTICULAR = 1000
IMPORTANCES = frozenset({"1", "2", "3", "4", "5"})


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
    is_added: bool = False,
) -> Kept:
    """What was typed is in the bearer's sitting, which begins with it, and the particulars with it.

    The same copy of the form writes the same comment again. A comment that was changed elsewhere since it
    stood in the form is left as it is, and what was typed is kept beside it. A form that was emptied leaves
    no comment. With `has_looked` a comment begun on an earlier text is one on the spot's text from now on.
    With `is_added` it is part of what is sent together; without, a word that its author changes in it makes
    it one that is still being written.
    Raises InvalidError for one comment more than a submission can hold, and for a text much too long to send.

    Not a line of activity for each: nobody else may know what somebody has not sent.
    """
    require_bounded(typed)
    with transaction():
        require_commentable(spot)
        lock_bearer(bearer)
        typed = without_what_stands(consultation, spot, typed)
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
            comment.paragraph_id, comment.parent_id, comment.version_id = place_of(consultation, spot)
        before = _words_in(comment)
        _write(comment, typed, copy)
        if _words_in(comment) != before:
            _note_change(comment, key, at)
        comment.is_added = comment.is_added or is_added
        db.session.flush()
        return Kept(comment.id, comment.changes, is_apart, is_ready=comment.is_added or key.is_owner)


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
        place = place_of(consultation, spot)
        comment.paragraph_id, comment.parent_id, comment.version_id = place
        comment.changes += 1
        comment.form_digest = ""
        touch(comment.sitting, at)


def add_unsent(consultation: Consultation, comment_id: int, *, bearer: Bearer, at: datetime) -> None:
    """The comment, as it is, is sent with its sitting; raises NotFoundError unless the bearer wrote it."""
    with transaction():
        key = _open_key(consultation, bearer, at)
        comment = _changeable(key, comment_id)
        if key is None or comment.key_id != key.id:
            raise NotFoundError(f"unsent comment {comment_id}")
        comment.is_added = True


def drop_sent(consultation: Consultation, copy: Copy, *, bearer: Bearer, at: datetime) -> None:
    """What was sent at once is not kept as unsent any more."""
    if key_of(consultation, bearer, at) is None:
        return
    with transaction():
        key = _open_key(consultation, bearer, at)
        comment = _written_by(key, copy) if key else None
        if comment is not None:
            db.session.delete(comment)


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
    paragraph_id, parent_id, version_id = place_of(consultation, spot)
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


def _write(comment: UnsentComment, typed: Typed, copy: Copy) -> None:
    comment.body, comment.suggestion = typed.body, typed.suggestion
    comment.kind = typed.kind if typed.kind in {str(kind) for kind in Kind} else ""
    comment.importance = typed.importance if typed.importance in IMPORTANCES else ""
    comment.quotation = quotation_of(typed)
    comment.form_digest = digest_of(copy.form) if copy.form else ""
    comment.changes += 1


def _note_change(comment: UnsentComment, key: SittingKey, at: datetime) -> None:
    """What is only kept once more was still written when it was written, and is not noted."""
    comment.changed_at = at
    # What the owner changes in a colleague's comment is the owner's word on it, and stays what it was.
    if comment.key_id == key.id:
        comment.is_added = False


def _words_in(comment: UnsentComment) -> tuple[object, ...]:
    return comment.body, comment.suggestion, comment.kind, comment.importance, comment.quotation


def _keep_particulars(key: SittingKey, particulars: Mapping[str, str]) -> None:
    # Whoever gathers with colleagues says for whom they all speak.
    if not key.is_owner or not particulars:
        return
    typed = {name: value[:LONGEST_PARTICULAR] for name, value in list(particulars.items())[:MOST_NAMES]}
    key.sitting.particulars = {**key.sitting.particulars, **typed}
