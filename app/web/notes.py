"""Published comments as marginal notes, with what became of the text that they were written on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from babel.lists import format_list
from flask import get_template_attribute, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.i18n import direction_of
from app.models.comment import Kind
from app.models.draft import Fate
from app.services.comparing import Piece, word_changes
from app.services.following import Origin
from app.services.hearing import PublishedComment, PublishedComments
from app.services.reading import ReadDraft, Text
from app.services.tracing import Step, Trace, traces_of
from app.web.dates import date_words
from app.web.locales import page_locale
from app.web.presenting import capacity_words, country_name, in_language, name_of
from app.wording import KINDS

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


class CommentView(NamedTuple):
    """A published comment as the marginal note shows it."""

    id: int
    anchor: str
    name: str
    particulars: str
    kind: str
    html: Markup
    language: str
    direction: str
    in_language: str
    on_version: str
    date: str
    instant: str


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
    comments: PublishedComments, draft: ReadDraft, slug: str, zone: str
) -> dict[int | None, list[NoteGroup]]:
    """The comments that the draft page unfolds, by the place where they are read."""
    said = [comment for shown in comments.shown.values() for comment in shown]
    traces = _traces(said, draft)
    texts = {text.paragraph_id: text for text in draft.texts}
    return {
        spot: _groups(shown, draft, traces, texts.get(spot or 0), slug, zone)
        for spot, shown in comments.shown.items()
    }


def groups_of(
    comments: list[PublishedComment], draft: ReadDraft, text: Text | None, slug: str, zone: str
) -> list[NoteGroup]:
    """The comments on one paragraph, or with no text on the whole draft or a paragraph that is gone."""
    return _groups(comments, draft, _traces(comments, draft), text, slug, zone)


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
        changes=_changes(_pieces(trace, beside or trace.last), page_locale()),
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
    comments: list[PublishedComment],
    draft: ReadDraft,
    traces: dict[Origin, Trace],
    beside: Text | None,
    slug: str,
    zone: str,
) -> list[NoteGroup]:
    groups: dict[tuple[int, int], NoteGroup] = {}
    language = page_locale()
    # Comments come in the order received, and so version by version: a group keeps that order.
    for comment in comments:
        origin = (comment.version, comment.paragraph_id or 0)
        if origin not in groups:
            trace = traces.get(origin)
            groups[origin] = NoteGroup(trace_view(trace, slug, beside) if trace else None, [])
        groups[origin].comments.append(_comment_view(comment, draft.number, zone, language))
    return [groups[origin] for origin in sorted(groups)]


def _comment_view(comment: PublishedComment, newest: int, zone: str, language: str) -> CommentView:
    country = country_name(comment.country)
    capacity = capacity_words(comment.capacity, comment.group_size)
    return CommentView(
        id=comment.id,
        anchor=f"c-{comment.id}",
        name=name_of(comment.capacity, comment.name, comment.organisation),
        particulars=" · ".join(part for part in (country, capacity) if part),
        kind=_kind_words(comment.kind, language),
        html=Markup(comment.html),  # noqa: S704 - sanitised on writing by services/text.py
        language=comment.language,
        direction=direction_of(comment.language),
        in_language=in_language(comment.language) if comment.language != language else "",
        on_version=_on_version(comment.version, language) if comment.version != newest else "",
        date=date_words(comment.received_at, zone, language),
        instant=comment.received_at.isoformat(timespec="seconds"),
    )


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
    return _on_version(version, page_locale())


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


# A page says the same few words hundreds of times; the page's language is part of what is remembered.


@lru_cache(maxsize=2048)
def _changes(pieces: tuple[Piece, ...], _page_language: str) -> Markup:
    if not pieces:
        return Markup()
    written = get_template_attribute("components/changes.html", "changes")(pieces)
    return Markup(written)  # noqa: S704 - the template escapes


@lru_cache(maxsize=512)
def _on_version(number: int, _page_language: str) -> str:
    return str(_("On version %(version)s", version=number))


@lru_cache(maxsize=512)
def _kind_words(kind: str, _page_language: str) -> str:
    return "" if kind == Kind.OTHER else str(KINDS[kind])
