"""What many say alike: how much a paragraph matters, and which wording is proposed by whom.

Respondents are counted once each; individuals, organisations and groups apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from app.models.base import db
from app.models.comment import Capacity, Comment, Submission
from app.services.public.hearing import PublishedComment, in_view, is_public, read_at
from app.services.public.reading import ReadDraft

# Fewer could be told apart.
FEWEST_SHOWN = 5


@dataclass(frozen=True)
class Proposers:
    """Who proposes the same wording for the same paragraph."""

    individuals: int = 0
    organisations: int = 0
    groups: int = 0
    people_in_groups: int = 0

    @property
    def total(self) -> int:
        """How many submissions that are."""
        return self.individuals + self.organisations + self.groups


@dataclass(frozen=True)
class Importance:
    """How much a paragraph matters to so many respondents, from 1 to 5."""

    respondents: int
    mean: float


@dataclass(frozen=True)
class Importances:
    """How much a paragraph matters to individuals, and to organisations and groups; None for too few."""

    individuals: Importance | None
    others: Importance | None


def importances_at(draft: ReadDraft, paragraph_id: int | None) -> Importances:
    """What respondents said of the paragraph's importance, where enough have."""
    # Whoever weighed it twice counts once, with the mean.
    each = (
        select(
            (Submission.capacity == Capacity.INDIVIDUAL).label("is_individual"),
            func.avg(Comment.importance).label("importance"),
        )
        .select_from(Comment)
        .join(Comment.submission)
        .where(read_at(draft, paragraph_id), is_public(), Comment.importance.is_not(None))
        .group_by(Submission.id)
        .subquery()
    )
    rows = db.session.execute(
        select(each.c.is_individual, func.count(), func.avg(each.c.importance)).group_by(each.c.is_individual)
    )
    found = {bool(own): Importance(count, float(mean)) for own, count, mean in rows if count >= FEWEST_SHOWN}
    return Importances(found.get(True), found.get(False))


def proposers_of(comments: Iterable[PublishedComment]) -> dict[tuple[int, str], Proposers]:
    """Who else proposes what those comments propose: by paragraph and digest of the wording."""
    wanted = {
        (each.paragraph_id, each.suggestion_digest)
        for each in comments
        if each.paragraph_id is not None and each.suggestion_digest is not None
    }
    if not wanted:
        return {}
    found: dict[tuple[int, str], dict[str, tuple[int, int]]] = {}
    for paragraph_id, digest, capacity, count, people in db.session.execute(_alike(wanted)):
        found.setdefault((paragraph_id, digest), {})[capacity] = (count, people or 0)
    return {key: _proposers(by_capacity) for key, by_capacity in found.items()}


def _alike(wanted: set[tuple[int, str]]) -> Select[Any]:
    each = (
        select(Comment.paragraph_id, Comment.suggestion_digest, Comment.submission_id)
        .distinct()
        .where(
            Comment.paragraph_id.in_({paragraph_id for paragraph_id, _digest in wanted}),
            Comment.suggestion_digest.in_({digest for _paragraph_id, digest in wanted}),
            in_view(),
        )
        .subquery()
    )
    return (
        select(
            each.c.paragraph_id,
            each.c.suggestion_digest,
            Submission.capacity,
            func.count(),
            func.sum(Submission.group_size),
        )
        .join(Submission, Submission.id == each.c.submission_id)
        .group_by(each.c.paragraph_id, each.c.suggestion_digest, Submission.capacity)
    )


def _proposers(by_capacity: dict[str, tuple[int, int]]) -> Proposers:
    nobody = (0, 0)
    groups, people = by_capacity.get(Capacity.GROUP, nobody)
    return Proposers(
        individuals=by_capacity.get(Capacity.INDIVIDUAL, nobody)[0],
        organisations=by_capacity.get(Capacity.ORGANISATION, nobody)[0],
        groups=groups,
        people_in_groups=people,
    )
