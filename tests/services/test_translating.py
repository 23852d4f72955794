"""Which paragraph of the original each piece of a translation is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters.importing.markdown import create
from app.models.draft import Paragraph, ParagraphText
from app.services.files.importing import Doubt, FoundBlock, within_limits
from app.services.files.labelling import LabelledBlock, label_blocks
from app.services.matching.translating import Match, match_to_original
from app.services.text import render_paragraph

SAMPLE = Path(__file__).parent.parent.parent / "app" / "sample"
OWN = Path(__file__).parent.parent / "texts"
LANGUAGES = ("fr", "lv", "nb")
DRAFTS = ("innovation", "open-data", "plain-language")


def found_in(path: Path) -> list[FoundBlock]:
    return within_limits(create().read(path.read_bytes())).blocks


def original_of(blocks: list[FoundBlock]) -> list[ParagraphText]:
    return [_text(f"p{number}", labelled) for number, labelled in enumerate(label_blocks(blocks), start=1)]


def matched(original: list[FoundBlock], translation: list[FoundBlock]) -> Match:
    return match_to_original(original_of(original), label_blocks(translation))


def doubts_of(match: Match) -> dict[int, list[str]]:
    texts = enumerate(match.texts)
    return {place: list(text.block.doubts) for place, text in texts if text and text.block.doubts}


def item(marker: str, source: str) -> FoundBlock:
    return FoundBlock("item", 1, marker, source)


def paragraph(source: str) -> FoundBlock:
    return FoundBlock("paragraph", 0, "", source)


def heading(source: str) -> FoundBlock:
    return FoundBlock("heading", 1, "", source)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("draft", DRAFTS)
def test_a_translation_of_the_same_structure_is_matched_exactly_and_without_doubt(
    draft: str, language: str
) -> None:
    original, translation = (found_in(SAMPLE / draft / f"{code}.md") for code in ("en", language))

    match = matched(original, translation)

    assert match.places == list(range(len(original)))
    assert match.left_over == []
    assert doubts_of(match) == {}


@pytest.mark.parametrize("language", ["ar", "zh"])
def test_arabic_and_chinese_are_matched_like_any_other_language(language: str) -> None:
    original, translation = (found_in(OWN / f"declaration.{code}.md") for code in ("en", language))
    del translation[3]

    match = matched(original, translation)

    assert match.missing == [3]
    assert [place for place in match.places if place is not None] == list(range(len(translation)))


def test_the_original_says_what_kind_level_and_label_a_text_has() -> None:
    original = [heading("1. Aims"), paragraph("We aim high."), item("a", "So high.")]
    translation = [heading("1. Mērķi"), paragraph("Mēs tiecamies augstu."), paragraph("Tik augstu.")]

    texts = matched(original, translation).texts

    assert [(text.block.kind, text.block.level, text.label) for text in texts if text] == [
        ("heading", 1, "1"),
        ("paragraph", 0, "1"),
        ("item", 1, "1.a"),
    ]


def test_a_text_that_is_another_kind_than_its_original_is_marked() -> None:
    original = [paragraph("We aim high in all that we do together."), item("a", "So high.")]
    translation = [paragraph("Mēs tiecamies augstu visā, ko darām kopā."), paragraph("Tik augstu.")]

    assert doubts_of(matched(original, translation)) == {1: [Doubt.GUESSED_PLACE]}


def test_two_paragraphs_that_a_translation_joined_are_found_and_the_first_is_marked() -> None:
    original, translation = found_in(SAMPLE / "innovation/en.md"), found_in(SAMPLE / "innovation/fr.md")
    joined = replace(translation[2], source=f"{translation[2].source} {translation[3].source}")
    translation[2:4] = [joined]

    match = matched(original, translation)

    assert match.missing == [3]
    assert match.left_over == []
    assert doubts_of(match)[2] == [Doubt.HOLDS_NEXT]


def test_a_paragraph_that_a_translation_divided_is_joined_again_and_marked() -> None:
    original, translation = found_in(SAMPLE / "innovation/en.md"), found_in(SAMPLE / "innovation/fr.md")
    first, _, rest = translation[2].source.partition(". ")
    translation[2:3] = [
        replace(translation[2], source=f"{first}."),
        replace(translation[2], source=rest, notes=("Une note.",)),
    ]

    match = matched(original, translation)

    text = match.texts[2]
    assert text is not None
    assert (text.block.source, text.block.notes) == (f"{first}. {rest}", ("Une note.",))
    assert doubts_of(match) == {2: [Doubt.JOINED]}
    assert match.missing == []


def test_what_the_original_does_not_have_is_left_over() -> None:
    original, translation = found_in(SAMPLE / "innovation/en.md"), found_in(SAMPLE / "innovation/lv.md")
    translation.insert(9, paragraph("Tulkotājas piezīme: tabula, kas bija šeit, ir atsevišķā failā."))

    match = matched(original, translation)

    assert match.left_over == [9]
    assert match.missing == []


def test_keys_in_a_file_that_innspill_wrote_decide() -> None:
    original = [paragraph("One."), paragraph("Two is here."), paragraph("Three.")]
    translation = [replace(paragraph("Deux est ici."), key="p2"), replace(paragraph("Trois."), key="p3")]

    match = matched(original, translation)

    assert match.places == [None, 0, 1]
    assert doubts_of(match) == {}


def test_doubts_of_the_import_stay_with_their_text() -> None:
    translation = [paragraph("Mēs visi."), replace(paragraph("Tikai mēs."), doubts=(Doubt.CLOSE_LOOK,))]

    match = matched([paragraph("All of us."), paragraph("Only us.")], translation)

    assert doubts_of(match) == {1: [Doubt.CLOSE_LOOK]}


def test_numbers_tell_paragraphs_apart_that_are_alike_otherwise() -> None:
    original = [paragraph(f"By the year {year} this will be done.") for year in range(2031, 2041)]
    translation = [paragraph(f"До {year} года это будет сделано.") for year in range(2031, 2041)]
    del translation[6]

    assert matched(original, translation).missing == [6]


def test_an_empty_translation_leaves_everything_missing() -> None:
    match = matched([paragraph("One."), paragraph("Two.")], [])

    assert (match.missing, match.left_over) == ([0, 1], [])


Edited = tuple[list[FoundBlock], list[FoundBlock], dict[int, int | None]]


def some_words(chance: Random) -> list[str]:
    return [
        "".join(chance.choices("abcdefghijklmnoprstuv", k=chance.randint(2, 9)))
        for _ in range(chance.randint(8, 60))
    ]


def translated(text: list[str], chance: Random) -> str:
    """Other words, about as long, of which one in ten is the same."""
    return " ".join(
        word if chance.random() < 0.1 else word[::-1] + "e" * chance.randint(0, 1) for word in text
    )


@st.composite
def an_edited_translation(draw: st.DrawFn) -> Edited:
    """An original, its translation in which something was done, and which block each paragraph must be."""
    chance = Random(draw(st.integers(0, 2**32)))
    texts = [some_words(chance) for _ in range(draw(st.integers(4, 14)))]
    original = [paragraph(f"{' '.join(text)} {1900 + 7 * n}") for n, text in enumerate(texts)]
    pieces: list[tuple[list[int], FoundBlock]] = [
        ([n], paragraph(f"{translated(text, chance)} {1900 + 7 * n}")) for n, text in enumerate(texts)
    ]
    act = draw(st.sampled_from(["delete", "insert", "merge"]))
    place = draw(st.integers(0, len(pieces) - 2))
    if act == "delete":
        del pieces[place]
    elif act == "insert":
        pieces.insert(place, ([], paragraph(" ".join(some_words(chance)))))
    else:
        (ours, one), (theirs, other) = pieces[place : place + 2]
        pieces[place : place + 2] = [(ours + theirs, paragraph(f"{one.source} {other.source}"))]
    wanted: dict[int, int | None] = dict.fromkeys(range(len(texts)))
    for found, (numbers, _block) in enumerate(pieces):
        for number in numbers[:1]:
            wanted[number] = found
    return original, [block for _numbers, block in pieces], wanted


@settings(max_examples=40)
@given(an_edited_translation())
def test_a_deletion_insertion_or_merger_leaves_all_others_right_or_marked(
    edited: Edited,
) -> None:
    original, translation, wanted = edited

    match = matched(original, translation)

    wrong = {place for place, found in wanted.items() if match.places[place] != found}
    assert wrong <= doubts_of(match).keys() | set(match.missing)
    assert len(wrong) <= 2


@settings(max_examples=40)
@given(an_edited_translation())
def test_every_block_is_some_paragraphs_text_or_left_over(
    edited: Edited,
) -> None:
    original, translation, _wanted = edited

    match = matched(original, translation)

    kept = [text.block.source for text in match.texts if text]
    kept += [translation[place].source for place in match.left_over]
    assert sorted(" ".join(kept).split()) == sorted(" ".join(block.source for block in translation).split())


def _text(key: str, labelled: LabelledBlock) -> ParagraphText:
    said = render_paragraph(labelled.block.source)
    columns: dict[str, Any] = {"source": said.source, "html": said.html, "plain": said.plain}
    return ParagraphText(
        paragraph=Paragraph(key=key),
        kind=labelled.block.kind,
        level=labelled.block.level,
        label=labelled.label,
        notes=list(labelled.block.notes),
        **columns,
    )
