"""Letters to whoever registered for a workshop, as an SMTP server receives them, with what calendars need."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from app.jobs import run_due_jobs
from app.models.activity import Job
from app.models.base import db, transaction
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.activity import enqueue
from app.services.comments.receipts import secret_of
from app.services.workshops.applying import Applicant
from app.services.workshops.offering import accept_offer, cancel_registration, expire_offers
from app.services.workshops.reminding import remind
from app.services.workshops.seating import register_for
from tests.adapters.calendar_lines import Component, instant_of, read_strictly
from tests.conftest import NOON, SECRET
from tests.gatherings import a_registration, a_workshop
from tests.postbox import Postbox

pytestmark = pytest.mark.usefixtures("carrier")

LANGUAGES = ("en", "lv", "nb", "fr")
TITLES = {
    "en": "Workshop on “trying”",
    "lv": "Darbnīca par mēģināšanu – šķēršļi",
    "nb": "Verksted om å prøve på nytt",
    "fr": "Atelier sur l’essai à l’œuvre",
}
STATE_FOR = {
    "registration_waiting": RegistrationState.WAITING,
    "registration_offered": RegistrationState.OFFERED,
    "registration_cancelled": RegistrationState.CANCELLED,
    "registration_expired": RegistrationState.CANCELLED,
}
LETTERS = (
    "registration_confirmed",
    "registration_waiting",
    "registration_offered",
    "registration_expired",
    "registration_changed",
    "registration_cancelled",
    "workshop_changed",
    "workshop_cancelled",
    "workshop_reminder",
    "workshop_message",
)
WITH_INVITATION = {
    "registration_confirmed": "REQUEST",
    "registration_changed": "REQUEST",
    "workshop_changed": "REQUEST",
    "workshop_reminder": "REQUEST",
    "workshop_cancelled": "CANCEL",
}
LINK = "https://meet.example.org/room/4711"


def registered(letter: str, language: str = "en", **changes: Any) -> Registration:
    """Somebody to whom the letter can be written."""
    state = STATE_FOR.get(letter, RegistrationState.CONFIRMED)
    workshop = a_workshop(titles=TITLES, online_link=LINK, slug="trying")
    if letter == "workshop_cancelled":
        cancel(workshop, {"en": "The hall was flooded."})
    usual: dict[str, Any] = {
        "name": "Ilze Kalniņa",
        "email": "ilze@example.org",
        "language": language,
        "state": state,
        "place_in_line": 1 if state == RegistrationState.WAITING else None,
        "offer_ends_at": NOON + timedelta(days=2) if state == RegistrationState.OFFERED else None,
    }
    return a_registration(workshop, **{**usual, **changes})


def cancel(workshop: Workshop, reasons: dict[str, str]) -> None:
    with transaction():
        workshop.cancelled_at, workshop.cancel_reasons = NOON, reasons
        workshop.sequence += 1


def facts_for(letter: str) -> dict[str, Any]:
    if letter == "workshop_changed":
        return {"changed": ["time", "place"]}
    if letter == "workshop_message":
        return {"subjects": {"en": "What to bring"}, "texts": {"en": "Bring a pencil.\n\nThat is all."}}
    return {}


def send(letter: str, registration: Registration, **facts: Any) -> None:
    told = {"letter": letter, "registration_id": registration.id, **facts_for(letter), **facts}
    with transaction():
        enqueue("letter", told, at=NOON)
    run_due_jobs(NOON)
    assert not db.session.scalars(select(Job.error).where(Job.error != "")).all()


def written(postbox: Postbox, letter: str, registration: Registration, **facts: Any) -> EmailMessage:
    """The one letter that arrives."""
    send(letter, registration, **facts)
    [message] = postbox.received
    return message


def arrived(postbox: Postbox, at: datetime = NOON) -> list[EmailMessage]:
    """What arrives when everything that is due is sent."""
    postbox.received.clear()
    run_due_jobs(at)
    assert not db.session.scalars(select(Job.error).where(Job.error != "")).all()
    return list(postbox.received)


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def calendars_in(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in message.walk() if part.get_content_type() == "text/calendar"]


def invitation_in(message: EmailMessage) -> Component:
    found = {part.get_payload(decode=True) for part in calendars_in(message)}
    [content] = found
    assert isinstance(content, bytes)
    for part in calendars_in(message):
        assert part.get_param("method") == read_strictly(content).text("METHOD")
    return read_strictly(content)


def entry_in(message: EmailMessage) -> Component:
    [event] = invitation_in(message).within("VEVENT")
    return event


# ---------------------------------------------------------------- every letter


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_arrives_in_the_person_s_language(postbox: Postbox, letter: str, language: str) -> None:
    message = written(postbox, letter, registered(letter, language))
    assert message["To"] == "ilze@example.org"
    assert message["Reply-To"] == "workshops@example.org"
    assert TITLES[language] in (text_of(message) if letter == "workshop_message" else str(message["Subject"]))
    assert TITLES[language] in text_of(message)
    assert "Ilze Kalniņa" in text_of(message)
    assert f"http://localhost/{language}/" in text_of(message)


@pytest.mark.parametrize("letter", LETTERS)
def test_no_letter_leaves_gaps_or_signs_of_its_making(postbox: Postbox, letter: str) -> None:
    text = text_of(written(postbox, letter, registered(letter)))
    assert "\n\n\n\n" not in text
    assert "Registered in the name of" in text.partition("\n\n")[2]
    for beginning in ("The file that comes", "Registered in the name of", "You keep your place"):
        assert beginning not in text or f"\n\n{beginning}" in text
    assert "None" not in text
    assert not {"{", "}", "&#"} & set(text)
    assert all(line == line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("letter", LETTERS)
def test_the_calendar_file_comes_with_the_letters_of_whoever_has_a_place(
    postbox: Postbox, letter: str
) -> None:
    registration = registered(letter)
    message = written(postbox, letter, registration)
    if letter not in WITH_INVITATION:
        assert calendars_in(message) == []
        return
    calendar, event = invitation_in(message), entry_in(message)
    workshop = registration.workshop
    assert calendar.text("METHOD") == WITH_INVITATION[letter]
    assert event.text("UID") == f"registration-{registration.number}@localhost"
    assert event.text("SEQUENCE") == str(workshop.sequence)
    assert instant_of(calendar, event["DTSTART"]) == workshop.starts_at
    assert instant_of(calendar, event["DTEND"]) == workshop.ends_at
    assert event["ATTENDEE"].value == "mailto:ilze@example.org"
    assert event["ORGANIZER"].value == "mailto:workshops@example.org"


@pytest.mark.parametrize("letter", sorted(set(LETTERS) - {"registration_offered"} - set(WITH_INVITATION)))
def test_only_whoever_has_a_place_reads_the_online_link(postbox: Postbox, letter: str) -> None:
    message = written(postbox, letter, registered(letter))
    assert LINK not in message.as_string()
    assert LINK not in text_of(message)


def test_who_has_a_place_reads_the_online_link_in_the_letter_and_the_calendar(postbox: Postbox) -> None:
    message = written(postbox, "registration_confirmed", registered("registration_confirmed"))
    assert LINK in text_of(message)
    assert LINK in entry_in(message).text("DESCRIPTION")


def test_a_cancellation_takes_the_online_link_out_of_the_calendar(postbox: Postbox) -> None:
    message = written(postbox, "workshop_cancelled", registered("workshop_cancelled"))
    assert entry_in(message).text("STATUS") == "CANCELLED"
    assert LINK not in entry_in(message).text("DESCRIPTION")


# ---------------------------------------------------------------- what each letter says


@pytest.mark.parametrize(
    ("letter", "sayings"),
    [
        (
            "registration_confirmed",
            [
                "You have a place at the workshop “Workshop on “trying””",
                "When: Wednesday 20 February 2030, 14:00 to 17:00 Riga time\n",
                "Where: 1 Example Street, 3rd floor, Riga\n",
                "Language: English, without interpretation\n",
                "Questions: A contact person <workshops@example.org>\n",
            ],
        ),
        ("registration_waiting", ["You are number 1 on the waiting list."]),
        ("registration_offered", ["Accept or decline it by Tuesday 12 February 2030, 14:00 Riga time."]),
        ("registration_expired", ["The time to accept it is over", "You can register again"]),
        ("workshop_changed", ["What is new: the time and the place.", "You keep your place."]),
        ("workshop_cancelled", ["does not take place", "The reason:\n\nThe hall was flooded.\n"]),
        ("workshop_message", ["Bring a pencil.\n\nThat is all.", "because you registered"]),
    ],
)
def test_a_letter_says_how_it_stands(postbox: Postbox, letter: str, sayings: list[str]) -> None:
    text = text_of(written(postbox, letter, registered(letter)))
    for saying in sayings:
        assert saying in text


@pytest.mark.parametrize(
    "letter", ["registration_confirmed", "registration_waiting", "registration_offered", "workshop_reminder"]
)
def test_the_link_in_the_letter_opens_the_registration(postbox: Postbox, letter: str) -> None:
    registration = registered(letter)
    secret = secret_of(registration.number, SECRET)
    text = text_of(written(postbox, letter, registration))
    assert f"http://localhost/en/registrations/{registration.number}?secret={secret}" in text


@pytest.mark.parametrize("letter", ["registration_confirmed", "registration_waiting", "registration_offered"])
def test_the_letter_that_goes_out_again_says_that_nothing_new_was_kept(postbox: Postbox, letter: str) -> None:
    registration, beginning = registered(letter), "\n\nYou were registered already. "
    assert beginning not in text_of(written(postbox, letter, registration))
    postbox.received.clear()
    again = text_of(written(postbox, letter, registration, is_again=True))
    said = "What you wrote this time was not kept; change your registration by the link.\n\n"
    assert beginning + said in again
    assert "\n\n\n\n" not in again


def test_a_letter_after_the_cancelling_asks_nobody_to_change_or_cancel(postbox: Postbox) -> None:
    registration = registered("workshop_message")
    cancel(registration.workshop, {"en": "The hall was flooded."})
    text = text_of(written(postbox, "workshop_message", registration))
    assert "The workshop was cancelled. See here what you filled in." in text
    assert "change or cancel" not in text


def test_once_the_site_s_key_has_changed_the_link_asks_for_the_secret(postbox: Postbox) -> None:
    registration = registered("workshop_reminder", secret_digest="0" * 64)
    text = text_of(written(postbox, "workshop_reminder", registration))
    assert f"/en/registrations/{registration.number}\n" in text
    assert "secret=" not in text


def test_who_waits_is_told_of_a_change_but_has_nothing_in_the_calendar(postbox: Postbox) -> None:
    registration = registered("workshop_changed", state=RegistrationState.WAITING, place_in_line=4)
    message = written(postbox, "workshop_changed", registration)
    assert "You are still number 1 on the waiting list." in text_of(message)
    assert calendars_in(message) == []


# ---------------------------------------------------------------- from beginning to end


def test_the_entry_of_one_person_stays_the_same_from_confirmation_to_cancellation(postbox: Postbox) -> None:
    workshop = a_workshop(places=1)
    answer = register_for(
        workshop.id,
        Applicant("Ilze", "ilze@example.org", "en", consent=True),
        form="1",
        at=NOON,
        secret_key=SECRET,
    )
    [confirmed] = arrived(postbox)
    registration = db.session.scalars(select(Registration).where(Registration.number == answer.number)).one()
    cancel_registration(registration.id, at=NOON + timedelta(hours=1))
    [cancelled] = arrived(postbox, NOON + timedelta(hours=1))
    first, last = entry_in(confirmed), entry_in(cancelled)
    assert invitation_in(confirmed).text("METHOD") == "REQUEST"
    assert invitation_in(cancelled).text("METHOD") == "CANCEL"
    assert first.text("UID") == last.text("UID")
    assert int(first.text("SEQUENCE")) < int(last.text("SEQUENCE"))
    assert first.text("DTSTAMP") < last.text("DTSTAMP")
    assert last.text("STATUS") == "CANCELLED"


def test_a_place_given_back_is_offered_by_letter_and_taken_with_an_invitation(postbox: Postbox) -> None:
    workshop = a_workshop(places=1)
    first = a_registration(workshop, email="first@example.org")
    next_one = a_registration(
        workshop, email="next@example.org", state=RegistrationState.WAITING, place_in_line=1
    )
    cancel_registration(first.id, at=NOON)
    letters = {str(message["To"]): message for message in arrived(postbox)}
    assert set(letters) == {"first@example.org", "next@example.org"}
    assert "A place is free for you" in str(letters["next@example.org"]["Subject"])
    assert calendars_in(letters["next@example.org"]) == []
    accept_offer(next_one.id, at=NOON + timedelta(hours=1))
    [confirmed] = arrived(postbox, NOON + timedelta(hours=1))
    assert confirmed["To"] == "next@example.org"
    assert invitation_in(confirmed).text("METHOD") == "REQUEST"


def test_an_offer_that_nobody_took_ends_by_letter(postbox: Postbox) -> None:
    workshop = a_workshop(places=1)
    a_registration(
        workshop,
        state=RegistrationState.OFFERED,
        offer_ends_at=NOON + timedelta(hours=1),
        email="a@example.org",
    )
    later = NOON + timedelta(hours=2)
    expire_offers(later)
    [message] = arrived(postbox, later)
    assert "no longer kept for you" in str(message["Subject"])


@pytest.mark.parametrize("state", [RegistrationState.CANCELLED, RegistrationState.OFFERED])
def test_a_letter_that_is_true_no_more_is_not_sent(postbox: Postbox, state: RegistrationState) -> None:
    send("registration_waiting", registered("registration_waiting", state=state))
    assert postbox.received == []


def test_of_a_workshop_that_was_cancelled_no_letter_promises_a_place(postbox: Postbox) -> None:
    registration = registered("registration_confirmed")
    cancel(registration.workshop, {})
    for letter in ("registration_confirmed", "registration_changed", "workshop_changed", "workshop_reminder"):
        send(letter, registration)
    assert postbox.received == []


def test_who_was_purged_is_written_to_no_more(postbox: Postbox) -> None:
    send("workshop_message", registered("workshop_message", purged_at=NOON))
    assert postbox.received == []


# ---------------------------------------------------------------- what people type


@pytest.mark.parametrize(
    "words",
    [
        "One\r\nBcc: all@example.org",
        "One\rBcc: all@example.org",
        "One\nBcc: all@example.org\n\nBody",
        "שלום " * 39,
        "\u202eevil " + "ā" * 190,
        'A "quoted" <name@example.org>, Jr.',
        "x" * 200,
    ],
)
def test_no_name_or_title_smuggles_anything_in(postbox: Postbox, words: str) -> None:
    workshop = a_workshop(
        titles={"en": words}, addresses={"en": words}, contact_name=words, purposes={"en": words}
    )
    registration = a_registration(workshop, name=words, email="ilze@example.org")
    message = written(postbox, "registration_confirmed", registration)
    assert message["Bcc"] is None
    assert message["To"] == "ilze@example.org"
    assert not message.defects
    assert "Body" not in str(message["To"])
    event = entry_in(message)
    assert len(event.all("ATTENDEE")) == 1
    assert event.all("BCC") == []
    assert len(str(message["Subject"]).splitlines()) == 1


# ---------------------------------------------------------------- reminders


def test_who_has_a_place_is_reminded_once_when_it_is_time(postbox: Postbox) -> None:
    workshop = a_workshop(reminder_hours=24)
    a_registration(workshop, email="comes@example.org")
    a_registration(workshop, state=RegistrationState.WAITING, place_in_line=1)
    a_registration(workshop, state=RegistrationState.CANCELLED)
    due = workshop.starts_at - timedelta(hours=24)
    assert remind(due - timedelta(seconds=1)) == 0
    assert remind(due) == 1
    assert remind(due) == 0
    assert remind(due + timedelta(hours=1)) == 0
    [message] = arrived(postbox, due)
    assert message["To"] == "comes@example.org"
    assert invitation_in(message).text("METHOD") == "REQUEST"


@pytest.mark.parametrize(
    "changes",
    [
        {"reminder_hours": 0},
        {"reminder_hours": 24, "published_at": None},
        {"reminder_hours": 24, "cancelled_at": NOON},
    ],
)
def test_of_some_workshops_nobody_is_reminded(changes: dict[str, Any]) -> None:
    workshop = a_workshop(**changes)
    a_registration(workshop)
    assert remind(workshop.starts_at - timedelta(hours=1)) == 0


def test_nobody_is_reminded_of_what_has_begun() -> None:
    workshop = a_workshop(reminder_hours=24)
    a_registration(workshop)
    assert remind(workshop.starts_at) == 0


def test_a_workshop_that_was_moved_is_reminded_of_again() -> None:
    workshop = a_workshop(reminder_hours=24)
    a_registration(workshop)
    assert remind(workshop.starts_at - timedelta(hours=3)) == 1
    with transaction():
        workshop.starts_at += timedelta(days=7)
        workshop.ends_at += timedelta(days=7)
    assert remind(workshop.starts_at - timedelta(hours=25)) == 0
    assert remind(workshop.starts_at - timedelta(hours=3)) == 1
