"""`flask drafts export`: a version of a draft as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from app.adapters import adapter_names
from app.cli.drafts import drafts, plain_refusals, version_of
from app.services.drafts.drafting import translation_in
from app.services.files.writing import written_draft
from app.services.ports import Ports
from app.services.public.reading import consultation_called

STDOUT = "-"
EXAMPLE = """
\b
Example:
  flask drafts export innovation --version 2 --lang en --format docx --output innovation.docx
"""


@drafts.command("export", epilog=EXAMPLE)
@click.argument("slug")
@click.option("--version", "number", type=int, help="The number of the version; the last one if not given.")
@click.option("--lang", help="The language; the original's if not given.")
@click.option(
    "--format",
    "name",
    type=click.Choice(adapter_names("writing")),
    default="akomantoso",
    show_default=True,
    help="Format of the file.",
)
@click.option("--output", required=True, help="Where to write the file; - is the standard output.")
@with_appcontext
def export(slug: str, number: int | None, lang: str | None, name: str, output: str) -> None:
    """Write a version of the draft of the consultation SLUG to a file that can be imported again."""
    with plain_refusals(slug):
        consultation = consultation_called(slug, unlisted=True)
        draft = written_draft(translation_in(version_of(consultation, number), lang))
    writer = cast("Ports", current_app.extensions["ports"]).writers[name]
    content = writer.write(draft)
    if output == STDOUT:
        sys.stdout.buffer.write(content)
    else:
        _write(content, output)
    click.echo(f"Version {draft.number} in {draft.language}: {len(content):,} bytes written.", err=True)


def _write(content: bytes, output: str) -> None:
    # Under another name until it is whole: a file that is there can be trusted.
    unfinished = Path(f"{output}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(output)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
