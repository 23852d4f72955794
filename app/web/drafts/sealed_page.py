"""The answer to a form whose version somebody else sealed meanwhile."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.models.consultation import Consultation
from app.services.drafts.drafting import versions_of
from app.services.errors import NotFoundError
from app.web.clock import now
from app.web.management.management_views import consultation_view

CHANGED = 409
TYPED = ("source", "words", "notes", "title", "changes_")


def sealed_page(consultation: Consultation) -> ResponseReturnValue:
    """Says that the last version is sealed and gives back all that was typed.

    Raises NotFoundError where the last version is not sealed, or there is none.
    """
    version = next(iter(versions_of(consultation)), None)
    if version is None or version.sealed_at is None:
        raise NotFoundError("working version")
    return render_template(
        "management/sealed.html",
        view=consultation_view(consultation, now()),
        number=version.number,
        typed=[words for name, words in request.form.items() if name.startswith(TYPED) and words.strip()],
    ), CHANGED
