"""What becomes of pages: of the web, of word processors, and of what is pasted from them."""

from __future__ import annotations

import pytest

from app.adapters.importing.html import create
from app.services.files.importing import (
    Doubt,
    FoundBlock,
    FoundDraft,
    Unreadable,
    UnreadableError,
    within_limits,
)
from app.services.files.labelling import label_blocks


def read(page: str | bytes) -> FoundDraft:
    content = page.encode() if isinstance(page, str) else page
    return within_limits(create().read(content))


def blocks(body: str) -> list[FoundBlock]:
    return read(f"<html><body><h1>Title</h1>{body}</body></html>").blocks


def split(body: str) -> list[tuple[str, int, str, str]]:
    return [(block.kind, block.level, block.marker, block.source) for block in blocks(body)]


def sources(body: str) -> list[str]:
    return [block.source for block in blocks(body)]


# ------------------------------------------------------------- structure


def test_headings_paragraphs_and_lists_are_found_in_order() -> None:
    assert split(
        "<h2>1. Listen</h2><p>Listen\n first.</p><ol><li>One<ol type=a><li><p>Deep</p><p>More</p></ol>"
        "<li>Two</ol><ul><li>Dash</ul><h3>Why</h3><p>So.</p>"
    ) == [
        ("heading", 1, "", "1. Listen"),
        ("paragraph", 0, "", "Listen first."),
        ("item", 1, "1", "One"),
        ("item", 2, "a", "Deep"),
        ("paragraph", 2, "", "More"),
        ("item", 1, "2", "Two"),
        ("item", 1, "–", "Dash"),
        ("heading", 2, "", "Why"),
        ("paragraph", 0, "", "So."),
    ]


@pytest.mark.parametrize(
    ("lists", "markers"),
    [
        ("<ol start=4><li>x<li>y</ol>", ["4", "5"]),
        ("<ol><li>x<li value=7>y<li>z</ol>", ["1", "7", "8"]),
        ("<ol reversed><li>x<li>y<li>z</ol>", ["3", "2", "1"]),
        ("<ol reversed start=10 type=A><li>x<li>y</ol>", ["J", "I"]),
        ("<ol type=i start=3><li>x<li>y</ol>", ["iii", "iv"]),
        ("<ol type=a start=26><li>x<li>y</ol>", ["z", "aa"]),
        ("<ol style='list-style-type: upper-roman'><li>x<li>y</ol>", ["I", "II"]),
        ("<style>.l{list-style-type:lower-latin}</style><ol class=l><li>x<li>y</ol>", ["a", "b"]),
        ("<ol start=-1 type=i><li>x<li>y<li>z</ol>", ["-1", "0", "i"]),
        ("<ol start='+5px'><li>x<li value='7.9'>y</ol>", ["5", "7"]),
        ("<ol start=4999999><li>x</ol>", ["4999999"]),
        ("<ul><li>x<li>y</ul>", ["–", "–"]),
        ("<ul style='list-style:none'><li>a) x<li>b) y</ul>", ["a", "b"]),
        ("<p>(a) x</p><p>(b) y</p>", ["a", "b"]),
    ],
)
def test_items_have_the_numbers_that_the_page_shows(lists: str, markers: list[str]) -> None:
    assert [block.marker for block in blocks(lists)] == markers


@pytest.mark.parametrize(
    ("lists", "odd"),
    [
        ("<ol start=99999999999999999999><li>x<li>y</ol>", [True, False]),
        ("<ol><li>x<li value=-99999999999999999999>y<li>z</ol>", [False, True, False]),
        ("<ol type=i start=399><li>x<li>y<li value=4000>z</ol>", [False, True, False]),
        ("<ul start=99999999999999999999><li value=99999999999999999999>x</ul>", [False]),
    ],
)
def test_a_number_that_could_not_be_kept_is_one_to_look_at(lists: str, odd: list[bool]) -> None:
    assert [block.doubts == (Doubt.ODD_NUMBER,) for block in blocks(lists)] == odd


