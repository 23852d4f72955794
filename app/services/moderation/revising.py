"""Correcting what was sent: a new text that may wait again, while the one that was approved stays in view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.models.base import db, transaction
from app.models.comment import Comment, CommentRevision, Kind, State
from app.models.consultation import Consultation, ModerationPolicy, Particular
from app.services.activity import enqueue, record, take_leaves, touch_public_pages
from app.services.comments.admitting import require_open
from app.services.comments.checking import LONGEST_COMMENT, Words, asks, render_said
from app.services.comments.grounding import ground
from app.services.comments.receiving import number_of_links, suggestion_digest
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.proof.leaves import Leaf, digest_of_leaf, first_leaf_of, new_salt
from app.services.text import SafeText, digest_of, normalise

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
        newest = _newest_of(comment)
        if comment.changes != expected_changes:
            if newest is not None and _says(newest, comment, words, said):
                return newest
            raise ChangedMeanwhileError(f"comment {comment_id}")
        require_open(comment.consultation, at, opened_at)
        safe = _require_valid(comment, newest, words, said)
        revision = _written(comment, newest, words, safe, at)
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


def may_be_corrected(comment: Comment) -> bool:
    """Whether a correction of the comment makes sense; whether it is in time is another question."""
    return comment.state in CAN_BE_CORRECTED


def has_words(text: Comment | CommentRevision) -> bool:
    """Whether there is anything to read, or only an importance."""
    return bool(text.plain or text.suggestion)


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


def _newest_of(comment: Comment) -> CommentRevision | None:
    return db.session.scalar(
        select(CommentRevision)
        .where(CommentRevision.comment_id == comment.id)
        .order_by(CommentRevision.number.desc())
        .limit(1)
    )


def _says(text: Comment | CommentRevision, comment: Comment, words: Words, said: SafeText | None) -> bool:
    told = (text.source, text.kind, text.importance, text.suggestion, text.quotation)
    kind, importance = _tidied(comment.consultation, comment, words)
    quotation = words.quotation.as_selector() if words.quotation else None
    return said is not None and told == (
        said.source, kind, importance, words.suggestion, quotation,
    )  # fmt: skip


def _tidied(consultation: Consultation, comment: Comment, words: Words) -> tuple[str, int | None]:
    """Kind and importance where they are asked for; else as they were."""
    kind = (words.kind or Kind.OTHER) if asks(consultation, Particular.KIND) else comment.kind
    is_asked = asks(consultation, Particular.IMPORTANCE) and not comment.parent_id
    return kind, words.importance if is_asked else comment.importance


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


def _written(
    comment: Comment, newest: CommentRevision | None, words: Words, said: SafeText, at: datetime
) -> CommentRevision:
    if newest is None:
        db.session.add(_first(comment, at))
    elif newest.decided_at is None:
        newest.decided_at = at
    kind, importance = _tidied(comment.consultation, comment, words)
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
