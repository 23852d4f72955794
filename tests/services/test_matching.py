"""Matching finds what became of paragraphs, on texts edited by hand and by chance."""

from __future__ import annotations

import pytest

from app.services.matching.matching import Passage, match
from benchmarks.edits import EditedPair, edited_pairs, fates_of
from benchmarks.random_edits import random_pair

PAIRS = edited_pairs()
LEAST_RIGHT = 0.95


def shares(pairs: list[EditedPair]) -> tuple[float, float]:
    """The share of texts of which everything is found rightly, and the share of fates."""
    whole, right, number = 0, 0, 0
    for pair in pairs:
        found = fates_of(pair.before, pair.after, [link[:2] for link in match(pair.before, pair.after)])
        true = pair.fates()
        good = sum(found.get(relation) == fate for relation, fate in true.items())
        most = max(len(found), len(true))
        whole, right, number = whole + (good == most), right + good, number + most
    return whole / len(pairs), right / number


def paragraphs(*texts: str) -> list[Passage]:
    return [Passage("paragraph", 0, f"¶{number}", text) for number, text in enumerate(texts, 1)]


def test_there_are_enough_edited_pairs_and_every_fate_is_among_them() -> None:
    assert len(PAIRS) >= 40
    assert {fate for pair in PAIRS for fate in pair.fates().values()} == {
        "same", "reworded", "moved", "split", "merged", "removed", "new",
    }  # fmt: skip


def test_what_became_of_paragraphs_is_found_in_texts_edited_by_hand() -> None:
    texts, fates = shares(PAIRS)
    assert texts >= LEAST_RIGHT
    assert fates >= LEAST_RIGHT


def test_what_became_of_paragraphs_is_found_in_texts_edited_by_chance() -> None:
    _texts, fates = shares([random_pair(seed, 60, 0.4) for seed in range(200, 212)])
    assert fates >= LEAST_RIGHT


@pytest.mark.parametrize("seed", range(300, 306))
def test_every_passage_stands_in_a_pair(seed: int) -> None:
    pair = random_pair(seed, 40, 1.5)
    pairs = match(pair.before, pair.after)
    assert {old for old, _new, _score in pairs if old is not None} == set(range(len(pair.before)))
    assert {new for _old, new, _score in pairs if new is not None} == set(range(len(pair.after)))
    assert len({(old, new) for old, new, _score in pairs}) == len(pairs)
    assert all(0 <= score <= 1 for *_places, score in pairs)


def test_a_text_against_nothing_is_all_new_and_the_other_way_round_all_removed() -> None:
    text = paragraphs("One.", "Two.")
    assert match([], text) == [(None, 0, 0.0), (None, 1, 0.0)]
    assert match(text, []) == [(0, None, 0.0), (1, None, 0.0)]


def test_what_is_certain_is_kept_against_all_likeness() -> None:
    before = paragraphs("The council meets in spring.", "Members serve for four years.")
    after = paragraphs("The council meets in spring.", "Members serve for four years.")
    assert [pair[:2] for pair in match(before, after, {0: 1, 1: 0})] == [(1, 0), (0, 1)]


def test_chinese_is_compared_sign_by_sign() -> None:
    before = paragraphs("各部每年向议会提交报告。", "管理者应当为学习留出时间。")
    after = paragraphs("管理者应当为学习和试验留出时间。", "各部每两年向议会提交一次报告。")
    assert [pair[:2] for pair in match(before, after)] == [(1, 0), (0, 1)]


def test_paragraphs_without_a_word_are_matched_too() -> None:
    assert [pair[:2] for pair in match(paragraphs("—", "* * *"), paragraphs("* * *"))] == [(1, 0), (0, None)]
