"""`flask people`, as an operator types it."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask

from app.models.base import db
from app.models.people import Person
from app.services.people.accounts import WrongPasswordError, person_with_email, sign_in_with_password
from app.services.people.registering import register
from tests.builders import a_consultation
from tests.conftest import NOON

PASSWORD = "four little seals dive"


def people(app: Flask, *words: str, typed: str = "") -> Result:
    result = app.test_cli_runner().invoke(args=["people", *words], input=typed)
    db.session.expire_all()
    return result


def test_a_moderator_is_added_with_a_password_from_the_input(app: Flask) -> None:
    result = people(
        app, "add", "Mod@Example.org", "--role", "moderator", "--password-stdin", typed=PASSWORD + "\n"
    )
    assert (result.exit_code, result.output) == (0, "mod@example.org is moderator.\n")
    assert sign_in_with_password("mod@example.org", PASSWORD, NOON)


def test_a_contact_point_is_added_with_a_link_that_signs_in_once(app: Flask) -> None:
    result = people(
        app, "add", "kari@example.org", "--role", "contact_point", "--contact-point", "NO", "--link"
    )
    said, link = result.output.splitlines()
    assert said == "kari@example.org is contact_point for NO."
    assert link.startswith("http://localhost/en/links/")
    assert app.test_client().get(link).status_code == 200


def test_a_role_in_one_consultation_is_named_in_the_list(app: Flask) -> None:
    slug = a_consultation().slug
    people(app, "add", "ed@example.org", "--role", "editor", "--consultation", slug, "--name", "Ed", "--link")
    people(app, "add", "ed@example.org", "--role", "auditor", "--link")
    assert people(app, "list").output == f"ed@example.org\tEd\teditor in {slug}, auditor\n"


def test_the_password_of_an_unconfirmed_registration_is_not_taken_for_the_persons(app: Flask) -> None:
    register("Ed", "ed@example.org", PASSWORD, "en", NOON)
    result = people(app, "add", "ed@example.org", "--role", "editor")
    assert "There is no terminal to ask for a password" in result.output
    people(app, "add", "ed@example.org", "--role", "editor", "--link")
    with pytest.raises(WrongPasswordError):
        sign_in_with_password("ed@example.org", PASSWORD, NOON)


def test_a_further_link_for_somebody_known(app: Flask) -> None:
    people(app, "add", "ed@example.org", "--role", "editor", "--link")
    result = people(app, "link", "ED@example.org")
    assert result.exit_code == 0
    assert result.output.startswith("http://localhost/en/links/")


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (["add", "ed", "--role", "editor", "--link"], "", "Error: ed is not an e-mail address."),
        (["add", "ed@example.org", "--role", "king", "--link"], "", "'king' is not one of"),
        (["add", "ed@example.org", "--link"], "", "Missing option '--role'"),
        (
            ["add", "ed@example.org", "--role", "contact_point", "--link"],
            "",
            "Error: The role contact_point needs --contact-point with a country, such as NO.",
        ),
        (
            ["add", "ed@example.org", "--role", "moderator", "--contact-point", "Norway", "--link"],
            "",
            "Error: Norway is not the two-letter code of a country, such as NO.",
        ),
        (
            ["add", "ed@example.org", "--role", "moderator", "--consultation", "nowhere", "--link"],
            "",
            "Error: There is no consultation nowhere.",
        ),
        (
            ["add", "ed@example.org", "--role", "editor", "--password-stdin"],
            "short\n",
            "Error: The password needs at least 12 characters.",
        ),
        (
            ["add", "ed@example.org", "--role", "editor"],
            PASSWORD,
            "Error: There is no terminal to ask for a password: take --password-stdin or --link.",
        ),
        (
            ["add", "ed@example.org", "--role", "editor", "--password-stdin", "--link"],
            PASSWORD,
            "Error: Take either --password-stdin or --link.",
        ),
        (
            ["link", "ed@example.org"],
            "",
            "Error: Nobody with a confirmed account has the address ed@example.org.",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence_and_changes_nothing(
    app: Flask, words: list[str], typed: str, said: str
) -> None:
    result = people(app, *words, typed=typed)
    assert result.exit_code != 0
    assert said in result.output
    assert person_with_email("ed@example.org") is None
    assert db.session.query(Person).count() == 0


def test_every_command_explains_itself_with_an_example(app: Flask) -> None:
    for command in ("add", "link", "list"):
        assert f"Example: flask people {command}" in people(app, command, "--help").output
