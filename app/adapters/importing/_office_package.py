"""Opening the archives that word processors write, so that no archive can do harm.

Nothing is unpacked to disk and no size that an archive declares is believed: bytes are counted while they
come, and what a tree in memory would cost is known before it is built.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from typing import IO

from lxml import etree
from lxml.etree import _Element as Element

from app.services.files.importing import (
    MOST_FILE_BYTES,
    MOST_MEMBERS,
    MOST_UNPACKED_BYTES,
    Unreadable,
    UnreadableError,
    refuse_size,
)

MEGABYTE = 1024 * 1024
MOST_PART_BYTES = 24 * MEGABYTE
MOST_TAGS = 600_000
MOST_ATTRIBUTES = 500_000
CHUNK = 256 * 1024
COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")  # older Office files, and newer ones with a password
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
ENCODINGS = frozenset({b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})
DAMAGES = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
    OverflowError, LookupError,
)  # fmt: skip


class Package:
    """The members of an archive, by their names; those whose names lead out of it do not exist."""

    def __init__(self, content: bytes) -> None:
        refuse_size(content, MOST_FILE_BYTES)
        if not content.strip():
            raise UnreadableError(Unreadable.EMPTY)
        if content.startswith(COMPOUND_FILE):
            is_locked = ENCRYPTED_STREAM in content
            raise UnreadableError(Unreadable.ENCRYPTED if is_locked else Unreadable.WRONG_FORMAT)
        if not content.startswith(b"PK"):
            raise UnreadableError(Unreadable.WRONG_FORMAT)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except DAMAGES as error:
            raise UnreadableError(Unreadable.DAMAGED) from error
        members = self._archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise UnreadableError(Unreadable.UNPACKS_TOO_LARGE)
        self._members = {_key(member.filename): member for member in members if _stays(member.filename)}
        self._left = MOST_UNPACKED_BYTES

    @property
    def names(self) -> list[str]:
        """The members' names in small letters, with "/" between folders."""
        return list(self._members)

    def read(self, name: str) -> bytes | None:
        """The bytes of a member, or None when there is none of that name; raises UnreadableError."""
        member = self._members.get(_key(name))
        if member is None:
            return None
        if member.flag_bits & 1:
            raise UnreadableError(Unreadable.ENCRYPTED)
        try:
            with self._archive.open(member) as opened:
                return self._counted(opened)
        except DAMAGES as error:
            raise UnreadableError(Unreadable.DAMAGED) from error

    def tree(self, name: str) -> Element | None:
        """The root of a member in XML, or None when there is none of that name; raises UnreadableError."""
        content = self.read(name)
        return None if content is None else parse(content)

    def _counted(self, opened: IO[bytes]) -> bytes:
        chunks, size = [], 0
        while chunk := opened.read(CHUNK):
            size += len(chunk)
            if size > min(MOST_PART_BYTES, self._left):
                raise UnreadableError(Unreadable.UNPACKS_TOO_LARGE)
            chunks.append(chunk)
        self._left -= size
        return b"".join(chunks)


def parse(content: bytes) -> Element:
    """The root of an XML document without declarations; raises UnreadableError."""
    _refuse_declarations(content)
    if content.count(b"<") > MOST_TAGS or content.count(b"=") > MOST_ATTRIBUTES:
        raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        is_deep = "depth" in str(error).lower()
        raise UnreadableError(Unreadable.TOO_DEEP if is_deep else Unreadable.DAMAGED) from error


def resolve(folder: str, target: str) -> str:
    """The name of the member that a part in that folder points to."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _refuse_declarations(content: bytes) -> None:
    # In an encoding that hides "<!DOCTYPE" from us it would still be there for the parser.
    bare = content.replace(b"\0", b"") if b"\0" in content[:200] else content
    declared = DECLARED_ENCODING.match(bare.removeprefix(b"\xef\xbb\xbf").lstrip(b"\xfe\xff"))
    if declared and declared[1].lower() not in ENCODINGS:
        raise UnreadableError(Unreadable.DAMAGED)
    if not bare.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith(b"<"):
        raise UnreadableError(Unreadable.DAMAGED)
    if b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
        raise UnreadableError(Unreadable.ENTITIES)


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _stays(name: str) -> bool:
    return ".." not in name.replace("\\", "/").split("/")
