"""What of a workshop is missing in one of its languages, in words for its organiser."""

from __future__ import annotations

from flask_babel import gettext as _

from app.i18n import name_of_language
from app.models.workshop import Workshop
from app.services.workshops.lacking import Lacking, lacking_in
from app.web.locales import page_locale
from app.web.organising.workshop_forms import TEXTS


def lacking_lines(workshop: Workshop) -> list[tuple[str, str]]:
    """(name of the language, “Purpose; Programme; Question 1”) of each language that lacks something."""
    return [(name_of_language(one.language, page_locale()), _named(one)) for one in lacking_in(workshop)]


def _named(lacking: Lacking) -> str:
    labels = {plural: str(label) for plural, label, _line in TEXTS.values()}
    texts = [label for plural, label in labels.items() if plural in lacking.texts]
    return "; ".join([*texts, *(str(_("Question %(number)s", number=one)) for one in lacking.questions)])
