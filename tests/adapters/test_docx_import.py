"""What the importer makes of Word documents."""

from __future__ import annotations

from itertools import pairwise
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters.importing import docx as word
from app.models.kinds import ParagraphKind
from app.services.characters import one_line
from app.services.files.importing import (
    Doubt,
    FoundBlock,
    FoundDraft,
    Unreadable,
    UnreadableError,
    within_limits,
)
from app.services.text import render_paragraph
from tests.adapters.office_documents import (
    WORD_NAMES,
    WORD_TYPE,
    docx,
    field,
    para,
    run,
    start_override,
    word_level,
    word_lists,
    word_style,
    word_table,
    zipped,
)

WORDS = st.text(st.sampled_from("ab é*_[]()\\!<>&`~#-.|’“文"), max_size=8)
TITLE = para("A declaration", "Title")
LEGAL = [
    word_level(0, "decimal", "%1."),
    word_level(1, "decimal", "%1.%2"),
    word_level(2, "lowerLetter", "(%3)"),
    word_level(3, "bullet", "•"),
]


def read(body: str, *, numbering: str = "", styles: str = "", footnotes: str = "") -> FoundDraft:
    return read_file(docx(TITLE + body, numbering=numbering, styles=styles, footnotes=footnotes))


def read_file(content: bytes) -> FoundDraft:
    return within_limits(word.create().read(content))


def sources(found: FoundDraft) -> list[str]:
    return [block.source for block in found.blocks]


def items(found: FoundDraft) -> list[tuple[int, str, str]]:
    return [(block.level, block.marker, block.source) for block in found.blocks]


def refused(content: bytes) -> Unreadable:
    with pytest.raises(UnreadableError) as refusal:
        read_file(content)
    return refusal.value.reason


# ------------------------------------------------------------- title and headings


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


# ------------------------------------------------------------- numbers


def test_items_have_the_numbers_that_word_shows_at_every_depth() -> None:
    places = [0, 1, 1, 2, 2, 3, 1, 0, 1]
    body = "".join(para(f"at {place}", item=(1, place)) for place in places)
    found = read(body, numbering=word_lists({0: LEGAL}, {1: (0, "")}))
    assert items(found) == [
        (1, "1", "at 0"),
        (2, "1.1", "at 1"),
        (2, "1.2", "at 1"),
        (3, "a", "at 2"),
        (3, "b", "at 2"),
        (4, "–", "at 3"),
        (2, "1.3", "at 1"),
        (1, "2", "at 0"),
        (2, "2.1", "at 1"),
    ]


def test_lists_made_of_one_abstract_list_count_on_and_begin_anew_where_they_say_so() -> None:
    body = "".join(para("x", item=(number, 0)) for number in (1, 1, 2, 3, 3, 1))
    lists = word_lists({0: LEGAL}, {1: (0, ""), 2: (0, ""), 3: (0, start_override(0, 1))})
    assert [block.marker for block in read(body, numbering=lists).blocks] == ["1", "2", "3", "1", "2", "3"]


def test_a_level_may_count_on_whatever_stands_above_it() -> None:
    levels = [LEGAL[0], word_level(1, "lowerLetter", "%2)", '<w:lvlRestart w:val="0"/>')]
    body = "".join(para("x", item=(1, place)) for place in (0, 1, 0, 1))
    found = read(body, numbering=word_lists({0: levels}, {1: (0, "")}))
    assert [block.marker for block in found.blocks] == ["1", "a", "2", "b"]


def test_a_list_that_begins_below_its_first_level_counts_that_one_as_begun() -> None:
    body = "".join(para("x", item=(1, place)) for place in (1, 1, 0))
    found = read(body, numbering=word_lists({0: LEGAL}, {1: (0, "")}))
    assert [(block.level, block.marker) for block in found.blocks] == [(1, "1.1"), (1, "1.2"), (1, "2")]


