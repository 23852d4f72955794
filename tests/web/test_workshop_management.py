"""Running workshops, as an organiser’s browser without script sees it."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.models.activity import Job
from app.models.base import db, transaction
from app.models.comment import Capacity, Channel, Comment, Meeting, State, Submission
from app.models.consultation import Consultation
from app.models.contact_point import ContactPoint
from app.models.people import Person
from app.models.roles import Role
from app.models.workshop import Needs, Registration, RegistrationState, Workshop
from app.services.consultations.consulting import add_contact_point
from tests.builders import a_consultation, a_draft, a_person
from tests.gatherings import a_registration, a_workshop
from tests.signing import sign_in

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STATES = RegistrationState
HOME = "/en/manage/workshops"
YEAR = NOW.year + 3
FILLED: dict[str, Any] = {
    "slug": "riga-february",
    "title_lv": "Darbnīca par deklarāciju",
    "title_en": "Workshop on the declaration",
    "purpose_en": "To find out what is unclear.",
    "audience_en": "Public servants",
    "programme_en": "* 13.00 Welcome",
    "facilitators_en": "Ilze Bērziņa",
    "address_en": "Brīvības iela 1, 3rd floor, Riga",
    "access_en": "A lift from the yard; hearing loop in the room.",
    "zone": "Europe/Riga",
    "starts_at": f"{YEAR}-02-23T13:00",
    "ends_at": f"{YEAR}-02-23T16:00",
    "register_by": f"{YEAR}-02-17T23:59",
    "working_language": "en",
    "interpretation": ["lv"],
    "places": "30",
    "offer_hours": "48",
    "reminder_hours": "24",
    "retention_days": "90",
    "has_waiting_list": "y",
    "paragraph_keys": ["p2"],
    "contact_name": "Ilze Bērziņa",
    "contact_email": "ilze@example.org",
}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    consultation = a_consultation(
        at=NOW, slug="charter", titles={"en": "Charter", "lv": "Harta"}, moderation="after"
    )
    a_draft(consultation, at=NOW)
    return consultation


@pytest.fixture
def latvia(client: FlaskClient, consultation: Consultation) -> Person:
    """The Latvian contact point's person, signed in."""
    add_contact_point(ContactPoint(country="LV", names={"en": "Latvia"}, zone="Europe/Riga"), at=NOW)
    person = a_person(Role.CONTACT_POINT, country="LV", at=NOW)
    sign_in(client, person)
    return person


@pytest.fixture
def workshop(latvia: Person, consultation: Consultation) -> Workshop:
    """A published workshop of Latvia's, in ten days."""
    return a_workshop(consultation, at=NOW, slug="riga", country="LV", paragraph_keys=["p2", "p3"])


@pytest.fixture
def over(latvia: Person, consultation: Consultation) -> Workshop:
    """A workshop of Latvia's that ended an hour ago."""
    return a_workshop(
        consultation,
        at=NOW,
        slug="over",
        country="LV",
        starts_at=NOW - 4 * HOUR,
        ends_at=NOW - HOUR,
        register_by=NOW - DAY,
        paragraph_keys=["p2", "p3"],
    )


def words_of(response: TestResponse) -> str:
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<main" + main)).split())


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Opens the page and sends its form."""
    return send_from(client.get(path), client, path, **fields)


def send_from(page: TestResponse, client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Sends the form of a page that was opened before, with what it keeps out of sight."""
    kept = {
        name: found[1]
        for name in ("csrf_token", "seen")
        if (found := re.search(rf'name="{name}"[^>]*value="([^"]+)"', page.text))
    }
    assert "csrf_token" in kept, words_of(page)
    return client.post(path, data={**kept, **fields})


def press(page: TestResponse, client: FlaskClient, path: str, button: str) -> TestResponse:
    """Presses a button of a page whose form keeps all its words out of sight."""
    form = page.text.partition("<main")[2].partition("<form")[2].partition("</form>")[0]
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    pressed = re.search(rf'name="{button}" value="([^"]+)"', form)
    assert pressed, words_of(page)
    data: MultiDict[str, str] = MultiDict((name, unescape(value)) for name, value in found)
    data.add(button, pressed[1])
    return client.post(path, data=data)


