"""Receipts on paper: lines that hold every sign, made with work that grows as the text does."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from functools import partial

import pytest

from app.adapters.receipts._faces import _unpacked
from app.adapters.receipts._lines import lines_of
from app.adapters.receipts.pdf import create
from app.services.exports.printing import Block, Part, PrintedReceipt
from tests.effort import steps_of

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
QUARTERS = (2500, 5000, 10_000)  # of the longest comment


@pytest.mark.parametrize("text", MIXED, ids=["by turns", "many scripts", "one word", "words"])
def test_twice_the_text_is_at_most_a_little_more_than_twice_the_work(text: str) -> None:
    create().write(_receipt(text))  # what is made once for all receipts is made
    quarter, half, whole = (steps_of(partial(create().write, _receipt(text[:end]))) for end in QUARTERS)
    assert whole - half < 3 * (half - quarter)


def test_fonts_are_unpacked_for_the_first_receipt_only() -> None:
    _unpacked.cache_clear()
    first, second = (steps_of(lambda: create().write(_receipt("Добрый день, καλημέρα"))) for _ in range(2))
    assert 2 * second < first


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
