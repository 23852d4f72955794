"""The letters of plain files, whose bytes do not say how they are to be read."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from app.services.characters import normalise
from app.services.files.alphabets import BALTIC, WESTERN, plausibility
from app.services.files.importing import MOST_BYTES, Doubt, Reading, Unreadable, UnreadableError, refuse_size

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What the files of other programmes begin with.
SIGNATURES = (
    b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff",
    b"GIF8", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x7fELF", b"MZ\x90",
)  # fmt: skip
CONTROL = re.compile(rb"[\x01-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
# What people may answer when they are asked, the likeliest first.
ENCODINGS = (
    "utf-8",
    "windows-1252",
    "windows-1257",
    "windows-1250",
    "windows-1251",
    "utf-16-le",
    "utf-16-be",
)
ASKED = ENCODINGS[1:5]
# What files say of themselves, and how browsers understand it.
LABELS = {
    "ascii": "windows-1252", "us-ascii": "windows-1252", "iso-8859-1": "windows-1252",
    "latin1": "windows-1252", "iso-8859-9": "windows-1254", "gb2312": "gb18030", "gbk": "gb18030",
    "macintosh": "mac-roman", "shift_jis": "cp932", "euc-kr": "cp949",
}  # fmt: skip
DECLARABLE = re.compile(
    r"utf-8|utf8|iso-8859-\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|gb18030|big5|euc-jp|iso-2022-jp|mac-roman|cp9\d\d"
)
FREQUENT = frozenset(" \n\r\t.,;0123456789\u3000\u3001\u3002\uff0c\u060c\u0964")
CLEARLY_MORE = 3
MOST_JUDGED = 100_000
SAMPLE_WORDS = 5
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Decoded:
    """The text of a plain file, and whether its encoding was guessed."""

    text: str
    is_guessed: bool = False

    @property
    def doubts(self) -> tuple[str, ...]:
        """What an editor has to be asked to look at."""
        return (Doubt.GUESSED_ENCODING,) if self.is_guessed else ()


def decode(content: bytes, encoding: str = "", most: int = MOST_BYTES, declared: str = "") -> Decoded:
    """The text of a plain file: by its mark, by what somebody said, by what it says, or found out.

    Raises UnreadableError, with the possible readings when nobody can know.
    """
    refuse_size(content, most)
    if content.startswith(SIGNATURES):
        raise UnreadableError(Unreadable.WRONG_FORMAT)
    found = _marked(content) or _said(content, encoding) or _declared(content, declared)
    found = found or _unicode(content) or _guessed(content)
    text = normalise(found.text)
    if not text:
        raise UnreadableError(Unreadable.EMPTY)
    return Decoded(text, found.is_guessed)


def _marked(content: bytes) -> Decoded | None:
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    return _surely(content, encoding) if encoding else None


def _said(content: bytes, encoding: str) -> Decoded | None:
    if not encoding:
        return None
    if encoding not in ENCODINGS:
        raise UnreadableError(Unreadable.NOT_UTF8)
    return _surely(content, encoding)


def _surely(content: bytes, encoding: str) -> Decoded:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(Unreadable.NOT_UTF8) from error
    if "\0" in text:
        raise UnreadableError(Unreadable.NOT_TEXT)
    return Decoded(text)


def _declared(content: bytes, declared: str) -> Decoded | None:
    name = LABELS.get(declared.lower(), declared.lower())
    if not DECLARABLE.fullmatch(name):
        return None
    text = _try(content, name)
    return None if text is None or "\0" in text else Decoded(text)


def _unicode(content: bytes) -> Decoded | None:
    text = _try(content, "utf-8")
    if text is not None and "\0" not in text:
        return Decoded(text)
    if b"\0" not in content:
        return None
    readings = [text for name in ("utf-16-le", "utf-16-be") if (text := _try(content, name))]
    best = max(readings, key=_frequent_signs, default="")
    # Half of such a file's bytes are next to nothing; what has no spaces or full stops is no text.
    if "\0" in best or _frequent_signs(best) < len(best[:MOST_JUDGED]) // 50 + 1:
        raise UnreadableError(Unreadable.NOT_TEXT)
    return Decoded(best)


def _frequent_signs(text: str) -> int:
    return sum(sign in FREQUENT for sign in text[:MOST_JUDGED])


def _guessed(content: bytes) -> Decoded:
    """The text in one byte a letter, where letters and words leave no doubt; else somebody is asked."""
    if CONTROL.search(content):
        raise UnreadableError(Unreadable.NOT_TEXT)
    western, baltic = _try(content, "windows-1252"), _try(content, "windows-1257")
    for_western = plausibility(western[:MOST_JUDGED], WESTERN) if western else -1
    for_baltic = plausibility(baltic[:MOST_JUDGED], BALTIC) if baltic else -1
    if western and for_western >= 0 and (western == baltic or _outweighs(for_western, for_baltic)):
        return Decoded(western, is_guessed=western != baltic)
    if baltic and _outweighs(for_baltic, for_western):
        return Decoded(baltic, is_guessed=True)
    raise UnreadableError(Unreadable.WHICH_ENCODING, _readings(content))


def _outweighs(one: int, other: int) -> bool:
    return one >= 0 and (other < 0 or one >= CLEARLY_MORE * (other + 1))


def _readings(content: bytes) -> tuple[Reading, ...]:
    texts = {name: text for name in ASKED if (text := _try(content, name)) is not None}
    return tuple(Reading(name, _sample(text)) for name, text in texts.items())


def _sample(text: str) -> str:
    words = dict.fromkeys(word for word in WORD.findall(text[:MOST_JUDGED]) if not word.isascii())
    return ", ".join(list(words)[:SAMPLE_WORDS])[:200]


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
