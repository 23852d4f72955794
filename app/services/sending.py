"""Sending a sitting: all its comments together, with the respondent's particulars once, for one receipt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.models.base import db, transaction
from app.models.comment import Submission
from app.models.consultation import Consultation
from app.models.people import Person
from app.models.sitting import Sitting, SittingKey, UnsentComment
from app.services.admitting import Spot, look, place_at, require_may_comment, require_open
from app.services.checking import Quotation, Words, render_said, require_valid
from app.services.commenting import arrival_at
from app.services.errors import (
    ChangedMeanwhileError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from app.services.grounding import ground
from app.services.receipts import Receipt, secret_of
from app.services.receiving import Remark, receive
from app.services.sittings import KEPT_FOR, MOST_TOGETHER, Bearer, lock_bearer, lock_sitting, unsent_in
from app.services.text import digest_of

# What is wrong with these concerns one comment; all other problems are those of the particulars.
OF_A_COMMENT = frozenset({"body", "kind", "importance", "suggestion", "quotation", "parent", "place"})


@dataclass(frozen=True)
class Sending:
    """Which sitting is sent, as it stood before whoever sends it (see `seen_in`), and from where."""

    sitting_id: int
    seen: str
    network: str | None = None
    with_letter: bool = True


class UnreadyError(DomainError):
    """Some of what was to be sent cannot be taken: problems of the particulars, and by comment."""

    def __init__(self, particulars: dict[str, str], comments: dict[int, dict[str, str]]) -> None:
        super().__init__(f"{sorted(particulars)} and {len(comments)} comments")
        self.particulars = particulars
        self.comments = comments


def seen_in(comments: Sequence[UnsentComment]) -> str:
    """Stands for all comments of a sitting as they are: another one as soon as one of them changes."""
    return digest_of(json.dumps([[comment.id, comment.changes] for comment in comments]))[:20]


def first_written(comments: Sequence[UnsentComment]) -> datetime | None:
    """When the comment was last changed that has rested longest; None without a comment."""
    return min((comment.changed_at for comment in comments), default=None)


def in_time(
    consultation: Consultation, comments: Sequence[UnsentComment], at: datetime
) -> list[UnsentComment]:
    """The comments that can be sent at that instant: after the closing, those with no word written since."""
    closes_at = consultation.closes_at
    return [comment for comment in comments if at < closes_at or comment.changed_at < closes_at]


def send_sitting(
    consultation: Consultation,
    sending: Sending,
    particulars: Words,
    *,
    bearer: Bearer,
    by: Person | None,
    at: datetime,
    secret_key: str,
) -> Receipt:
    """All comments of the sitting are in the record, and their receipt is answered; sent again, the same one.

    In the minutes of grace that is what was written before the closing (see `in_time`); what was written
    later is kept, in a sitting of its own. `particulars` are words without a comment. Nothing is written, and
    nothing is lost, when it raises NotFoundError (the sitting is not the bearer's), ForbiddenError (they are
    not its owner, or may not comment), NotYetOpenError, ClosedError, ChangedMeanwhileError (the comments are
    not those that were seen) or UnreadyError.
    """
    form_digest = digest_of(f"sitting:{sending.sitting_id}")
    with transaction():
        lock_bearer(bearer)
        sitting = _owned(consultation, sending.sitting_id, bearer)
        comments = unsent_in(sitting)
        number = _number_of(sitting)
        if number is None:
            admission = look(
                consultation, form_digest, [_spot(comment) for comment in comments] or [Spot(None)]
            )
            require_open(consultation, at, first_written(comments))
            require_may_comment(consultation, by)
            if not comments or seen_in(comments) != sending.seen:
                raise ChangedMeanwhileError(f"sitting {sitting.id}")
            timely = in_time(consultation, comments, at)
            found = [row for each, row in zip(comments, admission.found, strict=True) if each in timely]
            remarks = _remarks(consultation, timely, found, particulars)
            arrival = arrival_at(
                consultation,
                form_digest,
                by=by,
                at=at,
                network=sending.network,
                with_letter=sending.with_letter,
            )
            received = receive(arrival, remarks[0].words, remarks, secret_key=secret_key)
            _set_apart(sitting, [each for each in comments if each not in timely], at)
            _close(sitting, received.submission_id, at)
            number = received.number
    return Receipt(number, secret_of(number, secret_key))


def receipt_sent_before(
    consultation: Consultation, sitting_id: int, *, bearer: Bearer, secret_key: str
) -> Receipt | None:
    """The receipt of a sitting that the bearer sent before; None when it is not sent, or not theirs."""
    try:
        with transaction():
            number = _number_of(_owned(consultation, sitting_id, bearer))
    except (NotFoundError, ForbiddenError):
        return None
    return None if number is None else Receipt(number, secret_of(number, secret_key))


def remarks_to_send(
    consultation: Consultation, comments: list[UnsentComment], particulars: Words
) -> list[Remark]:
    """What the record would get if the comments were sent now; raises UnreadyError as sending them would.

    Nobody need agree to publication to see what it would be.
    """
    found = look(consultation, "", [_spot(comment) for comment in comments]).found
    return _remarks(consultation, comments, found, replace(particulars, consent=True))


def _owned(consultation: Consultation, sitting_id: int, bearer: Bearer) -> Sitting:
    """The sitting, open or sent, for this transaction alone."""
    sitting = lock_sitting(sitting_id)
    keys = [key for key in sitting.keys if _is_of(key, bearer)] if sitting else []
    if sitting is None or not keys or sitting.consultation_id != consultation.id:
        raise NotFoundError("sitting")
    if not any(key.is_owner for key in keys):
        raise ForbiddenError("owner")
    return sitting


def _is_of(key: SittingKey, bearer: Bearer) -> bool:
    if key.person_id is not None:
        return key.person_id == bearer.person_id
    return bool(bearer.reference) and key.reference_digest == digest_of(bearer.reference)


def _number_of(sitting: Sitting) -> str | None:
    if sitting.submission_id is None:
        return None
    return db.session.scalar(select(Submission.number).where(Submission.id == sitting.submission_id))


def _spot(comment: UnsentComment) -> Spot:
    return Spot(comment.paragraph_id, comment.version_id, comment.parent_id)


def _remarks(
    consultation: Consultation, comments: list[UnsentComment], found: list[Any], particulars: Words
) -> list[Remark]:
    """Every comment ready to be received; raises UnreadyError with all problems of all of them."""
    # Two sittings that became one when somebody signed in may hold more together.
    if len(comments) > MOST_TOGETHER:
        raise UnreadyError({"comments": "too_many"}, {})
    wrong: dict[str, str] = {}
    unfit: dict[int, dict[str, str]] = {}
    remarks = []
    for comment, row in zip(comments, found, strict=True):
        try:
            remarks.append(_remark(consultation, comment, row, particulars))
        except InvalidError as error:
            of_comment = {name: why for name, why in error.problems.items() if name in OF_A_COMMENT}
            wrong |= {name: why for name, why in error.problems.items() if name not in OF_A_COMMENT}
            if of_comment:
                unfit[comment.id] = of_comment
    if wrong or unfit:
        raise UnreadyError(wrong, unfit)
    return remarks


def _remark(consultation: Consultation, comment: UnsentComment, row: Any, particulars: Words) -> Remark:
    words = words_of(comment, particulars)
    problems: dict[str, str] = {}
    try:
        place = place_at(consultation, _spot(comment), row)
        words = ground(words, place.version_id, comment.paragraph_id)
    except ChangedMeanwhileError:
        is_gone = comment.paragraph_id is not None and row.text_id is None
        problems["place"] = "gone" if is_gone else "changed"
    except NotFoundError:
        problems["place"] = "gone"
    except InvalidError as error:
        problems |= error.problems
    try:
        tidied, said = require_valid(
            consultation, words, render_said(words.body), is_reply=comment.parent_id is not None
        )
    except InvalidError as error:
        problems |= error.problems
    if problems:
        raise InvalidError(problems)
    return Remark(
        paragraph_id=comment.paragraph_id,
        paragraph=place.paragraph,
        version_id=place.version_id,
        version=place.version,
        words=tidied,
        said=said,
        parent_id=comment.parent_id,
        parent_leaf=place.parent_leaf,
        contributor=comment.key.contributor if comment.key else "",
    )


def words_of(comment: UnsentComment, particulars: Words) -> Words:
    """What an unsent comment says, with the particulars of whoever sends it."""
    quoted = comment.quotation or {}
    return replace(
        particulars,
        body=comment.body,
        language=comment.language,
        kind=comment.kind,
        importance=int(comment.importance) if comment.importance else None,
        suggestion=comment.suggestion,
        quotation=Quotation(quoted["exact"], quoted.get("prefix", "")) if quoted else None,
    )


def _set_apart(sitting: Sitting, late: list[UnsentComment], at: datetime) -> None:
    """What was written too late is in a sitting of its own, reached by whoever reached it before."""
    if not late:
        return
    keys = {
        key.id: SittingKey(
            reference_digest=key.reference_digest,
            person_id=key.person_id,
            contributor=key.contributor,
            is_owner=key.is_owner,
            joined_at=key.joined_at,
        )
        for key in sitting.keys
    }
    apart = Sitting(
        consultation_id=sitting.consultation_id,
        language=sitting.language,
        particulars={},
        began_at=at,
        touched_at=at,
        expires_at=at + KEPT_FOR,
        keys=list(keys.values()),
    )
    db.session.add(apart)
    db.session.flush()
    for comment in late:
        comment.sitting_id = apart.id
        comment.key_id = keys[comment.key_id].id if comment.key_id else None
    db.session.flush()


def _close(sitting: Sitting, submission_id: int, at: datetime) -> None:
    """The sitting holds nothing any more but what it has become."""
    db.session.execute(delete(UnsentComment).where(UnsentComment.sitting_id == sitting.id))
    sitting.submission_id, sitting.touched_at = submission_id, at
    sitting.particulars, sitting.code_digest = {}, None
