"""What a person is entrusted with: in which consultations, and for the comments of which countries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import Select, func, select

from app.models.base import db
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.models.people import Person
from app.models.roles import Permission
from app.services.errors import ForbiddenError, NotFoundError
from app.services.permissions import allows, countries_of, memberships_with

Ts = TypeVarTuple("Ts")


def consultations_for(person: Person, permission: Permission) -> Sequence[Consultation]:
    """The consultations in which the person has the permission, newest first; ForbiddenError for none."""
    bounds = {membership.consultation_id for membership in memberships_with(person, permission)}
    if not bounds:
        raise ForbiddenError(permission)
    wanted = select(Consultation).order_by(Consultation.opens_at.desc(), Consultation.id)
    if None not in bounds:
        wanted = wanted.where(Consultation.id.in_(bounds))
    return db.session.scalars(wanted).all()


def consultation_for(slug: str, permission: Permission, *, by: Person) -> Consultation:
    """The consultation of that slug; raises NotFoundError, or ForbiddenError when it is not the person's."""
    consultation = db.session.scalar(select(Consultation).where(Consultation.slug == slug))
    if consultation is None:
        raise NotFoundError(slug)
    entrusted_countries(by, permission, consultation)
    return consultation


def entrusted_countries(
    person: Person, permission: Permission, consultation: Consultation
) -> frozenset[str] | None:
    """The countries whose comments the person treats there (None: all); raises ForbiddenError for none."""
    countries = countries_of(person, permission, consultation.id)
    if countries is not None and not countries:
        raise ForbiddenError(permission)
    return countries


def from_countries(wanted: Select[*Ts], countries: frozenset[str] | None) -> Select[*Ts]:
    """Of what is asked for about comments, what is about those from these countries (None: all)."""
    return wanted if countries is None else wanted.where(Comment.country.in_(sorted(countries)))


def moderated(waiting: Select[*Ts], consultation: Consultation, *, by: Person) -> Select[*Ts]:
    """Of what waits in that consultation, what waits for this moderator."""
    return from_countries(waiting, countries_of(by, Permission.MODERATE, consultation.id))


def number_moderated(waiting: Select[Any], consultation: Consultation, *, by: Person) -> int:
    """How much of what waits in that consultation waits for this moderator."""
    counted = waiting.with_only_columns(func.count(), maintain_column_froms=True)
    return db.session.scalar(moderated(counted, consultation, by=by)) or 0


def numbers_moderated(waiting: Select[Any], *, by: Person) -> dict[int, int]:
    """How much waits for this moderator, by consultation; none where nothing waits."""
    here = (Comment.consultation_id, Comment.country)
    counted = waiting.with_only_columns(*here, func.count(), maintain_column_froms=True).group_by(*here)
    sums: dict[int, int] = {}
    for consultation_id, country, number in db.session.execute(counted):
        if allows(by, Permission.MODERATE, consultation_id=consultation_id, country=country):
            sums[consultation_id] = sums.get(consultation_id, 0) + number
    return sums
