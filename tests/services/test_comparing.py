"""Any two sealed versions compared: what became of each paragraph, and which words changed."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app.models.consultation import Consultation
from app.services.drafts.confirming import confirm_fates
from app.services.drafts.drafting import begin_version, seal_version
from app.services.errors import NotFoundError
from app.services.public.comparing import Change, compare_versions
from tests.builders import a_consultation, a_draft
from tests.drafts import publish, put, translate

ASK = "Ask everybody who is concerned before anything is decided."
ANSWER = "Answer every comment within three months and say why."
PUBLISH = "Publish the results in the languages of the consultation."
KEEP = "Keep what was received for two years at most."


def told(changes: list[Change]) -> list[tuple[str, list[str], list[str]]]:
    """Each change by its fate and the first words of its texts."""
    return [
        (
            "went" if change.went else change.fate.value,
            [text.plain.split()[0] for text in change.olds],
            [text.plain.split()[0] for text in change.news],
        )
        for change in changes
    ]


def test_changes_stand_in_the_order_of_the_newer_text_and_what_is_gone_where_it_was(
    consultation: Consultation, at: datetime
) -> None:
    publish(consultation, "# First", ASK, ANSWER, PUBLISH, KEEP, at=at)
    publish(consultation, "# First", PUBLISH, ASK.replace("everybody", "all"), KEEP, "Learn.", at=at)
    compared = compare_versions(consultation, 1, 2, "en")
    assert told(compared.changes) == [
        ("same", ["First"], ["First"]),
        ("moved", ["Publish"], ["Publish"]),
        ("reworded", ["Ask"], ["Ask"]),
        ("removed", ["Answer"], []),
        ("went", ["Publish"], ["Publish"]),
        ("same", ["Keep"], ["Keep"]),
        ("new", [], ["Learn."]),
    ]
    assert compared.counts == {"same": 2, "moved": 1, "reworded": 1, "removed": 1, "new": 1}
    reworded = compared.changes[2]
    assert ("everybody", "−") in reworded.old_pieces[0]
    assert ("all", "+") in reworded.new_pieces[0]
    assert compared.changes[0].new_pieces == ()


def test_splits_and_mergers_show_all_that_they_came_from(consultation: Consultation, at: datetime) -> None:
    publish(consultation, f"{ASK} {ANSWER}", PUBLISH, KEEP, at=at)
    publish(consultation, ASK, ANSWER, f"{PUBLISH} {KEEP}", at=at)
    split, merged = compare_versions(consultation, 1, 2, "en").changes
    assert told([split, merged]) == [
        ("split", ["Ask"], ["Ask", "Answer"]),
        ("merged", ["Publish", "Keep"], ["Publish"]),
    ]
    assert {sign for pieces in (*split.new_pieces, *merged.old_pieces) for _words, sign in pieces} == {""}


def test_what_happened_in_the_versions_between_is_followed(consultation: Consultation, at: datetime) -> None:
    publish(consultation, ASK, f"{ANSWER} {PUBLISH}", at=at)
    publish(consultation, ASK, ANSWER, PUBLISH, at=at)
    publish(consultation, PUBLISH, KEEP, at=at)
    assert told(compare_versions(consultation, 1, 3, "en").changes) == [
        ("removed", ["Ask"], []),
        ("reworded", ["Answer"], ["Publish"]),
        ("new", [], ["Keep"]),
    ]


def test_what_was_taken_out_and_put_back_unchanged_is_the_same(
    consultation: Consultation, at: datetime
) -> None:
    first = publish(consultation, ASK, ANSWER, at=at)
    publish(consultation, ASK, at=at)
    version = put(consultation, ASK, at=at)
    assert told(compare_versions(consultation, 1, 2, "en").changes) == [
        ("same", ["Ask"], ["Ask"]), ("removed", ["Answer"], []),
    ]  # fmt: skip
    assert first.number + 2 == version.number


def test_a_translation_is_compared_with_its_earlier_state(consultation: Consultation, at: datetime) -> None:
    first = put(consultation, ASK, ANSWER, at=at)
    translate(first, "nb", "Spør alle som er berørt.", "Svar innen tre måneder.", at=at)
    seal_version(first.draft, by=None, at=at)
    second = put(consultation, ASK, ANSWER.replace("three", "two"), at=at)
    translate(second, "nb", "Spør alle som er berørt.", "Svar innen to måneder.", at=at)
    confirm_fates(second, by=None, at=at)
    seal_version(second.draft, by=None, at=at)
    compared = compare_versions(consultation, 1, 2, "nb")
    assert (compared.older.language, compared.newer.language) == ("nb", "nb")
    assert ("to", "+") in compared.changes[1].new_pieces[0]


def test_a_paragraph_whose_translation_does_not_follow_the_original_yet_is_compared_in_the_original(
    consultation: Consultation, at: datetime
) -> None:
    first = put(consultation, ASK, ANSWER, at=at)
    translate(first, "nb", "Spør alle som er berørt.", "Svar innen tre måneder.", at=at)
    seal_version(first.draft, by=None, at=at)
    publish(consultation, ASK, ANSWER.replace("three", "two"), at=at)
    asked, answered = compare_versions(consultation, 1, 2, "nb").changes
    assert (asked.fate, asked.news[0].language) == ("same", "nb")
    assert (answered.fate, answered.news[0].language) == ("reworded", "en")
    assert ("two", "+") in answered.new_pieces[0]


def test_where_one_version_has_no_translation_both_are_in_the_originals_words(
    consultation: Consultation, at: datetime
) -> None:
    publish(consultation, ASK, ANSWER, at=at)
    second = begin_version(consultation, by=None, at=at)
    translate(second, "nb", "Spør alle som er berørt.", "Svar innen tre måneder.", at=at)
    third = seal_version(second.draft, by=None, at=at)
    assert third.number == 2
    compared = compare_versions(consultation, 1, 2, "nb")
    assert {text.language for change in compared.changes for text in (*change.olds, *change.news)} == {"en"}
    assert {change.fate for change in compared.changes} == {"same"}


def test_a_paragraph_that_only_one_side_has_translated_is_compared_in_the_original(
    consultation: Consultation, at: datetime
) -> None:
    first = put(consultation, ASK, ANSWER, at=at)
    translate(first, "nb", "Spør alle som er berørt.", at=at)
    seal_version(first.draft, by=None, at=at)
    second = begin_version(consultation, by=None, at=at)
    translate(second, "nb", "Spør alle som er berørt.", "Svar innen tre måneder.", at=at)
    seal_version(second.draft, by=None, at=at)
    changes = compare_versions(consultation, 1, 2, "nb").changes
    assert [(change.fate, change.news[0].language) for change in changes] == [("same", "nb"), ("same", "en")]


def test_all_parts_of_a_split_are_in_one_language(consultation: Consultation, at: datetime) -> None:
    first = put(consultation, f"{ASK} {ANSWER}", KEEP, at=at)
    translate(first, "nb", "Spør alle. Svar innen tre måneder.", "Behold det i to år.", at=at)
    seal_version(first.draft, by=None, at=at)
    publish(consultation, ASK, ANSWER, KEEP, at=at)
    split, kept = compare_versions(consultation, 1, 2, "nb").changes
    assert {text.language for text in (*split.olds, *split.news)} == {"en"}
    assert kept.news[0].language == "nb"


def test_versions_that_are_not_there_or_not_sealed_are_not_compared(
    consultation: Consultation, at: datetime
) -> None:
    publish(consultation, ASK, at=at)
    put(consultation, ANSWER, at=at)
    for older, newer in ((1, 2), (0, 1), (1, 7)):
        with pytest.raises(NotFoundError):
            compare_versions(consultation, older, newer, "en")


def test_a_draft_whose_versions_have_no_links_is_compared_by_its_paragraphs(app: Flask, at: datetime) -> None:
    consultation = a_consultation()
    a_draft(consultation, texts=(ASK, ANSWER))
    compared = compare_versions(consultation, 1, 1, "en")
    assert {change.fate for change in compared.changes} == {"same"}
