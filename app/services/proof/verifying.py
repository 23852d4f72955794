"""Checking the whole record: texts against leaves, what is shown against both, roots against the leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.models.activity import Activity
from app.models.base import db
from app.models.comment import Comment, CommentRevision, State, Submission
from app.models.consultation import Consultation, ModerationPolicy
from app.services.errors import BrokenRecordError
from app.services.proof.proving import OF_TEXT, ROWS_AT_ONCE, ReceivedText, received_texts
from app.services.proof.witnessing import leaves_of, roots_of, tree_over

# What the lines of activity about a comment say of its state; all others leave it where it stands.
DECIDED = {
    "comment published": State.PUBLISHED,
    "comment rejected": State.REJECTED,
    "comment marked as spam": State.SPAM,
    "comment put back": State.WAITING,
    "correction approved": State.PUBLISHED,
    "appeal published": State.PUBLISHED,
}
LEFT = {**DECIDED, "comment withdrawn": State.WITHDRAWN, "comment erased": State.ERASED}
# A comment keeps the time at which it came first, whatever was corrected since.
TAKEN_OVER = tuple(name for name in OF_TEXT if name != "received_at")

AnySelect = Select[*tuple[Any, ...]]


def all_consultations() -> list[Consultation]:
    """All consultations, in the order in which they were added."""
    return list(db.session.scalars(select(Consultation).order_by(Consultation.id)))


def altered_leaves(consultation: Consultation) -> Iterator[str | None]:
    """For every text received, in order: what is wrong with it, in plain words, or None.

    Its words must give its leaf, and rendered anew they must be those that are shown.
    """
    return (_problem_of_text(text) for text in received_texts(consultation.id))


def problems_of_comments(consultation: Consultation) -> Iterator[str]:
    """What is wrong with comments beyond their words, in plain words; nothing when all holds.

    Each must stand where the last act in the chain of activity left it, be its respondent's, and say what
    the last approved of its texts says.
    """
    for row in _streamed(_comments_with_acts(consultation.id)):
        yield from (f"leaf {row.leaf} {problem}" for problem in _problems_of_comment(row))
    for leaf, *words in _streamed(_corrected(consultation.id)):
        if words[: len(TAKEN_OVER)] != words[len(TAKEN_OVER) :]:
            yield f"leaf {leaf} is shown with other words than those of its last approved text"


def problems_of_tree(consultation: Consultation) -> list[str]:
    """What is wrong with leaves and published roots, in plain words; nothing when all holds.

    Every root is computed anew over the first leaves, so that each older one is part of each newer one.
    """
    try:
        leaves = leaves_of(consultation.id)
    except BrokenRecordError as error:
        return [f"{error} is missing or there twice"]
    problems = []
    if len(leaves) != consultation.leaves:
        problems.append(f"{consultation.leaves} leaves were taken, and there are {len(leaves)}")
    tree = tree_over(leaves)
    largest = 0
    for root in reversed(roots_of(consultation.id)):
        named = f"the root over {root.size} leaves, published {root.published_at:%Y-%m-%d %H:%M} UTC,"
        if root.size < largest:
            problems.append(f"{named} covers less than an earlier one")
        elif root.size > len(leaves):
            problems.append(f"{named} covers leaves that are gone")
        elif tree.get_root(root.size).hex() != root.digest:
            problems.append(f"{named} is not what the leaves give")
        largest = max(largest, root.size)
    return problems


def _problem_of_text(text: ReceivedText) -> str | None:
    if text.is_erased:
        return None
    if not text.is_as_received():
        return f"leaf {text.number} is not what was received"
    is_shown = text.is_shown_as_received()
    return None if is_shown else f"leaf {text.number}: the words shown are not those received"


def _problems_of_comment(row: Any) -> Iterator[str]:
    began = {State.WAITING, State.PUBLISHED} if row.may_begin_published else {State.WAITING}
    if row.state not in ({LEFT[row.last_verb]} if row.last_verb else began):
        yield f"stands as {row.state}, and no act left it so"
    before = {DECIDED[row.decided_verb]} if row.decided_verb else began
    if row.state == State.WITHDRAWN and row.is_marked and State.PUBLISHED not in before:
        yield "stays in view, and was not in view when it was withdrawn"
    if row.is_miscounted:
        yield "is wrongly told to have words, or to have none"
    if row.is_moved:
        yield "has another country than its submission"


def _comments_with_acts(consultation_id: int) -> AnySelect:
    """Each comment with what its last act was, in one question: what is decided meanwhile is seen whole."""
    decided = case((Activity.verb.in_(DECIDED), Activity.id))
    about = Activity.subject, func.max(Activity.id).label("last"), func.max(decided).label("decided")
    acts = select(*about).where(Activity.verb.in_(LEFT)).group_by(Activity.subject).subquery()
    last_act, last_decision = aliased(Activity), aliased(Activity)
    return (
        select(
            Comment.leaf,
            Comment.state,
            Comment.is_marked,
            _may_begin_published(consultation_id).label("may_begin_published"),
            and_(Comment.state != State.ERASED, Comment.has_words != _has_words()).label("is_miscounted"),
            (Comment.country != Submission.country).label("is_moved"),
            last_act.verb.label("last_verb"),
            last_decision.verb.label("decided_verb"),
        )
        .join(Comment.submission)
        .join(Comment.consultation)
        .outerjoin(acts, acts.c.subject == literal("comment:") + cast(Comment.id, String))
        .outerjoin(last_act, last_act.id == acts.c.last)
        .outerjoin(last_decision, last_decision.id == acts.c.decided)
        .where(Comment.consultation_id == consultation_id)
        .order_by(Comment.leaf)
    )


def _may_begin_published(consultation_id: int) -> ColumnElement[bool]:
    """Whether the public may read a comment on which nobody decided, by the rules as they are or were."""
    changed = exists().where(
        Activity.subject == f"consultation:{consultation_id}", Activity.verb == "consultation changed"
    )
    return or_(Consultation.moderation == ModerationPolicy.AFTER, Comment.has_words.is_(False), changed)


def _has_words() -> ColumnElement[bool]:
    return or_(Comment.plain != "", Comment.suggestion != "")


def _corrected(consultation_id: int) -> AnySelect:
    """The corrected comments, each beside the text that it is to show: the first, until one was approved."""
    approved = (
        select(CommentRevision.comment_id, func.max(CommentRevision.number).label("number"))
        .where(
            CommentRevision.consultation_id == consultation_id,
            or_(CommentRevision.is_approved, CommentRevision.number == 0),
        )
        .group_by(CommentRevision.comment_id)
        .subquery()
    )
    is_approved = and_(
        CommentRevision.comment_id == approved.c.comment_id, CommentRevision.number == approved.c.number
    )
    sides = [getattr(side, name) for side in (Comment, CommentRevision) for name in TAKEN_OVER]
    return (
        select(Comment.leaf.label("at"), *sides)
        .join(approved, approved.c.comment_id == Comment.id)
        .join(CommentRevision, is_approved)
        .order_by(Comment.leaf)
    )


def _streamed(wanted: AnySelect) -> Iterator[Any]:
    return iter(db.session.execute(wanted, execution_options={"yield_per": ROWS_AT_ONCE}))
