"""What groups said at a workshop, entered as their comments in a browser without script."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Capacity, Channel, Comment, Meeting, State, Submission
from app.models.consultation import Consultation
from app.models.roles import Role
from app.models.workshop import Workshop
from tests.builders import a_consultation, a_draft, a_person
from tests.gatherings import a_registration, a_workshop
from tests.signing import sign_in
from tests.web.organisers import DAY, HOME, HOUR, NOW, STATES, consultation, latvia, over, send
from tests.words_on_pages import summary_of, token_in, value_of, words_of

__all__ = ["consultation", "latvia", "over"]


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
    token = token_in(client.get(path))
    form = {"csrf_token": token, "group": "G", "group_size": "5", "name": "Ilze", "language": "en",
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
