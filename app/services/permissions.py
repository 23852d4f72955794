"""Answers to "may this person do that here", read from the one policy table."""

from __future__ import annotations

from app.models.people import Membership, Person
from app.models.roles import GRANTS, Permission
from app.services.errors import ForbiddenError


def allows(
    person: Person | None,
    permission: Permission,
    *,
    consultation_id: int | None = None,
    country: str | None = None,
) -> bool:
    """Whether the person has the permission for this consultation and this respondent's country."""
    return any(
        _covers(membership, consultation_id, country) for membership in memberships_with(person, permission)
    )


def require(
    person: Person | None,
    permission: Permission,
    *,
    consultation_id: int | None = None,
    country: str | None = None,
) -> Person:
    """The person, when allowed; raises ForbiddenError otherwise."""
    if person is None or not allows(person, permission, consultation_id=consultation_id, country=country):
        raise ForbiddenError(permission)
    return person


def is_allowed_somewhere(person: Person | None, permission: Permission) -> bool:
    """Whether the person has the permission for at least one consultation or country."""
    return bool(memberships_with(person, permission))


def memberships_with(person: Person | None, permission: Permission) -> list[Membership]:
    """The person's memberships whose role grants the permission."""
    if person is None or person.confirmed_at is None:
        return []
    return [membership for membership in person.memberships if permission in GRANTS[membership.as_role]]


def countries_of(
    person: Person | None, permission: Permission, consultation_id: int | None = None
) -> frozenset[str] | None:
    """The countries whose comments the person may treat so; None stands for all countries."""
    granted = [
        membership
        for membership in memberships_with(person, permission)
        if membership.consultation_id in {None, consultation_id}
    ]
    if any(membership.country is None for membership in granted):
        return None
    return frozenset(membership.country for membership in granted if membership.country)


def _covers(membership: Membership, consultation_id: int | None, country: str | None) -> bool:
    in_consultation = membership.consultation_id in {None, consultation_id}
    in_country = membership.country in {None, country}
    return in_consultation and in_country
