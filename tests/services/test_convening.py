"""Convening: what a workshop can be, who may run it, and who hears of what changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.activity import Activity, Job
from app.models.base import db
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.people import Person
from app.models.roles import Role
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.consultations.consulting import add_contact_point
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError, NotFoundError
from app.services.workshops.arranging import Question, WorkshopPlan
from app.services.workshops.attending import people_with_a_place, registrations_of
from app.services.workshops.convening import (
    cancel_workshop,
    change_workshop,
    create_workshop,
    delete_draft,
    publish_workshop,
)
from app.services.workshops.hosting import (
    consultations_to_convene_on,
    countries_to_convene_in,
    workshop_to_run,
    workshops_run_by,
)
from app.services.workshops.inviting import has_place
from app.services.workshops.lacking import Lacking, lacking_in, languages_of
from app.services.workshops.minuting import Material, change_materials, write_notes
from app.services.workshops.offering import accept_offer, expire_offers
from app.services.workshops.overtaking import state_of_materials, state_of_notes, state_of_plan
from app.services.workshops.reminding import remind
from app.services.workshops.seats import NoPlaceError, Refusal, Seats, seats_of
from app.services.workshops.telling import Change, LettersAheadError
from app.wording import CHANGED_FACTS
from tests.builders import a_consultation, a_draft, a_person
from tests.conftest import NOON
from tests.gatherings import a_registration, a_workshop

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
STATES = RegistrationState


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    consultation = a_consultation(titles={"lv": "Deklarācija", "en": "Declaration"})
    a_draft(consultation)
    return consultation


@pytest.fixture
def editor(app: Flask) -> Person:
    return a_person(Role.EDITOR)


@pytest.fixture
def latvia(app: Flask) -> Person:
    """The Latvian contact point's person."""
    add_contact_point(ContactPoint(country="LV", names={"en": "Latvia"}, zone="Europe/Riga"), at=NOON)
    return a_person(Role.CONTACT_POINT, country="LV")


def a_plan(**changes: Any) -> WorkshopPlan:
    plan = WorkshopPlan(
        slug="riga-february",
        titles={"lv": "Darbnīca", "en": "Workshop"},
        zone="Europe/Riga",
        starts_at=datetime(2030, 2, 23, 11, tzinfo=UTC),
        ends_at=datetime(2030, 2, 23, 14, tzinfo=UTC),
        register_by=datetime(2030, 2, 17, 22, tzinfo=UTC),
        working_language="en",
        places=30,
        contact_name="Ilze",
        contact_email="ilze@example.org",
        addresses={"lv": "Brīvības iela 1, 3. stāvs", "en": "Brīvības iela 1, 3rd floor"},
    )
    return replace(plan, **changes)


def plan_of(workshop: Workshop, **changes: Any) -> WorkshopPlan:
    """The plan by which nothing changes but what is named."""
    names = (
        "slug titles zone starts_at ends_at register_by working_language places contact_name contact_email "
        "country purposes audiences programmes facilitators addresses accesses online_link interpretation "
        "has_waiting_list paragraph_keys offer_hours reminder_hours retention_days"
    )
    same: dict[str, Any] = {name: getattr(workshop, name) for name in names.split()}
    questions = [Question(one["labels"], one["is_required"], one["key"]) for one in workshop.questions]
    return WorkshopPlan(**{**same, "questions": questions, **changes})


def letters() -> list[tuple[str, int]]:
    """The letters on their way, as (letter, registration)."""
    jobs = db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id))
    return [(job.payload["letter"], job.payload["registration_id"]) for job in jobs]


def problems(plan: WorkshopPlan, consultation: Consultation, by: Person) -> dict[str, str]:
    with pytest.raises(InvalidError) as refused:
        create_workshop(consultation, plan, by=by, at=NOON)
    return refused.value.problems


def test_a_contact_point_sets_up_a_draft_for_its_country(consultation: Consultation, latvia: Person) -> None:
    workshop = create_workshop(consultation, a_plan(country="LV"), by=latvia, at=NOON)
    assert (workshop.country, workshop.is_published, workshop.sequence) == ("LV", False, 0)
    assert list(workshop.titles) == ["lv", "en"]
    assert db.session.scalars(select(Activity.verb)).all()[-1] == "workshop created"