def test_a_row_of_a_table_is_a_paragraph_with_its_cells() -> None:
    assert split(
        "<table><caption>Costs</caption><thead><tr><th>What<th>How <b>much</b></thead>"
        "<tr><td><p>Paper</p><p>white</p><td>12<tr><td><td>only</table>"
    ) == [
        ("paragraph", 0, "", "Costs"),
        ("row", 0, "", "What | How **much**"),
        ("row", 0, "", "Paper white | 12"),
        ("row", 0, "", "| only"),
    ]


def test_a_table_that_only_arranges_the_page_is_read_as_what_stands_in_it() -> None:
    assert split("<table role=presentation><tr><td><h2>Part</h2><p>One.<td><p>Two.</table>") == [
        ("heading", 1, "", "Part"),
        ("paragraph", 0, "", "One."),
        ("paragraph", 0, "", "Two."),
    ]


def test_two_line_breaks_are_a_new_paragraph_and_one_is_none() -> None:
    assert sources("<div>One<br>goes on<br><br>Two<br> <br/>Three</div>") == ["One goes on", "Two", "Three"]


def test_words_outside_of_any_element_are_not_lost() -> None:
    assert sources("Bare<p>In</p>after<div>deep<p>deeper</p>end</div>") == [
        "Bare",
        "In",
        "after",
        "deep",
        "deeper",
        "end",
    ]


# ------------------------------------------------------------- the title


@pytest.mark.parametrize(
    ("page", "title", "left"),
    [
        ("<title>Head</title><h1>Title</h1><p>W", "Title", ["W"]),
        ("<title>Title</title><p>W", "Title", ["W"]),
        ("<title>Title</title><p>Title</p><p>W", "Title", ["W"]),
        ("<header><p>Council</p><h1>Title</h1></header><h1>Title</h1><h2>P</h2><p>W", "Title", ["P", "W"]),
        ("<p>3 May</p><h1>Title</h1><p>W", "Title", ["3 May", "W"]),
        ("<title>Title</title><h1>1. One</h1><p>W</p><h1>2. Two</h1>", "Title", ["1. One", "W", "2. Two"]),
        ("<p>Title</p><p>W", "Title", ["W"]),
        ("<h2>Title</h2><h2>Part</h2><p>W", "Title", ["Part", "W"]),
    ],
)
def test_the_title_is_where_pages_have_it(page: str, title: str, left: list[str]) -> None:
    found = read(page)
    assert (found.title, [block.source for block in found.blocks]) == (title, left)


def test_a_page_of_long_paragraphs_only_has_no_title() -> None:
    with pytest.raises(UnreadableError) as refused:
        read("<p>" + "Long words. " * 30)
    assert refused.value.reason == Unreadable.NO_TITLE


# ------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("<b>so</b> and <i>so</i>", "**so** and *so*"),
        ("a<strong> b </strong>c", "a **b** c"),
        ("<span style='font-weight:700'>so</span>", "**so**"),
        ("<b style='font-weight:normal'>so</b>", "so"),
        ("<style>.c1{font-style:italic}</style><span class=c1>so</span>", "*so*"),
        ("<a href='https://example.org/a b'>so</a>", "[so](https://example.org/a%20b)"),
        ("<a href='mailto:a@example.org'><b>so</b></a>", "**[so](mailto:a@example.org)**"),
        ("<a href='javascript:alert(1)'>so</a>", "so"),
        ("<a href='/local'>so</a> <a href='#top'>so</a>", "so so"),
        ("2 * 3 _x_ [a](b) \\", "2 \\* 3 \\_x\\_ [a\\](b) \\\\"),
        ("&lt;script&gt; &amp;amp; &nbsp;&shy;x", "<script> &amp; x"),
        ("H<sub>2</sub>O", "H2O"),
    ],
)
def test_emphasis_and_links_are_kept_and_nothing_else(written: str, source: str) -> None:
    assert sources(f"<p>{written}</p>") == [source]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>x()</script>",
        "<style>p{}</style>",
        "<template>x</template>",
        "<noscript>x</noscript>",
        "<p hidden>x</p>",
        "<div style='display: none'>x</div>",
        "<span style='mso-hide:all'>x</span>",
        "<style>.h{display:none}</style><p class=h>x</p>",
        "<i aria-hidden=true>x</i>",
        "<nav>x</nav>",
        "<header>x</header>",
        "<footer>x</footer>",
        "<div role=navigation>x</div>",
        "<form><button>x</button><select><option>x</select><textarea>x</textarea></form>",
        "<div style='mso-element:comment-list'>x</div>",
        "<div title=header>x</div>",
        "<p class=MsoToc1>x</p>",
        "<!-- x --><?x x?>",
        "<del>x</del>",
    ],
)
def test_what_readers_do_not_see_does_not_come_through(hidden: str) -> None:
    assert sources(f"<p>Before</p>{hidden}<p>After</p>") == ["Before", "After"]


