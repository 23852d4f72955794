"""Published comments as marginal notes, with what became of the text that they were written on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.lists import format_list
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.i18n import direction_of
from app.models.consultation import Consultation
from app.models.draft import Fate
from app.services.public.comparing import Piece, word_changes
from app.services.public.following import Origin
from app.services.public.hearing import PublishedComment, PublishedComments
from app.services.public.reading import ReadDraft, Text
from app.services.public.tracing import Step, Trace, traces_of
from app.web.locales import page_locale
from app.web.notes.note_views import Around, CommentView, around, on_version, threads
from app.web.notes.suggestion_views import change_marks

FATES: dict[str, Any] = {
    Fate.REWORDED: _l("This paragraph was reworded in version %(version)s."),
    Fate.MOVED: _l("This paragraph was moved in version %(version)s."),
    Fate.SPLIT: _l("This paragraph was split in version %(version)s."),
    Fate.MERGED: _l("This paragraph was merged with another in version %(version)s."),
    Fate.REMOVED: _l("This paragraph was removed in version %(version)s."),
}
FATES_WITH_LABELS: dict[str, Any] = {
    Fate.MOVED: _l("This paragraph was moved in version %(version)s: %(was)s became %(became)s."),
    Fate.SPLIT: _l("This paragraph was split in version %(version)s: %(was)s became %(became)s."),
    Fate.MERGED: _l("Paragraphs were merged in version %(version)s: %(was)s became %(became)s."),
}
MOVED_AND_REWORDED = _l(
    "This paragraph was moved and reworded in version %(version)s: %(was)s became %(became)s."
)


@dataclass(frozen=True)
class TraceView:
    """What became of the text that comments were written on, in words.

    `changes` are its words with what changed in them; empty where the same words stand beside them. They
    are the original's where `is_ahead`.
    """

    heading: str
    sentences: list[str]
    changes: Markup
    is_changed: bool
    language: str
    direction: str
    versions: tuple[int, int]
    compare: str
    is_ahead: bool = False


@dataclass(frozen=True)
class NoteGroup:
    """Comments that were written on the same text; `trace` is None where that is what stands beside them."""

    trace: TraceView | None
    comments: list[CommentView]


@dataclass(frozen=True)
class GoneView:
    """A paragraph that is no longer in the text, and its comments."""

    text: Text
    version: int
    count: int
    groups: list[NoteGroup]


def notes_on(
    comments: PublishedComments, draft: ReadDraft, consultation: Consultation, at: datetime
) -> dict[int | None, list[NoteGroup]]:
    """The comments that the draft page unfolds, by the place where they are read."""
    said = [comment for shown in comments.shown.values() for comment in shown]
    traces = _traces(said, draft)
    texts = {text.paragraph_id: text for text in draft.texts}
    beside = around(said, draft, consultation, at)
    return {
        spot: _groups(shown, traces, texts.get(spot or 0), beside) for spot, shown in comments.shown.items()
    }


def groups_of(
    comments: list[PublishedComment],
    draft: ReadDraft,
    text: Text | None,
    consultation: Consultation,
    at: datetime,
) -> list[NoteGroup]:
    """The comments on one paragraph, or with no text on the whole draft or a paragraph that is gone."""
    return _groups(comments, _traces(comments, draft), text, around(comments, draft, consultation, at))


def gone_from(
    draft: ReadDraft, comments: PublishedComments, notes: dict[int | None, list[NoteGroup]]
) -> list[GoneView]:
    """The paragraphs with comments that the draft no longer has, in the order in which they were written."""
    here = {text.paragraph_id for text in draft.texts}
    origins = {
        spot: (shown[-1].version, spot)
        for spot, shown in comments.shown.items()
        if spot is not None and spot not in here
    }
    traces = traces_of(draft.consultation_id, origins.values(), draft.language)
    return [
        GoneView(traces[origin].last, _last_version(traces[origin]), comments.counts[spot], notes[spot])
        for spot, origin in sorted(origins.items())
        if origin in traces
    ]


def trace_view(trace: Trace, slug: str, beside: Text | None = None) -> TraceView | None:
    """The trace in words, or None when the text beside says the same, at the same label."""
    sentences = [_sentence(step) for step in trace.steps]
    if not sentences and trace.is_changed:
        sentences = [str(_("The translation was mended since."))]
    if trace.is_ahead:
        sentences.append(str(_("The original has changed since this was translated.")))
    label = trace.text.label if beside and _needs_label(trace, beside) else ""
    if not sentences and not label:
        return None
    language = trace.text.language
    return TraceView(
        heading=_heading(trace.version, label),
        sentences=sentences,
        changes=change_marks(_pieces(trace, beside or trace.last)),
        is_changed=trace.is_changed,
        language=language,
        direction=direction_of(language),
        versions=(trace.version, trace.newest),
        compare=compare_address(slug, trace.version, trace.newest, trace.text.key),
        is_ahead=trace.is_ahead,
    )


def compare_address(slug: str, before: int, after: int, key: str = "") -> str:
    """Where two versions are compared, at the paragraph."""
    return url_for("comparing.compare", slug=slug, older=before, newer=after, _anchor=key or None)


def _traces(comments: Iterable[PublishedComment], draft: ReadDraft) -> dict[Origin, Trace]:
    origins = [
        (comment.version, comment.paragraph_id)
        for comment in comments
        if comment.paragraph_id is not None and comment.version != draft.number
    ]
    return traces_of(draft.consultation_id, origins, draft.language)


def _groups(
    comments: list[PublishedComment], traces: dict[Origin, Trace], text: Text | None, beside: Around
) -> list[NoteGroup]:
    groups: dict[tuple[int, int], NoteGroup] = {}
    # Comments come in the order received, and so version by version: a group keeps that order.
    for comment, view in threads(comments, beside, stands=text is not None):
        origin = (comment.version, comment.paragraph_id or 0)
        if origin not in groups:
            trace = traces.get(origin)
            told = trace_view(trace, beside.slug, text) if trace else None
            groups[origin] = NoteGroup(told, [])
        groups[origin].comments.append(view)
    return [groups[origin] for origin in sorted(groups)]


def _sentence(step: Step) -> str:
    labels = {"was": _list(step.was), "became": _list(step.became)}
    is_told = step.was != step.became and all((*step.was, *step.became))
    words = FATES_WITH_LABELS.get(step.fate) if is_told else None
    if step.fate == Fate.MOVED and step.is_reworded and words:
        words = MOVED_AND_REWORDED
    return str(words or FATES[step.fate]) % {"version": step.version, **labels}


def _heading(version: int, label: str) -> str:
    if label:
        return str(_("On version %(version)s, as %(label)s", version=version, label=label))
    return on_version(version)


def _needs_label(trace: Trace, beside: Text) -> bool:
    """Whether the paragraph had another label that nothing tells, or was one of several that became one."""
    fates = {step.fate for step in trace.steps}
    if Fate.MERGED in fates:
        return True
    return trace.text.label != beside.label and not fates & {Fate.MOVED, Fate.SPLIT}


def _pieces(trace: Trace, beside: Text) -> tuple[Piece, ...]:
    if trace.is_changed:
        return word_changes(trace.words_then, trace.words_since, trace.text.language)
    return () if trace.text.plain == beside.plain else (Piece(trace.words_then, ""),)


def _last_version(trace: Trace) -> int:
    return trace.steps[-1].version - 1 if trace.steps else trace.version


def _list(labels: tuple[str, ...]) -> str:
    return format_list(list(labels), locale=page_locale()) if labels else ""
