"""Who is registered for a workshop, and who came."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.models.base import db, transaction
from app.models.people import Person
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.activity import record
from app.services.consultations.planning import filled
from app.services.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError
from app.services.workshops.convening import subject_of
from app.services.workshops.hosting import lock_to_run
from app.services.workshops.offering import cancel_registration
from app.services.workshops.seats import LIVE, ended_by_cancelling

ORDER = (
    RegistrationState.CONFIRMED,
    RegistrationState.ATTENDED,
    RegistrationState.ABSENT,
    RegistrationState.OFFERED,
    RegistrationState.WAITING,
    RegistrationState.CANCELLED,
)
WITH_A_PLACE = frozenset({RegistrationState.CONFIRMED, RegistrationState.ATTENDED, RegistrationState.ABSENT})
HEADER = (
    "number", "state", "rank", "name", "organisation", "email", "language", "registered_at", "offer_ends_at",
)  # fmt: skip
NEEDS = ("accessibility", "diet")
BEFORE = ("state_before",)
CANCELLED_WITH_WORKSHOP = "workshop_cancelled"


@dataclass(frozen=True)
class RegisteredLine:
    """A registration in the organiser’s list; `rank` is its number among those who wait."""

    registration: Registration
    rank: int | None


def registrations_of(workshop: Workshop, states: Collection[str] = ()) -> list[RegisteredLine]:
    """The registrations in those states (none given: in all), by state, then in the order they came."""
    chosen = (
        select(Registration)
        .where(Registration.workshop_id == workshop.id)
        .options(selectinload(Registration.needs))
        .order_by(Registration.place_in_line, Registration.registered_at, Registration.id)
    )
    found = list(db.session.scalars(chosen))
    in_line = set() if workshop.is_cancelled else {RegistrationState.WAITING}
    waiting = [one.id for one in found if one.state in in_line]
    ranks = {number: rank for rank, number in enumerate(waiting, start=1)}
    found.sort(key=lambda one: ORDER.index(RegistrationState(one.state)))
    return [RegisteredLine(one, ranks.get(one.id)) for one in found if not states or one.state in states]


def numbers_by_state(workshop: Workshop) -> dict[str, int]:
    """How many registrations there are in each state, those with none included."""
    counted = (
        select(Registration.state, func.count().label("number"))
        .where(Registration.workshop_id == workshop.id)
        .group_by(Registration.state)
    )
    found = {row.state: row.number for row in db.session.execute(counted)}
    return {str(state): found.get(state, 0) for state in ORDER}


def people_with_a_place(workshop: Workshop) -> list[Registration]:
    """Who has a place, in the order of their names; nobody once the workshop is cancelled."""
    if workshop.is_cancelled:
        return []
    found = [line.registration for line in registrations_of(workshop, WITH_A_PLACE)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def registration_for(workshop: Workshop, number: str) -> RegisteredLine:
    """The registration of that number; raises NotFoundError, for another workshop’s too."""
    found = (line for line in registrations_of(workshop) if line.registration.number == number)
    if (line := next(found, None)) is None:
        raise NotFoundError(f"registration {number}")
    return line


def can_be_cancelled(registration: Registration, at: datetime) -> bool:
    """Whether an organiser can still take the person out of the workshop."""
    workshop = registration.workshop
    return registration.state in LIVE and not workshop.is_cancelled and at < workshop.starts_at


def cancel_for(workshop: Workshop, number: str, *, by: Person, at: datetime) -> Registration:
    """The person is out of the workshop and told by letter; the place is offered to the next in line.

    Raises NotFoundError, NoPlaceError once it has begun, ChangedMeanwhileError when it was cancelled.
    """
    with transaction():
        lock_to_run(workshop, by)
        if workshop.is_cancelled:
            raise ChangedMeanwhileError("cancelled")
        return cancel_registration(registration_for(workshop, number).registration.id, by=by, at=at)


def mark_attendance(
    workshop: Workshop, came: Collection[int], shown: Collection[int], *, by: Person, at: datetime
) -> None:
    """Of those shown in the list, who was ticked came and the others did not; nobody else is touched.

    Raises ForbiddenError before the start, ChangedMeanwhileError when the workshop was cancelled.
    """
    with transaction():
        lock_to_run(workshop, by)
        if not workshop.is_published or at < workshop.starts_at:
            raise ForbiddenError("attendance before the start")
        if workshop.is_cancelled:
            raise ChangedMeanwhileError("cancelled")
        for registration in people_with_a_place(workshop):
            db.session.refresh(registration)
            if registration.id in shown and registration.state in WITH_A_PLACE:
                _mark(registration, registration.id in came, at)
        record("attendance noted", subject_of(workshop), person_id=by.id, at=at)


def number_attended(workshop: Workshop) -> int:
    """How many people were ticked as having come."""
    return numbers_by_state(workshop)[RegistrationState.ATTENDED]


def export_header(workshop: Workshop, *, with_needs: bool) -> tuple[str, ...]:
    """The names of the columns; what people need comes last, and only where it is asked for.

    The file of a workshop that was cancelled says how everybody stood before.
    """
    asked = [f"answer: {_label(question)}" for question in workshop.questions]
    before = BEFORE if workshop.is_cancelled else ()
    return (*HEADER, *before, *asked, *(NEEDS if with_needs else ()))


def export_registrations(workshop: Workshop, *, with_needs: bool) -> Iterator[tuple[str, ...]]:
    """A row of plain values under the header for every registration, in the list’s order."""
    for line in registrations_of(workshop):
        one = line.registration
        is_ended = ended_by_cancelling(workshop, one.state)
        needs = (one.needs.accessibility, one.needs.diet) if one.needs else ("", "")
        yield (
            one.number,
            CANCELLED_WITH_WORKSHOP if is_ended else one.state,
            str(line.rank or ""),
            one.name,
            one.organisation,
            one.email,
            one.language,
            _instant(one.registered_at),
            _instant(None if is_ended else one.offer_ends_at),
            *((one.state,) if workshop.is_cancelled else ()),
            *(str(one.answers.get(str(question["key"]), "")) for question in workshop.questions),
            *(needs if with_needs else ()),
        )


def _mark(registration: Registration, came: bool, at: datetime) -> None:
    state = RegistrationState.ATTENDED if came else RegistrationState.ABSENT
    if registration.state != state:
        registration.state, registration.changed_at = state, at


def _label(question: dict[str, object]) -> str:
    labels = question["labels"]
    return next(iter(filled(labels).values()), "") if isinstance(labels, dict) else ""


def _instant(instant: datetime | None) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds") if instant else ""
