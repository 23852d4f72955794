"""What a respondent says about a paragraph: the fields of every comment, whoever sends it."""

from __future__ import annotations

from functools import cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.models.comment import Kind
from app.models.consultation import Consultation, Particular
from app.services.comments.checking import NOT_OF_REPLIES, asks, requires
from app.web.comment_forms.typed_words import IMPORTANCES, TypedForm
from app.web.forms import TextField
from app.web.locales import page_locale
from app.wording import KINDS

ASKED = (Particular.KIND, Particular.IMPORTANCE)
OF_A_PARAGRAPH = ("quotation", "quotation_prefix", "suggestion")


class WordsForm(TypedForm):
    """The words of one comment; field names are the public contract's.

    `quotation_prefix` is what stands before the quoted words, where the browser knows which ones are meant.
    """

    body = TextAreaField(_l("Your comment"))
    quotation = TextField(_l("Words of the paragraph that you mean"))
    quotation_prefix = HiddenField()
    suggestion = TextAreaField(_l("Your wording"))
    kind = SelectField(_l("What it is about"), validate_choice=False)
    importance = RadioField(_l("How much does this paragraph matter to you?"), validate_choice=False)


def ask_for_words(
    form: WordsForm, consultation: Consultation, *, is_on_paragraph: bool = True, is_reply: bool = False
) -> None:
    """The form has the fields that the consultation asks for.

    Only words of a paragraph are quoted and replaced; a reply does neither, and does not weigh it.
    """
    kinds, importances = _choices_in(page_locale())
    form.kind.choices, form.importance.choices = kinds, importances
    asked = words_asked(consultation, is_on_paragraph=is_on_paragraph, is_reply=is_reply)
    for name in {*ASKED, *OF_A_PARAGRAPH} - asked:
        del form[name]
    for particular in ASKED:
        if particular in asked:
            form[particular].flags.required = requires(consultation, particular)
    if is_reply:
        form.body.label.text = _("Your reply")
    form.body.flags.required = "suggestion" not in form and Particular.IMPORTANCE not in form


def words_asked(
    consultation: Consultation, *, is_on_paragraph: bool = True, is_reply: bool = False
) -> set[str]:
    """The fields for words that the consultation's form has at such a place."""
    asked = {str(particular) for particular in ASKED if asks(consultation, particular)}
    if is_reply:
        asked -= NOT_OF_REPLIES
    of_a_paragraph = OF_A_PARAGRAPH if is_on_paragraph and not is_reply else ()
    return {"body", *asked, *of_a_paragraph}


@cache
def _choices_in(_language: str) -> tuple[list[SelectChoice], list[SelectChoice]]:
    """Kinds and importances in the page's language, which is given so that they are made once for each."""
    ends = {IMPORTANCES[0]: _("1 – little"), IMPORTANCES[-1]: _("5 – very much")}
    kinds = [SelectChoice(str(kind), str(KINDS[kind])) for kind in Kind]
    importances = [SelectChoice(number, ends.get(number, number)) for number in IMPORTANCES]
    return [SelectChoice("", _("Choose")), *kinds], importances
