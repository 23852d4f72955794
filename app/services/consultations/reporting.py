"""What a consultation has received, in figures, and what its outcome says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.models.base import db
from app.models.comment import Capacity, Comment, State, Submission
from app.models.consultation import Consultation, Outcome
from app.services.errors import NotFoundError


@dataclass(frozen=True)
class Figures:
    """The submissions that a consultation has received: individuals, organisations and groups apart."""

    submissions: int
    countries: int
    individuals: int
    organisations: int
    groups: int
    people_in_groups: int


def figures_of(consultation: Consultation) -> Figures:
    """What the consultation has received until now, without what only robots sent."""
    rows = db.session.execute(
        select(Submission.capacity, Submission.country, func.count(), func.sum(Submission.group_size))
        .where(
            Submission.consultation_id == consultation.id,
            Submission.comments.any(Comment.state != State.SPAM),
        )
        .group_by(Submission.capacity, Submission.country)
    ).all()
    by_capacity: Counter[str] = Counter()
    for capacity, _country, count, _people in rows:
        by_capacity[capacity] += count
    return Figures(
        submissions=by_capacity.total(),
        countries=len({country for _capacity, country, _count, _people in rows if country}),
        individuals=by_capacity[Capacity.INDIVIDUAL],
        organisations=by_capacity[Capacity.ORGANISATION],
        groups=by_capacity[Capacity.GROUP],
        people_in_groups=sum(people or 0 for _capacity, _country, _count, people in rows),
    )


def states_of(consultation: Consultation) -> dict[str, int]:
    """How many comments are in each state; together they are all comments ever received."""
    rows = db.session.execute(
        select(Comment.state, func.count())
        .where(Comment.consultation_id == consultation.id)
        .group_by(Comment.state)
    )
    counted = dict(iter(rows))
    return {state: counted.get(state, 0) for state in State}


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


def database_answers() -> bool:
    """Whether the database can be asked for consultations at this moment."""
    try:
        db.session.execute(select(Consultation.id).limit(1))
    except SQLAlchemyError:
        return False
    return True
