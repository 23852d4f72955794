"""Who agrees, as far as a browser shows it: signed in, or known by the cookie that a confirmed letter set."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Request, Response
from itsdangerous import BadData, URLSafeSerializer

from app.models.people import Person
from app.services.comments.supporting import supporter_digest
from app.web.ports import settings

COOKIE = "innspill_supporter"
SALT = "supporter"
LASTS = timedelta(days=180)


def known_supporter(request: Request, person: Person | None) -> str | None:
    """The digest of the address that is known to be theirs, or None for a visitor of whom nothing is."""
    if person is not None and person.confirmed_at is not None:
        return supporter_digest(person.email, settings().secret_key)
    try:
        return str(_serializer().loads(request.cookies.get(COOKIE, "")))
    except BadData:
        return None


def remember_supporter(response: Response, supporter: str) -> None:
    """The browser's further agreements need no letter; the cookie holds a digest and no address."""
    response.set_cookie(
        COOKIE,
        str(_serializer().dumps(supporter)),
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings().is_https,
    )


def _serializer() -> URLSafeSerializer:
    signer = {"digest_method": hashlib.sha256}
    return URLSafeSerializer(settings().secret_key, salt=SALT, signer_kwargs=signer)
