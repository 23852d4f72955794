"""What is in view: words only, replies under what they reply to, and what many say alike counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from app.models.base import transaction
from app.models.comment import Capacity, Comment, State
from app.models.consultation import Consultation
from app.models.draft import Paragraph, Version
from app.services.comments.suggesting import suggestions_of
from app.services.errors import NotFoundError
from app.services.public.hearing import (
    comments_on,
    comments_on_draft,
    number_of_comments_on,
    numbers_of_comments,
    place_of_thread,
)
from app.services.public.reading import ReadDraft, read_draft
from app.services.public.tallying import Importance, Importances, Proposers, importances_at, proposers_of
from app.services.search.searching import all_entries
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.drafts import put, translate

PUBLISHED = State.PUBLISHED
WORDING = "Everybody should try new ways."


@pytest.fixture
def version(consultation: Consultation) -> Version:
    return a_draft(consultation, languages=("en", "lv"))


@pytest.fixture
def paragraph(version: Version) -> Paragraph:
    return paragraphs_of(version)[0]


def draft(consultation: Consultation) -> ReadDraft:
    return read_draft(consultation, "en")


def test_an_importance_without_words_is_nothing_to_read(
    consultation: Consultation, version: Version, paragraph: Paragraph
) -> None:
    a_comment(version, paragraph, body="", importance=5, state=PUBLISHED)
    said = a_comment(version, paragraph, body="", suggestion=WORDING, state=PUBLISHED)
    read = draft(consultation)
    assert [each.id for each in comments_on(read, paragraph.id)] == [said.id]
    assert comments_on_draft(read).counts == {paragraph.id: 1}
    assert number_of_comments_on(read, paragraph.id) == 1
    assert numbers_of_comments(consultation) == {1: 1}
    assert [entry.key for entry in all_entries() if entry.kind == "comment"] == [f"comment:{said.id}"]


def test_what_was_withdrawn_after_the_closing_stays_in_view_with_its_date(
    consultation: Consultation, version: Version, paragraph: Paragraph, at: datetime
) -> None:
    marked = a_comment(version, paragraph, state=State.WITHDRAWN)
    gone = a_comment(version, paragraph, state=State.WITHDRAWN)
    with transaction():
        marked.is_marked, marked.withdrawn_at, gone.withdrawn_at = True, at, at
    read = draft(consultation)
    assert [(each.id, each.withdrawn_at) for each in comments_on(read, paragraph.id)] == [(marked.id, at)]
    assert comments_on_draft(read).counts == {paragraph.id: 1}
    assert numbers_of_comments(consultation) == {1: 1}


def test_replies_come_with_what_they_reply_to_and_count_with_it(
    consultation: Consultation, version: Version, paragraph: Paragraph, at: datetime
) -> None:
    comments = [
        a_comment(version, paragraph, state=PUBLISHED, at=at + timedelta(minutes=number))
        for number in range(4)
    ]
    late = at + timedelta(hours=1)
    replies = [a_comment(version, paragraph, parent=comments[1], state=PUBLISHED, at=late) for _ in range(3)]
    shown = comments_on_draft(draft(consultation), most=3)
    expected = [comments[1].id, comments[2].id, comments[3].id, *(reply.id for reply in replies)]
    assert [each.id for each in shown.shown[paragraph.id]] == expected
    assert shown.counts == {paragraph.id: 7}


def test_a_reply_stays_when_what_it_replies_to_is_no_longer_shown(
    consultation: Consultation, version: Version, paragraph: Paragraph
) -> None:
    parent = a_comment(version, paragraph, state=State.REJECTED)
    reply = a_comment(version, paragraph, parent=parent, state=PUBLISHED)
    shown = comments_on_draft(draft(consultation), most=1)
    assert [(each.id, each.parent_id) for each in shown.shown[paragraph.id]] == [(reply.id, parent.id)]


@pytest.mark.parametrize("state", [State.WAITING, State.REJECTED, State.WITHDRAWN, State.ERASED])
def test_only_what_is_in_view_can_be_replied_to(
    consultation: Consultation, version: Version, paragraph: Paragraph, state: State
) -> None:
    comment = a_comment(version, paragraph, state=state)
    with pytest.raises(NotFoundError):
        place_of_thread(consultation, comment.id)
    assert place_of_thread(consultation, comment.id, is_shown=False) == paragraph.key


def test_a_reply_has_no_replies(consultation: Consultation, version: Version, paragraph: Paragraph) -> None:
    parent = a_comment(version, paragraph, state=PUBLISHED)
    reply = a_comment(version, paragraph, parent=parent, state=PUBLISHED)
    assert place_of_thread(consultation, parent.id) == paragraph.key
    with pytest.raises(NotFoundError):
        place_of_thread(consultation, reply.id)
    with pytest.raises(NotFoundError):
        place_of_thread(a_consultation(), parent.id)


def test_importance_is_told_from_five_on_and_of_individuals_apart(
    consultation: Consultation, version: Version, paragraph: Paragraph
) -> None:
    group: dict[str, Any] = {"capacity": Capacity.GROUP, "organisation": "A choir", "group_size": 30}
    for importance in (1, 3, 4, 4):
        a_comment(version, paragraph, body="", importance=importance, state=PUBLISHED)
        a_comment(version, paragraph, body="", importance=1, state=PUBLISHED, **group)
    a_comment(version, paragraph, importance=1, state=State.REJECTED)
    read = draft(consultation)
    assert importances_at(read, paragraph.id) == Importances(None, None)
    fifth = a_comment(version, paragraph, importance=5, state=PUBLISHED)
    assert importances_at(read, paragraph.id) == Importances(Importance(5, 3.4), None)
    weigh_again(fifth, importance=1)
    assert importances_at(read, paragraph.id) == Importances(Importance(5, 3.0), None)
    a_comment(version, paragraph, body="", importance=1, state=PUBLISHED, **group)
    assert importances_at(read, paragraph.id).others == Importance(5, 1.0)
    assert importances_at(read, None) == Importances(None, None)


def test_the_same_wording_is_counted_once_for_each_submission(
    consultation: Consultation, version: Version, paragraph: Paragraph
) -> None:
    first = a_comment(version, paragraph, suggestion=WORDING, state=PUBLISHED)
    weigh_again(first, suggestion=WORDING, suggestion_digest=first.suggestion_digest)
    a_comment(version, paragraph, suggestion="Everybody  should try\nnew ways.", state=PUBLISHED)
    a_comment(version, paragraph, suggestion=WORDING, state=State.WAITING)
    a_comment(version, paragraphs_of(version)[1], suggestion=WORDING, state=PUBLISHED)
    group: dict[str, Any] = {"capacity": Capacity.GROUP, "organisation": "A choir", "group_size": 30}
    a_comment(version, paragraph, suggestion=WORDING, state=PUBLISHED, **group)
    proposers = proposers_of(comments_on(draft(consultation), paragraph.id))
    assert list(proposers.values()) == [Proposers(individuals=2, groups=1, people_in_groups=30)]


def test_wording_is_shown_against_the_text_of_its_own_language(
    consultation: Consultation, at: datetime
) -> None:
    version = put(consultation, "Everybody may try new ways.", at=at)
    translate(version, "lv", "Ikviens drīkst mēģināt jauno.", at=at)
    paragraph = version.translations[0].texts[0].paragraph

    def changes(wording: str, language: str) -> tuple[str, list[tuple[str, str]]]:
        proposal = SimpleNamespace(
            id=1, paragraph_id=paragraph.id, version_id=version.id, language=language, suggestion=wording
        )
        suggestion = suggestions_of([proposal])[1]
        pieces = [(words.strip(), sign) for words, sign in suggestion.changes if words.strip()]
        return suggestion.language, pieces

    assert changes(WORDING, "en") == (
        "en",
        [("Everybody", ""), ("may", "−"), ("should", "+"), ("try new ways.", "")],
    )
    assert changes("Ikviens var mēģināt jauno.", "lv")[0] == "lv"
    assert changes("Ikviens var mēģināt jauno.", "en")[0] == "lv"
    assert changes(WORDING, "nb")[0] == "en"


def weigh_again(comment: Comment, **changes: object) -> None:
    """The same respondent says something more, in the same submission."""
    version = comment.version
    more = a_comment(version, comment.paragraph, body="", state=PUBLISHED, at=comment.received_at)
    with transaction():
        more.submission_id = comment.submission_id
        for name, value in changes.items():
            setattr(more, name, value)
