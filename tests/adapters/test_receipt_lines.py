"""Receipts on paper: lines that hold every sign, made in a time that grows as the text does."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from time import process_time

import pytest

from app.adapters.receipts._lines import lines_of
from app.adapters.receipts.pdf import create
from app.services.printing import Block, Part, PrintedReceipt

ONE_EACH: defaultdict[str, float] = defaultdict(lambda: 1.0)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("one  two\n\nthree ", ["one  two", "", "three"]),
        ("abcdefghijklmnopqr", ["abcdefgh", "ijklmnop", "qr"]),
        ("so abcdefghijk it", ["so", "abcdefgh", "ijk it"]),
        ("eighteen eighteen", ["eighteen", "eighteen"]),
    ],
)
def test_a_line_breaks_at_a_space_or_else_where_it_is_full(text: str, lines: list[str]) -> None:
    assert lines_of(text, ONE_EACH, 8) == lines


MIXED = ("a😀" * 5000, "مرحبا नमस्ते 😀 Ωмя " * 500, "x" * 9999, "word and word " * 700)


@pytest.mark.parametrize("text", MIXED, ids=["by turns", "many scripts", "one word", "words"])
def test_the_longest_comment_is_on_paper_at_once(text: str) -> None:
    create().write(_receipt("Добрый день, καλημέρα"))
    started = process_time()
    assert create().write(_receipt(text)).startswith(b"%PDF-")
    assert process_time() - started < 1.5


def _receipt(text: str) -> PrintedReceipt:
    return PrintedReceipt(
        language="en",
        title="Receipt",
        number="1",
        link="http://localhost/en/receipts/1?secret=s",
        link_words="Opens the receipt",
        elsewhere="All is in the text file.",
        blocks=(Block(Part.WORDS, text),),
        made_at=datetime(2030, 2, 10, tzinfo=UTC),
    )
