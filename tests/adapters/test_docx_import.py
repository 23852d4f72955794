"""What the importer makes of Word documents: their tables, language and form, and what it refuses."""

from __future__ import annotations

import pytest

from app.models.kinds import ParagraphKind
from app.services.files.importing import FoundBlock, Unreadable, UnreadableError
from tests.adapters.found_words import sources
from tests.adapters.office_documents import (
    WORD_NAMES,
    WORD_TYPE,
    docx,
    para,
    run,
    word_lists,
    word_table,
    zipped,
)
from tests.adapters.word_reading import LEGAL, TITLE, read, read_file

# ------------------------------------------------------------- tables and language


def test_a_row_of_a_table_is_one_paragraph_with_its_cells() -> None:
    lists = word_lists({0: LEGAL}, {1: (0, "")})
    upper = f'<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{para("tall")}'
    lower = f"<w:tcPr><w:vMerge/></w:tcPr>{para('')}"
    wide = f'<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{para("wide")}'
    inner = word_table([["x", "y"]]) + para("after")
    rows = [
        ["A", "B"],
        [para("one") + para("two"), para("counted", item=(1, 0))],
        [upper, "b"],
        [lower, "d"],
        [wide],
        [inner, ""],
    ]
    found = read(word_table(rows), numbering=lists)
    assert {block.kind for block in found.blocks} == {ParagraphKind.ROW}
    assert sources(found) == ["A | B", "one two | 1. counted", "tall | b", "d", "wide", "x y after |"]


def test_a_frame_around_the_text_is_no_table() -> None:
    found = read(word_table([[para("Article 1", "Heading1") + para("Words.")]]))
    assert [block.kind for block in found.blocks] == ["heading", "paragraph"]


@pytest.mark.parametrize(
    ("properties", "look", "language"),
    [
        ("", '<w:lang w:val="lv-LV"/>', "lv"),
        ("<dc:language>fr-FR</dc:language>", "", "fr"),
        ("<dc:language>fr-FR</dc:language>", '<w:lang w:val="no-NO"/>', "nb"),
        ("", "", ""),
    ],
)
def test_the_language_is_what_most_words_say_or_else_the_properties(
    properties: str, look: str, language: str
) -> None:
    content = docx(TITLE + para(run("Words of many letters.", look)), properties=properties)
    assert read_file(content).language == language


def test_the_strict_form_of_the_format_is_read_as_well() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    usual = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f"<w:document {WORD_NAMES}><w:body>{TITLE}{para('Words.')}</w:body></w:document>"
    found = read_file(docx("", more={"word/document.xml": body.replace(usual, strict)}))
    assert sources(found) == ["Words."]


def test_paragraphs_are_what_the_block_says() -> None:
    assert read(para("Words.")).blocks == [FoundBlock(ParagraphKind.PARAGRAPH, 0, "", "Words.")]


# ------------------------------------------------------------- other formats


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (docx("", content_type="application/vnd.ms-word.document.macroEnabled.main+xml"), Unreadable.MACROS),
        (docx(TITLE, more={"word/vbaProject.bin": b"x"}), Unreadable.MACROS),
        (docx("", content_type=WORD_TYPE.replace("word", "spreadsheet")), Unreadable.WRONG_FORMAT),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), Unreadable.WRONG_FORMAT),
        (docx("", more={"word/document.xml": "<w:document"}), Unreadable.DAMAGED),
        (docx("", more={"word/document.xml": f"<w:document {WORD_NAMES}/>"}), Unreadable.DAMAGED),
        (docx(""), Unreadable.EMPTY),
    ],
    ids=["macros", "project", "spreadsheet", "odt", "cut short", "no body", "empty"],
)
def test_what_is_no_ordinary_word_document_is_refused_with_its_reason(
    content: bytes, reason: Unreadable
) -> None:
    assert refused(content) == reason


def refused(content: bytes) -> Unreadable:
    with pytest.raises(UnreadableError) as refusal:
        read_file(content)
    return refusal.value.reason
