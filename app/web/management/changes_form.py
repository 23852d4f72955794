"""What changed in a version, as editors tell it in every language of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, TextAreaField
from wtforms.validators import ValidationError

from app.i18n import name_of_language, page_languages
from app.services.drafts.drafting import LONGEST_CHANGE_LOG
from app.services.text import normalise
from app.web.forms import PageForm
from app.web.locales import page_locale


class ChangesForm(PageForm):
    """The list of changes, with one field for each language of the pages."""

    @property
    def fields(self) -> dict[str, Field]:
        """The fields by language."""
        return {code: self[f"changes_{code}"] for code in page_languages()}

    @property
    def said(self) -> dict[str, str]:
        """The words by language, of those languages that the form speaks of."""
        return {code: field.data or "" for code, field in self.fields.items() if field.raw_data}


def changes_form(
    sent: MultiDict[str, Any] | None = None, log: Mapping[str, str] | None = None
) -> ChangesForm:
    """The form with what was sent, or else with the list as it is."""
    fields = {f"changes_{code}": _field(code) for code in page_languages()}
    form: type[ChangesForm] = type("ChangesForm", (ChangesForm,), fields)
    return form(sent, data={f"changes_{code}": words for code, words in (log or {}).items()})


def _field(code: str) -> Any:
    return TextAreaField(name_of_language(code, page_locale()), validators=[_is_short])


def _is_short(_form: PageForm, field: Field) -> None:
    if len(normalise(field.data or "")) > LONGEST_CHANGE_LOG:
        raise ValidationError(_l("Shorten this to 10,000 characters."))
