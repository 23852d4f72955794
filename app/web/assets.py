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
COMPRESSIBLE = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LENGTH_OF_DIGEST = 12


@pages.route("/assets/<digest>/<path:name>")
@public
def file(digest: str, name: str) -> Response:
    """One file of static/; kept for a year by whoever asked at its present address."""
    path = safe_join(_folder(), name)
    if path is not None and Path(path).suffix in COMPRESSIBLE and Path(path).is_file():
        response = _text(path)
    else:
        response = send_from_directory(_folder(), name)
    response.headers["Cache-Control"] = FOR_A_YEAR if digest == _digest() else "no-cache"
    return response


@pages.app_context_processor
def template_words() -> dict[str, object]:
    """Templates can say `static_url("site.css")`."""
    return {"static_url": static_url}


def static_url(name: str) -> str:
    """The address of a file in static/, with a digest of them all, which style sheets pass on to fonts."""
    return url_for("assets.file", digest=_digest(), name=name)


def _text(path: str) -> Response:
    plain, squeezed, digest = _bodies(path, Path(path).stat().st_mtime_ns)
    wants_gzip = bool(request.accept_encodings["gzip"])
    response = Response(squeezed if wants_gzip else plain, mimetype=COMPRESSIBLE[Path(path).suffix])
    if wants_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{digest}-gzip" if wants_gzip else digest)
    response.make_conditional(request)
    return response


@lru_cache(maxsize=64)
def _bodies(path: str, _changed_at: int) -> tuple[bytes, bytes, str]:
    plain = Path(path).read_bytes()
    return plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:LENGTH_OF_DIGEST]


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
