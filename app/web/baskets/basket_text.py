"""What is not sent yet as a plain text: to copy, to download, to keep."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.models.consultation import Consultation
from app.web.baskets.basket_views import UnsentView
from app.web.presenting import words_in

RULE = "\n\n" + "-" * 40 + "\n\n"


def text_of(consultation: Consultation, views: Sequence[UnsentView]) -> str:
    """The comments exactly as they were typed, each under the name of its place."""
    title = words_in(consultation.titles).text
    return f"{title}\n\n" + RULE.join(_comment(view) for view in views) + "\n"


def _comment(view: UnsentView) -> str:
    parts = [view.label, *([view.text.plain] if view.text else [])]
    told = (
        (_("About"), view.kind),
        (_("Importance"), view.importance),
        (_("Quoted"), view.quotation),
        (_("Proposed wording"), view.wording),
    )
    parts += [f"{name}: {said}" for name, said in told if said]
    return "\n\n".join([*parts, *([view.body] if view.body else [])])
