"""Drafts to be written and read back, with everything that could be misunderstood on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from app.models.kinds import ParagraphKind
from app.services.files.importing import FoundBlock
from app.services.files.labelling import label_blocks
from app.services.files.writing import WrittenDraft, WrittenParagraph
from app.services.text import one_line, render_paragraph

Facts = tuple[str, str, int, str, str, tuple[str, ...]]


def a_paragraph(key: str, kind: str, level: int, label: str, source: str, *notes: str) -> WrittenParagraph:
    """A paragraph with all that follows from its source."""
    said = render_paragraph(source)
    return WrittenParagraph(key, kind, level, label, said.source, said.html, said.plain, notes)


def a_written_draft(*paragraphs: WrittenParagraph, **changes: Any) -> WrittenDraft:
    """The second version of a draft in English, sealed."""
    usual: dict[str, Any] = {
        "slug": "innovation",
        "consultation": "Declaration on *public* | innovation",
        "body": "Observatory & <Co>",
        "begun_on": date(2030, 1, 1),
        "number": 2,
        "sealed_at": datetime(2030, 2, 10, 12, 0, tzinfo=UTC),
        "digest": "ab" * 32,
        "language": "en",
        "is_original": True,
        "title": "A declaration on “public” innovation # 1 *new* | <b>",
        "paragraphs": paragraphs,
    }
    return WrittenDraft(**{**usual, **changes})


def facts_of(paragraph: WrittenParagraph) -> Facts:
    """What the digest of a paragraph is made of."""
    one = paragraph
    return one.key, str(one.kind), one.level, one.label, one.source, one.notes


def facts_of_blocks(blocks: list[FoundBlock]) -> list[Facts]:
    """What the digests of the paragraphs that blocks become will be made of."""
    return [_facts_of_block(labelled.block, labelled.label) for labelled in label_blocks(blocks)]


def _facts_of_block(block: FoundBlock, label: str) -> Facts:
    source = render_paragraph(block.source).source
    return block.key, str(block.kind), block.level, label, source, tuple(block.notes)


TRICKY = a_written_draft(
    a_paragraph("p1", "heading", 1, "", "Preamble"),
    a_paragraph(
        "p12",
        "paragraph",
        0,
        "¶1",
        "We *try* **this**, _no_ more: [a page](https://example.org/a_(b)?x=1&y=2).",
    ),
    a_paragraph("p3", "heading", 1, "1", "Try", "A note on a heading."),
    a_paragraph(
        "p4", "paragraph", 0, "1", "5 * 3 = 15, snake_case, `code`, <b>html</b> &amp; [brackets] \\# hash"
    ),
    a_paragraph("p5", "item", 1, "1.a", "First item", "See *the* other | page.", "Second [^1] <!-- p9 -->"),
    a_paragraph("p6", "item", 2, "1.a.i", "nested"),
    a_paragraph("p7", "paragraph", 1, "1.a ¶2", "1. A paragraph of the item that looks like an item"),
    a_paragraph("p8", "item", 1, "by | hand [x] *y*", '- Second {#p1 .item label="3"} [p4 item 2]'),
    a_paragraph("p20", "row", 0, "1 ¶2", "Who | What | When"),
    a_paragraph("p21", "row", 0, "1 ¶3", "*Ilze* | pays | | 5", "In cash."),
    a_paragraph("p22", "row", 1, "", "| last |"),
    a_paragraph("p23", "row", 0, "1 ¶4", "yes \u2060| no | *\u2060|* | a|b"),
    a_paragraph("p9", "heading", 2, "1.1", "Deeper"),
    a_paragraph("p10", "item", 3, "", "jumped deep <!-- p4 -->"),
    a_paragraph("p11", "paragraph", 2, "", "\\# set in \\`x\\` soft\u00adhyphen [note] x [p4]"),
    a_paragraph("p41", "heading", 2, "2", "Article 2"),
    a_paragraph("p42", "heading", 2, "", "Article 3"),
    a_paragraph("p13", "heading", 4, "A", "# Deepest"),
    a_paragraph("p14", "paragraph", 0, "A", "مرحبا بالعالم 文字 e\u0301 a\u0323 \u200fRTL\u200e"),
    a_paragraph("p30", "paragraph", 0, "A ¶2", '***a** b* **"c"** *d*e [x*y*](mailto:a@b.no) trailing \\\\'),
)

PIECES = (
    "public", "innovation", "*new*", "**bold**", "***both***", "_so_", "a*b*c", "*", "**", "_", "`",
    "\\", "\\*", "#", "##", "-", "+", "1.", "a)", "(iv)", "•", ">", "|", "a|b", "[x]", "[^1]",
    "[p3]", "[p3 item 2]", "[note]", "\\[note]", "{#p1 .item}", "<!-- p3 -->", "-->", "<b>",
    "</article>", "&", "&amp;", "&#42;", "~~x~~", "“q”", "'", "\"", "§ 3", "http://example.org",
    "[link](https://example.org/?a=1&b=2)", "[l*i*nk](https://example.org/x)",
    "*[z](mailto:a@b.no)*", "!", "![i](https://example.org/i.png)", "innspill", "[innspill 1]",
    "---", "===", "...", ":", "e\u0301", "\u00ad", "\u200d", "مرحبا", "שלום", "文字", "한글", "Ļoti",
    "ærlig", "😀", "$x$", "%", "@a", "]](", "](", "![",
)  # fmt: skip
LETTERS = st.characters(blacklist_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp"))
WORDS = st.one_of(st.sampled_from(PIECES), st.text(LETTERS, min_size=1, max_size=6))
LINES = st.lists(WORDS, min_size=1, max_size=7).map(" ".join).map(one_line)
SOURCES = LINES.map(lambda words: render_paragraph(words).source).filter(
    lambda source: any(letter.isalnum() for letter in render_paragraph(source).plain)
)
LABELS = st.one_of(
    st.sampled_from(["", "1", "3.b", "2 ¶3", "¶1", "II.4", "*", "x | y"]),
    LINES.map(lambda line: line[:60].strip()),
)
NOTES = st.lists(LINES.filter(lambda line: any(letter.isalnum() for letter in line)), max_size=2)


@st.composite
def drafts(draw: st.DrawFn) -> WrittenDraft:
    """A draft of a few paragraphs in any order of keys and levels."""
    numbers = draw(st.lists(st.integers(1, 999), min_size=1, max_size=8, unique=True))
    paragraphs = [
        a_paragraph(
            f"p{number}",
            draw(st.sampled_from(list(ParagraphKind))).value,
            draw(st.integers(1, 4)),
            draw(LABELS),
            draw(SOURCES),
            *draw(NOTES),
        )
        for number in numbers
    ]
    title = draw(SOURCES.map(lambda source: render_paragraph(source).plain))
    language = draw(st.sampled_from(["en", "lv", "ar", "zh"]))
    return a_written_draft(*paragraphs, title=title, language=language)
