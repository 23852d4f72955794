"""`flask search`: the index that answers searches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from app.services.ports import Ports
from app.services.search.searching import Entry, IndexBusyError, all_entries, number_of_entries


@click.group()
def search() -> None:
    """Look after the search index."""


@search.command(epilog="Example: flask search rebuild")
@with_appcontext
def rebuild() -> None:
    """Build the search index anew from the database, while the site answers from the old one.

    Nothing is lost when it is interrupted: the old index stays until the new one is whole.
    """
    index = cast("Ports", current_app.extensions["ports"]).search
    try:
        number = index.rebuild(_with_progress())
    except IndexBusyError as error:
        raise click.ClickException("Somebody else is writing to the index. Try again in a minute.") from error
    except OSError as error:
        raise click.ClickException(f"The index cannot be written: {error.strerror}.") from error
    click.echo(f"The search index holds {number:,} paragraphs and comments.")


commands = [search]


def _with_progress() -> Iterator[Entry]:
    number = number_of_entries()
    label = f"{number:,} paragraphs and comments"
    with click.progressbar(all_entries(), length=number, label=label, file=sys.stderr) as entries:
        yield from entries
