"""Registering for a workshop, and what becomes of it: on a phone, without script, by keyboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.comments.receipts import secret_of
from tests.adapters.calendar_lines import instant_of, read_strictly
from tests.browser import OpenPage, assert_without_barriers, consultation_of_ones_own
from tests.conftest import SECRET
from tests.gatherings import a_registration, a_workshop
from tests.pages import is_wider_than_screen, press_to, tab_to, take_time

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("within")]
PHONE = {"width": 390, "height": 844}
LONG = "Beramsagtsgoverdeninnbyggerrettigheter" * 3


@pytest.fixture
def workshop(within: None) -> Workshop:
    """A workshop of this test's own, with one place, all its texts and a question."""
    return of_ones_own()


def of_ones_own(**changes: object) -> Workshop:
    at = datetime.now(UTC)
    consultation: Consultation = consultation_of_ones_own()
    usual: dict[str, object] = {
        "slug": f"on-{consultation.slug}",
        "titles": {"en": "Workshop on trying", "lv": "Darbnīca par mēģināšanu"},
        "purposes": {"en": "Say what it would take."},
        "audiences": {"en": "For everybody who works in public service."},
        "programmes": {"en": "- 13.00 Welcome\n- 13.30 Groups"},
        "facilitators": {"en": "Ilze and Ola"},
        "accesses": {"en": "A lift, and a hearing loop in the hall."},
        "online_link": "https://meet.example.org/room",
        "places": 1,
        "paragraph_keys": ["p2", "p3"],
        "questions": [{"key": "1", "labels": {"en": "Which paragraph?"}, "is_required": True}],
    }
    return a_workshop(consultation, at=at, **{**usual, **changes})


def fill_in(page: Page, name: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill(f"{name.split()[0].casefold()}@example.org")
    page.get_by_label("Which paragraph?").fill("The second")
    page.get_by_label("Accessibility").fill("A ramp")
    page.get_by_label("I agree").check()
    take_time(page)


def registration_of(workshop: Workshop, name: str) -> Registration:
    db.session.rollback()
    wanted = select(Registration).where(Registration.workshop_id == workshop.id, Registration.name == name)
    return db.session.scalars(wanted).one()


def link_of(registration: Registration) -> str:
    return f"/en/registrations/{registration.number}?secret={secret_of(registration.number, SECRET)}"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_one_registers_on_a_phone_and_the_place_given_back_goes_to_the_next(
    open_page: OpenPage, workshop: Workshop, script: bool
) -> None:
    first = open_page(java_script_enabled=script, viewport=PHONE)
    first.goto(f"/en/consultations/{workshop.consultation.slug}")
    first.get_by_role("link", name="Workshop on trying").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Workshop on trying")
    if script:
        assert not is_wider_than_screen(first)
        assert_without_barriers(first, "workshop")
    take_time(first)
    first.get_by_role("button", name="Register for a place").click()
    expect(first.locator("#error-summary")).to_contain_text("Write your name.")
    if script:
        assert_without_barriers(first, "workshop with errors")
    fill_in(first, "Ilze Kalniņa")
    first.get_by_role("button", name="Register for a place").click()
    expect(first.get_by_role("status")).to_contain_text("You have a place")
    expect(first.locator("#answer")).to_be_in_viewport()
    expect(first.locator("#answer")).to_be_focused()
    if script:
        assert_without_barriers(first, "registered")

    second = open_page(java_script_enabled=script, viewport=PHONE)
    second.goto(f"/en/workshops/{workshop.slug}")
    expect(second.locator("main")).to_contain_text("You can register as number 1 on the waiting list.")
    fill_in(second, "Ola Nordmann")
    second.get_by_role("button", name="Join the waiting list").click()
    expect(second.get_by_role("status")).to_contain_text("You are number 1 on the waiting list")

    first.goto(link_of(registration_of(workshop, "Ilze Kalniņa")))
    expect(first.locator("main")).to_contain_text("https://meet.example.org/room")
    first.get_by_role("link", name="Give your place back").click()
    first.get_by_role("button", name="Give my place back").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Your registration is cancelled")

    second.goto(link_of(registration_of(workshop, "Ola Nordmann")))
    expect(second.get_by_role("heading", level=1)).to_have_text("A place is free for you")
    if script:
        assert not is_wider_than_screen(second)
        assert_without_barriers(second, "offered")
    second.get_by_role("button", name="Accept the place").click()
    expect(second.get_by_role("status")).to_contain_text("The place is yours.")
    assert registration_of(workshop, "Ola Nordmann").state == RegistrationState.CONFIRMED


def test_registering_and_giving_back_by_keyboard_alone(open_page: OpenPage, workshop: Workshop) -> None:
    page = open_page(viewport=PHONE)
    page.goto(f"/en/workshops/{workshop.slug}")
    for selector, words in (("#name", "Ilze"), ("#email", "ilze@example.org"), ("#q_1", "The first")):
        tab_to(page, selector)
        page.keyboard.type(words)
    tab_to(page, "#consent")
    page.keyboard.press("Space")
    take_time(page)
    press_to(page, "Register for a place")
    expect(page.get_by_role("status")).to_contain_text("You have a place")
    page.goto(link_of(registration_of(workshop, "Ilze")))
    press_to(page, "Give your place back")
    expect(page.get_by_role("heading", level=1)).to_have_text("Give your place back?")
    press_to(page, "Give my place back")
    expect(page.get_by_role("status")).to_contain_text("Cancelled.")


def test_what_was_filled_in_is_changed_by_the_link(open_page: OpenPage, workshop: Workshop) -> None:
    registration = a_registration(workshop, at=datetime.now(UTC), answers={"1": "None"})
    page = open_page(viewport=PHONE)
    page.goto(link_of(registration))
    assert not is_wider_than_screen(page)
    assert_without_barriers(page, "registration")
    page.get_by_label("Organisation").fill("State Chancellery")
    page.get_by_label("Food").fill("No nuts")
    page.get_by_role("button", name="Save what I changed").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_label("Organisation")).to_have_value("State Chancellery")
    expect(page.get_by_label("Food")).to_have_value("No nuts")


