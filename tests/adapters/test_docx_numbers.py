"""Numbers that Word counts by itself, as the importer writes them out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.files.importing import Doubt
from tests.adapters.found_words import found_items
from tests.adapters.office_documents import (
    docx,
    para,
    run,
    start_override,
    word_level,
    word_lists,
    word_style,
)
from tests.adapters.word_reading import LEGAL, TITLE, read, read_file


def test_items_have_the_numbers_that_word_shows_at_every_depth() -> None:
    places = [0, 1, 1, 2, 2, 3, 1, 0, 1]
    body = "".join(para(f"at {place}", item=(1, place)) for place in places)
    found = read(body, numbering=word_lists({0: LEGAL}, {1: (0, "")}))
    assert found_items(found) == [
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
    assert found_items(found) == [(1, "1", "a"), (1, "3", "b")]


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
    assert found_items(read(body)) == [(1, "a", "first"), (1, "b", "second")]


def test_items_typed_with_line_breaks_are_items() -> None:
    body = para("<w:r><w:t>a) first</w:t><w:br/><w:t>b) second</w:t></w:r>") + para("• third")
    assert found_items(read(body)) == [(1, "a", "first"), (1, "b", "second"), (2, "–", "third")]


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
