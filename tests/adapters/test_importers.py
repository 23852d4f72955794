"""What every importer promises, and what each makes of its own format."""

from __future__ import annotations

import pytest

from app.adapters import adapter, adapter_names
from app.services.files.decoding import decode
from app.services.files.importing import (
    Doubt,
    FoundBlock,
    FoundDraft,
    Importer,
    Unreadable,
    UnreadableError,
    escape_markdown,
    read_draft,
    readable_suffixes,
)
from app.services.text import render_paragraph
from app.wording import DOUBTS, DRAFT_PROBLEMS
from tests.effort import steps_of

IMPORTERS: dict[str, Importer] = {
    name: adapter("importing", name).create() for name in adapter_names("importing")
}
PLAIN = ("markdown", "text")

# The same small declaration as every plain format would write it.
SMALL = {
    "markdown": "# A small declaration\n\n## Preamble\n\nWe declare *this*\nand no more.\n\n"
    "## 1. Try\n\nTry small.\n\na) Begin.\n\nb) Stop.\n",
    "text": "A small declaration\n\nPreamble\n\nWe declare this\nand no more.\n\n1. Try\n\nTry small.\n\n"
    "a) Begin.\n\nb) Stop.\n",
}
SMALL_SPLIT = [
    ("heading", 1, "", "Preamble"),
    ("paragraph", 0, "", "We declare this and no more."),
    ("heading", 1, "", "1. Try"),
    ("paragraph", 0, "", "Try small."),
    ("item", 1, "a", "Begin."),
    ("item", 1, "b", "Stop."),
]


def read(name: str, text: str | bytes) -> FoundDraft:
    content = text.encode() if isinstance(text, str) else text
    return read_draft(IMPORTERS, f"draft{IMPORTERS[name].suffixes[0]}", content)


def split(name: str, text: str) -> list[tuple[str, int, str, str]]:
    return [
        (block.kind, block.level, block.marker, render_paragraph(block.source).plain)
        for block in read(name, text).blocks
    ]


def markdown_blocks(text: str) -> list[FoundBlock]:
    return read("markdown", f"# Title\n\n{text}").blocks


# ------------------------------------------------------------- every importer


@pytest.mark.parametrize("name", IMPORTERS)
def test_every_importer_names_endings_that_no_other_takes(name: str) -> None:
    others = {suffix for other in IMPORTERS if other != name for suffix in IMPORTERS[other].suffixes}
    assert IMPORTERS[name].suffixes
    assert all(suffix.startswith(".") and suffix not in others for suffix in IMPORTERS[name].suffixes)


