"""The scans and files that papers came as: known by their content, whatever their name says."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath
from typing import NamedTuple

from app.models.base import db, transaction, write_row
from app.models.comment import IntakeFile, Submission
from app.models.people import Person
from app.services.activity import record
from app.services.errors import InvalidError, NotFoundError
from app.services.text import one_line

MOST_SCAN_BYTES = 10 * 1024 * 1024
LONGEST_NAME = 200
LOOKED_AT = 8192
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EML, TXT = "message/rfc822", "text/plain"
SUFFIXES = {
    PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), DOCX: (".docx",), EML: (".eml",), TXT: (".txt",),
}  # fmt: skip
MARKUP = re.compile(rb"\s*<(?:!doctype|\?xml|html|svg|script|head|body)\b", re.IGNORECASE)
COMMANDS = re.compile(rb"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
MAIL_LINE = re.compile(
    rb"^(?:from|to|date|subject|received|return-path|message-id|mime-version|delivered-to):", re.I | re.M
)
HEADER_LINES = re.compile(rb"(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}")
NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|]')


class ScannedFile(NamedTuple):
    """A scan or file that may be kept; its type is what its content is."""

    name: str
    content_type: str
    digest: str
    content: bytes


def scanned_file(name: str, content: bytes) -> ScannedFile:
    """The file, ready to be kept; raises InvalidError for `file`: empty, too_large or unknown."""
    if not content.strip():
        raise InvalidError({"file": "empty"})
    if len(content) > MOST_SCAN_BYTES:
        raise InvalidError({"file": "too_large"})
    kind = next((kind for kind, is_one in KINDS if is_one(content)), None)
    if kind is None:
        raise InvalidError({"file": "unknown"})
    return ScannedFile(_name(name, kind), kind, hashlib.sha256(content).hexdigest(), content)


def add_file(submission: Submission, file: ScannedFile, *, by: Person, at: datetime) -> None:
    """The submission has one more scan or file; whether the person may has been asked.

    Raises NotFoundError once the respondent has been erased from it.
    """
    with transaction():
        db.session.refresh(submission, with_for_update=True)
        if submission.person_erased_at:
            raise NotFoundError("respondent")
        write_row(IntakeFile, submission_id=submission.id, **file._asdict())
        record("file added", f"submission:{submission.id}", person_id=by.id, at=at)


def _name(given: str, kind: str) -> str:
    """A name that leads nowhere, ends as its content does, and can be written in a header."""
    path = PurePath(one_line(given).replace("\\", "/"))
    stem = NOT_IN_NAMES.sub("-", path.stem if path.suffix else path.name).strip(". ") or "file"
    suffixes = SUFFIXES[kind]
    suffix = path.suffix.lower() if path.suffix.lower() in suffixes else suffixes[0]
    return f"{stem[: LONGEST_NAME - len(suffix)]}{suffix}"


def _is_docx(content: bytes) -> bool:
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        return False
    return "[Content_Types].xml" in names and "word/document.xml" in names


def _is_text(content: bytes) -> bool:
    if MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")):
        return False
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return "\0" not in content.decode("utf-16")
        except UnicodeDecodeError:
            return False
    return not COMMANDS.search(content)


def _is_mail(content: bytes) -> bool:
    head = content[:LOOKED_AT]
    if COMMANDS.search(content.replace(b"\x1b", b"")) or not HEADER_LINES.match(head):
        return False
    return len(MAIL_LINE.findall(head)) > 1


KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    (PDF, lambda content: b"%PDF-" in content[:1024] and b"\0" not in content[: content.find(b"%PDF-")]),
    (JPEG, lambda content: content.startswith(b"\xff\xd8\xff")),
    (PNG, lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    (DOCX, _is_docx),
    (EML, _is_mail),
    (TXT, _is_text),
)
