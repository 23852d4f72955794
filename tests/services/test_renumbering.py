"""Numbering again: what was imported keeps its labels, what was divided otherwise is counted anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters import adapter
from app.models.draft import ParagraphText
from app.services.files.labelling import label_blocks
from app.services.mending.renumbering import labels_again, number_after

SAMPLES = sorted(
    path
    for path in (Path(__file__).parents[2] / "app" / "sample").rglob("*.md")
    if "change-log" not in path.name
)
Line = tuple[str, int, str, str]


def texts(*lines: Line) -> list[ParagraphText]:
    return [
        ParagraphText(kind=kind, level=level, label=label, source=source, notes=[])
        for kind, level, label, source in lines
    ]


def again(*lines: Line) -> list[str]:
    return [labelled.label for labelled in labels_again(texts(*lines))]


def items(*labels: str, level: int = 1) -> list[Line]:
    return [("item", level, label, "Words.") for label in labels]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name} {path.name}")
def test_what_was_imported_keeps_its_labels(path: Path) -> None:
    blocks = label_blocks(adapter("importing", "markdown").create().read(path.read_bytes()).blocks)
    lines = [(each.block.kind, each.block.level, each.label, each.block.source) for each in blocks]
    assert again(*lines) == [labelled.label for labelled in blocks]


@pytest.mark.parametrize(
    ("shown", "counted"),
    [
        (["a", "b", "c"], ["a", "b", "c"]),
        (["a", "c"], ["a", "b"]),
        (["b", "c"], ["a", "b"]),
        (["b", "a", "c"], ["a", "b", "c"]),
        (["1", "2", "4"], ["1", "2", "3"]),
        (["i", "ii", "iv"], ["i", "ii", "iii"]),
        (["h", "i", "k"], ["h", "i", "j"]),
        (["I", "III"], ["I", "II"]),
        (["A", "C"], ["A", "B"]),
        (["7", "9"], ["7", "8"]),
        (["1", "2", "1 ¶2", "2 ¶2"], ["1", "2", "1 ¶2", "2 ¶2"]),
        (["1", "1 ¶2", "2"], ["1", "2", "3"]),
        (["¶1", "¶3"], ["¶1", "¶2"]),
    ],
)
def test_a_list_is_counted_on_from_its_first(shown: list[str], counted: list[str]) -> None:
    assert again(*items(*shown)) == counted


def test_a_list_below_a_numbered_heading_is_counted_with_its_number() -> None:
    heading = ("heading", 1, "3", "Try")
    assert again(heading, *items("3.b", "3.b ¶2", "3.c")) == ["3", "3.a", "3.b", "3.c"]
    assert again(heading, *items("3.1", "3.3")) == ["3", "3.1", "3.2"]


def test_a_list_in_a_list_is_counted_for_itself() -> None:
    lines = [*items("1", "3"), *items("3.a", "3.c", level=2), *items("4")]
    assert again(*lines) == ["1", "2", "2.a", "2.b", "3"]


def test_a_list_goes_on_counting_after_a_paragraph_and_under_the_next_heading() -> None:
    paragraph = ("paragraph", 0, "2", "Words.")
    assert again(*items("1", "1 ¶2", "2"), paragraph, *items("3")) == ["1", "2", "3", "¶1", "4"]
    assert again(*items("1", "3"), ("heading", 1, "", "Next"), *items("4")) == ["1", "2", "", "3"]


def test_paragraphs_are_counted_and_headings_keep_their_number() -> None:
    lines: list[Line] = [
        ("heading", 1, "2", "Try"),
        ("paragraph", 0, "2", "One."),
        ("paragraph", 0, "2 ¶9", "Two."),
        ("heading", 1, "", "4. Learn"),
        ("paragraph", 0, "x", "Three."),
    ]
    assert again(*lines) == ["2", "2", "2 ¶2", "4", "4"]
    assert labels_again(texts(*lines))[3].block.source == "Learn"


def test_what_continues_a_paragraph_has_the_next_free_label() -> None:
    assert number_after("3.b", set()) == "3.b ¶2"
    assert number_after("3.b", {"3.b ¶2"}) == "3.b ¶3"
    assert number_after("2 ¶4", {"2 ¶5"}) == "2 ¶6"
    assert number_after("¶1", set()) == "¶2"
    assert number_after("", set()) == "¶2"