def test_a_list_may_replace_a_level_of_its_abstract_list() -> None:
    own = f'<w:lvlOverride w:ilvl="0">{word_level(0, "upperRoman", "§ %1", start=4)}</w:lvlOverride>'
    found = read(para("x", item=(1, 0)), numbering=word_lists({0: LEGAL}, {1: (0, own)}))
    assert found.blocks[0].marker == "§ IV"


def test_a_style_may_put_its_paragraphs_in_a_list() -> None:
    styles = word_style("Clause", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>') + word_style(
        "Sub", '<w:basedOn w:val="Clause"/>'
    )
    levels = [LEGAL[0], word_level(1, "lowerRoman", "%2)", '<w:pStyle w:val="Clause"/>')]
    body = para("in", "Clause") + para("in", "Sub") + para("out", "Sub", item=(0, 0))
    found = read(body, styles=styles, numbering=word_lists({0: levels}, {1: (0, "")}))
    assert [(block.kind, block.marker) for block in found.blocks] == [
        ("item", "i"),
        ("item", "ii"),
        ("paragraph", ""),
    ]


def test_a_level_belongs_to_the_list_that_a_style_names_it_with() -> None:
    upper = '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    own_list = '<w:basedOn w:val="Upper"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    own_level = '<w:basedOn w:val="Upper"/><w:pPr><w:numPr><w:ilvl w:val="2"/></w:numPr></w:pPr>'
    styles = word_style("Upper", upper) + word_style("List", own_list) + word_style("Level", own_level)
    body = para("x", "List") + para("y", "Upper") + para("z", "Level")
    found = read(body, styles=styles, numbering=word_lists({0: LEGAL}, {1: (0, "")}))
    assert [block.marker for block in found.blocks] == ["1", "1.1", "a"]


@given(places=st.lists(st.integers(0, 2), min_size=1, max_size=40))
@settings(max_examples=40)
def test_full_numbers_only_ever_go_up(places: list[int]) -> None:
    levels = [word_level(place, "decimal", text) for place, text in enumerate(["%1", "%1.%2", "%1.%2.%3"])]
    body = "".join(para("x", item=(1, place)) for place in places)
    found = read(body, numbering=word_lists({0: levels}, {1: (0, "")}))
    shown = [tuple(map(int, block.marker.split("."))) for block in found.blocks]
    assert [len(numbers) for numbers in shown] == [place + 1 for place in places]
    assert all(before < after for before, after in pairwise(shown))


