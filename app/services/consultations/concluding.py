"""Concluding: the report that closes a consultation, with its figures as they were on that day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import State
from app.models.consultation import Consultation, Outcome
from app.models.people import Person
from app.services.activity import enqueue, record, touch_public_pages
from app.services.comments.admitting import takes_until
from app.services.consultations.reporting import states_of
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.subscriptions.alerting import Event, alert
from app.services.subscriptions.notifying import write_to_all
from app.services.text import render_report


def publish_outcome(
    consultation: Consultation, reports: Mapping[str, str], *, by: Person | None, at: datetime
) -> None:
    """The reports (Markdown, by language) are the outcome, and everybody who gave an address is told.

    A report in a further language can follow: with the figures of the first, and without letters. Raises
    InvalidError while comments are still taken or for an empty report, and ChangedMeanwhileError for a
    language in which the outcome is published already.
    """
    with transaction():
        # Of two who publish at once, one waits.
        db.session.refresh(consultation, with_for_update=True)
        before = _published(consultation)
        _refuse(consultation, reports, before, at)
        first = next(iter(before.values()), None)
        for language, source in reports.items():
            db.session.add(_outcome(consultation, language, source, first, at))
        record("outcome published", f"consultation:{consultation.id}", person_id=by.id if by else None, at=at)
        enqueue("index_consultation", {"consultation_id": consultation.id}, at=at)
        if first is None:
            write_to_all("outcome_published", consultation.id, at=at)
            alert(Event.OUTCOME, consultation, at=at)
        touch_public_pages(consultation.id)


def _published(consultation: Consultation) -> dict[str, Outcome]:
    chosen = select(Outcome).where(Outcome.consultation_id == consultation.id).order_by(Outcome.id)
    return {outcome.language: outcome for outcome in db.session.scalars(chosen)}


def _refuse(
    consultation: Consultation, reports: Mapping[str, str], before: Mapping[str, Outcome], at: datetime
) -> None:
    # Grace minutes included: later nothing changes the figures but moderators.
    if at < takes_until(consultation, consultation.opens_at):
        raise InvalidError({"closes_at": "not_closed"})
    if not reports or not all(render_report(source).plain for source in reports.values()):
        raise InvalidError({"report": "required"})
    there = sorted(before.keys() & reports.keys())
    if there:
        raise ChangedMeanwhileError(", ".join(there))


def _outcome(
    consultation: Consultation, language: str, source: str, first: Outcome | None, at: datetime
) -> Outcome:
    said, states = render_report(source), states_of(consultation)
    return Outcome(
        consultation_id=consultation.id,
        language=language,
        source=said.source,
        html=said.html,
        received=first.received if first else sum(states.values()),
        published=first.published if first else states[State.PUBLISHED],
        published_at=at,
    )
