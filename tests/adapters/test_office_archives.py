"""What the importers of office documents do with archives that are broken or mean harm."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from typing import Protocol

import pytest

from app.adapters.importing import docx as word
from app.adapters.importing import odt as opendocument
from app.services.files.importing import Importer, Unreadable, UnreadableError, within_limits
from tests.adapters.office_documents import (
    OPEN_NAMES,
    docx,
    field,
    items,
    odt,
    open_level,
    open_list_style,
    para,
    run,
    word_level,
    word_lists,
    word_table,
    zipped,
)
from tests.effort import steps_of

MUTATIONS = 300
SECONDS = 20.0
MOST_STEPS = 500_000  # a quarter of what reading 50,000 short paragraphs would take
WORDS = docx(
    para("Title", "Title")
    + para("Article", "Heading1", item=(1, 0))
    + para(
        run("We ") + f"<w:ins>{run('all', '<w:b/>')}</w:ins>" + field('HYPERLINK "https://x.org"', run("go"))
    )
    + para("one", item=(1, 1))
    + word_table([["a", "b"]])
    + para(run("Noted") + '<w:r><w:footnoteReference w:id="2"/></w:r>'),
    numbering=word_lists({0: [word_level(n, "decimal", f"%{n + 1}.") for n in (0, 1)]}, {1: (0, "")}),
    footnotes=f'<w:footnote w:id="2">{para("Note")}</w:footnote>',
)
OPEN = odt(
    '<text:p text:style-name="Title">Title</text:p><text:h text:outline-level="1">Article</text:h>'
    + items("one", "<text:p>two</text:p>" + items("deep"), style="L1")
    + '<text:p>We<text:s text:c="2"/><text:span text:style-name="T">all</text:span></text:p>',
    automatic=open_list_style("L1", open_level(1, "1", after="."), open_level(2, "a")),
)
FORMATS = [(word, WORDS, "word/document.xml"), (opendocument, OPEN, "content.xml")]
every_format = pytest.mark.parametrize(("module", "content", "main"), FORMATS, ids=["docx", "odt"])


class Creates(Protocol):
    """A module that makes an importer."""

    def create(self) -> Importer:
        """An importer."""


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    return zipped({**members(content), name: part})


def refused(module: Creates, content: bytes) -> Unreadable:
    reasons = []

    def read() -> None:
        with pytest.raises(UnreadableError) as refusal:
            within_limits(module.create().read(content))
        reasons.append(refusal.value.reason)

    assert steps_of(read) < MOST_STEPS
    return reasons[0]


def declared(content: bytes, main: str, declaration: bytes, use: bytes = b"") -> bytes:
    return with_part(
        content, main, declaration + members(content)[main].replace(b">Article<", b">Article" + use + b"<")
    )


@every_format
def test_entities_are_refused_whatever_they_would_stand_for(
    module: Creates, content: bytes, main: str
) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for declaration in (laughs, outside, b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'):
        assert refused(module, declared(content, main, declaration, b"&a;")) == Unreadable.ENTITIES
    hidden = declared(content, main, outside, b"&a;")
    in_utf_16 = members(hidden)[main].decode().encode("utf-16")
    assert refused(module, with_part(content, main, in_utf_16)) == Unreadable.ENTITIES
    in_utf_7 = b'<?xml version="1.0" encoding="utf-7"?>' + members(hidden)[main].decode().encode("utf-7")
    assert refused(module, with_part(content, main, in_utf_7)) == Unreadable.DAMAGED


@every_format
def test_a_part_that_unpacks_to_far_too_much_is_refused(module: Creates, content: bytes, main: str) -> None:
    bomb = with_part(content, main, b"<x>" + b" " * (40 * 1024 * 1024) + b"</x>")
    assert len(bomb) < 200_000
    assert refused(module, bomb) == Unreadable.UNPACKS_TOO_LARGE


@every_format
def test_a_part_is_not_believed_about_its_size(module: Creates, content: bytes, main: str) -> None:
    bomb = bytearray(with_part(content, main, b"<x>" + b" " * (40 * 1024 * 1024) + b"</x>"))
    size = (40 * 1024 * 1024 + 7).to_bytes(4, "little")
    while (place := bomb.find(size)) >= 0:
        bomb[place : place + 4] = (1000).to_bytes(4, "little")
    assert refused(module, bytes(bomb)) in (Unreadable.DAMAGED, Unreadable.UNPACKS_TOO_LARGE)


@every_format
def test_a_document_of_nothing_but_tags_is_refused_before_it_takes_memory(
    module: Creates, content: bytes, main: str
) -> None:
    assert refused(module, with_part(content, main, b"<x>" + b"<a/>" * 3_000_000 + b"</x>")) == (
        Unreadable.TOO_MANY_BLOCKS
    )


@pytest.mark.parametrize(
    ("module", "content", "opens", "closes"),
    [
        (word, WORDS, b"<w:tbl><w:tr><w:tc>", b"</w:tc></w:tr></w:tbl>"),
        (word, WORDS, b"<w:sdt><w:sdtContent>", b"</w:sdtContent></w:sdt>"),
        (word, WORDS, b"<w:p><w:ins><w:ins>", b"</w:ins></w:ins></w:p>"),
        (opendocument, OPEN, b"<text:list><text:list-item>", b"</text:list-item></text:list>"),
        (opendocument, OPEN, b"<text:section>", b"</text:section>"),
        (opendocument, OPEN, b"<text:p><text:span>", b"</text:span></text:p>"),
        (
            opendocument,
            OPEN,
            b"<text:p><text:note><text:note-body>",
            b"</text:note-body></text:note></text:p>",
        ),
    ],
)
@pytest.mark.parametrize("depth", [20, 200, 5_000])
def test_what_is_nested_beyond_reason_is_refused_or_read_but_breaks_nothing(
    module: Creates, content: bytes, opens: bytes, closes: bytes, depth: int
) -> None:
    main = "word/document.xml" if module is word else "content.xml"
    end = b"</w:body>" if module is word else b"</office:text>"
    part = members(content)[main].replace(end, opens * depth + closes * depth + end)
    whole = with_part(content, main, part)
    if depth == 20:
        assert within_limits(module.create().read(whole)).blocks
    else:
        assert refused(module, whole) in (Unreadable.TOO_DEEP, Unreadable.DAMAGED)


@every_format
def test_an_archive_with_members_beyond_number_is_refused(module: Creates, content: bytes, main: str) -> None:
    many = zipped({**members(content), **{f"word/media/{number}.png": b"" for number in range(5_001)}})
    assert refused(module, many) == Unreadable.UNPACKS_TOO_LARGE


@every_format
def test_members_that_lead_out_of_the_archive_are_not_there(
    module: Creates, content: bytes, main: str
) -> None:
    inside = members(content)
    inside[f"../../{main}"] = inside[f"x/../{main}"] = b"<x>secret</x>"
    assert "secret" not in str(module.create().read(zipped(inside)))
    del inside[main]
    assert refused(module, zipped(inside)) in (Unreadable.DAMAGED, Unreadable.WRONG_FORMAT)


def test_relations_cannot_lead_out_of_the_archive() -> None:
    inside = members(WORDS)
    relations = inside["_rels/.rels"].replace(b"word/document.xml", b"../../../../etc/passwd")
    assert refused(word, with_part(WORDS, "_rels/.rels", relations)) == Unreadable.WRONG_FORMAT


@every_format
def test_a_member_with_a_password_is_called_protected(module: Creates, content: bytes, main: str) -> None:
    locked = bytearray(content)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(sign), content):
            locked[found.start() + offset] |= 1
    assert refused(module, bytes(locked)) == Unreadable.ENCRYPTED


@every_format
@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (b"", Unreadable.EMPTY),
        (b"  \n", Unreadable.EMPTY),
        (b"%PDF-1.7 words", Unreadable.WRONG_FORMAT),
        (b"{\\rtf1 words}", Unreadable.WRONG_FORMAT),
        (b"<html><p>words</p></html>", Unreadable.WRONG_FORMAT),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"W\0o\0r\0d\0" * 200, Unreadable.WRONG_FORMAT),
        (bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"), Unreadable.ENCRYPTED),
        (b"PK\x03\x04 and no more", Unreadable.DAMAGED),
        (zipped({"readme.txt": "words"}), Unreadable.WRONG_FORMAT),
    ],
    ids=["empty", "blank", "pdf", "rtf", "html", "old word", "encrypted", "cut short", "other archive"],
)
def test_what_is_no_such_archive_is_refused_with_its_reason(
    module: Creates, content: bytes, main: str, other: bytes, reason: Unreadable
) -> None:
    assert refused(module, other) == reason


def test_one_kind_of_document_is_not_read_as_the_other() -> None:
    assert refused(word, OPEN) == refused(opendocument, WORDS) == Unreadable.WRONG_FORMAT


def test_a_hundred_thousand_paragraphs_and_fifty_megabytes_are_refused_in_time() -> None:
    many = docx(para("T", "Title") + "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 100_000)
    assert refused(word, many) == Unreadable.TOO_MANY_BLOCKS
    long = docx(para("T", "Title") + para("word " * 10_000_000))
    assert refused(word, long) == Unreadable.UNPACKS_TOO_LARGE
    assert refused(opendocument, odt(f"<text:p>{'word ' * 1_000_000}</text:p>")) == Unreadable.BLOCK_TOO_LONG


def test_notes_that_are_referred_to_without_end_are_refused() -> None:
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    note = f'<w:footnote w:id="2">{para("words " * 3_000)}</w:footnote>'
    body = "".join(para(run("x") + mark * 30) for _ in range(100))
    assert refused(word, docx(para("T", "Title") + body, footnotes=note)) == Unreadable.TOO_LARGE


def test_styles_that_are_based_on_each_other_end() -> None:
    ring = "".join(
        f'<w:style w:type="paragraph" w:styleId="{one}"><w:basedOn w:val="{other}"/></w:style>'
        for one, other in (("A", "B"), ("B", "A"))
    )
    lists = word_lists({0: ['<w:numStyleLink w:val="A"/>']}, {1: (0, "")})
    found = word.create().read(
        docx(para("T", "Title") + para("x", "A", item=(1, 0)), styles=ring, numbering=lists)
    )
    assert [block.source for block in found.blocks] == ["x"]
    parents = (
        f'<style:style style:name="{one}" style:family="paragraph" style:parent-style-name="{other}"/>'
        for one, other in (("A", "B"), ("B", "A"))
    )
    open_ring = odt(
        f'<text:h {OPEN_NAMES}>T</text:h><text:p text:style-name="A">x</text:p>', automatic="".join(parents)
    )
    assert [block.source for block in opendocument.create().read(open_ring).blocks] == ["x"]


@every_format
def test_a_document_changed_at_random_is_read_or_refused_and_nothing_else(
    module: Creates, content: bytes, main: str
) -> None:
    chance = random.Random(main)
    inside = members(content)
    end = time.monotonic() + SECONDS
    for _ in range(MUTATIONS):
        if time.monotonic() > end:
            break
        name = chance.choice([main, main, *(name for name in inside if name != "mimetype")])
        changed = _changed(inside[name], chance)
        whole = with_part(content, name, changed) if chance.random() < 0.8 else _changed(content, chance)
        try:
            within_limits(module.create().read(whole))
        except UnreadableError:
            continue


def _changed(content: bytes, chance: random.Random) -> bytes:
    """The same with an element gone, doubled or renamed, a value replaced, bytes turned, or the end gone."""
    tags = [found.span() for found in re.finditer(rb"<[\w:]+[^>]*/>|<(w:p|w:r|text:\w+)\b.*?</\1>", content)]
    values = [found.span(1) for found in re.finditer(rb'"([^"<]*)"', content)]
    kind = chance.randrange(5)
    if kind == 0 and tags:
        start, end = chance.choice(tags)
        return content[:start] + content[start:end] * chance.choice([0, 2, 30]) + content[end:]
    if kind == 1 and values:
        start, end = chance.choice(values)
        return content[:start] + chance.choice([b"", b"-1", b"9" * 30, b"NaN", b"%9", b"A"]) + content[end:]
    if kind == 2 and len(tags) > 1:
        names = [re.findall(rb"<([\w:]+)", content[start:end])[0] for start, end in chance.sample(tags, 2)]
        return re.sub(rb"(?<=[</])" + names[0] + rb"(?=[\s/>])", names[1], content)
    if kind == 3:
        return content[: chance.randrange(len(content))]
    turned = bytearray(content)
    for _ in range(chance.randrange(1, 8)):
        turned[chance.randrange(len(turned))] = chance.randrange(256)
    return bytes(turned)
