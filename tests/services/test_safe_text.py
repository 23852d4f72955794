"""The short way past bleach leads to the same words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services import text
from app.services.text import SafeText, render_comment, render_paragraph
from tests.effort import steps_of

MARKS = (
    "*",
    "**",
    "***",
    "_",
    "-",
    "1.",
    "<",
    ">",
    "&",
    "&amp;",
    "&#39;",
    '"',
    "'",
    "`",
    "\\",
    "[",
    "](",
    "é",
    "word",
)
HOSTILE = ("<script>", "</p>", "<b>x</b>", "[a](https://b.example)", "<https://c.example>", "&lt;", "<!--")
SPACES = ("- ", "1. ", "\n", "\n\n", "    ", "\u00a0", " ")


@settings(max_examples=400)
@given(st.lists(st.sampled_from((*MARKS, *HOSTILE, *SPACES)) | st.text(max_size=3), max_size=25).map("".join))
def test_what_goes_past_bleach_is_what_bleach_would_give(source: str) -> None:
    clean = text.normalise(source)
    rendered = text._COMMENT_MARKDOWN.render(clean)
    bleached = text._bleached(rendered, text.COMMENT_TAGS)
    if text._of_bare_tags(text.COMMENT_TAGS).fullmatch(rendered):
        assert bleached == rendered
    assert "<script" not in text.render_comment(source).html


def test_only_tags_without_attributes_go_past_bleach() -> None:
    bare = text._of_bare_tags(text.COMMENT_TAGS)
    for harmless in (
        "<p>Words &amp; <em>more</em><br>\nwords</p>",
        "<ul>\n<li>one</li>\n</ul>",
        "",
        "5 &lt; 6",
    ):
        assert bare.fullmatch(harmless)
    others = ("<script>", "<a>", '<a href="https://b.example">b</a>', "<p", "<P>", "<p >", "<!-- -->", "<h2>")
    for other in (*others, '<p onclick="x">', '<ol start="3">', "&", "&#60;"):
        assert not bare.fullmatch(other)


@pytest.mark.parametrize("render", [render_comment, render_paragraph])
@pytest.mark.parametrize("mark", ["_a ", "**a ", "[a "])
def test_a_text_of_nothing_but_marks_is_shown_as_it_is_without_more_work(
    render: Callable[[str], SafeText], mark: str
) -> None:
    written = (mark * 3300)[:10_000]
    assert render(written).plain == written.strip()
    of_no_marks = written.translate(str.maketrans(text.MARKS, "!" * len(text.MARKS)))
    assert steps_of(lambda: render(written)) < 1.5 * steps_of(lambda: render(of_no_marks))


def test_many_marks_of_a_usual_text_are_read() -> None:
    shown = render_comment("One _word_, one **other**, and [a page](https://example.org). " * 70)
    assert shown.html.count("<em>word</em>") == 70
    assert shown.html.count("<strong>other</strong>") == 70
    assert shown.html.count("<a ") == 70
