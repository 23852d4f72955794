"""Emphasis and links as all importers write them: never a character more or less than was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.importing._inline import Run, plain_of, source_of, words_of
from app.services.text import render_paragraph

ADDRESS = "https://example.org/(a)_b"
RUNS = st.lists(
    st.builds(
        Run,
        st.text(alphabet="ab .,()[]*_\\é!“-", max_size=5),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["", "", "", ADDRESS, "javascript:x"]),
    ),
    max_size=5,
)


@given(RUNS)
def test_what_is_shown_are_the_characters_that_were_found(runs: list[Run]) -> None:
    source = source_of(runs)
    assert render_paragraph(source).plain == plain_of(runs)
    assert words_of(source) == plain_of(runs)


@given(RUNS)
def test_only_addresses_of_the_web_and_of_mailboxes_become_links(runs: list[Run]) -> None:
    assert "javascript:x" not in source_of(runs)


@pytest.mark.parametrize(
    ("runs", "source"),
    [
        ([Run("All ", strong=True), Run("words")], "**All** words"),
        ([Run("so"), Run("called.", emphasis=True), Run("that")], "so*called*.that"),
        (
            [Run("one ", emphasis=True), Run("two", True, True), Run(" three", emphasis=True)],
            "*one **two** three*",
        ),
        ([Run("see [1]", address="https://example.org")], "[see \\[1\\]](https://example.org)"),
        ([Run("a", strong=True), Run("]"), Run("(b)")], "**a**\\](b)"),
        ([Run("soft\u00adhyphen \ufeff")], "softhyphen"),
        ([Run("***")], "\\*\\*\\*"),
    ],
)
def test_marks_stand_where_markdown_reads_them(runs: list[Run], source: str) -> None:
    assert source_of(runs) == source