WHEREAS = "Whereas recognition of the inherent dignity of all is the foundation of freedom, justice and peace"


@pytest.mark.parametrize(
    "written",
    [
        "<header><p>Whereas one,</p><p>Whereas two,</p></header>",
        f"<header><h2>Preamble</h2><p>{WHEREAS}</p></header>",
        f"<article><footer><p>{WHEREAS}</p></footer></article>",
        f"<header role=banner><div>{WHEREAS}</div></header>",
        f"<div role=contentinfo><p>{WHEREAS}</p></div>",
        f"<aside><p>{WHEREAS}</p></aside><figure>{WHEREAS}<figcaption>Fig</figcaption></figure>",
    ],
)
def test_running_words_above_or_below_the_text_are_text(written: str) -> None:
    found = read(f"<h1>Title</h1><p>Before</p>{written}<p>After</p>")
    assert " ".join(block.source for block in found.blocks).count("Whereas") == written.count("Whereas")
    assert found.doubts == ()


def test_the_preamble_that_stands_above_the_articles_keeps_its_place() -> None:
    found = read(
        f"<header><h1>Declaration</h1><h2>Preamble</h2><p>{WHEREAS},</p>"
        "<p>Whereas so.</p><nav>x</nav></header>"
        "<article><h3>Article 1</h3><p>All are born free.</p></article>"
    )
    assert (found.title, [block.source for block in found.blocks]) == (
        "Declaration",
        ["Preamble", f"{WHEREAS},", "Whereas so.", "Article 1", "All are born free."],
    )


@pytest.mark.parametrize(
    "written",
    [
        "<header><p>Council</p><h2>Part</h2></header>",
        "<header>Council</header>",
        "<footer><h2>Contact</h2><p>Council</p><p>Bergen</p></footer>",
        "<div role=banner><h2>Council</h2></div>",
        "<footer><a href='https://example.org/a/rather/long/address/of/the/council/of/bergen/in/norway'>C</a></footer>",
    ],
)
def test_words_left_out_above_or_below_the_text_are_said_to_be(written: str) -> None:
    found = read(f"<h1>Title</h1><p>Before</p>{written}<p>After</p>")
    assert [block.source for block in found.blocks if block.source != "Part"] == ["Before", "After"]
    assert found.doubts == (Doubt.LEFT_OUT,)


@pytest.mark.parametrize(
    "written",
    [
        "<header><h2>Part</h2></header>",
        "<header><nav><p>Home</p><p>About</p></nav></header>",
        "<footer><img src=x.png></footer>",
    ],
)
def test_where_no_words_were_left_out_nothing_is_said(written: str) -> None:
    assert read(f"<h1>Title</h1><p>Before</p>{written}<p>After</p>").doubts == ()


def test_a_class_that_hides_on_some_screens_only_hides_nothing() -> None:
    assert sources("<style>@media print { .s { display: none } }</style><p class=s>W") == ["W"]


def test_a_picture_is_left_out_and_the_paragraph_says_so() -> None:
    assert [block.doubts for block in blocks("<p>A <img src=x.png> b</p><p>c")] == [(Doubt.LEFT_OUT,), ()]


