"""The policy: every route says who may come, and what it says is what happens."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import create_app
from app.models.base import Base, db
from app.models.people import Person
from app.models.roles import GRANTS, Permission, Role
from app.services.people.accounts import begin_sign_in
from app.web.access import PUBLIC, SIGNED_IN, UnmarkedRouteError, mark_of
from app.web.forms import SESSION_TOKEN
from config import Config
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.gatherings import a_registration, a_workshop

READING, WRITING = frozenset({"GET"}), frozenset({"POST", "PUT", "PATCH", "DELETE"})
LET_IN, REFUSED, TO_SIGN_IN = "let in", "refused", "to sign in"
EVERYBODY = [None, *Role]


@pytest.fixture
def arguments(app: Flask, at: datetime) -> dict[str, object]:
    """What stands for the variable parts of addresses: names of things that exist."""
    version = a_draft(a_consultation(slug="existing"))
    comment = a_comment(version)
    workshop = a_workshop(version.draft.consultation, slug="existing")
    return {
        "lang": "en",
        "slug": "existing",
        "key": "p2",
        "comment_id": comment.id,
        "format": "csv",
        "registration": a_registration(workshop).number,
    }


def address_of(app: Flask, rule: Rule, arguments: dict[str, object]) -> str:
    values = {name: arguments.get(name, 1) for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def browser_of(app: Flask, person: Person | None, at: datetime) -> FlaskClient:
    """A browser in which the person is signed in, or a visitor's."""
    client = app.test_client()
    if person is not None:
        with client.session_transaction() as session:
            session[SESSION_TOKEN] = begin_sign_in(person, at)
    return client


def expected(mark: str | None, role: Role | None) -> str:
    if mark == PUBLIC:
        return LET_IN
    if role is None:
        return TO_SIGN_IN
    return LET_IN if mark == SIGNED_IN or mark in GRANTS[role] else REFUSED


def what_happened(answer: TestResponse) -> str:
    if answer.status_code in {302, 303} and answer.location.partition("?")[0] == "/en/sign-in":
        return TO_SIGN_IN
    if answer.status_code >= 500:
        return "failed"
    return REFUSED if answer.status_code == 403 else LET_IN


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role or "visitor")
def test_every_route_lets_in_whom_its_mark_says(
    app: Flask, at: datetime, arguments: dict[str, object], role: Role | None
) -> None:
    wrong = []
    with time_machine.travel(at):
        client = browser_of(app, a_person(role) if role else None, at)
        for rule in app.url_map.iter_rules():
            address = address_of(app, rule, arguments)
            for method in (rule.methods or set()) & (READING | WRITING):
                happened = what_happened(client.open(address, method=method))
                if happened != expected(mark_of(app, rule.endpoint), role):
                    wrong.append(f"{method} {address}: {happened}")
    assert wrong == []


def test_every_address_refuses_what_it_has_no_view_for(
    app: Flask, client: FlaskClient, arguments: dict[str, object]
) -> None:
    known: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        known.setdefault(address_of(app, rule, arguments), set()).update(rule.methods or ())
    answers = {
        f"{method} {address}": client.open(address, method=method).status_code
        for address, methods in known.items()
        for method in (READING | WRITING) - methods
    }
    assert set(answers.values()) == {405}


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role or "visitor")
def test_nothing_is_written_without_the_token_of_a_form(
    app: Flask, at: datetime, arguments: dict[str, object], role: Role | None
) -> None:
    with time_machine.travel(at):
        client = browser_of(app, a_person(role) if role else None, at)
        before = rows()
        for rule in app.url_map.iter_rules():
            for method in (rule.methods or set()) & WRITING:
                client.open(
                    address_of(app, rule, arguments), method=method, data={"email": "ana@example.org"}
                )
    assert rows() == before


def rows() -> dict[str, int | None]:
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }


def test_an_unmarked_route_stops_the_start(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/<lang>/forgotten", "page", lambda: "anybody")
    monkeypatch.setattr("app.web.clock.pages", forgotten, raising=False)
    with pytest.raises(UnmarkedRouteError, match=r"^forgotten\.page$"):
        create_app(config)


def test_a_person_whose_address_is_not_confirmed_has_no_permission(app: Flask, at: datetime) -> None:
    person: Person = a_person(Role.MODERATOR)
    person.confirmed_at = None
    db.session.commit()
    with time_machine.travel(at):
        client = browser_of(app, person, at)
        assert client.get("/en/account").status_code == 200
        assert client.get("/en/moderation").status_code == 403


def test_who_may_do_what() -> None:
    may = {permission: {role for role in Role if permission in GRANTS[role]} for permission in Permission}
    assert may[Permission.MODERATE] == {Role.MODERATOR, Role.CONTACT_POINT}
    assert may[Permission.ENTER_COMMENTS] == {Role.CONTACT_POINT, Role.EDITOR}
    assert may[Permission.MANAGE_PEOPLE] == {Role.ADMINISTRATOR}
    assert may[Permission.MANAGE_CONSULTATIONS] == {Role.EDITOR, Role.ADMINISTRATOR}
    assert may[Permission.RUN_WORKSHOPS] == {Role.CONTACT_POINT, Role.EDITOR}
    assert GRANTS[Role.RESPONDENT] == frozenset()
    assert GRANTS[Role.AUDITOR] == {Permission.READ_ACTIVITY}
    assert set(GRANTS) == set(Role)
