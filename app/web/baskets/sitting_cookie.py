"""The cookie by which a browser finds what was written in it: set only when something is kept."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Blueprint, Response, g, request

from app.services.sittings.sittings import KEPT_FOR, Bearer, new_reference
from app.services.sittings.unsent import has_something_open
from app.web.access import current_person
from app.web.caching import SITTING_COOKIE
from app.web.clock import now
from app.web.ports import settings

pages = Blueprint("sitting_cookie", __name__)
REFERENCE = re.compile(r"[a-z2-7]{32}")
GIVEN, TAKEN = "sitting_reference_given", "sitting_reference_taken"


def bearer() -> Bearer:
    """Who asks, by the browser's cookie and by the person who is signed in."""
    person = current_person()
    return Bearer(_reference(), person.id if person else None)


def writing_bearer() -> Bearer:
    """Who writes: as of `bearer`, and a browser without a cookie gets one that nobody had before."""
    known = bearer()
    return Bearer(known.reference or new_reference(), known.person_id)


def remember(known: Bearer) -> None:
    """The answer gives the browser its cookie, for the whole time that the sitting is kept from now on."""
    g.setdefault(GIVEN, known.reference)


def forget_when_empty() -> None:
    """The browser's cookie goes when nothing is kept for it any more, so that it reads kept pages again."""
    reference = _reference()
    if reference and not has_something_open(Bearer(reference), now()):
        setattr(g, TAKEN, True)


@pages.after_app_request
def _set(response: Response) -> Response:
    reference = g.pop(GIVEN, None)
    if g.pop(TAKEN, False):
        _set_cookie(response, "", timedelta())
    elif reference:
        _set_cookie(response, reference, KEPT_FOR)
    return response


def _set_cookie(response: Response, reference: str, lasting: timedelta) -> None:
    response.set_cookie(
        SITTING_COOKIE,
        reference,
        max_age=lasting,
        path="/",
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )


def _reference() -> str:
    held = request.cookies.get(SITTING_COOKIE, "")
    return held if REFERENCE.fullmatch(held) else ""
