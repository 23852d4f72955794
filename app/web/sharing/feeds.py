"""Feeds (Atom, RFC 4287) for whoever wants to hear: of all consultations, of one, and of its comments."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.models.comment import Comment
from app.models.consultation import Consultation, Extension
from app.models.draft import Version
from app.models.witness import TreeRoot
from app.models.workshop import Workshop
from app.services.moderation.queueing import texts_beside
from app.services.search.excerpts import first_words
from app.services.sharing.feeding import (
    MOST_ENTRIES,
    News,
    NewsKind,
    newest_comments,
    news_of,
    news_of_all,
    next_change,
    original_language_of,
    workshops_announced,
)
from app.web.access import public
from app.web.clock import now
from app.web.locales import page_locale
from app.web.ports import ports
from app.web.presenting import Words, name_of, words_in
from app.web.public.closing import instant_words
from app.web.public.consultations import consultation_to_read
from app.web.sharing.atom import (
    LONG_AGO,
    Entry,
    Feed,
    absolute,
    atom_instant,
    choose_language,
    feed_answer,
    no_words,
    tag,
)

pages = Blueprint("feeds", __name__)
WORDS_OF_A_COMMENT = 120


@pages.route("/feeds/consultations.atom")
@public
def consultations() -> ResponseReturnValue:
    """What happened to consultations: opened, extended, closed, new versions, outcomes."""
    choose_language()
    at, stamp = now(), ports().changes.stamp(None)
    entries = [entry_of(news, found) for found, news in news_of_all(at)]
    feed = Feed(
        id=tag(LONG_AGO, "consultations"),
        title=Words(str(_("Consultations")), page_locale()),
        author="Innspill",
        own=absolute("feeds.consultations", lang=page_locale()),
        page=absolute("consultations.index"),
        entries=entries,
    )
    return feed_answer(feed, consultation_id=None, stamp=stamp, until=next_change(at))


@pages.route("/feeds/consultations/<slug>.atom")
@public
def consultation(slug: str) -> ResponseReturnValue:
    """What happened to the consultation, in the language asked for (`?lang=`) or the original's."""
    found = consultation_to_read(slug)
    at, stamp = now(), found.public_stamp
    choose_language(original_language_of(found))
    feed = Feed(
        id=_identity(found),
        title=words_in(found.titles),
        author=words_in(found.bodies).text or "Innspill",
        own=absolute("feeds.consultation", slug=slug, lang=page_locale()),
        page=absolute("consultations.draft", slug=slug),
        entries=[_entry(news, found) for news in news_of(found, at)],
        began=found.created_at,
    )
    ahead = [instant for instant in (found.opens_at, found.closes_at) if at < instant]
    return feed_answer(feed, consultation_id=found.id, stamp=stamp, until=min(ahead, default=None))


@pages.route("/feeds/consultations/<slug>/comments.atom")
@public
def comments(slug: str) -> ResponseReturnValue:
    """The comments that were published last on the consultation's draft."""
    found = consultation_to_read(slug)
    stamp = found.public_stamp
    choose_language(original_language_of(found))
    title = words_in(found.titles)
    newest = newest_comments(found)
    texts = texts_beside(newest)
    labels = {comment_id: text.label for comment_id, text in texts.items()}
    feed = Feed(
        id=f"{_identity(found)}/comments",
        title=Words(str(_("Comments: %(title)s", title=title.text)), page_locale()),
        author=words_in(found.bodies).text or "Innspill",
        own=absolute("feeds.comments", slug=slug, lang=page_locale()),
        page=absolute("consultations.draft", slug=slug),
        entries=[_comment_entry(comment, found, labels.get(comment.id, "")) for comment in newest],
        began=found.created_at,
    )
    return feed_answer(feed, consultation_id=found.id, stamp=stamp)


