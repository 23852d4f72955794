"""What is being typed is kept, time and again, as a script sends it while somebody writes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.consultation import Consultation
from app.services.errors import InvalidError
from app.services.sittings.typed import Kept
from app.web.access import public
from app.web.baskets.unsent import keep_form, keep_typed_particulars, spot_of, unsent_link
from app.web.clock import now
from app.web.comment_forms.comment_problems import problem_words
from app.web.dates import time_words
from app.web.errors import error_page
from app.web.forms import small_number
from app.web.limits import network_of, wait_before
from app.web.public.consultations import consultation_to_read

pages = Blueprint("saving", __name__)
FORM_TYPES = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})
BAD_REQUEST = 400


@pages.route("/<lang>/consultations/<slug>/submission/save", methods=["POST"])
@public
def save(slug: str) -> ResponseReturnValue:
    """What is being typed is kept; a script reads what is said of it, a browser without one goes on."""
    consultation = consultation_to_read(slug)
    if request.mimetype not in FORM_TYPES:
        return _told(_("This could not be answered"), 415)
    if wait_before("unsent", network_of(request)):
        return _told(_("Not saved yet: too much comes from your network. We try again."), 429)
    if "paragraph" not in request.form:
        if not keep_typed_particulars(consultation):
            return _told(_("Not saved: open the page again."), 422)
        return _told(_("Saved %(time)s", time=time_words(now(), consultation.zone)))
    key = request.form["paragraph"] or None
    spot = spot_of(
        consultation,
        key,
        read_version=small_number(request.form.get("version")),
        parent_id=small_number(request.form.get("reply_to")),
    )
    try:
        done = keep_form(consultation, spot)
    except InvalidError as error:
        return _told(" ".join(problem_words(*each) for each in error.problems.items()), 422)
    if done is None:
        return _told(_("Not saved: open the page again."), 422)
    who, kept = done
    way = unsent_link(who)
    return _told(
        _saved_words(consultation, kept),
        unsent=kept.comment_id or "",
        changes=kept.changes,
        link=way.words if way else "",
        href=way.href if way else "",
    )


def _saved_words(consultation: Consultation, kept: Kept) -> str:
    if kept.comment_id is None:
        return ""
    time = time_words(now(), consultation.zone)
    return str(
        _("Saved %(time)s", time=time) if kept.is_ready else _("Saved %(time)s, not added yet", time=time)
    )


def _told(words: str, status: int = 200, **more: Any) -> ResponseReturnValue:
    if request.accept_mimetypes.best != "application/json":
        if status >= BAD_REQUEST:
            return error_page(status)
        return redirect(url_for("basket.basket", slug=(request.view_args or {})["slug"]), 303)
    return jsonify(words=words, **more), status
