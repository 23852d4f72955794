"""Newsletters are written by editors of everything, and what cannot be one is given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.models.people import Person
from app.models.roles import Role
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError
from app.services.newsletters.circulating import change_newsletter, newsletter_to_edit, send_test
from app.services.newsletters.mailing import pause_newsletter, send_again
from tests.builders import a_consultation, a_person
from tests.services.newsletters import WORDS, a_newsletter, start


def test_a_newsletter_is_changed_by_the_editor_who_read_its_last_state(editor: Person, at: datetime) -> None:
    newsletter = a_newsletter(editor)
    better = replace(WORDS, titles={"en": "What came of it all"})
    change_newsletter(newsletter, better, expected_changes=0, by=editor, at=at)
    assert (newsletter.titles, newsletter.changes) == ({"en": "What came of it all"}, 1)
    change_newsletter(newsletter, better, expected_changes=0, by=editor, at=at)  # sent twice
    assert newsletter.changes == 1
    with pytest.raises(ChangedMeanwhileError):
        change_newsletter(newsletter, WORDS, expected_changes=0, by=a_person(Role.EDITOR), at=at)
    assert newsletter_to_edit(newsletter.id, by=editor).titles == {"en": "What came of it all"}


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"slug": "Ā b"}, {"slug": "invalid"}),
        ({"titles": {"en": "  "}}, {"titles": "required"}),
        ({"titles": {"en": "x" * 151}}, {"title_en": "too_long"}),
        ({"sources": {"lv": "x" * 50_001}}, {"source_lv": "too_long"}),
        ({"rate": 0}, {"rate": "out_of_range"}),
        ({"rate": 6_001}, {"rate": "out_of_range"}),
    ],
)
def test_what_cannot_be_a_newsletter_is_given_back(
    editor: Person, changes: dict[str, Any], problems: dict[str, str]
) -> None:
    with pytest.raises(InvalidError) as refused:
        a_newsletter(editor, **changes)
    assert refused.value.problems == problems


def test_two_newsletters_have_two_addresses(editor: Person) -> None:
    a_newsletter(editor)
    with pytest.raises(InvalidError, match="slug: taken"):
        a_newsletter(editor)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.EDITOR])
def test_only_editors_write_and_send(editor: Person, role: Role, at: datetime) -> None:
    newsletter, other = a_newsletter(editor), a_person(role)
    with pytest.raises(ForbiddenError):
        a_newsletter(other, slug="other")
    with pytest.raises(ForbiddenError):
        change_newsletter(newsletter, WORDS, expected_changes=0, by=other, at=at)
    with pytest.raises(ForbiddenError):
        start(newsletter, other)
    with pytest.raises(ForbiddenError):
        send_test(newsletter, "en", by=other, at=at)
    with pytest.raises(ForbiddenError):
        pause_newsletter(newsletter, by=other, at=at)
    with pytest.raises(ForbiddenError):
        send_again(newsletter, [1], by=other, at=at)


@pytest.mark.parametrize("place", ["country", "consultation"])
def test_who_edits_only_somewhere_writes_to_nobody(editor: Person, place: str) -> None:
    where: dict[str, Any] = {"country": "NO"} if place == "country" else {"consultation": a_consultation()}
    with pytest.raises(ForbiddenError):
        a_newsletter(a_person(Role.EDITOR, **where))
