"""What becomes of PDF files: lines become paragraphs again, and every draft asks for a close look."""

from __future__ import annotations

import pytest

from app.adapters.importing.pdf import create
from app.services.files.importing import (
    Doubt,
    FoundBlock,
    FoundDraft,
    Unreadable,
    UnreadableError,
    within_limits,
)
from tests.adapters.found_words import sources
from tests.adapters.pdf_documents import BOLD, SLANTED, Set, column, locked, pdf, pdf_of

TITLE = Set("Declaration on innovation", 800, size=20, font=BOLD)
LINES = (
    "We declare that all public servants may try what has not been tried before, and that",
    "nobody is punished for what was learned when something did not work out as it was",
    "planned.",
)


def read(*pages: list[Set], **more: str) -> FoundDraft:
    return within_limits(create().read(pdf(*pages, **more)))


def split(found: FoundDraft) -> list[tuple[str, int, str, str]]:
    return [(block.kind, block.level, block.marker, block.source) for block in found.blocks]


def refused(content: bytes) -> Unreadable:
    with pytest.raises(UnreadableError) as refusal:
        within_limits(create().read(content))
    return refusal.value.reason


def test_lines_are_joined_and_what_is_larger_or_bold_is_a_heading() -> None:
    found = read(
        [
            TITLE,
            Set("1. Listen", 770, size=14, font=BOLD),
            *column(*LINES, y=745),
            Set("Why", 690, font=BOLD),
            *column(*LINES, y=665),
        ]
    )
    assert found.title == "Declaration on innovation"
    assert split(found) == [
        ("heading", 1, "", "1. Listen"),
        ("paragraph", 0, "", " ".join(LINES)),
        ("heading", 2, "", "Why"),
        ("paragraph", 0, "", " ".join(LINES)),
    ]
    assert found.doubts == (Doubt.CLOSE_LOOK,)


def test_paragraphs_are_told_apart_by_the_space_between_them() -> None:
    found = read([TITLE, *column(*LINES, y=760), *column(*LINES, y=700), *column(*LINES, y=640)])
    assert sources(found) == [" ".join(LINES)] * 3


def test_paragraphs_without_space_between_them_end_with_a_short_line() -> None:
    found = read([TITLE, *column(*LINES, *LINES, *LINES, y=760)])
    assert sources(found) == [" ".join(LINES)] * 3


def test_a_paragraph_goes_on_over_the_page() -> None:
    found = read([TITLE, *column(*LINES, *LINES[:2], y=760)], [*column(LINES[2], *LINES, y=760)])
    assert sources(found)[1] == " ".join(LINES)


def test_what_stands_on_every_page_is_left_out() -> None:
    pages = [
        [
            Set("Council of Examples – draft", 815, size=9),
            *([TITLE] if page == 1 else []),
            *column(f"{name} {LINES[0]}", *LINES[1:], y=750),
            Set(f"Page {page} of 3", 30, x=280, size=9),
        ]
        for page, name in enumerate(("First", "Then", "Last"), start=1)
    ]
    lines = " ".join(LINES)
    assert sources(read(*pages)) == [f"First {lines}", f"Then {lines}", f"Last {lines}"]


def test_headings_at_the_head_of_pages_are_not_taken_for_running_heads() -> None:
    pages = [[Set(f"Article {page}", 800, size=14, font=BOLD), *column(*LINES, y=760)] for page in (2, 3, 4)]
    found = read([TITLE, *column(*LINES, y=760)], *pages)
    assert [block.source for block in found.blocks if block.kind == "heading"] == [
        "Article 2",
        "Article 3",
        "Article 4",
    ]


def test_items_have_the_markers_that_are_printed_before_them() -> None:
    found = read(
        [
            TITLE,
            *column(*LINES, y=760),
            Set("a)", 700),
            Set("ask before you decide, and ask again when it is decided, because people", 700, x=90),
            Set("change their minds", 686, x=90),
            Set("b)", 672),
            Set("listen", 672, x=90),
            Set("•", 658, x=90),
            Set("to everybody", 658, x=108),
        ]
    )
    assert split(found)[1:] == [
        (
            "item",
            1,
            "a",
            "ask before you decide, and ask again when it is decided, because people change their minds",
        ),
        ("item", 1, "b", "listen"),
        ("item", 2, "–", "to everybody"),
    ]


def test_a_divided_word_is_whole_again_only_where_that_is_sure() -> None:
    found = read(
        [
            TITLE,
            *column(
                "Innovation is for everybody, and whoever hinders inno-",
                "vation has to say why, in the well-known and self-",
                "evident form of a letter.",
                y=760,
            ),
        ]
    )
    assert sources(found) == [
        "Innovation is for everybody, and whoever hinders innovation has to say why, in the well-known and "
        "self-evident form of a letter."
    ]


def test_emphasis_is_kept_and_a_note_stands_with_its_paragraph() -> None:
    found = read(
        [
            TITLE,
            Set("All are ", 760),
            Set("free", 760, x=112, font=SLANTED),
            Set("1", 765, x=132, size=6),
            Set(" and equal before the law, as it was written down by those who came before us.", 760, x=136),
            *column(*LINES, y=730),
            Set("1", 94, size=5),
            Set(" Adopted in 1948.", 90, x=76, size=8),
        ]
    )
    first = found.blocks[0]
    assert first.source.startswith("All are *free* and equal")
    assert first.notes == ("Adopted in 1948.",)
    assert sources(found)[-1] == " ".join(LINES)


def test_a_note_that_nothing_refers_to_is_not_lost() -> None:
    note = Set("3 Adopted in 1948.", 90, size=8)
    found = read([TITLE, *column(*LINES, y=760), note])
    assert found.blocks[-1] == FoundBlock("paragraph", 0, "", "Adopted in 1948.", doubts=(Doubt.STRAY_NOTE,))


def test_the_language_is_the_one_that_the_file_names() -> None:
    assert read([TITLE, *column(*LINES)], catalogue="/Lang(nb-NO)").language == "nb-NO"


def test_artifacts_are_no_text() -> None:
    drawn = b"/Artifact BMC BT /F1 11 Tf 1 0 0 1 72 500 Tm (Decoration) Tj ET EMC " + b" ".join(
        f"BT /F1 11 Tf 1 0 0 1 72 {700 - 14 * place} Tm ({line}) Tj ET".encode()
        for place, line in enumerate(("Title", "", *LINES))
    )
    assert "Decoration" not in " ".join(sources(within_limits(create().read(pdf_of(drawn)))))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>", Unreadable.WRONG_FORMAT),
        (b"%PDF-1.7\nnothing more", Unreadable.DAMAGED),
        (pdf([TITLE, *column(*LINES)])[:700], Unreadable.DAMAGED),
        (locked(pdf([TITLE, *column(*LINES)]), "secret"), Unreadable.ENCRYPTED),
        (pdf([]), Unreadable.EMPTY),
    ],
    ids=["another format", "beginning only", "truncated", "password", "no words"],
)
def test_what_cannot_be_read_says_why(content: bytes, reason: Unreadable) -> None:
    assert refused(content) == reason


def test_pictures_of_pages_are_no_text() -> None:
    image = b"q 500 0 0 700 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI Q"
    assert refused(pdf_of(image, image)) == Unreadable.SCANNED


def test_a_file_that_is_only_protected_against_changes_is_read() -> None:
    assert within_limits(create().read(locked(pdf([TITLE, *column(*LINES)]), ""))).title == TITLE.words
