"""What respondents and readers are given to check the record without the site."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select, union_all
from sqlalchemy.orm import aliased

from app.models.base import db
from app.models.comment import Comment, CommentRevision, State
from app.models.consultation import Consultation
from app.models.draft import Paragraph, Version
from app.services.proof.leaves import Leaf, digest_of_leaf, facts_of_leaf, first_leaf_of
from app.services.proof.witnessing import (
    FORMAT,
    LEAVES_FORMAT,
    Proof,
    leaves_of,
    prove,
    root_as_json,
    roots_of,
)
from app.services.text import render_normal_comment

ROWS_AT_ONCE = 1000
OF_TEXT = (
    "leaf",
    "leaf_digest",
    "leaf_salt",
    "received_at",
    "kind",
    "importance",
    "source",
    "suggestion",
    "quotation",
    "html",
    "plain",
)


@dataclass(frozen=True)
class ReceivedText:
    """One text as it was received; of an erased one only the leaf is left."""

    comment_id: int
    number: int
    digest: str
    salt: str
    leaf: Leaf
    is_erased: bool
    shown: tuple[str, str]

    def is_as_received(self) -> bool:
        """Whether the text still has the digest that it was received under."""
        return digest_of_leaf(self.leaf, self.salt) == self.digest

    def is_shown_as_received(self) -> bool:
        """Whether the words kept for pages and search are those that were written."""
        said = render_normal_comment(self.leaf.source)
        return (said.html, said.plain) == self.shown


def received_texts(consultation_id: int) -> Iterator[ReceivedText]:
    """All texts received, also those that were corrected since, in the order of their leaves."""
    rows = db.session.execute(
        _texts().where(Comment.consultation_id == consultation_id),
        execution_options={"yield_per": ROWS_AT_ONCE},
    )
    return (_received(row) for row in rows)


def evidence_of(comments: Sequence[Comment]) -> dict[int, list[dict[str, Any]]]:
    """For each comment of one consultation, by its number: every text received, with its facts and its proof.

    The form is that of docs/verifying.md. An erased text has no facts, one not yet under a root no path.
    """
    evidence: dict[int, list[dict[str, Any]]] = {comment.id: [] for comment in comments}
    if not comments:
        return evidence
    texts = [_received(row) for row in db.session.execute(_texts().where(Comment.id.in_(evidence)))]
    proofs = prove(comments[0].consultation_id, [(text.number, text.digest) for text in texts])
    for text in texts:
        evidence[text.comment_id].append(_as_json(text, proofs.get(text.number)))
    return evidence


def leaves_file(consultation: Consultation) -> str:
    """All leaves in order and all published roots, as JSON: with them anybody can rebuild the tree."""
    roots = [root_as_json(root) for root in reversed(roots_of(consultation.id))]
    told = {"format": LEAVES_FORMAT, "consultation": consultation.slug, "roots": roots}
    return json.dumps({**told, "leaves": leaves_of(consultation.id)}, indent=0) + "\n"


def _as_json(text: ReceivedText, proof: Proof | None) -> dict[str, Any]:
    proved = proof.as_json() if proof else {"format": FORMAT, "leaf": text.number, "leaf_digest": text.digest}
    return {**proved, "facts": None if text.is_erased else facts_of_leaf(text.leaf, text.salt)}


def _texts() -> Select[Any]:
    """The texts with what else is hashed of them, in the order of their leaves."""
    revised = exists().where(CommentRevision.comment_id == Comment.id, CommentRevision.leaf == Comment.leaf)
    of_comments = select(Comment.id.label("comment_id"), *_columns(Comment)).where(~revised)
    of_revisions = select(CommentRevision.comment_id, *_columns(CommentRevision))
    said = union_all(of_comments, of_revisions).subquery()
    parent = aliased(Comment)
    return (
        select(
            said,
            Version.number.label("version"),
            Paragraph.key.label("paragraph"),
            Comment.language,
            Comment.state,
            first_leaf_of(parent).label("reply_to"),
        )
        .join(Comment, Comment.id == said.c.comment_id)
        .join(Comment.version)
        .outerjoin(Comment.paragraph)
        .outerjoin(parent, parent.id == Comment.parent_id)
        .order_by(said.c.leaf)
    )


def _columns(model: type[Comment | CommentRevision]) -> list[Any]:
    return [getattr(model, name) for name in OF_TEXT]


def _received(row: Any) -> ReceivedText:
    leaf = Leaf(
        received_at=row.received_at,
        version=row.version,
        paragraph=row.paragraph,
        reply_to=row.reply_to,
        language=row.language,
        kind=row.kind,
        importance=row.importance,
        source=row.source,
        suggestion=row.suggestion,
        quotation=row.quotation["exact"] if row.quotation else "",
    )
    is_erased, shown = row.state == State.ERASED, (row.html, row.plain)
    return ReceivedText(row.comment_id, row.leaf, row.leaf_digest, row.leaf_salt, leaf, is_erased, shown)
