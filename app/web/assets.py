"""Style sheets, script and fonts, at addresses that change whenever one of them does."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_from_directory, url_for
from werkzeug.security import safe_join

from app.web.access import public

pages = Blueprint("assets", __name__)

FOR_A_YEAR = "public, max-age=31536000, immutable"
COMPRESSIBLE = frozenset({".css", ".js", ".svg"})
LENGTH_OF_DIGEST = 12


@pages.route("/assets/<digest>/<path:name>")
@public
def file(digest: str, name: str) -> Response:
    """One file of static/; kept for a year by whoever asked at its present address."""
    response = _compressed(name) or send_from_directory(_folder(), name)
    is_present = digest == _digest()
    response.headers["Cache-Control"] = FOR_A_YEAR if is_present else "no-cache"
    return response


@pages.app_context_processor
def template_words() -> dict[str, object]:
    """Templates can say `static_url("site.css")`."""
    return {"static_url": static_url}


def static_url(name: str) -> str:
    """The address of a file in static/, with a digest of them all, which style sheets pass on to fonts."""
    return url_for("assets.file", digest=_digest(), name=name)


def _compressed(name: str) -> Response | None:
    path = safe_join(_folder(), name)
    if path is None or Path(path).suffix not in COMPRESSIBLE or not Path(path).is_file():
        return None
    response = send_from_directory(_folder(), name)
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] and "Range" not in request.headers:
        response.direct_passthrough = False
        response.data = _gzipped(path, Path(path).stat().st_mtime_ns)
        response.headers["Content-Encoding"] = "gzip"
        etag, _weak = response.get_etag()
        response.set_etag(f"{etag}-gzip")
    response.make_conditional(request)
    return response


@lru_cache(maxsize=64)
def _gzipped(path: str, _changed_at: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)


def _digest() -> str:
    return _digest_of(_folder())


@cache
def _digest_of(folder: str) -> str:
    together = hashlib.sha256()
    for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        together.update(str(path.relative_to(folder)).encode())
        together.update(path.read_bytes())
    return together.hexdigest()[:LENGTH_OF_DIGEST]


def _folder() -> str:
    return str(current_app.static_folder)
