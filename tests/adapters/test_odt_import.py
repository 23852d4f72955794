"""What the importer makes of OpenDocument texts."""

from __future__ import annotations

import pytest

from app.adapters.importing import odt as opendocument
from app.models.kinds import ParagraphKind
from app.services.files.importing import (
    Doubt,
    FoundBlock,
    FoundDraft,
    Unreadable,
    UnreadableError,
    within_limits,
)
from tests.adapters.found_words import found_items, sources
from tests.adapters.office_documents import (
    OPEN_NAMES,
    OPEN_TYPE,
    items,
    odt,
    open_level,
    open_list_style,
    open_style,
)

TITLE = '<text:p text:style-name="Title">A declaration</text:p>'
LISTS = open_list_style(
    "L1",
    open_level(1, "1", after="."),
    open_level(2, "1", after=".", shows=2),
    open_level(3, "a", before="(", after=")"),
) + open_list_style("L2", open_level(1, "I", after="."))
OUTLINE = (
    '<text:outline-style style:name="Outline">'
    '<text:outline-level-style text:level="1" style:num-format="I" style:num-prefix="Article "/>'
    '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="1"/>'
    "</text:outline-style>"
)


def read(body: str, *, automatic: str = LISTS, styles: str = "") -> FoundDraft:
    return read_file(odt(TITLE + body, automatic=automatic, styles=styles))


def read_file(content: bytes) -> FoundDraft:
    return within_limits(opendocument.create().read(content))


def p(words: str, style: str = "") -> str:
    named = f' text:style-name="{style}"' if style else ""
    return f"<text:p{named}>{words}</text:p>"


def h(words: str, level: int = 1, more: str = "") -> str:
    return f'<text:h text:outline-level="{level}" {more}>{words}</text:h>'


# ------------------------------------------------------------- title and headings


def test_the_title_is_what_has_its_style_or_one_made_from_it() -> None:
    made = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    found = read_file(odt(p("On trust", "P1") + h("Article 1") + p("Words."), automatic=made))
    assert (found.title, sources(found)) == ("On trust", ["Article 1", "Words."])


def test_a_heading_above_all_others_is_the_title_or_else_the_property() -> None:
    above = odt(h("On trust") + h("Article 1", 2) + p("Words."))
    beside = odt(h("Article 1") + p("Words.") + h("Article 2"), properties="<dc:title>On trust</dc:title>")
    assert (read_file(above).title, read_file(beside).title) == ("On trust", "On trust")
    assert sources(read_file(beside)) == ["Article 1", "Words.", "Article 2"]


def test_headings_have_their_outline_level() -> None:
    found = read(h("One") + h("Three", 3) + h("Two", 2) + p("Words."))
    assert [block.level for block in found.blocks[:3]] == [1, 3, 2]


def test_headings_show_the_numbers_of_the_outline() -> None:
    body = (
        h("Scope")
        + h("Who", 2)
        + h("Preamble", 1, 'text:is-list-header="true"')
        + h("Aim")
        + h("Anew", 1, 'text:restart-numbering="true" text:start-value="7"')
    )
    found = read(body + p("Words."), styles=OUTLINE)
    assert [(block.source, block.label) for block in found.blocks[:5]] == [
        ("Article I Scope", "I"),
        ("1 Who", None),
        ("Preamble", None),
        ("Article II Aim", "II"),
        ("Article VII Anew", "VII"),
    ]


def test_headings_in_a_list_show_its_numbers() -> None:
    found = read(items(h("Scope"), items(h("Who", 2)), style="L1") + p("Words."))
    assert sources(found) == ["1. Scope", "1.1. Who", "Words."]


# ------------------------------------------------------------- numbers


def test_items_have_the_numbers_that_the_document_shows_at_every_depth() -> None:
    body = items(p("a") + items("b", p("c") + items("d", "e")), p("f") + p("more on f"), style="L1")
    assert found_items(read(body)) == [
        (1, "1", "a"),
        (2, "1.1", "b"),
        (2, "1.2", "c"),
        (3, "a", "d"),
        (3, "b", "e"),
        (1, "2", "f"),
        (1, "", "more on f"),
    ]


def test_a_list_continues_another_where_it_says_so_and_else_begins_anew() -> None:
    body = (
        items("a", style="L1", more='xml:id="one"')
        + items("b", style="L1", more='text:continue-numbering="true"')
        + items("c", style="L2")
        + items("d", style="L1", more='text:continue-numbering="true"')
        + items("e", style="L1", more='text:continue-list="one"')
        + items("f", style="L1")
    )
    assert [block.marker for block in read(body).blocks] == ["1", "2", "I", "1", "3", "1"]