def test_both_calendar_files_are_taken_away(open_page: OpenPage, workshop: Workshop) -> None:
    registration = a_registration(workshop, at=datetime.now(UTC))
    page = open_page()
    for address, method in (
        (f"/en/workshops/{workshop.slug}", "PUBLISH"),
        (link_of(registration), "REQUEST"),
    ):
        page.goto(address)
        with page.expect_download() as taken:
            page.get_by_role("link", name="Put it in your calendar").click()
        calendar = read_strictly(Path(taken.value.path()).read_bytes())
        [event] = calendar.within("VEVENT")
        assert calendar.text("METHOD") == method
        assert instant_of(calendar, event["DTSTART"]) == workshop.starts_at.replace(microsecond=0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_have_no_barrier_whatever_stands_in_them(
    open_page: OpenPage, scheme: str, width: int
) -> None:
    at = datetime.now(UTC)
    workshop = of_ones_own(titles={"en": f"Workshop {LONG}"}, addresses={"en": LONG}, contact_name=LONG)
    cancelled = of_ones_own(cancelled_at=at, cancel_reasons={"en": f"A flood. {LONG}"})
    past = of_ones_own(
        starts_at=at - timedelta(days=3),
        ends_at=at - timedelta(days=2),
        register_by=at - timedelta(days=4),
        notes={"en": f"## What we heard\n\n{LONG}"},
        materials=[{"titles": {"en": LONG}, "address": "https://example.org/slides.pdf"}],
    )
    registration = a_registration(workshop, at=at, name=LONG, email=f"{LONG[:60]}@example.org")
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for address in (
        "/en/workshops",
        *(f"/en/workshops/{one.slug}" for one in (workshop, cancelled, past)),
        f"/lv/workshops/{workshop.slug}",
        link_of(registration),
        f"{link_of(registration)}&ask=cancel",
        f"/en/registrations/{registration.number}",
        f"/en/consultations/{workshop.consultation.slug}",
    ):
        page.goto(address)
        assert not is_wider_than_screen(page), address
        assert_without_barriers(page, address)