def test_another_country_is_not_a_contact_points_to_convene_in(
    consultation: Consultation, latvia: Person
) -> None:
    for country in (None, "NO"):
        with pytest.raises(ForbiddenError):
            create_workshop(consultation, a_plan(country=country), by=latvia, at=NOON)
    assert countries_to_convene_in(latvia, consultation) == ["LV"]


def test_an_editor_convenes_for_all_countries_or_one(
    consultation: Consultation, editor: Person, latvia: Person
) -> None:
    assert countries_to_convene_in(editor, consultation) == [None, "LV"]
    assert create_workshop(consultation, a_plan(), by=editor, at=NOON).country is None


def test_a_country_without_contact_point_cannot_have_one(consultation: Consultation, editor: Person) -> None:
    assert problems(a_plan(country="FR"), consultation, editor) == {"country": "unknown"}


def test_other_countries_organisers_see_nothing_of_it(latvia: Person) -> None:
    workshop = a_workshop(country="LV")
    norway, editor = a_person(Role.CONTACT_POINT, country="NO"), a_person(Role.EDITOR)
    assert workshops_run_by(norway) == []
    with pytest.raises(NotFoundError):
        workshop_to_run(workshop.slug, by=norway)
    with pytest.raises(NotFoundError):
        change_workshop(workshop, plan_of(workshop), by=norway, at=NOON)
    assert workshops_run_by(latvia) == workshops_run_by(editor) == [workshop]


def test_who_is_bound_to_a_consultation_convenes_on_that_one_only(consultation: Consultation) -> None:
    a_consultation()
    bound = a_person(Role.EDITOR, consultation=consultation)
    assert consultations_to_convene_on(bound) == [consultation]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"slug": "Rīga"}, {"slug": "invalid"}),
        ({"slug": "new"}, {"slug": "taken"}),
        ({"titles": {"en": "  "}}, {"titles": "required"}),
        ({"titles": {"en": "x" * 201}}, {"titles": "too_long"}),
        ({"zone": "Europe/Nowhere"}, {"zone": "unknown"}),
        ({"ends_at": datetime(2030, 2, 23, 11, tzinfo=UTC)}, {"ends_at": "before_start"}),
        ({"register_by": datetime(2030, 2, 23, 11, 1, tzinfo=UTC)}, {"register_by": "after_start"}),
        ({"places": 0}, {"places": "out_of_range"}),
        ({"offer_hours": 0}, {"offer_hours": "out_of_range"}),
        ({"retention_days": 6}, {"retention_days": "out_of_range"}),
        ({"addresses": {}}, {"addresses": "required"}),
        ({"online_link": "javascript:alert(1)"}, {"online_link": "invalid"}),
        ({"online_link": "https://meet.example/a b"}, {"online_link": "invalid"}),
        ({"online_link": "https://[meet"}, {"online_link": "invalid"}),
        ({"interpretation": ["Latvian!"]}, {"working_language": "unknown"}),
        ({"paragraph_keys": ["p99"]}, {"paragraph_keys": "unknown"}),
        ({"contact_name": " "}, {"contact_name": "required"}),
        ({"contact_email": "nobody"}, {"contact_email": "invalid"}),
        ({"questions": [Question({"en": "?"})] * 11}, {"questions": "too_many"}),
        ({"questions": [Question({"en": "?" * 301})]}, {"questions": "too_long"}),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    consultation: Consultation, editor: Person, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert problems(a_plan(**changes), consultation, editor) == expected


def test_two_workshops_cannot_have_one_address(consultation: Consultation, editor: Person) -> None:
    a_workshop(slug="riga-february")
    assert problems(a_plan(), consultation, editor) == {"slug": "taken"}


def test_only_online_is_a_place_too(consultation: Consultation, editor: Person) -> None:
    plan = a_plan(addresses={}, online_link=" https://meet.example/riga ")
    assert create_workshop(consultation, plan, by=editor, at=NOON).online_link == "https://meet.example/riga"


def test_a_title_is_one_line_whatever_was_pasted(consultation: Consultation, editor: Person) -> None:
    plan = a_plan(titles={"en": "Work\r\nBcc: everybody@example.org"})
    workshop = create_workshop(consultation, plan, by=editor, at=NOON)
    assert workshop.titles == {"en": "Work Bcc: everybody@example.org"}


