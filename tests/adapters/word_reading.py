"""What the importer of Word documents found in a body written by hand."""

from __future__ import annotations

from app.adapters.importing import docx as word
from app.services.files.importing import FoundDraft, within_limits
from tests.adapters.office_documents import docx, para, word_level

TITLE = para("A declaration", "Title")
LEGAL = [
    word_level(0, "decimal", "%1."),
    word_level(1, "decimal", "%1.%2"),
    word_level(2, "lowerLetter", "(%3)"),
    word_level(3, "bullet", "•"),
]


def read(body: str, *, numbering: str = "", styles: str = "", footnotes: str = "") -> FoundDraft:
    """What is found in a document with a title and this body."""
    return read_file(docx(TITLE + body, numbering=numbering, styles=styles, footnotes=footnotes))


def read_file(content: bytes) -> FoundDraft:
    """What is found in this file."""
    return within_limits(word.create().read(content))
