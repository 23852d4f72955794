"""What somebody else saved of a workshop while its form was open, beside the words that came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import BooleanField, FieldList, HiddenField, SelectField, SelectMultipleField

from app.i18n import name_of_language
from app.web.locales import page_locale
from app.web.organising.workshop_management_views import lines_of
from app.web.presenting import Words
from app.wording import workshop_words

NOT_SHOWN = frozenset({"csrf_token", "seen"})


@dataclass(frozen=True)
class Standing:
    """A field that stands otherwise than it was sent: its name, and its words as they are now."""

    label: str
    words: Words

    @property
    def html(self) -> Markup:
        """The words with their line breaks."""
        return lines_of(self.words.text or "–")


def standing_otherwise(form: Any, now: Any) -> list[Standing]:
    """What differs between the form that was sent and one that shows what stands now.

    The form says that it was overtaken; sent once more, its words take the place of the others’.
    """
    found = [
        _standing(field, now)
        for field in now
        if field.name not in NOT_SHOWN and _written(field) != _written(form[field.name])
    ]
    if found:
        form.seen.data = now.seen.data
        form.seen.errors = [workshop_words("seen", "overtaken")]
    return found


def _standing(field: Any, form: Any) -> Standing:
    codes: Sequence[str] = form.languages
    code = next((one for one in codes if str(field.name).endswith(f"_{one}")), "")
    label = f"{field.label.text} ({name_of_language(code)})" if code else str(field.label.text)
    return Standing(label, Words(_written(field), code or page_locale()))


def _written(field: Any) -> str:
    """What stands in the field, as somebody reads it."""
    if isinstance(field, HiddenField):
        return ""
    if isinstance(field, FieldList):
        entries = ["; ".join(filter(None, map(_written, entry.form))) for entry in field]
        return "\n".join(filter(None, entries))
    if isinstance(field, BooleanField):
        return str(_("Yes")) if field.data else ""
    if isinstance(field, (SelectField, SelectMultipleField)):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return "; ".join(sorted(_called(field, str(one)) for one in chosen if one))
    return "\n".join(line.rstrip() for line in str(field.data or "").strip().splitlines())


def _called(field: Any, value: str) -> str:
    return next((str(label) for code, label in field.choices if code == value), value)