def test_publishing_shows_it_once(consultation: Consultation, editor: Person) -> None:
    workshop = create_workshop(consultation, a_plan(), by=editor, at=NOON)
    stamp = consultation.public_stamp
    publish_workshop(workshop, by=editor, at=NOON)
    publish_workshop(workshop, by=editor, at=NOON + HOUR)
    db.session.refresh(consultation)
    assert (workshop.published_at, consultation.public_stamp) == (NOON, stamp + 1)


def test_what_is_over_or_about_a_hidden_consultation_is_not_published(editor: Person) -> None:
    hidden = a_workshop(
        a_consultation(is_listed=False), published_at=None, starts_at=NOON, register_by=NOON - DAY
    )
    with pytest.raises(InvalidError) as refused:
        publish_workshop(hidden, by=editor, at=NOON)
    assert refused.value.problems == {
        "starts_at": "past", "register_by": "past", "consultation": "unlisted",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends_at": NOON + 10 * DAY + HOUR}, ["time"]),
        ({"zone": "Europe/Oslo"}, ["time"]),
        ({"addresses": {"en": "2 Other Street"}}, ["place"]),
        ({"online_link": "https://meet.example"}, ["link"]),
        ({"accesses": {"en": "By the yard"}}, ["access"]),
        ({"titles": {"en": "Another name"}}, ["title"]),
        ({"titles": {"en": "A"}, "starts_at": NOON + 9 * DAY}, ["time", "title"]),
    ],
)
def test_who_is_registered_hears_of_time_place_and_title(
    editor: Person, changes: dict[str, Any], told: list[str]
) -> None:
    workshop = a_workshop()
    here = a_registration(workshop).id
    waits = a_registration(workshop, state=STATES.WAITING, place_in_line=1).id
    a_registration(workshop, state=STATES.CANCELLED)
    # Places are full, so that nobody is offered one by the way.
    full = {"places": 1}
    change_workshop(workshop, plan_of(workshop, **full), by=editor, at=NOON)
    assert letters() == []
    assert change_workshop(workshop, plan_of(workshop, **changes), by=editor, at=NOON).told == told
    assert letters() == [("workshop_changed", here), ("workshop_changed", waits)]
    jobs = db.session.scalars(select(Job)).all()
    assert [job.payload["changed"] for job in jobs] == [told, told]
    assert set(told) <= set(CHANGED_FACTS)
    assert workshop.sequence == 1


def test_nobody_hears_of_other_words_nor_of_a_draft(editor: Person) -> None:
    published, draft = a_workshop(), a_workshop(published_at=None)
    a_registration(published)
    change_workshop(published, plan_of(published, purposes={"en": "More."}), by=editor, at=NOON)
    change_workshop(draft, plan_of(draft, titles={"en": "New"}), by=editor, at=NOON)
    assert (letters(), published.sequence, draft.sequence) == ([], 0, 0)


def test_what_somebody_else_changed_meanwhile_is_not_undone(editor: Person) -> None:
    workshop = a_workshop()
    a_registration(workshop)
    seen = state_of_plan(workshop)
    theirs = plan_of(workshop, places=40)
    change_workshop(workshop, theirs, seen=seen, by=editor, at=NOON)
    mine = plan_of(workshop, places=30, titles={"en": "Mine"})
    with pytest.raises(ChangedMeanwhileError):
        change_workshop(workshop, mine, seen=seen, by=editor, at=NOON)
    assert (workshop.places, workshop.sequence, letters()) == (40, 0, [])
    change_workshop(workshop, mine, seen=state_of_plan(workshop), by=editor, at=NOON)
    assert workshop.titles == {"en": "Mine"}


def test_notes_and_materials_of_somebody_else_are_not_undone(editor: Person) -> None:
    workshop = a_workshop(starts_at=NOON - HOUR, register_by=NOON - DAY)
    plan, notes, materials = state_of_plan(workshop), state_of_notes(workshop), state_of_materials(workshop)
    slides = [Material({"en": "Slides"}, "https://example.org/slides")]
    write_notes(workshop, {"en": "Theirs"}, seen=notes, by=editor, at=NOON)
    change_materials(workshop, slides, seen=materials, by=editor, at=NOON)
    with pytest.raises(ChangedMeanwhileError):
        write_notes(workshop, {"en": "Mine"}, seen=notes, by=editor, at=NOON)
    with pytest.raises(ChangedMeanwhileError):
        change_materials(workshop, [], seen=materials, by=editor, at=NOON)
    assert workshop.notes == {"en": "Theirs"}
    assert len(workshop.materials) == 1
    # What was planned is another page, which nobody overtook.
    assert state_of_plan(workshop) == plan


