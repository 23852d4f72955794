"""The texts that a comment has had: kept in order, one of them in view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.models.base import db
from app.models.comment import Comment, CommentRevision, Kind, State
from app.models.consultation import Consultation, Particular
from app.services.activity import take_leaves
from app.services.comments.checking import Words, asks
from app.services.comments.receiving import number_of_links, suggestion_digest
from app.services.proof.leaves import Leaf, digest_of_leaf, first_leaf_of, new_salt
from app.services.text import SafeText, digest_of


def take_over(comment: Comment, revision: CommentRevision, *, at: datetime) -> None:
    """The comment says what the revision says, and its leaf is the revision's."""
    comment.kind, comment.importance = revision.kind, revision.importance
    comment.source, comment.html, comment.plain = revision.source, revision.html, revision.plain
    comment.suggestion, comment.quotation = revision.suggestion, revision.quotation
    comment.suggestion_digest = suggestion_digest(revision.suggestion)
    comment.has_words = has_words(revision)
    comment.links = number_of_links(revision.source, revision.html)
    comment.words_digest = digest_of(revision.plain.casefold()) if revision.plain else None
    comment.leaf, comment.leaf_digest = revision.leaf, revision.leaf_digest
    comment.leaf_salt = revision.leaf_salt
    revision.decided_at, revision.is_approved = at, True


def drop_waiting(comment_ids: Sequence[int], *, at: datetime) -> None:
    """Corrections of these comments that still wait are waited for no longer."""
    for revision in db.session.scalars(
        select(CommentRevision).where(
            CommentRevision.comment_id.in_(comment_ids), CommentRevision.decided_at.is_(None)
        )
    ):
        revision.decided_at = at


def waiting_correction(comment: Comment) -> CommentRevision | None:
    """The correction that waits for a moderator, if any."""
    return db.session.scalar(
        select(CommentRevision)
        .where(CommentRevision.comment_id == comment.id, CommentRevision.decided_at.is_(None))
        .order_by(CommentRevision.number.desc())
        .limit(1)
    )


def revisions_of(comments: Sequence[Comment]) -> dict[int, list[CommentRevision]]:
    """All texts that each comment has had, in order: by the comment's number; none without corrections."""
    revisions: dict[int, list[CommentRevision]] = {comment.id: [] for comment in comments}
    rows = db.session.scalars(
        select(CommentRevision)
        .where(CommentRevision.comment_id.in_(revisions))
        .options(joinedload(CommentRevision.comment))
        .order_by(CommentRevision.comment_id, CommentRevision.number)
    )
    for revision in rows:
        revisions[revision.comment_id].append(revision)
    return revisions


def has_words(text: Comment | CommentRevision) -> bool:
    """Whether there is anything to read, or only an importance."""
    return bool(text.plain or text.suggestion)


def newest_of(comment: Comment) -> CommentRevision | None:
    """The last text that was sent, in view or not; None when nothing was corrected."""
    return db.session.scalar(
        select(CommentRevision)
        .where(CommentRevision.comment_id == comment.id)
        .order_by(CommentRevision.number.desc())
        .limit(1)
    )


def tidied_choices(consultation: Consultation, comment: Comment, words: Words) -> tuple[str, int | None]:
    """Kind and importance where they are asked for; else as they were."""
    kind = (words.kind or Kind.OTHER) if asks(consultation, Particular.KIND) else comment.kind
    is_asked = asks(consultation, Particular.IMPORTANCE) and not comment.parent_id
    return kind, words.importance if is_asked else comment.importance


def write_revision(
    comment: Comment, newest: CommentRevision | None, words: Words, said: SafeText, at: datetime
) -> CommentRevision:
    """The new text is the last one, with a leaf of its own; one that waited is waited for no longer."""
    if newest is None:
        db.session.add(_first(comment, at))
    elif newest.decided_at is None:
        newest.decided_at = at
    kind, importance = tidied_choices(comment.consultation, comment, words)
    salt = new_salt()
    revision = CommentRevision(
        consultation_id=comment.consultation_id,
        comment_id=comment.id,
        number=newest.number + 1 if newest else 1,
        kind=kind,
        importance=importance,
        source=said.source,
        html=said.html,
        plain=said.plain,
        suggestion=words.suggestion,
        quotation=words.quotation.as_selector() if words.quotation else None,
        leaf=take_leaves(comment.consultation_id, 1),
        leaf_salt=salt,
        received_at=at,
        is_approved=False,
    )
    revision.leaf_digest = digest_of_leaf(_leaf(comment, revision, at), salt)
    db.session.add(revision)
    db.session.flush()
    return revision


def _first(comment: Comment, at: datetime) -> CommentRevision:
    """What was received first, kept as number 0."""
    return CommentRevision(
        consultation_id=comment.consultation_id,
        comment_id=comment.id,
        number=0,
        kind=comment.kind,
        importance=comment.importance,
        source=comment.source,
        html=comment.html,
        plain=comment.plain,
        suggestion=comment.suggestion,
        quotation=comment.quotation,
        leaf=comment.leaf,
        leaf_digest=comment.leaf_digest,
        leaf_salt=comment.leaf_salt,
        received_at=comment.received_at,
        decided_at=comment.published_at or at,
        is_approved=comment.state == State.PUBLISHED,
    )


def _leaf(comment: Comment, revision: CommentRevision, at: datetime) -> Leaf:
    parent_leaf = db.session.scalar(select(first_leaf_of(Comment)).where(Comment.id == comment.parent_id))
    return Leaf(
        received_at=at,
        version=comment.version.number,
        paragraph=comment.paragraph.key if comment.paragraph else None,
        reply_to=parent_leaf,
        language=comment.language,
        kind=revision.kind,
        importance=revision.importance,
        source=revision.source,
        suggestion=revision.suggestion,
        quotation=revision.quotation["exact"] if revision.quotation else "",
    )
