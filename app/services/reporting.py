"""What a consultation has received, in figures, and what its outcome says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.models.base import db
from app.models.comment import Capacity, Comment, State, Submission
from app.models.consultation import Consultation, Outcome
from app.services.errors import NotFoundError


@dataclass(frozen=True)
class Figures:
    """What a consultation has received: submissions by capacity, and comments by state."""

    submissions: int
    countries: int
    individuals: int
    organisations: int
    groups: int
    people_in_groups: int
    states: dict[str, int]

    @property
    def received(self) -> int:
        """All comments ever received: the sum over the states."""
        return sum(self.states.values())


def figures_of(consultation: Consultation) -> Figures:
    """What the consultation has received until now."""
    capacities = db.session.execute(
        select(Submission.capacity, func.count(), func.sum(Submission.group_size))
        .where(Submission.consultation_id == consultation.id)
        .group_by(Submission.capacity)
    ).all()
    countries = db.session.scalar(
        select(func.count(Submission.country.distinct())).where(
            Submission.consultation_id == consultation.id, Submission.country != ""
        )
    )
    counted = {capacity: count for capacity, count, _people in capacities}
    return Figures(
        submissions=sum(counted.values()),
        countries=countries or 0,
        individuals=counted.get(Capacity.INDIVIDUAL, 0),
        organisations=counted.get(Capacity.ORGANISATION, 0),
        groups=counted.get(Capacity.GROUP, 0),
        people_in_groups=sum(people or 0 for _capacity, _count, people in capacities),
        states=_states_of(consultation),
    )


def outcome_of(consultation: Consultation, language: str) -> Outcome:
    """The published outcome in that language, else in English or the first there is; or NotFoundError."""
    outcomes = db.session.scalars(
        select(Outcome).where(Outcome.consultation_id == consultation.id).order_by(Outcome.id)
    ).all()
    by_language = {outcome.language: outcome for outcome in outcomes}
    found = by_language.get(language) or by_language.get("en") or next(iter(outcomes), None)
    if found is None:
        raise NotFoundError("outcome")
    return found


def with_outcome(consultations: Sequence[Consultation]) -> frozenset[int]:
    """The ids of those consultations whose outcome is published."""
    ids = [consultation.id for consultation in consultations]
    return frozenset(
        db.session.scalars(select(Outcome.consultation_id).where(Outcome.consultation_id.in_(ids)))
    )


def _states_of(consultation: Consultation) -> dict[str, int]:
    rows = db.session.execute(
        select(Comment.state, func.count())
        .where(Comment.consultation_id == consultation.id)
        .group_by(Comment.state)
    )
    counted = dict(rows.tuples().all())
    return {state: counted.get(state, 0) for state in State}
