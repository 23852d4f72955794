"""A workbook is looked through before anything understands it: no size it declares is believed."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import IO

from app.services.files.importing import Unreadable, UnreadableError

MEGABYTE = 1024 * 1024
MOST_PART_BYTES = 40 * MEGABYTE
MOST_UNPACKED_BYTES = 80 * MEGABYTE
MOST_MEMBERS = 500
MOST_CELLS = 400_000
MOST_TAGS = 2_000_000
CHUNK = 256 * 1024
COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")  # older Excel files, and newer ones with a password
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
SHEETS = "xl/worksheets/"
WORKBOOK = "xl/workbook.xml"
MACROS = "xl/vbaproject.bin"
DAMAGES = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
    OverflowError, LookupError,
)  # fmt: skip


def refuse_dangerous(content: bytes) -> bool:
    """Whether there are formulas in the workbook; raises UnreadableError for what could do harm."""
    archive = _opened(content)
    members = archive.infolist()
    names = [member.filename.lower() for member in members]
    if len(members) > MOST_MEMBERS:
        raise UnreadableError(Unreadable.UNPACKS_TOO_LARGE)
    if WORKBOOK not in names:
        raise UnreadableError(Unreadable.WRONG_FORMAT)
    if MACROS in names:
        raise UnreadableError(Unreadable.MACROS)
    left, cells, tags, has_formulas = MOST_UNPACKED_BYTES, 0, 0, False
    for member in members:
        part = _read(archive, member, left)
        left -= len(part)
        if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        _refuse_declarations(part)
        tags += part.count(b"<")
        if member.filename.lower().startswith(SHEETS):
            cells += len(CELL.findall(part))
            has_formulas = has_formulas or FORMULA.search(part) is not None
        if cells > MOST_CELLS or tags > MOST_TAGS:
            raise UnreadableError(Unreadable.TOO_COMPLEX)
    return has_formulas


def _opened(content: bytes) -> zipfile.ZipFile:
    if content.startswith(COMPOUND_FILE):
        is_locked = ENCRYPTED_STREAM in content
        raise UnreadableError(Unreadable.ENCRYPTED if is_locked else Unreadable.WRONG_FORMAT)
    if not content.startswith(b"PK"):
        raise UnreadableError(Unreadable.WRONG_FORMAT)
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except DAMAGES as error:
        raise UnreadableError(Unreadable.DAMAGED) from error


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    if member.flag_bits & 1:
        raise UnreadableError(Unreadable.ENCRYPTED)
    try:
        with archive.open(member) as opened:
            return _counted(opened, min(left, MOST_PART_BYTES))
    except DAMAGES as error:
        raise UnreadableError(Unreadable.DAMAGED) from error


def _counted(opened: IO[bytes], most: int) -> bytes:
    chunks, size = [], 0
    while chunk := opened.read(CHUNK):
        size += len(chunk)
        if size > most:
            raise UnreadableError(Unreadable.UNPACKS_TOO_LARGE)
        chunks.append(chunk)
    return b"".join(chunks)


def _refuse_declarations(part: bytes) -> None:
    # In an encoding that hides "<!DOCTYPE" from us it would still be there for the parser.
    bare = part.replace(b"\0", b"") if b"\0" in part[:200] else part
    if b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
        raise UnreadableError(Unreadable.ENTITIES)
    if bare.startswith(b"<?xml") and re.match(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']utf-?7", bare, re.I):
        raise UnreadableError(Unreadable.DAMAGED)
