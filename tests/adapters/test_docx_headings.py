"""What the importer takes for the title and the headings of a Word document."""

from __future__ import annotations

from app.models.kinds import ParagraphKind
from app.services.files.importing import Doubt
from tests.adapters.found_words import sources
from tests.adapters.office_documents import docx, para, run, word_level, word_lists, word_style
from tests.adapters.word_reading import read, read_file


def test_a_title_in_its_style_is_the_title_even_over_two_paragraphs() -> None:
    found = read_file(docx(para("A declaration", "Title") + para("on trust", "Title") + para("Words.")))
    assert (found.title, sources(found)) == ("A declaration on trust", ["Words."])


def test_a_heading_above_all_others_is_the_title_of_a_document_without_one() -> None:
    body = para("On trust", "Heading1") + para("Article 1", "Heading2") + para("Words.")
    found = read_file(docx(body, properties="<dc:title>Microsoft Word - draft3</dc:title>"))
    assert (found.title, sources(found)) == ("On trust", ["Article 1", "Words."])


def test_where_no_heading_is_above_the_others_the_property_is_the_title() -> None:
    body = para("Article 1", "Heading1") + para("Words.") + para("Article 2", "Heading1") + para("More.")
    found = read_file(docx(body, properties="<dc:title>On trust</dc:title>"))
    assert (found.title, sources(found)) == ("On trust", ["Article 1", "Words.", "Article 2", "More."])


def test_a_first_line_is_taken_for_the_title_with_a_warning() -> None:
    found = read_file(docx(para("On trust") + para("Article 1", "Heading1") + para("Words.")))
    assert (found.title, found.doubts) == ("On trust", (Doubt.GUESSED_HEADING,))


def test_a_title_that_is_repeated_as_the_first_heading_is_there_once() -> None:
    assert sources(read(para("A declaration", "Heading1") + para("Words."))) == ["Words."]


def test_headings_are_known_by_what_their_styles_are_based_on_whatever_they_are_called() -> None:
    styles = (
        word_style("Pants", '<w:basedOn w:val="Nodala"/>')
        + word_style("Nodala", '<w:basedOn w:val="Heading2"/>')
        + word_style("Virsraksts 1", "")
    )
    found = read(para("One", "Virsraksts 1") + para("Two", "Pants") + para("Words."), styles=styles)
    assert [(block.kind, block.level) for block in found.blocks[:2]] == [("heading", 1), ("heading", 2)]


def test_a_paragraph_may_say_itself_that_it_is_a_heading_or_none() -> None:
    found = read(
        para("Own", properties='<w:outlineLvl w:val="0"/>')
        + para("None", "Heading1", properties='<w:outlineLvl w:val="9"/>')
    )
    assert [block.kind for block in found.blocks] == ["heading", "paragraph"]


def test_headings_that_are_numbered_by_themselves_show_their_number() -> None:
    article = [word_level(0, "upperRoman", "Article %1"), word_level(1, "decimal", "%1.%2", "<w:isLgl/>")]
    found = read(
        para("Scope", "Heading1", item=(1, 0))
        + para("Who", "Heading2", item=(1, 1))
        + para("<w:r/>", "Heading1", item=(1, 0))
        + para("Words."),
        numbering=word_lists({0: article}, {1: (0, "")}),
    )
    assert [(block.source, block.label) for block in found.blocks[:3]] == [
        ("Article I Scope", "I"),
        ("1.1 Who", None),
        ("Article II", None),
    ]


def test_without_any_heading_short_lines_in_bold_are_headings_with_a_warning() -> None:
    bold = para(run("On trust", "<w:b/>"))
    found = read(bold + para("Trust is earned.") + para(run("It is so.", "<w:b/>")) + para("Yes."))
    assert [(block.kind, block.source) for block in found.blocks] == [
        ("heading", "On trust"),
        ("paragraph", "Trust is earned."),
        ("paragraph", "**It is so.**"),
        ("paragraph", "Yes."),
    ]
    assert found.blocks[0].doubts == (Doubt.GUESSED_HEADING,)


def test_a_whole_paragraph_in_the_style_of_a_heading_is_a_paragraph_with_a_warning() -> None:
    found = read(para("Scope", "Heading1") + para("We declare this. " * 30, "Heading2"))
    assert [(block.kind, block.doubts) for block in found.blocks] == [
        (ParagraphKind.HEADING, ()),
        (ParagraphKind.PARAGRAPH, (Doubt.GUESSED_HEADING,)),
    ]
