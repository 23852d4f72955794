"""Who runs which workshops, and for which consultations and countries they may set one up."""

from __future__ import annotations

from sqlalchemy import select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.people import Person
from app.models.roles import Permission
from app.models.workshop import Workshop
from app.services.errors import NotFoundError
from app.services.permissions import allows, countries_of, memberships_with
from app.services.workshops.seats import lock_workshop


def workshops_run_by(person: Person) -> list[Workshop]:
    """The workshops that the person may run, the latest first."""
    chosen = select(Workshop).order_by(Workshop.starts_at.desc(), Workshop.id.desc())
    return [one for one in db.session.scalars(chosen) if _may_run(person, one)]


def workshop_to_run(slug: str, *, by: Person) -> Workshop:
    """The workshop at that address; raises NotFoundError, for other countries’ organisers too."""
    workshop = db.session.scalar(select(Workshop).where(Workshop.slug == slug))
    if workshop is None or not _may_run(by, workshop):
        raise NotFoundError(f"workshop {slug}")
    return workshop


def consultations_to_convene_on(person: Person) -> list[Consultation]:
    """The consultations for which the person may set up workshops, the newest opening first."""
    bounds = {one.consultation_id for one in memberships_with(person, Permission.RUN_WORKSHOPS)}
    chosen = select(Consultation).order_by(Consultation.opens_at.desc(), Consultation.id.desc())
    if None not in bounds:
        chosen = chosen.where(Consultation.id.in_(bounds))
    return list(db.session.scalars(chosen))


def countries_to_convene_in(person: Person, consultation: Consultation) -> list[str | None]:
    """The countries for which the person may set one up; None, for all together, comes first."""
    bounds = countries_of(person, Permission.RUN_WORKSHOPS, consultation.id)
    if bounds is not None:
        return [*sorted(bounds)]
    return [None, *db.session.scalars(select(ContactPoint.country).order_by(ContactPoint.country))]


def zone_of_country(country: str | None) -> str:
    """The time zone of the country’s contact point; empty where there is none."""
    point = db.session.get(ContactPoint, country) if country else None
    return point.zone if point else ""


def lock_to_run(workshop: Workshop, by: Person) -> None:
    """The row is this transaction’s alone and fresh; raises NotFoundError unless the person may run it."""
    lock_workshop(workshop.id)
    if not _may_run(by, workshop):
        raise NotFoundError(f"workshop {workshop.slug}")


def _may_run(person: Person, workshop: Workshop) -> bool:
    return allows(
        person,
        Permission.RUN_WORKSHOPS,
        consultation_id=workshop.consultation_id,
        country=workshop.country,
    )
