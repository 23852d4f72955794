"""What every format for taking a draft away promises, and what comes back from it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from app.adapters import adapter, adapter_names
from app.services.files.importing import FoundDraft, Importer, read_draft
from app.services.files.writing import DraftWriter, WrittenDraft
from tests.adapters.office_documents import docx, para, run, word_table
from tests.adapters.written_drafts import (
    TRICKY,
    a_paragraph,
    a_written_draft,
    drafts,
    facts_of,
    facts_of_blocks,
)

WRITERS: dict[str, DraftWriter] = {
    name: adapter("writing", name).create() for name in adapter_names("writing")
}
IMPORTERS: dict[str, Importer] = {
    name: adapter("importing", name).create() for name in adapter_names("importing")
}


BAR_SO = para(run("|", "<w:b/>") + run(" so"))
AKN_TABLE = (
    "<akomaNtoso xmlns='http://docs.oasis-open.org/legaldocml/ns/akn/3.0'><doc name='x'><meta/>"
    "<preface><p><docTitle>T</docTitle></p></preface><mainBody><table><tr>"
    "<td><p>yes | no</p></td><td><p><b>|</b> so</p></td><td><p>a|b</p></td></tr></table>"
    "</mainBody></doc></akomaNtoso>"
)


def read_back(name: str, draft: WrittenDraft) -> FoundDraft:
    return read_draft(IMPORTERS, f"draft{WRITERS[name].suffix}", WRITERS[name].write(draft))


@pytest.mark.parametrize("name", WRITERS)
def test_what_was_written_is_read_back_as_it_was(name: str) -> None:
    found = read_back(name, TRICKY)
    assert found.title == TRICKY.title
    assert found.language == "en"
    assert facts_of_blocks(found.blocks) == [facts_of(one) for one in TRICKY.paragraphs]


@pytest.mark.parametrize("name", WRITERS)
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(draft=drafts())
def test_whatever_was_written_is_read_back_as_it_was(name: str, draft: WrittenDraft) -> None:
    draft = replace(
        draft, paragraphs=(*draft.paragraphs, a_paragraph("p1000", "paragraph", 0, "Z", "The end."))
    )
    found = read_back(name, draft)
    assert found.title == draft.title
    assert facts_of_blocks(found.blocks) == [facts_of(one) for one in draft.paragraphs]


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_draft_gives_the_same_bytes(name: str) -> None:
    assert WRITERS[name].write(TRICKY) == adapter("writing", name).create().write(TRICKY)


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_names_an_ending_that_an_importer_reads(name: str) -> None:
    assert any(WRITERS[name].suffix in importer.suffixes for importer in IMPORTERS.values())
    assert sum(writer.suffix == WRITERS[name].suffix for writer in WRITERS.values()) == 1


def test_the_word_document_says_nothing_of_when_it_was_packed() -> None:
    with zipfile.ZipFile(io.BytesIO(WRITERS["docx"].write(TRICKY))) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_page_needs_nothing_else_and_has_no_script() -> None:
    page = WRITERS["html"].write(replace(TRICKY, language="ar")).decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "<script" not in page
    assert "<link" not in page
    assert "src=" not in page
    assert "@import" not in page


def plain_draft() -> WrittenDraft:
    return a_written_draft(
        a_paragraph("p7", "heading", 1, "1", "Try"),
        a_paragraph("p2", "paragraph", 0, "1 ¶1", "Try *small* things."),
        a_paragraph("p9", "item", 1, "1.a", "Begin.", "Not too late."),
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("draft.html", "<h1>T</h1><table><tr><td>yes | no<td><b>|</b> so<td>a|b</tr></table>"),
        ("draft.md", "# T\n\n| yes \\| no | **\\|** so | a\\|b |\n|---|---|---|\n"),
        ("draft.docx", docx(para("T", "Title") + word_table([["yes | no", BAR_SO, "a|b"]]))),
        ("draft.akn", AKN_TABLE),
    ],
)
def test_a_line_within_a_cell_is_no_border_of_cells_there_and_back(name: str, text: str | bytes) -> None:
    found = read_draft(IMPORTERS, name, text.encode() if isinstance(text, str) else text)
    row = next(block for block in found.blocks if "yes" in block.source)
    written = a_written_draft(a_paragraph("p1", "row", 0, "1", row.source))
    for writer in WRITERS:
        (again,) = read_back(writer, written).blocks
        assert again.source == row.source
    cells = [cell.replace("\u2060", "") for cell in written.paragraphs[0].plain.split(" | ")]
    assert cells == ["yes | no", "| so", "a|b"]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("markdown", "Try *small* things.", "Try *smaller* things."),
        ("text", "Try *small* things.", "Try *smaller* things."),
        ("html", "<em>small</em>", "<em>smaller</em>"),
        ("akomantoso", "<i>small</i>", "<i>smaller</i>"),
    ],
)
def test_words_changed_in_the_file_are_changed_and_keep_their_key(name: str, before: str, after: str) -> None:
    written = WRITERS[name].write(plain_draft()).decode()
    assert before in written
    found = read_draft(IMPORTERS, f"draft{WRITERS[name].suffix}", written.replace(before, after).encode())
    assert [(block.key, block.source) for block in found.blocks][1] == ("p2", "Try *smaller* things.")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("markdown", "**1.a** Begin.", "**1.z** Begin."),
        ("text", "1.a  Begin.", "1.z  Begin."),
        ("html", ">1.a</span>", ">1.z</span>"),
        ("akomantoso", ">1.a</num>", ">1.z</num>"),
    ],
)
def test_a_label_changed_in_the_file_is_changed(name: str, before: str, after: str) -> None:
    written = WRITERS[name].write(plain_draft()).decode()
    assert before in written
    found = read_draft(IMPORTERS, f"draft{WRITERS[name].suffix}", written.replace(before, after).encode())
    assert [(block.key, block.label, block.source) for block in found.blocks][2] == ("p9", "1.z", "Begin.")


def test_a_hidden_spelling_does_not_hide_an_emphasis_taken_away_in_word() -> None:
    draft = a_written_draft(a_paragraph("p2", "paragraph", 0, "1", "Try _small_ things."))
    written = io.BytesIO()
    packed = zipfile.ZipFile(io.BytesIO(WRITERS["docx"].write(draft)))
    with packed, zipfile.ZipFile(written, "w") as edited:
        for member in packed.namelist():
            edited.writestr(member, packed.read(member).replace(b"<w:i/><w:iCs/>", b""))
    found = read_draft(IMPORTERS, "draft.docx", written.getvalue())
    assert [(block.key, block.source) for block in found.blocks] == [("p2", "Try small things.")]


def test_of_a_paragraph_and_its_copy_the_first_has_the_key() -> None:
    written = WRITERS["markdown"].write(plain_draft()).decode()
    line = next(line for line in written.splitlines() if "Begin." in line)
    found = read_draft(IMPORTERS, "draft.md", written.replace(line, f"{line}\n\n{line}").encode())
    assert [block.key for block in found.blocks] == ["p7", "p2", "p9", ""]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("markdown", "# Title\n\n**1** Words <!-- p3 -->\n"),
        ("text", "Title\n\nWords [p3]\n\nMore words, not ours.\n"),
        ("html", "<h1>Title</h1><p id='p3' data-kind='item' data-level='4'>Words</p>"),
    ],
)
def test_marks_like_ours_in_the_files_of_others_are_their_words(name: str, text: str) -> None:
    found = read_draft(IMPORTERS, f"draft{WRITERS[name].suffix}", text.encode())
    assert all(not block.key and block.label is None for block in found.blocks)
