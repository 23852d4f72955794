"""Receipts as their respondents read them, in the words of the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.i18n import direction_of
from app.models.comment import Capacity, Channel, Comment, Kind, State, Submission
from app.models.consultation import Consultation
from app.services.comments.admitting import takes_until
from app.services.comments.suggesting import Suggestion, suggestions_of
from app.services.exports.recounting import Event, History, histories_of
from app.services.moderation.appealing import appealable
from app.services.moderation.revising import may_be_corrected
from app.services.moderation.withdrawing import may_be_withdrawn
from app.services.proof.witnessing import Proof, proofs_of
from app.services.public.reading import Text
from app.services.public.tracing import Trace, traces_beside
from app.web.dates import date_words, time_words, zone_words
from app.web.locales import page_locale
from app.web.notes.notes import TraceView, trace_view
from app.web.notes.suggestion_views import SuggestionView, suggestion_view
from app.web.presenting import capacity_words, country_name
from app.web.receipts.receipt_words import event_words
from app.wording import CHANNELS, KINDS, MEETINGS, ORGANISATION_KINDS, STATES

SHORT_DIGEST = 12
JUST_SENT = timedelta(hours=1)


@dataclass(frozen=True)
class EventView:
    """One thing that happened, in words."""

    words: str
    date: str
    instant: str
    note: str
    html: Markup
    language: str


@dataclass(frozen=True)
class CommentLine:
    """One comment of the submission: what was said, where it stands, and what can be done with it."""

    place: int
    comment: Comment
    text: Text | None
    trace: TraceView | None
    address: str
    state_words: str
    html: Markup
    direction: str
    suggestion: SuggestionView | None
    quotation: str
    particulars: list[str]
    events: list[EventView]
    waiting: Markup
    digest: str
    proof: Proof | None
    can_correct: bool
    can_withdraw: bool
    appeal_until: str
    is_just_sent: bool

    @property
    def heading(self) -> str:
        """What the comment is on."""
        if self.text is None:
            return str(_("The whole draft"))
        return str(_("Paragraph %(label)s", label=self.text.label))


def lines_of(submission: Submission, at: datetime) -> list[CommentLine]:
    """The comments of the submission, in the order in which they were sent."""
    comments = submission.comments
    traces = traces_beside(comments, page_locale())
    suggestions = suggestions_of(comments)
    proofs = proofs_of(comments)
    return [
        _line(
            place,
            history,
            traces.get(history.comment.id),
            suggestions.get(history.comment.id),
            proofs.get(history.comment.id),
            at,
        )
        for place, history in enumerate(histories_of(submission), start=1)
    ]


def sender_facts(submission: Submission) -> list[tuple[str, str]]:
    """What the respondent said of themselves, as (name of the fact, words)."""
    is_organisation = submission.capacity == Capacity.ORGANISATION
    name = _("Name erased") if submission.person_erased_at else submission.name
    facts = [
        (_("Name"), name),
        (_("Organisation") if is_organisation else _("Group"), submission.organisation),
        (_("Capacity"), capacity_words(submission.capacity, submission.group_size)),
        (_("Kind of organisation"), _one_of(ORGANISATION_KINDS, submission.organisation_kind)),
        (_("Register number"), submission.register_number),
        (_("Speaks with authority"), _("Yes") if submission.has_authority else ""),
        (_("How the group met"), _one_of(MEETINGS, submission.meeting)),
        (_("Country"), country_name(submission.country) if submission.country else ""),
        (_("E-mail, never published"), submission.email),
    ]
    return [(str(fact), str(words)) for fact, words in facts if words]


def arrival_facts(submission: Submission) -> list[tuple[str, str]]:
    """How it came, where that was not on these pages."""
    facts = []
    if submission.channel not in {Channel.WEB, Channel.SIGNED_IN}:
        facts.append((_("Came by"), _one_of(CHANNELS, submission.channel)))
    if submission.entered_at:
        facts.append((_("Entered"), date_words(submission.entered_at, submission.consultation.zone)))
    if submission.is_late:
        facts.append((_("Late intake"), _("It came in time and was entered after the closing.")))
    return [(str(fact), str(words)) for fact, words in facts]


def short(digest: str) -> str:
    """The beginning of a digest, enough to compare by eye."""
    return f"{digest[:SHORT_DIGEST]}…"


def instant_words(instant: datetime, zone: str) -> str:
    """“3 February 2030, 14:05 Paris time”."""
    return f"{date_words(instant, zone)}, {time_words(instant, zone)} {zone_words(zone)}"


def is_open_for(consultation: Consultation, at: datetime) -> bool:
    """Whether corrections are taken at that instant."""
    return consultation.is_listed and consultation.opens_at <= at < takes_until(consultation)


def _line(
    place: int,
    history: History,
    trace: Trace | None,
    suggestion: Suggestion | None,
    proof: Proof | None,
    at: datetime,
) -> CommentLine:
    comment, waiting = history.comment, history.waiting_revision
    text, zone = trace.text if trace else None, comment.consultation.zone
    return CommentLine(
        place=place,
        comment=comment,
        text=text,
        trace=trace_view(trace, comment.consultation.slug) if trace else None,
        address=_address(comment, text),
        state_words=str(STATES[comment.state]),
        html=Markup(comment.html),  # noqa: S704 - sanitised on writing
        direction=direction_of(comment.language),
        suggestion=suggestion_view(suggestion) if suggestion else None,
        quotation=str((comment.quotation or {}).get("exact", "")),
        particulars=particulars_of(comment),
        events=[_event_view(event, zone, page_locale()) for event in history.events],
        waiting=Markup(waiting.html) if waiting else Markup(),  # noqa: S704 - sanitised on writing
        digest=short(comment.leaf_digest),
        proof=proof,
        can_correct=may_be_corrected(comment) and is_open_for(comment.consultation, at),
        can_withdraw=may_be_withdrawn(comment),
        appeal_until=_appeal_until(history, at),
        is_just_sent=_is_just_sent(history, at),
    )


def particulars_of(comment: Comment) -> list[str]:
    """“Clarity”, “importance 4 of 5”."""
    kind = "" if comment.kind == Kind.OTHER else str(KINDS[comment.kind])
    importance = _("importance %(number)s of 5", number=comment.importance) if comment.importance else ""
    return [words for words in (kind, str(importance), comment.contributor) if words]


def _event_view(event: Event, zone: str, page_language: str) -> EventView:
    answer = event.answer
    return EventView(
        words=event_words(event),
        date=f"{date_words(event.at, zone)}, {time_words(event.at, zone)}",
        instant=event.at.isoformat(),
        note=event.words,
        html=Markup(answer.html) if answer else Markup(),  # noqa: S704 - sanitised on writing
        language=answer.language if answer else page_language,
    )


def _is_just_sent(history: History, at: datetime) -> bool:
    """Whether nothing has happened since it came, which was not long ago."""
    received_at = history.comment.received_at
    return at - received_at < JUST_SENT and all(event.at <= received_at for event in history.events)


def _appeal_until(history: History, at: datetime) -> str:
    found = appealable(history.comment, history.decisions, at)
    if found is None or any(appeal.decision_id == found.decision.id for appeal in history.appeals):
        return ""
    return instant_words(found.until, history.comment.consultation.zone)


def _address(comment: Comment, text: Text | None) -> str:
    slug = comment.consultation.slug
    anchor = f"c-{comment.id}" if comment.state == State.PUBLISHED or comment.is_marked else None
    if text is None:
        return url_for("comments.whole_draft", slug=slug, _anchor=anchor)
    return url_for("comments.paragraph", slug=slug, key=text.key, _anchor=anchor)


def _one_of(words: dict[str, object], name: str) -> str:
    return str(words[name]) if name in words else ""
