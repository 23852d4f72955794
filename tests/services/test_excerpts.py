"""How a text begins, where there is room for its first words only."""

from __future__ import annotations

import pytest

from app.services.search.excerpts import first_words


@pytest.mark.parametrize(
    ("text", "most", "begins"),
    [
        ("All of it.", 10, "All of it."),
        ("It is confirmed. And more", 20, "It is confirmed…"),
        ("Is it? Yes, it is", 9, "Is it…"),
        ("It stands for …, and more", 20, "It stands for…"),
        ("One\n two – three", 12, "One two…"),
        ("Undividable", 5, "Undiv…"),
    ],
)
def test_a_text_that_is_cut_ends_in_one_ellipsis_after_a_word(text: str, most: int, begins: str) -> None:
    assert first_words(text, most) == begins
