"""What is written and not sent is kept as it was typed, and found again by its browser or its account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models.consultation import Consultation
from app.models.sitting import Sitting
from app.services.comments.admitting import Spot
from app.services.comments.checking import LONGEST_COMMENT
from app.services.errors import NotFoundError
from app.services.sittings.claiming import claim_sittings
from app.services.sittings.keeping import drop_sent, remove_unsent
from app.services.sittings.sittings import KEPT_FOR, Bearer, keys_of, new_reference
from app.services.sittings.typed import Copy, Kept
from app.services.sittings.unsent import is_kept_with_account, unsent_at, unsent_of
from tests.builders import a_consultation, a_draft, a_person
from tests.conftest import NOON
from tests.services.sittings import ILZE, LATER, MARTA, consultation, count, keep, paragraph, texts

__all__ = ["consultation"]


def test_a_comment_is_kept_exactly_as_it_was_typed(consultation: Consultation) -> None:
    typed = "  two spaces,\r\n a line \t and too long: " + "x" * (LONGEST_COMMENT + 1)
    keep(consultation, typed)
    assert texts(consultation) == [typed]
    assert unsent_of(ILZE, NOON)[0].number == 1
    assert unsent_of(MARTA, NOON) == []
    assert texts(consultation, MARTA) == []


def test_an_empty_form_keeps_nothing_and_begins_nothing(consultation: Consultation) -> None:
    assert keep(consultation, " \n ") == Kept(None)
    assert count(Sitting) == 0


def test_the_same_copy_of_a_form_writes_the_same_comment(consultation: Consultation) -> None:
    copy = Copy("copy")
    first = keep(consultation, "Who", copy=copy)
    again = keep(consultation, "Who pays?", copy=copy)
    assert (first.comment_id, texts(consultation)) == (again.comment_id, ["Who pays?"])


def test_another_copy_of_an_empty_form_takes_nothing_away(consultation: Consultation) -> None:
    keep(consultation, "First.", copy=Copy("one"))
    keep(consultation, "Second.", copy=Copy("two"))
    assert texts(consultation) == ["First.", "Second."]


def test_a_comment_that_stood_in_the_form_is_changed(consultation: Consultation) -> None:
    kept = keep(consultation, "First.")
    keep(consultation, "Better.", copy=Copy("another copy", kept.comment_id, kept.changes))
    assert texts(consultation) == ["Better."]


def test_what_was_changed_in_another_window_is_kept_beside(consultation: Consultation) -> None:
    kept = keep(consultation, "First.")
    keep(consultation, "Here.", copy=Copy("one", kept.comment_id, kept.changes))
    late = keep(consultation, "There.", copy=Copy("two", kept.comment_id, kept.changes))
    assert late.is_apart
    assert texts(consultation) == ["Here.", "There."]


def test_a_form_that_was_emptied_leaves_no_comment(consultation: Consultation) -> None:
    keep(consultation, "First.", copy=Copy("one"))
    assert keep(consultation, "", copy=Copy("one")) == Kept(None)
    assert texts(consultation) == []


def test_a_comment_found_at_its_place_is_the_last_one_written_there(consultation: Consultation) -> None:
    keep(consultation, "First.")
    keep(consultation, "Second.", at=LATER)
    keep(consultation, "Elsewhere.", key=None, at=LATER)
    spot = Spot(paragraph(consultation, "p2"))
    found = unsent_at(consultation, spot, bearer=ILZE, at=LATER)
    assert found is not None
    assert found.body == "Second."
    assert unsent_at(consultation, spot, bearer=MARTA, at=LATER) is None


def test_a_removed_comment_is_gone_and_only_its_author_removes_it(consultation: Consultation) -> None:
    kept = keep(consultation, "First.")
    assert kept.comment_id is not None
    keep(consultation, "Mine.", bearer=MARTA)
    with pytest.raises(NotFoundError):
        remove_unsent(consultation, kept.comment_id, bearer=MARTA, at=NOON)
    remove_unsent(consultation, kept.comment_id, bearer=ILZE, at=NOON)
    assert texts(consultation) == []
    assert texts(consultation, MARTA) == ["Mine."]


def test_what_nobody_touches_for_sixty_days_opens_no_more(consultation: Consultation) -> None:
    keep(consultation, "First.")
    keep(consultation, "Second.", at=NOON + timedelta(days=1))
    almost = NOON + timedelta(days=1) + KEPT_FOR - timedelta(microseconds=1)
    assert texts(consultation, at=almost) == ["First.", "Second."]
    assert texts(consultation, at=almost + timedelta(microseconds=1)) == []


def test_no_two_browsers_have_the_same_reference() -> None:
    assert len({new_reference() for _ in range(4)}) == 4
    assert len(new_reference()) == 32


def test_a_comment_sent_at_once_is_not_kept_any_more(consultation: Consultation) -> None:
    kept = keep(consultation, "First.", copy=Copy("one"))
    keep(consultation, "Second.", copy=Copy("two"))
    drop_sent(consultation, Copy("one", kept.comment_id, kept.changes), "First.", bearer=ILZE, at=LATER)
    assert texts(consultation) == ["Second."]


def test_who_signs_in_keeps_what_the_browser_began(consultation: Consultation) -> None:
    person = a_person()
    keep(consultation, "As a visitor.")
    signed_in = Bearer(ILZE.reference, person.id)
    claim_sittings(signed_in, NOON)
    assert texts(consultation, signed_in) == ["As a visitor."]
    assert texts(consultation, Bearer("another browser", person.id)) == ["As a visitor."]
    # The next one at this browser sees nothing of it, but that it is kept.
    assert texts(consultation, ILZE) == []
    assert texts(consultation, Bearer(ILZE.reference, a_person().id)) == []
    assert is_kept_with_account(consultation, ILZE, NOON)
    assert not is_kept_with_account(consultation, MARTA, NOON)


def test_what_was_written_before_and_after_signing_in_is_one_sitting(consultation: Consultation) -> None:
    person = a_person()
    keep(
        consultation,
        "At home.",
        bearer=Bearer(person_id=person.id),
        particulars={"name": "Ilze", "country": "LV"},
    )
    keep(consultation, "At work.", particulars={"name": "Ilze K.", "country": ""})
    signed_in = Bearer(ILZE.reference, person.id)
    claim_sittings(signed_in, LATER)
    assert texts(consultation, signed_in) == ["At home.", "At work."]
    [key] = keys_of(consultation, signed_in, NOON)
    assert key.sitting.particulars == {"name": "Ilze K.", "country": "LV"}
    assert count(Sitting) == 1
    claim_sittings(signed_in, LATER)
    assert texts(consultation, signed_in) == ["At home.", "At work."]


def test_other_consultations_are_claimed_too(consultation: Consultation) -> None:
    other = a_consultation()
    a_draft(other)
    person = a_person()
    keep(consultation, "Here.")
    keep(other, "There.", at=LATER)
    claim_sittings(Bearer(ILZE.reference, person.id), NOON)
    assert [unsent.slug for unsent in unsent_of(Bearer(person_id=person.id), NOON)] == [
        other.slug,
        consultation.slug,
    ]
