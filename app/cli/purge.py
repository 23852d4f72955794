"""`flask purge`: what was kept for a time only goes."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from app.services.purging import due_for_purging, purge

NAMES = {
    "networks": "digests of networks, older than 48 hours",
    "sittings": "what was begun and not sent, untouched for 60 days",
    "jobs": "finished jobs, older than 30 days",
    "sign_ins": "sign-ins that ended",
    "subscriptions": "subscriptions that nobody confirmed",
    "needs": "what people needed in workshops that ended a week ago",
    "registrations": "names and addresses of people registered for workshops long over",
}


@click.command("purge", epilog="Example: flask purge --dry-run")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@with_appcontext
def purge_command(dry_run: bool) -> None:
    """Take away what was kept for a time only. The worker does the same every hour.

    Submissions are not touched, however old they are. Interrupted, it goes on the next time where it was.
    """
    at = datetime.now(UTC)
    found = due_for_purging(at) if dry_run else purge(at, _tell)
    _clear_line()
    for name, number in found.items():
        click.echo(f"{number:>8}  {NAMES[name]}")
    if dry_run:
        click.echo("Nothing was changed.")


def _tell(name: str, done: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done:>8}  {NAMES[name]} …", nl=False, err=True)


def _clear_line() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


commands = [purge_command]
