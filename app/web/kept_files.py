"""Forms that take a file, and keep it while they are refused: no browser fills in a file again."""

from __future__ import annotations

import base64
import binascii
from contextlib import closing
from pathlib import PurePath

from flask import request
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import FileField, HiddenField

from app.services.errors import InvalidError
from app.services.paper.filing import MOST_SCAN_BYTES, ScannedFile, scanned_file
from app.web.forms import PageForm
from app.wording import intake_words

MEGABYTE = 1024 * 1024
# Of a larger request not even the fields are read; a file that is too large is answered on the form.
LARGEST_REQUEST = 100 * MEGABYTE
LARGEST_FORM = 20 * MEGABYTE


class FileForm(PageForm):
    """A form with a file, which is chosen once."""

    file = FileField(_l("File"))
    kept_name = HiddenField()
    kept = HiddenField()

    def sent_file(self, most: int) -> tuple[str, bytes]:
        """Name and bytes of the file that was chosen now or before; the name is "" for none.

        Of a file with more bytes than `most` only one more is read, so that it can be told.
        """
        upload = request.files.get(self.file.name)
        if upload is None or not upload.filename:
            return _kept_file(self.kept_name.data or "", self.kept.data or "")
        with closing(upload):
            return PurePath(upload.filename.replace("\\", "/")).name, upload.read(most + 1)

    def sent_scan(self) -> ScannedFile | None:
        """The scan that came with the form, if any; the form keeps it, or says why it cannot be taken."""
        name, content = self.sent_file(MOST_SCAN_BYTES)
        if not name:
            return None
        try:
            file = scanned_file(name, content)
        except InvalidError as refused:
            self.forget_file()
            self.file.errors = [intake_words("file", next(iter(refused.problems.values())))]
            return None
        self.keep_file(name, content)
        return file

    def keep_file(self, name: str, content: bytes) -> None:
        """The page will hold the file, so that it is sent again with the form."""
        self.kept_name.data, self.kept.data = name, base64.b64encode(content).decode()

    def forget_file(self) -> None:
        """The page will hold no file."""
        self.kept_name.data = self.kept.data = ""


def sent_form() -> MultiDict[str, str]:
    """What was sent, with a file larger than other forms may hold; raises RequestEntityTooLarge."""
    request.max_content_length = LARGEST_REQUEST
    request.max_form_memory_size = LARGEST_FORM
    return request.form


def _kept_file(name: str, written: str) -> tuple[str, bytes]:
    try:
        return PurePath(name).name, base64.b64decode(written, validate=True)
    except (ValueError, binascii.Error):
        return "", b""
