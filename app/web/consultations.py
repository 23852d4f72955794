"""Reading: the list of consultations, a draft, its versions and its outcome."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.web.access import public

pages = Blueprint("consultations", __name__)


@pages.route("/<lang>/")
@public
def index() -> ResponseReturnValue:
    """Consultations that are open, coming and closed."""
    return render_template("consultations/index.html")


@pages.route("/<lang>/consultations/<slug>")
@public
def draft(slug: str) -> ResponseReturnValue:
    """The draft as it stands."""
    return render_template("consultations/draft.html", slug=slug)
