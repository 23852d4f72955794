"""A workshop from its setting up in two languages to its results at the paragraphs of the draft."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Capacity, Submission
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.people import Person
from app.models.roles import Role
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.consultations.consulting import add_contact_point
from app.services.workshops.applying import Applicant
from app.services.workshops.seating import Registered, register_for
from tests.browser import OpenPage, PageOf, assert_without_barriers, consultation_of_ones_own
from tests.builders import a_person
from tests.conftest import SECRET
from tests.gatherings import a_registration, a_workshop
from tests.live_site import LiveSite, wait_until
from tests.pages import is_wider_than_screen, take_time

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]

PHONE = {"width": 390, "height": 800}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RIGA = ZoneInfo("Europe/Riga")
PLACES, CAME = 30, 28
YEAR = datetime.now(UTC).year + 1
TEXTS = {
    "title_en": "Workshop on the declaration on public sector innovation",
    "purpose_en": "To find out which paragraphs are unclear.",
    "audience_en": "Public servants, researchers and everybody who works with public bodies",
    "programme_en": "* 13.00 Welcome\n* 13.20 Paragraph by paragraph\n* 15.30 What we found",
    "facilitators_en": "Ilze Bērziņa, State Chancellery",
    "address_en": "Brīvības bulvāris 36, 3rd floor, Riga",
    "access_en": "Lift from the yard; hearing loop in the room.",
    "title_lv": "Darbnīca par deklarāciju par inovāciju publiskajā sektorā",
    "purpose_lv": "Noskaidrot, kuri punkti nav skaidri.",
    "audience_lv": "Valsts pārvaldē strādājošie, pētnieki un ikviens, kas ar to strādā kopā",
    "programme_lv": "* 13.00 Sākums\n* 13.20 Punkts pēc punkta\n* 15.30 Ko atradām",
    "facilitators_lv": "Ilze Bērziņa, Valsts kanceleja",
    "address_lv": "Brīvības bulvāris 36, 3. stāvs, Rīga",
    "access_lv": "Lifts no pagalma; zālē ir indukcijas cilpa.",
}


@pytest.fixture
def consultation() -> Consultation:
    """A consultation that is open until after the workshop, its comments public at once."""
    after = datetime(YEAR, 4, 1, tzinfo=UTC)
    return consultation_of_ones_own(closes_at=after, moderation="after")


@pytest.fixture
def latvia() -> Person:
    """The Latvian contact point's person."""
    point = ContactPoint(country="LV", names={"en": "State Chancellery"}, zone="Europe/Riga")
    add_contact_point(point, at=datetime.now(UTC))
    return a_person(Role.CONTACT_POINT, country="LV", at=datetime.now(UTC))


@pytest.fixture
def organiser(page_of: PageOf, latvia: Person) -> Page:
    """The Latvian contact point's browser."""
    return page_of(latvia)


def press(page: Page, name: str) -> None:
    """The button is reached and pressed with keys alone."""
    page.get_by_role("button", name=name, exact=True).last.press("Enter")


def set_up(page: Page, consultation: Consultation, slug: str) -> None:
    """The whole form is filled in, in both languages."""
    page.goto(f"/en/manage/workshops/new?consultation={consultation.slug}")
    page.locator("summary", has_text="latviešu").click()
    page.locator("#slug").fill(slug)
    for name, text in TEXTS.items():
        page.locator(f"#{name}").fill(text)
    page.locator("#zone").select_option("Europe/Riga")
    page.locator("#starts_at").fill(f"{YEAR}-02-23T13:00")
    page.locator("#ends_at").fill(f"{YEAR}-02-23T16:00")
    page.locator("#register_by").fill(f"{YEAR}-02-17T23:59")
    page.locator("#working_language").select_option("en")
    page.locator("#places").fill(str(PLACES))
    page.locator("summary", has_text="Paragraphs it is about").click()
    page.get_by_label("1 Everybody may try new ways.").check()
    page.locator("#contact_name").fill("Ilze Bērziņa")
    page.locator("#contact_email").fill("ilze@example.org")
    assert_without_barriers(page, "setting up")
    press(page, "Set up the workshop")


def register_on(page: Page, slug: str, name: str) -> None:
    """Somebody registers on a phone."""
    page.goto(f"/en/workshops/{slug}")
    page.locator("#name").fill(name)
    page.locator("#email").fill("anna@example.org")
    page.locator("#consent").check()
    take_time(page)
    page.locator("#register").locator("xpath=ancestor::section").locator("form button").click()
    expect(page.locator("main")).to_contain_text("You have a place")


