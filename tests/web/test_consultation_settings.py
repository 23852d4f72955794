"""The settings of a consultation, as an editor's browser without script sees and sends them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models.base import db
from app.models.consultation import Asking, Consultation, Particular
from app.models.people import Person
from tests.builders import a_consultation
from tests.web.consultation_forms import FILLED, NEW, NOW, send, shown
from tests.words_on_pages import words_of


def only_consultation() -> Consultation:
    return db.session.scalars(select(Consultation).execution_options(populate_existing=True)).one()


def test_a_consultation_is_set_up_and_its_draft_comes_next(client: FlaskClient, editor: Person) -> None:
    answer = send(client, NEW, **FILLED)
    assert (answer.status_code, answer.location) == (303, "/en/manage/consultations/charter/draft")
    consultation = only_consultation()
    assert consultation.titles == {"en": "Charter", "lv": "Harta"}
    assert consultation.opens_at == datetime(2030, 1, 1, 8, 0, tzinfo=UTC)
    assert consultation.closes_at == datetime(2030, 2, 22, 22, 59, tzinfo=UTC)
    assert consultation.asks(Particular.EMAIL) == Asking.NO
    assert not consultation.is_listed
    assert "No draft yet" in words_of(client.get(answer.location))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slug": "Big Charter"}, "Write the address in small letters, digits and single hyphens"),
        ({"slug": ""}, "Write the address in small letters, digits and single hyphens"),
        ({"title_en": " "}, "Write the title in English, the language of the original."),
        ({"original": "lv"}, "Write a summary in Latvian."),
        ({"title_en": "a" * 201}, "Shorten the title to 200 characters."),
        ({"opens_at": ""}, "Choose the date and time of opening."),
        ({"closes_at": "soon"}, "Choose the date and time of closing."),
        ({"opens_at": "2030-03-31T02:30", "closes_at": "2030-06-01T00:00"}, "This time does not exist"),
        ({"closes_at": "2030-10-27T02:30"}, "This time comes twice"),
        ({"closes_at": "2030-01-01T09:00"}, "Choose a closing that is later than the opening."),
        ({"contact_email": "ilze"}, "Write the e-mail address of the contact person like name@example.org."),
    ],
)  # fmt: skip
def test_a_refused_setting_says_why_and_keeps_every_word(
    client: FlaskClient, editor: Person, changes: dict[str, str], said: str
) -> None:
    filled = {**FILLED, "summary_en": "Tell us <all>.", **changes}
    answer = send(client, NEW, **filled)
    assert answer.status_code == 422
    assert said in words_of(answer)
    for name, value in filled.items():
        if name not in {"who_may_comment", "moderation"} and value.strip():
            assert shown(answer.text, name) == value.strip()
    assert db.session.scalars(select(Consultation)).all() == []


def test_an_empty_form_names_everything_that_is_required_at_once(client: FlaskClient, editor: Person) -> None:
    chosen = ("original", "zone", "who_may_comment", "moderation", *Particular)
    answer = send(client, NEW, **{name: FILLED[name] for name in chosen})
    assert answer.status_code == 422
    summary = answer.text.partition('id="error-summary"')[2].partition("</ul>")[0]
    required = re.findall(r'<(?:input|textarea|select)[^>]* name="(\w+)"[^>]* required', answer.text)
    named = re.findall(r'href="#(\w+)"', summary)
    assert named == ["slug", "title_en", "summary_en", "body_en", "privacy_en", "opens_at", "closes_at"]
    assert set(required) <= set(named)


def test_an_address_that_is_taken_is_refused_at_its_field(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    answer = send(client, NEW, **FILLED)
    assert answer.status_code == 422
    assert "Another consultation has this address." in words_of(answer)


def test_settings_are_shown_as_they_are_and_saved_as_they_are_sent(
    client: FlaskClient, editor: Person
) -> None:
    send(client, NEW, **FILLED)
    path = "/en/manage/consultations/charter"
    page = client.get(path).text
    fields = [name for name in FILLED if name not in {"slug", "who_may_comment", "moderation"}]
    assert {name: shown(page, name) for name in fields} == {name: FILLED[name] for name in fields}
    assert "Paris time" in words_of(client.get(path))
    answer = send(client, path, **{**FILLED, "title_en": "The charter", "who_may_comment": "signed_in"})
    assert (answer.status_code, answer.location) == (303, path)
    consultation = only_consultation()
    assert (consultation.titles["en"], consultation.who_may_comment) == ("The charter", "signed_in")
    assert consultation.privacy_notice_version == 1
    assert "The settings are saved." in words_of(client.get(path))


def test_settings_of_an_open_consultation_keep_an_opening_that_has_seconds(
    client: FlaskClient, editor: Person
) -> None:
    opens_at = NOW - timedelta(days=1, seconds=-7)
    consultation = a_consultation(at=NOW, slug="charter", zone="Europe/Paris", opens_at=opens_at)
    path = "/en/manage/consultations/charter"
    page = client.get(path).text
    times = {name: shown(page, name) for name in ("opens_at", "closes_at")}
    assert send(client, path, **{**FILLED, **times}).status_code == 303
    db.session.refresh(consultation)
    assert consultation.opens_at == opens_at


def test_the_closing_of_an_open_consultation_is_not_moved_earlier(
    client: FlaskClient, editor: Person
) -> None:
    a_consultation(
        at=NOW,
        slug="charter",
        zone="UTC",
        opens_at=NOW - timedelta(days=1),
        closes_at=NOW + timedelta(days=9),
    )
    path = "/en/manage/consultations/charter"
    page = client.get(path).text
    times = {
        "opens_at": shown(page, "opens_at"),
        "closes_at": (NOW + timedelta(days=8)).strftime("%Y-%m-%dT%H:%M"),
    }
    answer = send(client, path, **{**FILLED, "zone": "UTC", **times})
    assert answer.status_code == 422
    assert "its closing cannot be moved earlier" in words_of(answer)


IMPOSSIBLE_TIMES = ("0001-01-01T00:00", "0001-01-01", "9999-12-31T23:59")


@pytest.mark.parametrize("time", IMPOSSIBLE_TIMES)
@pytest.mark.parametrize(("name", "said"), [("opens_at", "opening"), ("closes_at", "closing")])
def test_a_time_of_a_year_that_can_only_be_a_slip_is_refused_at_its_field(
    client: FlaskClient, editor: Person, name: str, said: str, time: str
) -> None:
    a_consultation(at=NOW, slug="innovation", zone="Europe/Paris")
    for path in (NEW, "/en/manage/consultations/innovation"):
        answer = send(client, path, **{**FILLED, name: time})
        assert answer.status_code == 422
        assert f'href="#{name}"' in answer.text
        assert f"Choose the date and time of {said}." in words_of(answer)


@pytest.mark.parametrize("time", IMPOSSIBLE_TIMES)
def test_no_consultation_is_extended_to_a_year_that_can_only_be_a_slip(
    client: FlaskClient, editor: Person, time: str
) -> None:
    a_consultation(at=NOW, slug="innovation", zone="Europe/Paris")
    path = "/en/manage/consultations/innovation/extend"
    answer = send(client, path, closes_at=time, reason_en="Many asked.")
    assert answer.status_code == 422
    assert 'href="#closes_at"' in answer.text


def test_an_unknown_time_zone_is_refused_at_its_field(client: FlaskClient, editor: Person) -> None:
    a_consultation(at=NOW, slug="innovation", zone="Europe/Paris")
    for path in (NEW, "/en/manage/consultations/innovation"):
        answer = send(client, path, **{**FILLED, "zone": "x"})
        assert answer.status_code == 422
        assert 'href="#zone"' in answer.text


def test_a_form_from_nowhere_is_refused_with_its_words(client: FlaskClient, editor: Person) -> None:
    answer = client.post(NEW, data={**FILLED, "csrf_token": "forged"})
    assert answer.status_code == 422
    assert shown(answer.text, "title_en") == "Charter"


def test_zones_go_by_their_present_names(client: FlaskClient, editor: Person) -> None:
    offered = zones_offered(client, NEW)
    assert {"Europe/Oslo", "Asia/Kolkata", "Africa/Asmara", "America/Detroit", "UTC"} <= offered
    assert not offered & {"Asia/Calcutta", "Africa/Asmera", "US/Michigan", "Etc/UTC"}


def test_the_zone_of_a_consultation_is_offered_by_its_former_name_too(
    client: FlaskClient, editor: Person
) -> None:
    a_consultation(at=NOW, slug="charter", zone="US/Michigan")
    path = "/en/manage/consultations/charter"
    assert "US/Michigan" in zones_offered(client, path)
    assert shown(client.get(path).text, "zone") == "US/Michigan"


def zones_offered(client: FlaskClient, path: str) -> set[str]:
    choices = client.get(path).text.partition('name="zone"')[2].partition("</select>")[0]
    return set(re.findall(r'value="([^"]+)"', choices))
