"""The parts of an OpenDocument text, refused where they are something else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.etree import _Element as Element

from app.adapters.importing._odt_names import OFFICE
from app.adapters.importing._office_package import Package
from app.services.files.importing import Unreadable, UnreadableError

TEXT_TYPE = b"application/vnd.oasis.opendocument.text"
MACRO = re.compile(r"basic/[^/]+/(?!script-l[bc]\.xml)[^/]+\.xml|scripts/.+\.(?:py|js|bsh|java)")
DUBLIN = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True)
class Document:
    """The parts that hold words and styles, and what the properties say."""

    body: Element
    content: Element
    styles: Element | None
    title: str
    language: str


def open_document(content: bytes) -> Document:
    """The parts of an OpenDocument text; raises UnreadableError."""
    package = Package(content)
    kind = (package.read("mimetype") or b"").strip()
    manifest = package.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest or b"encrypted-package" in manifest:
        raise UnreadableError(Unreadable.ENCRYPTED)
    if not kind.startswith(TEXT_TYPE):
        raise UnreadableError(Unreadable.WRONG_FORMAT)
    if any(MACRO.fullmatch(name) for name in package.names):
        raise UnreadableError(Unreadable.MACROS)
    root = package.tree("content.xml")
    body = None if root is None else root.find(f"{OFFICE}body/{OFFICE}text")
    if root is None or body is None:
        raise UnreadableError(Unreadable.DAMAGED)
    meta = package.tree("meta.xml")
    return Document(
        body, root, package.tree("styles.xml"), _property(meta, "title"), _property(meta, "language")
    )


def _property(meta: Element | None, name: str) -> str:
    found = None if meta is None else meta.find(f"{OFFICE}meta/{DUBLIN}{name}")
    return " ".join((found.text or "").split()) if found is not None else ""