def test_an_item_may_begin_at_its_own_number_and_a_list_header_has_none() -> None:
    body = (
        '<text:list text:style-name="L1"><text:list-item text:start-value="7"><text:p>a</text:p>'
        "</text:list-item><text:list-header><text:p>b</text:p></text:list-header>"
        "<text:list-item><text:p>c</text:p></text:list-item></text:list>"
    )
    assert [block.marker for block in read(body).blocks] == ["7", "", "8"]


def test_the_number_that_the_file_writes_down_is_what_it_shows() -> None:
    body = items("<text:number>§ 3.</text:number><text:p>a</text:p>", style="L1")
    assert found_items(read(body)) == [(1, "§ 3", "a")]


def test_the_pattern_of_newer_programmes_is_what_is_shown() -> None:
    level = '<text:list-level-style-number text:level="{0}" style:num-format="1" x:num-list-format="{1}"/>'
    style = open_list_style("L3", level.format(1, "%1%."), level.format(2, "%1%-%2%)"))
    automatic = style.replace("<text:list-style", '<text:list-style xmlns:x="urn:x"')
    body = items(p("a") + items("b"), style="L3")
    assert [block.marker for block in read(body, automatic=automatic).blocks] == ["1", "1-1"]


def test_bullets_are_bullets_and_lists_without_numbers_are_paragraphs() -> None:
    bullet = '<text:list-level-style-bullet text:level="1" text:bullet-char="•"/>'
    automatic = open_list_style("B", bullet) + open_list_style("N", open_level(1, ""))
    found = read(items("a", style="B") + items("b", style="N"), automatic=automatic)
    assert [(block.kind, block.marker) for block in found.blocks] == [("item", "–"), ("paragraph", "")]


@pytest.mark.parametrize(
    ("form", "start", "shown"), [("a", 28, "ab"), ("I", 9, "IX"), ("01, 02, 03, ...", 3, "03"), ("?", 3, "3")]
)
def test_numbers_are_written_as_the_level_says(form: str, start: int, shown: str) -> None:
    automatic = open_list_style("L", open_level(1, form, start=start))
    assert read(items("a", style="L"), automatic=automatic).blocks[0].marker == shown


def test_hidden_items_do_not_count() -> None:
    automatic = LISTS + open_style("T1", "text", 'text:display="none"')
    hidden = p('<text:span text:style-name="T1">x</text:span>')
    found = read(items("a", hidden, "b", style="L1"), automatic=automatic)
    assert found_items(found) == [(1, "1", "a"), (1, "2", "b")]


# ------------------------------------------------------------- words


def test_emphasis_and_links_are_kept_and_looks_of_styles_are_not_emphasis() -> None:
    styles = open_style("Loud", "paragraph", 'fo:font-weight="bold"')
    automatic = (
        open_style("T1", "text", 'fo:font-style="italic"')
        + open_style("T2", "text", 'fo:font-weight="bold"')
        + open_style("P1", "paragraph", 'fo:font-weight="bold"')
    )
    body = (
        p(
            'All <text:span text:style-name="T1">so</text:span> and <text:a xlink:href="https://example.org/a">'
            '<text:span text:style-name="T2">here</text:span></text:a>'
        )
        + p("Loud", "Loud")
        + p("Meant.", "P1")
        + p('<text:a xlink:href="javascript:alert(1)">words</text:a>')
    )
    assert sources(read(body, automatic=automatic, styles=styles)) == [
        "All *so* and **[here](https://example.org/a)**",
        "Loud",
        "**Meant.**",
        "words",
    ]


def test_white_space_is_what_the_elements_say() -> None:
    words = "two\n  words<text:s text:c='3'/>and<text:tab/>a<text:line-break/>b<text:soft-page-break/>c"
    assert sources(read(p(words))) == ["two words and a bc"]


def test_footnotes_stand_with_their_paragraph_and_not_in_its_sentence() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>The source.</text:p>"
        "<text:p>And more.</text:p></text:note-body></text:note>"
    )
    assert read(p(f"A claim{note} and.")).blocks == [
        FoundBlock(ParagraphKind.PARAGRAPH, 0, "", "A claim and.", ("The source. And more.",))
    ]


def test_deleted_changes_stay_away_and_inserted_ones_come_with_a_warning() -> None:
    region = '<text:changed-region text:id="{0}"><text:{1}>{2}</text:{1}></text:changed-region>'
    info = "<office:change-info><dc:creator>Kari</dc:creator></office:change-info>"
    changes = (
        "<text:tracked-changes>"
        + region.format("c1", "deletion", info + p("never"))
        + region.format("c2", "insertion", info)
        + "</text:tracked-changes>"
    )
    body = (
        p("Before.")
        + p('We <text:change text:change-id="c1"/>always<text:change-start text:change-id="c2"/> agree')
        + p('on this<text:change-end text:change-id="c2"/>.')
        + p("After.")
    )
    found = read(changes + body)
    assert sources(found) == ["Before.", "We always agree", "on this.", "After."]
    assert [bool(block.doubts) for block in found.blocks] == [False, True, True, False]
    assert found.doubts == (Doubt.TRACKED_CHANGES,)