@pages.route("/feeds/workshops.atom")
@public
def workshops() -> ResponseReturnValue:
    """The workshops that were announced, changed or cancelled, the last first."""
    choose_language()
    stamp = ports().changes.stamp(None)
    told = Feed(
        id=tag(LONG_AGO, "workshops"),
        title=Words(str(_("Workshops")), page_locale()),
        author="Innspill",
        own=absolute("feeds.workshops", lang=page_locale()),
        page=absolute("workshops.index"),
        entries=[workshop_entry(each) for each in workshops_announced()[:MOST_ENTRIES]],
    )
    return feed_answer(told, consultation_id=None, stamp=stamp)


def workshop_entry(found: Workshop) -> Entry:
    """The workshop as feeds tell of it."""
    title, starts = words_in(found.titles), instant_words(found.starts_at, found.zone)
    said = _("Cancelled: %(title)s", title=title.text) if found.is_cancelled else title.text
    place = words_in(found.addresses).text
    return Entry(
        id=tag(found.created_at, f"workshops/{found.slug}"),
        title=str(said),
        updated=atom_instant(found.changed_at),
        href=absolute("workshops.workshop", slug=found.slug),
        summary=Words(" · ".join(part for part in (starts, place) if part), page_locale()),
        published=atom_instant(found.published_at or found.changed_at),
    )


def _comment_entry(comment: Comment, found: Consultation, label: str) -> Entry:
    sent = comment.submission
    name = name_of(sent.capacity, sent.name, sent.organisation, is_erased=sent.person_erased_at is not None)
    place = _("paragraph %(label)s", label=label) if label else _("the whole draft")
    published = atom_instant(comment.published_at or comment.received_at)
    endpoint, where = (
        ("comments.paragraph", {"key": comment.paragraph.key})
        if comment.paragraph
        else ("comments.whole_draft", {})
    )
    return Entry(
        id=f"{_identity(found)}/comments/{comment.id}",
        title=str(_("%(name)s on %(place)s", name=name, place=place)),
        updated=published,
        href=absolute(endpoint, slug=found.slug, _anchor=f"c-{comment.id}", **where),
        summary=Words(first_words(comment.plain, WORDS_OF_A_COMMENT), comment.language),
        author=name,
    )


def entry_of(news: News, found: Consultation) -> Entry:
    """What happened, as a feed of many consultations tells it."""
    return _entry(news, found, words_in(found.titles).text)


def _entry(news: News, found: Consultation, beginning: str = "") -> Entry:
    title, summary, href = _told(news, found)
    whole = f"{beginning}: {title}" if beginning else title
    return Entry(f"{_identity(found)}/{news.key}", whole, atom_instant(news.at), href, summary)


def _told(news: News, found: Consultation) -> tuple[str, Words, str]:
    """Title, summary and address of what happened."""
    page, subject = absolute("consultations.draft", slug=found.slug), news.subject
    if isinstance(subject, Version):
        place = absolute("consultations.version", slug=found.slug, number=subject.number)
        return (
            _("Version %(number)s of the draft", number=subject.number),
            words_in(subject.change_log),
            place,
        )
    if isinstance(subject, Extension):
        closing = instant_words(subject.new_closes_at, found.zone)
        return _("Extended: open for comments until %(date)s", date=closing), words_in(subject.reasons), page
    if isinstance(subject, TreeRoot):
        place = f"{absolute('records.record', slug=found.slug)}#root-{subject.digest}"
        return _root_words(subject), Words(subject.digest, page_locale()), place
    if news.kind == NewsKind.OUTCOME:
        return _("The outcome is published"), no_words(), absolute("consultations.outcome", slug=found.slug)
    return (
        _("Open for comments") if news.kind == NewsKind.OPENED else _("Closed for comments"),
        no_words(),
        page,
    )


def _root_words(root: TreeRoot) -> str:
    if root.is_final:
        words = ngettext(
            "Final root over %(num)s text received", "Final root over %(num)s texts received", root.size
        )
    else:
        words = ngettext("Root over %(num)s text received", "Root over %(num)s texts received", root.size)
    return str(words)


def _identity(found: Consultation) -> str:
    return tag(found.created_at, f"consultations/{found.slug}")
