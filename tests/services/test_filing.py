"""Scans and files are known by their content, whatever their name says."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.services.errors import InvalidError
from app.services.paper.filing import DOCX, EML, JPEG, MOST_SCAN_BYTES, PDF, PNG, TXT, scanned_file

MAIL = b"From: Ilze <ilze@example.org>\r\nTo: us@example.org\r\nSubject: My comment\r\n\r\nSay who pays.\r\n"


def packed(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


WORD = packed("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4 scan", PDF),
        (b"\xff\xd8\xff\xe0 photo", JPEG),
        (b"\x89PNG\r\n\x1a\n picture", PNG),
        (WORD, DOCX),
        (MAIL, EML),
        ("Kas par to maksās?".encode(), TXT),
        ("Qui paye l’été ?".encode("windows-1252"), TXT),
        ("Hvem betaler?".encode("utf-16"), TXT),
    ],
)
def test_a_file_is_what_its_content_is(content: bytes, kind: str) -> None:
    assert scanned_file("evil.html", content).content_type == kind


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"  <svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf<?xml version='1.0'?><x/>",
        b"MZ\x90\x00 a programme",
        b"\x7fELF\x02",
        packed("xl/workbook.xml", "[Content_Types].xml"),
        b"PK\x03\x04 and nothing",
        b"\xff\xfe\x00\x00",
        b"an \x00 in it",
        b"GIF89a\x01\x00",
    ],
)
def test_what_is_none_of_them_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(InvalidError) as refusal:
        scanned_file("letter.pdf", content)
    assert refusal.value.problems == {"file": "unknown"}


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b" \n", "empty"), (b"%PDF-" + b"x" * MOST_SCAN_BYTES, "too_large")]
)
def test_empty_and_too_large_files_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        scanned_file("letter.pdf", content)
    assert refusal.value.problems == {"file": code}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("Vēstule Nr. 5.PDF", "Vēstule Nr. 5.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\letters\\one.pdf", "one.pdf"),
        ("evil.html", "evil.pdf"),
        ('a"b\r\nc.pdf', "a-b c.pdf"),
        ("", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_leads_nowhere_and_ends_as_its_content(given: str, kept: str) -> None:
    assert scanned_file(given, b"%PDF-1.4").name == kept