def test_a_list_may_be_given_by_a_style_of_lists() -> None:
    styles = word_style("Law", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>', "numbering")
    lists = word_lists({0: LEGAL, 1: ['<w:numStyleLink w:val="Law"/>']}, {1: (0, ""), 2: (1, "")})
    found = read(para("x", item=(2, 0)) + para("y", item=(2, 1)), styles=styles, numbering=lists)
    assert [block.marker for block in found.blocks] == ["1", "1.1"]


@pytest.mark.parametrize(
    ("form", "start", "shown"),
    [
        ("lowerLetter", 28, "bb"),
        ("upperRoman", 14, "XIV"),
        ("decimalZero", 7, "07"),
        ("ordinal", 22, "22nd"),
        ("russianUpper", 3, "В"),
        ("chineseCounting", 21, "二十一"),
        ("arabicAbjad", 3, "ج"),
        ("unheardOf", 3, "3"),
    ],
)
def test_numbers_are_written_as_the_level_says(form: str, start: int, shown: str) -> None:
    lists = word_lists({0: [word_level(0, form, "%1)", start=start)]}, {1: (0, "")})
    assert read(para("x", item=(1, 0)), numbering=lists).blocks[0].marker == shown


def test_empty_items_count_and_hidden_and_deleted_ones_do_not() -> None:
    hidden = para(run("x", "<w:vanish/>"), item=(1, 0), properties="<w:rPr><w:vanish/></w:rPr>")
    deleted = para(
        "<w:del><w:r><w:delText>x</w:delText></w:r></w:del>",
        item=(1, 0),
        properties="<w:rPr><w:del/></w:rPr>",
    )
    body = para("a", item=(1, 0)) + para("<w:r/>", item=(1, 0)) + hidden + deleted + para("b", item=(1, 0))
    found = read(body, numbering=word_lists({0: LEGAL}, {1: (0, "")}))
    assert items(found) == [(1, "1", "a"), (1, "3", "b")]


def test_a_paragraph_set_in_below_an_item_belongs_to_it_and_another_does_not() -> None:
    body = (
        para("one", item=(1, 0))
        + para("more of it", properties='<w:ind w:left="360"/>')
        + para("apart")
        + para("below", item=(1, 1))
    )
    found = read(body, numbering=word_lists({0: LEGAL}, {1: (0, "")}))
    assert [block.level for block in found.blocks] == [1, 1, 0, 2]


def test_letters_that_somebody_typed_make_items_too() -> None:
    body = para("a) first") + para("b) second")
    assert items(read(body)) == [(1, "a", "first"), (1, "b", "second")]


def test_items_typed_with_line_breaks_are_items() -> None:
    body = para("<w:r><w:t>a) first</w:t><w:br/><w:t>b) second</w:t></w:r>") + para("• third")
    assert items(read(body)) == [(1, "a", "first"), (1, "b", "second"), (2, "–", "third")]


def test_numbers_that_no_writer_has_seen_begin_anew_under_each_heading_with_a_warning() -> None:
    styles = word_style("ListNumber", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
    lists = word_lists({0: LEGAL[:1]}, {1: (0, "")})
    body = "".join(
        para(f"Article {number}", "Heading1") + para("a", "ListNumber") + para("b", "ListNumber")
        for number in (1, 2)
    )
    made = "<dc:description>generated by python-docx</dc:description>"
    for properties, markers, doubts in ((made, "1212", (Doubt.RESTARTED,)), ("", "1234", ())):
        found = read_file(docx(TITLE + body, styles=styles, numbering=lists, properties=properties))
        assert "".join(block.marker for block in found.blocks) == markers
        assert found.blocks[4].doubts == doubts


# ------------------------------------------------------------- words


def test_emphasis_and_links_are_kept_and_looks_of_styles_are_not_emphasis() -> None:
    styles = word_style("Bold", "<w:rPr><w:b/></w:rPr>") + word_style(
        "Em", "<w:rPr><w:i/></w:rPr>", "character"
    )
    body = (
        para(run("All ") + run("so", '<w:rStyle w:val="Em"/>') + run(" and ") + run("thus", "<w:b/>"))
        + para("Loud", "Bold")
        + para(
            f'<w:hyperlink r:id="l1">{run("here")}</w:hyperlink>'
            + field('HYPERLINK "https://example.org/b" \\l "x"', run(" and there"))
            + '<w:hyperlink w:anchor="inside">'
            + run(" not")
            + "</w:hyperlink>"
        )
    )
    found = read_file(docx(TITLE + body, styles=styles, links={"l1": "https://example.org/a"}))
    assert sources(found) == [
        "All *so* and **thus**",
        "Loud",
        "[here](https://example.org/a) [and there](https://example.org/b) not",
    ]


def test_signs_of_markdown_in_the_words_show_as_they_are() -> None:
    assert sources(read(para("2 * 3 * 4 and [a](b)") + para(run("x", "<w:b/>") + run("*y*")))) == [
        "2 \\* 3 \\* 4 and [a\\](b)",
        "**x**\\*y\\*",
    ]


@given(runs=st.lists(st.tuples(WORDS, st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=80)
def test_whatever_the_look_of_the_words_no_character_is_lost_or_added(
    runs: list[tuple[str, bool, bool, bool]],
) -> None:
    written = "".join(_looking(escape(text), *look) for text, *look in runs)
    text = one_line("Thus " + "".join(text for text, *_look in runs))
    content = docx(TITLE + para(run("Thus ") + written), links={"l1": "https://example.org/a_(b)"})
    assert [render_paragraph(source).plain for source in sources(read_file(content))] == [text]


def _looking(text: str, strong: bool, emphasis: bool, is_link: bool) -> str:
    words = run(text, "<w:b/>" * strong + "<w:i/>" * emphasis)
    return f'<w:hyperlink r:id="l1">{words}</w:hyperlink>' if is_link else words


def test_strong_words_from_right_to_left_are_strong() -> None:
    words = run("قال ") + run("كلمة", "<w:rtl/><w:bCs/>")
    assert sources(read(para(words) + para("x")))[0] == "قال **كلمة**"


def test_a_link_that_would_run_a_script_is_only_words() -> None:
    body = para(f'<w:hyperlink r:id="l1">{run("here")}</w:hyperlink>')
    assert sources(read_file(docx(TITLE + body, links={"l1": "javascript:alert(1)"}))) == ["here"]


def test_of_fields_only_what_they_show_comes_through_and_of_some_nothing() -> None:
    body = para(
        run("See ")
        + field("REF _Ref1 \\h", run("Article 2"))
        + field(" AUTHOR ", run("Kari Nordmann"))
        + f'<w:fldSimple w:instr="DATE">{run(" today")}</w:fldSimple>'
        + '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>never ends</w:instrText></w:r>'
        + run(".")
    )
    assert sources(read(body)) == ["See Article 2 today."]


def test_footnotes_stand_with_their_paragraph_and_not_in_its_sentence() -> None:
    note = '<w:footnote w:id="{}">{}</w:footnote>'.format
    mark = '<w:r><w:footnoteReference w:id="{}"{}/>{}</w:r>'.format
    body = para(
        run("A claim") + mark(2, "", "") + run(" and") + mark(3, ' w:customMarkFollows="1"', "<w:t>*</w:t>")
    )
    found = read(
        body + word_table([["cell", para(run("b") + mark(4, "", ""))]]),
        footnotes='<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
        + note(2, para("<w:r><w:footnoteRef/></w:r>" + run(" The source.")) + para("And more."))
        + note(3, para("A star."))
        + note(4, para("In a cell."))
        + note(9, para("Nothing refers to this.")),
    )
    assert [(block.source, block.notes) for block in found.blocks] == [
        ("A claim and", ("The source. And more.", "A star.")),
        ("cell | b", ("In a cell.",)),
    ]


def test_a_note_to_the_title_goes_with_the_first_paragraph_and_a_warning() -> None:
    title = para(run("On trust") + '<w:r><w:footnoteReference w:id="2"/></w:r>', "Title")
    notes = f'<w:footnote w:id="2">{para("Adopted in 2030.")}</w:footnote>'
    block = read_file(docx(title + para("Words."), footnotes=notes)).blocks[0]
    assert (block.notes, block.doubts) == (("Adopted in 2030.",), (Doubt.STRAY_NOTE,))


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


def test_a_box_of_text_is_read_once_after_its_paragraph_and_a_picture_is_missed() -> None:
    inside = f"<w:txbxContent>{para('In the box.')}</w:txbxContent>"
    box = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><wps:txbx>"
        f"{inside}</wps:txbx></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{inside}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    picture = "<w:r><w:drawing><wp:inline><a:blip/></wp:inline></w:drawing></w:r>"
    found = read(para(run("Beside.") + box) + para(picture) + para("A picture."))
    assert [(block.source, block.doubts) for block in found.blocks] == [
        ("Beside.", ()),
        ("In the box.", ()),
        ("A picture.", (Doubt.LEFT_OUT,)),
    ]


def test_small_things_inside_words_read_as_a_reader_sees_them() -> None:
    body = (
        para(
            "<w:r><w:t>co</w:t><w:softHyphen/><w:t>operate</w:t>"
            "<w:tab/><w:t>non</w:t><w:noBreakHyphen/></w:r>"
        )
        + para(run("T"), properties='<w:framePr w:dropCap="drop"/>')
        + para("rust is earned.")
        + para(run("old", "<w:strike/>"))
        + para("<m:oMath><m:r><m:t>a=b</m:t></m:r></m:oMath>")
    )
    found = read(body)
    assert sources(found) == ["cooperate non\u2011", "Trust is earned.", "old", "a=b"]
    assert [block.doubts for block in found.blocks[2:]] == [(Doubt.STRUCK,), (Doubt.LEFT_OUT,)]


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
