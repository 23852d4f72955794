"""The example consultations of app/sample: one open, one closed with an outcome, one coming; workshops."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy import select

from app.i18n import page_languages
from app.models.base import db, transaction
from app.models.comment import State
from app.models.consultation import Consultation, Outcome
from app.models.contact_point import ContactPoint
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from app.services.activity import enqueue, record, touch_public_pages
from app.services.consultations.consulting import (
    Plan,
    add_contact_point,
    create_consultation,
    instant_in,
    list_consultation,
    subject_of,
)
from app.services.consultations.reporting import states_of
from app.services.drafts.confirming import confirm_fates
from app.services.drafts.drafting import (
    draft_of,
    import_translation,
    last_version,
    seal_version,
    write_change_log,
)
from app.services.files.importing import Importer, read_draft
from app.services.people.accounts import person_with_email
from app.services.people.appointing import appoint
from app.services.sample.sample_comments import load_comments
from app.services.sample.sample_newsletters import load_newsletters
from app.services.sample.sample_workshops import load_workshops
from app.services.text import render_report

SAMPLE = Path(__file__).parents[2] / "sample"
ORIGINAL = "en"
OPENS_IN = {"innovation": -21, "open-data": -90, "plain-language": 30}
CLOSES_IN = {"innovation": 45, "open-data": -45, "plain-language": 90}
OUTCOME_AFTER = timedelta(days=20)
NEWSLETTER_BEFORE = timedelta(days=6)
WRITTEN_BEFORE_OPENING = timedelta(days=14)
SEALED_BEFORE_OPENING = timedelta(days=2)
STAFF: tuple[tuple[Role, str, str, str, str | None], ...] = (
    (Role.MODERATOR, "moderator@example.org", "Maija Bērziņa", "en", None),
    (Role.EDITOR, "editor@example.org", "Hélène Marchetti", "en", None),
    (Role.CONTACT_POINT, "contact-point.no@example.org", "Kari Nordstrand", "en", "NO"),
    (Role.ADMINISTRATOR, "administrator@example.org", "Anders Lie", "en", None),
)
CONTACT_POINTS = (
    ("LV", "Europe/Riga", "Inese Kalve"),
    ("NO", "Europe/Oslo", "Kari Nordstrand"),
    ("FR", "Europe/Paris", "Bastien Aubry"),
)


def load_sample(*, at: datetime, secret_key: str, importers: Mapping[str, Importer]) -> bool:
    """Whether the example was loaded, which is done only into a database without consultations."""
    with transaction():
        if db.session.scalar(select(Consultation.id).limit(1)) is not None:
            return False
        began_at = at - timedelta(days=120)
        _add_contact_points(began_at)
        staff = _add_staff(began_at)
        entries = _read_json("consultations.json")
        consultations = {entry["slug"]: _add(entry, importers, at) for entry in entries}
        load_comments(
            _read_json("comments.json"), consultations, staff[Role.MODERATOR], at=at, secret_key=secret_key
        )
        load_workshops(
            _read_json("workshops.json"), consultations, organiser=staff[Role.EDITOR],
            moderator=staff[Role.MODERATOR], at=at, secret_key=secret_key,
        )  # fmt: skip
        for consultation in consultations.values():
            _publish_outcome(consultation, importers)
        load_newsletters(SAMPLE / "newsletters", staff[Role.EDITOR], at=at - NEWSLETTER_BEFORE)
    return True


def sample_staff() -> list[tuple[Role, Person]]:
    """The persons of the example with their roles; empty where it was not loaded."""
    found = [(role, person_with_email(email)) for role, email, *_ in STAFF]
    return [(role, person) for role, person in found if person is not None]


def _add_contact_points(at: datetime) -> None:
    for country, zone, name in CONTACT_POINTS:
        names = {language: Locale.parse(language).territories[country] for language in page_languages()}
        email = f"contact-point.{country.lower()}@example.org"
        point = ContactPoint(country=country, names=names, zone=zone, contact_name=name, contact_email=email)
        add_contact_point(point, at=at)


def _add_staff(at: datetime) -> dict[Role, Person]:
    return {
        role: appoint(email, role, at, name=name, language=language, country=country)
        for role, email, name, language, country in STAFF
    }


def _add(entry: dict[str, Any], importers: Mapping[str, Importer], at: datetime) -> Consultation:
    plan = _plan(entry, at)
    created_at = min(plan.opens_at - WRITTEN_BEFORE_OPENING, at - timedelta(days=2))
    sealed_at = min(plan.opens_at - SEALED_BEFORE_OPENING, at - timedelta(days=1))
    consultation = create_consultation(plan, by=None, at=created_at)
    _import_version(consultation, "", importers, sealed_at)
    list_consultation(consultation, by=None, at=sealed_at)
    return consultation


def _plan(entry: dict[str, Any], at: datetime) -> Plan:
    slug, zone = entry["slug"], entry["zone"]
    today = at.astimezone(ZoneInfo(zone)).date()
    opens = datetime.combine(today + timedelta(days=OPENS_IN[slug]), time(9, 0))
    closes = datetime.combine(today + timedelta(days=CLOSES_IN[slug]), time(23, 59))
    return Plan(
        slug=slug,
        titles=entry["titles"],
        summaries=entry["summaries"],
        bodies=entry["body"],
        privacy_notices=entry["privacy_notice"],
        zone=zone,
        opens_at=instant_in(zone, opens),
        closes_at=instant_in(zone, closes),
        contact_name=entry["contact_name"],
        contact_email=entry["contact_email"],
    )


def _import_version(
    consultation: Consultation, prefix: str, importers: Mapping[str, Importer], at: datetime
) -> None:
    """Seals a version of the files `<prefix><language>.md` in the consultation's folder, if there are any."""
    files = sorted((SAMPLE / consultation.slug).glob(f"{prefix}??.md"))
    for file in sorted(files, key=lambda file: file.stem != f"{prefix}{ORIGINAL}"):
        language = file.stem.removeprefix(prefix)
        import_translation(
            consultation,
            language,
            read_draft(importers, file.name, file.read_bytes()),
            is_original=language == ORIGINAL,
            by=None,
            at=at,
        )
    draft = draft_of(consultation)
    version = last_version(draft) if draft else None
    if files and draft is not None and version is not None:
        _write_change_logs(version, SAMPLE / consultation.slug, prefix, at)
        confirm_fates(version, by=None, at=at)
        seal_version(draft, by=None, at=at)