def test_times_that_cannot_be_read_hide_nothing_else(consultation: Consultation, editor: Person) -> None:
    plan = a_plan(unread={"starts_at": "gap"}, titles={}, places=0, contact_email="x", slug="No")
    assert problems(plan, consultation, editor) == {
        "starts_at": "gap", "titles": "required", "places": "out_of_range", "contact_email": "invalid",
        "slug": "invalid",
    }  # fmt: skip
    late = a_plan(unread={"ends_at": "unreadable"}, register_by=datetime(2031, 1, 1, tzinfo=UTC))
    assert problems(late, consultation, editor) == {"ends_at": "unreadable", "register_by": "after_start"}


def test_more_places_are_offered_at_once_and_fewer_expel_nobody(editor: Person) -> None:
    workshop = a_workshop(places=1)
    first, second = a_registration(workshop), a_registration(workshop, state=STATES.WAITING, place_in_line=1)
    assert change_workshop(workshop, plan_of(workshop, places=2), by=editor, at=NOON).offered == 1
    assert db.session.get_one(Registration, second.id).state == STATES.OFFERED
    change_workshop(workshop, plan_of(workshop, places=1), by=editor, at=NOON)
    states = [db.session.get_one(Registration, one.id).state for one in (first, second)]
    assert states == [STATES.CONFIRMED, STATES.OFFERED]


def test_where_letters_would_go_out_unseen_nothing_changes(editor: Person) -> None:
    workshop = a_workshop(places=1)
    a_registration(workshop)
    a_registration(workshop, state=STATES.WAITING, place_in_line=1)
    title, plan = workshop.titles["en"], plan_of(workshop, titles={"en": "New"}, places=2)
    with pytest.raises(LettersAheadError) as ahead:
        change_workshop(workshop, plan, may_write=False, by=editor, at=NOON)
    assert ahead.value.change == Change(["title"], letters=2, offered=1)
    assert (workshop.titles["en"], workshop.places, workshop.sequence, letters()) == (title, 1, 0, [])
    assert set(db.session.scalars(select(Registration.state))) == {STATES.CONFIRMED, STATES.WAITING}
    assert change_workshop(workshop, plan, by=editor, at=NOON) == ahead.value.change


def test_a_change_that_no_letter_tells_of_needs_not_be_seen(editor: Person) -> None:
    workshop = a_workshop()
    a_registration(workshop, state=STATES.CANCELLED)
    plan = plan_of(workshop, titles={"en": "New"})
    assert change_workshop(workshop, plan, may_write=False, by=editor, at=NOON) == Change(["title"])
    assert workshop.titles["en"] == "New"


def test_whoever_reads_a_language_in_which_nothing_changed_gets_no_letter(editor: Person) -> None:
    workshop = a_workshop(titles={"en": "Trying", "nb": "Å prøve"})
    readers = {language: a_registration(workshop, language=language) for language in ("en", "lv", "nb")}
    plan = plan_of(workshop, titles={"en": "Trying", "nb": "Å forsøke", "fr": "Essayer"})
    assert change_workshop(workshop, plan, by=editor, at=NOON) == Change(["title"], letters=1)
    assert letters() == [("workshop_changed", readers["nb"].id)]


def test_a_text_written_where_it_was_missing_is_told_to_who_reads_it(editor: Person) -> None:
    workshop = a_workshop(titles={"en": "Trying"})
    readers = {language: a_registration(workshop, language=language) for language in ("en", "lv")}
    plan = plan_of(workshop, titles={"en": "Trying", "lv": "Mēģināt"})
    assert change_workshop(workshop, plan, by=editor, at=NOON).letters == 1
    assert letters() == [("workshop_changed", readers["lv"].id)]


