"""Who is registered and who came: on the page, on paper and in a spreadsheet; and one person cancelled."""

from __future__ import annotations

import csv
import io
import re

from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.workshop import Needs, Registration, Workshop
from tests.gatherings import a_registration
from tests.web.organisers import HOME, NOW, STATES, consultation, jobs, latvia, over, send, workshop
from tests.words_on_pages import token_in, words_of

__all__ = ["consultation", "latvia", "over", "workshop"]


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
    token = token_in(client.get(f"{HOME}/riga/materials"))
    sent = {"csrf_token": token}
    paths = {f"{HOME}/over/registrations/{came.number}/cancel": 422,
             f"{HOME}/over/registrations/{here.number}/cancel": 404}  # fmt: skip
    assert {path: client.post(path, data=sent).status_code for path in paths} == paths
    assert set(db.session.scalars(select(Registration.state))) == {STATES.CONFIRMED}


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
    token = token_in(client.get(f"{HOME}/riga/materials"))
    fields = {"csrf_token": token, "shown": here.id, "came": here.id}
    assert client.post(f"{HOME}/riga/attendance", data=fields).status_code == 422
    assert db.session.scalars(select(Registration.state)).one() == STATES.CONFIRMED