def test_tracked_changes_are_taken_as_made_with_a_warning() -> None:
    found = read("<h1>T</h1><p>We <del>may</del><ins>shall</ins> listen.")
    assert [block.source for block in found.blocks] == ["We shall listen."]
    assert found.doubts == (Doubt.TRACKED_CHANGES,)


@pytest.mark.parametrize(
    ("page", "language"),
    [
        ("<html lang=lv>", "lv"),
        ("<html xml:lang='nb-NO'>", "nb-NO"),
        ("<html><body lang=FR>", "fr"),
        ("<html lang=''>", ""),
        ("<meta http-equiv=Content-Language content=et>", "et"),
        ("<html lang='javascript:x'>", ""),
    ],
)
def test_the_language_is_the_one_that_the_page_names(page: str, language: str) -> None:
    assert read(f"{page}<h1>T</h1><p>W").language == language


# ------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("<meta charset=windows-1257>", "windows-1257"),
        ("<meta http-equiv=Content-Type content='text/html; charset=windows-1257'>", "windows-1257"),
        ("", "utf-8"),
        ("", "utf-16"),
        ("<meta charset=windows-1252>", "utf-8-sig"),
        ("<meta charset=nonsense>", "utf-8"),
    ],
)
def test_letters_are_read_as_the_page_says(declared: str, encoding: str) -> None:
    assert (
        read(f"{declared}<h1>Nosaukums</h1><p>Vārdi šeit".encode(encoding)).blocks[0].source == "Vārdi šeit"
    )


# ------------------------------------------------------------- notes

PANDOC = (
    '<p>Said<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a> so.</p>'
    '<section class="footnotes" role="doc-endnotes"><h2>Notes</h2><hr><ol><li id="fn1"><p>The <em>note</em>.'
    '</p><p>More.<a href="#fnref1" class="footnote-back" role="doc-backlink">↩︎</a></p></li></ol></section>'
)
WORD = (
    '<p>Said<a style=\'mso-footnote-id:ftn1\' href="#_ftn1" name="_ftnref1"><span>[1]</span></a> so.</p>'
    "<div style='mso-element:footnote-list'><br clear=all><hr><div style='mso-element:footnote' id=ftn1>"
    '<p><a style=\'mso-footnote-id:ftn1\' href="#_ftnref1" name="_ftn1">[1]</a> The <i>note</i>.</p>'
    "<p>More.</p></div></div>"
)
LIBREOFFICE = (
    '<p>Said<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a> so.</p>'
    '<div id="sdfootnote1"><p><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a> '
    "The <i>note</i>.</p><p>More.</p></div>"
)
GOOGLE = (
    '<p>Said<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup> so.</p><hr><div><p>'
    '<a href="#ftnt_ref1" id="ftnt1">[1]</a>&nbsp;The note.</p><p>More.</p></div>'
)
EPUB = (
    '<p>Said<a epub:type="noteref" href="#n1">1</a> so.</p>'
    '<aside epub:type="footnote" id="n1"><p>The note.</p><p>More.</p></aside>'
)
PLAIN = (
    '<p>Said<sup><a href="#a" name="b">*</a></sup> so.</p>'
    '<div><p><a name="a" href="#b">*</a> The note. More.</p></div>'
)


@pytest.mark.parametrize(
    "body",
    [PANDOC, WORD, LIBREOFFICE, GOOGLE, EPUB, PLAIN],
    ids=["pandoc", "Word", "LibreOffice", "Google Docs", "EPUB", "by hand"],
)
def test_notes_stand_with_their_paragraph_and_not_in_its_sentence(body: str) -> None:
    (only,) = blocks(body)
    assert (only.source, only.notes) == ("Said so.", ("The note. More.",))


def test_two_notes_keep_their_order_and_one_paragraph_of_the_page_is_not_swallowed() -> None:
    found = blocks(
        '<p>A<a href="#n1" id="r1">1</a> b<a href="#n2" id="r2">2</a></p><p>Other.</p>'
        '<div><p id="n1"><a href="#r1">1</a> One</p><p id="n2"><a href="#r2">2</a> Two</p></div>'
    )
    assert [(block.source, block.notes) for block in found] == [("A b", ("One", "Two")), ("Other.", ())]