def register_further(workshop: Workshop, number: int) -> Registered:
    applicant = Applicant(f"Person {number}", f"person-{number}@example.org", "en", consent=True)
    form = f"{workshop.slug} {number}"
    return register_for(workshop.id, applicant, form=form, at=datetime.now(UTC), secret_key=SECRET)


def states_of(workshop: Workshop) -> dict[str, int]:
    db.session.rollback()
    db.session.expire_all()
    states = db.session.scalars(
        select(Registration.state).where(Registration.workshop_id == workshop.id)
    ).all()
    return {state: states.count(state) for state in sorted(set(states))}


def workshop_called(slug: str) -> Workshop:
    db.session.rollback()
    return db.session.scalars(select(Workshop).where(Workshop.slug == slug)).one()


def time_passes(workshop: Workshop) -> None:
    """The workshop was this morning."""
    at = datetime.now(UTC).replace(microsecond=0)
    with transaction():
        workshop.register_by, workshop.starts_at, workshop.ends_at = at - DAY, at - 4 * HOUR, at - HOUR


def test_a_workshop_is_set_up_filled_held_and_heard(
    site: LiveSite, open_page: OpenPage, organiser: Page, consultation: Consultation
) -> None:
    slug = f"riga-{consultation.id}"
    set_up(organiser, consultation, slug)

    # What was filled in is seen once more in both languages, and published.
    expect(organiser.locator("main")).to_contain_text(f"23 February {YEAR}, 13:00 to 16:00 Riga time")
    for text in (TEXTS["address_en"], TEXTS["address_lv"], TEXTS["access_lv"], "30, then a waiting list"):
        expect(organiser.locator("main")).to_contain_text(text)
    assert_without_barriers(organiser, "publishing")
    press(organiser, "Publish the workshop")
    expect(organiser.locator("main")).to_contain_text("Nobody has registered yet.")
    workshop = workshop_called(slug)
    assert workshop.starts_at == datetime(YEAR, 2, 23, 13, tzinfo=RIGA)
    assert (workshop.working_language, workshop.interpretation) == ("en", [])

    # The public reads it in both languages, with the facts word for word.
    phone = open_page(viewport=PHONE)
    for language, day in (("en", f"23 February {YEAR}"), ("lv", f"{YEAR}. gada 23. februār")):
        phone.goto(f"/{language}/workshops/{slug}")
        main = phone.locator("main")
        for name in ("title", "purpose", "audience", "facilitators", "address", "access"):
            expect(main).to_contain_text(TEXTS[f"{name}_{language}"])
        expect(main).to_contain_text(day)
        expect(main).to_contain_text("13:00")
        expect(main.locator("a[href^='mailto:ilze@example.org']")).to_be_visible()
        assert not is_wider_than_screen(phone)

    # 31 people register; the last one waits.
    register_on(phone, slug, "Anna Kalniņa")
    others = [register_further(workshop, number) for number in range(PLACES)]
    assert [one.state for one in others[:-1]] == [RegistrationState.CONFIRMED] * (PLACES - 1)
    last, who_cancels = others[-1], others[4]
    assert (last.state, last.rank) == (RegistrationState.WAITING, 1)
    organiser.reload()
    expect(organiser.locator("main")).to_contain_text("Waiting, number 1 in line")
    assert_without_barriers(organiser, "registrations")

    # One gives the place back; the 31st is offered it by letter and takes it.
    phone.goto(f"/en/registrations/{who_cancels.number}?secret={who_cancels.secret}")
    phone.get_by_role("link", name="Give your place back").click()
    phone.get_by_role("button", name="Give my place back").click()
    wait_until(lambda: states_of(workshop).get(RegistrationState.OFFERED) == 1)
    wait_until(lambda: f"/registrations/{last.number}?secret={last.secret}" in site.said)
    phone.goto(f"/en/registrations/{last.number}?secret={last.secret}")
    phone.get_by_role("button", name="Accept the place").click()
    wait_until(lambda: RegistrationState.OFFERED not in states_of(workshop))
    assert states_of(workshop) == {RegistrationState.CANCELLED: 1, RegistrationState.CONFIRMED: PLACES}

    # The organiser ticks who came.
    organiser.goto(f"/en/manage/workshops/{slug}/attendance")
    expect(organiser.locator("main")).to_contain_text("from the start on")
    time_passes(workshop)
    organiser.goto(f"/en/manage/workshops/{slug}/sheet")
    assert organiser.locator("tbody tr").count() > PLACES
    organiser.goto(f"/en/manage/workshops/{slug}/attendance")
    assert_without_barriers(organiser, "attendance")
    boxes = organiser.locator("input[name=came]")
    assert boxes.count() == PLACES
    for number in range(CAME):
        boxes.nth(number).focus()
        organiser.keyboard.press("Space")
    press(organiser, "Note who came")
    expect(organiser.get_by_role("link", name="Enter the results")).to_be_visible()
    assert states_of(workshop) == {
        RegistrationState.ABSENT: PLACES - CAME, RegistrationState.ATTENDED: CAME,
        RegistrationState.CANCELLED: 1,
    }  # fmt: skip

    # What they found stands at the paragraph, as the comment of a group.
    organiser.goto(f"/en/manage/workshops/{slug}/results")
    assert_without_barriers(organiser, "results")
    expect(organiser.locator("#group_size")).to_have_value(str(CAME))
    expect(organiser.locator("#findings-0-paragraph")).to_have_value("1")
    organiser.locator("#findings-0-body").fill("Say who may try, and with whose money.")
    press(organiser, "Enter the results")
    expect(organiser.locator("main")).to_contain_text("The results are entered.")
    db.session.rollback()
    sent = db.session.scalars(select(Submission).where(Submission.workshop_id == workshop.id)).one()
    assert (sent.capacity, sent.group_size) == (Capacity.GROUP, CAME)
    phone.goto(f"/en/consultations/{consultation.slug}/paragraphs/p2")
    note = phone.locator(".note", has_text="Say who may try, and with whose money.")
    expect(note).to_contain_text(f"group of {CAME} people")
    phone.goto(f"/en/workshops/{slug}")
    expect(phone.locator("main")).to_contain_text("What the groups said")


