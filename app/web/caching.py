"""Pages for visitors, kept and served without entering Flask for as long as they are still true.

A view says of which consultation its page tells (`keep`). The page stays until a commit changes that
consultation's public stamp, or the clock passes the instant at which its words would differ. Every request
asks the database whether anything was committed, so a published change is seen at the next request.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from time import time
from typing import Any, TypeAlias

from flask import Response, request
from werkzeug.http import parse_accept_header

from app.services.freshness import ChangeSign
from app.web.squeezing import SplitBody

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
WsgiApp: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers: TypeAlias = list[tuple[str, str]]

WISH = "innspill.keep"
SESSION_COOKIE = "innspill"
SITTING_COOKIE = "innspill_sitting"
OWN_COOKIES = (SESSION_COOKIE, SITTING_COOKIE)
VARY = "Accept-Encoding, Cookie"
MOST_PAGES = 512
MOST_BYTES = 96 * 1024 * 1024
SECONDS_OF_A_FORM = 3600
FOR_EVER = float("inf")
REPLACED = frozenset({"content-length", "etag", "content-encoding"})


@dataclass(frozen=True)
class Wish:
    """What a view wants: whose page this is, the stamp it was made under, and until when it stays true."""

    consultation_id: int | None
    stamp: int
    until: float
    token: str


@dataclass
class Page:
    """A kept answer, with the signs under which it is true."""

    wish: Wish
    sign: int
    headers: Headers
    body: SplitBody
    digest: str


def keep(
    answer: str | Response,
    *,
    consultation_id: int | None,
    stamp: int,
    until: datetime | None = None,
    token: str = "",
) -> Response:
    """The answer, marked as the same for every visitor while the consultation's stamp (None: all) stays.

    `stamp` must have been read before what the page shows. `token` is the form token that stands in the page,
    replaced by a fresh one for each visitor; such a page is for private caches only.
    A page for a browser with a session, or with comments not yet sent, is never marked: it is theirs alone.
    """
    response = answer if isinstance(answer, Response) else Response(answer, mimetype="text/html")
    response.headers["Vary"] = VARY
    if any(cookie in request.cookies for cookie in OWN_COOKIES):
        response.headers["Cache-Control"] = "private, no-store"
        return response
    response.headers["Cache-Control"] = "private, no-cache" if token else "public, no-cache"
    if response.status_code == 200 and not request.query_string:
        true_until = until.timestamp() if until else FOR_EVER
        request.environ[WISH] = Wish(consultation_id, stamp, true_until, token)
    return response


class PageCache:
    """WSGI middleware that answers from memory what Flask would answer the same."""

    def __init__(self, app: WsgiApp, changes: ChangeSign, make_token: Callable[[], str]) -> None:
        self._app = app
        self._changes = changes
        self._make_token = make_token
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not _is_of_a_visitor(environ):
            return self._app(environ, start_response)
        key = environ["PATH_INFO"]
        page = self._pages.get(key)
        if page is not None and self._is_true(page):
            return self._answer(page, environ, start_response)
        return self._ask_flask(key, environ, start_response)

    def _is_true(self, page: Page) -> bool:
        if time() >= page.wish.until:
            return False
        sign = self._changes.sign()
        if sign != page.sign:
            if self._changes.stamp(page.wish.consultation_id) != page.wish.stamp:
                return False
            page.sign = sign
        return True

    def _ask_flask(self, key: str, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        # The sign is read before the page is made: a commit meanwhile makes the copy stale, not wrong.
        sign = self._changes.sign()
        asked = {**environ, "REQUEST_METHOD": "GET"}
        begun: list[tuple[str, Headers]] = []

        def capture(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], Any]:
            begun.append((status, headers))
            return lambda _piece: None

        pieces = self._app(asked, capture)
        status, headers = begun[-1]
        wish: Wish | None = asked.get(WISH)
        if wish is None or not status.startswith("200"):  # the view itself found that nothing changed
            start(status, headers)
            return _without_body(pieces) if environ["REQUEST_METHOD"] == "HEAD" else pieces
        try:
            written = b"".join(pieces)
        finally:
            _close(pieces)
        page = _page(wish, sign, headers, written)
        self._remember(key, page)
        return self._answer(page, environ, start)

    def _remember(self, key: str, page: Page) -> None:
        with self._lock:
            self._forget(key)
            self._pages[key] = page
            self._bytes += page.body.size
            while len(self._pages) > MOST_PAGES or self._bytes > MOST_BYTES:
                self._forget(next(iter(self._pages)))

    def _forget(self, key: str) -> None:
        old = self._pages.pop(key, None)
        if old is not None:
            self._bytes -= old.body.size

    def _answer(self, page: Page, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        wants_gzip = _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        etag = _etag(page, is_squeezed=wants_gzip)
        if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start("304 NOT MODIFIED", [*_without(page.headers, "content-type"), ("ETag", etag)])
            return []
        token = self._make_token().encode() if page.wish.token else b""
        body = page.body.squeezed(token) if wants_gzip else page.body.plain(token)
        encoding = [("Content-Encoding", "gzip")] if wants_gzip else []
        start("200 OK", [*page.headers, *encoding, ("ETag", etag), ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _is_of_a_visitor(environ: Environ) -> bool:
    cookies = environ.get("HTTP_COOKIE", "")
    return (
        environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and not environ.get("QUERY_STRING")
        and not (cookies and any(f"{cookie}=" in cookies for cookie in OWN_COOKIES))
    )


def _takes_gzip(accepted: str) -> bool:
    if "gzip" not in accepted:
        return False
    return ";" not in accepted or parse_accept_header(accepted)["gzip"] > 0


def _page(wish: Wish, sign: int, headers: Headers, written: bytes) -> Page:
    body = SplitBody(written, wish.token.encode())
    kept = [(name, value) for name, value in headers if name.lower() not in REPLACED]
    return Page(wish, sign, kept, body, hashlib.sha256(b"".join(body.parts)).hexdigest()[:20])


def _etag(page: Page, *, is_squeezed: bool) -> str:
    # A page with a form is the same but for its token, which must not grow old in a browser's cache.
    age = f"-{int(time() // SECONDS_OF_A_FORM)}" if page.wish.token else ""
    return f'W/"{page.digest}{age}{"-gz" if is_squeezed else ""}"'


def _without(headers: Headers, name: str) -> Headers:
    return [header for header in headers if header[0].lower() != name]


def _without_body(pieces: Iterable[bytes]) -> Iterable[bytes]:
    _close(pieces)
    return []


def _close(pieces: Iterable[bytes]) -> None:
    close = getattr(pieces, "close", None)
    if close is not None:
        close()
