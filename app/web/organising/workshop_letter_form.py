"""What an organiser fills in to write to people who registered: to whom, and what in each language."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, TextAreaField

from app.i18n import page_languages
from app.services.text import digest_of
from app.services.workshops.addressing import Message
from app.web.forms import PageForm, TextField, small_number
from app.wording import workshop_words


class LetterForm(PageForm):
    """Whom a letter is for, and what it says in each language (the fields are added below)."""

    states = SelectMultipleField(_l("Everybody who is"), validate_choice=False)
    persons = SelectMultipleField(_l("Or these persons only"), validate_choice=False)

    def message(self) -> Message:
        """What was filled in."""
        return Message(
            subjects={code: self[f"subject_{code}"].data or "" for code in page_languages()},
            texts={code: self[f"text_{code}"].data or "" for code in page_languages()},
            states=self.states.data or [],
            registration_ids=[number for one in self.persons.data or [] if (number := small_number(one))],
        )

    @property
    def digest(self) -> str:
        """The same for the same words to the same persons: what is sent has been seen."""
        written = self.message()
        return digest_of(repr([written.subjects, written.texts, written.states, written.registration_ids]))

    def add_problems(self, problems: dict[str, str], first: str) -> None:
        """The fields say in words what could not be taken."""
        for name, code in problems.items():
            field: Any = self.states
            if name != "recipients":
                field = self._field(name.removesuffix("s"), code, first)
            field.errors = [*field.errors, workshop_words(name, code)]

    def _field(self, name: str, code: str, first: str) -> Any:
        """The field of the language in which something is wrong."""
        other = "text" if name == "subject" else "subject"
        lengths = {one: len(self[f"{name}_{one}"].data or "") for one in page_languages()}
        if code == "too_long":
            return self[f"{name}_{max(lengths, key=lambda one: lengths[one])}"]
        half = [one for one in lengths if (self[f"{other}_{one}"].data or "").strip() and not lengths[one]]
        return self[f"{name}_{next(iter(half), first)}"]


for _code in page_languages():
    setattr(LetterForm, f"subject_{_code}", TextField(_l("Subject")))
    setattr(LetterForm, f"text_{_code}", TextAreaField(_l("Letter")))
