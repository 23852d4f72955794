"""Queues and their comments as moderators see them, in the words of the page's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from babel.dates import format_timedelta
from flask_babel import format_number, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from app.i18n import direction_of
from app.models.comment import Comment, State, Submission
from app.models.draft import ParagraphText
from app.models.moderation import Decision, Flag, FlagKind
from app.services.comments.suggesting import suggestions_of
from app.services.comments.vouching import awaits_confirmation, is_confirmed_organisation
from app.services.moderation.appealing import open_appeals
from app.services.moderation.approving import open_corrections
from app.services.moderation.inspecting import flags_on
from app.services.moderation.moderating import decisions_on, next_states, replied_to
from app.services.moderation.queueing import Waiting, texts_beside
from app.services.public.tracing import Trace, traces_beside
from app.web.dates import date_words, time_words, zone_words
from app.web.locales import page_locale
from app.web.moderation.moderation_forms import DecisionForm, decision_form
from app.web.notes.note_views import kind_words
from app.web.notes.notes import TraceView, trace_view
from app.web.notes.suggestion_views import SuggestionView, suggestion_view
from app.web.presenting import Words, capacity_words, country_name, in_language, words_in
from app.wording import CHANNELS, REASONS, STATES

UNITS_BEFORE_THE_NEXT = 2  # "36 hours" says more than "2 days"


@dataclass(frozen=True)
class QueueView:
    """A consultation's queue: how many wait, and how long the oldest has waited."""

    slug: str
    title: Words
    waiting: str
    oldest: str
    unconfirmed: str
    corrections: int = 0
    appeals: int = 0


@dataclass(frozen=True)
class DecisionView:
    """What somebody decided, when and why."""

    person: str
    state: str
    date: str
    instant: str
    reason: str
    note: str


@dataclass(frozen=True)
class RepliedView:
    """What a reply replies to: who said it, its words, and where it stands."""

    name: str
    state: str
    html: Markup
    language: str


@dataclass(frozen=True)
class Entry:
    """A comment with everything that a moderator needs to decide on it."""

    id: int
    changes: int
    name: str
    organisation: str
    is_confirmed: bool
    is_unconfirmed: bool
    country: str
    capacity: str
    kind: str
    importance: int | None
    state: str
    html: Markup
    quotation: str
    suggestion: SuggestionView | None
    contributor: str
    replied: RepliedView | None
    flags: list[str]
    is_erased: bool
    language: str
    direction: str
    in_language: str
    received: str
    came: str
    is_late: bool
    instant: str
    version: int
    paragraph: ParagraphText | None
    paragraph_html: Markup
    paragraph_language: str
    trace: TraceView | None
    decisions: list[DecisionView]
    next_states: tuple[str, ...]
    slug: str
    appeal_id: int | None
    correction_id: int | None
    form: DecisionForm


def queue_view(waiting: Waiting, at: datetime) -> QueueView:
    """The queue in words, as it stands at that instant."""
    return QueueView(
        slug=waiting.consultation.slug,
        title=words_in(waiting.consultation.titles),
        waiting=str(format_number(waiting.number)),
        oldest=_age_words(waiting.oldest_at, at) if waiting.oldest_at else "",
        unconfirmed=str(format_number(waiting.unconfirmed)) if waiting.unconfirmed else "",
    )


def entries_of(comments: Sequence[Comment]) -> list[Entry]:
    """The comments with their paragraphs, what they reply to, flags, earlier decisions and forms."""
    texts = texts_beside(comments)
    decisions = decisions_on(comments)
    traces = traces_beside(comments, page_locale())
    suggestions, parents = suggestions_of(comments), replied_to(comments)
    numbers = [comment.id for comment in comments]
    flags, appeals, corrections = flags_on(numbers), open_appeals(numbers), open_corrections(numbers)
    return [
        replace(
            _entry(comment, texts.get(comment.id), traces.get(comment.id), decisions[comment.id]),
            suggestion=suggestion_view(suggestions[comment.id]) if comment.id in suggestions else None,
            replied=_replied_view(parents[comment.id]) if comment.id in parents else None,
            flags=[_flag_words(flag) for flag in flags.get(comment.id, [])],
            appeal_id=appeals.get(comment.id),
            correction_id=corrections.get(comment.id),
        )
        for comment in comments
    ]


