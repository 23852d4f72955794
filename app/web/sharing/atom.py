"""Atom feeds (RFC 4287): entries with an identity that stays, kept for as long as they are true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Response, g, render_template, request, url_for

from app.i18n import SOURCE_LANGUAGE, page_languages
from app.web.caching import keep
from app.web.locales import page_locale
from app.web.ports import settings
from app.web.presenting import Words

# What XML 1.0 cannot hold, however it is written.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One entry: `summary` is in another language than the feed where nobody translated it."""

    id: str
    title: str
    updated: str
    href: str
    summary: Words
    published: str = ""
    author: str = ""


@dataclass(frozen=True)
class Feed:
    """A feed: `own` is its address, `page` that of the page for people; it was empty when it `began`."""

    id: str
    title: Words
    author: str
    own: str
    page: str
    entries: Sequence[Entry]
    began: datetime = field(default=LONG_AGO)


def feed_answer(
    feed: Feed, *, consultation_id: int | None, stamp: int, until: datetime | None = None
) -> Response:
    """The feed as an answer, kept while the consultation's stamp (None: all) stays."""
    newest = max((entry.updated for entry in feed.entries), default=atom_instant(feed.began))
    written = NOT_IN_XML.sub("", render_template("feeds/feed.xml", feed=feed, updated=newest))
    response = Response(written, content_type="application/atom+xml; charset=utf-8")
    response.headers["Content-Language"] = page_locale()
    response.set_etag(sha256(response.get_data()).hexdigest()[:20])
    kept = keep(response, consultation_id=consultation_id, stamp=stamp, until=until)
    kept.make_conditional(request)
    return kept


def choose_language(*wished: str | None) -> None:
    """The answer speaks the language asked for (`?lang=`), else the first of the wished that pages are in."""
    known = (code for code in (request.args.get("lang"), *wished) if code in page_languages())
    g.lang = next(known, SOURCE_LANGUAGE)


def tag(began: datetime, path: str) -> str:
    """A tag (RFC 4151): it stays the same wherever the feed is fetched from, and in whichever language."""
    host = urlsplit(settings().base_url).hostname or "localhost"
    return f"tag:{host},{began:%Y-%m-%d}:{path}"


def absolute(endpoint: str, **values: object) -> str:
    """The whole address of a page."""
    return settings().base_url + url_for(endpoint, **values)  # type: ignore[arg-type]  # as url_for takes them


def atom_instant(instant: datetime) -> str:
    """An instant as RFC 3339 writes it."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def no_words() -> Words:
    """Nothing, in the page's language."""
    return Words("", page_locale())