def value_of(response: TestResponse, name: str) -> str:
    """What stands in the field of that name."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', response.text) or re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>\s*([^<]*)</textarea>', response.text
    )
    assert found, name
    return unescape(found[1]).strip()


def summary_of(response: TestResponse) -> str:
    found = re.search(r'id="error-summary".*?</div>', response.text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split()) if found else ""


def only_workshop() -> Workshop:
    return db.session.scalars(select(Workshop).execution_options(populate_existing=True)).one()


def jobs() -> list[dict[str, Any]]:
    return [job.payload for job in db.session.scalars(select(Job).where(Job.name == "letter"))]


def test_the_navigation_leads_whoever_may_to_the_workshops(client: FlaskClient, workshop: Workshop) -> None:
    assert f'href="{HOME}"' in client.get("/en/account").text
    page = client.get(HOME)
    assert "To come" in words_of(page)
    assert workshop.titles["en"] in words_of(page)


def test_a_moderator_may_run_none(client: FlaskClient, app: Flask) -> None:
    sign_in(client, a_person(Role.MODERATOR, at=NOW))
    assert client.get(HOME).status_code == 403
    assert HOME not in client.get("/en/account").text


def test_a_workshop_is_set_up_seen_and_published(client: FlaskClient, app: Flask, latvia: Person) -> None:
    visitor = app.test_client()
    chosen = client.get(f"{HOME}/new")
    assert "Which consultation is it about?" in words_of(chosen)
    answer = send(client, f"{HOME}/new?consultation=charter", **FILLED)
    assert (answer.status_code, answer.location) == (303, f"{HOME}/riga-february/publish")
    workshop = only_workshop()
    assert (workshop.country, workshop.places, workshop.interpretation) == ("LV", 30, ["lv"])
    assert workshop.starts_at == datetime(YEAR, 2, 23, 11, tzinfo=UTC)
    assert list(workshop.titles) == ["en", "lv"]
    preview = words_of(client.get(answer.location))
    assert f"23 February {YEAR}, 13:00 to 16:00 Riga time" in preview
    assert "Brīvības iela 1, 3rd floor, Riga" in preview
    assert visitor.get("/en/workshops/riga-february").status_code == 404
    published = send(client, answer.location)
    assert published.location == f"{HOME}/riga-february/registrations"
    assert only_workshop().is_published
    assert visitor.get("/en/workshops/riga-february").status_code == 200


def test_a_refused_form_keeps_every_word(client: FlaskClient, latvia: Person) -> None:
    wrong = {**FILLED, "slug": "Rīga!", "places": "many", "ends_at": f"{YEAR}-02-23T12:00"}
    answer = send(client, f"{HOME}/new?consultation=charter", **wrong, **{"questions-0-label_en": "Where?"})
    assert answer.status_code == 422
    for words in ("small letters", "how many places", "end must be after"):
        assert words in summary_of(answer)
    assert value_of(answer, "slug") == "Rīga!"
    assert value_of(answer, "places") == "many"
    assert value_of(answer, "questions-0-label_en") == "Where?"
    for name in ("title_lv", "purpose_en", "programme_en", "facilitators_en", "address_en", "access_en"):
        assert value_of(answer, name) == FILLED[name], name
    assert re.search(r'value="lv" checked', answer.text)
    assert re.search(r'value="p2" checked', answer.text)
    for link in re.findall(r'<a class="ds-link" href="#([^"]+)"', answer.text):
        assert f'id="{link}"' in answer.text


@pytest.mark.parametrize(
    ("local", "words"),
    [("2030-03-31T03:30", "does not exist"), ("2030-10-27T03:30", "comes twice"), ("soon", "like 2030")],
)
def test_a_time_that_no_clock_shows_once_is_refused(
    client: FlaskClient, latvia: Person, local: str, words: str
) -> None:
    answer = send(client, f"{HOME}/new?consultation=charter", **{**FILLED, "starts_at": local})
    assert answer.status_code == 422
    assert words in summary_of(answer)
    assert value_of(answer, "starts_at") == local


def test_another_question_is_asked_for_without_saving(client: FlaskClient, latvia: Person) -> None:
    path = f"{HOME}/new?consultation=charter"
    answer = send(client, path, **FILLED, more="1")
    assert answer.status_code == 200
    assert value_of(answer, "questions-0-label_en") == ""
    questions = {"questions-0-label_en": "Where?", "questions-0-is_required": "y"}
    assert send(client, path, **FILLED, **questions).status_code == 303
    assert only_workshop().questions == [{"key": "1", "labels": {"en": "Where?"}, "is_required": True}]


def test_another_countrys_contact_point_sees_nothing_of_it(client: FlaskClient, workshop: Workshop) -> None:
    sign_in(client, a_person(Role.CONTACT_POINT, country="NO", at=NOW))
    assert workshop.titles["en"] not in client.get(HOME).text
    pages = ("", "/publish", "/cancel", "/copy", "/registrations", "/registrations.csv", "/sheet",
             "/attendance", "/letters", "/notes", "/results", "/materials", "/delete")  # fmt: skip
    assert {client.get(f"{HOME}/riga{page}").status_code for page in pages} == {404}


def test_saving_without_changes_tells_nobody_and_a_new_time_everybody(
    client: FlaskClient, workshop: Workshop
) -> None:
    a_registration(workshop, at=NOW)
    page = client.get(f"{HOME}/riga")
    assert "1 person is registered" in words_of(page)
    shown = {
        name: value_of(page, name)
        for name in ("title_en", "title_lv", "address_en", "starts_at", "ends_at", "register_by", "places",
                     "offer_hours", "reminder_hours", "retention_days", "contact_name", "contact_email")
    }  # fmt: skip
    shown |= {"zone": "Europe/Riga", "working_language": "en", "has_waiting_list": "y"}
    assert send(client, f"{HOME}/riga", **shown).status_code == 303
    assert jobs() == []
    later = (workshop.starts_at + HOUR).astimezone(UTC)
    local = later.astimezone(workshop.ends_at.tzinfo).strftime("%Y-%m-%dT%H:%M")
    ahead = send(client, f"{HOME}/riga", **{**shown, "zone": "UTC", "starts_at": local})
    assert jobs() == []
    assert press(ahead, client, f"{HOME}/riga", "ahead").status_code == 303
    assert [job["letter"] for job in jobs()] == ["workshop_changed"]


def test_a_copy_has_the_words_but_no_times(client: FlaskClient, workshop: Workshop) -> None:
    page = client.get(f"{HOME}/riga/copy")
    assert value_of(page, "title_lv") == workshop.titles["lv"]
    assert (value_of(page, "slug"), value_of(page, "starts_at")) == ("", "")
    assert send(client, f"{HOME}/riga/copy", **FILLED).location == f"{HOME}/riga-february/publish"


def test_cancelling_needs_a_reason_and_tells_everybody(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW)
    refused = send(client, f"{HOME}/riga/cancel", reason_en=" ")
    assert refused.status_code == 422
    assert "why it does not take place" in summary_of(refused)
    page = client.get(f"{HOME}/riga/cancel")
    for _click in range(2):
        answer = send_from(page, client, f"{HOME}/riga/cancel", reason_en="Nobody can lead it.")
        assert (answer.status_code, answer.location) == (303, f"{HOME}/riga/registrations")
    assert only_workshop().cancel_reasons == {"en": "Nobody can lead it."}
    assert [job["letter"] for job in jobs()] == ["workshop_cancelled"]
    assert "is cancelled" in words_of(client.get(f"{HOME}/riga"))


def test_the_list_shows_states_and_rank_and_needs_only_when_asked(
    client: FlaskClient, workshop: Workshop
) -> None:
    here = a_registration(workshop, at=NOW, name="Anna")
    a_registration(workshop, at=NOW, name="Second", state=STATES.WAITING, place_in_line=9)
    a_registration(workshop, at=NOW, name="First", state=STATES.WAITING, place_in_line=4)
    with transaction():
        db.session.add(Needs(registration_id=here.id, accessibility="A wheelchair"))
    page = words_of(client.get(f"{HOME}/riga/registrations"))
    assert re.search(r"Anna Confirmed .* First Waiting, number 1 in line .* Second Waiting, number 2", page)
    assert "wheelchair" not in page
    assert "A wheelchair" in words_of(client.get(f"{HOME}/riga/registrations?needs=yes"))
    waiting = words_of(client.get(f"{HOME}/riga/registrations?state=waiting"))
    assert "First" in waiting
    assert "Anna" not in waiting


def test_one_person_is_cancelled_after_the_consequence_was_read(
    client: FlaskClient, workshop: Workshop
) -> None:
    here = a_registration(workshop, at=NOW, name="Anna")
    path = f"{HOME}/riga/registrations/{here.number}/cancel"
    assert f'href="{path}"' in client.get(f"{HOME}/riga/registrations").text
    page = words_of(client.get(path))
    assert "Anna" in page
    assert "loses the place and is told by letter" in page
    assert client.post(path).status_code == 422
    assert jobs() == []
    answer = send(client, path)
    assert (answer.status_code, answer.location) == (303, f"{HOME}/riga/registrations")
    assert "The registration is cancelled. A letter is on its way." in words_of(client.get(answer.location))
    assert [job["letter"] for job in jobs()] == ["registration_cancelled"]
    assert f'href="{path}"' not in client.get(f"{HOME}/riga/registrations").text


def test_who_waits_is_told_of_the_line(client: FlaskClient, workshop: Workshop) -> None:
    waits = a_registration(workshop, at=NOW, state=STATES.WAITING, place_in_line=1)
    page = words_of(client.get(f"{HOME}/riga/registrations/{waits.number}/cancel"))
    assert "Waiting, number 1 in line" in page
    assert "taken out of the line" in page


def test_nobody_is_cancelled_after_the_start_nor_at_another_workshops_address(
    client: FlaskClient, over: Workshop, workshop: Workshop
) -> None:
    came, here = a_registration(over, at=NOW), a_registration(workshop, at=NOW)
    assert "/cancel" not in client.get(f"{HOME}/over/registrations").text
    assert "cannot be cancelled any more" in words_of(
        client.get(f"{HOME}/over/registrations/{came.number}/cancel")
    )
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(f"{HOME}/riga/materials").text)
    assert token
    sent = {"csrf_token": token[1]}
    paths = {f"{HOME}/over/registrations/{came.number}/cancel": 422,
             f"{HOME}/over/registrations/{here.number}/cancel": 404}  # fmt: skip
    assert {path: client.post(path, data=sent).status_code for path in paths} == paths
    assert set(db.session.scalars(select(Registration.state))) == {STATES.CONFIRMED}


def test_a_draft_is_deleted_after_a_question_and_a_published_workshop_stays(
    client: FlaskClient, workshop: Workshop, consultation: Consultation
) -> None:
    a_workshop(consultation, at=NOW, slug="draft", country="LV", published_at=None)
    assert f'href="{HOME}/draft/delete"' in client.get(f"{HOME}/draft").text
    assert f'href="{HOME}/riga/delete"' not in client.get(f"{HOME}/riga").text
    assert "It was published, so it stays" in words_of(client.get(f"{HOME}/riga/delete"))
    assert client.post(f"{HOME}/draft/delete").status_code == 422
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(f"{HOME}/draft/delete").text)
    assert token
    assert client.post(f"{HOME}/riga/delete", data={"csrf_token": token[1]}).status_code == 409
    answer = client.post(f"{HOME}/draft/delete", data={"csrf_token": token[1]})
    assert (answer.status_code, answer.location) == (303, HOME)
    assert only_workshop().slug == "riga"


def test_the_file_is_safe_in_a_spreadsheet_and_holds_needs_only_when_asked(
    client: FlaskClient, workshop: Workshop
) -> None:
    workshop.questions = [{"key": "1", "labels": {"en": "Where?"}, "is_required": False}]
    db.session.commit()
    here = a_registration(workshop, at=NOW, name="=HYPERLINK(1)", answers={"1": "+49 Rīga"})
    with transaction():
        db.session.add(Needs(registration_id=here.id, diet="vegan"))
    answer = client.get(f"{HOME}/riga/registrations.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    [header, row] = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert header[-1] == "answer: Where?"
    assert dict(zip(header, row, strict=True))["name"] == "'=HYPERLINK(1)"
    assert row[-1] == "'+49 Rīga"
    assert "vegan" not in answer.text
    [header, row] = csv.reader(
        io.StringIO(client.get(f"{HOME}/riga/registrations.csv?needs=yes").data.decode("utf-8-sig"))
    )
    assert (header[-2:], row[-1]) == (["accessibility", "diet"], "vegan")


def test_the_printed_sheet_has_a_box_for_everybody_with_a_place(
    client: FlaskClient, workshop: Workshop
) -> None:
    for name in ("Zane", "Anna"):
        a_registration(workshop, at=NOW, name=name)
    a_registration(workshop, at=NOW, name="Waits", state=STATES.WAITING, place_in_line=1)
    page = client.get(f"{HOME}/riga/sheet")
    assert page.text.count("workshop-sheet__box") == 2 + 5
    assert words_of(page).index("Anna") < words_of(page).index("Zane")
    assert "Waits" not in words_of(page)


def test_who_came_is_ticked_after_the_start_and_can_be_corrected(client: FlaskClient, over: Workshop) -> None:
    came, stayed, waits = (
        a_registration(over, at=NOW, name="Anna").id,
        a_registration(over, at=NOW, name="Zane").id,
        a_registration(over, at=NOW, state=STATES.WAITING, place_in_line=1).id,
    )

    def states() -> list[str]:
        found = db.session.scalars(select(Registration).order_by(Registration.id))
        return [one.state for one in found]

    path = f"{HOME}/over/attendance"
    assert send(client, path, shown=f"{came} {stayed} {waits}", came=[came, waits]).status_code == 303
    assert states() == [STATES.ATTENDED, STATES.ABSENT, STATES.WAITING]
    assert re.search(rf'value="{came}" checked', client.get(path).text)
    # Who was not in the list that was ticked stays as they are.
    assert send(client, path, shown=[stayed], came=[stayed]).status_code == 303
    assert states() == [STATES.ATTENDED, STATES.ATTENDED, STATES.WAITING]


def test_nobody_is_ticked_before_the_start(client: FlaskClient, workshop: Workshop) -> None:
    here = a_registration(workshop, at=NOW)
    assert "from the start on" in words_of(client.get(f"{HOME}/riga/attendance"))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(f"{HOME}/riga/materials").text)
    assert token
    fields = {"csrf_token": token[1], "shown": here.id, "came": here.id}
    assert client.post(f"{HOME}/riga/attendance", data=fields).status_code == 422
    assert db.session.scalars(select(Registration.state)).one() == STATES.CONFIRMED


def seen(client: FlaskClient, path: str, **fields: Any) -> dict[str, Any]:
    """The form as it is sent after what will be sent was seen."""
    page = send(client, path, **fields)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    digest = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert token, page.text
    assert digest, words_of(page)
    return {**fields, "csrf_token": token[1], "seen": digest[1]}


def test_a_letter_is_seen_first_and_sent_once(client: FlaskClient, workshop: Workshop) -> None:
    here, waits = a_registration(workshop, at=NOW), None
    waits = a_registration(workshop, at=NOW, state=STATES.WAITING, place_in_line=1)
    path = f"{HOME}/riga/letters"
    letter = {"states": ["confirmed", "waiting"], "subject_en": "The room", "text_en": "It is on the left."}
    form = seen(client, path, **letter)
    assert jobs() == []
    assert client.post(path, data=form).status_code == 303
    assert client.post(path, data=form).status_code == 303
    assert [(job["letter"], job["registration_id"]) for job in jobs()] == [
        ("workshop_message", here.id), ("workshop_message", waits.id),
    ]  # fmt: skip
    assert jobs()[0]["subjects"] == {"en": "The room"}
    assert re.search(r"Letters written so far .* The room .* 2$", words_of(client.get(path)))


def test_a_letter_to_chosen_persons_goes_to_nobody_else(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW)
    chosen = a_registration(workshop, at=NOW, state=STATES.CANCELLED)
    other = a_registration(a_workshop(at=NOW), at=NOW)
    path = f"{HOME}/riga/letters"
    form = seen(
        client, path, states=["confirmed"], persons=[chosen.id, other.id], subject_en="S", text_en="T"
    )
    client.post(path, data=form)
    assert [job["registration_id"] for job in jobs()] == [chosen.id]


def test_the_names_of_who_will_get_a_letter_are_seen_first(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW, name="Anna", organisation="Rīgas dome")
    a_registration(workshop, at=NOW, name="Left", state=STATES.CANCELLED)
    path = f"{HOME}/riga/letters"

    def preview(*states: str) -> str:
        page = send(client, path, states=[*states], subject_en="The room", text_en="On the left.")
        return page.text.partition('id="preview"')[2].partition("</section>")[0]

    assert "<details" not in preview("confirmed")
    assert re.search(r">Anna</span>.*Rīgas dome, Confirmed", preview("confirmed"))
    assert "Left" not in preview("confirmed")
    for number in range(10):
        a_registration(workshop, at=NOW, name=f"Person {number}")
    many = preview("confirmed", "cancelled")
    assert many.index("<details") < many.index("Anna") < many.index("Left") < many.index("</details>")
    assert many.count("<li>") == 12


def test_a_letter_that_is_half_written_comes_back(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW)
    path = f"{HOME}/riga/letters"
    half = send(client, path, states=["confirmed"], subject_lv="Telpa", subject_en="Room", text_en="Left.")
    assert half.status_code == 422
    assert "A subject stands in this language, but no text" in summary_of(half)
    assert 'href="#text_lv"' in half.text
    assert value_of(half, "subject_lv") == "Telpa"
    nobody = send(client, path, states=["waiting"], subject_en="Room", text_en="Left.")
    assert nobody.status_code == 422
    assert "Choose somebody" in summary_of(nobody)


def test_results_stand_at_the_paragraphs_as_a_groups_comments(
    client: FlaskClient, over: Workshop, consultation: Consultation
) -> None:
    a_registration(over, at=NOW, state=STATES.ATTENDED)
    a_registration(over, at=NOW, state=STATES.ATTENDED)
    path = f"{HOME}/over/results"
    page = client.get(path)
    assert (value_of(page, "group_size"), value_of(page, "findings-0-paragraph")) == ("2", "1")
    form = {
        "group": "Workshop in Riga", "group_size": "24", "name": "Ilze", "language": "en", "enter": "1",
        "findings-0-paragraph": "1", "findings-0-body": "The group wants examples.",
        "findings-1-paragraph": "2", "findings-1-body": "",
        "findings-2-paragraph": "2", "findings-2-body": "Say when.", "findings-2-suggestion": "At once.",
    }  # fmt: skip
    answer = send(client, path, **form)
    assert answer.status_code == 303, summary_of(answer)
    submission = db.session.scalars(select(Submission)).one()
    assert submission.workshop_id == over.id
    assert (submission.channel, submission.capacity) == (Channel.WORKSHOP, Capacity.GROUP)
    assert (submission.meeting, submission.group_size) == (Meeting.WORKSHOP, 24)
    assert (submission.country, submission.received_at) == ("LV", over.ends_at)
    found = db.session.scalars(select(Comment).order_by(Comment.id)).all()
    assert [(one.plain, one.state) for one in found] == [
        ("The group wants examples.", State.PUBLISHED), ("Say when.", State.PUBLISHED),
    ]  # fmt: skip
    assert submission.number in words_of(client.get(path))
    assert [one.paragraph.key for one in found if one.paragraph] == ["p2", "p3"]
    paragraph = words_of(client.get("/en/consultations/charter/paragraphs/p2"))
    assert "The group wants examples." in paragraph
    assert "Workshop in Riga" in paragraph
    assert "group of 24 people" in paragraph


def test_results_sent_twice_are_entered_once(client: FlaskClient, over: Workshop) -> None:
    path = f"{HOME}/over/results"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token
    form = {"csrf_token": token[1], "group": "G", "group_size": "5", "name": "Ilze", "language": "en",
            "enter": "1", "findings-0-body": "Good."}  # fmt: skip
    assert [client.post(path, data=form).status_code for _again in range(2)] == [303, 303]
    assert db.session.scalars(select(Submission.group_size)).all() == [5]


def test_results_of_all_countries_say_which_country_and_need_a_sealed_draft(
    client: FlaskClient, app: Flask
) -> None:
    sign_in(client, a_person(Role.EDITOR, at=NOW))
    held = {"starts_at": NOW - 4 * HOUR, "ends_at": NOW - HOUR, "register_by": NOW - DAY}
    consultation = a_consultation(at=NOW)
    workshop = a_workshop(consultation, at=NOW, **held)
    path = f"{HOME}/{workshop.slug}/results"
    form = {"group": "G", "group_size": "5", "name": "Ilze", "language": "en", "enter": "1",
            "findings-0-body": "Good."}  # fmt: skip
    assert "no sealed version" in summary_of(send(client, path, **form))
    a_draft(consultation, at=NOW)
    assert "The country is missing" in summary_of(send(client, path, **form))
    assert send(client, path, **form, country="NO").status_code == 303
    assert db.session.scalars(select(Submission.country)).one() == "NO"


def test_a_workshop_is_a_group_whatever_the_consultation_asks(
    client: FlaskClient, over: Workshop, consultation: Consultation
) -> None:
    nothing = dict.fromkeys(("name", "email", "country", "capacity", "kind", "importance"), "no")
    db.session.get_one(Consultation, consultation.id).asking = nothing
    db.session.commit()
    form = {"group": "Workshop", "group_size": "2", "language": "en", "enter": "1",
            "findings-0-body": "Good."}  # fmt: skip
    assert send(client, f"{HOME}/over/results", **form).status_code == 303
    submission = db.session.scalars(select(Submission)).one()
    assert (submission.capacity, submission.group_size, submission.organisation) == ("group", 2, "Workshop")


def test_refused_results_keep_every_word(client: FlaskClient, over: Workshop) -> None:
    form = {
        "group": "", "group_size": "1", "name": "Ilze", "language": "lv", "enter": "1",
        "findings-0-paragraph": "9.z", "findings-0-body": "Words.",
    }  # fmt: skip
    answer = send(client, f"{HOME}/over/results", **form)
    assert answer.status_code == 422
    assert "how many people the group has" in summary_of(answer)
    assert value_of(answer, "findings-0-body") == "Words."
    assert value_of(answer, "group_size") == "1"
    answer = send(client, f"{HOME}/over/results", **{**form, "group": "G", "group_size": "5"})
    assert "No paragraph of that version has this label" in summary_of(answer)
    assert value_of(answer, "findings-0-paragraph") == "9.z"
    assert db.session.scalars(select(Submission)).all() == []


def test_after_the_closing_results_need_a_file_that_shows_they_came_before(
    client: FlaskClient, over: Workshop, consultation: Consultation
) -> None:
    db.session.get_one(Consultation, consultation.id).closes_at = NOW - timedelta(minutes=5)
    db.session.commit()
    form: dict[str, Any] = {
        "group": "G", "group_size": "5", "name": "Ilze", "language": "en", "enter": "1",
        "findings-0-body": "Good.",
    }  # fmt: skip
    refused = send(client, f"{HOME}/over/results", **form)
    assert refused.status_code == 422
    assert "add a scan or file" in summary_of(refused)
    minutes = (io.BytesIO(b"%PDF-1.7 minutes"), "minutes.pdf")
    assert send(client, f"{HOME}/over/results", **form, file=minutes).status_code == 303
    assert db.session.scalars(select(Submission.is_late)).one() is True


def test_notes_are_for_after_the_start(client: FlaskClient, workshop: Workshop, over: Workshop) -> None:
    assert "Once the workshop has begun" in words_of(client.get(f"{HOME}/riga/notes"))
    assert send(client, f"{HOME}/over/notes", notes_en="## Said\n\n* Much", notes_lv="").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Workshop, over.id).notes == {"en": "## Said\n\n* Much"}
    too_long = send(client, f"{HOME}/over/notes", notes_en="x" * 20_001)
    assert too_long.status_code == 422
    assert "20,000" in summary_of(too_long)


def test_materials_are_titles_with_https_addresses(client: FlaskClient, workshop: Workshop) -> None:
    path = f"{HOME}/riga/materials"
    wrong = {"materials-0-address": "javascript:alert(1)", "materials-0-title_en": "Slides"}
    refused = send(client, path, **wrong)
    assert refused.status_code == 422
    assert "begins with https://" in summary_of(refused)
    assert value_of(refused, "materials-0-address") == "javascript:alert(1)"
    right = {"materials-0-address": "https://example.org/slides", "materials-0-title_en": "Slides",
             "materials-1-address": ""}  # fmt: skip
    assert send(client, path, **right).status_code == 303
    assert only_workshop().materials == [
        {"titles": {"en": "Slides"}, "address": "https://example.org/slides"}
    ]
    assert send(client, path, **{"materials-0-address": ""}).status_code == 303
    assert only_workshop().materials == []


def shown_of(page: TestResponse) -> dict[str, str]:
    """What the form for a workshop shows, to be sent again."""
    names = ("title_en", "title_lv", "address_en", "starts_at", "ends_at", "register_by", "places",
             "offer_hours", "reminder_hours", "retention_days", "contact_name", "contact_email")  # fmt: skip
    chosen = {"zone": "Europe/Riga", "working_language": "en", "has_waiting_list": "y"}
    return {name: value_of(page, name) for name in names} | chosen


def test_the_second_of_two_browsers_undoes_nothing(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW)
    path = f"{HOME}/riga"
    first, second = client.get(path), client.get(path)
    assert send_from(first, client, path, **{**shown_of(first), "places": "40"}).status_code == 303
    mine = {**shown_of(second), "title_en": "Mine"}
    refused = send_from(second, client, path, **mine)
    assert refused.status_code == 422
    assert "Somebody else has changed this workshop" in summary_of(refused)
    assert 'href="#others-title"' in refused.text
    assert refused.text.count('id="others-title"') == 1
    _mine, _, others = words_of(refused).partition("What stands now where you wrote something else")
    theirs = others.partition("Consultation")[0]
    assert workshop.titles["en"] in theirs
    assert "Places 40" in theirs
    assert "Contact person" not in theirs
    assert (value_of(refused, "title_en"), value_of(refused, "places")) == ("Mine", "30")
    assert (only_workshop().places, jobs()) == (40, [])
    ahead = send_from(refused, client, path, **mine)
    assert press(ahead, client, path, "ahead").status_code == 303
    assert (only_workshop().places, only_workshop().titles["en"]) == (30, "Mine")


def test_the_same_form_sent_twice_is_saved_once(client: FlaskClient, workshop: Workshop) -> None:
    a_registration(workshop, at=NOW)
    page = client.get(f"{HOME}/riga")
    form = {**shown_of(page), "title_en": "New title"}
    ahead = send_from(page, client, f"{HOME}/riga", **form)
    answers = [press(ahead, client, f"{HOME}/riga", "ahead").status_code for _again in range(2)]
    assert answers == [303, 303]
    assert [job["changed"] for job in jobs()] == [["title"]]


def test_notes_and_materials_of_somebody_else_stand_above_ones_own(
    client: FlaskClient, over: Workshop
) -> None:
    path = f"{HOME}/over/notes"
    old = client.get(path)
    send(client, path, notes_en="Theirs")
    refused = send_from(old, client, path, notes_en="Mine")
    assert refused.status_code == 422
    assert "Somebody else has changed" in summary_of(refused)
    assert "(English) Theirs" in words_of(refused)
    assert value_of(refused, "notes_en") == "Mine"
    assert send_from(refused, client, path, notes_en="Both").status_code == 303
    path = f"{HOME}/over/materials"
    old = client.get(path)
    slides = {"materials-0-address": "https://example.org/slides", "materials-0-title_en": "Slides"}
    send(client, path, **slides)
    refused = send_from(old, client, path, **{**slides, "materials-0-title_en": "Other"})
    assert refused.status_code == 422
    assert "Slides; https://example.org/slides" in words_of(refused)
    assert value_of(refused, "materials-0-title_en") == "Other"
    assert only_workshop().materials[0]["titles"] == {"en": "Slides"}


def test_an_impossible_time_hides_no_other_problem(client: FlaskClient, latvia: Person) -> None:
    wrong = {"slug": "Riga!", "title_en": "", "title_lv": "", "starts_at": "2030-03-31T03:30", "ends_at": "",
             "places": "0", "online_link": "meet", "contact_email": "ilze"}  # fmt: skip
    told = summary_of(send(client, f"{HOME}/new?consultation=charter", **{**FILLED, **wrong}))
    for words in ("small letters", "Write a title", "does not exist", "time of the end", "how many places",
                  "whole link", "name@example.org"):  # fmt: skip
        assert words in told


def test_all_that_is_wrong_with_results_is_named_at_once(
    client: FlaskClient, over: Workshop, consultation: Consultation
) -> None:
    db.session.get_one(Consultation, consultation.id).closes_at = NOW - timedelta(minutes=5)
    db.session.commit()
    form: dict[str, Any] = {
        "group": "", "group_size": "1", "name": "Ilze", "language": "en", "enter": "1",
        "findings-0-paragraph": "9.z", "findings-0-body": "Words.",
    }  # fmt: skip
    told = summary_of(send(client, f"{HOME}/over/results", **form))
    for words in ("how many people the group has", "No paragraph of that version", "add a scan or file"):
        assert told.count(words) == 1, told
    empty = send(client, f"{HOME}/over/results", **form, file=(io.BytesIO(b" "), "minutes.pdf"))
    assert "how many people the group has" in summary_of(empty)
    assert 'href="#file"' in empty.text


def test_results_that_wait_say_so_and_lead_who_may_to_the_queue(
    client: FlaskClient, over: Workshop, consultation: Consultation
) -> None:
    db.session.get_one(Consultation, consultation.id).moderation = "before"
    db.session.commit()
    path = f"{HOME}/over/results"
    form = {"group": "G", "group_size": "5", "name": "Ilze", "language": "en", "enter": "1",
            "findings-0-body": "Good."}  # fmt: skip
    assert send(client, path, **form).status_code == 303
    page = client.get(path)
    assert "A moderator reads the comments before they are published." in words_of(page)
    assert "5 people took part: Waiting" in words_of(page)
    assert 'href="/en/moderation/charter"' in page.text
    sign_in(client, a_person(Role.EDITOR, at=NOW))
    assert 'href="/en/moderation/charter"' not in client.get(path).text


def test_results_name_paragraphs_by_labels_never_by_keys(client: FlaskClient, over: Workshop) -> None:
    db.session.get_one(Workshop, over.id).paragraph_keys = ["p99", "p3"]
    db.session.commit()
    page = client.get(f"{HOME}/over/results")
    assert value_of(page, "findings-0-paragraph") == "2"
    assert "p99" not in page.text


def test_saving_other_places_says_what_it_means(client: FlaskClient, workshop: Workshop) -> None:
    path = f"{HOME}/riga"
    a_registration(workshop, at=NOW)
    a_registration(workshop, at=NOW)
    a_registration(workshop, at=NOW, state=STATES.WAITING, place_in_line=1)
    ahead = send(client, path, **{**shown_of(client.get(path)), "places": "3"})
    assert "1 place is offered to the first in line, by letter." in words_of(ahead)
    press(ahead, client, path, "ahead")
    assert "1 place is offered to who waits." in words_of(client.get(path))
    send(client, path, **{**shown_of(client.get(path)), "places": "1"})
    assert "There are 2 more people than places: nobody loses theirs." in words_of(client.get(path))
    send(client, path, **shown_of(client.get(path)))
    assert "more people than places" not in words_of(client.get(path))


CHANGED: dict[str, Any] = {
    "title_en": "Small “steps” & <stops>", "purpose_en": "First line\r\n\r\nthird line", "title_lv": "",
    "address_en": "Elsewhere 2\r\nRiga", "interpretation": ["fr", "nb"], "places": "31",
    "questions-0-label_en": "Where from?", "questions-0-is_required": "y", "paragraph_keys": ["p2", "p3"],
}  # fmt: skip


def test_what_letters_will_tell_is_seen_before_they_are_sent(client: FlaskClient, workshop: Workshop) -> None:
    path = f"{HOME}/riga"
    a_registration(workshop, at=NOW)
    a_registration(workshop, at=NOW, state=STATES.CANCELLED)
    title, title_lv = workshop.titles["en"], workshop.titles["lv"]
    ahead = send(client, path, **{**shown_of(client.get(path)), **CHANGED})
    words = words_of(ahead)
    assert ahead.status_code == 200
    assert "Nothing is saved yet. When you save, 1 person gets a letter" in words
    assert f"Title (English) Until now {title} From now on {CHANGED['title_en']}" in words
    assert f"Title (latviešu) Until now {title_lv} From now on {CHANGED['title_en']}" in words
    assert "From now on Elsewhere 2 Riga" in words
    assert words.count("Until now") == 3
    assert 'lang="lv"' in ahead.text.partition('id="ahead-title"')[2]
    assert (only_workshop().titles["en"], jobs()) == (title, [])
    assert press(ahead, client, path, "ahead").status_code == 303
    saved = only_workshop()
    assert (saved.titles, saved.places) == ({"en": CHANGED["title_en"]}, 31)
    assert saved.purposes["en"].split() == CHANGED["purpose_en"].split()
    assert (saved.interpretation, saved.paragraph_keys) == (["fr", "nb"], ["p2", "p3"])
    assert [job["changed"] for job in jobs()] == [["place", "title"]]
    said = words_of(client.get(path))
    assert "The workshop is saved. 1 person gets a letter that says what changed." in said


def test_a_text_in_a_further_language_is_seen_ahead_beside_what_was_read_in_its_place(
    client: FlaskClient, workshop: Workshop
) -> None:
    path, title = f"{HOME}/riga", workshop.titles["en"]
    a_registration(workshop, at=NOW, language="nb")
    page = client.get(path)
    ahead = send_from(page, client, path, **{**shown_of(page), "title_nb": "Å prøve"})
    assert f"Title (norsk bokmål) Until now {title} From now on Å prøve" in words_of(ahead)


def test_going_back_from_what_will_be_told_loses_no_word(client: FlaskClient, workshop: Workshop) -> None:
    path = f"{HOME}/riga"
    a_registration(workshop, at=NOW)
    ahead = send(client, path, **{**shown_of(client.get(path)), **CHANGED})
    form = press(ahead, client, path, "back")
    assert (form.status_code, summary_of(form), jobs()) == (200, "", [])
    for name in ("title_en", "title_lv", "purpose_en", "address_en", "places", "questions-0-label_en"):
        assert value_of(form, name).split() == CHANGED[name].split(), name
    assert {one: f'value="{one}" checked' in form.text for one in ("fr", "nb", "p2", "p3", "lv")} == {
        "fr": True, "nb": True, "p2": True, "p3": True, "lv": False,
    }  # fmt: skip
    # Sent once more with other words, it is seen once more.
    digest = re.search(r'name="ahead" value="([^"]+)"', ahead.text)
    assert digest
    other = {**shown_of(form), **CHANGED, "title_en": "Other", "ahead": digest[1]}
    assert "From now on Other" in words_of(send_from(form, client, path, **other))
    assert jobs() == []


def test_what_somebody_else_saved_stops_letters_that_were_seen(
    client: FlaskClient, workshop: Workshop
) -> None:
    path = f"{HOME}/riga"
    a_registration(workshop, at=NOW)
    ahead = send(client, path, **{**shown_of(client.get(path)), "title_en": "Mine"})
    assert send(client, path, **{**shown_of(client.get(path)), "places": "40"}).status_code == 303
    refused = press(ahead, client, path, "ahead")
    assert refused.status_code == 422
    assert "Somebody else has changed this workshop" in summary_of(refused)
    assert value_of(refused, "title_en") == "Mine"
    assert (only_workshop().places, jobs()) == (40, [])


def test_what_is_missing_in_a_language_is_named_and_refused_nowhere(
    client: FlaskClient, consultation: Consultation, latvia: Person
) -> None:
    questions = [{"key": "1", "labels": {"en": "Where from?"}, "is_required": False}]
    draft = a_workshop(
        consultation, at=NOW, slug="draft", country="LV", published_at=None, questions=questions,
        programmes={"fr": "* Bienvenue"},
    )  # fmt: skip
    missing = (
        "marked so: English Programme Latvian Programme; Address, with the floor; Question 1 "
        "French Title; Address, with the floor; Question 1"
    )
    for path in (f"{HOME}/draft", f"{HOME}/draft/publish"):
        assert missing in words_of(client.get(path)), path
    assert "Bienvenue" in words_of(client.get(f"{HOME}/draft/publish"))
    assert send(client, f"{HOME}/draft/publish").status_code == 303
    assert "marked so" in words_of(client.get(f"{HOME}/draft"))
    with transaction():
        whole = db.session.get_one(Workshop, draft.id)
        whole.programmes, whole.questions = {}, []
        whole.addresses = {**whole.addresses, "lv": "Brīvības iela 1"}
    assert "marked so" not in words_of(client.get(f"{HOME}/draft"))


def test_once_the_workshop_is_cancelled_no_list_gives_anybody_a_place(
    client: FlaskClient, workshop: Workshop
) -> None:
    a_registration(workshop, at=NOW, name="Anna")
    a_registration(workshop, at=NOW, name="Zane", state=STATES.WAITING, place_in_line=1)
    a_registration(workshop, at=NOW, name="Ola", state=STATES.OFFERED, offer_ends_at=NOW + DAY)
    a_registration(workshop, at=NOW, name="Left", state=STATES.CANCELLED)
    assert "Places taken 2 of 30" in words_of(client.get(f"{HOME}/riga/registrations"))
    assert send(client, f"{HOME}/riga/cancel", reason_en="A flood.").status_code == 303
    page = words_of(client.get(f"{HOME}/riga/registrations"))
    assert "This workshop is cancelled. Nobody has a place any more." in page
    for words in (
        "Workshop cancelled; had a place (1)", "Anna Workshop cancelled; had a place",
        "Zane Workshop cancelled; was waiting", "Ola Workshop cancelled; was offered a place",
        "Left Cancelled",
    ):  # fmt: skip
        assert words in page
    for words in ("Confirmed", "in line", "until ", "Places taken"):
        assert words not in page
    sheet = client.get(f"{HOME}/riga/sheet")
    assert "Nobody has a place any more." in words_of(sheet)
    assert "Anna" not in sheet.text
    assert "Nobody has a place any more." in words_of(client.get(f"{HOME}/riga/attendance"))
    assert "Workshop cancelled; had a place (1)" in words_of(client.get(f"{HOME}/riga/letters"))
    assert "of 30" not in words_of(client.get(HOME))
    written = client.get(f"{HOME}/riga/registrations.csv").data.decode("utf-8-sig")
    found = {row["name"]: row for row in csv.DictReader(io.StringIO(written))}
    assert {name: (row["state"], row["state_before"]) for name, row in found.items()} == {
        "Anna": ("workshop_cancelled", "confirmed"), "Zane": ("workshop_cancelled", "waiting"),
        "Ola": ("workshop_cancelled", "offered"), "Left": ("cancelled", "cancelled"),
    }  # fmt: skip
    assert {(row["rank"], row["offer_ends_at"]) for row in found.values()} == {("", "")}
