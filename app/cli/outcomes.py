"""Publishing by command what came of a consultation."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.i18n import page_languages
from app.services.consultations.concluding import publish_outcome
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.public.reading import consultation_called

EXAMPLE = """
\b
Example:
  flask outcomes publish open-data --lang en report.md
"""
PROBLEMS = {
    "not_closed": "The consultation has not closed yet. Its outcome comes after it, and its grace minutes.",
    "required": "There is nothing in the file.",
}


@click.group()
def outcomes() -> None:
    """Publish outcomes."""


@outcomes.command("publish", epilog=EXAMPLE)
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--lang",
    "language",
    type=click.Choice(page_languages()),
    required=True,
    help="The language of the report.",
)
@with_appcontext
def publish(slug: str, file: Path, language: str) -> None:
    """Publish FILE (Markdown, UTF-8) as the outcome of the consultation SLUG, once it has closed.

    The figures are those of this moment, for good. Everybody who gave an address gets a letter; a report in a
    further language sends none.
    """
    try:
        consultation = consultation_called(slug)
        publish_outcome(
            consultation,
            {language: file.read_text(encoding="utf-8")},
            by=None,
            at=datetime.now(UTC),
        )
    except NotFoundError as error:
        raise click.ClickException(f"The consultation {slug} does not exist, or is not listed.") from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not a text in UTF-8.") from error
    except ChangedMeanwhileError as error:
        raise click.ClickException(f"The outcome is published in {language} already.") from error
    except InvalidError as error:
        raise click.ClickException(PROBLEMS[next(iter(error.problems.values()))]) from error
    click.echo(f"Published the outcome of {slug} in {language}.")


commands = [outcomes]
