"""How much of a form is read: what no page of ours sends is refused before it costs anything."""

from __future__ import annotations

import re
from io import BytesIO
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from flask import Flask, Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

LARGEST_FORM = 1024 * 1024
MOST_FIELDS = 1000
BEYOND_ASCII = re.compile(rb"%[89A-Fa-f]")
URL_ENCODED = "application/x-www-form-urlencoded"


class UnreadableForm(BadRequest):
    """A form that is no text, or that was broken on its way: nothing of it was read."""


class BoundedForms(FormDataParser):
    """Holds forms without files to the limits, too; werkzeug's own hold for those with files only."""

    def __init__(self, *given: Any, **further: Any) -> None:
        super().__init__(*given, **further)
        # What cannot be read would else be an empty form, as if nobody had written anything.
        self.silent = False

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """What the form holds; raises RequestEntityTooLarge for too much of it, or too many fields.

        Raises UnreadableForm for one that is not text in UTF-8, or is broken.
        """
        try:
            if mimetype == URL_ENCODED:
                stream = BytesIO(self._read(stream, content_length))
            return super().parse(stream, mimetype, content_length, options)
        except ValueError as error:
            raise UnreadableForm from error

    def _read(self, stream: IO[bytes], announced: int | None) -> bytes:
        most = self.max_form_memory_size
        # Room is made for as much as is asked for: asking for no more than was announced is quicker.
        written = stream.read() if most is None else stream.read(min(most, announced or most) + 1)
        is_too_large = most is not None and len(written) > most
        has_too_many = self.max_form_parts is not None and written.count(b"&") >= self.max_form_parts
        if is_too_large or has_too_many:
            raise RequestEntityTooLarge
        if BEYOND_ASCII.search(written):
            unquote_to_bytes(written).decode()  # what it cannot read, werkzeug would leave as it was sent
        return written


class BoundedRequest(Request):
    """A request whose forms are bounded."""

    form_data_parser_class = BoundedForms


def install(app: Flask) -> None:
    """Every form is bounded from now on; a view that takes a file says itself how large it may be."""
    app.request_class = BoundedRequest
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_FORM, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=MOST_FIELDS
    )
