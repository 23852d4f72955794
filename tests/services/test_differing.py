"""Two texts shown as one: what was kept, inserted and deleted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.services.matching.differing import pieces_by_paragraph, word_changes

WORDS = st.lists(
    st.sampled_from(["to", "listen", "people", "all", "first,", "and", "(not)", "各国", "意见", "é"])
)
TEXTS = WORDS.map(" ".join)


def shown(before: str, after: str) -> str:
    signs = {"+": "{+%s+}", "−": "[-%s-]", "": "%s"}
    return "".join(signs[sign] % words for words, sign in word_changes(before, after))


@given(TEXTS, TEXTS)
def test_kept_and_inserted_words_are_the_newer_text_and_kept_and_deleted_the_older(
    before: str, after: str
) -> None:
    pieces = word_changes(before, after)
    assert "".join(words for words, sign in pieces if sign != "−") == after
    assert "".join(words for words, sign in pieces if sign != "+") == before
    assert all(words for words, _sign in pieces)


@given(st.lists(TEXTS, min_size=1, max_size=3), st.lists(TEXTS, min_size=1, max_size=3))
def test_pieces_by_paragraph_give_each_paragraph_back(before: list[str], after: list[str]) -> None:
    olds, news = pieces_by_paragraph(before, after)
    assert ["".join(words for words, _sign in pieces) for pieces in olds] == before
    assert ["".join(words for words, sign in pieces if sign != "−") for pieces in news] == after


def test_words_are_changed_as_wholes() -> None:
    assert shown("The body shall listen.", "The bodies shall listen first.") == (
        "The [-body-]{+bodies+} shall listen{+ first+}."
    )


def test_chinese_is_changed_sign_by_sign() -> None:
    assert shown("各国应倾听意见。", "各国政府应听取意见。") == "各国{+政府+}应[-倾-]听{+取+}意见。"


def test_texts_with_little_in_common_are_shown_one_after_the_other() -> None:
    assert shown("We pay for it.", "Nobody knows why.") == "[-We pay for it.-]{+Nobody knows why.+}"


def test_a_split_shows_no_change_where_only_the_paragraph_ends_sooner() -> None:
    olds, news = pieces_by_paragraph(["Listen first. Then answer."], ["Listen first.", "Then answer."])
    assert {sign for pieces in (*olds, *news) for _words, sign in pieces} == {""}
    assert "".join(words for words, _sign in olds[0]) == "Listen first. Then answer."
