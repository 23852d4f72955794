"""The comment form: one comment and who sends it, on one page; or the words alone, to be sent later."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from app.models.consultation import Consultation
from app.web.comment_forms.comment_problems import add_problems
from app.web.comment_forms.guarding import GuardedForm
from app.web.comment_forms.particulars_form import (
    ASKED,
    OF_A_CAPACITY,
    ParticularsForm,
    ask_for_particulars,
    particulars_asked,
)
from app.web.comment_forms.words_form import WordsForm, ask_for_words, words_asked
from app.web.forms import small_number

WORDS_ON_THE_PAGE = ("csrf_token", "body", "quotation", "suggestion", "importance", "kind")
OF_A_RESPONDENT = (*ASKED, *OF_A_CAPACITY, "consent")


class GuardedComment(GuardedForm):
    """What decides whether a comment may be taken.

    `version` says which text the form stood beside; a form without it is taken as one beside the newest.
    """

    version = HiddenField()

    @property
    def read_version(self) -> int | None:
        """The version that stood beside the form, if it says so; 0 for what cannot be one."""
        said = self.version.data or ""
        return (small_number(said) or 0) if said else None


class CommentForm(GuardedComment, WordsForm, ParticularsForm):
    """One comment with its respondent's particulars.

    `adds_to`: whose submission the comment is added to, by a colleague; `is_edited`: it stands in a basket
    already. Such a form has the words alone.
    """

    adds_to = ""
    is_edited = False

    @property
    def has_words_alone(self) -> bool:
        """Whether it asks for the words only, and somebody sends them later."""
        return bool(self.adds_to) or self.is_edited

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message) in the order of the page: the whole form, the words, who sends them."""
        return sorted(super().error_list, key=_place_on_the_page)

    def add_problems(self, problems: dict[str, str]) -> None:
        """The fields say in words what the service could not take."""
        add_problems(self, problems)


def _place_on_the_page(problem: tuple[str, str]) -> int:
    name, _message = problem
    return WORDS_ON_THE_PAGE.index(name) if name in WORDS_ON_THE_PAGE else len(WORDS_ON_THE_PAGE)


def comment_form(
    consultation: Consultation,
    sent: MultiDict[str, Any] | None = None,
    email: str = "",
    *,
    is_on_paragraph: bool = True,
    is_reply: bool = False,
    adds_to: str = "",
    is_edited: bool = False,
) -> CommentForm:
    """The form with the fields that the consultation asks for, filled with what was sent."""
    form = CommentForm(sent)
    form.adds_to, form.is_edited = adds_to, is_edited
    ask_for_words(form, consultation, is_on_paragraph=is_on_paragraph, is_reply=is_reply)
    if form.has_words_alone:
        for name in OF_A_RESPONDENT:
            del form[name]
    else:
        ask_for_particulars(form, consultation, email)
    return form


def fields_asked(
    consultation: Consultation, *, is_on_paragraph: bool = True, is_reply: bool = False
) -> set[str]:
    """The fields that the form of somebody who writes alone has there."""
    words = words_asked(consultation, is_on_paragraph=is_on_paragraph, is_reply=is_reply)
    return words | particulars_asked(consultation)
