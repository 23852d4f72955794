"""The digests that prove a comment is in the record: what is hashed, and how.

The form is written down in docs/verifying.md; who changes it changes the name of the format as well.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from app.models.comment import Comment, CommentRevision

FORMAT = "innspill-comment-1"
SALT_BYTES = 16


class Leaf(NamedTuple):
    """What is hashed of one received text.

    `paragraph` is its key (None: the whole draft), `reply_to` the number of the first leaf of the comment
    that it replies to, whatever was corrected there since. Who wrote it is no part of it, so that a person
    can be erased.
    """

    received_at: datetime
    version: int
    paragraph: str | None
    reply_to: int | None
    language: str
    kind: str
    importance: int | None
    source: str
    suggestion: str = ""
    quotation: str = ""


def new_salt() -> str:
    """128 random bits, in hexadecimal: without them nobody can guess a text from its digest."""
    return secrets.token_hex(SALT_BYTES)


def facts_of_leaf(leaf: Leaf, salt: str) -> list[Any]:
    """What is hashed, in its order."""
    return [
        FORMAT, salt, leaf.received_at.astimezone(UTC).isoformat(timespec="microseconds"), leaf.version,
        leaf.paragraph, leaf.reply_to, leaf.language, leaf.kind, leaf.importance, leaf.source,
        leaf.suggestion, leaf.quotation,
    ]  # fmt: skip


def digest_of_leaf(leaf: Leaf, salt: str) -> str:
    """The SHA-256 of the facts as a JSON list (RFC 8259) in UTF-8 without spaces, in hexadecimal."""
    written = json.dumps(facts_of_leaf(leaf, salt), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def first_leaf_of(comment: type[Comment]) -> ColumnElement[int]:
    """The number of the leaf that a comment had first, for questions to the database."""
    earliest = (
        select(func.min(CommentRevision.leaf))
        .where(CommentRevision.comment_id == comment.id)
        .scalar_subquery()
    )
    return func.coalesce(earliest, comment.leaf)
