"""Erasing: a respondent's name, or all that a respondent sent, is gone; that it was there stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from app.models.base import db, overwrite_what_was_erased, transaction
from app.models.comment import Capacity, Comment, CommentRevision, IntakeFile, Kind, State, Submission
from app.models.moderation import Appeal, AppealOutcome
from app.models.sitting import Sitting, SittingKey
from app.services.activity import enqueue, record, touch_public_pages
from app.services.errors import NotFoundError
from app.services.moderation.appealing import settle_appeals
from app.services.moderation.revisions import drop_waiting
from app.services.search.searching import SearchIndex

OVERWRITING = "overwrite_erased"
NOTHING_SAID = {
    "kind": Kind.OTHER, "importance": None, "source": "", "html": "", "plain": "", "suggestion": "",
    "quotation": None, "leaf_salt": "",
}  # fmt: skip


def erase_person(submission_id: int, *, at: datetime) -> None:
    """Nobody can tell any more whose submission it is; what was said stays, without a name.

    Country, capacity and the name of an organisation or group stay: they are no person.
    """
    with transaction():
        submission = _locked(submission_id)
        if submission.person_erased_at is None:
            _forget_person(submission, at)
            touch_public_pages(submission.consultation_id)
            record("person erased", f"submission:{submission.id}", person_id=None, at=at)
            enqueue(OVERWRITING, {}, at=at)


def erase_everything(submission_id: int, *, at: datetime) -> None:
    """Nothing of what was sent is left: the comments are counted, and their leaves stay in the tree."""
    with transaction():
        submission = _locked(submission_id)
        comments = _locked_comments(submission_id)
        if not comments:
            return
        _forget_person(submission, at)
        submission.organisation = submission.organisation_kind = submission.register_number = ""
        _empty(comments)
        touch_public_pages(submission.consultation_id)
        for comment in comments:
            record("comment erased", f"comment:{comment.id}", person_id=None, at=at)
            enqueue("index_comment", {"comment_id": comment.id}, at=at)
        _forget_what_followed([comment.id for comment in comments], at)
        # Enqueued last, so that it runs when the index has forgotten them.
        enqueue(OVERWRITING, {}, at=at)


def overwrite(index: SearchIndex) -> None:
    """Erased words are gone from the files as well: from the database's and from the search index."""
    if index.is_built():
        index.compact()
    overwrite_what_was_erased()


def is_erased(submission: Submission) -> bool:
    """Whether everything that was sent is erased."""
    return all(comment.state == State.ERASED for comment in submission.comments)


def _forget_person(submission: Submission, at: datetime) -> None:
    submission.name = submission.email = ""
    submission.person_id = None
    submission.letters_off = []
    if submission.capacity == Capacity.INDIVIDUAL:
        submission.organisation = submission.organisation_kind = submission.register_number = ""
    submission.person_erased_at = at
    db.session.execute(update(Comment).where(Comment.submission_id == submission.id).values(contributor=""))
    # A scan shows a name or a signature wherever it was written.
    db.session.execute(
        update(IntakeFile)
        .where(IntakeFile.submission_id == submission.id)
        .values(name="", content=b"", content_type="")
    )
    _forget_sitting(submission)


def _forget_sitting(submission: Submission) -> None:
    sittings = select(Sitting.id).where(Sitting.submission_id == submission.id)
    db.session.execute(update(SittingKey).where(SittingKey.sitting_id.in_(sittings)).values(contributor=""))
    db.session.execute(update(Sitting).where(Sitting.submission_id == submission.id).values(particulars={}))


def _empty(comments: Sequence[Comment]) -> None:
    for comment in comments:
        for name, nothing in NOTHING_SAID.items():
            setattr(comment, name, nothing)
        comment.suggestion_digest = comment.words_digest = comment.network_digest = None
        comment.contributor, comment.links = "", 0
        comment.state, comment.published_at, comment.is_marked = State.ERASED, None, False
        comment.changes += 1


def _forget_what_followed(comment_ids: list[int], at: datetime) -> None:
    drop_waiting(comment_ids, at=at)
    settle_appeals(comment_ids, AppealOutcome.WITHDRAWN, person_id=None, at=at)
    db.session.execute(
        update(CommentRevision).where(CommentRevision.comment_id.in_(comment_ids)).values(**NOTHING_SAID)
    )
    db.session.execute(update(Appeal).where(Appeal.comment_id.in_(comment_ids)).values(words=""))


def _locked(submission_id: int) -> Submission:
    submission = db.session.scalar(
        select(Submission)
        .where(Submission.id == submission_id)
        .with_for_update(of=Submission)
        .execution_options(populate_existing=True)
    )
    if submission is None:
        raise NotFoundError(f"submission {submission_id}")
    return submission


def _locked_comments(submission_id: int) -> Sequence[Comment]:
    return db.session.scalars(
        select(Comment)
        .where(Comment.submission_id == submission_id, Comment.state != State.ERASED)
        .order_by(Comment.id)
        .with_for_update(of=Comment)
        .execution_options(populate_existing=True)
    ).all()
