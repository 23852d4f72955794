"""The words of Word documents: emphasis, links, fields, notes and all small things inside them."""

from __future__ import annotations

from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.characters import one_line
from app.services.files.importing import Doubt
from app.services.text import render_paragraph
from tests.adapters.found_words import sources
from tests.adapters.office_documents import docx, field, para, run, word_style, word_table
from tests.adapters.word_reading import TITLE, read, read_file

WORDS = st.text(st.sampled_from("ab é*_[]()\\!<>&`~#-.|’“文"), max_size=8)


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
