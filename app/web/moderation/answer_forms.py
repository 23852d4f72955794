"""What editors fill in: which comments they want to see, and how they answer each."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField, TextAreaField

from app.i18n import name_of_language, page_languages
from app.models.moderation import Answer, Disposition
from app.services.comments.checking import LONGEST_COMMENT
from app.services.consultations.answering import AnswerSieve
from app.services.errors import InvalidError
from app.services.moderation.queueing import BriefParagraph
from app.web.forms import PageForm, TextField
from app.web.locales import page_locale
from app.web.moderation.choosing import all_choice, chosen, paragraph_choices, whole_draft_choice
from app.wording import ANSWERS

BETWEEN_LABELS = re.compile(r"[,;\n]")
PROBLEMS: dict[tuple[str, str], Any] = {
    ("answer", "required"): _l("Choose what you did with the comment."),
    ("reason", "required"): _l("Say why: whoever wrote the comment reads it."),
    ("reason", "too_long"): _l("The reason is too long: at most %(most)s characters.", most=LONGEST_COMMENT),
    ("changed", "unknown"): _l("The newest version has no paragraph with this label: %(label)s"),
}


class AnswerSieveForm(Form):
    """The filters of the list; they are part of its address."""

    answered = SelectField(_l("Answer"), validate_choice=False)
    paragraph = SelectField(_l("Paragraph"), validate_choice=False)

    def sieve(self) -> AnswerSieve:
        """What was chosen; what is not on offer counts as not chosen."""
        return AnswerSieve(chosen(self.answered), chosen(self.paragraph))


class AnswerForm(PageForm):
    """An answer to one comment; many stand on a page, so the names in it carry the comment's number."""

    answer = SelectField(_l("What you did with it"), validate_choice=False)
    reason = TextAreaField(_l("Reason"))
    changed = TextField(_l("Paragraphs that changed because of it"))
    language = SelectField(_l("Language of the reason"), validate_choice=False)

    def changed_keys(self, paragraphs: list[BriefParagraph]) -> list[str]:
        """The keys of the paragraphs whose labels were typed; raises InvalidError for an unknown one."""
        keys = {one.label.casefold(): one.key for one in reversed(paragraphs) if one.label}
        typed = [label.strip() for label in BETWEEN_LABELS.split(self.changed.data or "")]
        labels = [label for label in typed if label]
        for label in labels:
            if label.casefold() not in keys:
                raise InvalidError({"changed": f"unknown {label}"})
        return list(dict.fromkeys(keys[label.casefold()] for label in labels))

    def chosen_language(self) -> str:
        """The language of the reason; one that is not on offer counts as not chosen."""
        return chosen(self.language)

    def add_problems(self, problems: dict[str, str]) -> None:
        """The fields say in words what could not be taken."""
        for name, problem in problems.items():
            code, _space, label = problem.partition(" ")
            words = str(PROBLEMS[name, code]) % {"label": label} if label else str(PROBLEMS[name, code])
            self[name].errors = [*self[name].errors, words]


def answer_sieve_form(sent: MultiDict[str, str], paragraphs: list[BriefParagraph]) -> AnswerSieveForm:
    """The filters as they were chosen."""
    form = AnswerSieveForm(sent)
    form.answered.choices = [("no", _("Not answered yet")), ("yes", _("Answered")), ("", _("All"))]
    form.paragraph.choices = [all_choice(), whole_draft_choice(), *paragraph_choices(paragraphs)]
    return form


def answer_form(
    comment_id: int,
    last: Disposition | None,
    labels: list[str],
    original: str,
    sent: MultiDict[str, str] | None = None,
) -> AnswerForm:
    """The form to answer this comment, filled with what was sent, else with the answer that counts."""
    before = {
        "answer": last.answer if last else "",
        "reason": last.source if last else "",
        "changed": ", ".join(labels),
        "language": last.language if last else original,
    }
    form = AnswerForm(sent, data=before)
    form.answer.choices = [("", _("Choose")), *((str(each), str(ANSWERS[each])) for each in Answer)]
    form.language.choices = [(code, name_of_language(code, page_locale())) for code in _languages(original)]
    for field in form:
        field.id = f"{field.short_name}-{comment_id}"
        field.label.field_id = field.id
    return form


def _languages(original: str) -> list[str]:
    return [original, *(code for code in page_languages() if code != original)]
