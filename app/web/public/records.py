"""The record of a consultation: its published roots, its leaves, and how to check both without the site."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_number

from app.models.consultation import Consultation
from app.models.witness import TreeRoot
from app.services.proof.proving import leaves_file
from app.services.proof.witnessing import newest_root, next_root_by, roots_of
from app.web.access import public
from app.web.caching import keep
from app.web.clock import now
from app.web.dates import date_words
from app.web.presenting import words_in
from app.web.public.closing import instant_words
from app.web.public.consultations import consultation_to_read

pages = Blueprint("records", __name__)
SCRIPT = Path("docs", "verify.py")
SHORT = 8


@dataclass(frozen=True)
class RootView:
    """A published root as pages show it."""

    digest: str
    short: str
    size: str
    instant: str
    published: str
    day: str
    is_final: bool


@pages.app_context_processor
def template_words() -> dict[str, object]:
    """Templates can ask for the newest root of a consultation; None before the first."""
    return {"newest_root_of": _newest_view}


@pages.route("/<lang>/consultations/<slug>/record")
@public
def record(slug: str) -> ResponseReturnValue:
    """What was received, as digests; the roots over them; and how anybody checks them."""
    consultation = consultation_to_read(slug)
    at, roots = now(), roots_of(consultation.id)
    newest = roots[0] if roots else None
    since = consultation.leaves - (newest.size if newest else 0)
    next_by = next_root_by(consultation, newest, at) if since else None
    page = render_template(
        "records/record.html",
        consultation=consultation,
        title=words_in(consultation.titles),
        received=str(format_number(consultation.leaves)),
        roots=[root_view(root, consultation) for root in roots],
        since=since,
        next_by=instant_words(next_by, consultation.zone) if next_by else "",
    )
    # It tells of every text received, which raises no stamp: each reader gets it made anew.
    return keep(page, consultation_id=consultation.id, stamp=consultation.public_stamp, until=at)


@pages.route("/<lang>/consultations/<slug>/leaves.json")
@public
def leaves(slug: str) -> ResponseReturnValue:
    """The digests of all that was received, in order, and all published roots."""
    consultation = consultation_to_read(slug)
    at, stamp = now(), consultation.public_stamp
    content = leaves_file(consultation)
    response = Response(content, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}-leaves.json")
    response.set_etag(sha256(content.encode()).hexdigest()[:20])
    kept = keep(response, consultation_id=consultation.id, stamp=stamp, until=at)
    return kept.make_conditional(request)


@pages.route("/verify.py")
@public
def script() -> ResponseReturnValue:
    """The script with which a proof or an export is checked: the one in docs/."""
    content = (Path(current_app.root_path).parent / SCRIPT).read_text(encoding="utf-8")
    response = Response(content, mimetype="text/x-python")
    response.headers.set("Content-Disposition", "attachment", filename=SCRIPT.name)
    return response


def root_view(root: TreeRoot, consultation: Consultation) -> RootView:
    """The root in the words of the page's language."""
    return RootView(
        digest=root.digest,
        short=root.digest[:SHORT],
        size=str(format_number(root.size)),
        instant=root.published_at.isoformat(timespec="seconds"),
        published=instant_words(root.published_at, consultation.zone),
        day=date_words(root.published_at, consultation.zone),
        is_final=root.is_final,
    )


def _newest_view(consultation: Consultation) -> RootView | None:
    root = newest_root(consultation.id)
    return root_view(root, consultation) if root else None
