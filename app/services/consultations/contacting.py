"""The offices that speak for one country each, as the public reads of them."""

from __future__ import annotations

from sqlalchemy import select

from app.models.base import db
from app.models.contact_point import ContactPoint
from app.services.errors import NotFoundError


def contact_points() -> list[ContactPoint]:
    """All of them, by country code."""
    return list(db.session.scalars(select(ContactPoint).order_by(ContactPoint.country)))


def contact_point_called(country: str) -> ContactPoint:
    """The contact point of that country (ISO 3166-1 alpha-2); raises NotFoundError."""
    point = db.session.get(ContactPoint, country.upper())
    if point is None:
        raise NotFoundError(f"contact point {country}")
    return point
