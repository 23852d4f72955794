"""A comment's form as it was sent: checked and read; its fields are made only when a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flask import request
from werkzeug.datastructures import MultiDict

from app.services.comments.checking import Words
from app.web.access import current_person
from app.web.baskets.gatherings import joined_submission
from app.web.comment_forms.places import Place
from app.web.comment_forms.typed_words import TypedWords
from app.web.comments.comment_form import CommentForm, GuardedComment, comment_form, fields_asked

SAVE = "save"


@dataclass(frozen=True)
class SentComment:
    """What was sent at a place: `guard` finds out whether it may be taken, `form` is for the page.

    `adds_to` says whose submission it is added to.
    """

    place: Place
    guard: GuardedComment
    adds_to: str

    @cached_property
    def form(self) -> CommentForm:
        """The whole form, as it was sent, with what was found out of it."""
        is_edited = request.form.get("act") == SAVE
        form = form_of(self.place, request.form, self.adds_to, is_edited=is_edited)
        form.go_on_from(self.guard)
        return form

    def said(self, language: str) -> Words:
        """All that the respondent filled in; raises InvalidError for what the form does not offer."""
        return self._typed().words(language)

    def require_offered(self) -> None:
        """Raises InvalidError where something was chosen that the form does not offer."""
        self._typed().require_offered()

    def _typed(self) -> TypedWords:
        place = self.place
        asked = fields_asked(
            place.consultation, is_on_paragraph=place.key is not None, is_reply=place.parent_id is not None
        )
        # Of what was not sent a mapping of many values makes an exception, each time.
        sent = self.guard.formdata.to_dict() if self.guard.formdata else {}
        return TypedWords(sent, asked, {"email": _own_email()})


def sent_to(place: Place) -> SentComment:
    """The comment that the request brings."""
    return SentComment(place, GuardedComment(request.form), joined_submission(place.consultation))


def form_of(
    place: Place, filled: MultiDict[str, str] | None, adds_to: str, *, is_edited: bool
) -> CommentForm:
    """The form of the place, filled; for `adds_to` and `is_edited` see CommentForm."""
    return comment_form(
        place.consultation,
        filled,
        email=_own_email(),
        is_on_paragraph=place.key is not None,
        is_reply=place.parent_id is not None,
        adds_to=adds_to,
        is_edited=is_edited,
    )


def _own_email() -> str:
    person = current_person()
    return person.email if person else ""
