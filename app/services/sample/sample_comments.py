"""The comments of the example, as if they had come in one by one and been decided on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from app.models.activity import Job
from app.models.base import db
from app.models.comment import Capacity, Comment, State, Submission
from app.models.consultation import Consultation
from app.models.draft import ParagraphKind, ParagraphText, Translation
from app.models.people import Person
from app.services.comments.checking import Words
from app.services.comments.commenting import post_comment, sealed_version_of
from app.services.errors import NotFoundError
from app.services.moderation.erasing import erase_everything
from app.services.moderation.moderating import decide
from app.services.moderation.withdrawing import withdraw

DECIDED = frozenset({State.PUBLISHED, State.REJECTED, State.SPAM})


@dataclass
class _Entry:
    """One comment of the file, with the instants at which it came in and was settled."""

    said: dict[str, Any]
    consultation: Consultation
    received_at: datetime
    settled_at: datetime
    comment_id: int = 0


def load_comments(
    said: Iterable[dict[str, Any]],
    consultations: dict[str, Consultation],
    moderator: Person,
    *,
    at: datetime,
    secret_key: str,
) -> None:
    """The comments stand in their states, with the decisions that brought them there; nobody gets letters."""
    entries = [_entry(number, one, consultations, at) for number, one in enumerate(said)]
    last_job = db.session.scalar(select(func.max(Job.id))) or 0
    steps = [(entry.received_at, 0, number) for number, entry in enumerate(entries)]
    steps += [(entry.settled_at, 1, number) for number, entry in enumerate(entries)]
    for _at, step, number in sorted(steps):
        if step == 0:
            entries[number].comment_id = _post(entries[number], secret_key)
        else:
            _settle(entries[number], moderator)
    # The addresses are made up: nothing may be sent to them, not even where mail is set up.
    db.session.execute(delete(Job).where(Job.id > last_job, Job.name == "letter"))


def _entry(number: int, said: dict[str, Any], consultations: dict[str, Consultation], at: datetime) -> _Entry:
    # Spread over the day and over hours of waiting, and the same at every loading.
    received_at = at - timedelta(days=said["days_before"], minutes=(number * 97) % 600)
    settled_at = min(received_at + timedelta(hours=3 + (number * 7) % 26), at - timedelta(minutes=5))
    return _Entry(said, consultations[said["consultation"]], received_at, settled_at)


def _post(entry: _Entry, secret_key: str) -> int:
    said = entry.said
    words = Words(
        body=said["body"],
        language=said["language"],
        name=said["name"] or "",
        email=said["email"] or "",
        country=said["country"] or "",
        capacity=said["capacity"],
        organisation=said["organisation"] or "",
        group_size=said["group_size"],
        has_authority=said["capacity"] != Capacity.INDIVIDUAL,
        kind=said["kind"] or "",
        importance=said["importance"],
        consent=True,
    )
    receipt = post_comment(
        entry.consultation,
        _paragraph_id(entry.consultation, said["paragraph"]),
        words,
        form=f"sample {said['email']}",
        by=None,
        at=entry.received_at,
        secret_key=secret_key,
    )
    return db.session.scalars(
        select(Comment.id).join(Comment.submission).where(Submission.number == receipt.number)
    ).one()


def _paragraph_id(consultation: Consultation, label: str | None) -> int | None:
    if label is None:
        return None
    found = db.session.scalar(
        select(ParagraphText.paragraph_id)
        .join(Translation)
        .where(
            Translation.version_id == sealed_version_of(consultation).id,
            Translation.is_original,
            ParagraphText.label == label,
            ParagraphText.kind != ParagraphKind.HEADING,
        )
    )
    if found is None:
        raise NotFoundError(f"paragraph {label}")
    return found


def _settle(entry: _Entry, moderator: Person) -> None:
    state = State(entry.said["state"])
    if state in DECIDED:
        decide(
            entry.comment_id,
            state,
            expected_changes=0,
            reason=entry.said["reason"],
            note=entry.said["note"] or "",
            by=moderator,
            at=entry.settled_at,
        )
    elif state != State.WAITING:
        _take_back(db.session.get_one(Comment, entry.comment_id), state, entry.settled_at)


def _take_back(comment: Comment, state: State, at: datetime) -> None:
    if state == State.ERASED:
        erase_everything(comment.submission_id, at=at)
    else:
        withdraw(comment.submission, [comment.id], at=at)
