"""Posting one comment at once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.models.base import db, transaction
from app.models.comment import Submission
from app.models.consultation import Consultation, ModerationPolicy, WhoMayComment
from app.models.draft import Draft, Version
from app.models.people import Person
from app.services.comments.admitting import Spot, look, place_at, require_may_comment, require_open
from app.services.comments.checking import Words, render_said, require_valid
from app.services.comments.receipts import Receipt, new_receipt, receipt_of
from app.services.comments.receiving import Arrival, Remark, receive
from app.services.email_addresses import sendable_address
from app.services.errors import NotFoundError
from app.services.text import SafeText, digest_of


def post_comment(
    consultation: Consultation,
    paragraph_id: int | None,
    words: Words,
    *,
    form: str,
    by: Person | None,
    at: datetime,
    secret_key: str,
    with_letter: bool = True,
    read_version: int | None = None,
    parent_id: int | None = None,
    opened_at: datetime | None = None,
    network: str | None = None,
) -> Receipt:
    """The comment is in the record, and the receipt for it is answered; sent again, the same receipt.

    `form` identifies the copy of the form, opened at `opened_at`: the same words from the same copy are one
    comment. `read_version` is the version that stood beside it, `parent_id` the comment that it replies to,
    `network` a keyed digest of where it came from. Writes nothing when it raises NotYetOpenError,
    ClosedError, ForbiddenError, NotFoundError, ChangedMeanwhileError (the newest version says something
    else there) or InvalidError (problems by form field).
    """
    spot = Spot(paragraph_id, read_version, parent_id)
    # Under the lock, where its rules are read, the address is known already.
    sendable_address(words.email.strip())
    said, receipt = render_said(words.body), new_receipt(secret_key)
    form_digest = _digest_of_form(form, paragraph_id, parent_id, words)
    try:
        with transaction():
            found = look(consultation, form_digest, [spot])
            number = found.number
            if number is None:
                require_open(consultation, at, opened_at)
                require_may_comment(consultation, by)
                arrival = arrival_at(
                    consultation, form_digest, by=by, at=at, network=network, with_letter=with_letter
                )
                remark = _remark(consultation, spot, found.found[0], words, said)
                receive(arrival, remark.words, [remark], receipt)
    except IntegrityError:
        # Two sendings of one form met in the database; the other one is committed by now.
        earlier = _number_of_form(form_digest)
        if earlier is None:
            raise
        number = earlier
    return receipt if number is None else receipt_of(number, secret_key)


def receipt_sent_before(
    paragraph_id: int | None, words: Words, *, form: str, secret_key: str, parent_id: int | None = None
) -> Receipt | None:
    """The receipt that `post_comment` answered for just this, or None when it was not received."""
    number = _number_of_form(_digest_of_form(form, paragraph_id, parent_id, words))
    return None if number is None else receipt_of(number, secret_key)


def arrival_at(
    consultation: Consultation,
    form_digest: str,
    *,
    by: Person | None,
    at: datetime,
    network: str | None = None,
    with_letter: bool = True,
) -> Arrival:
    """How a form that is sent now comes in, by the consultation's rules."""
    return Arrival(
        consultation_id=consultation.id,
        privacy_notice_version=consultation.privacy_notice_version,
        form_digest=form_digest,
        at=at,
        by=by,
        is_moderated=consultation.moderation == ModerationPolicy.BEFORE,
        needs_confirmation=consultation.who_may_comment == WhoMayComment.CONFIRMED_EMAIL,
        network_digest=network,
        with_letter=with_letter,
    )


def sealed_version_of(consultation: Consultation) -> Version:
    """The version under consultation: the last sealed one; raises NotFoundError when there is none."""
    version = db.session.scalar(
        select(Version)
        .join(Version.draft)
        .where(Draft.consultation_id == consultation.id, Version.sealed_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )
    if version is None:
        raise NotFoundError("version")
    return version


def _remark(
    consultation: Consultation, spot: Spot, found: Any, words: Words, said: SafeText | None
) -> Remark:
    tidied, safe = require_valid(consultation, words, said, is_reply=spot.parent_id is not None)
    place = place_at(consultation, spot, found)
    return Remark(
        paragraph_id=spot.paragraph_id,
        paragraph=place.paragraph,
        version_id=place.version_id,
        version=place.version,
        words=tidied,
        said=safe,
        parent_id=spot.parent_id,
        parent_leaf=place.parent_leaf,
    )


def _digest_of_form(form: str, paragraph_id: int | None, parent_id: int | None, words: Words) -> str:
    return digest_of(json.dumps([form, paragraph_id, parent_id, words]))


def _number_of_form(form_digest: str) -> str | None:
    return db.session.scalar(select(Submission.number).where(Submission.form_digest == form_digest))
