"""Changes to what was added are kept beside it, and replace it when they are saved."""

from __future__ import annotations

import pytest

from app.models.consultation import Consultation
from app.services.comments.admitting import Spot
from app.services.errors import InvalidError
from app.services.sittings.gathering import leave_sitting
from app.services.sittings.keeping import add_unsent, drop_sent, remove_unsent
from app.services.sittings.sittings import Bearer, keys_of
from app.services.sittings.typed import Copy
from app.services.sittings.unsent import unsent_at, unsent_of
from tests.conftest import NOON
from tests.services.sittings import (
    ILZE,
    LATER,
    MARTA,
    consultation,
    gather,
    keep,
    paragraph,
    send,
    send_for_all,
    sending,
    sources,
    texts,
)

__all__ = ["consultation"]
WHO = pytest.mark.parametrize("bearer", [ILZE, MARTA], ids=["owner", "colleague"])


def test_what_a_colleague_added_goes_as_it_was_until_its_changes_are_saved(
    consultation: Consultation,
) -> None:
    gather(consultation)
    added = keep(consultation, "Added.", bearer=MARTA, copy=Copy("one"), is_added=True)
    seen = sending(consultation)
    assert keep(consultation, "Added.", bearer=MARTA, copy=Copy("one")).is_ready
    changes = keep(consultation, "Other words", bearer=MARTA, copy=Copy("one"))
    assert not changes.is_ready
    assert changes.comment_id != added.comment_id
    # The same form goes on with the changes, and the owner need not look again.
    assert keep(consultation, "Other words.", bearer=MARTA, copy=Copy("one")).comment_id == changes.comment_id
    send_for_all(consultation, what=seen)
    assert sources() == ["Mine.", "Added."]
    assert texts(consultation, MARTA, LATER) == ["Other words."]


@WHO
def test_changes_are_kept_beside_what_was_added_and_replace_it_when_saved(
    consultation: Consultation, bearer: Bearer
) -> None:
    gather(consultation)
    added = keep(consultation, "Added.", key="p3", bearer=bearer, is_added=True)
    form = Copy("edit", added.comment_id, added.changes)
    changes = keep(consultation, "Chan", key="p3", bearer=bearer, copy=form)
    assert texts(consultation) == ["Mine.", "Added.", "Chan"]
    assert unsent_of(bearer, NOON)[0].number == 2
    # Whoever opens the comment again goes on with the changes.
    spot = Spot(paragraph(consultation, "p3"))
    found = unsent_at(consultation, spot, bearer=bearer, at=NOON, comment_id=added.comment_id)
    assert found is not None
    assert (found.id, found.body) == (changes.comment_id, "Chan")
    assert unsent_at(consultation, spot, bearer=bearer, at=NOON) is None
    again = Copy("again", changes.comment_id, changes.changes)
    saved = keep(consultation, "Changed.", key="p3", bearer=bearer, copy=again, is_added=True)
    assert saved.comment_id == added.comment_id
    assert texts(consultation) == ["Mine.", "Changed."]
    send_for_all(consultation)
    assert sources() == ["Mine.", "Changed."]


@WHO
def test_changes_are_saved_or_removed_from_the_list_as_they_are(
    consultation: Consultation, bearer: Bearer
) -> None:
    gather(consultation)
    added = keep(consultation, "Added.", bearer=bearer, copy=Copy("form"), is_added=True)
    for words, act, left in (("No.", remove_unsent, "Added."), ("Yes.", add_unsent, "Yes.")):
        at_hand = unsent_at(consultation, Spot(None), bearer=bearer, at=NOON, comment_id=added.comment_id)
        assert at_hand is not None
        form = Copy(words, at_hand.id, at_hand.changes)
        changes = keep(consultation, words, bearer=bearer, copy=form)
        assert changes.comment_id is not None
        act(consultation, changes.comment_id, bearer=bearer, at=LATER)
        assert texts(consultation) == ["Mine.", left]


def test_emptying_the_form_takes_nothing_away_that_was_added(consultation: Consultation) -> None:
    added = keep(consultation, "Added.", copy=Copy("form"), is_added=True)
    assert keep(consultation, "", copy=Copy("form")).comment_id == added.comment_id
    keep(consultation, "Other", copy=Copy("form"))
    emptied = keep(consultation, "", copy=Copy("form"))
    assert emptied.comment_id == added.comment_id
    with pytest.raises(InvalidError):
        keep(consultation, "", copy=Copy("form", emptied.comment_id, emptied.changes), is_added=True)
    assert texts(consultation) == ["Added."]
    # What is typed next is a change to the same comment again.
    keep(consultation, "Better", copy=Copy("form", emptied.comment_id, emptied.changes))
    keep(consultation, "Better.", copy=Copy("form"), is_added=True)
    assert texts(consultation) == ["Better."]


def test_changes_begun_in_two_windows_are_both_kept(consultation: Consultation) -> None:
    added = keep(consultation, "Added.", is_added=True)
    for copy in ("one", "two"):
        keep(consultation, f"In {copy}.", copy=Copy(copy, added.comment_id, added.changes))
    keep(consultation, "In one.", copy=Copy("one"), is_added=True)
    assert texts(consultation) == ["In one.", "In two."]
    assert unsent_of(ILZE, NOON)[0].number == 2


def test_who_removes_what_was_added_keeps_the_changes_that_were_not_saved(
    consultation: Consultation,
) -> None:
    added = keep(consultation, "Added.", copy=Copy("form"), is_added=True)
    keep(consultation, "Changed.", copy=Copy("form"))
    assert added.comment_id is not None
    remove_unsent(consultation, added.comment_id, bearer=ILZE, at=NOON)
    assert texts(consultation) == ["Changed."]
    send(consultation)
    assert sources() == ["Changed."]


def test_a_colleague_who_leaves_takes_the_changes_along_and_leaves_what_was_added(
    consultation: Consultation,
) -> None:
    gather(consultation)
    number = keys_of(consultation, MARTA, NOON)[0].sitting_id
    keep(consultation, "Added.", bearer=MARTA, copy=Copy("form"), is_added=True)
    keep(consultation, "Changed.", bearer=MARTA, copy=Copy("form"))
    leave_sitting(consultation, number, bearer=MARTA, at=LATER)
    assert texts(consultation) == ["Mine.", "Added."]
    assert texts(consultation, MARTA, LATER) == ["Changed."]
    send(consultation, bearer=MARTA)
    send_for_all(consultation)
    assert sources() == ["Changed.", "Mine.", "Added."]


def test_what_was_added_stays_when_other_words_are_sent_at_once_from_the_same_form(
    consultation: Consultation,
) -> None:
    keep(consultation, "Added.", copy=Copy("form"), is_added=True)
    drop_sent(consultation, Copy("form"), "Other words.", bearer=ILZE, at=LATER)
    assert texts(consultation) == ["Added."]
    drop_sent(consultation, Copy("form"), "Added.", bearer=ILZE, at=LATER)
    assert texts(consultation) == []
