"""Keeping what is written and not sent: exactly as it was typed, and where it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.sitting import SittingKey, UnsentComment
from app.services.comments.admitting import Spot
from app.services.errors import InvalidError, NotFoundError
from app.services.sittings.replacing import (
    begin_changes,
    empty,
    put_words,
    save_changes,
    to_save,
    words_in,
    words_typed,
)
from app.services.sittings.sittings import (
    MOST_TOGETHER,
    Bearer,
    begin_sitting,
    key_of,
    lock_bearer,
    lock_sitting,
    put_particulars,
    touch,
)
from app.services.sittings.spots import place_of, require_commentable
from app.services.sittings.typed import Copy, Kept, Typed, require_bounded, without_what_stands
from app.services.sittings.unsent import may_change, unsent_in
from app.services.text import digest_of


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
    With `is_added` it is part of what is sent together; without, what was added before stays as it is, and
    its changes are kept beside it until they are saved.
    Raises InvalidError for one comment more than a submission can hold, for a text much too long to send, and
    for one that was added and is saved empty.

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
        put_particulars(key, particulars or {})
        comment = _written_by(key, copy)
        if typed.is_empty:
            return empty(comment, is_added=is_added)
        is_apart, words = comment is None and _stands(key, copy), words_typed(typed)
        digest = digest_of(copy.form) if copy.form else ""
        if comment is None:
            comment = _new_comment(consultation, key, spot, language, at)
        elif is_added:
            comment = to_save(comment)
        elif comment.is_added:
            if words == words_in(comment):
                return Kept(comment.id, comment.changes)
            comment = begin_changes(comment, key, digest, at)
        if has_looked:
            comment.paragraph_id, comment.parent_id, comment.version_id = place_of(consultation, spot)
        put_words(comment, words, at)
        comment.form_digest, comment.changes = digest, comment.changes + 1
        comment.is_added = comment.is_added or is_added
        db.session.flush()
        is_ready = comment.replaces_id is None and (comment.is_added or key.is_owner)
        return Kept(comment.id, comment.changes, is_apart, is_ready)


def keep_particulars(
    consultation: Consultation, particulars: Mapping[str, str], *, bearer: Bearer, at: datetime
) -> bool:
    """Whether the particulars are in the bearer's own open sitting now, as they were typed."""
    with transaction():
        key = _open_key(consultation, bearer, at)
        if key is None or not key.is_owner:
            return False
        put_particulars(key, particulars)
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
    """The comment, as it is, is sent with its sitting; changes to one that is sent are saved.

    Raises NotFoundError unless the bearer wrote it.
    """
    with transaction():
        key = _open_key(consultation, bearer, at)
        comment = _changeable(key, comment_id)
        if key is None or comment.key_id != key.id:
            raise NotFoundError(f"unsent comment {comment_id}")
        if comment.replaces_id is not None:
            save_changes(comment, at)
        else:
            comment.is_added = True


def drop_sent(consultation: Consultation, copy: Copy, body: str, *, bearer: Bearer, at: datetime) -> None:
    """What was sent at once is not kept as unsent any more; what was added and says something else is."""
    if key_of(consultation, bearer, at) is None:
        return
    with transaction():
        key = _open_key(consultation, bearer, at)
        comment = _written_by(key, copy) if key else None
        if comment is not None and not (comment.is_added and comment.body != body):
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
    if sum(each.replaces_id is None for each in unsent_in(key.sitting)) >= MOST_TOGETHER:
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
