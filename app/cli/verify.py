"""`flask verify`: whether the record still holds what it proved."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from app.models.consultation import Consultation
from app.services.activity import verify_chain
from app.services.errors import NotFoundError
from app.services.exports.exporting import consultation_called
from app.services.proof.verifying import (
    all_consultations,
    altered_leaves,
    problems_of_comments,
    problems_of_tree,
)
from app.services.proof.witnessing import newest_root

EPILOG = """
\b
Examples:
  flask verify
  flask verify innovation

Ends with 0 when everything holds, with 1 when something does not, and says where.
docs/verifying.md tells how to check without this site.
"""


@click.command(epilog=EPILOG)
@click.argument("slug", required=False)
@with_appcontext
def verify(slug: str | None) -> None:
    """Check the chain of activity, every text received, what is shown of it, and every root published.

    Of all consultations, or of the one called SLUG.
    """
    problems = _activity()
    for consultation in _asked_for(slug):
        problems += _consultation(consultation)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("Everything holds.")


commands = [verify]


def _asked_for(slug: str | None) -> list[Consultation]:
    if slug is None:
        return all_consultations()
    try:
        return [consultation_called(slug)]
    except NotFoundError as error:
        raise click.ClickException(f"There is no consultation called {slug}.") from error


def _activity() -> list[str]:
    line = verify_chain()
    return [] if line is None else [f"activity: line {line} does not follow from the one before it"]


def _consultation(consultation: Consultation) -> list[str]:
    slug = consultation.slug
    with click.progressbar(
        altered_leaves(consultation), length=consultation.leaves, label=slug, file=sys.stderr
    ) as texts:
        problems = [problem for problem in texts if problem is not None]
    problems += [*problems_of_comments(consultation), *problems_of_tree(consultation)]
    last = newest_root(consultation.id)
    covered = f"the last root covers {last.size:,}" if last else "no root is published yet"
    click.echo(f"{slug}: {consultation.leaves:,} texts received, {covered}.")
    return [f"{slug}: {problem}" for problem in problems]
