"""Cutting a source in two: marks are closed and opened again, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.drafts.cutting import cut, join
from app.services.errors import InvalidError
from app.services.text import one_line, render_paragraph

LAW = "See [the law of 1999](https://example.org/a) and **bold *both* more** end."
PIECES = ("a", "word", " ", ". ", "*", "**", "_", "[", "](https://example.org)", "\\*", "ā", "文", "(", ")")
SOURCES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join)


@pytest.mark.parametrize(
    ("before", "after", "halves"),
    [
        ("One two.", " Three.", ("One two.", "Three.")),
        ("One *two ", "three* four.", ("One *two*", "*three* four.")),
        ("One **two *th", "ree* four** five.", ("One **two *th***", "***ree* four** five.")),
        (
            "See [the law ",
            "of 1999](https://example.org/a).",
            ("See [the law](https://example.org/a)", "[of 1999](https://example.org/a)."),
        ),
    ],
)
def test_what_is_open_at_the_place_is_closed_and_opened_again(
    before: str, after: str, halves: tuple[str, str]
) -> None:
    assert cut(before + after, len(before)) == halves


def test_a_place_inside_an_address_is_taken_to_where_words_are() -> None:
    first, second = cut(LAW, LAW.index("example.org"))
    assert render_paragraph(first).plain + " " + render_paragraph(second).plain == render_paragraph(LAW).plain
    assert first.endswith("](https://example.org/a)")


def test_a_place_inside_a_mark_is_taken_to_its_side() -> None:
    assert cut("One **two** three.", 5) == ("One", "**two** three.")


@pytest.mark.parametrize("place", [0, 8, 99])
def test_nothing_can_be_cut_off_at_an_end(place: int) -> None:
    with pytest.raises(InvalidError):
        cut("One two.", place)


@given(SOURCES, st.integers(0, 60))
def test_a_cut_loses_and_adds_no_word(source: str, place: int) -> None:
    source = one_line(source)
    try:
        first, second = cut(source, place)
    except InvalidError:
        return
    shown = [render_paragraph(each).plain.replace(" ", "") for each in (first, second, source)]
    assert shown[0]
    assert shown[1]
    assert shown[0] + shown[1] == shown[2]
    assert join(first, second)
