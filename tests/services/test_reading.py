"""What the public reads: which consultations, which text, which comments, which figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app.models.base import db, transaction
from app.models.comment import Capacity, State
from app.models.consultation import Consultation, Outcome
from app.models.draft import Translation, Version
from app.services.consultations.reporting import figures_of, outcome_of, states_of, with_outcome
from app.services.errors import NotFoundError
from app.services.public.hearing import comments_on, comments_on_draft
from app.services.public.reading import ReadDraft, consultation_called, consultations_at, read_draft
from app.services.public.tracing import traces_of
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of, seal
from tests.histories import a_later_version

pytestmark = pytest.mark.usefixtures("app")


def a_second_version(version: Version, at: datetime, *, sealed: bool) -> Version:
    """Version 2 of the same draft, in English, without paragraphs."""
    with transaction():
        second = Version(draft_id=version.draft_id, number=2)
        text = Translation(version=second, language="en", is_original=True, title="A better declaration")
        db.session.add_all([second, text])
        if sealed:
            seal(second, at)
    return second


def read(version: Version) -> ReadDraft:
    """That version as the public reads it."""
    return read_draft(version.draft.consultation, "en", version.number)


def an_outcome(consultation: Consultation, language: str, at: datetime) -> None:
    with transaction():
        db.session.add(
            Outcome(
                consultation_id=consultation.id, language=language, source=f"In {language}.",
                html=f"<p>In {language}.</p>", received=3, published=2, published_at=at,
            )
        )  # fmt: skip


# Which consultations


def test_consultations_are_open_coming_or_closed_by_the_instant_asked_for(at: datetime) -> None:
    day = timedelta(days=1)
    opened = a_consultation(opens_at=at, closes_at=at + day)
    coming = a_consultation(opens_at=at + day, closes_at=at + 2 * day)
    closed = a_consultation(opens_at=at - day, closes_at=at)
    lists = consultations_at(at)
    assert (lists.open, lists.coming, lists.closed) == ([opened], [coming], [closed])


def test_the_consultation_that_closes_first_stands_first(at: datetime) -> None:
    later = a_consultation(closes_at=at + timedelta(days=9))
    sooner = a_consultation(closes_at=at + timedelta(days=2))
    assert consultations_at(at).open == [sooner, later]


def test_an_unlisted_consultation_is_not_in_the_list_and_not_at_its_address(at: datetime) -> None:
    a_consultation(slug="hidden", is_listed=False)
    assert consultations_at(at).open == []
    with pytest.raises(NotFoundError):
        consultation_called("hidden")


def test_an_unlisted_consultation_is_found_by_those_who_may_see_it(at: datetime) -> None:
    hidden = a_consultation(slug="hidden", is_listed=False)
    assert consultation_called("hidden", unlisted=True) == hidden


# Which text


def test_the_newest_sealed_version_is_read(at: datetime) -> None:
    consultation = a_consultation()
    first = a_draft(consultation)
    a_second_version(first, at, sealed=True)
    found = read_draft(consultation, "en")
    assert (found.number, found.title, found.is_newest) == (2, "A better declaration", True)


def test_a_version_that_is_not_sealed_is_not_read(at: datetime) -> None:
    consultation = a_consultation()
    a_second_version(a_draft(consultation), at, sealed=False)
    assert read_draft(consultation, "en").number == 1
    with pytest.raises(NotFoundError):
        read_draft(consultation, "en", 2)


def test_an_older_version_is_read_by_its_number_and_says_that_there_is_a_newer_one(at: datetime) -> None:
    consultation = a_consultation()
    a_second_version(a_draft(consultation), at, sealed=True)
    found = read_draft(consultation, "en", 1)
    assert (found.number, found.is_newest, found.versions) == (1, False, (2, 1))


def test_a_consultation_without_a_sealed_draft_has_nothing_to_read() -> None:
    consultation = a_consultation()
    a_draft(consultation, sealed=False)
    with pytest.raises(NotFoundError):
        read_draft(consultation, "en")


def test_version_nought_does_not_stand_for_the_newest() -> None:
    consultation = a_consultation()
    a_draft(consultation)
    with pytest.raises(NotFoundError):
        read_draft(consultation, "en", 0)


def test_the_text_is_read_in_the_language_asked_for() -> None:
    consultation = a_consultation()
    a_draft(consultation, languages=("en", "lv"))
    found = read_draft(consultation, "lv")
    assert (found.language, found.is_original) == ("lv", False)


def test_without_a_translation_the_original_is_read() -> None:
    consultation = a_consultation()
    a_draft(consultation, languages=("nb", "fr"))
    found = read_draft(consultation, "lv")
    assert (found.language, found.is_original, found.languages) == ("nb", True, ("nb", "fr"))


def test_paragraphs_come_in_the_order_of_the_text() -> None:
    consultation = a_consultation()
    a_draft(consultation, texts=("One.", "Two.", "Three."))
    assert [text.plain for text in read_draft(consultation, "en").texts] == [
        "Principles",
        "One.",
        "Two.",
        "Three.",
    ]


def test_a_heading_is_no_place_for_comments() -> None:
    consultation = a_consultation()
    a_draft(consultation)
    found = read_draft(consultation, "en")
    assert found.texts[found.place_of("p2")].label == "1"
    with pytest.raises(NotFoundError):
        found.place_of("p1")


# Which comments


def test_only_published_comments_are_read() -> None:
    version = a_draft(a_consultation())
    paragraph = paragraphs_of(version)[0]
    published = a_comment(version, paragraph, state=State.PUBLISHED)
    for state in set(State) - {State.PUBLISHED}:
        a_comment(version, paragraph, state=state)
    assert [comment.id for comment in comments_on(read(version), paragraph.id)] == [published.id]
    assert comments_on_draft(read(version)).counts == {paragraph.id: 1}


def test_comments_written_in_all_languages_of_a_paragraph_stand_together(at: datetime) -> None:
    version = a_draft(a_consultation(), languages=("en", "lv", "fr"))
    paragraph = paragraphs_of(version)[0]
    for day, language in enumerate(("lv", "en", "fr")):
        a_comment(version, paragraph, state=State.PUBLISHED, language=language, at=at + timedelta(days=day))
    assert [comment.language for comment in comments_on(read(version), paragraph.id)] == ["lv", "en", "fr"]


def test_the_draft_page_has_the_newest_ten_of_a_paragraph_and_counts_them_all(at: datetime) -> None:
    version = a_draft(a_consultation())
    first, second = paragraphs_of(version)
    ids = [
        a_comment(version, first, state=State.PUBLISHED, at=at + timedelta(minutes=number)).id
        for number in range(12)
    ]
    other = a_comment(version, second, state=State.PUBLISHED)
    comments = comments_on_draft(read(version))
    assert [comment.id for comment in comments.shown[first.id]] == ids[2:]
    assert [comment.id for comment in comments.shown[second.id]] == [other.id]
    assert comments.counts == {first.id: 12, second.id: 1}
    assert [comment.id for comment in comments_on(read(version), first.id)] == ids


def test_comments_on_the_whole_draft_are_kept_apart() -> None:
    version = a_draft(a_consultation())
    paragraph = paragraphs_of(version)[0]
    whole = a_comment(version, None, state=State.PUBLISHED)
    a_comment(version, paragraph, state=State.PUBLISHED)
    assert [comment.id for comment in comments_on(read(version), None)] == [whole.id]
    assert comments_on_draft(read(version)).counts == {None: 1, paragraph.id: 1}


def test_comments_of_another_draft_are_not_mixed_in() -> None:
    version, other = a_draft(a_consultation()), a_draft(a_consultation())
    a_comment(other, paragraphs_of(other)[0], state=State.PUBLISHED)
    assert comments_on_draft(read(version)).counts == {}


# Which figures


def test_figures_tell_individuals_organisations_and_groups_apart() -> None:
    consultation = a_consultation()
    version = a_draft(consultation)
    a_comment(version, country="LV")
    a_comment(version, country="LV")
    a_comment(version, country="NO", capacity=Capacity.ORGANISATION, organisation="Municipality of Bø")
    a_comment(version, country="", capacity=Capacity.GROUP, organisation="A class", group_size=24)
    a_comment(version, country="FR", capacity=Capacity.GROUP, organisation="A choir", group_size=30)
    figures = figures_of(consultation)
    assert (figures.submissions, figures.countries) == (5, 3)
    assert (figures.individuals, figures.organisations, figures.groups) == (2, 1, 2)
    assert figures.people_in_groups == 54


def test_a_consultation_without_submissions_has_figures_of_nought() -> None:
    consultation = a_consultation()
    figures = figures_of(consultation)
    assert (figures.submissions, figures.countries, figures.people_in_groups) == (0, 0, 0)
    assert set(states_of(consultation).values()) == {0}


def test_every_received_comment_is_in_one_of_the_states() -> None:
    consultation = a_consultation()
    version = a_draft(consultation)
    for number, state in enumerate(State):
        for _copy in range(number + 1):
            a_comment(version, state=state)
    states = states_of(consultation)
    assert list(states.values()) == [1, 2, 3, 4, 5, 6]
    assert sum(states.values()) == 21


# Which outcome


def test_an_outcome_is_read_in_the_language_of_the_page_or_else_in_english(at: datetime) -> None:
    consultation = a_consultation()
    for language in ("lv", "en"):
        an_outcome(consultation, language, at)
    assert outcome_of(consultation, "lv").language == "lv"
    assert outcome_of(consultation, "fr").language == "en"


def test_before_it_is_published_there_is_no_outcome(at: datetime) -> None:
    silent, reported = a_consultation(), a_consultation()
    an_outcome(reported, "nb", at)
    assert with_outcome([silent, reported]) == {reported.id}
    with pytest.raises(NotFoundError):
        outcome_of(silent, "en")


def test_the_draft_and_its_comments_are_read_with_four_questions_to_the_database(
    asked: list[str],
) -> None:
    consultation = a_consultation()
    version = a_draft(consultation, languages=("en", "lv"))
    _comments_everywhere(version)
    asked.clear()
    found = read_draft(db.session.merge(consultation, load=False), "lv")
    comments_on_draft(found)
    figures_of(consultation)
    assert len(asked) == 4


def test_however_many_paragraphs_changed_what_became_of_them_is_read_with_two_questions_more(
    asked: list[str],
) -> None:
    consultation = a_consultation()
    version = a_draft(consultation, languages=("en", "lv"))
    _comments_everywhere(version)
    later = a_later_version(version, ("p2", "Everybody should try."), ("", "Something new."))
    _comments_everywhere(later)
    asked.clear()
    found = read_draft(db.session.merge(consultation, load=False), "lv")
    comments = comments_on_draft(found)
    said = [each for shown in comments.shown.values() for each in shown]
    traces_of(found.consultation_id, [(each.version, each.paragraph_id or 0) for each in said], "lv")
    figures_of(consultation)
    assert len(said) == 12
    assert len(asked) == 6


@pytest.fixture
def asked(app: Flask) -> Iterator[list[str]]:
    """The questions that the database is asked."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def _comments_everywhere(version: Version) -> None:
    for paragraph in paragraphs_of(version):
        for _number in range(3):
            a_comment(version, paragraph, state=State.PUBLISHED)
    db.session.rollback()