@pytest.mark.parametrize("name", IMPORTERS)
@pytest.mark.parametrize(
    "content", [b"", b" \n\n ", b"\x00\x01\x02\xff" * 50], ids=["empty", "blank", "binary"]
)
def test_no_importer_reads_what_holds_no_text(name: str, content: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(name, content)


@pytest.mark.parametrize("name", PLAIN)
def test_the_same_words_are_split_the_same_way_from_every_plain_format(name: str) -> None:
    assert read(name, SMALL[name]).title == "A small declaration"
    assert split(name, SMALL[name]) == SMALL_SPLIT


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_letters_of_all_languages_survive_in_every_encoding_with_a_mark(name: str, encoding: str) -> None:
    text = SMALL[name].replace("no more", "ikkje meir – ļoti «ærlig» 文")
    found = read(name, text.encode(encoding))
    assert "ikkje meir – ļoti «ærlig» 文" in found.blocks[1].source


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_lines_may_end_as_other_systems_end_them(name: str, ends: str) -> None:
    assert split(name, SMALL[name].replace("\n", ends)) == SMALL_SPLIT


@pytest.mark.parametrize("name", PLAIN)
def test_what_another_programme_wrote_is_not_what_its_name_says(name: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read(name, b"PK\x03\x04\x00\x00 not text")
    assert refused.value.reason == Unreadable.WRONG_FORMAT


@pytest.mark.parametrize("name", PLAIN)
def test_a_file_with_zero_bytes_is_no_text(name: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read(name, b"Words and \x00\x00 not text")
    assert refused.value.reason == Unreadable.NOT_TEXT


@pytest.mark.parametrize("name", PLAIN)
def test_a_title_alone_is_no_draft(name: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read(name, "# Title")
    assert refused.value.reason == Unreadable.NO_PARAGRAPHS


@pytest.mark.parametrize("name", PLAIN)
def test_a_paragraph_may_have_twenty_thousand_characters_and_no_more(name: str) -> None:
    begin = SMALL[name] + "\n"
    assert len(read(name, begin + "a" * 20_000).blocks[-1].source) == 20_000
    with pytest.raises(UnreadableError) as refused:
        read(name, begin + "a" * 20_001)
    assert refused.value.reason == Unreadable.BLOCK_TOO_LONG


@pytest.mark.parametrize("name", PLAIN)
def test_a_draft_may_have_five_thousand_blocks_and_no_more(name: str) -> None:
    title = SMALL[name].split("\n", 1)[0]
    five_thousand = "\n\n".join([title, *(f"Words {n} are said." for n in range(5_000))])
    assert len(read(name, five_thousand).blocks) == 5_000
    with pytest.raises(UnreadableError) as refused:
        read(name, five_thousand + "\n\nOne more.")
    assert refused.value.reason == Unreadable.TOO_MANY_BLOCKS


def test_a_file_may_have_two_megabytes_and_no_more() -> None:
    assert decode(b"a" * (2 * 1024 * 1024)).text
    with pytest.raises(UnreadableError) as refused:
        decode(b"a" * (2 * 1024 * 1024 + 1))
    assert refused.value.reason == Unreadable.TOO_LARGE


def test_an_unknown_ending_is_refused_and_the_known_ones_can_be_named() -> None:
    with pytest.raises(UnreadableError) as refused:
        read_draft(IMPORTERS, "draft.exe", b"words")
    assert refused.value.reason == Unreadable.UNKNOWN_FORMAT
    assert {".md", ".txt"} <= set(readable_suffixes(IMPORTERS))


def test_the_ending_may_be_in_capitals() -> None:
    assert read_draft(IMPORTERS, "DRAFT.MD", SMALL["markdown"].encode()).title == "A small declaration"


@pytest.mark.parametrize(
    "text", ["2 * 3 * 4", "_so_", "snake_case_name", "[a](b)", "back\\slash", "a*b", "**", "a_ b_"]
)
def test_plain_text_shows_the_same_characters_as_markdown(text: str) -> None:
    assert render_paragraph(escape_markdown(text)).plain == text


@pytest.mark.parametrize("reason", Unreadable)
def test_every_reason_for_a_refusal_has_its_sentence(reason: Unreadable) -> None:
    assert str(DRAFT_PROBLEMS[reason]).endswith(".")


@pytest.mark.parametrize("doubt", Doubt)
def test_every_doubt_has_its_sentence(doubt: Doubt) -> None:
    assert str(DOUBTS[doubt]).endswith(".")


# ------------------------------------------------------------- Markdown


def test_markdown_without_a_heading_first_has_no_title() -> None:
    with pytest.raises(UnreadableError) as refused:
        read("markdown", "Words.\n\n# Too late")
    assert refused.value.reason == Unreadable.NO_TITLE


def test_headings_of_markdown_are_counted_from_the_title_without_gaps() -> None:
    found = markdown_blocks("## Part\n\nA.\n\n#### Deep\n\nB.")
    assert [(block.source, block.level) for block in found if block.kind == "heading"] == [
        ("Part", 1),
        ("Deep", 2),
    ]


def test_emphasis_and_links_of_markdown_are_kept_and_written_one_way() -> None:
    found = markdown_blocks(
        "_This_ __is__ [a link](https://example.org/a_b) and [another][x].\n\n[x]: https://example.org/x"
    )
    assert [block.source for block in found] == [
        "*This* **is** [a link](https://example.org/a_b) and [another](https://example.org/x)."
    ]


def test_lists_of_markdown_show_their_numbers_and_depth() -> None:
    found = markdown_blocks("3. third\n   - dash\n     1. inner\n4. fourth\n\n   More on the fourth.\n")
    assert [(block.kind, block.level, block.marker, block.source) for block in found] == [
        ("item", 1, "3", "third"),
        ("item", 2, "–", "dash"),
        ("item", 3, "1", "inner"),
        ("item", 1, "4", "fourth"),
        ("paragraph", 1, "", "More on the fourth."),
    ]


def test_a_list_of_markdown_may_begin_at_nought() -> None:
    assert [block.marker for block in markdown_blocks("0. nought\n1. one")] == ["0", "1"]


def test_letters_before_paragraphs_of_markdown_make_items_also_without_empty_lines() -> None:
    found = markdown_blocks("a) one\nwhich goes on\nb) two\n\n(a) other\n\n(b) list")
    assert [(block.level, block.marker, block.source) for block in found] == [
        (1, "a", "one which goes on"),
        (1, "b", "two"),
        (2, "a", "other"),
        (2, "b", "list"),
    ]


def test_letters_below_a_numbered_list_are_one_deeper() -> None:
    found = markdown_blocks("1. one\n\na) below\n\n2. two")
    assert [(block.level, block.marker) for block in found] == [(1, "1"), (2, "a"), (1, "2")]


def test_of_tables_quotations_and_code_no_word_is_lost() -> None:
    found = markdown_blocks(
        "| A | B |\n|---|---|\n| one | two |\n\n> Quoted.\n\n```\ncode *here*\n```\n\n    more code\n"
    )
    assert [render_paragraph(block.source).plain for block in found] == [
        "A | B",
        "one | two",
        "Quoted.",
        "code *here*",
        "more code",
    ]
    assert [block.kind for block in found] == ["row", "row", "paragraph", "paragraph", "paragraph"]


def test_html_in_markdown_is_words_and_nothing_else() -> None:
    found = markdown_blocks("<script>alert(1)</script>\n\nWords <b>here</b> &amp; there.")
    assert [render_paragraph(block.source).plain for block in found] == [
        "<script>alert(1)</script>",
        "Words <b>here</b> & there.",
    ]


def test_front_matter_is_not_part_of_the_text() -> None:
    found = read("markdown", "---\ntitle: Other\n---\n\n# Title\n\nWords.")
    assert (found.title, [block.source for block in found.blocks]) == ("Title", ["Words."])


def test_footnotes_stand_with_their_paragraph_and_not_in_its_sentence() -> None:
    found = markdown_blocks(
        "A claim[^1] and more.\n\nAnother.\n\n[^1]: The source\n    of the claim.\n[^2]: Left over."
    )
    assert [(block.source, block.notes) for block in found] == [
        ("A claim and more.", ("The source of the claim.",)),
        ("Another.", ()),
        ("Left over.", ()),
    ]


@pytest.mark.parametrize(
    ("hostile", "reason"),
    [
        ("[" * 60_000, Unreadable.BLOCK_TOO_LONG),
        ("[^a" * 300_000, Unreadable.BLOCK_TOO_LONG),
        (("[" * 19_000 + "\n\n") * 100, Unreadable.TOO_DEEP),
        ("[a]: b\n" * 100_000, Unreadable.TOO_MANY_BLOCKS),
        ("[a]: b\n\n" * 100_000, Unreadable.TOO_MANY_BLOCKS),
    ],
    ids=["brackets", "notes", "brackets in paragraphs", "references", "references in paragraphs"],
)
def test_markdown_that_would_take_endless_work_is_refused_before_it(hostile: str, reason: Unreadable) -> None:
    def refused() -> None:
        with pytest.raises(UnreadableError) as refusal:
            read("markdown", f"# Title\n\n{hostile}")
        assert refusal.value.reason == reason

    assert steps_of(refused) < 10_000


def test_markdown_nested_beyond_reason_is_refused() -> None:
    with pytest.raises(UnreadableError) as refused:
        markdown_blocks(">" * 200 + " words")
    assert refused.value.reason == Unreadable.TOO_DEEP


# ------------------------------------------------------------- plain text


@pytest.mark.parametrize(
    "heading",
    ["Article 1", "§ 4", "IV. On trust", "2.1 On trust", "ON TRUST", "On trust\n========", "Innledning"],
)
def test_lines_that_look_like_headings_are_headings(heading: str) -> None:
    found = read("text", f"Title\n\nFirst words are said.\n\n{heading}\n\nMore words are said.").blocks
    assert [block.kind for block in found] == ["paragraph", "heading", "paragraph"]


@pytest.mark.parametrize(
    "line", ["The General Assembly", "Now, therefore,", "1. It is so.", "nothing", "3 apples were eaten"]
)
def test_lines_that_only_stand_alone_are_no_headings(line: str) -> None:
    found = read("text", f"Title\n\nFirst words are said.\n\n{line}\n\nMore words are said.").blocks
    assert "heading" not in {block.kind for block in found}


def test_short_numbered_lines_in_a_row_are_a_list() -> None:
    found = read("text", "Title\n\nWe like:\n\n1. Apples\n\n2. Pears\n\n3. Plums").blocks
    assert [(block.kind, block.marker) for block in found[1:3]] == [("item", "1"), ("item", "2")]


@pytest.mark.parametrize("sign", ["-", "*", "•", "–"])
def test_lines_after_dashes_and_dots_are_items(sign: str) -> None:
    found = read("text", f"Title\n\nWe like:\n\n{sign} apples that\n  are red\n{sign} pears").blocks
    assert [(block.marker, block.source) for block in found[1:]] == [
        ("–", "apples that are red"),
        ("–", "pears"),
    ]


def test_a_text_without_any_empty_line_has_a_paragraph_on_each_line() -> None:
    found = read("text", "Title\nArticle 1\nWords are said.\nMore words are said.")
    assert found.title == "Title"
    assert [block.kind for block in found.blocks] == ["heading", "paragraph", "paragraph"]


def test_a_title_may_run_over_two_lines() -> None:
    assert (
        read("text", "A declaration on\nmany things\n\nWords are said.").title
        == "A declaration on many things"
    )


def test_a_date_at_the_beginning_is_no_marker() -> None:
    found = read("text", "Nosaukums\n\n5. novembrī to pieņēma.\n\n2018. gadā arī.").blocks
    assert [block.source for block in found] == ["5. novembrī to pieņēma.", "2018. gadā arī."]
