"""Loading the example consultations by command."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app.services.ports import Ports
from app.services.sample.sampling import load_sample


@click.command(
    "sample",
    epilog="Example: flask sample",
    help="Loads the example consultations, their comments, workshops and persons into a database without "
    "consultations.",
)
@with_appcontext
def sample() -> None:
    """The example, loaded at most once."""
    ports: Ports = current_app.extensions["ports"]
    is_loaded = load_sample(
        at=datetime.now(UTC), secret_key=str(current_app.secret_key), importers=ports.importers
    )
    click.echo(
        "Loaded the example consultations."
        if is_loaded
        else "There are consultations already: nothing was loaded."
    )


commands = [sample]
