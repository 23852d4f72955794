"""What editors confirm before a text in one language goes from the working version."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from app.i18n import name_of_language
from app.models.draft import Translation
from app.web.forms import PageForm
from app.web.locales import page_locale


class RemovalForm(PageForm):
    """The confirmation that a text goes, with all that was written in it."""

    is_sure = BooleanField()
    language = ""

    def is_confirmed(self) -> bool:
        """Whether the box is ticked; says so at the box when it is not."""
        if not self.is_sure.data:
            self.is_sure.errors = [_("Tick the box to remove it: what is removed does not come back.")]
        return bool(self.is_sure.data)


def removal_form(text: Translation, sent: MultiDict[str, Any] | None = None) -> RemovalForm:
    """The form that removes the text; its box says in which language how much is lost."""
    form = RemovalForm(sent)
    form.language = text.language
    form.is_sure.id = f"is_sure-{text.language}"
    form.is_sure.label.text = ngettext(
        "I am sure: %(num)s text will be lost (%(name)s)",
        "I am sure: %(num)s texts will be lost (%(name)s)",
        len(text.texts),
        name=name_of_language(text.language, page_locale()),
    )
    return form
