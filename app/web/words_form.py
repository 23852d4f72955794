"""What a respondent says about a paragraph: the fields of every comment, whoever sends it."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.models.comment import Kind
from app.models.consultation import Consultation, Particular
from app.services.checking import NOT_OF_REPLIES, Quotation, Words, asks, requires
from app.web.forms import PageForm, TextField
from app.web.locales import page_locale
from app.wording import KINDS

MOST_IMPORTANT = 5
ASKED = (Particular.KIND, Particular.IMPORTANCE)
OF_A_PARAGRAPH = ("quotation", "quotation_prefix", "suggestion")


class WordsForm(PageForm):
    """The words of one comment; field names are the public contract's.

    `quotation_prefix` is what stands before the quoted words, where the browser knows which ones are meant.
    """

    body = TextAreaField(_l("Your comment"))
    quotation = TextField(_l("Words of the paragraph that you mean"))
    quotation_prefix = HiddenField()
    suggestion = TextAreaField(_l("Your wording"))
    kind = SelectField(_l("What it is about"), validate_choice=False)
    importance = RadioField(_l("How much does this paragraph matter to you?"), validate_choice=False)

    def words(self, language: str) -> Words:
        """What the respondent says; the quotation as it was typed, not yet found in the paragraph."""
        quoted = _text(self, "quotation")
        importance = chosen(self, "importance")
        return Words(
            body=self.body.data or "",
            language=language,
            kind=chosen(self, "kind"),
            importance=int(importance) if importance else None,
            suggestion=_text(self, "suggestion"),
            quotation=Quotation(quoted, _text(self, "quotation_prefix")) if quoted else None,
        )


def ask_for_words(
    form: WordsForm, consultation: Consultation, *, is_on_paragraph: bool = True, is_reply: bool = False
) -> None:
    """The form has the fields that the consultation asks for.

    Only words of a paragraph are quoted and replaced; a reply does neither, and does not weigh it.
    """
    kinds, importances = _choices_in(page_locale())
    form.kind.choices, form.importance.choices = kinds, importances
    for particular in ASKED:
        if not asks(consultation, particular) or (is_reply and particular in NOT_OF_REPLIES):
            del form[particular]
        elif requires(consultation, particular):
            form[particular].flags.required = True
    if is_reply:
        form.body.label.text = _("Your reply")
    if is_reply or not is_on_paragraph:
        for name in OF_A_PARAGRAPH:
            del form[name]
    form.body.flags.required = "suggestion" not in form and Particular.IMPORTANCE not in form


def chosen(form: PageForm, name: str) -> str:
    """What was chosen in a field of the form; empty for what it does not offer, or does not have."""
    if name not in form:
        return ""
    field = form[name]
    given = str(field.data or "")
    offered: Any = getattr(field, "choices", None) or ()
    return given if given and given in [choice.value for choice in offered] else ""


def _text(form: PageForm, name: str) -> str:
    return str(form[name].data or "") if name in form else ""


@cache
def _choices_in(_language: str) -> tuple[list[SelectChoice], list[SelectChoice]]:
    """Kinds and importances in the page's language, which is given so that they are made once for each."""
    ends = {1: _("1 – little"), MOST_IMPORTANT: _("5 – very much")}
    kinds = [SelectChoice(str(kind), str(KINDS[kind])) for kind in Kind]
    importances = [
        SelectChoice(str(number), ends.get(number, str(number))) for number in range(1, MOST_IMPORTANT + 1)
    ]
    return [SelectChoice("", _("Choose")), *kinds], importances
