"""What came on paper, by e-mail or from a workshop is checked, and entered for whoever sent it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.models.base import db, transaction, write_row
from app.models.comment import Channel, IntakeFile, Submission
from app.models.consultation import Consultation, ModerationPolicy
from app.models.people import Person
from app.services.activity import record
from app.services.comments.admitting import Spot, look
from app.services.comments.checking import Words, render_said, require_valid, tidy
from app.services.comments.receipts import Receipt, new_receipt, receipt_of
from app.services.comments.receiving import Arrival, Received, Remark, receive
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.paper.desks import Desk, require_country
from app.services.paper.documenting import Documented, documented
from app.services.paper.filing import ScannedFile
from app.services.paper.locating import Labelled, SealedVersion, paragraph_called, version_about
from app.services.paper.vocabulary import problems_of_codes
from app.services.text import SafeText, digest_of, one_line

MOST_COMMENTS = 50  # of one submission that is entered
CHANNELS = (Channel.LETTER, Channel.EMAIL, Channel.WORKSHOP, Channel.OTHER)
# A letter cannot be asked again: of what a form would demand only this must be known.
NEEDED = frozenset({"name", "country", "organisation", "group_size", "body"})


class Consent(StrEnum):
    """How the respondent agreed that the comment is published."""

    WRITTEN = "written"
    FORM = "form"
    MINUTES = "minutes"


class Problem(NamedTuple):
    """What is wrong with a paper: at which of its comments (None: with all of it), in which field."""

    comment: int | None
    field: str
    code: str


class UnfitPaperError(InvalidError):
    """A paper that cannot be entered as it was filled in; `found` says why."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__({one.field: one.code for one in found})
        self.found = list(found)


class EnteredBeforeError(ChangedMeanwhileError):
    """The same file was entered before: when, and by whom."""

    def __init__(self, entered_at: datetime, name: str) -> None:
        super().__init__("entered before")
        self.entered_at = entered_at
        self.name = name


@dataclass(frozen=True)
class PaperComment:
    """One comment of a paper: its words with the respondent's particulars, and where it says it belongs."""

    words: Words
    place: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Paper:
    """What one respondent sent, as it was filled in for them; `received` is the documented day (and time)."""

    channel: str
    received: str
    consent: str
    comments: tuple[PaperComment, ...]
    with_letter: bool = True
    workshop_id: int | None = None


@dataclass(frozen=True)
class CheckedPaper:
    """A paper that can be entered."""

    paper: Paper
    documented: Documented
    words: Words
    remarks: list[Remark]


def check_paper(desk: Desk, paper: Paper, at: datetime) -> CheckedPaper:
    """The paper, ready to be entered.

    Raises UnfitPaperError with all that is wrong, NotYetOpenError, or NotFoundError without a sealed version.
    """
    if not desk.versions:
        raise NotFoundError("version")
    problems = [Problem(None, name, code) for name, code in _problems_of_paper(desk, paper).items()]
    came: Documented | None = None
    try:
        came = documented(desk.consultation, paper.received, at)
    except InvalidError as error:
        problems += _told(None, error)
    day = came.received_at if came else at
    remarks = [_remark(desk, one, day, number, problems) for number, one in enumerate(paper.comments)]
    ready = [remark for remark in remarks if remark is not None]
    if problems or came is None or len(ready) < len(remarks):
        raise UnfitPaperError(list(dict.fromkeys(problems)))
    words = _of_workshop(paper, ready[0].words) if paper.workshop_id is not None else ready[0].words
    return CheckedPaper(paper, came, words, ready)


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


def _problems_of_paper(desk: Desk, paper: Paper) -> dict[str, str]:
    problems = {}
    if paper.channel not in CHANNELS:
        problems["channel"] = "unknown" if paper.channel else "required"
    if paper.consent not in set(Consent):
        problems["consent"] = "unknown" if paper.consent else "required"
    if not paper.comments:
        problems["comments"] = "required"
    elif len(paper.comments) > MOST_COMMENTS:
        problems["comments"] = "too_many"
    country = paper.comments[0].words.country if paper.comments else ""
    if desk.countries is not None and country not in desk.countries:
        problems["country"] = "not_yours" if country else "required"
    return problems


def _of_workshop(paper: Paper, tidied: Words) -> Words:
    """What a workshop said counts as a group's, also where respondents are not asked for whom they speak."""
    given = paper.comments[0].words
    return tidied._replace(
        capacity=given.capacity,
        organisation=one_line(given.organisation),
        group_size=given.group_size,
        meeting=given.meeting,
    )


def _remark(
    desk: Desk, one: PaperComment, day: datetime, number: int, problems: list[Problem]
) -> Remark | None:
    """The comment ready to be received, or None with what is wrong added to the problems."""
    said, words, place = None, None, None
    try:
        words, said = _checked_words(desk, one.words)
    except InvalidError as error:
        problems += _told(number, error)
    try:
        place = _place(desk, one, day)
    except InvalidError as error:
        problems += _told(number, error)
    if words is None or said is None or place is None:
        return None
    version, paragraph = place
    return Remark(
        paragraph_id=paragraph.paragraph_id if paragraph else None,
        paragraph=paragraph.key if paragraph else None,
        version_id=version.id,
        version=version.number,
        words=words,
        said=said,
    )


def _checked_words(desk: Desk, words: Words) -> tuple[Words, SafeText]:
    said = render_said(words.body)
    unknown = problems_of_codes(words)
    if unknown:
        raise InvalidError(unknown)
    try:
        require_valid(desk.consultation, words, said)
    except InvalidError as error:
        needed = {name: code for name, code in error.problems.items() if code != "required" or name in NEEDED}
        if needed or said is None:
            raise InvalidError(needed) from error
    if said is None:
        raise InvalidError({"body": "too_long"})
    tidied = tidy(desk.consultation, words)
    # The country says whose contact point may see it, also where respondents are not asked.
    return (tidied._replace(country=words.country) if desk.countries is not None else tidied), said


def _place(desk: Desk, one: PaperComment, day: datetime) -> tuple[SealedVersion, Labelled | None]:
    version = version_about(desk.versions, one.version, day, desk.consultation.zone)
    paragraph = paragraph_called(version, one.place)
    if paragraph is None and one.words.suggestion.strip():
        raise InvalidError({"place": "needed"})
    return version, paragraph


def _told(number: int | None, error: InvalidError) -> list[Problem]:
    of_paper = {"name", "email", "country", "capacity", "organisation", "organisation_kind", "group_size",
                "meeting", "register_number", "consent", "received_at"}  # fmt: skip
    return [
        Problem(None if name in of_paper else number, name, code) for name, code in error.problems.items()
    ]