def _entry(
    comment: Comment, text: ParagraphText | None, trace: Trace | None, decisions: list[Decision]
) -> Entry:
    respondent, zone = comment.submission, comment.consultation.zone
    is_erased = comment.state == State.ERASED
    return Entry(
        id=comment.id,
        changes=comment.changes,
        name=_name(respondent),
        organisation=respondent.organisation,
        is_confirmed=is_confirmed_organisation(respondent.capacity, respondent.email_confirmed_at),
        is_unconfirmed=awaits_confirmation(respondent, comment.consultation),
        country=country_name(respondent.country) if respondent.country else "",
        capacity=capacity_words(respondent.capacity, respondent.group_size),
        kind=kind_words(comment.kind, page_locale()),
        importance=comment.importance,
        state=str(STATES[comment.state]),
        html=Markup() if is_erased else Markup(comment.html),  # noqa: S704 - sanitised on writing
        quotation=str((comment.quotation or {}).get("exact", "")),
        suggestion=None,
        contributor=comment.contributor,
        replied=None,
        flags=[],
        is_erased=is_erased,
        language=comment.language,
        direction=direction_of(comment.language),
        in_language=in_language(comment.language) if comment.language != page_locale() else "",
        received=_instant_words(comment.received_at, zone),
        came=_came_words(respondent),
        is_late=respondent.is_late,
        instant=comment.received_at.isoformat(),
        version=comment.version.number,
        paragraph=text,
        paragraph_html=Markup(text.html) if text else Markup(),  # noqa: S704 - sanitised on writing
        paragraph_language=text.translation.language if text else "",
        trace=trace_view(trace, comment.consultation.slug) if trace else None,
        decisions=[_decision_view(decision, zone) for decision in decisions],
        next_states=next_states(comment),
        slug=comment.consultation.slug,
        appeal_id=None,
        correction_id=None,
        form=decision_form(comment),
    )


def _name(respondent: Submission) -> str:
    if respondent.person_erased_at:
        return str(_("Name erased"))
    return respondent.name or str(_("Somebody who gave no name"))


def _replied_view(parent: Comment) -> RepliedView:
    return RepliedView(
        name=_name(parent.submission),
        state=str(STATES[parent.state]),
        html=Markup(parent.html),  # noqa: S704 - sanitised on writing
        language=parent.language,
    )


def _flag_words(flag: Flag) -> str:
    if flag.kind == FlagKind.MANY_LINKS:
        return str(ngettext("%(num)s link", "%(num)s links", flag.figure))
    return str(
        ngettext(
            "The same words came from %(num)s network within 48 hours",
            "The same words came from %(num)s networks within 48 hours",
            flag.figure,
        )
    )


def _decision_view(decision: Decision, zone: str) -> DecisionView:
    return DecisionView(
        person=decision.person.name if decision.person else str(_("Somebody")),
        state=str(STATES[decision.to_state]),
        date=_instant_words(decision.decided_at, zone),
        instant=decision.decided_at.isoformat(),
        reason=str(REASONS[decision.reason]) if decision.reason else "",
        note=decision.note,
    )


def _came_words(sent: Submission) -> str:
    """How it came, where somebody entered it for whoever sent it."""
    if sent.entered_at is None:
        return ""
    day = date_words(sent.entered_at, sent.consultation.zone)
    return str(_("%(channel)s, entered on %(day)s", channel=CHANNELS[sent.channel], day=day))


def _instant_words(instant: datetime, zone: str) -> str:
    return f"{date_words(instant, zone)}, {time_words(instant, zone)} {zone_words(zone)}"


def _age_words(since: datetime, at: datetime) -> str:
    return str(format_timedelta(at - since, threshold=UNITS_BEFORE_THE_NEXT, locale=page_locale()))
