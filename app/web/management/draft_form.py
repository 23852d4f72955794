"""What editors fill in about a draft: its text in one language, and that it may be sealed."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection
from contextlib import closing
from pathlib import PurePath

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FileField, HiddenField, RadioField, SelectField, TextAreaField

from app.i18n import name_of_language, page_languages
from app.services.errors import HandmadeError, InvalidError
from app.services.files.importing import (
    MEGABYTE,
    MOST_FILE_BYTES,
    FoundDraft,
    Reading,
    Unreadable,
    UnreadableError,
    readable_suffixes,
)
from app.web.countries import sort_key
from app.web.forms import PageForm, small_number
from app.web.locales import page_locale
from app.web.ports import ports
from app.wording import DRAFT_PROBLEMS

# Of a larger request not even the fields are read; a file that is too large is answered on the form.
LARGEST_REQUEST = 100 * MEGABYTE
LARGEST_FORM = 10 * MEGABYTE
LARGEST_KEPT = 5 * MEGABYTE
TAG_FIRST = re.compile(r"\s*<(?:!doctype|!--|[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
MARKDOWN_HEADING = re.compile(r"^#{1,6} |^={3,}[ \t]*$", re.MULTILINE)
ENCODING_NAMES = {
    "windows-1252": _l("Western European"),
    "windows-1257": _l("Baltic"),
    "windows-1250": _l("Central European"),
    "windows-1251": _l("Cyrillic"),
}
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
    encoding = RadioField(_l("How the letters of the file are to be read"), validate_choice=False)
    kept_name = HiddenField()
    kept = HiddenField()
    pasted = TextAreaField(_l("Or paste the text here"))
    pasted_html = HiddenField()
    at_stake = HiddenField()
    replaces = BooleanField(_l("Replace what was changed by hand"))
    sent: tuple[str, bytes] = ("", b"")

    def found(self) -> FoundDraft:
        """What the file holds, or else the pasted words; raises UnreadableError."""
        name, content = self.sent = self._file()
        if name:
            is_answer = name == self.kept_name.data
            return ports().reader.read(name, content, self.encoding.data or "" if is_answer else "")
        words = self.pasted.data or ""
        if self.pasted_html.data:
            return ports().reader.read("pasted.html", self.pasted_html.data.encode(), "utf-8")
        return ports().reader.read(f"pasted{_suffix_of(words)}", words.encode(), "utf-8")

    @property
    def may_lose(self) -> int:
        """How many changes made by hand were named and may be replaced, in that language."""
        language, _space, changes = (self.at_stake.data or "").partition(" ")
        is_agreed = self.replaces.data and language == self.language.data
        return small_number(changes) or 0 if is_agreed else 0

    def add_problem(self, error: UnreadableError | InvalidError) -> None:
        """The field that the problem is about says it in words; a file that is asked about is kept."""
        if isinstance(error, HandmadeError):
            self._ask_to_replace(error.changes)
            return
        if isinstance(error, UnreadableError) and error.readings:
            self._ask_for_encoding(error.readings)
            return
        self._keep_answer(isinstance(error, UnreadableError))
        has_file = bool(request.files.get("file"))
        text: Field = self.pasted if self.pasted.data and not has_file else self.file
        field, words = text, ""
        if isinstance(error, UnreadableError):
            words = _why(error)
        else:
            code = next(iter(error.problems.values()))
            field = self.language if code in ABOUT_LANGUAGE else text
            words = str(DRAFT_PROBLEMS[code])
        # No browser fills in a file again.
        again = [_("Choose the file again before you send.")] if has_file else []
        field.errors = [*field.errors, words, *again]

    def refuse_size(self) -> None:
        """The file's field says that the request was too large to be read."""
        self.file.errors = [str(DRAFT_PROBLEMS[Unreadable.TOO_LARGE])]

    def _file(self) -> tuple[str, bytes]:
        """The name and bytes of the file that came, or of the one that was kept; the name is "" for none."""
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            return _kept_file(self.kept_name.data or "", self.kept.data or "")
        with closing(upload):
            content = upload.read(MOST_FILE_BYTES + 1)
        if len(content) > MOST_FILE_BYTES:
            raise UnreadableError(Unreadable.TOO_LARGE)
        return upload.filename, content

    def _ask_for_encoding(self, readings: tuple[Reading, ...]) -> None:
        name, content = self.sent
        self.kept_name.data, self.kept.data = name, base64.b64encode(content).decode()
        self.encoding.choices = [(one.encoding, _reading(one)) for one in readings]
        self.encoding.data = None
        self.encoding.errors = [str(DRAFT_PROBLEMS[Unreadable.WHICH_ENCODING])]

    def _ask_to_replace(self, changes: int) -> None:
        name, content = self.sent
        if name != self.kept_name.data:
            self.encoding.data = None
        self._keep_answer(is_over=False)
        if name and len(content) <= LARGEST_KEPT:
            self.kept_name.data, self.kept.data = name, base64.b64encode(content).decode()
        elif name:
            self.file.errors = [_("Choose the file again before you send.")]
        self.at_stake.data, self.replaces.data = f"{self.language.data} {changes}", False
        asked = ngettext(
            "%(num)s change made by hand would be lost. Tick here to replace it.",
            "%(num)s changes made by hand would be lost. Tick here to replace them.",
            changes,
        )
        self.replaces.errors = [asked]

    def _keep_answer(self, is_over: bool) -> None:
        """The file that was asked about stays, with its answer, unless it is the file that is at fault."""
        answer = self.encoding.data or ""
        if is_over or not self.kept.data:
            self.kept.data = self.kept_name.data = self.encoding.data = None
        elif answer in ENCODING_NAMES:
            self.encoding.choices = [(answer, ENCODING_NAMES[answer])]


