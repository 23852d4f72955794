"""Labels by which people cite paragraphs, and the markers that they are made from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.draft import ParagraphKind
from app.services.files.importing import FoundBlock
from app.services.files.labelling import label_blocks, number_of_heading
from app.services.files.numbering import MarkerReader, roman_number, roman_value


def heading(words: str, level: int = 1) -> FoundBlock:
    return FoundBlock(ParagraphKind.HEADING, level, "", words)


def paragraph(level: int = 0) -> FoundBlock:
    return FoundBlock(ParagraphKind.PARAGRAPH, level, "", "Words.")


def item(marker: str, level: int = 1) -> FoundBlock:
    return FoundBlock(ParagraphKind.ITEM, level, marker, "Words.")


def labels(*blocks: FoundBlock) -> list[str]:
    return [labelled.label for labelled in label_blocks(list(blocks))]


@pytest.mark.parametrize(
    ("written", "number", "words"),
    [
        ("1. Make room", "1", "Make room"),
        ("1 Make room", "1", "Make room"),
        ("1) Make room", "1", "Make room"),
        ("12.3 Make room", "12.3", "Make room"),
        ("2 – Make room", "2", "Make room"),
        ("IV. Make room", "IV", "Make room"),
        ("A. Make room", "A", "Make room"),
        ("§ 4 Make room", "4", "Make room"),
        ("Article 1", "1", "Article 1"),
        ("Artikkel 12", "12", "Artikkel 12"),
        ("Article 3: Freedom", "3", "Article 3: Freedom"),
        ("Chapter IV", "IV", "Chapter IV"),
        ("1. pants", "1", "1. pants"),
        ("Preamble", "", "Preamble"),
        ("I am a heading", "", "I am a heading"),
        ("2018 in review", "", "2018 in review"),
        ("3 months later", "", "3 months later"),
        ("DIX. Not a number", "", "DIX. Not a number"),
    ],
)
def test_a_heading_shows_its_number(written: str, number: str, words: str) -> None:
    assert number_of_heading(written) == (number, words)


def test_paragraphs_under_a_numbered_heading_take_its_number() -> None:
    assert labels(heading("2. Listen"), paragraph(), paragraph(), paragraph()) == ["2", "2", "2 ¶2", "2 ¶3"]


def test_items_stand_below_their_heading_and_their_item() -> None:
    assert labels(
        heading("1. Listen"),
        paragraph(),
        item("a"),
        item("i", 2),
        item("ii", 2),
        item("b"),
        heading("2. Act"),
        item("a"),
    ) == ["1", "1", "1.a", "1.a.i", "1.a.ii", "1.b", "2", "2.a"]


def test_items_without_anything_above_have_only_their_marker() -> None:
    assert labels(item("a"), item("b")) == ["a", "b"]


def test_paragraphs_without_numbers_are_counted_through_the_draft() -> None:
    assert labels(heading("Preamble"), paragraph(), paragraph(), heading("Ending"), paragraph()) == [
        "", "¶1", "¶2", "", "¶3",
    ]  # fmt: skip


def test_an_unnumbered_heading_ends_the_numbered_section_beside_it_but_not_the_one_above() -> None:
    assert labels(heading("1. Listen"), heading("Why", 2), paragraph(), heading("Ending"), paragraph()) == [
        "1",
        "",
        "1",
        "",
        "¶1",
    ]


def test_bullets_and_further_paragraphs_of_an_item_are_counted_below_it() -> None:
    assert labels(heading("1. Listen"), item("a"), paragraph(1), item("–", 2), item("b"), item("–")) == [
        "1", "1.a", "1.a ¶2", "1.a ¶3", "1.b", "1 ¶1",
    ]  # fmt: skip


def test_a_marker_that_names_its_section_is_a_label_by_itself() -> None:
    assert labels(heading("2. Listen"), item("2.1"), item("2.2")) == ["2", "2.1", "2.2"]


def test_a_draft_that_repeats_its_numbers_still_has_each_label_once() -> None:
    blocks = [heading("1. Listen"), item("a"), heading("Annex"), heading("1. Listen"), item("a"), item("a")]
    assert labels(*blocks) == ["1", "1.a", "", "1", "1.a ¶2", "1.a ¶3"]


BLOCKS = st.lists(
    st.one_of(
        st.builds(
            heading,
            st.sampled_from(["1. One", "1.1 Under", "Article 1", "Preamble", "IV. Four"]),
            st.integers(1, 3),
        ),
        st.builds(paragraph, st.integers(0, 3)),
        st.builds(item, st.sampled_from(["a", "b", "1", "1.1", "i", "–"]), st.integers(1, 3)),
    ),
    max_size=40,
)


@given(BLOCKS)
def test_labels_are_unique_and_never_empty_among_what_can_be_commented_on(blocks: list[FoundBlock]) -> None:
    given_labels = [
        labelled.label for labelled in label_blocks(blocks) if labelled.block.kind != ParagraphKind.HEADING
    ]
    assert all(given_labels)
    assert len(set(given_labels)) == len(given_labels)


def markers(*texts: str) -> list[tuple[str, int] | None]:
    reader = MarkerReader()
    found = [reader.read(text) for text in texts]
    return [(one.marker, one.level) if one else None for one in found]


def test_a_list_begins_at_its_beginning_and_counts_on() -> None:
    assert markers("a) x", "b) x", "d) x", "(c) x", "5. x", "1. x", "2. x") == [
        ("a", 1), ("b", 1), ("d", 1), None, None, ("1", 2), ("2", 2),
    ]  # fmt: skip


def test_an_i_is_a_letter_after_h_and_a_number_after_nothing() -> None:
    letters = [f"{letter}) x" for letter in "abcdefghij"]
    assert markers(*letters)[-2:] == [("i", 1), ("j", 1)]
    assert markers("a) x", "i) x", "ii) x", "b) x") == [("a", 1), ("i", 2), ("ii", 2), ("b", 1)]


@given(st.integers(1, 399))
def test_roman_numbers_say_what_they_were_written_for(value: int) -> None:
    assert roman_value(roman_number(value)) == value
    assert roman_value(roman_number(value).upper()) == value


@pytest.mark.parametrize("written", ["iiii", "vx", "abc", "mm"])
def test_what_no_roman_would_write_is_no_number(written: str) -> None:
    assert roman_value(written) is None
