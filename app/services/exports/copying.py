"""A copy of all that is held about a submission, for whoever sent it; docs/receipts.md names the keys."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment, CommentRevision, IntakeFile, Submission
from app.models.sitting import Sitting
from app.services.exports.recounting import History, histories_of
from app.services.proof.leaves import first_leaf_of
from app.services.proof.proving import evidence_of

FORMAT = "innspill-submission-1"
OF_SUBMISSION = (
    "number", "received_at", "language", "capacity", "name", "email", "country", "organisation",
    "organisation_kind", "register_number", "has_authority", "group_size", "meeting", "channel",
    "entered_at", "is_late", "email_confirmed_at", "letters_off", "privacy_notice_version",
    "person_erased_at",
)  # fmt: skip
OF_COMMENT = (
    "language", "kind", "importance", "source", "suggestion", "quotation", "contributor", "has_words",
    "links", "state", "published_at", "withdrawn_at", "is_marked", "words_digest", "network_digest",
)  # fmt: skip
OF_TEXT = ("kind", "importance", "source", "suggestion", "quotation", "decided_at", "is_approved")
OF_LEAF = ("leaf", "leaf_digest", "leaf_salt")


def copy_of(submission: Submission) -> dict[str, Any]:
    """All that is held about the submission, as plain values."""
    proofs = evidence_of(submission.comments)
    replied_to = _replied_to(submission.comments)
    return {
        "format": FORMAT,
        "consultation": submission.consultation.slug,
        **_plain(submission, OF_SUBMISSION),
        "has_account": submission.person_id is not None,
        "comments": [
            {
                **_comment(history, replied_to.get(history.comment.id)),
                "proofs": proofs[history.comment.id],
            }
            for history in histories_of(submission)
        ],
        "files": [_file(file) for file in _files_of(submission)],
        "unsent": [sitting.particulars for sitting in _sittings_of(submission)],
    }


def _comment(history: History, replied_to: int | None) -> dict[str, Any]:
    comment = history.comment
    return {
        "version": comment.version.number,
        "paragraph": comment.paragraph.key if comment.paragraph else None,
        "reply_to_leaf": replied_to,
        **_plain(comment, OF_COMMENT),
        "received_at": _value(history.received_at),
        **_plain(comment, OF_LEAF),
        "texts": [_text(revision) for revision in history.revisions],
        "decisions": [
            _plain(each, ("from_state", "to_state", "reason", "note", "decided_at"))
            for each in history.decisions
        ],
        "appeals": [
            _plain(each, ("words", "made_at", "outcome", "note", "decided_at")) for each in history.appeals
        ],
        "answers": [
            _plain(each, ("answer", "source", "language", "changed_keys", "published_at"))
            for each in history.answers
        ],
    }


def _text(revision: CommentRevision) -> dict[str, Any]:
    return _plain(revision, ("number", "received_at", *OF_TEXT, *OF_LEAF))


def _file(file: IntakeFile) -> dict[str, Any]:
    return {
        **_plain(file, ("name", "content_type", "digest")),
        "content": base64.b64encode(file.content).decode(),
    }


def _plain(record: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: _value(getattr(record, name)) for name in names}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _replied_to(comments: Sequence[Comment]) -> dict[int, int]:
    """The first leaf of what each reply replies to, by the reply's number."""
    parents = {comment.id: comment.parent_id for comment in comments if comment.parent_id}
    rows = db.session.execute(
        select(Comment.id, first_leaf_of(Comment)).where(Comment.id.in_(parents.values()))
    )
    leaves: dict[int, int] = dict(iter(rows))
    return {number: leaves[parent_id] for number, parent_id in parents.items()}


def _files_of(submission: Submission) -> Sequence[IntakeFile]:
    wanted = select(IntakeFile).where(IntakeFile.submission_id == submission.id).order_by(IntakeFile.id)
    return db.session.scalars(wanted).all()


def _sittings_of(submission: Submission) -> Sequence[Sitting]:
    return db.session.scalars(select(Sitting).where(Sitting.submission_id == submission.id)).all()
