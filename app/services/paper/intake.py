"""Intake: what came on paper, by e-mail or from a workshop is entered for whoever sent it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.models.base import db, transaction, write_row
from app.models.comment import Channel, IntakeFile, Submission
from app.models.consultation import Consultation, ModerationPolicy
from app.models.people import Person
from app.services.activity import record
from app.services.comments.admitting import Spot, look
from app.services.comments.receipts import Receipt, new_receipt, receipt_of
from app.services.comments.receiving import Arrival, Received, receive
from app.services.errors import ChangedMeanwhileError
from app.services.paper.desks import Desk, require_country
from app.services.paper.filing import ScannedFile
from app.services.paper.papers import CheckedPaper, EnteredBeforeError, Paper, Problem, UnfitPaperError
from app.services.paper.vetting import check_paper
from app.services.text import digest_of


def enter_submission(
    desk: Desk,
    paper: Paper,
    file: ScannedFile | None = None,
    *,
    form: str,
    by: Person,
    at: datetime,
    secret_key: str,
) -> Receipt:
    """The paper is in the record, with its scan; sent again by the same copy of the form, the same receipt.

    After the closing a scan or file is needed, to show that the paper came before. Raises ForbiddenError,
    NotYetOpenError or UnfitPaperError, with nothing written.
    """
    form_digest = digest_of(json.dumps(["intake", form, by.id, asdict(paper)]))
    try:
        with transaction():
            found = look(desk.consultation, form_digest, [Spot(None)])
            number = found.number
            if number is None:
                checked = check_paper(desk, paper, at)
                if checked.documented.is_late and file is None:
                    raise UnfitPaperError([Problem(None, "file", "required")])
                received = _enter(desk, checked, form_digest, by=by, at=at, secret_key=secret_key)
                if file:
                    write_row(IntakeFile, submission_id=received.submission_id, **file._asdict())
                return received.receipt
    except IntegrityError:
        # Two sendings of one form met in the database; the other one is committed by now.
        number = db.session.scalar(select(Submission.number).where(Submission.form_digest == form_digest))
        if number is None:
            raise
    return receipt_of(number, secret_key)


def enter_papers(
    desk: Desk,
    papers: Sequence[CheckedPaper],
    file_digest: str,
    *,
    by: Person,
    at: datetime,
    secret_key: str,
    on_entered: Callable[[int], None] = lambda number: None,
) -> None:
    """All papers of a file are in the record, or none; `on_entered` hears how many are.

    Raises EnteredBeforeError, ForbiddenError, or ChangedMeanwhileError when the times were moved meanwhile.
    """
    digests = [_digest_in_file(desk.consultation, file_digest, place) for place in range(len(papers))]
    before = (desk.consultation.opens_at, desk.consultation.closes_at)
    try:
        with transaction():
            look(desk.consultation, digests[0], [Spot(None)])
            refuse_file_entered_before(desk.consultation, file_digest)
            if (desk.consultation.opens_at, desk.consultation.closes_at) != before:
                raise ChangedMeanwhileError("times")
            for place, (checked, digest) in enumerate(zip(papers, digests, strict=True), start=1):
                _enter(desk, checked, digest, by=by, at=at, secret_key=secret_key)
                on_entered(place)
            # The spreadsheet is its own document: whoever has it can show that it is the one.
            record("spreadsheet entered", f"spreadsheet:{file_digest}", person_id=by.id, at=at)
    except IntegrityError:
        refuse_file_entered_before(desk.consultation, file_digest)
        raise


def refuse_file_entered_before(consultation: Consultation, file_digest: str) -> None:
    """Raises EnteredBeforeError when the papers of this file are in the record already."""
    row = db.session.execute(
        select(Submission.entered_at, Submission.received_at, Person.name)
        .outerjoin(Person, Person.id == Submission.entered_by_id)
        .where(Submission.form_digest == _digest_in_file(consultation, file_digest, 0))
    ).first()
    if row is not None:
        raise EnteredBeforeError(row.entered_at or row.received_at, row.name or "")


def _digest_in_file(consultation: Consultation, file_digest: str, place: int) -> str:
    return digest_of(json.dumps(["intake-file", consultation.id, file_digest, place]))


def _enter(
    desk: Desk, checked: CheckedPaper, form_digest: str, *, by: Person, at: datetime, secret_key: str
) -> Received:
    require_country(desk, by, checked.words.country)
    consultation, paper = desk.consultation, checked.paper
    arrival = Arrival(
        consultation_id=consultation.id,
        privacy_notice_version=consultation.privacy_notice_version,
        form_digest=form_digest,
        at=checked.documented.received_at,
        is_moderated=consultation.moderation == ModerationPolicy.BEFORE,
        with_letter=paper.with_letter,
        channel=Channel(paper.channel),
        entered_by_id=by.id,
        entered_at=at,
        is_late=checked.documented.is_late,
        workshop_id=paper.workshop_id,
    )
    received = receive(arrival, checked.words, checked.remarks, new_receipt(secret_key))
    record(f"consent stated: {paper.consent}", f"submission:{received.submission_id}", person_id=by.id, at=at)
    return received
