"""Checking the whole record: every text against its leaf, every root against the leaves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.models.base import db
from app.models.consultation import Consultation
from app.services.errors import BrokenRecordError
from app.services.proof.proving import received_texts
from app.services.proof.witnessing import leaves_of, roots_of, tree_over


def all_consultations() -> list[Consultation]:
    """All consultations, in the order in which they were added."""
    return list(db.session.scalars(select(Consultation).order_by(Consultation.id)))


def altered_leaves(consultation: Consultation) -> Iterator[int | None]:
    """For every text received, in order: the number of its leaf when it is not as received, else None."""
    for text in received_texts(consultation.id):
        yield None if text.is_erased or text.is_as_received() else text.number


def problems_of_tree(consultation: Consultation) -> list[str]:
    """What is wrong with leaves and published roots, in plain words; nothing when all holds.

    Every root is computed anew over the first leaves, so that each older one is part of each newer one.
    """
    try:
        leaves = leaves_of(consultation.id)
    except BrokenRecordError as error:
        return [f"{error} is missing or there twice"]
    problems = []
    if len(leaves) != consultation.leaves:
        problems.append(f"{consultation.leaves} leaves were taken, and there are {len(leaves)}")
    tree = tree_over(leaves)
    largest = 0
    for root in reversed(roots_of(consultation.id)):
        named = f"the root over {root.size} leaves, published {root.published_at:%Y-%m-%d %H:%M} UTC,"
        if root.size < largest:
            problems.append(f"{named} covers less than an earlier one")
        elif root.size > len(leaves):
            problems.append(f"{named} covers leaves that are gone")
        elif tree.get_root(root.size).hex() != root.digest:
            problems.append(f"{named} is not what the leaves give")
        largest = max(largest, root.size)
    return problems
