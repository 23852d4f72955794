"""What a reader of a Word document does not see stays away: deleted, hidden, beside the text."""

from __future__ import annotations

import pytest

from app.services.files.importing import Doubt
from tests.adapters.found_words import sources
from tests.adapters.office_documents import WORD_NAMES, docx, para, run, word_style, word_table
from tests.adapters.word_reading import TITLE, read, read_file


def test_deleted_changes_stay_away_and_inserted_ones_come_with_a_warning() -> None:
    body = (
        para("Before.")
        + para(
            run("We ")
            + f"<w:del>{run('never').replace('w:t', 'w:delText')}</w:del><w:ins>{run('always')}</w:ins>"
            + f"<w:moveFrom>{run(' gone')}</w:moveFrom><w:moveTo>{run(' here')}</w:moveTo>"
        )
        + para("After.")
    )
    found = read(body)
    assert sources(found) == ["Before.", "We always here", "After."]
    assert found.doubts == (Doubt.TRACKED_CHANGES,)
    assert [block.doubts for block in found.blocks] == [(), (Doubt.TRACKED_CHANGES,), ()]


def test_paragraphs_are_joined_where_the_mark_between_them_was_deleted() -> None:
    body = para("We agree ", properties="<w:rPr><w:del/></w:rPr>") + para("on this.")
    found = read(body + para("Next."))
    assert sources(found) == ["We agree on this.", "Next."]
    assert found.blocks[0].doubts == (Doubt.TRACKED_CHANGES,)


def test_deleted_rows_and_cells_stay_away() -> None:
    rows = word_table([["a", "b"], ["c", f"<w:tcPr><w:cellDel/></w:tcPr>{para('d')}"], ["e", "f"]])
    deleted = rows.replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>", 1)
    assert sources(read(deleted)) == ["c", "e | f"]


@pytest.mark.parametrize(
    "hidden",
    [
        run("hidden", "<w:vanish/>"),
        run("hidden", '<w:rStyle w:val="Ghost"/>'),
        '<w:r><w:commentReference w:id="1"/></w:r><w:r><w:annotationRef/></w:r>',
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        + run("hidden")
        + "</w:sdtContent></w:sdt>",
        "<w:r><w:instrText>hidden</w:instrText></w:r>",
    ],
)
def test_what_a_reader_does_not_see_stays_away(hidden: str) -> None:
    ghost = word_style("Spirit", "<w:rPr><w:vanish/></w:rPr>", "character") + word_style(
        "Ghost", '<w:basedOn w:val="Spirit"/>', "character"
    )
    assert sources(read(para(run("Seen") + hidden + run(".")), styles=ghost)) == ["Seen."]


def test_comments_headers_and_footers_stay_away() -> None:
    content = docx(
        TITLE + para("Words."),
        more={
            f"word/{name}.xml": f"<w:{root} {WORD_NAMES}>{para('secret')}</w:{root}>"
            for name, root in (("comments", "comments"), ("header1", "hdr"), ("footer1", "ftr"))
        },
        properties="<dc:creator>Kari Nordmann</dc:creator>",
    )
    assert "secret" not in str(read_file(content))
    assert "Kari" not in str(read_file(content))


def test_a_table_of_contents_stays_away_however_it_is_made() -> None:
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    begin, code, separate, end = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        "<w:r><w:instrText>TOC \\o</w:instrText></w:r>",
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )
    found = read(
        f"<w:sdt>{gallery}<w:sdtContent>{para('Article 1 … 2')}</w:sdtContent></w:sdt>"
        + para(begin + code + separate + run("Article 1 … 2"))
        + para(run("Article 2 … 3") + end)
        + para("Article 3 … 4", "TOC1")
        + para("Words.")
    )
    assert sources(found) == ["Words."]
