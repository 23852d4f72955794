"""`flask people`: accounts and roles, by an operator's word."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import click
from flask import current_app, url_for
from flask.cli import AppGroup

from app.i18n import page_languages
from app.models.consultation import Consultation
from app.models.people import Membership, Person
from app.models.roles import Role
from app.services.errors import InvalidError
from app.services.people.accounts import person_with_email, roles_of
from app.services.people.appointing import appoint, everybody
from app.services.people.links import Purpose, link_token
from app.services.people.passwords import LONGEST, SHORTEST
from app.services.people.registering import tidy_language
from config import Config

PROBLEMS = {
    ("email", "invalid"): "{email} is not an e-mail address.",
    ("consultation", "unknown"): "There is no consultation {consultation}.",
    ("country", "unknown"): "{contact_point} is not the two-letter code of a country, such as NO.",
    ("password", "too_short"): f"The password needs at least {SHORTEST} characters.",
    ("password", "too_long"): f"The password can have at most {LONGEST} characters.",
    ("password", "too_common"): "The password is easy to guess; take a few words.",
    ("password", "like_details"): "The password is like the name or the address; take other words.",
}

people = AppGroup("people", help="Adds persons with a role, lists them, and gives them sign-in links.")
commands = [people]


@people.command(
    "add",
    epilog="Example: flask people add kari@example.org --role contact_point --contact-point NO --link",
    help="Adds the person with EMAIL, or gives a further role to the person who has it. The address counts "
    "as confirmed. The password of a new person is asked for, unless it is given or a link is wanted.",
)
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What for.")
@click.option("--contact-point", metavar="COUNTRY", help="Only for this country, such as NO.")
@click.option("--consultation", metavar="SLUG", help="Only in this consultation.")
@click.option("--name", default="", help="How the person is called; what stands before the @ if not given.")
@click.option("--lang", type=click.Choice(page_languages()), default="en", help="The language of letters.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
@click.option("--link", "wants_link", is_flag=True, help="No password: print a link that signs in once.")
def add(email: str, role: str, wants_link: bool, password_stdin: bool, **given: Any) -> None:
    """A person with a role."""
    if wants_link and password_stdin:
        raise click.UsageError("Take either --password-stdin or --link.")
    if role == Role.CONTACT_POINT and not given["contact_point"]:
        raise click.UsageError("The role contact_point needs --contact-point with a country, such as NO.")
    try:
        person = _appointed(
            email, Role(role), given, None if wants_link else _password(email, password_stdin)
        )
    except InvalidError as refused:
        problem = next(iter(refused.problems.items()))
        raise click.ClickException(PROBLEMS[problem].format(email=email, **given)) from refused
    click.echo(f"{person.email} is {_roles_of(person)}.")
    if wants_link:
        click.echo(_sign_in_link(person))


@people.command(
    "link",
    epilog="Example: flask people link kari@example.org",
    help="Prints a link by which the person with EMAIL signs in once, within 24 hours.",
)
@click.argument("email")
def link(email: str) -> None:
    """A one-time link."""
    person = person_with_email(email)
    if person is None or person.confirmed_at is None:
        raise click.ClickException(f"Nobody with a confirmed account has the address {email}.")
    click.echo(_sign_in_link(person))


@people.command("list", epilog="Example: flask people list", help="Lists everybody who has an account.")
def show() -> None:
    """Everybody, one a line: address, name, roles."""
    for person in everybody():
        confirmed = "" if person.confirmed_at else "\tnot confirmed"
        click.echo(f"{person.email}\t{person.name}\t{_roles_of(person) or '-'}{confirmed}")


def _appointed(email: str, role: Role, given: dict[str, Any], password: str | None) -> Person:
    return appoint(
        email,
        role,
        datetime.now(UTC),
        name=given["name"],
        language=given["lang"],
        password=password,
        consultation=given["consultation"],
        country=given["contact_point"],
    )


def _password(email: str, from_input: bool) -> str | None:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    person = person_with_email(email)
    if person is not None and person.confirmed_at is not None:
        return None
    if not sys.stdin.isatty():
        raise click.ClickException(
            "There is no terminal to ask for a password: take --password-stdin or --link."
        )
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _roles_of(person: Person) -> str:
    return ", ".join(_role_words(membership, consultation) for membership, consultation in roles_of(person))


def _role_words(membership: Membership, consultation: Consultation | None) -> str:
    country = f" for {membership.country}" if membership.country else ""
    return f"{membership.role}{country}{f' in {consultation.slug}' if consultation else ''}"


def _sign_in_link(person: Person) -> str:
    config: Config = current_app.extensions["config"]
    token = link_token(person, Purpose.SIGN_IN, config.secret_key, datetime.now(UTC))
    with current_app.test_request_context(base_url=config.base_url):
        return url_for("accounts.link", lang=tidy_language(person.language), token=token, _external=True)
