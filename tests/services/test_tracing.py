"""What became of a paragraph since the version that somebody wrote on, and where its comments are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from app.models.comment import State
from app.models.consultation import Consultation
from app.models.draft import Paragraph, Version
from app.services.public.hearing import comments_on, comments_on_draft, number_of_comments_on
from app.services.public.reading import read_draft
from app.services.public.tracing import Step, Trace, traces_of
from tests.builders import a_comment, a_consultation, a_draft
from tests.drafts import publish, put, text_saying, translate
from tests.histories import a_later_version

pytestmark = pytest.mark.usefixtures("app")

ONE, TWO, THREE = "Everybody may try new ways.", "What was learned is published.", "Nobody pays for it."


@pytest.fixture
def consultation(app: object) -> Consultation:
    return a_consultation()


@pytest.fixture
def version(consultation: Consultation) -> Version:
    return a_draft(consultation, texts=(ONE, TWO, THREE))


@pytest.fixture
def paragraph(version: Version) -> Callable[[str], Paragraph]:
    """The paragraph of the first version with that key."""
    return {text.paragraph.key: text.paragraph for text in version.translations[0].texts}.__getitem__


def trace(version: Version, paragraph: Paragraph) -> Trace:
    """What became of the paragraph of that version."""
    origin = (version.number, paragraph.id)
    return traces_of(version.draft.consultation_id, [origin], "en")[origin]


def test_a_paragraph_that_says_the_same_has_nothing_to_tell(
    version: Version, paragraph: Callable[[str], Paragraph]
) -> None:
    a_later_version(version, ("p2", ONE), ("p3", TWO), ("p4", THREE))
    found = trace(version, paragraph("p2"))
    assert (found.steps, found.is_changed) == ((), False)


def test_a_reworded_paragraph_tells_in_which_version(
    version: Version, paragraph: Callable[[str], Paragraph]
) -> None:
    second = a_later_version(version, ("p2", ONE), ("p3", TWO), ("p4", THREE))
    a_later_version(second, ("p2", "Everybody should try new ways."), ("p3", TWO), ("p4", THREE))
    found = trace(version, paragraph("p2"))
    assert found.steps == (Step(3, "reworded", ("1",), ("1",), is_reworded=True),)
    assert (found.text.plain, found.words_since) == (ONE, "Everybody should try new ways.")
    assert found.is_changed


def test_a_moved_paragraph_tells_its_old_label_and_its_new_one(
    version: Version, paragraph: Callable[[str], Paragraph]
) -> None:
    a_later_version(version, ("p3", TWO), ("p4", THREE), ("p2", ONE))
    found = trace(version, paragraph("p2"))
    assert found.steps == (Step(2, "moved", ("1",), ("3",), is_reworded=False),)
    assert not found.is_changed


def test_a_split_paragraph_tells_its_parts_and_its_words_are_theirs(
    version: Version, paragraph: Callable[[str], Paragraph]
) -> None:
    a_later_version(
        version, ("p2", "Everybody may try."), ("p2", "New ways are good."), ("p3", TWO), ("p4", THREE)
    )
    found = trace(version, paragraph("p2"))
    assert found.steps == (Step(2, "split", ("1",), ("1", "2"), is_reworded=True),)
    assert found.words_since == "Everybody may try. New ways are good."


def test_both_paragraphs_of_a_merger_tell_of_it(
    version: Version, paragraph: Callable[[str], Paragraph]
) -> None:
    a_later_version(version, ("p2 p3", f"{ONE} {TWO}"), ("p4", THREE))
    for key in ("p2", "p3"):
        found = trace(version, paragraph(key))
        assert found.steps == (Step(2, "merged", ("1", "2"), ("1",), is_reworded=True),)
        assert [text.key for text in found.now] == ["p2"]


def test_a_removed_paragraph_keeps_its_last_words(
    version: Version, paragraph: Callable[[str], Paragraph]
) -> None:
    second = a_later_version(version, ("p2", ONE), ("p3", "What was learned is told."), ("p4", THREE))
    third = a_later_version(second, ("p2", ONE), ("p4", THREE))
    a_later_version(third, ("p2", ONE), ("p4", THREE))
    found = trace(version, paragraph("p3"))
    assert [(step.version, step.fate) for step in found.steps] == [(2, "reworded"), (3, "removed")]
    assert (found.last.plain, found.now) == ("What was learned is told.", ())
    assert (found.words_then, found.words_since) == (TWO, "What was learned is told.")


def test_what_was_merged_and_then_split_tells_both_in_order(
    version: Version, paragraph: Callable[[str], Paragraph]
) -> None:
    second = a_later_version(version, ("p2", ONE), ("p3 p4", f"{TWO} {THREE}"))
    a_later_version(second, ("p2", ONE), ("p3", TWO), ("p3", THREE))
    found = trace(version, paragraph("p4"))
    assert [(step.version, step.fate, step.became) for step in found.steps] == [
        (2, "merged", ("2",)),
        (3, "split", ("2", "3")),
    ]
    assert found.words_since == f"{TWO} {THREE}"


def test_a_comment_on_the_newest_version_has_nothing_to_tell(
    version: Version, paragraph: Callable[[str], Paragraph]
) -> None:
    second = a_later_version(version, ("p2", "Everybody should try."), ("p3", TWO), ("p4", THREE))
    assert trace(second, paragraph("p2")).steps == ()


def test_words_are_compared_within_one_language(
    consultation: Consultation,
) -> None:
    first = a_draft(consultation, texts=(ONE, TWO), languages=("en", "lv"))
    a_later_version(first, ("p2", "Everybody should try."), ("p3", TWO))
    origin = (1, first.translations[0].texts[1].paragraph_id)
    for asked, told in (("lv", "lv"), ("en", "en"), ("fr", "en")):
        found = traces_of(consultation.id, [origin], asked)[origin]
        assert {found.text.language, *(text.language for text in found.now)} == {told}


def test_a_translation_that_does_not_follow_the_original_yet_shows_what_changed_in_the_original(
    consultation: Consultation, at: datetime
) -> None:
    first = put(consultation, ONE, TWO, at=at)
    translate(first, "nb", "Alle kan prøve nye måter.", "Det som er lært, kunngjøres.", at=at)
    publish(consultation, ONE, TWO, at=at)
    publish(consultation, ONE.replace("may", "should"), TWO, at=at)
    origins = [(1, text_saying(first, words).paragraph_id) for words in (ONE, TWO)]
    traces = traces_of(consultation.id, origins, "nb")
    reworded, same = traces[origins[0]], traces[origins[1]]
    assert reworded.is_ahead
    assert (reworded.words_then, reworded.words_since) == (ONE, "Everybody should try new ways.")
    assert (same.is_ahead, same.is_changed, same.text.language) == (False, False, "nb")


def test_a_merger_tells_no_false_difference_in_an_older_translation(
    consultation: Consultation, at: datetime
) -> None:
    first = put(consultation, ONE, TWO, THREE, at=at)
    translate(first, "nb", "Alle kan prøve.", "Lærdom kunngjøres.", "Ingen betaler.", at=at)
    publish(consultation, ONE, TWO, THREE, at=at)
    publish(consultation, f"{ONE} {TWO}", THREE, at=at)
    origin = (1, text_saying(first, ONE).paragraph_id)
    found = traces_of(consultation.id, [origin], "nb")[origin]
    assert (found.words_then, found.words_since) == (ONE, f"{ONE} {TWO}")


# Where comments are read


def test_comments_on_every_version_are_read_at_their_place_and_none_is_lost(
    version: Version, consultation: Consultation, paragraph: Callable[[str], Paragraph]
) -> None:
    for key in ("p2", "p3", "p4"):
        a_comment(version, paragraph(key), state=State.PUBLISHED)
    a_comment(version, None, state=State.PUBLISHED)
    second = a_later_version(version, ("p2 p3", f"{ONE} {TWO}"), ("", "Something new."))
    a_comment(second, paragraph("p2"), state=State.PUBLISHED)
    draft = read_draft(consultation, "en")
    comments = comments_on_draft(draft)
    assert comments.counts == {paragraph("p2").id: 3, paragraph("p4").id: 1, None: 1}
    assert [each.version for each in comments.shown[paragraph("p2").id]] == [1, 1, 2]
    for spot, count in comments.counts.items():
        assert len(comments_on(draft, spot)) == count
        assert spot is None or number_of_comments_on(draft, spot) == count


def test_an_earlier_version_has_the_comments_that_were_written_on_it(
    version: Version, consultation: Consultation, paragraph: Callable[[str], Paragraph]
) -> None:
    for key in ("p2", "p3"):
        a_comment(version, paragraph(key), state=State.PUBLISHED)
    second = a_later_version(version, ("p2 p3", f"{ONE} {TWO}"), ("p4", THREE))
    a_comment(second, paragraph("p2"), state=State.PUBLISHED)
    first = read_draft(consultation, "en", 1)
    assert comments_on_draft(first).counts == {paragraph("p2").id: 1, paragraph("p3").id: 1}
    assert len(comments_on(first, paragraph("p2").id)) == 1
