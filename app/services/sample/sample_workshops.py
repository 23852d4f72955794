"""The workshops of the example: one coming, with people registered, and one past, with what it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from app.models.activity import Job
from app.models.base import db
from app.models.comment import State
from app.models.consultation import Consultation
from app.models.draft import Paragraph, ParagraphText, Translation
from app.models.people import Person
from app.models.workshop import Registration, Workshop
from app.services.comments.commenting import sealed_version_of
from app.services.consultations.consulting import instant_in
from app.services.moderation.moderating import decide
from app.services.workshops.applying import Applicant
from app.services.workshops.arranging import Question, WorkshopPlan
from app.services.workshops.attending import mark_attendance
from app.services.workshops.convening import create_workshop, publish_workshop
from app.services.workshops.minuting import (
    Finding,
    Material,
    Results,
    change_materials,
    enter_results,
    submissions_of,
    write_notes,
)
from app.services.workshops.offering import accept_offer, cancel_registration
from app.services.workshops.seating import register_for

TEXTS = ("titles", "purposes", "audiences", "programmes", "facilitators", "addresses", "accesses")
AS_THEY_ARE = ("slug", "country", "zone", "working_language", "interpretation", "places", "has_waiting_list",
               "contact_name", "contact_email")  # fmt: skip
PUBLISHED_AFTER = timedelta(days=2)
WRITTEN_UP_AFTER = timedelta(days=1)


def load_workshops(
    said: Iterable[dict[str, Any]],
    consultations: Mapping[str, Consultation],
    *,
    organiser: Person,
    moderator: Person,
    at: datetime,
    secret_key: str,
) -> None:
    """The workshops are announced, people are registered, and what was found stands; nobody gets letters."""
    last_job = db.session.scalar(select(func.max(Job.id))) or 0
    for entry in said:
        consultation = consultations[entry["consultation"]]
        workshop = _announce(entry, consultation, organiser, at)
        registered = _register(entry, workshop, at, secret_key)
        if workshop.ends_at < at:
            written_at = workshop.ends_at + WRITTEN_UP_AFTER
            _write_up(entry, workshop, registered, organiser, written_at, secret_key)
            _publish_results(workshop, moderator, written_at + WRITTEN_UP_AFTER)
    # The addresses are made up: nothing may be sent to them, not even where mail is set up.
    db.session.execute(delete(Job).where(Job.id > last_job, Job.name == "letter"))


def _announce(entry: dict[str, Any], consultation: Consultation, by: Person, at: datetime) -> Workshop:
    created_at = at + timedelta(days=entry["created_in"])
    workshop = create_workshop(consultation, _plan(entry, consultation, at), by=by, at=created_at)
    publish_workshop(workshop, by=by, at=created_at + PUBLISHED_AFTER)
    return workshop


def _plan(entry: dict[str, Any], consultation: Consultation, at: datetime) -> WorkshopPlan:
    zone = entry["zone"]
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=entry["starts_in"])

    def instant(date_before: int, hour: str) -> datetime:
        return instant_in(zone, datetime.combine(day - timedelta(days=date_before), time.fromisoformat(hour)))

    return WorkshopPlan(
        **{name: entry[name] for name in (*AS_THEY_ARE, *TEXTS)},
        starts_at=instant(0, entry["begins"]),
        ends_at=instant(0, entry["ends"]),
        register_by=instant(entry["register_days_before"], "23:59"),
        questions=[Question(one["labels"], one["is_required"]) for one in entry["questions"]],
        paragraph_keys=_keys(consultation, entry["paragraphs"]),
    )


def _keys(consultation: Consultation, labels: list[str]) -> list[str]:
    found = db.session.execute(
        select(ParagraphText.label, Paragraph.key)
        .join(ParagraphText.paragraph)
        .join(Translation)
        .where(
            Translation.version_id == sealed_version_of(consultation).id,
            Translation.is_original,
            ParagraphText.label.in_(labels),
        )
    )
    keys = {row.label: row.key for row in found}
    return [keys[label] for label in labels]


def _register(entry: dict[str, Any], workshop: Workshop, at: datetime, secret_key: str) -> dict[str, int]:
    """Everybody registers, gives back and accepts in the order of time; answers who is which registration."""
    steps = [
        (at - timedelta(days=one[act], minutes=(place * 97) % 600), place, act)
        for place, one in enumerate(entry["registrations"])
        for act in ("days_before", "gives_back", "accepts")
        if act in one
    ]
    ids: dict[str, int] = {}
    for instant, place, act in sorted(steps):
        one = entry["registrations"][place]
        if act == "days_before":
            ids[one["email"]] = _register_one(one, workshop, instant, secret_key)
        elif act == "gives_back":
            cancel_registration(ids[one["email"]], at=instant)
        else:
            accept_offer(ids[one["email"]], at=instant)
    return ids


def _register_one(one: dict[str, Any], workshop: Workshop, at: datetime, secret_key: str) -> int:
    keys = [question["key"] for question in workshop.questions]
    applicant = Applicant(
        name=one["name"],
        email=one["email"],
        language=one["language"],
        organisation=one["organisation"],
        accessibility=one.get("accessibility", ""),
        diet=one.get("diet", ""),
        answers=dict(zip(keys, one.get("answers", ()), strict=False)),
        consent=True,
    )
    form = f"sample {workshop.slug} {one['email']}"
    made = register_for(workshop.id, applicant, form=form, at=at, secret_key=secret_key)
    return db.session.scalars(select(Registration.id).where(Registration.number == made.number)).one()


def _write_up(
    entry: dict[str, Any],
    workshop: Workshop,
    registered: dict[str, int],
    by: Person,
    at: datetime,
    secret_key: str,
) -> None:
    """Who came is ticked; notes, materials and what the group found stand."""
    came = [registered[one["email"]] for one in entry["registrations"] if one.get("came")]
    mark_attendance(workshop, came, list(registered.values()), by=by, at=at)
    write_notes(workshop, entry["notes"], by=by, at=at)
    materials = [Material(one["titles"], one["address"]) for one in entry["materials"]]
    change_materials(workshop, materials, by=by, at=at)
    said = entry["results"]
    findings = [Finding(**one) for one in said["findings"]]
    results = Results(said["group"], len(came), said["language"], findings, said["name"])
    enter_results(workshop, results, form=f"sample {workshop.slug}", by=by, at=at, secret_key=secret_key)


def _publish_results(workshop: Workshop, moderator: Person, at: datetime) -> None:
    for submission in submissions_of(workshop):
        for comment in submission.comments:
            decide(comment.id, State.PUBLISHED, expected_changes=comment.changes, by=moderator, at=at)