@pytest.mark.parametrize(
    "hidden",
    [
        '<text:span text:style-name="T1">hidden</text:span>',
        '<text:hidden-text text:is-hidden="true" text:string-value="hidden">hidden</text:hidden-text>',
        "<office:annotation><dc:creator>Kari</dc:creator><text:p>hidden</text:p></office:annotation>",
        '<text:placeholder text:placeholder-type="text">hidden</text:placeholder>',
        "<text:author-name>hidden</text:author-name>",
        '<text:user-field-get text:display="none">hidden</text:user-field-get>',
    ],
)
def test_what_a_reader_does_not_see_stays_away(hidden: str) -> None:
    automatic = open_style("T1", "text", 'text:display="none"')
    assert sources(read(p(f"Seen{hidden}."), automatic=automatic)) == ["Seen."]


def test_hidden_paragraphs_and_sections_and_tables_of_contents_stay_away() -> None:
    styles = open_style("Ghost", "paragraph", 'text:display="none"')
    body = (
        p("x", "Ghost")
        + p('x<text:hidden-paragraph text:is-hidden="true"/>')
        + f'<text:section text:display="none">{p("x")}</text:section>'
        + f"<text:table-of-content><text:index-body>{p('x')}</text:index-body></text:table-of-content>"
        + f"<text:section>{p('Seen.')}</text:section>"
    )
    assert sources(read(body, styles=styles)) == ["Seen."]


def test_a_box_of_text_is_read_after_its_paragraph_and_a_picture_is_missed() -> None:
    box = f"<draw:frame><draw:text-box>{p('In the box.')}</draw:text-box></draw:frame>"
    picture = '<draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame>'
    found = read(p(f"Beside.{box}") + p(picture) + p("A picture."))
    assert [(block.source, block.doubts) for block in found.blocks] == [
        ("Beside.", ()),
        ("In the box.", ()),
        ("A picture.", (Doubt.LEFT_OUT,)),
    ]


def test_a_row_of_a_table_is_one_paragraph_with_its_cells() -> None:
    cell = "<table:table-cell>{}</table:table-cell>".format
    row = "<table:table-row>{}</table:table-row>".format
    covered = "<table:covered-table-cell/>"
    inner = f"<table:table>{row(cell(p('x')) + cell(p('y')))}</table:table>"
    body = (
        "<table:table><table:table-header-rows>"
        + row(cell(p("A")) + cell(p("B")))
        + "</table:table-header-rows>"
        + row(cell(p("one") + p("two")) + cell(items("counted", style="L1")))
        + row(covered + cell(inner))
        + row(cell(p("c")) + cell("")).replace(
            "<table:table-row", '<table:table-row table:visibility="collapse"'
        )
        + "</table:table>"
    )
    found = read(body)
    assert {block.kind for block in found.blocks} == {ParagraphKind.ROW}
    assert sources(found) == ["A | B", "one two | 1. counted", "x y"]


@pytest.mark.parametrize(
    ("properties", "look", "language"),
    [("", 'fo:language="lv"', "lv"), ("<dc:language>fr-FR</dc:language>", "", "fr"), ("", "", "")],
)
def test_the_language_is_what_most_words_say_or_else_the_properties(
    properties: str, look: str, language: str
) -> None:
    content = odt(
        TITLE + p("Words of many letters.", "P1"),
        automatic=open_style("P1", "paragraph", look),
        properties=properties,
    )
    assert read_file(content).language == language


# ------------------------------------------------------------- other formats

LOCKED = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (odt(TITLE, manifest=LOCKED), Unreadable.ENCRYPTED),
        (odt(TITLE, mimetype=OPEN_TYPE.replace("text", "spreadsheet")), Unreadable.WRONG_FORMAT),
        (odt(TITLE, more={"Basic/Standard/Module1.xml": "<x/>"}), Unreadable.MACROS),
        (odt("", more={"content.xml": "<office:document-content"}), Unreadable.DAMAGED),
        (odt("", more={"content.xml": f"<office:document-content {OPEN_NAMES}/>"}), Unreadable.DAMAGED),
        (odt(""), Unreadable.EMPTY),
    ],
    ids=["encrypted", "spreadsheet", "macros", "cut short", "no body", "empty"],
)
def test_what_is_no_ordinary_text_is_refused_with_its_reason(content: bytes, reason: Unreadable) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_file(content)
    assert refused.value.reason == reason
