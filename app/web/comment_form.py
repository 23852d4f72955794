"""The comment form: one comment and who sends it, on one page."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from app.models.consultation import Consultation
from app.services.checking import Words
from app.web.comment_problems import add_problems
from app.web.forms import small_number
from app.web.guarding import GuardedForm
from app.web.particulars_form import ParticularsForm, ask_for_particulars
from app.web.words_form import WordsForm, ask_for_words


class CommentForm(GuardedForm, WordsForm, ParticularsForm):
    """One comment with its respondent's particulars.

    `version` says which text the form stood beside; a form without it is taken as one beside the newest.
    """

    version = HiddenField()

    def said(self, language: str) -> Words:
        """All that the respondent filled in."""
        return self.signed(self.words(language))

    @property
    def read_version(self) -> int | None:
        """The version that stood beside the form, if it says so; 0 for what cannot be one."""
        said = self.version.data or ""
        return (small_number(said) or 0) if said else None

    def add_problems(self, problems: dict[str, str]) -> None:
        """The fields say in words what the service could not take."""
        add_problems(self, problems)


def comment_form(
    consultation: Consultation,
    sent: MultiDict[str, Any] | None = None,
    email: str = "",
    *,
    is_on_paragraph: bool = True,
    is_reply: bool = False,
) -> CommentForm:
    """The form with the fields that the consultation asks for, filled with what was sent."""
    form = CommentForm(sent)
    ask_for_words(form, consultation, is_on_paragraph=is_on_paragraph, is_reply=is_reply)
    ask_for_particulars(form, consultation, email)
    return form
