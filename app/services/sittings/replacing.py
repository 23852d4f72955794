"""Changes to what was added: kept beside it until somebody saves them, and then in its place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.models.base import db
from app.models.comment import Kind
from app.models.sitting import SittingKey, UnsentComment
from app.services.errors import InvalidError, NotFoundError
from app.services.sittings.sittings import MOST_TOGETHER
from app.services.sittings.typed import Kept, Typed, quotation_of
from app.services.sittings.unsent import unsent_in

WORDS = ("body", "suggestion", "kind", "importance", "quotation")
IMPORTANCES = frozenset({"1", "2", "3", "4", "5"})


def words_typed(typed: Typed) -> dict[str, Any]:
    """What a comment holds of what was typed."""
    return {
        "body": typed.body,
        "suggestion": typed.suggestion,
        "kind": typed.kind if typed.kind in {str(kind) for kind in Kind} else "",
        "importance": typed.importance if typed.importance in IMPORTANCES else "",
        "quotation": quotation_of(typed),
    }


def put_words(comment: UnsentComment, words: dict[str, Any], at: datetime) -> None:
    """The comment says that; what is only kept once more was still written when it was written."""
    if words == words_in(comment):
        return
    comment.changed_at = at
    for name, said in words.items():
        setattr(comment, name, said)
    if comment.is_added:
        _part_changes(comment)


def words_in(comment: UnsentComment) -> dict[str, Any]:
    """What the comment says."""
    return {name: getattr(comment, name) for name in WORDS}


def begin_changes(added: UnsentComment, key: SittingKey, form_digest: str, at: datetime) -> UnsentComment:
    """A comment for changes to the added one, which stays as it is until they are saved."""
    if sum(each.replaces_id is not None for each in unsent_in(key.sitting)) >= MOST_TOGETHER:
        raise InvalidError({"comments": "too_many"})
    if added.form_digest == form_digest:
        # The form in which it was written goes on with the changes.
        added.form_digest = ""
    changes = UnsentComment(
        sitting_id=added.sitting_id,
        key_id=key.id,
        paragraph_id=added.paragraph_id,
        parent_id=added.parent_id,
        version_id=added.version_id,
        language=added.language,
        began_at=at,
        changed_at=at,
        changes=0,
        replaces_id=added.id,
    )
    db.session.add(changes)
    return changes


def to_save(comment: UnsentComment) -> UnsentComment:
    """The comment that is to hold what is saved: the added one, in place of its changes, which are gone."""
    if comment.replaces_id is None:
        return comment
    added = _replaced(comment)
    added.paragraph_id, added.parent_id, added.version_id = (
        comment.paragraph_id,
        comment.parent_id,
        comment.version_id,
    )
    db.session.delete(comment)
    db.session.flush()
    return added


def save_changes(changes: UnsentComment, at: datetime) -> None:
    """The added comment says what the changes say."""
    words = words_in(changes)
    added = to_save(changes)
    put_words(added, words, at)
    added.changes += 1
    added.form_digest = ""


def empty(comment: UnsentComment | None, *, is_added: bool) -> Kept:
    """A comment whose form was emptied is gone, but what was added stays; raises InvalidError to save it so.

    Changes to what was added are gone, and the form stands for that again.
    """
    if comment is None:
        return Kept(None)
    added = comment if comment.is_added else _replaced(comment) if comment.replaces_id else None
    if added is not None and is_added:
        raise InvalidError({"body": "required"})
    if not comment.is_added:
        db.session.delete(comment)
    return Kept(added.id, added.changes, is_ready=False) if added else Kept(None)


def _replaced(changes: UnsentComment) -> UnsentComment:
    added = db.session.get(UnsentComment, changes.replaces_id, populate_existing=True)
    if added is None:
        raise NotFoundError(f"unsent comment {changes.replaces_id}")
    return added


def _part_changes(added: UnsentComment) -> None:
    """What others were changing in the comment is beside it: they had not seen what it says now."""
    db.session.execute(
        update(UnsentComment).where(UnsentComment.replaces_id == added.id).values(replaces_id=None)
    )