class ListingForm(PageForm):
    """Whether the public sees the consultation; taking it from view is confirmed."""

    shows = HiddenField()
    is_sure = BooleanField(_l("I am sure: the public will see neither it nor its comments"))

    @property
    def is_to_show(self) -> bool:
        """Whether the public is to see it."""
        return bool(self.shows.data == "yes")

    def is_confirmed(self) -> bool:
        """Whether nothing is hidden, or the box is ticked; says so at the box when it is not."""
        if self.is_to_show or self.is_sure.data:
            return True
        self.is_sure.errors = [_("Tick the box to take it off the public list.")]
        return False


class SealForm(PageForm):
    """The confirmation that what is sealed never changes."""

    confirmed = BooleanField(_l("I have read the text in every language. It may be sealed."))

    def is_confirmed(self) -> bool:
        """Whether the box is ticked; says so at the box when it is not."""
        if not self.confirmed.data:
            self.confirmed.errors = [_("Tick the box: nobody can change a sealed version.")]
        return bool(self.confirmed.data)


def sent_draft() -> MultiDict[str, str]:
    """What was sent, also when it is more than other forms may hold.

    Raises werkzeug's RequestEntityTooLarge for what is more than any file that could be read.
    """
    request.max_content_length = LARGEST_REQUEST
    request.max_form_memory_size = LARGEST_FORM
    return request.form


def draft_form(
    original: str, sent: MultiDict[str, str] | None = None, *, taken: Collection[str] = ()
) -> DraftForm:
    """The form for the next text: the original in its language, or a translation where texts are taken."""
    form = DraftForm(sent or None)
    others = [code for code in FURTHER_LANGUAGES if code not in page_languages()]
    others.sort(key=lambda code: sort_key(_name(code)))
    form.encoding.choices = []
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


def _kept_file(name: str, written: str) -> tuple[str, bytes]:
    try:
        return PurePath(name).name, base64.b64decode(written, validate=True)
    except (ValueError, binascii.Error):
        return "", b""


def _suffix_of(words: str) -> str:
    """What pasted words are written in, as the ending of a file of theirs."""
    if TAG_FIRST.match(words):
        return ".html"
    return ".md" if MARKDOWN_HEADING.search(words) else ".txt"


def _reading(one: Reading) -> str:
    name = ENCODING_NAMES.get(one.encoding, one.encoding)
    return str(_("%(name)s: %(sample)s", name=name, sample=one.sample))


def _why(error: UnreadableError) -> str:
    words = str(DRAFT_PROBLEMS[error.reason])
    if error.reason == Unreadable.EMPTY:
        return str(_("Choose a file that is not empty, or paste the text."))
    if error.reason == Unreadable.UNKNOWN_FORMAT:
        names = ", ".join(readable_suffixes(ports().importers))
        return str(_("%(problem)s Its name has to end in one of: %(names)s.", problem=words, names=names))
    return words
