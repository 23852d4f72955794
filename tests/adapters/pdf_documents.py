"""Makes small PDF files: pages of lines, each with its place, size and font."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter

PLAIN, BOLD, SLANTED = "F1", "F2", "F3"
FONTS = {PLAIN: "Helvetica", BOLD: "Helvetica-Bold", SLANTED: "Helvetica-Oblique"}


@dataclass(frozen=True)
class Set:
    """Words at a place of a page; `y` grows upwards from its foot."""

    words: str
    y: float
    x: float = 72
    size: float = 11
    font: str = PLAIN


def pdf(*pages: Sequence[Set], catalogue: str = "", resources: str = "") -> bytes:
    """A PDF with those pages."""
    return pdf_of(*(_drawn(page) for page in pages), catalogue=catalogue, resources=resources)


def pdf_of(*streams: bytes, catalogue: str = "", resources: str = "") -> bytes:
    """A PDF whose pages are drawn by those streams."""
    numbers = [6 + 2 * place for place in range(len(streams))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    fonts = " ".join(f"/{name} {place} 0 R" for place, name in enumerate(FONTS, start=3))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R {catalogue}>>".encode(),
        f"<</Type/Pages/Count {len(streams)}/Kids[{kids}]>>".encode(),
        *(
            f"<</Type/Font/Subtype/Type1/BaseFont/{font}/Encoding/WinAnsiEncoding>>".encode()
            for font in FONTS.values()
        ),
    ]
    for number, stream in zip(numbers, streams, strict=True):
        packed = zlib.compress(stream)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {number + 1} 0 R"
            f"/Resources<</Font<<{fonts}>>{resources}>>>>".encode()
        )
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed))
    return _file(objects)


def locked(content: bytes, password: str) -> bytes:
    """The same PDF under a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def column(*words: str, y: float = 760, gap: float = 14, size: float = 11, font: str = PLAIN) -> list[Set]:
    """Lines one under the other."""
    return [Set(line, y - gap * place, size=size, font=font) for place, line in enumerate(words)]


def _drawn(page: Sequence[Set]) -> bytes:
    return b"\n".join(
        f"BT /{one.font} {one.size} Tf 1 0 0 1 {one.x} {one.y} Tm (".encode()
        + one.words.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        + b") Tj ET"
        for one in page
    )


def _file(objects: Sequence[bytes]) -> bytes:
    written = bytearray(b"%PDF-1.7\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(written)
