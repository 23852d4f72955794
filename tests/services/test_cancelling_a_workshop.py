"""Cancelling a workshop: when, with which reason, and that nobody has a place in it afterwards."""

from __future__ import annotations

import pytest

from app.models.people import Person
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.workshops.attending import people_with_a_place, registrations_of
from app.services.workshops.convening import cancel_workshop, change_workshop
from app.services.workshops.inviting import has_place
from app.services.workshops.offering import accept_offer, expire_offers
from app.services.workshops.reminding import remind
from app.services.workshops.seats import NoPlaceError, Refusal, Seats, seats_of
from tests.conftest import NOON
from tests.gatherings import a_registration, a_workshop
from tests.services.conveners import DAY, HOUR, STATES, letters, plan_of


def test_everybody_hears_that_it_is_cancelled_and_why(editor: Person) -> None:
    workshop = a_workshop()
    here = a_registration(workshop).id
    a_registration(workshop, state=STATES.CANCELLED)
    told = cancel_workshop(workshop, {"en": "Nobody can lead it.", "lv": " "}, by=editor, at=NOON)
    assert (told, letters()) == (1, [("workshop_cancelled", here)])
    assert (workshop.cancelled_at, workshop.sequence) == (NOON, 1)
    assert workshop.cancel_reasons == {"en": "Nobody can lead it."}
    with pytest.raises(ChangedMeanwhileError):
        cancel_workshop(workshop, {"en": "Again."}, by=editor, at=NOON)
    with pytest.raises(ChangedMeanwhileError):
        change_workshop(workshop, plan_of(workshop), by=editor, at=NOON)


def test_once_it_is_cancelled_nobody_has_or_gets_a_place_or_a_reminder(editor: Person) -> None:
    workshop = a_workshop(places=2, reminder_hours=24)
    here = a_registration(workshop)
    offered = a_registration(workshop, state=STATES.OFFERED, offer_ends_at=NOON + DAY)
    a_registration(workshop, state=STATES.WAITING, place_in_line=1)
    assert (has_place(here), people_with_a_place(workshop)) == (True, [here])
    cancel_workshop(workshop, {"en": "A flood."}, by=editor, at=NOON)
    assert (seats_of(workshop), people_with_a_place(workshop), has_place(here)) == (
        Seats(0, 0, 0, 0),
        [],
        False,
    )
    assert [line.rank for line in registrations_of(workshop)] == [None, None, None]
    told = letters()
    for accepts in (here, offered):
        with pytest.raises(NoPlaceError) as refused:
            accept_offer(accepts.id, at=NOON)
        assert refused.value.reason == Refusal.CANCELLED
    expire_offers(NOON + 2 * DAY)
    assert remind(workshop.starts_at - HOUR) == 0
    assert letters() == told
    assert registrations_of(workshop, [STATES.OFFERED]) == []


def test_cancelling_needs_a_reason_and_a_workshop_that_is_to_come(editor: Person) -> None:
    over, draft, coming = a_workshop(), a_workshop(published_at=None), a_workshop()
    cases = [
        (over, {"en": "Late."}, over.ends_at, "not_now"),
        (draft, {"en": "Why."}, NOON, "not_now"),
        (coming, {"en": " "}, NOON, "required"),
        (coming, {"en": "x" * 2001}, NOON, "too_long"),
    ]
    for workshop, reasons, at, problem in cases:
        with pytest.raises(InvalidError) as refused:
            cancel_workshop(workshop, reasons, by=editor, at=at)
        assert refused.value.problems == {"reasons": problem}
