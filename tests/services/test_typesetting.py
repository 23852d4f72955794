"""An editor's Markdown as HTML and as plain lines: the same words, nothing fetched, nothing run."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.newsletters.typesetting import LINE_LENGTH, plain_lines, typeset

MARKDOWN = """# Big

Read **this** and [the draft](https://example.org/a?b=1&c=2), or <https://example.org>.

## Under it

- one
- two, which is so long that it does not fit into one line and goes on in the next one
  - inside

1. first
2. second

#### small

Write to [us](mailto:us@example.org)."""

LINES = """Big
===

Read this and the draft (https://example.org/a?b=1&c=2), or
https://example.org.

Under it
========

– one
– two, which is so long that it does not fit into one line and goes on
  in the next one
   – inside

1. first
2. second

small
-----

Write to us (us@example.org)."""


def test_headings_lists_and_links_read_well_without_tags() -> None:
    assert plain_lines(typeset(MARKDOWN)) == LINES


def test_headings_begin_below_the_title() -> None:
    levels = re.findall(r"<(h\d)>", typeset(MARKDOWN))
    assert levels == ["h2", "h2", "h3"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src="https://evil.example/p.gif">',
        "![pixel](https://evil.example/p.gif)",
        "[run](javascript:alert(1))",
        '<style>@import "https://evil.example/a.css"</style>',
        '<a href="https://example.org" onclick="alert(1)">x</a>',
    ],
)
def test_nothing_is_fetched_or_run(hostile: str) -> None:
    tags = re.findall(r"<[^>]+>", typeset(hostile))
    assert not [tag for tag in tags if re.match(r"<(?!/?(p|a)\b)|.*(src|on\w+|javascript:|style)", tag)]


def test_addresses_are_never_broken() -> None:
    address = "https://example.org/" + "x" * 200
    assert f"({address})" in plain_lines(typeset(f"Read [this]({address}) now.")).split()


words = st.text("abzāžøéع字7", min_size=1, max_size=12)


@given(st.lists(st.lists(words, min_size=1, max_size=25), min_size=1, max_size=4))
def test_no_word_is_lost_and_no_line_too_long(paragraphs: list[list[str]]) -> None:
    rendered = typeset("\n\n".join(" ".join(paragraph) for paragraph in paragraphs))
    lines = plain_lines(rendered)
    said = html.unescape(re.sub(r"<[^>]+>", " ", rendered)).split()
    assert [word for word in lines.split() if not set(word) <= set("=-–")] == [
        word for word in said if not set(word) <= set("=-–")
    ]
    assert all(len(line) <= LINE_LENGTH or " " not in line.strip() for line in lines.split("\n"))