@pytest.mark.parametrize("options", [{"viewport": PHONE}, {"color_scheme": "dark"}], ids=["phone", "dark"])
def test_no_work_page_of_a_workshop_has_barriers(
    page_of: PageOf,
    latvia: Person,
    consultation: Consultation,
    options: dict[str, Any],
) -> None:
    at = datetime.now(UTC)
    question = {"key": "1", "labels": {"en": "What do you work on?"}, "is_required": True}
    held = a_workshop(
        consultation, at=at, slug=f"{'-'.join(options)}-{consultation.id}".replace("_", "-"), country="LV",
        starts_at=at - HOUR, ends_at=at + HOUR, register_by=at - DAY, questions=[question],
    )  # fmt: skip
    draft = a_workshop(consultation, at=at, slug=f"{held.slug}-2", country="LV", published_at=None)
    a_registration(held, at=at, name="Anna", answers={"1": "Procurement"})
    a_registration(held, at=at, state=RegistrationState.WAITING, place_in_line=1)
    page, home = page_of(latvia, **options), "/en/manage/workshops"
    pages = ["", "/new", f"/new?consultation={consultation.slug}", f"/{draft.slug}/publish"]
    pages += [
        f"/{held.slug}{name}"
        for name in ("", "/copy", "/cancel", "/registrations?needs=yes", "/sheet", "/attendance", "/letters",
                     "/notes", "/results", "/materials")
    ]  # fmt: skip
    for path in pages:
        answer = page.goto(home + path)
        assert answer, path
        assert answer.status == 200, path
        assert_without_barriers(page, path)
        assert not is_wider_than_screen(page), path
    page.goto(f"{home}/{held.slug}")
    page.locator("#title_en").fill("A workshop under another name")
    press(page, "Save the workshop")
    expect(page.locator("main")).to_contain_text("When you save, 2 people get a letter")
    assert_without_barriers(page, "what letters will tell")
    assert not is_wider_than_screen(page)
    for path, button in (("/letters", "See what will be sent"), ("/results", "Enter the results")):
        page.goto(f"{home}/{held.slug}{path}")
        press(page, button)
        expect(page.locator("#error-summary")).to_be_visible()
        assert_without_barriers(page, f"{path} refused")


def test_another_countrys_contact_point_sees_nothing_of_it(
    page_of: PageOf, organiser: Page, consultation: Consultation
) -> None:
    slug = f"hidden-{consultation.id}"
    set_up(organiser, consultation, slug)
    expect(organiser.get_by_role("button", name="Publish the workshop")).to_be_visible()
    person = a_person(Role.CONTACT_POINT, country="NO", at=datetime.now(UTC))
    norway = page_of(person, viewport=PHONE, java_script_enabled=False)
    norway.goto("/en/manage/workshops")
    expect(norway.locator("main")).not_to_contain_text(TEXTS["title_en"])
    answer = norway.goto(f"/en/manage/workshops/{slug}/registrations")
    assert answer
    assert answer.status == 404