def test_a_table_of_contents_is_not_taken_for_notes() -> None:
    assert sources(
        '<p><a href="#s1" id="t1">Part</a></p>'
        '<div id="s1"><h2>Part</h2><p>Words.</p><a href="#t1">up</a></div>'
    ) == ["Part", "Part", "Words.", "up"]


# ------------------------------------------------------------- word processors


def test_what_word_saves_has_its_numbers_and_its_levels() -> None:
    page = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>Old</title>
    <!--[if gte mso 9]><xml><w:WordDocument>junk</w:WordDocument></xml><![endif]--></head>
    <body lang=EN-GB><div class=WordSection1><p class=MsoTitle>Charter<o:p></o:p></p>
    <h1 style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1.<span
    style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;</span></span><![endif]><b>Listen</b></h1>
    <p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span
    style='mso-list:Ignore'>a)<span>&nbsp; </span></span><![endif]>Ask</p>
    <p class=MsoListParagraph style='mso-list:l1 level2 lfo2'><!--[if !supportLists]--><span
    style='font-family:Symbol'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span></span>
    <!--[endif]-->twice</p>
    <p class=MsoListParagraph style='mso-list:l1 level3 lfo2'><span
    style='mso-list:Ignore'>1.2.</span>thrice</p>
    <p class=MsoNormal>End<o:p>&nbsp;</o:p></p></div></body></html>"""
    found = read(page)
    assert (found.title, found.language) == ("Charter", "en-GB")
    assert [(block.kind, block.level, block.marker, block.source) for block in found.blocks] == [
        ("heading", 1, "", "1. Listen"),
        ("item", 1, "a", "Ask"),
        ("item", 2, "–", "twice"),
        ("item", 3, "1.2", "thrice"),
        ("paragraph", 0, "", "End"),
    ]
    assert label_blocks(found.blocks)[0].label == "1"


def test_what_stands_where_a_number_should_be_is_no_number() -> None:
    long = f"<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>{'x' * 500}</span>Ask</p>"
    assert split(long) == [("item", 1, "–", "Ask")]


def test_what_google_docs_gives_has_its_levels_and_letters() -> None:
    page = """<meta charset=utf-8><style>.c1{font-weight:700}
    .lst-kix_a1-1>li:before{content:"" counter(lst-ctn-kix_a1-1,lower-latin) ". "}
    </style><b style="font-weight:normal;" id="docs-internal-1"><p class="title">
    <span style="font-weight:400">Charter</span></p><h1><span class=c1>Part</span></h1>
    <ol class="lst-kix_a1-0 start" start="1"><li><span>One</span></li></ol>
    <ol class="lst-kix_a1-1 start" start="1"><li><span class=c1>Under</span> one</li></ol>
    <ol class="lst-kix_a1-0" start="2"><li>Two</li></ol><br /><p>End</p></b>"""
    found = read(page)
    assert found.title == "Charter"
    assert [(block.kind, block.level, block.marker, block.source) for block in found.blocks] == [
        ("heading", 1, "", "Part"),
        ("item", 1, "1", "One"),
        ("item", 2, "a", "**Under** one"),
        ("item", 1, "2", "Two"),
        ("paragraph", 0, "", "End"),
    ]


# ------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"No tags at all.", Unreadable.WRONG_FORMAT),
        (b"%PDF-1.7", Unreadable.WRONG_FORMAT),
        (b"<html></html>", Unreadable.EMPTY),
        (b"<title>T</title><h2>H</h2>", Unreadable.NO_PARAGRAPHS),
        (b"<h1>T</h1>" + b"<div>" * 300 + b"x", Unreadable.TOO_DEEP),
        (b"<h1>T</h1>" + b"<p>x" * 5_001, Unreadable.TOO_MANY_BLOCKS),
    ],
)
def test_a_page_that_cannot_be_a_draft_says_why(content: bytes, reason: Unreadable) -> None:
    with pytest.raises(UnreadableError) as refused:
        read(content)
    assert refused.value.reason == reason