def test_once_it_has_begun_its_times_stand(editor: Person) -> None:
    workshop = a_workshop()
    begun = workshop.starts_at
    later = plan_of(workshop, starts_at=begun + DAY, ends_at=workshop.ends_at + DAY)
    with pytest.raises(InvalidError) as refused:
        change_workshop(workshop, later, by=editor, at=begun)
    assert refused.value.problems == {"starts_at": "has_begun"}
    with pytest.raises(InvalidError) as refused:
        change_workshop(
            workshop, plan_of(workshop, starts_at=NOON, register_by=NOON), by=editor, at=begun - HOUR
        )
    assert refused.value.problems == {"starts_at": "past"}


def test_data_are_not_kept_longer_than_people_were_told(editor: Person) -> None:
    workshop = a_workshop()
    change_workshop(workshop, plan_of(workshop, retention_days=120), by=editor, at=NOON)
    a_registration(workshop)
    with pytest.raises(InvalidError) as refused:
        change_workshop(workshop, plan_of(workshop, retention_days=121), by=editor, at=NOON)
    assert refused.value.problems == {"retention_days": "longer"}


def test_a_new_question_never_takes_over_the_answers_to_an_old_one(editor: Person) -> None:
    workshop = a_workshop()
    asked = [Question({"en": "Where do you work?"}), Question({"en": ""}), Question({"en": "Why?"}, True)]
    change_workshop(workshop, plan_of(workshop, questions=asked), by=editor, at=NOON)
    assert [one["key"] for one in workshop.questions] == ["1", "2"]
    a_registration(workshop, answers={"2": "Because."})
    kept = Question({"en": "Where?"}, key="1")
    change_workshop(workshop, plan_of(workshop, questions=[kept]), by=editor, at=NOON)
    made_up = Question({"en": "How?"}, key="2")
    change_workshop(workshop, plan_of(workshop, questions=[kept, made_up]), by=editor, at=NOON)
    assert [(one["key"], one["labels"]["en"]) for one in workshop.questions] == [
        ("1", "Where?"),
        ("3", "How?"),
    ]


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


def test_a_draft_is_deleted_and_its_address_is_free_again(consultation: Consultation, editor: Person) -> None:
    draft = create_workshop(consultation, a_plan(), by=editor, at=NOON)
    subject = f"workshop:{draft.id}"
    delete_draft(draft, by=editor, at=NOON)
    assert db.session.scalars(select(Workshop)).all() == []
    last = db.session.scalars(select(Activity).order_by(Activity.id.desc()).limit(1)).one()
    assert (last.verb, last.subject, last.person_id) == ("workshop draft deleted", subject, editor.id)
    create_workshop(consultation, a_plan(), by=editor, at=NOON)


def test_what_the_public_has_seen_is_not_deleted(editor: Person) -> None:
    published = a_workshop()
    with pytest.raises(ChangedMeanwhileError):
        delete_draft(published, by=editor, at=NOON)
    assert db.session.get(Workshop, published.id) is not None


def test_another_countrys_draft_is_not_deleted(latvia: Person) -> None:
    draft = a_workshop(country="LV", published_at=None)
    with pytest.raises(NotFoundError):
        delete_draft(draft, by=a_person(Role.CONTACT_POINT, country="NO"), at=NOON)
    delete_draft(draft, by=latvia, at=NOON)
    assert db.session.scalars(select(Workshop)).all() == []


def test_what_a_workshop_lacks_in_one_of_its_languages_is_named(app: Flask) -> None:
    workshop = a_workshop(
        titles={"en": "Workshop", "lv": "Darbnīca"},
        addresses={"en": "Riga", "lv": ""},
        questions=[
            {"key": "7", "labels": {"lv": "Kur?", "en": "Where?"}, "is_required": True},
            {"key": "9", "labels": {"nb": "Når?"}, "is_required": True},
        ],
    )
    assert languages_of(workshop) == ["en", "lv", "nb"]
    assert lacking_in(workshop) == [
        Lacking("en", [], [2]), Lacking("lv", ["addresses"], [2]),
        Lacking("nb", ["titles", "addresses"], [1]),
    ]  # fmt: skip


def test_a_workshop_in_one_language_lacks_nothing(app: Flask) -> None:
    assert lacking_in(a_workshop(titles={"lv": "Darbnīca"}, addresses={"lv": "Rīga"})) == []
