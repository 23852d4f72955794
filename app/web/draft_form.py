"""What editors fill in about a draft: its text in one language, and that it may be sealed."""

from __future__ import annotations

from collections.abc import Collection

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FileField, RadioField, SelectField, TextAreaField

from app.i18n import name_of_language, page_languages
from app.services.aligning import MisalignedError
from app.services.errors import InvalidError
from app.services.importing import FoundDraft, Unreadable, UnreadableError, readable_suffixes
from app.web.comment_form import sort_key
from app.web.forms import PageForm
from app.web.locales import page_locale
from app.web.ports import ports
from app.wording import DRAFT_PROBLEMS

PASTED = "pasted.md"
LONGEST_QUOTE = 120
ABOUT_LANGUAGE = frozenset({"no_original", "is_original", "other_original", "sealed", "unknown"})
# Drafts may be in languages that no page is in.
FURTHER_LANGUAGES = (
    "ar", "bg", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "ga", "gl",
    "he", "hr", "hu", "hy", "is", "it", "ja", "ka", "ko", "lb", "lt", "lv", "mk", "mt", "nb", "nl", "nn",
    "pl", "pt", "ro", "ru", "se", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "ur", "vi", "zh",
)  # fmt: skip


class DraftForm(PageForm):
    """A text for the working version: a file, or words pasted in."""

    language = SelectField(_l("Language of this text"))
    role = RadioField(_l("What this text is"), default="original")
    file = FileField(_l("File"))
    pasted = TextAreaField(_l("Or paste the text here, as Markdown"))

    def found(self) -> FoundDraft:
        """What the file holds, or else the pasted words; raises UnreadableError."""
        upload = request.files.get("file")
        if upload is not None and upload.filename:
            return ports().reader.read(upload.filename, upload.read())
        return ports().reader.read(PASTED, (self.pasted.data or "").encode())

    def add_problem(self, error: UnreadableError | InvalidError) -> None:
        """The field that the problem is about says it in words."""
        has_file = bool(request.files.get("file"))
        text: Field = self.pasted if self.pasted.data and not has_file else self.file
        field, words = text, ""
        if isinstance(error, UnreadableError):
            words = _why(error)
        elif isinstance(error, MisalignedError):
            words = _where(error)
        else:
            code = next(iter(error.problems.values()))
            field = self.language if code in ABOUT_LANGUAGE else text
            words = str(DRAFT_PROBLEMS[code])
        # No browser fills in a file again.
        again = [_("Choose the file again before you send.")] if has_file else []
        field.errors = [*field.errors, words, *again]


class SealForm(PageForm):
    """The confirmation that what is sealed never changes."""

    confirmed = BooleanField(_l("I have read the text in every language. It may be sealed."))

    def is_confirmed(self) -> bool:
        """Whether the box is ticked; says so at the box when it is not."""
        if not self.confirmed.data:
            self.confirmed.errors = [_("Tick the box: nobody can change a sealed version.")]
        return bool(self.confirmed.data)


def draft_form(
    original: str, sent: MultiDict[str, str] | None = None, *, taken: Collection[str] = ()
) -> DraftForm:
    """The form for the next text: the original in its language, or a translation where texts are taken."""
    form = DraftForm(sent or None)
    others = [code for code in FURTHER_LANGUAGES if code not in page_languages()]
    others.sort(key=lambda code: sort_key(_name(code)))
    form.language.choices = [(code, _name(code)) for code in (*page_languages(), *others)]
    form.role.choices = [("original", _("The original")), ("translation", _("A translation"))]
    if not sent:
        missing = [code for code in (original, page_locale(), *page_languages()) if code not in taken]
        form.language.data = missing[0] if missing else page_locale()
        form.role.data = "translation" if taken else "original"
    form.language.flags.required = True
    return form


def _name(code: str) -> str:
    return name_of_language(code, page_locale())


def _why(error: UnreadableError) -> str:
    words = str(DRAFT_PROBLEMS[error.reason])
    if error.reason == Unreadable.EMPTY:
        return str(_("Choose a file that is not empty, or paste the text."))
    if error.reason == Unreadable.UNKNOWN_FORMAT:
        names = ", ".join(readable_suffixes(ports().importers))
        return str(_("%(problem)s Its name has to end in one of: %(names)s.", problem=words, names=names))
    return words


def _where(error: MisalignedError) -> str:
    nothing = _("nothing more")
    return str(
        _(
            "The translation does not have the same paragraphs as the original. They differ first at number "
            "%(position)s. Original: “%(original)s” Translation: “%(translation)s”",
            position=error.position,
            original=(error.original or nothing)[:LONGEST_QUOTE],
            translation=(error.translation or nothing)[:LONGEST_QUOTE],
        )
    )
