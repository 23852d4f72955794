"""Sending a sitting: all its comments together, with the respondent's particulars once, for one receipt."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from app.models.base import db, transaction
from app.models.comment import Submission
from app.models.consultation import Consultation
from app.models.people import Person
from app.models.sitting import Sitting, SittingKey, UnsentComment
from app.services.comments.admitting import Spot, look, require_may_comment, require_open
from app.services.comments.checking import Words
from app.services.comments.commenting import arrival_at
from app.services.comments.receipts import Receipt, new_receipt, receipt_of
from app.services.comments.receiving import Remark, receive
from app.services.derived_secrets import derived_secret
from app.services.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError
from app.services.sittings.readying import first_written, in_time, remarks_of, seen_in, spot_of
from app.services.sittings.returning import give_back
from app.services.sittings.sittings import Bearer, lock_bearer, lock_sitting
from app.services.sittings.unsent import unsent_in
from app.services.text import digest_of


@dataclass(frozen=True)
class Sending:
    """Which sitting is sent, as it stood before whoever sends it (see `seen_in`), and from where.

    `page_secret` is what the page held that it is sent from (see `page_secret_of`).
    """

    sitting_id: int
    seen: str
    network: str | None = None
    with_letter: bool = True
    page_secret: str = ""


def page_secret_of(sitting: Sitting, secret_key: str) -> str:
    """What the owner's page of the sitting holds: once it is sent, its receipt is answered to that page.

    So the page still leads there when the browser has lost its cookie; before, it opens nothing. The number
    of a sitting that is gone may be given again: when the sitting began tells them apart.
    """
    return derived_secret(f"sent:{sitting.id}:{sitting.began_at.isoformat()}", secret_key)


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
    """What is ready in the sitting is in the record, and its receipt is answered; sent again, the same one.

    Sent again it need not be the bearer's any more, if the page holds its secret.
    What colleagues are still writing is not sent, nor, in the minutes of grace, what was written after the
    closing (see `in_time`): each of it is kept in a sitting of its author's own. `particulars` are words
    without a comment. Nothing is written, and nothing is lost, when it raises NotFoundError (the sitting is
    not the bearer's), ForbiddenError (they are not its owner, or may not comment), NotYetOpenError,
    ClosedError, ChangedMeanwhileError (what is ready is not what was seen) or UnreadyError.
    """
    form_digest = digest_of(f"sitting:{sending.sitting_id}")
    with transaction():
        lock_bearer(bearer)
        sitting = _to_send(consultation, sending, bearer, secret_key)
        comments = unsent_in(sitting)
        number = _number_of(sitting)
        if number is None:
            going, remarks = _ready(consultation, sending, form_digest, comments, particulars, by, at)
            arrival = arrival_at(
                consultation,
                form_digest,
                by=by,
                at=at,
                network=sending.network,
                with_letter=sending.with_letter,
            )
            received = receive(arrival, remarks[0].words, remarks, new_receipt(secret_key))
            give_back(sitting, [each for each in comments if each not in going], at)
            _close(sitting, received.submission_id, at)
            return received.receipt
    return receipt_of(number, secret_key)


def receipt_sent_before(
    consultation: Consultation, sending: Sending, *, bearer: Bearer, secret_key: str
) -> Receipt | None:
    """The receipt of a sitting that was sent before; None when it is not sent, or they may not send it."""
    try:
        with transaction():
            number = _number_of(_to_send(consultation, sending, bearer, secret_key))
    except (NotFoundError, ForbiddenError):
        return None
    return None if number is None else receipt_of(number, secret_key)


def _ready(
    consultation: Consultation,
    sending: Sending,
    form_digest: str,
    comments: list[UnsentComment],
    particulars: Words,
    by: Person | None,
    at: datetime,
) -> tuple[list[UnsentComment], list[Remark]]:
    """What of the comments goes, and as what, under the rules as they stand once the lock is held."""
    ready = [comment for comment in comments if comment.is_ready]
    admission = look(consultation, form_digest, [spot_of(comment) for comment in ready] or [Spot(None)])
    require_open(consultation, at, first_written(ready))
    require_may_comment(consultation, by)
    if not ready or seen_in(ready) != sending.seen:
        raise ChangedMeanwhileError(f"sitting {sending.sitting_id}")
    going = in_time(consultation, ready, at)
    found = [row for each, row in zip(ready, admission.found, strict=True) if each in going]
    return going, remarks_of(consultation, going, found, particulars)


def _to_send(consultation: Consultation, sending: Sending, bearer: Bearer, secret_key: str) -> Sitting:
    """The sitting, the bearer's own or sent from the very page, for this transaction alone."""
    sitting = lock_sitting(sending.sitting_id)
    if sitting is None or sitting.consultation_id != consultation.id:
        raise NotFoundError("sitting")
    if _was_sent_from(sitting, sending.page_secret, secret_key):
        return sitting
    keys = [key for key in sitting.keys if _is_of(key, bearer)]
    if not keys:
        raise NotFoundError("sitting")
    if not any(key.is_owner for key in keys):
        raise ForbiddenError("owner")
    return sitting


def _was_sent_from(sitting: Sitting, page_secret: str, secret_key: str) -> bool:
    expected = page_secret_of(sitting, secret_key).encode()
    return sitting.submission_id is not None and hmac.compare_digest(expected, page_secret.encode())


def _is_of(key: SittingKey, bearer: Bearer) -> bool:
    if key.person_id is not None:
        return key.person_id == bearer.person_id
    return bool(bearer.reference) and key.reference_digest == digest_of(bearer.reference)


def _number_of(sitting: Sitting) -> str | None:
    if sitting.submission_id is None:
        return None
    return db.session.scalar(select(Submission.number).where(Submission.id == sitting.submission_id))


def _close(sitting: Sitting, submission_id: int, at: datetime) -> None:
    """The sitting holds nothing any more but what it has become."""
    db.session.execute(delete(UnsentComment).where(UnsentComment.sitting_id == sitting.id))
    sitting.submission_id, sitting.touched_at = submission_id, at
    sitting.particulars, sitting.code_digest = {}, None
