"""Setting up consultations by command."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from app.models.consultation import WhoMayComment
from app.services.consultations.consulting import Plan, create_consultation, instant_in, list_consultation
from app.services.errors import InvalidError
from app.wording import CONSULTATION_PROBLEMS

EXAMPLE = """
\b
Example:
  flask consultations add innovation --title "Declaration on innovation" --lang en \\
    --opens-at 2030-01-01T09:00 --closes-at 2030-02-22T23:59 --zone Europe/Paris
"""


@click.group()
def consultations() -> None:
    """Set up consultations."""


@consultations.command("add", epilog=EXAMPLE)
@click.argument("slug")
@click.option("--title", required=True, help="What people read at the top.")
@click.option("--lang", required=True, help="The language of the title and of the original, like en.")
@click.option("--opens-at", required=True, help="The opening by a clock in the zone, like 2030-01-01T09:00.")
@click.option("--closes-at", required=True, help="The closing by a clock in the zone, like 2030-02-22T23:59.")
@click.option("--zone", required=True, help="The time zone, like Europe/Paris.")
@click.option("--summary", default="", help="A few sentences for the list of consultations.")
@click.option("--body", default="", help="The public body that consults.")
@click.option("--privacy-notice", default="", help="What becomes of the data that respondents give.")
@click.option("--contact-name", default="", help="Who answers questions.")
@click.option("--contact-email", default="", help="The address for questions.")
@click.option(
    "--who-may-comment",
    type=click.Choice([str(who) for who in WhoMayComment]),
    default=str(WhoMayComment.VISITORS),
    show_default=True,
    help="Who may send a comment.",
)
@click.option(
    "--grace-minutes", default=0, show_default=True, help="So long a form opened before the closing counts."
)
@click.option("--late-notice", default="", help="How to send late.")
@click.option("--no-replies", is_flag=True, help="Published comments cannot be replied to.")
@click.option("--proof-of-work", is_flag=True, help="Browsers with script work a second before they send.")
@click.option("--unlisted", is_flag=True, help="Keep it out of the public's sight for now.")
@with_appcontext
def add(
    slug: str,
    title: str,
    lang: str,
    opens_at: str,
    closes_at: str,
    zone: str,
    summary: str,
    body: str,
    privacy_notice: str,
    contact_name: str,
    contact_email: str,
    who_may_comment: str,
    grace_minutes: int,
    late_notice: str,
    no_replies: bool,
    proof_of_work: bool,
    unlisted: bool,
) -> None:
    """Add a consultation whose address ends in SLUG."""
    at = datetime.now(UTC)
    try:
        plan = Plan(
            slug=slug,
            titles={lang: title},
            summaries={lang: summary},
            bodies={lang: body},
            privacy_notices={lang: privacy_notice},
            contact_name=contact_name,
            contact_email=contact_email,
            zone=zone,
            opens_at=_instant("--opens-at", zone, opens_at),
            closes_at=_instant("--closes-at", zone, closes_at),
            who_may_comment=who_may_comment,
            grace_minutes=grace_minutes,
            late_notices={lang: late_notice},
            takes_replies=not no_replies,
            asks_proof_of_work=proof_of_work,
        )
        consultation = create_consultation(plan, by=None, at=at)
    except InvalidError as error:
        raise click.ClickException(_words(error)) from error
    if not unlisted:
        list_consultation(consultation, by=None, at=at)
    click.echo(f"Added {slug}. Next: flask drafts import {slug} FILE --lang {lang} --seal")


def _instant(option: str, zone: str, written: str) -> datetime:
    try:
        local = datetime.fromisoformat(written)
    except ValueError:
        local = None
    if local is None or local.tzinfo is not None or "T" not in written.upper().replace(" ", "T"):
        raise click.ClickException(f"{option}: {CONSULTATION_PROBLEMS['local unreadable']}")
    try:
        return instant_in(zone, local)
    except InvalidError as error:
        place = f"{option}: " if "local" in error.problems else ""
        raise click.ClickException(f"{place}{_words(error)}") from error


def _words(error: InvalidError) -> str:
    field, problem = next(iter(error.problems.items()))
    return str(CONSULTATION_PROBLEMS.get(f"{field} {problem}", error))


commands = [consultations]
