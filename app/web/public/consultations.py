"""Reading: the list of consultations, a draft, its versions and its outcome."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.consultation import Consultation
from app.models.roles import Permission
from app.services.consultations.answering import numbers_of_answers
from app.services.consultations.reporting import figures_of, outcome_of, states_of, with_outcome
from app.services.errors import NotFoundError
from app.services.permissions import allows
from app.services.public.hearing import comments_on_draft
from app.services.public.reading import (
    ConsultationLists,
    consultation_as_it_stands,
    consultations_at,
    has_text,
    read_draft,
)
from app.web.access import current_person, public
from app.web.caching import keep
from app.web.clock import now
from app.web.counts import figures_view
from app.web.dates import date_words
from app.web.locales import page_locale
from app.web.notes.notes import compare_address, gone_from, notes_on
from app.web.notes.partings import parting_views
from app.web.openings import closing_view, counted_until, true_until
from app.web.ports import ports, recollection
from app.web.presenting import contents_of, entry_view, words_in
from app.web.public.text_language import text_language
from app.wording import ANSWERS, STATES

pages = Blueprint("consultations", __name__)


@pages.route("/<lang>/")
@public
def index() -> ResponseReturnValue:
    """Consultations that are open, coming and closed."""
    at = now()
    stamp = ports().changes.stamp(None)
    lists = consultations_at(at)
    reported = with_outcome(lists.closed)
    groups = {
        name: [
            entry_view(consultation, at, has_outcome=consultation.id in reported) for consultation in group
        ]
        for name, group in (("open", lists.open), ("coming", lists.coming), ("closed", lists.closed))
    }
    page = render_template("consultations/index.html", **groups)
    return keep(page, consultation_id=None, stamp=stamp, until=_until(lists, at))


@pages.route("/<lang>/consultations/<slug>")
@public
def draft(slug: str) -> ResponseReturnValue:
    """The newest version of the draft, with the comments published on it."""
    consultation = consultation_to_read(slug)
    return _draft_page(consultation, None) if has_text(consultation) else _announcement(consultation)


@pages.route("/<lang>/consultations/<slug>/versions/<int:number>")
@public
def version(slug: str, number: int) -> ResponseReturnValue:
    """One version of the draft, with the comments published on it."""
    return _draft_page(consultation_to_read(slug), number)


@pages.route("/<lang>/consultations/<slug>/outcome")
@public
def outcome(slug: str) -> ResponseReturnValue:
    """What became of the comments."""
    consultation = consultation_to_read(slug)
    at, report = now(), outcome_of(consultation, page_locale())
    states = states_of(consultation)
    page = render_template(
        "consultations/outcome.html",
        consultation=consultation,
        title=words_in(consultation.titles),
        body=words_in(consultation.bodies),
        outcome=report,
        published_on=date_words(report.published_at, consultation.zone),
        figures=figures_view(figures_of(consultation)),
        states=[(str(STATES[state]), count) for state, count in states.items()],
        received=sum(states.values()),
        answers=_answer_lines(consultation),
    )
    return keep(
        page, consultation_id=consultation.id, stamp=consultation.public_stamp, until=counted_until(at)
    )


def _answer_lines(consultation: Consultation) -> list[tuple[str, int]]:
    """How many comments have which answer; nothing as long as none is answered."""
    numbers = numbers_of_answers(consultation)
    unanswered = numbers.pop("")
    if not any(numbers.values()):
        return []
    lines = [(str(ANSWERS[answer]), number) for answer, number in numbers.items()]
    return [*lines, (str(_("Not answered")), unanswered)]


def consultation_to_read(slug: str) -> Consultation:
    """The consultation, if it is listed or whoever asks manages it; or NotFoundError."""
    return _if_seen(consultation_as_it_stands(slug))


def consultation_to_send_to(slug: str) -> Consultation:
    """As of `consultation_to_read`, from memory where many send comments."""
    return _if_seen(recollection().consultation(slug))


def _if_seen(consultation: Consultation) -> Consultation:
    may_see = consultation.is_listed or allows(
        current_person(), Permission.MANAGE_CONSULTATIONS, consultation_id=consultation.id
    )
    if not may_see:
        raise NotFoundError(f"consultation {consultation.slug}")
    return consultation


def _until(lists: ConsultationLists, at: datetime) -> datetime | None:
    """When the first of the instants and countdowns in the list will read otherwise."""
    ends = [true_until(consultation, at) for consultation in (*lists.open, *lists.coming)]
    return min((end for end in ends if end is not None), default=None)


def _announcement(consultation: Consultation) -> Response:
    at = now()
    page = render_template(
        "consultations/no_text.html",
        consultation=consultation,
        title=words_in(consultation.titles),
        summary=words_in(consultation.summaries),
        body=words_in(consultation.bodies),
        closing=closing_view(consultation, at),
    )
    return keep(
        page,
        consultation_id=consultation.id,
        stamp=consultation.public_stamp,
        until=counted_until(at, true_until(consultation, at)),
    )


def _draft_page(consultation: Consultation, number: int | None) -> Response:
    at = now()
    read = read_draft(consultation, text_language(), number)
    comments = comments_on_draft(read)
    notes = notes_on(comments, read, consultation, at)
    page = render_template(
        "consultations/draft.html",
        consultation=consultation,
        summary=words_in(consultation.summaries),
        body=words_in(consultation.bodies),
        closing=closing_view(consultation, at),
        figures=figures_view(figures_of(consultation)),
        has_outcome=at >= consultation.closes_at and bool(with_outcome([consultation])),
        draft=read,
        contents=contents_of(read),
        sealed_on=date_words(read.sealed_at, consultation.zone),
        counts=comments.counts,
        notes=notes,
        gone=gone_from(read, comments, notes),
        compare=partial(compare_address, consultation.slug),
        partings=parting_views(read),
    )
    return keep(
        page,
        consultation_id=consultation.id,
        stamp=consultation.public_stamp,
        until=counted_until(at, true_until(consultation, at)),
    )
