"""What editors send about a translation: one act at one paragraph, a text without a place, or the title."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from app.i18n import name_of_language, page_languages
from app.web.countries import sort_key
from app.web.forms import PageForm, Required, TextField
from app.web.locales import page_locale
from app.web.management.draft_form import FURTHER_LANGUAGES

PROBLEMS: dict[str, Any] = {
    "block_too_long": _l("Shorten this to 20,000 characters."),
    "no_break": _l("Press Enter where the next paragraph begins, then split."),
    "nothing_there": _l("Press Enter between two words, so that something stands on both sides."),
    "no_next": _l("No paragraph follows that this could go to."),
    "nothing_to_join": _l("The next paragraph has no text to join."),
    "no_gap": _l(
        "Every paragraph on that side has a text, so there is no room to move to. Take one text out first."
    ),
    "required": _l("Write a title."),
    "too_long": _l("Shorten the title to 500 characters."),
    "taken": _l("The working version has a text in this language already."),
    "no_original": _l("There is no original yet. Import the original first, then its translations."),
    "changed": _l(
        "Somebody else changed this translation meanwhile. What stands there now is shown; nothing of it was "
        "overwritten, and what you wrote is still in the box."
    ),
}


class WordsForm(PageForm):
    """One act at one paragraph, with what its editor saw there and everywhere."""

    act = StringField()
    key = StringField()
    seen = StringField()
    whole = StringField()
    words = TextAreaField(_l("Translation"))
    notes = TextAreaField(_l("Notes, one on each line"))

    @property
    def note_lines(self) -> list[str]:
        """The notes, one for each line that has words."""
        return [line for line in (self.notes.data or "").splitlines() if line.strip()]

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message) of every problem; the box has the paragraph's key in its id."""
        return [
            (f"words-{self.key.data}" if id == "words" else id, message) for id, message in super().error_list
        ]


class LeftOverForm(PageForm):
    """What becomes of a text that no paragraph was found for."""

    act = StringField()
    position = StringField()
    key = StringField()


class TitleForm(PageForm):
    """The title of a translation, and whether it is official."""

    title = TextField(_l("Title"), validators=[Required(_l("Write a title."))])
    official = BooleanField(_l("This is an official translation"))


class BeginForm(PageForm):
    """A translation to be filled in on the screen."""

    language = SelectField(_l("Language"))
    title = TextField(_l("Title in that language"), validators=[Required(_l("Write a title."))])


def begin_form(sent: Any, taken: set[str]) -> BeginForm:
    """The form for a translation into a language that has none."""
    form = BeginForm(sent or None)
    others = sorted(
        (code for code in FURTHER_LANGUAGES if code not in page_languages()),
        key=lambda code: sort_key(_name(code)),
    )
    form.language.choices = [
        (code, _name(code)) for code in (*page_languages(), *others) if code not in taken
    ]
    return form


def problem_words(code: str) -> str:
    """What is wrong, in the page's language."""
    return str(PROBLEMS[code])


def _name(code: str) -> str:
    return name_of_language(code, page_locale())
