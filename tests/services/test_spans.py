"""Runs of words, to and from inline Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.files.spans import Span, markdown_of, spans_of, tidy
from app.services.text import render_paragraph

LINK = "https://example.org/a_(b)*"


def read_back(spans: list[Span]) -> list[Span]:
    return spans_of(render_paragraph(markdown_of(spans)).html)


@pytest.mark.parametrize(
    ("spans", "written"),
    [
        ([Span("all "), Span("new", emphasis=True)], "all *new*"),
        ([Span("all"), Span(" new ", strong=True), Span("ways")], "all **new** ways"),
        ([Span("a", emphasis=True, strong=True), Span(" b", emphasis=True)], "***a** b*"),
        ([Span("5 * 3 = 15_")], "5 \\* 3 = 15\\_"),
        ([Span("a]b", address="https://example.org/")], "[a\\]b](https://example.org/)"),
        ([Span("a", address=LINK)], f"[a]({LINK})"),
        ([Span("a", address="https://example.org/)")], "[a](<https://example.org/)>)"),
        ([Span("a", address="javascript:alert(1)")], "a"),
        ([Span(" \n a "), Span(" b")], "a b"),
    ],
)
def test_runs_are_written_as_markdown(spans: list[Span], written: str) -> None:
    assert markdown_of(spans) == written


def test_emphasis_that_markdown_cannot_say_is_left_out_rather_than_shown_as_asterisks() -> None:
    spans = [Span("so"), Span("“called”", emphasis=True), Span("s")]
    assert markdown_of(spans) == "so“called”s"


@given(st.lists(st.builds(Span, st.text("ab *_[]()\\!.\"'é", max_size=6), st.booleans(), st.just(False))))
def test_no_word_is_lost_whatever_the_runs(spans: list[Span]) -> None:
    assert "".join(span.text for span in read_back(spans)) == "".join(span.text for span in tidy(spans))


@given(
    st.lists(st.sampled_from(["a", "*b*", "**c**", "***d***", "*e **f** g*", "[h](https://example.org/)"]))
)
def test_emphasis_and_links_survive_being_written_anew(words: list[str]) -> None:
    source = " ".join(words)
    assert markdown_of(spans_of(render_paragraph(source).html)) == source
