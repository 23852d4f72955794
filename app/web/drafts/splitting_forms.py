"""What editors send from the split screen: an act on one paragraph or on the whole draft."""

from __future__ import annotations

from itertools import accumulate, groupby
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from app.services.errors import InvalidError
from app.services.mending.seeing import DEEPEST
from app.services.text import one_line
from app.web.forms import PageForm, TextField, small_number
from app.wording import PARAGRAPH_KINDS

MARK = "¶"
PROBLEMS: dict[str, Any] = {
    "source empty": _l("Write the text. A paragraph that is not wanted can be deleted."),
    "source too_long": _l("This is longer than 20,000 characters. Split it."),
    "place nothing_there": _l(
        "Put the sign ¶ or an empty line where the new paragraph begins, with words before and after it."
    ),
    "place too_many": _l("Split it in at most 50 parts at once."),
    "label empty": _l("Write a label. Everything but headings is cited by one."),
    "label taken": _l("Another paragraph has this label. Write another one, or number the draft again."),
    "label too_long": _l("Shorten the label to 60 characters."),
    "level out_of_range": _l("Headings and items have levels from 1 to 6, other paragraphs from 0 to 6."),
    "kind unknown": _l("Choose a kind."),
    "act nothing_there": _l("There is nothing on that side."),
    "act only_paragraph": _l("This is the only paragraph. A draft needs at least one."),
    "version sealed": _l("This version is sealed. Nobody can change it any more."),
}
FIELD_OF = {"place": "source", "act": "source", "version": "source"}


class PieceForm(PageForm):
    """One act on one paragraph, with the digests of what the editor saw there and below."""

    act = StringField()
    seen = HiddenField()
    next_seen = HiddenField()
    place = StringField()
    source = TextAreaField(_l("Text"))
    notes = TextAreaField(_l("Notes, one on each line"))
    kind = SelectField(_l("Kind"), validate_choice=False)
    level = SelectField(_l("Level"), validate_choice=False)
    label = TextField(_l("Label"))

    def __init__(self, formdata: MultiDict[str, Any] | None = None, **given: Any) -> None:
        super().__init__(formdata, **given)
        self.kind.choices = list(PARAGRAPH_KINDS.items())
        self.level.choices = [(str(level), str(level)) for level in range(DEEPEST + 1)]

    def has(self, name: str) -> bool:
        """Whether that field was sent."""
        return bool(self[name].raw_data)

    @property
    def note_lines(self) -> list[str] | None:
        """The notes, or None when the form does not speak of them."""
        return (self.notes.data or "").splitlines() if self.has("notes") else None

    def marked(self) -> tuple[str, list[int]]:
        """The words without the signs that part them, and where those stood; or where the cursor was."""
        words = (self.source.data or "").replace("\r\n", "\n")
        place = small_number(self.place.data)
        if place is not None:
            return words, [place]
        parts = _parts(words)
        ends = accumulate(parts, lambda end, part: end + 1 + len(part), initial=-1)
        return " ".join(parts), list(ends)[1:-1]

    def add_problems(self, refused: InvalidError) -> None:
        """The fields say what is wrong."""
        for name, problem in refused.problems.items():
            field = self[FIELD_OF.get(name, name)]
            field.errors = [*field.errors, problem_words(name, problem)]


class DraftActForm(PageForm):
    """An act on the whole draft."""

    act = StringField()
    undo = StringField()
    knowing = StringField()
    redo = StringField()
    doubt = StringField()
    seen = HiddenField()
    source = TextField(_l("Title"))


def _parts(words: str) -> list[str]:
    """The words between the marks and the empty lines, none where a mark stands at an end."""
    parts: list[str] = []
    for marked in words.split(MARK):
        lines = groupby(map(one_line, marked.splitlines()), key=bool)
        parts += [" ".join(part) for has_words, part in lines if has_words] or [""]
    return parts


def problem_words(name: str, problem: str) -> str:
    """What is wrong, in the page's language."""
    return str(PROBLEMS.get(f"{name} {problem}") or _("This could not be done."))
