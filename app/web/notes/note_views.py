"""One comment as its marginal note shows it: to the public, and to whoever is about to send it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.i18n import direction_of
from app.models.comment import Kind
from app.models.consultation import Consultation
from app.services.comments.foreseeing import UNSENT
from app.services.comments.quoting import gone_since
from app.services.comments.suggesting import Suggestion, suggestions_of
from app.services.comments.vouching import is_confirmed_organisation
from app.services.consultations.answering import answers_to
from app.services.public.hearing import PublishedComment
from app.services.public.reading import ReadDraft
from app.services.public.tallying import Proposers, proposers_of
from app.web.dates import date_words
from app.web.locales import page_locale
from app.web.notes.answer_views import AnswerView, answer_view
from app.web.notes.suggestion_views import SuggestionView, suggestion_view
from app.web.presenting import capacity_words, country_name, in_language, name_of
from app.wording import KINDS


class QuoteView(NamedTuple):
    """The quoted words; `gone` says since when the text has them no more."""

    words: str
    gone: str


class SameWording(NamedTuple):
    """The comment above that proposes the same wording."""

    anchor: str
    name: str


class CommentView(NamedTuple):
    """A comment in view as the marginal note shows it."""

    id: int
    anchor: str
    name: str
    particulars: str
    is_confirmed: bool
    kind: str
    html: Markup
    quote: QuoteView | None
    suggestion: SuggestionView | None
    same: SameWording | None
    language: str
    direction: str
    in_language: str
    on_version: str
    date: str
    instant: str
    withdrawn: str
    is_stray_reply: bool
    supports: str
    support: str
    reply: str
    replies: list[CommentView]
    answer: AnswerView | None = None


@dataclass(frozen=True)
class Around:
    """What notes need to know of the page that they stand on, and of the comments beside them."""

    slug: str
    zone: str
    language: str
    newest: int
    takes_replies: bool
    takes_support: bool
    suggestions: dict[int, Suggestion]
    proposers: dict[tuple[int, str], Proposers]
    gone: dict[int, int]
    answers: dict[int, AnswerView]


def around(
    comments: Sequence[PublishedComment], draft: ReadDraft, consultation: Consultation, at: datetime
) -> Around:
    """What there is around those comments on a page of that draft."""
    is_open = consultation.is_open(at)
    quoting = [each for each in comments if each.quotation and each.version != draft.number]
    return Around(
        slug=consultation.slug,
        zone=consultation.zone,
        language=page_locale(),
        newest=draft.number,
        takes_replies=consultation.takes_replies and is_open and draft.is_newest,
        takes_support=is_open,
        suggestions=suggestions_of(comments),
        proposers=proposers_of(comments),
        gone=gone_since(consultation.id, quoting),
        answers=_answers(comments, draft, consultation.zone),
    )


def threads(
    comments: Sequence[PublishedComment], around: Around, *, stands: bool
) -> Iterator[tuple[PublishedComment, CommentView]]:
    """The comments in their order, each with its replies; `stands`: the text still has their place."""
    here = {comment.id for comment in comments}
    replies: dict[int, list[PublishedComment]] = {}
    for comment in comments:
        if comment.parent_id in here:
            replies.setdefault(comment.parent_id or UNSENT, []).append(comment)
    first: dict[tuple[int | None, str], SameWording] = {}
    for comment in comments:
        if comment.parent_id in here:
            continue
        view = _view(comment, around, first)
        yield (
            comment,
            view._replace(
                reply=_reply_address(comment, around) if stands or comment.paragraph_id is None else "",
                replies=[
                    _view(reply, around, first)._replace(is_stray_reply=False)
                    for reply in replies.get(comment.id, [])
                ],
            ),
        )


def on_version(number: int) -> str:
    """“On version 2”."""
    return _on_version(number, page_locale())


def _view(
    comment: PublishedComment, around: Around, first: dict[tuple[int | None, str], SameWording]
) -> CommentView:
    country = country_name(comment.country)
    capacity = capacity_words(comment.capacity, comment.group_size, comment.organisation_kind)
    name = name_of(
        comment.capacity, comment.name, comment.organisation, is_erased=comment.person_erased_at is not None
    )
    anchor = f"c-{comment.id}"
    same = None
    if comment.suggestion_digest:
        # Of several that propose the same the first one shows it, and the others name that.
        same = first.setdefault((comment.paragraph_id, comment.suggestion_digest), SameWording(anchor, name))
    return CommentView(
        id=comment.id,
        anchor=anchor,
        name=name,
        particulars=" · ".join(part for part in (country, capacity) if part),
        is_confirmed=is_confirmed_organisation(comment.capacity, comment.email_confirmed_at),
        kind=kind_words(comment.kind, around.language),
        html=Markup(comment.html),  # noqa: S704 - sanitised on writing by services/text.py
        quote=_quote(comment, around),
        suggestion=_suggestion(comment, around) if same and same.anchor == anchor else None,
        same=same if same and same.anchor != anchor else None,
        language=comment.language,
        direction=direction_of(comment.language),
        in_language=in_language(comment.language) if comment.language != around.language else "",
        on_version=on_version(comment.version) if comment.version != around.newest else "",
        date=date_words(comment.received_at, around.zone, around.language),
        instant=comment.received_at.isoformat(timespec="seconds"),
        withdrawn=date_words(comment.withdrawn_at, around.zone) if comment.withdrawn_at else "",
        is_stray_reply=comment.parent_id is not None,
        supports=_supports_words(comment.supports, around.language) if comment.supports else "",
        support=_support_address(comment, around),
        reply="",
        replies=[],
        answer=around.answers.get(comment.id),
    )


def _answers(comments: Sequence[PublishedComment], draft: ReadDraft, zone: str) -> dict[int, AnswerView]:
    labels = {text.key: text.label for text in draft.texts}
    answers = answers_to(comment.id for comment in comments)
    return {number: answer_view(answer, labels, zone) for number, answer in answers.items()}


def _quote(comment: PublishedComment, around: Around) -> QuoteView | None:
    if not comment.quotation:
        return None
    version = around.gone.get(comment.id)
    gone = _("These words are gone since version %(version)s.", version=version) if version else ""
    return QuoteView(comment.quotation["exact"], str(gone))


def _suggestion(comment: PublishedComment, around: Around) -> SuggestionView:
    proposers = around.proposers.get((comment.paragraph_id or 0, comment.suggestion_digest or ""))
    return suggestion_view(around.suggestions[comment.id], proposers)


def _support_address(comment: PublishedComment, around: Around) -> str:
    if not around.takes_support or comment.withdrawn_at is not None or comment.id <= UNSENT:
        return ""
    return url_for("support.support", slug=around.slug, comment_id=comment.id)


def _reply_address(comment: PublishedComment, around: Around) -> str:
    # Nobody answers a reply, what was withdrawn, or what is not in the record yet.
    is_answerable = comment.parent_id is None and comment.withdrawn_at is None and comment.id > UNSENT
    if not (around.takes_replies and is_answerable):
        return ""
    return url_for("comments.reply", slug=around.slug, comment_id=comment.id)


# A page says the same few words hundreds of times; the page's language is part of what is remembered.


@lru_cache(maxsize=512)
def _on_version(number: int, _page_language: str) -> str:
    return str(_("On version %(version)s", version=number))


@lru_cache(maxsize=512)
def _supports_words(number: int, _page_language: str) -> str:
    return str(ngettext("%(num)s person agrees", "%(num)s people agree", number))


@lru_cache(maxsize=512)
def kind_words(kind: str, _page_language: str) -> str:
    """The kind's badge; none for what was sent without a kind."""
    return "" if kind == Kind.OTHER else str(KINDS[kind])
