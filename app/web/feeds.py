"""Feeds (Atom, RFC 4287): what happened to a consultation, for whoever wants to hear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import SOURCE_LANGUAGE, page_languages
from app.models.consultation import Consultation, Extension
from app.models.draft import Version
from app.models.witness import TreeRoot
from app.services.feeding import News, NewsKind, news_of, original_language_of
from app.web.access import public
from app.web.caching import keep
from app.web.clock import now
from app.web.closing import instant_words
from app.web.consultations import consultation_to_read
from app.web.locales import page_locale
from app.web.ports import settings
from app.web.presenting import Words, words_in

pages = Blueprint("feeds", __name__)
# What XML 1.0 cannot hold, however it is written.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class EntryView:
    """One entry: `summary` is in another language than the feed where nobody translated it."""

    id: str
    title: str
    updated: str
    href: str
    summary: Words


@pages.route("/feeds/consultations/<slug>.atom")
@public
def consultation(slug: str) -> ResponseReturnValue:
    """What happened to the consultation, in the language asked for (`?lang=`) or the original's."""
    found = consultation_to_read(slug)
    at, stamp = now(), found.public_stamp
    g.lang = _language(found)
    entries = [_entry(news, found) for news in news_of(found, at)]
    feed = render_template(
        "feeds/consultation.xml",
        id=_identity(found),
        title=words_in(found.titles),
        author=words_in(found.bodies).text or "Innspill",
        updated=entries[0].updated if entries else _instant(found.created_at),
        own=_absolute("feeds.consultation", slug=slug, lang=page_locale()),
        page=_absolute("consultations.draft", slug=slug),
        entries=entries,
    )
    response = Response(NOT_IN_XML.sub("", feed), content_type="application/atom+xml; charset=utf-8")
    response.headers["Content-Language"] = page_locale()
    response.set_etag(sha256(response.get_data()).hexdigest()[:20])
    ahead = [instant for instant in (found.opens_at, found.closes_at) if at < instant]
    kept = keep(response, consultation_id=found.id, stamp=stamp, until=min(ahead, default=None))
    return kept.make_conditional(request)


def _language(found: Consultation) -> str:
    for code in (request.args.get("lang"), original_language_of(found)):
        if code in page_languages():
            return str(code)
    return SOURCE_LANGUAGE


def _entry(news: News, found: Consultation) -> EntryView:
    title, summary, href = _told(news, found)
    return EntryView(f"{_identity(found)}/{news.key}", title, _instant(news.at), href, summary)


def _told(news: News, found: Consultation) -> tuple[str, Words, str]:
    """Title, summary and address of what happened."""
    page, subject = _absolute("consultations.draft", slug=found.slug), news.subject
    if isinstance(subject, Version):
        place = _absolute("consultations.version", slug=found.slug, number=subject.number)
        return (
            _("Version %(number)s of the draft", number=subject.number),
            words_in(subject.change_log),
            place,
        )
    if isinstance(subject, Extension):
        closing = instant_words(subject.new_closes_at, found.zone)
        return _("Extended: open for comments until %(date)s", date=closing), words_in(subject.reasons), page
    if isinstance(subject, TreeRoot):
        place = f"{_absolute('records.record', slug=found.slug)}#root-{subject.digest}"
        return _root_words(subject), Words(subject.digest, page_locale()), place
    if news.kind == NewsKind.OUTCOME:
        return _("The outcome is published"), _no_words(), _absolute("consultations.outcome", slug=found.slug)
    return (
        _("Open for comments") if news.kind == NewsKind.OPENED else _("Closed for comments"),
        _no_words(),
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


def _no_words() -> Words:
    return Words("", page_locale())


def _identity(found: Consultation) -> str:
    """A tag (RFC 4151): it stays the same wherever the feed is fetched from, and in whichever language."""
    host = urlsplit(settings().base_url).hostname or "localhost"
    return f"tag:{host},{found.created_at:%Y-%m-%d}:consultations/{found.slug}"


def _absolute(endpoint: str, **values: object) -> str:
    return settings().base_url + url_for(endpoint, **values)  # type: ignore[arg-type]  # as url_for takes them


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
