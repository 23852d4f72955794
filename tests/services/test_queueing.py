"""The queue: what waits, in which order, for whom, and at what cost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.models.base import db
from app.models.comment import Comment, Kind, State
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from app.services.errors import ForbiddenError, NotFoundError
from app.services.moderation.queueing import (
    Sieve,
    consultation_to_moderate,
    consultations_to_moderate,
    is_in_queue,
    next_in_queue,
    number_in_queue,
    paragraphs_in,
    previous_in_queue,
    queue_page,
    texts_beside,
    waiting_in,
)
from app.services.public.hearing import GONE, WHOLE_DRAFT
from app.services.public.paging import PAGE_LENGTH
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.histories import a_later_version

pytestmark = pytest.mark.usefixtures("app")


def ids(version: Version, by: Person, sieve: Sieve | None = None, **place: int | None) -> list[int]:
    page = queue_page(version.draft.consultation, sieve or Sieve(), by=by, **place)
    return [comment.id for comment in page.comments]


def several(version: Version, number: int, at: datetime) -> list[Comment]:
    """Comments of which the last made came first, two at every instant."""
    return [a_comment(version, at=at - timedelta(minutes=place // 2)) for place in range(number)]


# ---------------------------------------------------------------- order and pages


def test_the_oldest_stands_first(version: Version, moderator: Person, at: datetime) -> None:
    late, early = a_comment(version, at=at), a_comment(version, at=at - timedelta(hours=1))
    assert ids(version, moderator) == [early.id, late.id]


def test_page_after_page_shows_every_comment_once_and_back_again(
    version: Version, moderator: Person, at: datetime
) -> None:
    made = several(version, 2 * PAGE_LENGTH + 3, at)
    order = [one.id for one in sorted(made, key=lambda one: (one.received_at, one.id))]
    consultation = version.draft.consultation
    first = queue_page(consultation, Sieve(), by=moderator)
    second = queue_page(consultation, Sieve(), by=moderator, after=first.after)
    third = queue_page(consultation, Sieve(), by=moderator, after=second.after)
    forwards = [[one.id for one in page.comments] for page in (first, second, third)]
    assert forwards == [order[:20], order[20:40], order[40:]]
    assert (first.before, third.after) == (None, None)
    back = queue_page(consultation, Sieve(), by=moderator, before=third.before)
    assert [one.id for one in back.comments] == order[20:40]
    assert ids(version, moderator, before=back.before) == order[:20]
    assert ids(version, moderator, after=back.after) == order[40:]
    assert queue_page(consultation, Sieve(), by=moderator, before=order[20]).before is None


def test_when_nothing_is_left_there_the_queue_begins_again(
    version: Version, moderator: Person, at: datetime
) -> None:
    early, late = a_comment(version, at=at), a_comment(version, at=at + timedelta(hours=1))
    assert ids(version, moderator, after=late.id) == [early.id, late.id]
    assert ids(version, moderator, before=early.id) == [early.id, late.id]


def test_a_place_that_does_not_exist_leads_to_the_beginning(
    version: Version, moderator: Person, at: datetime
) -> None:
    several(version, PAGE_LENGTH + 1, at)
    first = ids(version, moderator)
    assert ids(version, moderator, after=2**31 - 1) == first
    assert ids(version, moderator, before=2**31 - 1) == first


def test_the_comment_that_follows_is_the_next_of_those_chosen(
    version: Version, moderator: Person, at: datetime
) -> None:
    first = a_comment(version, at=at)
    a_comment(version, at=at, language="nb")
    last = a_comment(version, at=at + timedelta(hours=1))
    assert next_in_queue(first, Sieve(language="en"), by=moderator) == last.id
    assert next_in_queue(last, Sieve(), by=moderator) is None


def test_the_comment_before_is_the_last_of_those_chosen(
    version: Version, moderator: Person, at: datetime
) -> None:
    first = a_comment(version, at=at)
    a_comment(version, at=at, language="nb")
    last = a_comment(version, at=at + timedelta(hours=1))
    assert previous_in_queue(last, Sieve(language="en"), by=moderator) == first.id
    assert previous_in_queue(first, Sieve(), by=moderator) is None


# ---------------------------------------------------------------- filters


def test_the_filters_show_only_what_was_asked_for(moderator: Person) -> None:
    version = a_draft(a_consultation())
    paragraph = paragraphs_of(version)[1]
    a_comment(version)
    a_comment(a_draft(a_consultation()))
    cases = {
        Sieve(state=State.SPAM): a_comment(version, state=State.SPAM),
        Sieve(paragraph=paragraph.key): a_comment(version, paragraph),
        Sieve(language="lv"): a_comment(version, language="lv"),
        Sieve(country="NO"): a_comment(version, country="NO"),
        Sieve(kind=Kind.WORDING): a_comment(version, kind=Kind.WORDING),
    }
    consultation = version.draft.consultation
    for sieve, comment in cases.items():
        assert ids(version, moderator, sieve) == [comment.id], sieve
        assert number_in_queue(consultation, sieve, by=moderator) == 1, sieve
        assert [one for one in cases.values() if is_in_queue(one, sieve, by=moderator)] == [comment], sieve
    assert number_in_queue(consultation, Sieve(), by=moderator) == len(cases)


def test_comments_on_the_whole_draft_can_be_asked_for(
    version: Version, moderator: Person, at: datetime
) -> None:
    early = a_comment(version, at=at)
    a_comment(version, paragraphs_of(version)[0], at=at)
    late = a_comment(version, at=at + timedelta(hours=1))
    assert ids(version, moderator, Sieve(paragraph=WHOLE_DRAFT)) == [early.id, late.id]
    assert next_in_queue(early, Sieve(paragraph=WHOLE_DRAFT), by=moderator) == late.id


# ---------------------------------------------------------------- whose queue


def test_a_paragraph_is_asked_for_with_what_it_took_in_and_those_that_are_gone_together(
    moderator: Person,
) -> None:
    first = a_draft(a_consultation(), texts=("One.", "Two.", "Three."))
    one, two, three = (a_comment(first, paragraph) for paragraph in paragraphs_of(first))
    a_later_version(first, ("p2 p3", "One. Two."))
    assert ids(first, moderator, Sieve(paragraph="p2")) == [one.id, two.id]
    assert ids(first, moderator, Sieve(paragraph=GONE)) == [three.id]


def test_a_contact_point_sees_and_counts_only_its_own_country(version: Version, at: datetime) -> None:
    norway = a_person(Role.CONTACT_POINT, country="NO")
    own = a_comment(version, country="NO", at=at)
    a_comment(version, country="LV", at=at - timedelta(days=3))
    assert ids(version, norway) == [own.id]
    assert ids(version, norway, Sieve(country="LV")) == []
    waiting = waiting_in(version.draft.consultation, by=norway)
    assert (waiting.number, waiting.oldest_at) == (1, at)


def test_a_moderator_of_one_consultation_sees_no_other(version: Version) -> None:
    own = a_consultation(slug="own")
    person = a_person(Role.MODERATOR, consultation=own)
    assert consultation_to_moderate("own", by=person).id == own.id
    assert [one.consultation.slug for one in consultations_to_moderate(person)] == ["own"]
    with pytest.raises(ForbiddenError):
        consultation_to_moderate(version.draft.consultation.slug, by=person)
    with pytest.raises(ForbiddenError):
        queue_page(version.draft.consultation, Sieve(), by=person)


def test_a_queue_of_no_consultation_is_not_found(moderator: Person) -> None:
    with pytest.raises(NotFoundError):
        consultation_to_moderate("nowhere", by=moderator)


def test_where_something_waited_longest_stands_first_with_exact_numbers(
    moderator: Person, at: datetime
) -> None:
    quiet, busy, busier = (a_draft(a_consultation()) for _ in range(3))
    a_comment(quiet, state=State.PUBLISHED)
    a_comment(busy, at=at)
    a_comment(busier, at=at - timedelta(days=1))
    a_comment(busier, at=at)
    found = {one.consultation.id: one for one in consultations_to_moderate(moderator)}
    order = [version.draft.consultation.id for version in (busier, busy, quiet)]
    assert list(found) == order
    assert [(found[id].number, found[id].oldest_at) for id in order] == [
        (2, at - timedelta(days=1)),
        (1, at),
        (0, None),
    ]


def test_somebody_who_moderates_nothing_has_no_queues() -> None:
    with pytest.raises(ForbiddenError):
        consultations_to_moderate(a_person(Role.EDITOR))


# ---------------------------------------------------------------- beside a comment


def test_the_paragraph_stands_beside_in_the_language_that_was_read() -> None:
    version = a_draft(a_consultation(), languages=("en", "lv"))
    paragraph = paragraphs_of(version)[0]
    comments = [a_comment(version, paragraph, language=code) for code in ("en", "lv", "fr")]
    whole = a_comment(version)
    beside = texts_beside([*comments, whole])
    assert [beside[one.id].translation.language for one in comments] == ["en", "lv", "en"]
    assert {beside[one.id].paragraph_id for one in comments} == {paragraph.id}
    assert whole.id not in beside


def test_paragraphs_to_choose_from_are_those_of_the_original(version: Version) -> None:
    keys = [paragraph.key for paragraph in paragraphs_of(version)]
    assert paragraphs_in(version.draft.consultation) == [
        (keys[0], "1", "Everybody may try new ways.", "en"),
        (keys[1], "2", "What was learned is published.", "en"),
    ]


# ---------------------------------------------------------------- cost


def test_a_page_asks_the_database_as_often_for_many_comments_as_for_few(
    version: Version, moderator: Person, at: datetime
) -> None:
    a_comment(version, at=at)
    few = statements_for_a_page(version, moderator)
    several(version, PAGE_LENGTH, at)
    assert statements_for_a_page(version, moderator) == few


def statements_for_a_page(version: Version, moderator: Person) -> int:
    db.session.rollback()
    consultation = version.draft.consultation
    assert consultation.slug
    assert moderator.memberships
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        page = queue_page(consultation, Sieve(), by=moderator)
        texts_beside(page.comments)
        waiting_in(consultation, by=moderator)
        number_in_queue(consultation, Sieve(language="en"), by=moderator)
        assert all(one.submission.name and one.version.number for one in page.comments)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in asked)


def test_the_queue_is_read_in_the_order_of_its_index(version: Version, moderator: Person) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan is SQLite’s")
    place = a_comment(version)
    plans: list[str] = []

    def explain(connection: object, cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if statement.startswith("SELECT") and "comment" in statement:
            raw = db.engine.raw_connection()
            rows = raw.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            plans.append(" | ".join(str(row[3]) for row in rows))
            raw.close()

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        ids(version, moderator)
        ids(version, moderator, after=place.id)
        waiting_in(version.draft.consultation, by=moderator)
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
    assert plans
    assert not [plan for plan in plans if "SCAN comment" in plan or "TEMP B-TREE" in plan], plans
    assert [plan for plan in plans if "COVERING INDEX ix_comment_queue" in plan], plans
