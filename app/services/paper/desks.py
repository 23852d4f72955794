"""Who enters what came on paper, in which consultation and for which countries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from app.models.base import db
from app.models.comment import Comment, IntakeFile, Submission
from app.models.consultation import Consultation
from app.models.people import Person
from app.models.roles import Permission
from app.services.errors import NotFoundError
from app.services.paper.locating import SealedVersion, sealed_versions
from app.services.people.entrusting import consultation_for, consultations_for, entrusted_countries
from app.services.permissions import require

PAGE_LENGTH = 50


@dataclass(frozen=True)
class Desk:
    """Where a person enters comments: a consultation, its sealed versions, and countries (None: all)."""

    consultation: Consultation
    countries: frozenset[str] | None
    versions: list[SealedVersion]

    @property
    def country(self) -> str:
        """The one country that can be entered; empty when there is a choice."""
        return next(iter(self.countries)) if self.countries and len(self.countries) == 1 else ""


@dataclass(frozen=True)
class FileLine:
    """A scan or file that something came as, without its content."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class EnteredLine:
    """A submission in the list of what was entered."""

    submission: Submission
    comments: int
    entered_by: str


def consultations_with_desks(person: Person) -> Sequence[Consultation]:
    """The consultations in which the person may enter comments, newest first."""
    return consultations_for(person, Permission.ENTER_COMMENTS)


def open_desk(slug: str, *, by: Person) -> Desk:
    """The person's desk in the consultation of that slug; raises NotFoundError or ForbiddenError."""
    consultation = consultation_for(slug, Permission.ENTER_COMMENTS, by=by)
    countries = entrusted_countries(by, Permission.ENTER_COMMENTS, consultation)
    return Desk(consultation, countries, sealed_versions(consultation))


def require_country(desk: Desk, by: Person, country: str) -> None:
    """Raises ForbiddenError unless the person may enter comments from that country."""
    require(by, Permission.ENTER_COMMENTS, consultation_id=desk.consultation.id, country=country)


def entered_at_desk(desk: Desk, *, before: int | None = None) -> tuple[list[EnteredLine], int | None]:
    """What was entered, newest first, and where the next page begins (None: nowhere)."""
    number = select(func.count()).where(Comment.submission_id == Submission.id).scalar_subquery()
    wanted = (
        _entered(select(Submission, number, Person.name), desk)
        .outerjoin(Person, Person.id == Submission.entered_by_id)
        .order_by(Submission.id.desc())
        .limit(PAGE_LENGTH + 1)
    )
    if before is not None:
        wanted = wanted.where(Submission.id < before)
    lines = [EnteredLine(*row) for row in db.session.execute(wanted)]
    shown = lines[:PAGE_LENGTH]
    return shown, shown[-1].submission.id if len(lines) > PAGE_LENGTH else None


def submission_at_desk(desk: Desk, number: str) -> Submission:
    """The submission of that number, if it was entered and may be seen here; raises NotFoundError."""
    found: Submission | None = db.session.scalar(
        _entered(select(Submission), desk)
        .where(Submission.number == number)
        .options(selectinload(Submission.comments).joinedload(Comment.version))
    )
    if found is None:
        raise NotFoundError(f"submission {number}")
    return found


def files_of(submission: Submission) -> list[FileLine]:
    """The scans and files of the submission, without their content; those that were erased are gone."""
    rows = db.session.execute(
        select(IntakeFile.id, IntakeFile.name, func.length(IntakeFile.content))
        .where(IntakeFile.submission_id == submission.id, func.length(IntakeFile.content) > 0)
        .order_by(IntakeFile.id)
    )
    return [FileLine(*row) for row in rows]


def file_of(submission: Submission, file_id: int) -> IntakeFile:
    """One scan or file of the submission; raises NotFoundError."""
    found = db.session.scalar(
        select(IntakeFile).where(IntakeFile.submission_id == submission.id, IntakeFile.id == file_id)
    )
    if found is None or not found.content:
        raise NotFoundError(f"file {file_id}")
    return found


def name_of_enterer(submission: Submission) -> str:
    """Who entered it; empty when the account is gone."""
    person = db.session.get(Person, submission.entered_by_id) if submission.entered_by_id else None
    return person.name if person else ""


def _entered(wanted: Select[Any], desk: Desk) -> Select[Any]:
    wanted = wanted.where(
        Submission.consultation_id == desk.consultation.id, Submission.entered_by_id.is_not(None)
    )
    if desk.countries is None:
        return wanted
    return wanted.where(Submission.country.in_(sorted(desk.countries)))