def _write_change_logs(version: Version, folder: Path, prefix: str, at: datetime) -> None:
    for file in sorted(folder.glob(f"{prefix}change-log.??.md")):
        language = file.stem.rpartition(".")[2]
        write_change_log(version, language, file.read_text(encoding="utf-8"), by=None, at=at)


def _publish_outcome(consultation: Consultation, importers: Mapping[str, Importer]) -> None:
    reports = sorted((SAMPLE / consultation.slug).glob("outcome.*.md"))
    if not reports:
        return
    states = states_of(consultation)
    published_at = consultation.closes_at + OUTCOME_AFTER
    _import_version(consultation, "version-2.", importers, published_at)
    for report in reports:
        said = render_report(report.read_text(encoding="utf-8"))
        db.session.add(
            Outcome(
                consultation_id=consultation.id,
                language=report.stem.removeprefix("outcome."),
                source=said.source,
                html=said.html,
                received=sum(states.values()),
                published=states[State.PUBLISHED],
                published_at=published_at,
            )
        )
    record("outcome published", subject_of(consultation), person_id=None, at=published_at)
    enqueue("index_consultation", {"consultation_id": consultation.id}, at=published_at)
    touch_public_pages(consultation.id)


def _read_json(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((SAMPLE / name).read_text(encoding="utf-8"))
    return loaded
