"""Files that mean harm, or that something happened to, by what is wrong with them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import NamedTuple

from app.services.files.importing import Unreadable
from tests.adapters.office_documents import docx, odt, para, zipped
from tests.adapters.pdf_documents import Set, column, locked, pdf, pdf_of

MEGABYTE = 1024 * 1024
AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
READ = ""  # some of what is hard to read is a text all the same
Reasons = set[Unreadable | str]
Row = tuple[str, str, Callable[[], bytes], Reasons]

LARGE: Reasons = {Unreadable.TOO_LARGE}
MANY: Reasons = {Unreadable.TOO_MANY_BLOCKS, Unreadable.TOO_LARGE, Unreadable.UNPACKS_TOO_LARGE}
DEEP: Reasons = {Unreadable.TOO_DEEP, Unreadable.DAMAGED}
BOMB: Reasons = {
    Unreadable.UNPACKS_TOO_LARGE,
    Unreadable.TOO_COMPLEX,
    Unreadable.TOO_SLOW,
    Unreadable.DAMAGED,
}
BROKEN: Reasons = {Unreadable.DAMAGED, Unreadable.WRONG_FORMAT, Unreadable.EMPTY}
ENTITIES: Reasons = {Unreadable.ENTITIES}
HARD_WORK: Reasons = MANY | DEEP | BOMB | {
    READ, Unreadable.BLOCK_TOO_LONG, Unreadable.NO_TITLE, Unreadable.NO_PARAGRAPHS, Unreadable.EMPTY
}  # fmt: skip


class Case(NamedTuple):
    """A file that is made when it is wanted, and what may be said of it."""

    name: str
    ending: str
    make: Callable[[], bytes]
    reasons: Reasons


def akn(body: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<akomaNtoso xmlns="{AKN}"><statement><preface><p>Title</p></preface>'
        f"<mainBody>{body}</mainBody></statement></akomaNtoso>"
    ).encode()


def bomb(beginning: bytes, member: str) -> bytes:
    """The archive with a member of 200 MB of nothing."""
    held = io.BytesIO(beginning)
    archive = zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED, compresslevel=1)
    with archive, archive.open(member, "w", force_zip64=True) as opened:
        for _ in range(200):
            opened.write(bytes(MEGABYTE))
    return held.getvalue()


def nested_bomb(whole: bytes, member: str) -> bytes:
    """The archive with an archive in the place of a member, which holds 200 MB of nothing."""
    return replaced(whole, member, bomb(zipped({}), "inner.zip"))


def cut(whole: bytes, place: int) -> bytes:
    return whole[:place]


def replaced(content: bytes, name: str, part: bytes | str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members: dict[str, bytes | str] = {one: archive.read(one) for one in archive.namelist()}
    return zipped({**members, name: part})


def without(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped({one: archive.read(one) for one in archive.namelist() if one != name})


def billion_laughs(root: str) -> str:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY l0 "ha">{lines}]>'


def cases(port: int) -> Iterator[Case]:
    """All hostile files; whoever follows an address in them comes to the port."""
    rows = chain(_of_any_format(), _of_archives(port), _of_xml(port), _of_plain_files(port), _of_pdf())
    return (Case(*row) for row in rows)


def _of_any_format() -> Iterator[Row]:
    for ending in (".docx", ".odt", ".html", ".md", ".txt", ".xml", ".pdf"):
        yield f"empty{ending}", ending, lambda: b"", {Unreadable.EMPTY}
        yield f"fifty megabytes{ending}", ending, lambda: b"All words. " * (5 * MEGABYTE), LARGE
    for ending in (".docx", ".odt", ".xml", ".pdf"):
        yield f"words{ending}", ending, lambda: b"Only words.\n\nAnd more.", BROKEN
    for ending in (".html", ".md", ".txt"):
        yield f"word document{ending}", ending, lambda: docx(para("Words")), {Unreadable.WRONG_FORMAT}
        yield f"binary{ending}", ending, lambda: bytes(range(256)) * 40, {Unreadable.NOT_TEXT}


def _of_archives(port: int) -> Iterator[Row]:
    word, text = (
        docx(para("Title", "Title") + para("Words")),
        odt("<text:p>Title</text:p><text:p>Words</text:p>"),
    )
    for ending, whole, main in ((".docx", word, "word/document.xml"), (".odt", text, "content.xml")):
        bare = without(whole, main)
        yield f"bomb{ending}", ending, partial(bomb, bare, main), BOMB
        yield (
            f"bomb in a bomb{ending}", ending,
            partial(nested_bomb, whole, main), BOMB,
        )  # fmt: skip
        for place in (30, len(whole) // 2, len(whole) - 30):
            yield f"cut at {place}{ending}", ending, partial(cut, whole, place), BROKEN
        yield (
            f"way out{ending}",
            ending,
            partial(replaced, bare, f"../../{main}", "<a/>"),
            BROKEN,
        )
    yield "word as open.odt", ".odt", lambda: word, BROKEN
    yield "open as word.docx", ".docx", lambda: text, BROKEN
    locked_office = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    yield "password.docx", ".docx", lambda: locked_office, {Unreadable.ENCRYPTED}
    macros = docx(
        para("Title", "Title") + para("Words"),
        content_type="application/vnd.ms-word.document.macroEnabled.main+xml",
        more={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"},
    )
    yield "macros.docx", ".docx", lambda: macros, {Unreadable.MACROS}
    yield "many.docx", ".docx", lambda: docx(para("Words") * 100_000), MANY
    yield "many.odt", ".odt", lambda: odt("<text:p>Words</text:p>" * 100_000), MANY
    depth = 20_000
    deep_word = "<w:sdt><w:sdtContent>" * depth + para("Words") + "</w:sdtContent></w:sdt>" * depth
    yield "deep.docx", ".docx", lambda: docx(para("Title", "Title") + deep_word), DEEP
    deep_list = (
        "<text:list><text:list-item>" * depth + "<text:p>W</text:p>" + "</text:list-item></text:list>" * depth
    )
    yield "deep.odt", ".odt", lambda: odt("<text:p>T</text:p>" + deep_list), DEEP


def _of_xml(port: int) -> Iterator[Row]:
    outside = f'<!DOCTYPE a SYSTEM "http://127.0.0.1:{port}/a.dtd" [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">]>'
    word, text = (
        docx(para("Title", "Title") + para("Words")),
        odt("<text:p>Title</text:p><text:p>Words</text:p>"),
    )
    for name, before in (("outside", outside), ("laughs", billion_laughs("a"))):
        yield f"{name}.xml", ".xml", partial(akn, "<p>&x;&l9;</p>", before), ENTITIES
        part = f"{before}<a>&x;&l9;</a>"
        yield (
            f"{name}.docx",
            ".docx",
            partial(replaced, word, "word/document.xml", part),
            ENTITIES,
        )
        yield f"{name}.odt", ".odt", partial(replaced, text, "content.xml", part), ENTITIES
    yield (
        "many.xml",
        ".xml",
        lambda: akn("<paragraph><content><p>W</p></content></paragraph>" * 100_000),
        MANY,
    )
    yield "deep.xml", ".xml", lambda: akn("<section>" * 20_000 + "<p>W</p>" + "</section>" * 20_000), DEEP
    yield "other.xml", ".xml", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", BROKEN


def _of_plain_files(port: int) -> Iterator[Row]:
    yield "many.md", ".md", lambda: b"# T\n\n" + b"Words.\n\n" * 100_000, MANY
    yield "many.txt", ".txt", lambda: b"T\n\n" + b"Words.\n\n" * 100_000, MANY
    yield "many.html", ".html", lambda: b"<h1>T</h1>" + b"<p>W</p>" * 100_000, MANY
    yield "deep.md", ".md", lambda: b"# T\n\n" + b">" * 100_000 + b" W", DEEP | {Unreadable.BLOCK_TOO_LONG}
    yield (
        "deep list.md",
        ".md",
        lambda: b"# T\n\n" + b"- " * 50_000 + b"W",
        DEEP | {Unreadable.BLOCK_TOO_LONG},
    )
    yield "deep.html", ".html", lambda: b"<h1>T</h1>" + b"<div>" * 100_000 + b"W", DEEP
    yield "deep list.html", ".html", lambda: b"<h1>T</h1>" + b"<ul><li>" * 50_000 + b"W", DEEP
    yield "long.txt", ".txt", lambda: b"T\n\n" + b"word " * 300_000, {Unreadable.BLOCK_TOO_LONG}
    for name, work in HARD_TEXTS.items():
        yield f"{name}.md", ".md", f"# T\n\n{work}".encode, HARD_WORK
        yield f"{name}.txt", ".txt", f"T\n\n{work}".encode, HARD_WORK
    for name, work in HARD_PAGES.items():
        yield f"{name}.html", ".html", work.encode, HARD_WORK


HARD_TEXTS = {
    "brackets": "[" * 300_000,
    "links": "[a](" * 200_000,
    "stars": "*a **" * 150_000,
    "underscores": "_a" * 500_000,
    "notes": "[^1]: a" + "\n \n " * 200_000,
    "references": "[^a" * 300_000,
    "markers": "1.1" * 300_000,
    "marker dots": "1." * 400_000 + " a",
    "spaces": "a" + " " * 1_500_000 + "b",
    "rules": "-" * 1_000_000,
    "table": "| a " * 100_000 + "\n" + "|---" * 100_000,
    "marks": "e" + "\u0301" * 500_000,
    "front matter": "---\n" * 300_000,
}
HARD_PAGES = {
    "style": "<h1>T</h1><p style='" + "mso-list: " * 200_000 + "'>W</p>",
    "style sheet": "<style>" + ".a{" * 200_000 + "</style><h1>T</h1>",
    "classes": "<h1>T</h1><p class='" + "a " * 500_000 + "'>",
    "notes": "<h1>T</h1><p>"
    + "".join(f'<a href="#n{n}" id="r{n}">{n}</a>' for n in range(20_000))
    + "".join(f'<li id="n{n}"><a href="#r{n}">b</a>w</li>' for n in range(20_000)),
    "one note": "<h1>T</h1><p>" + '<a href="#n">1</a>' * 100_000 + "<p id=n class=footnote>" + "w" * 20_000,
    "attributes": "<h1 " + " ".join(f"a{n}=b" for n in range(10_000)) + ">T</h1>",
    "cells": "<h1>T</h1><table><tr>" + "<td>a<td>b" * 20_000,
    "tables": "<h1>T</h1>" + "<table><tr><td>a<td>" * 60_000,
    "breaks": "<h1>T</h1><p>" + "<br>" * 500_000 + "a<br>b" * 100_000,
    "lists": "<h1>T</h1><ol start=99999999999999999 reversed>" + "<li value=-99999999999999999999>w" * 9_000,
    "entities": "<h1>T</h1><p>" + "&lt" * 600_000,
    "comment": "<h1>T</h1><!--" + "<!--" * 500_000,
    "unclosed": "<h1>T</h1>" + "<b><i><p>" * 30_000,
}  # fmt: skip


def _of_pdf() -> Iterator[Row]:
    lines = column("All words are printed here, one after the other.", "And then some more.", "And more.")
    whole = pdf([Set("Title", 800, size=20), *lines])
    yield "password.pdf", ".pdf", lambda: locked(whole, "secret"), {Unreadable.ENCRYPTED}
    picture = b"q 500 0 0 700 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI Q"
    yield "scanned.pdf", ".pdf", lambda: pdf_of(picture), {Unreadable.SCANNED}
    for place in (8, 300, len(whole) // 2, len(whole) - 200):
        yield f"cut at {place}.pdf", ".pdf", partial(cut, whole, place), BROKEN
    yield "bomb.pdf", ".pdf", lambda: pdf_of(b"(x) Tj " * (60 * MEGABYTE // 7)), HARD_WORK
    yield "circle.pdf", ".pdf", lambda: whole.replace(b"/Kids[6 0 R]", b"/Kids[2 0 R]"), BROKEN
    yield "deep.pdf", ".pdf", lambda: pdf_of(b"[" * 2 * MEGABYTE), HARD_WORK
    yield "deep object.pdf", ".pdf", lambda: pdf([], catalogue="/A " + "[" * 500_000), HARD_WORK | BROKEN
    yield "many pages.pdf", ".pdf", lambda: pdf(*[lines] * 3_000), MANY | BOMB
